// Programs whose heap is collected far more often than it has to be: nothing of it may show. The heap is checked after
// collections, and every run must print what the run without forced collections prints.
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { firstDifference } from '../../conformance/difference.js';
import { allRuns, type ProgramRun } from '../../conformance/programs.js';
import { PROJECT } from '../../support/command.js';
import { countAllocations, type StressOptions, type StressRun, stressRun } from './stress-run.js';

/** Minutes are for a machine that is busy with other things as well. */
const TIMEOUT_MS = 30 * 60_000;
const HELLO = ['-cp', join(PROJECT, 'demos'), 'Hello'];

/** Besides all demos: programs that allocate in ways of their own. All of the corpus takes a quarter of an hour, and the
 *  lists below meet most of the others more often. None of them reads standard input, which nobody here answers. */
const EVERY_1000TH: ReadonlySet<string> = new Set([
  'Casts',
  'Enums',
  'HandleCombinators',
  'HeapTurnover',
  'InnerClasses',
  'LambdaAdaptation',
  'Locales',
  'OutOfMemoryAgain',
  'ReflectiveCalls',
  'Regex',
  'StackTraces',
  'Streams',
  'StringConcat',
  'TextFormatting',
  'TimeFormatting',
  'VarHandles',
]);
/** A full heap takes long to check, and these fill theirs again and again. */
const RARELY: Readonly<Record<string, StressOptions>> = {
  HeapTurnover: { collectEvery: 1000, verifyEvery: 20 },
  OutOfMemoryAgain: { collectEvery: 20_000, verifyEvery: 20 },
};
const OFTEN: StressOptions = { collectEvery: 1000, verifyEvery: 3 };

/** Runs with a collection before every Nth allocation of all, the boot included; numbers without common divisors, so
 *  that they meet different ones. */
const MORE_OFTEN: readonly (readonly [title: string, collectEvery: number])[] = [
  ['demos: Hello', 7],
  ['demos: Bank', 53],
  ['demos: Sieve', 23],
  ['demos: Threads', 61],
  ['demos: shop.Checkout', 67],
  ['test: ClassLoaders', 59],
  ['test: Concurrency', 43],
  ['test: DynamicConstants', 37],
  ['test: GarbageAndThreads', 211],
  ['test: Handles', 47],
  ['test: LambdaErrors', 41],
  ['test: Proxies', 71],
  ['test: Reflection', 31],
  ['test: References', 29],
];

/** Runs in which every single allocation after the boot is preceded by a collection. */
const ALWAYS = [
  'demos: Exceptions',
  'demos: Records',
  'demos: Uncaught',
  'test: InitFailure',
  'test: Monitors',
  'test: StaticInit',
  'test: ThreadLocals',
];

function wordsOf(run: ProgramRun): string[] {
  return [...run.options, '-cp', run.folder, run.mainClass, ...run.programArguments];
}

function runNamed(title: string): ProgramRun {
  const run = allRuns().find((candidate) => candidate.title === title);
  if (run === undefined) throw new Error(`no program ${title}`);
  return run;
}

/** Runs the program without forced collections and with them. */
function compare(t: ExecutionContext, run: ProgramRun, options: StressOptions): void {
  t.timeout(TIMEOUT_MS);
  const { environment, shape = (text: string) => text } = run;
  const shaped = ({ stdout, stderr, exitCode }: StressRun) => ({
    stdout: shape(stdout),
    stderr: shape(stderr),
    exit: exitCode,
  });
  const expected = stressRun(wordsOf(run), { environment });
  const actual = stressRun(wordsOf(run), { environment, ...options });
  t.is(firstDifference(shaped(expected), shaped(actual)), undefined);
  t.true(actual.collectionCount > expected.collectionCount + 5, `${actual.collectionCount} collections`);
}

for (const run of allRuns()) {
  if (!run.title.startsWith('demos:') && !EVERY_1000TH.has(run.mainClass)) continue;
  const options = RARELY[run.mainClass] ?? OFTEN;
  test.serial(`every ${options.collectEvery}th allocation: ${run.title}`, (t) => compare(t, run, options));
}

for (const [title, collectEvery] of MORE_OFTEN) {
  test.serial(`every ${collectEvery}th allocation: ${title}`, (t) => {
    compare(t, runNamed(title), { collectEvery, verifyEvery: 10 });
  });
}

// The last allocations of Hello belong to the program itself; those of the boot are nearly the same in number each time.
const OWN_ALLOCATIONS = 200;
let bootAllocations: number | undefined;

for (const title of ALWAYS) {
  test.serial(`every allocation after the boot: ${title}`, (t) => {
    bootAllocations ??= countAllocations(HELLO) - OWN_ALLOCATIONS;
    compare(t, runNamed(title), {
      collectEvery: 1,
      skippedAllocations: bootAllocations,
      verifyEvery: 20,
    });
  });
}
