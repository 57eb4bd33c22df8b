// The pair under every fault that the simulator knows, thousands of runs by seed.
import test from 'ava';
import { generator } from './simulator.js';
import { BUSY, CURIOUS, DETERMINISTIC, inputGap, simulate } from './simulator-programs.js';
import type { Program, Step } from './toy-machine.js';
import { contradiction } from './toy-machine.js';

const SEED_COUNT = Number(process.env.RJVM_SEEDS ?? 3000);

/** A program of random steps that ends. */
function randomProgram(random: () => number): Program {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!;
  const steps: Step[] = [];
  let timerId = 0;
  for (let count = 3 + Math.floor(random() * 12); count > 0; count--) {
    steps.push(
      pick<() => Step>([
        () => ({ op: 'compute', epochs: 1 + Math.floor(random() * 12) }),
        () => ({ op: 'clock' }),
        () => ({ op: 'wall' }),
        () => ({ op: 'entropy', byteCount: Math.floor(random() * 9) }),
        () => ({ op: 'print', stream: pick([1, 2] as const) }),
        () => ({ op: 'start', id: ++timerId, durationMs: random() * 20 }),
        () => ({ op: 'cancel', id: 1 + Math.floor(random() * 3) }),
        () => ({ op: 'await' }),
        () => ({ op: 'read', wait: random() < 0.7 }),
        () => ({ op: 'append', path: 'log' }),
      ])(),
    );
  }
  steps.push({ op: 'await' }, { op: 'print' });
  return { steps, rounds: 1 + Math.floor(random() * 4), exitCode: Math.floor(random() * 256) };
}

test('without faults a pair prints what its program prints, and says nothing itself', (t) => {
  const first = simulate(1, DETERMINISTIC, []);
  t.is(first.text.split('\n').length, 13);
  t.is(first.exitCode, 3);
  for (let seed = 2; seed < 50; seed++) {
    const { text, exitCode, reports } = simulate(seed, DETERMINISTIC, []);
    t.deepEqual({ text, exitCode, reports }, { text: first.text, exitCode: 3, reports: [] }, `seed ${seed}`);
  }
});

for (const [name, program] of Object.entries({ DETERMINISTIC, CURIOUS })) {
  test(`${name}: a kill of either replica before every single event`, (t) => {
    for (let seed = 0; seed < 4; seed++) {
      const unharmed = simulate(seed, program, []);
      for (let atEvent = 0; atEvent < unharmed.eventCount; atEvent++) {
        for (const kind of ['killPrimary', 'killBackup', 'splitLink'] as const) {
          const outcome = simulate(seed, program, [{ atEvent, kind }]);
          const context = `seed ${seed}, ${kind} at event ${atEvent}`;
          if (outcome.exitCode !== program.exitCode) t.fail(`${context}: exit code ${outcome.exitCode}`);
          const wrong = contradiction(outcome.text);
          if (wrong !== null) t.fail(`${context}: ${wrong}`);
          if (program === DETERMINISTIC && outcome.text !== unharmed.text)
            t.fail(`${context}: ${outcome.text}`);
          if (outcome.text.split('\n').length !== unharmed.text.split('\n').length)
            t.fail(`${context}: lines`);
          if (outcome.reports.length > 1) t.fail(`${context}: ${outcome.reports.join('; ')}`);
        }
      }
    }
    t.pass();
  });
}

test('random programs under random faults tell one history', (t) => {
  let refusedCount = 0;
  let takeOvers = 0;
  for (let seed = 0; seed < SEED_COUNT; seed++) {
    const random = generator(seed);
    const program = randomProgram(random);
    const kinds = ['killPrimary', 'killBackup', 'splitLink'] as const;
    const kind = kinds[Math.floor(random() * kinds.length)]!;
    const outcome = simulate(seed, program, [{ atEvent: Math.floor(random() ** 2 * 400), kind }]);
    if (outcome.exitCode !== program.exitCode) t.fail(`seed ${seed}: exit code ${outcome.exitCode}`);
    const wrong = contradiction(outcome.text) ?? inputGap(outcome.text);
    if (wrong !== null) t.fail(`seed ${seed}: ${wrong}`);
    const records = program.steps.filter(({ op }) => op === 'append').length * program.rounds;
    const log = outcome.files.get('log') ?? '';
    if (log.split(';').length !== records + 1) t.fail(`seed ${seed}: ${log}`);
    const prints = program.steps.filter(({ op }) => op === 'print').length * program.rounds;
    if (outcome.text.split('\n').length !== prints + 1)
      t.fail(`seed ${seed}: not ${prints} lines:\n${outcome.text}`);
    refusedCount += outcome.refusedCount;
    takeOvers += outcome.reports.filter((line) => line.includes('takes over')).length;
  }
  // The faults do what they are there for.
  t.true(refusedCount > 0);
  t.true(takeOvers > SEED_COUNT / 20, `${takeOvers} take-overs`);
});

test('standard input and files under a kill before every single event', (t) => {
  let settled = 0;
  for (let seed = 0; seed < 4; seed++) {
    const unharmed = simulate(seed, BUSY, []);
    t.is(inputGap(unharmed.text), null);
    t.true(unharmed.text.includes(' i5 '), unharmed.text);
    const log = unharmed.files.get('log')!;
    t.is(log.split(';').length, 16);
    for (let atEvent = 0; atEvent < unharmed.eventCount; atEvent++) {
      for (const kind of ['killPrimary', 'killBackup'] as const) {
        const outcome = simulate(seed, BUSY, [{ atEvent, kind }]);
        const context = `seed ${seed}, ${kind} at event ${atEvent}`;
        const wrong = contradiction(outcome.text) ?? inputGap(outcome.text);
        if (wrong !== null) t.fail(`${context}: ${wrong}`);
        if (outcome.exitCode !== 9) t.fail(`${context}: exit code ${outcome.exitCode}`);
        if (/EEXIST|fENOENT/.test(outcome.text)) t.fail(`${context}: ${outcome.text}`);
        if (outcome.files.size !== 1 || outcome.files.get('log') !== log)
          t.fail(`${context}: ${[...outcome.files]}`);
        settled += outcome.settledCount;
      }
    }
  }
  // Some outputs had been performed and not been logged.
  t.true(settled > 50, `${settled}`);
});

test('when both replicas are lost, what was visible is the beginning of the right output', (t) => {
  const whole = simulate(1, DETERMINISTIC, []).text;
  let early = 0;
  for (let seed = 0; seed < 500; seed++) {
    const random = generator(seed);
    const first = Math.floor(random() * 100);
    const outcome = simulate(seed, DETERMINISTIC, [
      { atEvent: first, kind: random() < 0.5 ? 'killPrimary' : 'killBackup' },
      { atEvent: first + Math.floor(random() * 60), kind: 'killPrimary' },
    ]);
    if (outcome.exitCode === 70) {
      early++;
      t.true(whole.startsWith(outcome.text), `seed ${seed}`);
      t.true(
        outcome.reports.at(-1)?.includes('no replica is left'),
        `seed ${seed}: ${outcome.reports.join()}`,
      );
    } else t.deepEqual([outcome.exitCode, outcome.text], [3, whole], `seed ${seed}`);
  }
  t.true(early > 50);
});
