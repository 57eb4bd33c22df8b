// Re-integration under every fault that the simulator knows, at every step of it.
import test from 'ava';
import { BUSY, CURIOUS, DETERMINISTIC, inputGap, simulate } from './simulator-programs.js';
import { contradiction, type Program } from './toy-machine.js';

const SEED_COUNT = Number(process.env.RJVM_SEEDS ?? 3000);

function longer(program: Program, factor: number): Program {
  return { ...program, rounds: program.rounds * factor };
}

test('a lost replica is replaced: kill after kill, each after the pair is whole again', (t) => {
  let wholeCount = 0;
  for (let seed = 0; seed < SEED_COUNT / 10; seed++) {
    const program = longer([DETERMINISTIC, CURIOUS, BUSY][seed % 3]!, 20);
    const chain = { count: 12, withinUs: [100, 5000, 50_000][Math.floor(seed / 3) % 3]! };
    const outcome = simulate(seed, program, [], chain);
    const context = `seed ${seed}: ${outcome.reports.join('; ')}`;
    if (outcome.exitCode !== program.exitCode) t.fail(`${context}: exit code ${outcome.exitCode}`);
    const wrong =
      contradiction(outcome.text) ?? (program.steps === BUSY.steps ? inputGap(outcome.text) : null);
    if (wrong !== null) t.fail(`${context}: ${wrong}`);
    const unharmed = simulate(seed, program, []);
    if (program.steps === DETERMINISTIC.steps && outcome.text !== unharmed.text) t.fail(`${context}: text`);
    if (outcome.text.split('\n').length !== unharmed.text.split('\n').length) t.fail(`${context}: lines`);
    if (outcome.files.get('log') !== unharmed.files.get('log')) t.fail(`${context}: files`);
    wholeCount += outcome.wholeCount;
  }
  t.true(wholeCount > SEED_COUNT / 4, `${wholeCount} times whole`);
});

test('a new backup that is lost before any event on its way is replaced in turn', (t) => {
  let wholeCount = 0;
  for (let seed = 0; seed < 3; seed++) {
    const program = longer(BUSY, 6);
    const unharmed = simulate(seed, program, []);
    for (const first of ['killPrimary', 'killBackup'] as const) {
      for (let after = 1; after < 220; after++) {
        const faults = [
          { atEvent: 60, kind: first },
          { atEvent: 60 + after, kind: after % 3 === 0 ? 'splitLink' : 'killBackup' } as const,
        ];
        const outcome = simulate(seed, program, faults);
        const context = `seed ${seed}, ${first}, then ${after} events: ${outcome.reports.join('; ')}`;
        // A primary that is lost before its backup knows is the first one's successor.
        if (outcome.exitCode === 70 && after < 40 && first === 'killPrimary') continue;
        if (outcome.exitCode !== program.exitCode) t.fail(`${context}: exit code ${outcome.exitCode}`);
        const wrong = contradiction(outcome.text) ?? inputGap(outcome.text);
        if (wrong !== null) t.fail(`${context}: ${wrong}`);
        if (outcome.text.split('\n').length !== unharmed.text.split('\n').length) t.fail(`${context}: lines`);
        if (outcome.files.get('log') !== unharmed.files.get('log')) t.fail(`${context}: files`);
        wholeCount += outcome.wholeCount;
      }
    }
  }
  t.true(wholeCount > 1000, `${wholeCount} times whole`);
});

test('a primary that is lost before its new backup is whole is the end, said clearly; after that it is not', (t) => {
  let ended = 0;
  let survived = 0;
  for (let seed = 0; seed < 3; seed++) {
    const program = longer(DETERMINISTIC, 20);
    const whole = simulate(seed, program, []).text;
    for (let after = 1; after < 1200; after += 5) {
      const faults = [
        { atEvent: 40, kind: 'killBackup' },
        { atEvent: 40 + after, kind: 'killPrimary' },
      ] as const;
      const outcome = simulate(seed, program, faults);
      const context = `seed ${seed}, then ${after} events: ${outcome.reports.join('; ')}`;
      if (outcome.exitCode === 70) {
        ended++;
        if (!whole.startsWith(outcome.text)) t.fail(`${context}: ${outcome.text}`);
        if (!/no replica is left and the program has ended$/.test(outcome.reports.at(-1) ?? ''))
          t.fail(context);
      } else {
        survived++;
        if (outcome.exitCode !== program.exitCode || outcome.text !== whole) t.fail(context);
      }
    }
  }
  t.true(ended > 50 && survived > 50, `${ended} ended, ${survived} survived`);
});
