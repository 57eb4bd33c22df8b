// `npm run bench`: java, java -Xint, rjvm and rjvm as a pair in one run, as a Markdown table on stdout.
// `npm run bench -- speed`, `-- sustained`, `-- steady` and `-- replacements` have a part of it each.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { jdkProgram, PROJECT, RJVM, runCommand } from '../support/command.js';
import { type LiveObjects, measureReintegrations, QUIET_MS } from './reintegration.js';
import { measureSteadyState } from './steady-state.js';
import { measureTakeOvers, SETTLING_MS } from './take-over.js';

const HELLO_RUNS = 7;
/** Rounds of each kernel, the modes taking turns; the best of each counts. */
const KERNEL_ROUNDS = 3;
/** Of each kernel in its steady state: V8 has compiled what it will. */
const WARM_UP_S = 3;
const SUSTAINED_S = 4;
const LINE_COUNT = 100_000;
const KILL_ROUNDS = 40;
const STOP_ROUNDS = 10;
const TIMEOUT_MS = 600_000;
const CLASSES = join(PROJECT, 'dist', 'bench-classes');
const KERNELS = [
  'Fib',
  'SieveBytes',
  'LongLcg',
  'DotProduct',
  'Allocation',
  'VirtualCalls',
  'StringBuilding',
] as const;

const java = jdkProgram('java');
const MODES = {
  java: [java],
  'java -Xint': [java, '-Xint'],
  rjvm: [process.execPath, RJVM],
  'rjvm --pair': [process.execPath, RJVM, '--pair'],
} as const;
/** Two unreplicated machines at the same time: what two processes on these cores cost each other without any
 *  replication. A pair is measured against it as well as against one machine alone. */
const TWO_AT_ONCE = '2 × rjvm at once';
type Mode = keyof typeof MODES;
const MODE_NAMES = Object.keys(MODES) as Mode[];
type Column = Mode | typeof TWO_AT_ONCE;
const COLUMNS: readonly Column[] = ['java', 'java -Xint', 'rjvm', TWO_AT_ONCE, 'rjvm --pair'];
const OWN_COLUMNS = COLUMNS.slice(2);

/** Milliseconds by mode; absent where the run failed. */
type Times = Partial<Record<Column, number>>;

let failures = 0;

function fail(what: string, why: string): undefined {
  process.stderr.write(`bench: ${what}: ${why}\n`);
  failures++;
  return undefined;
}

function run(mode: Mode, words: readonly string[]) {
  const [program, ...flags] = MODES[mode];
  return runCommand(program, [...flags, ...words], { timeoutMs: TIMEOUT_MS });
}

/** Wall time of Hello in every mode, the modes taking turns so that a disturbance meets all of them: median. */
async function measureHello(): Promise<Times> {
  const samples: Record<Mode, number[]> = { java: [], 'java -Xint': [], rjvm: [], 'rjvm --pair': [] };
  for (let round = 0; round < HELLO_RUNS; round++) {
    for (const mode of MODE_NAMES) {
      const start = performance.now();
      const outcome = await run(mode, ['-cp', join(PROJECT, 'demos'), 'Hello']);
      const elapsedMs = performance.now() - start;
      if (outcome.stdout === 'Hello, world!\n' && outcome.exit === 0) samples[mode].push(elapsedMs);
      else fail(`Hello by ${mode}`, firstLine(outcome.stderr));
    }
  }
  const times: Times = {};
  for (const mode of MODE_NAMES) if (samples[mode].length > 0) times[mode] = median(samples[mode]);
  return times;
}

/** Time and result that a kernel prints of itself. */
async function runKernel(mode: Mode, words: readonly string[]) {
  const { stdout, stderr, exit } = await run(mode, ['-cp', CLASSES, ...words]);
  const [, timeMs, result] = stdout.trim().split(' ');
  if (exit !== 0 || timeMs === undefined) return fail(`${words.join(' ')} by ${mode}`, firstLine(stderr));
  return { timeMs: Number(timeMs), result };
}

/** The mean of one run, or of two at once. */
async function runColumn(column: Column, once: (mode: Mode) => Promise<number | undefined>) {
  const runs = column === TWO_AT_ONCE ? [once('rjvm'), once('rjvm')] : [once(column)];
  const known = (await Promise.all(runs)).filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** A kernel's own time in every mode, from its start: the best of each. The result must be the same in all. */
async function measureKernel(kernel: string): Promise<Times> {
  const times: Times = {};
  let reference: string | undefined;
  const once = async (mode: Mode): Promise<number | undefined> => {
    const outcome = await runKernel(mode, [kernel]);
    if (outcome === undefined) return undefined;
    reference ??= outcome.result;
    if (outcome.result === reference) return outcome.timeMs;
    return fail(`${kernel} by ${mode}`, `result ${outcome.result}, not ${reference}`);
  };
  for (let round = 0; round < KERNEL_ROUNDS; round++) {
    for (const column of COLUMNS) {
      const mean = await runColumn(column, once);
      if (mean !== undefined) times[column] = Math.min(times[column] ?? Number.POSITIVE_INFINITY, mean);
    }
  }
  return times;
}

/** A kernel's time for each of its rounds in the steady state: medians. */
async function measureSustained(kernel: string): Promise<Times> {
  const samples = new Map<Column, number[]>(OWN_COLUMNS.map((column) => [column, []]));
  for (let round = 0; round < KERNEL_ROUNDS; round++) {
    for (const column of OWN_COLUMNS) {
      const words = ['Sustained', kernel, `${WARM_UP_S}`, `${SUSTAINED_S}`];
      const mean = await runColumn(column, async (mode) => (await runKernel(mode, words))?.timeMs);
      if (mean !== undefined) samples.get(column)!.push(mean);
    }
  }
  const known = [...samples].filter(([, values]) => values.length > 0);
  return Object.fromEntries(known.map(([column, values]) => [column, median(values)]));
}

function firstLine(text: string): string {
  return text.split('\n')[0] || 'no output';
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The geometric mean of the ratios that there are. */
function geometricMean(ratios: readonly (number | undefined)[]): number | undefined {
  const known = ratios.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  return Math.exp(known.reduce((sum, value) => sum + Math.log(value), 0) / known.length);
}

function ratio(times: Times, mode: Column, base: Column): number | undefined {
  const value = times[mode];
  const divisor = times[base];
  return value === undefined || divisor === undefined ? undefined : value / divisor;
}

function show(value: number | undefined, digits = 1): string {
  return value === undefined ? 'failed' : value.toFixed(digits);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

function timesRow(title: string, times: Times): string {
  return row([
    title,
    ...COLUMNS.map((column) => (column in times ? show(times[column]) : '')),
    'java -Xint' in times ? show(ratio(times, 'rjvm', 'java -Xint'), 2) : '',
    show(ratio(times, 'rjvm --pair', 'rjvm'), 2),
    TWO_AT_ONCE in times ? show(ratio(times, 'rjvm --pair', TWO_AT_ONCE), 2) : '',
  ]);
}

async function bench(): Promise<void> {
  const processors = cpus();
  process.stderr.write(`bench: ${processors.length} x ${processors[0]?.model}, Node ${process.version}\n`);
  const columns = ['ms', ...COLUMNS, 'rjvm ÷ -Xint', 'pair ÷ alone', 'pair ÷ 2 at once'];
  let table = row(columns) + row(columns.map((_, index) => (index === 0 ? '---' : '---:')));
  const [part] = process.argv.slice(2);
  const wants = (name: string) => part === undefined || part === name;
  if (wants('speed')) table += (await speedRows()) + (await manyLinesRow());
  if (wants('sustained')) table += await sustainedRows();
  if (wants('steady')) table += await steadyRows();
  if (wants('replacements')) {
    table += (await takeOverRow('SIGKILL', KILL_ROUNDS)) + (await takeOverRow('SIGSTOP', STOP_ROUNDS));
    for (const live of ['small', 'large'] as const) table += await reintegrationRows(live);
  }
  process.stdout.write(table);
}

async function speedRows(): Promise<string> {
  process.stderr.write('bench: Hello\n');
  let table = timesRow(`Hello, wall time (median of ${HELLO_RUNS})`, await measureHello());
  const kernels: Times[] = [];
  for (const kernel of KERNELS) {
    process.stderr.write(`bench: ${kernel}\n`);
    const times = await measureKernel(kernel);
    kernels.push(times);
    table += timesRow(kernel, times);
  }
  const toXint = (mode: Column) => geometricMean(kernels.map((times) => ratio(times, mode, 'java -Xint')));
  table += row([
    'geometric mean of the kernels, ÷ -Xint',
    ...COLUMNS.map((column) => show(toXint(column), 2)),
    show(toXint('rjvm'), 2),
    show(geometricMean(kernels.map((times) => ratio(times, 'rjvm --pair', 'rjvm'))), 2),
    show(geometricMean(kernels.map((times) => ratio(times, 'rjvm --pair', TWO_AT_ONCE))), 2),
  ]);
  return table;
}

async function sustainedRows(): Promise<string> {
  let table = '';
  const all: Times[] = [];
  for (const kernel of KERNELS) {
    process.stderr.write(`bench: ${kernel}, steady state\n`);
    const times = await measureSustained(kernel);
    all.push(times);
    table += timesRow(`${kernel}, a round in the steady state (median of ${KERNEL_ROUNDS})`, times);
  }
  const mean = (base: Column) =>
    show(geometricMean(all.map((times) => ratio(times, 'rjvm --pair', base))), 2);
  const title = 'geometric mean of these';
  return table + row([title, '', '', '', '', '', '', mean('rjvm'), mean(TWO_AT_ONCE)]);
}

/** A row of something that pairs alone do: median and worst. */
function pairRow(title: string, values: readonly number[]): string {
  const [middle, worst] = values.length > 0 ? [median(values), Math.max(...values)] : [];
  return row([title, '', '', '', '', `${show(middle)}, ${show(worst)}`, '', '', '']);
}

/** Median, 95th percentile and worst. */
async function takeOverRow(signal: 'SIGKILL' | 'SIGSTOP', rounds: number): Promise<string> {
  process.stderr.write(`bench: take-overs after ${signal}\n`);
  const times = await measureTakeOvers(signal, SETTLING_MS, rounds, (round, why) =>
    fail(`${signal}, round ${round}`, why),
  );
  const sorted = times.sort((left, right) => left - right);
  const late = sorted[Math.ceil(sorted.length * 0.95) - 1];
  const title = `${signal} of the primary to the next byte (${sorted.length} times: median, 95 %, worst)`;
  const [middle, worst] = sorted.length > 0 ? [median(sorted), sorted.at(-1)] : [];
  return row([title, '', '', '', '', `${show(middle)}, ${show(late)}, ${show(worst)}`, '', '', '']);
}

/** Wall time of a program that prints, start included, in every mode: median. */
async function manyLinesRow(): Promise<string> {
  process.stderr.write('bench: lines\n');
  const samples: Record<Mode, number[]> = { java: [], 'java -Xint': [], rjvm: [], 'rjvm --pair': [] };
  for (let round = 0; round < KERNEL_ROUNDS; round++) {
    for (const mode of MODE_NAMES) {
      const start = performance.now();
      const { stdout, stderr, exit } = await run(mode, ['-cp', CLASSES, 'ManyLines', `${LINE_COUNT}`]);
      if (exit === 0 && stdout.split('\n').length === LINE_COUNT + 1)
        samples[mode].push(performance.now() - start);
      else fail(`lines by ${mode}`, firstLine(stderr));
    }
  }
  const times: Times = {};
  for (const mode of MODE_NAMES) if (samples[mode].length > 0) times[mode] = median(samples[mode]);
  return timesRow(`${LINE_COUNT} short println, wall time (median of ${KERNEL_ROUNDS})`, times);
}

async function steadyRows(): Promise<string> {
  let table = '';
  const add = (title: string, value: string) => {
    table += row([title, '', '', '', '', value, '', '', '']);
  };
  for (const steadiness of ['compute', 'clock', 'idle'] as const) {
    process.stderr.write(`bench: a steady pair, ${steadiness}\n`);
    try {
      const state = await measureSteadyState(steadiness);
      add(`log of a steady pair, ${steadiness} (bytes per second)`, show(state.logBytesPerSecond, 0));
      if (steadiness !== 'idle') continue;
      add('processor time of an idle pair (% of a core)', show(state.processorShare * 100, 2));
      add('loopback traffic meanwhile (bytes per second)', show(state.loopbackBytesPerSecond, 0));
    } catch (error) {
      fail(`a steady pair, ${steadiness}`, error instanceof Error ? error.message : String(error));
    }
  }
  return table;
}

/** What a program's user sees of a lost backup's replacement. */
async function reintegrationRows(live: LiveObjects): Promise<string> {
  process.stderr.write(`bench: re-integration, ${live} objects\n`);
  const measured = await measureReintegrations(live, (why) => fail(`re-integration, ${live} objects`, why));
  const what = `100 MB of ${live === 'small' ? 'small objects' : 'large arrays'}`;
  const times = `(${measured.length} kills: median, worst)`;
  return (
    pairRow(
      `re-integration pause, ${what}: longest gap between outputs ${times}`,
      measured.map(({ longestGapMs }) => longestGapMs),
    ) +
    pairRow(
      `the same in ${QUIET_MS / 1000} s without re-integration ${times}`,
      measured.map(({ quietGapMs }) => quietGapMs),
    ) +
    pairRow(
      `kill -9 of the backup to the next byte, ${what} ${times}`,
      measured.map(({ lossGapMs }) => lossGapMs),
    )
  );
}

await bench();
process.exitCode = failures === 0 ? 0 : 1;
