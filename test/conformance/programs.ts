// The Java programs that are compared with `java`: the demos and test/java, with what each needs to be comparable.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../support/command.js';
import { withoutValues } from '../support/witness.js';

/** One run of a program. */
export interface ProgramRun {
  readonly title: string;
  /** Class path folder. */
  readonly folder: string;
  readonly mainClass: string;
  readonly programArguments: readonly string[];
  /** Options for java and rjvm alike, before the class. */
  readonly options: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Whether java needs the classes of the API on its class path; rjvm has them. */
  readonly usesApi: boolean;
  /** What to compare in place of the text itself; the text itself where absent. */
  readonly shape?: (text: string) => string;
}

/** What a program needs besides being run as it is. Whatever weakens the comparison states its reason. */
interface Rule {
  /** Argument lists; one run each. */
  readonly runs?: readonly (readonly string[])[];
  readonly options?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: string;
  readonly usesApi?: boolean;
  readonly shape?: (text: string) => string;
  readonly reason?: string;
}

const digitsAsOne = (text: string): string => text.replaceAll(/-?\d+/g, '#');

const RULES: Readonly<Record<string, Rule>> = {
  Arguments: { runs: [[], ['one', '', 'two words', '-x', '*', 'na\u00efve']] },
  Bank: {
    shape: (text) => text.replace(/(?<=^without: ).*$/m, digitsAsOne),
    reason: "the racy half loses updates according to the scheduling, which is every machine's own",
  },
  Clock: { shape: digitsAsOne, reason: 'prints clocks, random numbers and identity hash codes' },
  Counter: { runs: [['12', '5000']] },
  ExitCode: { runs: [[], ['0'], ['7']] },
  Exits: { runs: [[], ['halt'], ['large'], ['negative'], ['thread'], ['hook-fails']] },
  Fibonacci: { runs: [['18'], ['eighteen']] },
  GarbageAndThreads: { options: ['-Xmx16m'] },
  GarbageCollection: { options: ['-Xmx16m'] },
  HalfLines: { input: 'ab' },
  HeapLimits: { options: ['-Xmx64m'], input: 'fill 10 max fill 60 max drop fill 12 max' },
  HeapTurnover: { options: ['-Xmx8m'] },
  LargeHeap: { options: ['-Xmx512m'] },
  Life: { runs: [['12']] },
  NativeMemory: { options: ['-Xmx1792m'] },
  OpenAtTheEnd: { runs: [[], ['exit']] },
  OutOfMemory: { options: ['-Xmx32m'] },
  OutOfMemoryAgain: { options: ['-Xmx16m'] },
  Recovery: {
    runs: [['3']],
    usesApi: true,
    shape: (text) => text.replaceAll(/(?<=^(?:after|replicas): ).*$/gm, '#'),
    reason: 'java preserves nothing and has one replica',
  },
  References: { options: ['-Xmx16m'] },
  StandardInput: {
    runs: [[], ['lines'], ['words'], ['bytes'], ['count'], ['threads']],
    input: 'eins\nzw\u00f6lf 12 -4 foo\r\n\nlast line without end',
  },
  StreamFaults: { runs: [['/dev/null']], input: 'begin\n' },
  Survivor: { runs: [['/dev/null']], input: 'one\ntwo\nthree\nfour' },
  SystemProperties: {
    options: [
      '-Dconformance.own=value with = and blanks',
      '-Dconformance.empty',
      '-Dconformance.number=0x20',
    ],
    environment: { CONFORMANCE_VARIABLE: 'some value' },
  },
  Witness: {
    runs: [['2']],
    shape: withoutValues,
    reason: 'prints clocks, random numbers, identity hash codes and what a race comes to',
  },
};

/** Every run of every program, in a fixed order. */
export function allRuns(): ProgramRun[] {
  const demos = join(PROJECT, 'demos');
  const tests = join(PROJECT, 'dist', 'test-classes');
  return [
    ...sourceNames(demos).flatMap((name) => runsOf('demos', demos, name)),
    ...runsOf('demos', demos, 'shop.Checkout'),
    ...sourceNames(join(PROJECT, 'test', 'java')).flatMap((name) => runsOf('test', tests, name)),
  ];
}

function sourceNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.java'))
    .map((name) => name.slice(0, -'.java'.length))
    .sort();
}

function runsOf(group: string, folder: string, mainClass: string): ProgramRun[] {
  const rule = RULES[mainClass] ?? {};
  return (rule.runs ?? [[]]).map((programArguments) => ({
    title: [`${group}: ${mainClass}`, ...programArguments].join(' '),
    folder,
    mainClass,
    programArguments,
    options: rule.options ?? [],
    environment: rule.environment ?? {},
    usesApi: rule.usesApi ?? false,
    ...(rule.input === undefined ? {} : { input: rule.input }),
    ...(rule.shape === undefined ? {} : { shape: rule.shape }),
  }));
}

/** Names in the table that no program has: a rule for nothing is a mistake. */
export function rulesWithoutProgram(): string[] {
  const known = new Set(allRuns().map((run) => run.mainClass));
  return Object.keys(RULES).filter((name) => !known.has(name));
}

/** Rules that weaken the comparison without saying why. */
export function rulesWithoutReason(): string[] {
  return Object.entries(RULES).flatMap(([name, rule]) => (rule.shape && !rule.reason ? [name] : []));
}
