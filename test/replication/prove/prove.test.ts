// The proof itself on real processes: a sound machine passes; one that diverges, a log that alters a value, a gateway that
// loses or doubles an output are each found and named.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { checkConfiguration, DEFAULT_CONFIGURATION } from '../../../replication/configuration.js';
import type { Moment } from '../../../replication/prove/case.js';
import { type ProofOptions, type ProofResult, prove } from '../../../replication/prove/prove.js';
import { temporaryFolder } from '../../lib/temporary.js';
import { type Program, toyRecord } from '../toy-machine.js';

const PATIENCE_MS = 15 * 60_000;
const TOY = new URL('../toy-machine.js', import.meta.url).href;

/** Says what follows from its inputs, and writes a file. */
const STEPS: Program['steps'] = [
  { op: 'compute', epochs: 10, spin: 20_000 },
  { op: 'print' },
  { op: 'append', path: 'records' },
  { op: 'read', wait: true },
  { op: 'print', stream: 2 },
];
const DETERMINISTIC: Program = { steps: STEPS, rounds: 12, exitCode: 3 };
const BY_CLOCK: Program = { steps: [{ op: 'clock' }, { op: 'entropy', byteCount: 2 }, ...STEPS], rounds: 12 };

function proof(
  t: ExecutionContext,
  program: Program,
  options: Partial<ProofOptions> = {},
): Promise<ProofResult> {
  return prove({
    record: toyRecord(program),
    configuration: DEFAULT_CONFIGURATION,
    currentFolder: temporaryFolder(t),
    inPlace: false,
    oneRun: false,
    stops: false,
    byHistory: false,
    points: { kind: 'random', count: 2 },
    victims: ['primary', 'backup'],
    signals: ['SIGKILL'],
    seed: 7,
    limit: 3,
    input: Buffer.from('the quick brown fox jumps over the lazy dog and does so again and again'),
    timeoutMs: 120_000,
    keep: null,
    factoryModule: TOY,
    ...options,
  });
}

/** A strike at the primary at this moment, once. */
function at(moment: Moment): Partial<ProofOptions> {
  return { points: { kind: 'moment', moment, wakeAfterMs: null }, victims: ['primary'] };
}

const faults = (result: ProofResult) => result.cases.flatMap(({ findings }) => findings);

test.serial('a program whose runs agree: struck at outputs, every run gives the same', async (t) => {
  t.timeout(PATIENCE_MS);
  const result = await proof(t, DETERMINISTIC, {
    points: { kind: 'outputs' },
    limit: 3,
    victims: ['primary'],
  });
  t.true(result.isDeterministic, result.notes.join());
  t.deepEqual(faults(result), []);
  t.true(result.holds);
  t.is(result.cases.length, 4);
  for (const { outcome, takeOverMs, replica } of result.cases.slice(1, 3)) {
    t.is(outcome, 'holds');
    t.is(replica, 'a');
    t.true(takeOverMs! > 0);
  }
  // Two prints, two standard reads' requests a round, and the exit.
  t.is(result.measured?.outputCount, 12 * 3 + 1);
});

test.serial('a program whose runs differ is checked by the history of each run', async (t) => {
  t.timeout(PATIENCE_MS);
  const result = await proof(t, BY_CLOCK, {
    signals: ['SIGKILL', 'SIGSTOP'],
    points: { kind: 'epochs' },
    limit: 4,
  });
  t.false(result.isDeterministic);
  t.deepEqual(faults(result), []);
  t.true(result.holds);
  t.regex(result.notes.join('\n'), /two unkilled runs differ .* checked against its own history/);
});

test.serial(
  'a file of the current folder itself, named by its absolute path, is none of the copy',
  async (t) => {
    t.timeout(PATIENCE_MS);
    const currentFolder = temporaryFolder(t);
    const path = join(currentFolder, 'outside.txt');
    writeFileSync(path, '');
    const program: Program = { steps: [...BY_CLOCK.steps, { op: 'append', path }], rounds: 12 };
    const result = await proof(t, program, {
      ...at({ kind: 'output', sequence: 10, phase: 'sent' }),
      currentFolder,
    });
    t.not(readFileSync(path, 'utf8'), '');
    t.deepEqual(faults(result), []);
    t.true(result.holds);
    t.true(
      result.notes.includes(`files outside the copy of the current folder are not compared, such as ${path}`),
    );
  },
);

test.serial('many strikes in one run, each when the pair is whole again', async (t) => {
  t.timeout(PATIENCE_MS);
  const program: Program = { steps: BY_CLOCK.steps.slice(0, 4), rounds: 1500 };
  const result = await proof(t, program, { oneRun: true, points: { kind: 'random', count: 4 } });
  t.deepEqual(faults(result), []);
  t.is(result.cases.length, 5);
  const struck = result.cases.slice(1).map(({ replica }) => replica);
  t.deepEqual(struck, ['a', 'c', 'b', 'e'], 'each victim has the role that was asked for');
  for (const { wholeMs } of result.cases.slice(1, 4)) t.true(wholeMs! > 0);
});

test.serial('fewer strikes than were asked for are no proof', async (t) => {
  t.timeout(PATIENCE_MS);
  const result = await proof(t, DETERMINISTIC, { oneRun: true, points: { kind: 'random', count: 50 } });
  t.false(result.holds);
  t.regex(faults(result).join('\n'), /the program ended after \d+ of 50 strikes/);
});

test.serial('a machine that is no function of its log is found, even unkilled', async (t) => {
  t.timeout(PATIENCE_MS);
  const program: Program = { steps: [{ op: 'diverge' }, ...STEPS], rounds: 12 };
  const result = await proof(t, program, at({ kind: 'output', sequence: 10, phase: 'sent' }));
  t.false(result.holds);
  t.is(result.cases[0]!.outcome, 'fails');
  t.regex(
    result.cases[0]!.findings.join(),
    /its own history gives something else: stdout: .*differs|disagree/,
  );
});

test.serial('a log that alters a value on its way is found', async (t) => {
  t.timeout(PATIENCE_MS);
  const factoryModule = new URL('./altering-machine.js', import.meta.url).href;
  const result = await proof(t, BY_CLOCK, {
    ...at({ kind: 'output', sequence: 20, phase: 'sent' }),
    factoryModule,
    // The program does not end before its backup has been told anything.
    configuration: checkConfiguration({ skew: { maximumEpochs: 1 } }, 'the test'),
  });
  t.false(result.holds);
  t.regex(
    faults(result).join('\n'),
    /replica . was told input 0 of epoch 0 where the run has input 0 of epoch 0/,
  );
});

for (const [fault, said] of [
  ['lost', /stdout: at byte \d+ \(line \d+\) \d+ bytes are lost/],
  ['doubled', /stdout: at byte \d+ \(line \d+\) \d+ bytes are doubled/],
] as const) {
  for (const program of [DETERMINISTIC, BY_CLOCK]) {
    const kind = program === BY_CLOCK ? 'whose runs differ' : 'whose runs agree';
    test.serial(
      `an output ${fault} after a take-over is found and named, in a program ${kind}`,
      async (t) => {
        t.timeout(PATIENCE_MS);
        process.env.RJVM_TEST_FAULT = fault;
        const caseModule = new URL('./faulty-case.js', import.meta.url).pathname;
        const strike = at({ kind: 'output', sequence: 10, phase: 'released' });
        const result = await proof(t, program, { ...strike, caseModule });
        t.false(result.holds);
        t.is(result.cases[0]!.outcome, 'holds', 'nothing is wrong before the take-over');
        t.regex(faults(result).join('\n'), said);
      },
    );
  }
}
