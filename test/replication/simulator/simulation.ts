// One run: the real roles and executions of a replicated program in virtual time, with faults, checked as it goes.
// The same seed and scenario give the same run.
import { generator } from '../../../lib/generator.js';
import { type Configuration, checkConfiguration } from '../../../replication/configuration.js';
import { type FaultKind, Faults } from './faults.js';
import { type LauncherNews, SimulatedLauncher } from './launcher.js';
import type { SimulatedReplica } from './replica.js';
import type { Scenario } from './scenario.js';
import { END_SIGNAL } from './script-machine.js';
import { World } from './world.js';

/** All that led to an error, in one line. */
export function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${causes(error.cause)}`;
}

export interface Outcome {
  /** The program's, or 70 where no replica was left. */
  readonly exitCode: number;
  readonly lineCount: number;
  /** Faults that were injected, by kind. */
  readonly counts: Readonly<Record<FaultKind, number>>;
  readonly faultCount: number;
  readonly eventCount: number;
  readonly reports: readonly string[];
  /** Messages of former primaries that the gateway has refused. */
  readonly refusedCount: number;
  /** How often a replacement could take over. */
  readonly wholeCount: number;
  /** Changes of files that were found to have been made already. */
  readonly settledCount: number;
  readonly recordCount: number;
}

/** So long nothing may become visible while the program runs, nor a replica be missing when all faults are over. */
const LONGEST_SILENCE_US = 30_000_000;
/** The longest run that is meant: beyond it something is stuck. */
const MAXIMUM_EVENTS = 50_000;
const MAXIMUM_EVENTS_PER_FAULT = 3000;
const NO_REPLICA_EXIT_CODE = 70;
const RETRY_FAULT_US = 2000;
/** Signals that mean nothing to the program but that it has to be told of. */
const SIGNAL_SHARE = 0.05;
const HANGUP_SIGNAL = 1;

export class Simulation implements LauncherNews {
  readonly #scenario: Scenario;
  readonly #world: World;
  readonly #launcher: SimulatedLauncher;
  readonly #faults: Faults;
  readonly #parameters: Configuration;
  #eventCount = 0;
  #lastSignUs = 0;
  /** Faults that are still to come. */
  #left: number;
  #hasEnded = false;

  constructor(seed: number, scenario: Scenario, trace: ((line: string) => void) | null = null) {
    this.#scenario = scenario;
    const { script, configuration, pace, chain } = scenario;
    this.#parameters = checkConfiguration(configuration, 'the simulation');
    const random = generator(seed);
    this.#world = new World({ random, script, parameters: this.#parameters, pace, trace });
    this.#launcher = new SimulatedLauncher(this.#world, this);
    this.#faults = new Faults(this.#world, this.#launcher, scenario.isSurvivable);
    this.#left = chain?.count ?? 0;
    if (this.#left > 0) this.#schedule();
  }

  /** Throws where anything is not as it should be. */
  run(): Outcome {
    const { queue } = this.#world;
    const { planned = [] } = this.#scenario;
    const maximumEvents = MAXIMUM_EVENTS + MAXIMUM_EVENTS_PER_FAULT * this.#left;
    let next = 0;
    while (this.#launcher.exitCode === null) {
      for (; planned[next]?.atEvent === this.#eventCount; next++) this.#inject(planned[next]!.kind);
      if (!queue.step()) throw new Error(`nothing happens any more at ${queue.nowUs} us`);
      if (++this.#eventCount > maximumEvents) throw new Error(`the run does not end: ${this.#silence()}`);
      if (queue.nowUs - this.#lastSignUs > LONGEST_SILENCE_US) throw new Error(this.#silence());
    }
    this.#check(this.#launcher.exitCode);
    return this.#outcome(this.#launcher.exitCode);
  }

  #silence(): string {
    const register = this.#launcher.gateway.register().map(({ id, role, state }) => `${id} ${role} ${state}`);
    const isMissing = this.#left === 0 && !this.#faults.areAllThere;
    const what = isMissing ? 'a replica stays missing' : 'nothing becomes visible any more';
    return `${what} at ${this.#world.queue.nowUs} us: ${register.join(', ')}`;
  }

  #outcome(exitCode: number): Outcome {
    const { counts, count } = this.#faults;
    const { reports, refusedCount, wholeCount } = this.#launcher;
    const { settledCount, recordCount } = this.#world.files;
    const { lineCount } = this.#world.history;
    return {
      exitCode,
      lineCount,
      counts,
      faultCount: count,
      eventCount: this.#eventCount,
      reports,
      refusedCount,
      wholeCount,
      settledCount,
      recordCount,
    };
  }

  /** What was visible has been checked on the way; here, that nothing of it is missing. */
  #check(exitCode: number): void {
    const { script, isSurvivable } = this.#scenario;
    if (exitCode === NO_REPLICA_EXIT_CODE) {
      const alive = this.#faults.survivors;
      if (isSurvivable || alive.length > 0)
        throw new Error(`the program is lost, though ${alive.join() || 'never too many failed at once'}`);
      return;
    }
    if (exitCode !== script.exitCode) throw new Error(`exit code ${exitCode}, not ${script.exitCode}`);
    if (this.#parameters.outputRule === 'relaxed') return;
    const { files, history } = this.#world;
    const count = (op: string) => script.steps.filter((step) => step.op === op).length;
    const rounds = script.rounds === Infinity ? history.lineCount / count('print') : script.rounds;
    if (!Number.isInteger(rounds) || history.lineCount !== rounds * count('print'))
      throw new Error(`${history.lineCount} lines in rounds of ${count('print')}`);
    if (files.recordCount !== rounds * count('append'))
      throw new Error(`${files.recordCount} records in ${rounds} rounds of ${count('append')}`);
    if (files.pathCount > 0) throw new Error(`${files.pathCount} files are left over`);
  }

  #inject(kind: FaultKind): boolean {
    if (!this.#faults.inject(kind)) return false;
    this.#world.trace(`fault: ${kind}`);
    return true;
  }

  /** The next fault of the chain: at once or soon, or some time after all replicas are there again. */
  #schedule(): void {
    const { withinUs, wholeShare } = this.#scenario.chain!;
    const delayUs = this.#world.below(withinUs);
    if (this.#world.chance(wholeShare)) this.#whenWhole(() => this.#later(delayUs, () => this.#next()));
    else this.#later(delayUs, () => this.#next());
  }

  #later(delayUs: number, run: () => void): void {
    this.#world.queue.after(delayUs, run);
  }

  #whenWhole(run: () => void): void {
    if (this.#faults.areAllThere) run();
    else this.#later(this.#world.below(RETRY_FAULT_US), () => this.#whenWhole(run));
  }

  #next(): void {
    const { chain } = this.#scenario;
    const before = this.#faults.count;
    if (this.#world.chance(SIGNAL_SHARE)) this.#launcher.step({ kind: 'signal', signal: HANGUP_SIGNAL });
    if (!this.#inject(this.#world.pick(chain!.kinds)!)) {
      this.#later(this.#world.below(RETRY_FAULT_US), () => this.#next());
      return;
    }
    this.#left -= this.#faults.count - before;
    if (this.#left > 0) return this.#schedule();
    this.#left = 0;
    this.#lastSignUs = this.#world.queue.nowUs;
    this.#whenWhole(() => this.#end());
  }

  /** When all faults are over, all replicas have to be there again, and then the program is told to end. */
  #end(): void {
    this.#hasEnded = true;
    this.#lastSignUs = this.#world.queue.nowUs;
    this.#launcher.step({ kind: 'signal', signal: END_SIGNAL });
  }

  released(): void {
    // While a replica is missing at the end, the program's output is no sign that all is well.
    if (this.#left > 0 || this.#hasEnded || this.#scenario.chain === undefined)
      this.#lastSignUs = this.#world.queue.nowUs;
    this.#faults.released();
  }

  condemned(replica: SimulatedReplica): void {
    this.#faults.condemned(replica);
  }
}
