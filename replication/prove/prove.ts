// The proof: runs a program unkilled, then with its replicas struck, and compares what comes of it. Where two unkilled
// runs agree, every other run has to agree with them to the byte; where they differ, each run is checked against its own
// history, executed again.

import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BirthRecord } from '../../jvm/birth-record.js';
import { UserError } from '../../lib/errors.js';
import { generator } from '../../lib/generator.js';
import { entryPoint } from '../../lib/installation.js';
import type { Configuration } from '../configuration.js';
import { type CaseReport, caseFiles, readCheck, readReport, type Strike, writeOrder } from './case.js';
import { difference, type RunResult } from './comparison.js';
import { readJournal } from './journal.js';
import { earlier, type Measured, type Plan, type PlanOptions, planOneRun, planRuns } from './plan.js';
import { Scratch } from './scratch.js';

/** A struck run may take so many times as long as an unkilled one, and so much besides. */
const PATIENCE_FACTOR = 20;
const PATIENCE_MS = 60_000;
const PATIENCE_FOR_STRIKE_MS = 60_000;
/** Replicas end by themselves when their launcher is gone. */
const ORPHANS_END_MS = 1500;
/** Runs for one random moment that always come to their end first. */
const MAXIMUM_TRIES = 3;

export interface ProofOptions extends PlanOptions {
  readonly record: BirthRecord;
  readonly configuration: Configuration;
  /** The user's current folder. */
  readonly currentFolder: string;
  /** The program runs in the current folder itself, and its files are not compared. */
  readonly inPlace: boolean;
  /** All strikes in one run. */
  readonly oneRun: boolean;
  /** With oneRun: the program, which may be an endless one, is told to end after the last strike; it is not run unkilled,
   *  and the run is checked by its history. */
  readonly stops: boolean;
  /** Also programs whose unkilled runs agree are checked by their history, and by that alone. */
  readonly byHistory: boolean;
  readonly input: Uint8Array;
  /** For an unkilled run. */
  readonly timeoutMs: number;
  /** Folder that keeps what the runs have left; null: nothing is kept. */
  readonly keep: string | null;
  /** For tests: URL of the module that makes the machines, and path of the one that is a run's process. */
  readonly factoryModule?: string;
  readonly caseModule?: string;
  /** Told before each run: what is done now, and how many runs of how many are. */
  readonly progress?: (what: string, done: number, total: number) => void;
}

/** What has become of one run, or of one strike where there are many in a run. */
export interface CaseResult {
  /** null: nobody was struck. */
  readonly strike: Strike | null;
  readonly replica: string | null;
  /** holds: all is as it should be. missed: the program ended before the moment came. */
  readonly outcome: 'holds' | 'missed' | 'fails';
  /** From the strike to the take-over. */
  readonly takeOverMs: number | null;
  /** From the strike to the pair being whole again. */
  readonly wholeMs: number | null;
  /** A stopped replica came to itself before it was given up. */
  readonly woke: boolean;
  /** What is wrong, in sentences. */
  readonly findings: readonly string[];
  /** What is worth knowing. */
  readonly notes: readonly string[];
}

export interface ProofResult {
  readonly seed: number;
  readonly isDeterministic: boolean;
  /** null where there was no unkilled run. */
  readonly measured: Measured | null;
  readonly momentCount: number;
  readonly cases: readonly CaseResult[];
  readonly notes: readonly string[];
  readonly holds: boolean;
}

interface Run {
  readonly folder: string;
  readonly report: CaseReport | null;
  readonly result: RunResult;
  readonly durationMs: number;
  /** The pair's own lines. */
  readonly reports: string;
  readonly hasTimedOut: boolean;
}

/** Proves a program. Resolves when all runs are done. UserError where the program cannot be run at all. */
export async function prove(options: ProofOptions): Promise<ProofResult> {
  const base = options.keep ?? realpathSync(mkdtempSync(join(tmpdir(), 'rjvm-prove-')));
  const proof = new ProofRuns(options, base);
  const end = (signal: NodeJS.Signals) => {
    proof.abandon();
    process.removeListener('SIGINT', end);
    process.removeListener('SIGTERM', end);
    process.kill(process.pid, signal);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  try {
    return await proof.run();
  } finally {
    process.removeListener('SIGINT', end);
    process.removeListener('SIGTERM', end);
    proof.abandon();
  }
}

class ProofRuns {
  readonly #options: ProofOptions;
  readonly #base: string;
  readonly #scratch: Scratch;
  readonly #record: BirthRecord;
  #child: ChildProcess | null = null;
  #runCount = 0;
  #isDeterministic = false;
  readonly #notes: string[] = [];

  constructor(options: ProofOptions, base: string) {
    this.#options = options;
    this.#base = base;
    const { inPlace, currentFolder, record } = options;
    const folder = inPlace ? currentFolder : join(base, 'work');
    this.#scratch = new Scratch(folder, inPlace ? null : currentFolder);
    this.#record = { ...record, hostProperties: { ...record.hostProperties, 'user.dir': folder } };
    mkdirSync(base, { recursive: true });
    writeFileSync(this.#inputFile, options.input);
  }

  get #inputFile(): string {
    return join(this.#base, 'input');
  }

  /** Ends what runs, and leaves nothing behind. */
  abandon(): void {
    this.#child?.kill('SIGKILL');
    if (this.#options.keep === null) rmSync(this.#base, { recursive: true, force: true });
  }

  async run(): Promise<ProofResult> {
    const { progress, seed, oneRun, stops } = this.#options;
    if (oneRun && stops) {
      const { cases, momentCount } = await this.#oneRun(null);
      return {
        seed,
        isDeterministic: false,
        measured: null,
        momentCount,
        cases,
        notes: this.#notes,
        holds: holds(cases),
      };
    }
    progress?.('an unkilled run', 0, 0);
    const reference = await this.#start([], this.#options.timeoutMs);
    const measured = this.#measure(reference);
    const unkilled = [...this.#generalFindings(reference), ...(await this.#historyFindings(reference))];
    progress?.('another unkilled run', 0, 0);
    const second = await this.#start([], this.#patienceMs(reference, 0));
    const differs = difference(reference.result, second.result);
    this.#isDeterministic = differs === null && !this.#options.byHistory;
    if (differs !== null) {
      this.#notes.push(`two unkilled runs differ (${differs}): each run is checked against its own history`);
    }
    const first = { ...NO_STRIKE, outcome: outcomeOf(unkilled), findings: unkilled };
    const { cases, momentCount } = oneRun
      ? await this.#oneRun(reference)
      : await this.#manyRuns(reference, measured);
    return {
      seed,
      isDeterministic: this.#isDeterministic,
      measured,
      momentCount,
      cases: [first, ...cases],
      notes: this.#notes,
      holds: first.outcome === 'holds' && holds(cases),
    };
  }

  async #manyRuns(reference: Run, measured: Measured): Promise<{ cases: CaseResult[]; momentCount: number }> {
    const { progress, seed } = this.#options;
    const plan: Plan = planRuns(this.#options, measured);
    const random = generator(seed + 1);
    const cases: CaseResult[] = [];
    for (const [index, planned] of plan.strikes.entries()) {
      progress?.('runs with a strike', index, plan.strikes.length);
      let strike = planned;
      for (let tries = 1; ; tries++) {
        const run = await this.#start([strike], this.#patienceMs(reference, 1));
        const result = await this.#judge(strike, run, reference);
        const again = this.#another(strike, run, result, random);
        if (again !== null && tries < MAXIMUM_TRIES) {
          strike = again;
          this.#forget(run);
          continue;
        }
        cases.push(result);
        if (result.outcome !== 'fails') this.#forget(run);
        break;
      }
    }
    return { cases, momentCount: plan.momentCount };
  }

  /** What is tried in place of a strike that came too late, or that found the other replica given up already, as on a
   *  machine with too much to do; null where the run counts. */
  #another(strike: Strike, { report }: Run, { outcome }: CaseResult, random: () => number): Strike | null {
    if (outcome === 'missed') {
      const isRandom = strike.moment.kind === 'time' && this.#options.points.kind === 'random';
      return isRandom ? earlier(strike, lifeMs(report), random) : null;
    }
    return report !== null && report.endedAtMs === null && unstruck(report).length > 0 ? strike : null;
  }

  /** One run, many strikes: its findings stand with the last one. */
  async #oneRun(reference: Run | null): Promise<{ cases: CaseResult[]; momentCount: number }> {
    const { points, progress } = this.#options;
    const count = points.kind === 'random' ? points.count : 1;
    const strikes = planOneRun(this.#options, count);
    progress?.(`one run with ${count} strikes`, 0, 0);
    const run = await this.#start(strikes, this.#patienceMs(reference, count));
    const findings = await this.#findings(run, reference);
    const struck = run.report?.strikes ?? [];
    if (struck.length < count) {
      findings.push(
        `the program ended after ${struck.length} of ${count} strikes: give it more to do, or ask for fewer`,
      );
    }
    const cases = struck.map((_, index): CaseResult => {
      const isLast = index === struck.length - 1;
      return {
        ...timesOf(run.report, index),
        strike: strikes[index]!,
        outcome: isLast ? outcomeOf(findings) : 'holds',
        findings: isLast ? findings : [],
        notes: isLast ? notesOf(run) : [],
      };
    });
    if (cases.length === 0) cases.push({ ...NO_STRIKE, outcome: 'fails', findings, notes: notesOf(run) });
    return { cases, momentCount: count };
  }

  async #judge(strike: Strike, run: Run, reference: Run): Promise<CaseResult> {
    const findings = await this.#findings(run, reference);
    const wasStruck = (run.report?.strikes.length ?? 0) > 0;
    const outcome = findings.length > 0 ? 'fails' : wasStruck ? 'holds' : 'missed';
    return { ...timesOf(run.report, 0), strike, outcome, findings, notes: notesOf(run) };
  }

  async #findings(run: Run, reference: Run | null): Promise<string[]> {
    const findings = this.#generalFindings(run);
    if (findings.length > 0) return findings;
    if (!this.#isDeterministic || reference === null) return this.#historyFindings(run);
    const found = difference(reference.result, run.result);
    if (found === null) return [];
    const byHistory = await this.#historyFindings(run);
    const comment =
      byHistory.length > 0
        ? byHistory
        : ['its own history gives the same: where the program itself is not deterministic, add --by-history'];
    return [found, ...comment];
  }

  /** What must not be, whatever the program does. */
  #generalFindings({ report, hasTimedOut, durationMs, reports, folder }: Run): string[] {
    if (hasTimedOut) return [`it has not come to its end within ${Math.round(durationMs / 1000)} s`];
    if (report === null) return [`its launcher has failed: ${lastLine(readText(caseFiles(folder).stderr))}`];
    if (report.error !== null) return [report.error];
    if (report.endedAtMs === null) return [`no replica was left: ${lastLine(reports)}`];
    const findings = reports
      .split('\n')
      .filter((line) => / has failed: | disagree; /.test(line))
      .map((line) => line.replace(/^rjvm: /, ''));
    for (const id of report.undead) findings.push(`replica ${id} was given up, and its process not ended`);
    return findings;
  }

  /** Executes the history of a run again, in the run's own folder made anew, and compares. */
  async #historyFindings(run: Run): Promise<string[]> {
    if (run.report === null || run.result.exitCode === null) return [];
    this.#scratch.renew();
    const files = caseFiles(run.folder);
    const ended = await this.#process(
      fileURLToPath(entryPoint('replication/prove/check-main.js')),
      run.folder,
      {
        stdout: openSync(join(run.folder, 'check-output'), 'w'),
        stderr: 'inherit',
        timeoutMs: this.#patienceMs(run, 0),
      },
    );
    const check = readCheck(run.folder);
    if (check === null) {
      return [
        ended.hasTimedOut ? 'its history was not executed again in time' : 'its history could not be checked',
      ];
    }
    if (check.outside.length > 0) this.#noteOutside(check.outside);
    const isComparable = this.#scratch.isCopied && check.unsettled.length === 0;
    const again: RunResult = {
      stdout: files.checkedStdout,
      stderr: files.checkedStderr,
      exitCode: check.exitCode,
      files: isComparable ? this.#scratch.manifest() : null,
    };
    const findings = [...check.faults];
    const found = findings.length > 0 || !existsSync(again.stdout) ? null : difference(again, run.result);
    if (found !== null) findings.push(`its own history gives something else: ${found}`);
    return findings;
  }

  #noteOutside(paths: readonly string[]): void {
    const note = `files outside the copy of the current folder are not compared, such as ${paths[0]}`;
    if (!this.#notes.includes(note)) this.#notes.push(note);
  }

  /** UserError where the program does not run even when nobody disturbs it. */
  #measure(reference: Run): Measured {
    const { report, result, hasTimedOut, folder } = reference;
    if (hasTimedOut) {
      const seconds = Math.round(this.#options.timeoutMs / 1000);
      throw new UserError('PROVE', `the program does not end within ${seconds} s: raise --timeout`);
    }
    if (report === null || report.error !== null || report.endedAtMs === null || result.exitCode === null) {
      const reason =
        report?.error ?? (lastLine(reference.reports) || lastLine(readText(caseFiles(folder).stderr)));
      throw new UserError('PROVE', `the program does not run as a pair even unkilled: ${reason}`);
    }
    const journal = readJournal(caseFiles(folder).journal(report.primary), report.primary);
    const { heartbeat, timeouts } = this.#options.configuration;
    return {
      durationMs: lifeMs(report),
      epochCount: journal.epoch,
      outputCount: journal.outputCount,
      detectionMs: heartbeat.intervalMs * (heartbeat.missed + 1) + timeouts.probeMs,
    };
  }

  #patienceMs(reference: Run | null, strikes: number): number {
    return PATIENCE_MS + PATIENCE_FACTOR * (reference?.durationMs ?? 0) + strikes * PATIENCE_FOR_STRIKE_MS;
  }

  async #start(strikes: readonly Strike[], timeoutMs: number): Promise<Run> {
    const folder = join(this.#base, `run-${this.#runCount++}`);
    mkdirSync(folder);
    this.#scratch.renew();
    const { configuration, factoryModule = null, caseModule, oneRun, stops } = this.#options;
    const scratch = this.#scratch.isCopied ? this.#scratch.folder : null;
    const input = this.#inputFile;
    writeOrder(folder, {
      stops: oneRun && stops,
      record: this.#record,
      configuration,
      factoryModule,
      strikes,
      scratch,
      input,
    });
    const files = caseFiles(folder);
    const module = caseModule ?? fileURLToPath(entryPoint('replication/prove/case-main.js'));
    const ended = await this.#process(module, folder, {
      stdout: openSync(files.stdout, 'w'),
      stderr: openSync(files.stderr, 'w'),
      timeoutMs,
    });
    if (ended.hasTimedOut) await new Promise((resolve) => setTimeout(resolve, ORPHANS_END_MS));
    return {
      folder,
      ...ended,
      report: readReport(folder),
      reports: readText(files.reports),
      result: {
        stdout: files.stdout,
        stderr: files.stderr,
        exitCode: ended.exitCode,
        files: this.#scratch.isCopied ? this.#scratch.manifest() : null,
      },
    };
  }

  /** Runs a module of ours on a run's folder, in the scratch folder; the descriptors are closed. */
  #process(
    module: string,
    folder: string,
    { stdout, stderr, timeoutMs }: { stdout: number; stderr: number | 'inherit'; timeoutMs: number },
  ): Promise<{ exitCode: number | null; durationMs: number; hasTimedOut: boolean }> {
    const startMs = performance.now();
    const stdin = openSync(this.#inputFile, 'r');
    const child = spawn(process.execPath, ['--enable-source-maps', module, folder], {
      cwd: this.#scratch.folder,
      stdio: [stdin, stdout, stderr],
    });
    this.#child = child;
    for (const descriptor of [stdin, stdout, stderr]) if (descriptor !== 'inherit') closeSync(descriptor);
    return new Promise((resolve, reject) => {
      let hasTimedOut = false;
      const timer = setTimeout(() => {
        hasTimedOut = true;
        child.kill('SIGKILL');
      }, timeoutMs);
      child.once('error', reject);
      child.once('exit', (exitCode) => {
        clearTimeout(timer);
        this.#child = null;
        resolve({ exitCode, durationMs: performance.now() - startMs, hasTimedOut });
      });
    });
  }

  #forget({ folder }: Run): void {
    if (this.#options.keep === null) rmSync(folder, { recursive: true, force: true });
  }
}

const NO_STRIKE = {
  strike: null,
  replica: null,
  takeOverMs: null,
  wholeMs: null,
  woke: false,
  notes: [],
} as const;

function holds(cases: readonly CaseResult[]): boolean {
  return (
    cases.every(({ outcome }) => outcome !== 'fails') && cases.some(({ outcome }) => outcome === 'holds')
  );
}

function outcomeOf(findings: readonly string[]): 'holds' | 'fails' {
  return findings.length === 0 ? 'holds' : 'fails';
}

function timesOf(
  report: CaseReport | null,
  index: number,
): Pick<CaseResult, 'replica' | 'takeOverMs' | 'wholeMs' | 'woke'> {
  const strike = report?.strikes[index];
  if (strike === undefined) return { replica: null, takeOverMs: null, wholeMs: null, woke: false };
  const { replica, atMs, tookOverAtMs, wholeAtMs, lostAtMs, wokenAtMs } = strike;
  return {
    replica,
    takeOverMs: tookOverAtMs === null ? null : tookOverAtMs - atMs,
    wholeMs: wholeAtMs === null ? null : wholeAtMs - atMs,
    woke: wokenAtMs !== null && lostAtMs === null,
  };
}

function notesOf({ report }: Run): string[] {
  if (report === null) return [];
  const others = unstruck(report);
  return others.length === 0 ? [] : [`given up without having been struck: ${others.join(', ')}`];
}

/** Replicas that were given up though nobody had struck them. */
function unstruck(report: CaseReport): string[] {
  const struck = new Set(report.strikes.map(({ replica }) => replica));
  return report.lost.filter((id) => !struck.has(id));
}

/** From the pair being whole to the end of the program. */
function lifeMs(report: CaseReport | null): number {
  if (report?.endedAtMs == null || report.wholeAtMs === null) return 0;
  return Math.max(0, report.endedAtMs - report.wholeAtMs);
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
