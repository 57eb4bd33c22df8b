// Every demo and every program of test/java, run by `java`, by rjvm alone and by rjvm as a pair: standard output,
// standard error and exit code must be the same, byte for byte.
import test from 'ava';
import { API_CLASSES } from '../jvm/api/programs.js';
import {
  type CommandOptions,
  cleanEnvironment,
  jdkProgram,
  limiter,
  type Outcome,
  runCommand,
  runRjvm,
} from '../support/command.js';
import { firstDifference } from './difference.js';
import { allRuns, type ProgramRun, rulesWithoutProgram, rulesWithoutReason } from './programs.js';

/** Processes at a time: each of a pair's replicas wants a processor of its own. */
const CONCURRENCY = 2;
const TIMEOUT_MS = 180_000;

const limited = limiter(CONCURRENCY);
const java = jdkProgram('java');
const MODES = { alone: [], pair: ['--pair'] } as const;

const references = new Map<ProgramRun, Promise<Outcome>>();

/** What `java` does with the program; run once, for all modes. */
function reference(run: ProgramRun): Promise<Outcome> {
  let outcome = references.get(run);
  if (outcome === undefined) {
    const folder = run.usesApi ? `${run.folder}:${API_CLASSES}` : run.folder;
    outcome = limited(() => runCommand(java, words({ ...run, folder }), options(run)));
    references.set(run, outcome);
  }
  return outcome;
}

function options({ environment, input }: ProgramRun): CommandOptions {
  return { environment, timeoutMs: TIMEOUT_MS, ...(input === undefined ? {} : { input }) };
}

function words(run: ProgramRun): string[] {
  return [...run.options, '-cp', run.folder, run.mainClass, ...run.programArguments];
}

function shaped(outcome: Outcome, shape: ProgramRun['shape']): Outcome {
  if (shape === undefined) return outcome;
  return { ...outcome, stdout: shape(outcome.stdout), stderr: shape(outcome.stderr) };
}

for (const [mode, flags] of Object.entries(MODES)) {
  for (const run of allRuns()) {
    test(`${mode}: ${run.title}`, async (t) => {
      t.timeout(60 * 60_000);
      const expected = shaped(await reference(run), run.shape);
      const outcome = await limited(() => runRjvm([...flags, ...words(run)], options(run)));
      const difference = firstDifference(expected, shaped(outcome, run.shape));
      t.true(difference === undefined, difference);
    });
  }
}

test('the table of rules fits the programs', (t) => {
  t.deepEqual(rulesWithoutProgram(), []);
  t.deepEqual(rulesWithoutReason(), []);
});

test('the comparison sees every kind of difference', async (t) => {
  const run = allRuns().find((candidate) => candidate.mainClass === 'Hello');
  const outcome = await reference(run!);
  t.deepEqual(outcome, { stdout: 'Hello, world!\n', stderr: '', exit: 0 });
  t.is(firstDifference(outcome, { ...outcome }), undefined);
  t.regex(firstDifference(outcome, { ...outcome, stdout: 'Hello, World!\n' }) ?? '', /stdout, line 1/);
  t.regex(firstDifference(outcome, { ...outcome, stdout: 'Hello, world!' }) ?? '', /stdout/);
  t.regex(firstDifference(outcome, { ...outcome, stderr: 'x' }) ?? '', /stderr/);
  t.regex(firstDifference(outcome, { ...outcome, exit: 1 }) ?? '', /exit/);
  t.false('CLASSPATH' in cleanEnvironment());
});
