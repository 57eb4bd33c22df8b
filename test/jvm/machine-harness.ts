// Runs real machines in one process: one that performs its actions and records them in memory, and others with the same
// birth record that follow the record alone. Time is virtual: an idle machine's earliest timer fires at once.
import v8 from 'node:v8';
import vm from 'node:vm';
import type { BirthRecord, MachineOptions } from '../../jvm/birth-record.js';
import {
  type Action,
  type ActionResult,
  type Environment,
  type ExternalAction,
  type ReplicableMachine,
  STALLED,
} from '../../jvm/environment.js';
import type { Host, HostRequest } from '../../replication/contracts.js';
import { machineFactory } from '../../replication/machine-factory.js';
import { TimerTable } from '../../replication/timer-table.js';

/** A program that has more epochs than this never ends. */
const MAXIMUM_EPOCHS = 1_000_000;
const MAXIMUM_RUN_MS = 60_000;
/** A machine reserves gigabytes of address space, which only a collection of garbage gives back. More often would cost
 *  more than the machines do, because V8 then compiles the interpreter again. */
const MACHINES_BETWEEN_COLLECTIONS = 16;

/** An input stalls twice before it is answered: so it shows whether the second execution leaves anything behind. The
 *  first one may: it loads classes, which the next finds loaded. */
const STALLS_IN_A_ROW = 2;

/** A logged input: what was asked for at that position, and the answer. */
interface LoggedInput {
  readonly kind: string;
  readonly value: ActionResult;
}

/** What one epoch took in from outside. */
interface LoggedEpoch {
  readonly inputs: readonly LoggedInput[];
  readonly actions: readonly ExternalAction[];
}

/** What can be seen of a run from outside, and the digests of the machine's memory. */
export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  /** At the end of each epoch; the last is that of the machine which has exited. */
  readonly digests: readonly string[];
  /** By epoch: its outputs and timers, in order. */
  readonly outputs: readonly (readonly string[])[];
  readonly stallCount: number;
  /** Time that the digests took. */
  readonly digestMs: number;
}

export interface RecordedRun extends Run {
  readonly log: readonly LoggedEpoch[];
}

/** What a replay does differently from the recording. None of it may show. */
export interface ReplayOptions {
  /** Answers the requests that every replica performs for itself. */
  readonly host: Host;
  /** Whether the answer of the next input is not known at first. */
  readonly stalls?: () => boolean;
  /** Makes the machine in another way than its factory. */
  readonly createMachine?: (record: BirthRecord, environment: Environment) => ReplicableMachine;
}

let machineCount = 0;

function createMachine(record: BirthRecord, environment: Environment): ReplicableMachine {
  if (++machineCount % MACHINES_BETWEEN_COLLECTIONS === 0) collectGarbage();
  return machineFactory.create(record, environment);
}

/** Collects this process's own garbage. */
export function collectGarbage(): void {
  v8.setFlagsFromString('--expose-gc');
  (vm.runInNewContext('gc') as () => void)();
}

/** The same birth record with other options. */
export function withOptions(record: BirthRecord, options: Partial<MachineOptions>): BirthRecord {
  return { ...record, options: { ...record.options, ...options } };
}

/** Something that happens outside once the program has printed a text. */
export interface Occurrence {
  readonly after: string;
  readonly action: ExternalAction;
}

/** What both environments do alike: outputs and timers, which return when they are sent and so never stall. */
class Outputs {
  readonly #texts = { 1: '', 2: '' };
  readonly epochs: string[][] = [[]];

  get stdout(): string {
    return this.#texts[1];
  }

  get stderr(): string {
    return this.#texts[2];
  }

  /** Takes an output; false where the request is none. */
  take({ request }: Action): boolean {
    switch (request.kind) {
      case 'writeStandard': {
        const text = Buffer.from(request.bytes).toString('latin1');
        this.#texts[request.stream] += text;
        this.#add(`${request.stream}: ${text}`);
        return true;
      }
      case 'startTimer':
        this.#add(`start timer ${request.id} of ${request.durationNs} ns`);
        return true;
      case 'cancelTimer':
        this.#add(`cancel timer ${request.id}`);
        return true;
      case 'readStandardInput':
        this.#add(`read input ${request.id}, ${request.wait ? 'waiting' : 'not waiting'}`);
        return true;
      default:
        return false;
    }
  }

  #add(output: string): void {
    this.epochs.at(-1)!.push(output);
  }
}

/** Performs everything and writes down what came in. */
class RecordingEnvironment implements Environment {
  readonly outputs = new Outputs();
  readonly log: { inputs: LoggedInput[]; actions: readonly ExternalAction[] }[] = [
    { inputs: [], actions: [] },
  ];
  readonly #timers = new TimerTable();
  /** What of standard input has arrived and goes to the machine at the next boundary, and what will arrive. */
  #arrived: ExternalAction[] = [];
  readonly #input: string[];
  readonly #occurrences: Occurrence[];
  /** How much virtual time is ahead of the host's. */
  #skippedNs = 0n;

  constructor(
    readonly host: Host,
    input: readonly string[],
    occurrences: readonly Occurrence[],
  ) {
    this.#input = [...input];
    this.#occurrences = [...occurrences];
  }

  perform(action: Action): ActionResult {
    const { request } = action;
    switch (request.kind) {
      case 'startTimer':
        this.#timers.start(request.id, this.#nowNs() + request.durationNs);
        break;
      case 'cancelTimer':
        this.#timers.remove(request.id);
        break;
      case 'readStandardInput': {
        const { id, wait } = request;
        const value = wait ? Buffer.from(this.#input.shift() ?? '') : null;
        this.#arrived.push({ kind: 'input', id, value });
      }
    }
    if (this.outputs.take(action)) return undefined;
    const value = this.#answer(request as HostRequest);
    if (!action.descriptor.suppressedAtBackup) return value;
    this.log.at(-1)!.inputs.push({ kind: request.kind, value: copied(value) });
    return value;
  }

  #nowNs(): bigint {
    return this.host.monotonicNs() + this.#skippedNs;
  }

  #answer(request: HostRequest): ActionResult {
    const value = this.host.perform(request);
    const isClock = request.kind === 'readMonotonicClock' || request.kind === 'readWallClock';
    return isClock ? (value as bigint) + this.#skippedNs : value;
  }

  /** The actions of a boundary: the timers that have run out; while the machine is idle, at least the earliest one. */
  boundary(idle: boolean): readonly ExternalAction[] {
    while (this.#occurrences[0] && this.outputs.stdout.includes(this.#occurrences[0].after)) {
      this.#arrived.push(this.#occurrences.shift()!.action);
    }
    if (idle && this.#arrived.length === 0) {
      const deadlineNs = this.#timers.nextDeadlineNs();
      if (deadlineNs === null) throw new Error('the machine is idle, and no timer is outstanding');
      const aheadNs = deadlineNs - this.#nowNs();
      if (aheadNs > 0n) this.#skippedNs += aheadNs;
    }
    const expired = this.#timers.takeExpired(this.#nowNs());
    const actions = [...this.#arrived, ...expired.map((id): ExternalAction => ({ kind: 'timer', id }))];
    this.#arrived = [];
    this.log.at(-1)!.actions = actions;
    this.log.push({ inputs: [], actions: [] });
    return actions;
  }
}

/** Follows a log. Where the machine asks for what the log does not hold, it has diverged. */
class ReplayingEnvironment implements Environment {
  readonly outputs = new Outputs();
  /** The input that waits for its answer. */
  stalledAt: string | null = null;
  /** Stalls of the input under way so far. */
  #stallCount = 0;
  /** Answers to inputs in this epoch, and those of them that are in the log. */
  #answerCount = 0;
  #ordinal = 0;
  #epoch = 0;

  constructor(
    readonly log: readonly LoggedEpoch[],
    readonly options: ReplayOptions,
  ) {}

  perform(action: Action): ActionResult | typeof STALLED {
    if (this.outputs.take(action)) return undefined;
    const { request } = action;
    if (this.#mustStall()) {
      this.stalledAt = `${request.kind}, answer ${this.#answerCount} of epoch ${this.#epoch}`;
      return STALLED;
    }
    this.stalledAt = null;
    this.#answerCount++;
    if (!action.descriptor.suppressedAtBackup) return this.options.host.perform(request as HostRequest);
    const entry = this.log[this.#epoch]?.inputs[this.#ordinal];
    if (entry?.kind !== request.kind) {
      const place = `input ${this.#ordinal} of epoch ${this.#epoch}`;
      throw new Error(`diverged: ${place} is ${request.kind}, in the log ${entry?.kind ?? 'nothing'}`);
    }
    this.#ordinal++;
    return copied(entry.value);
  }

  #mustStall(): boolean {
    if (this.#stallCount === 0 && !this.options.stalls?.()) return false;
    this.#stallCount = (this.#stallCount + 1) % (STALLS_IN_A_ROW + 1);
    return this.#stallCount > 0;
  }

  boundary(idle: boolean): readonly ExternalAction[] {
    const epoch = this.log[this.#epoch];
    if (epoch === undefined || this.#ordinal !== epoch.inputs.length) {
      throw new Error(`diverged: epoch ${this.#epoch} ends after ${this.#ordinal} inputs`);
    }
    if (idle && epoch.actions.length === 0) throw new Error(`diverged: idle in epoch ${this.#epoch}`);
    this.#epoch++;
    this.#answerCount = 0;
    this.#ordinal = 0;
    return epoch.actions;
  }
}

/** Answers must not change when the machine's memory does. */
function copied(value: ActionResult): ActionResult {
  return value instanceof Uint8Array ? value.slice() : value;
}

/** Runs a program to its end and records it. Standard input arrives in these pieces; the occurrences come in their
 *  order. */
export function recordRun(
  record: BirthRecord,
  host: Host,
  input: readonly string[] = [],
  occurrences: readonly Occurrence[] = [],
): RecordedRun {
  const environment = new RecordingEnvironment(host, input, occurrences);
  const run = drive(createMachine(record, environment), environment);
  return { ...run, log: environment.log };
}

/** Runs the program of a recording again from its birth record and log alone. Throws where it diverges so far that
 *  the log does not fit. */
export function replayRun(record: BirthRecord, recorded: RecordedRun, options: ReplayOptions): Run {
  const environment = new ReplayingEnvironment(recorded.log, options);
  const machine = (options.createMachine ?? createMachine)(record, environment);
  return drive(machine, environment);
}

function drive(machine: ReplicableMachine, environment: RecordingEnvironment | ReplayingEnvironment): Run {
  const { outputs } = environment;
  const digests: string[] = [];
  const startNs = process.hrtime.bigint();
  let digestNs = 0n;
  const stalls = new Stalls(machine);
  for (;;) {
    const stop = machine.run();
    if (stop === 'stalled') {
      stalls.check(environment);
      continue;
    }
    const beforeNs = process.hrtime.bigint();
    digests.push(`${machine.digest()} ${JSON.stringify(machine.vitals())}`);
    digestNs += process.hrtime.bigint() - beforeNs;
    if (stop === 'exited') break;
    const { epoch } = machine;
    const ranMs = Number(process.hrtime.bigint() - startNs) / 1e6;
    if (epoch > MAXIMUM_EPOCHS || ranMs > MAXIMUM_RUN_MS) throw new Error(`no end after epoch ${epoch}`);
    machine.deliver(environment.boundary(stop === 'idle'));
    if (machine.epoch !== epoch + 1) throw new Error(`epoch ${machine.epoch} follows ${epoch}`);
    outputs.epochs.push([]);
  }
  return {
    stdout: outputs.stdout,
    stderr: outputs.stderr,
    exitCode: machine.exitCode,
    digests,
    outputs: outputs.epochs,
    stallCount: stalls.count,
    digestMs: Number(digestNs) / 1e6,
  };
}

/** Watches that an instruction which stalls again and again leaves nothing behind. */
class Stalls {
  count = 0;
  #place: string | null = null;
  #digest = '';

  constructor(readonly machine: ReplicableMachine) {}

  check(environment: RecordingEnvironment | ReplayingEnvironment): void {
    if (environment instanceof RecordingEnvironment) throw new Error('stalled with all answers at hand');
    const place = environment.stalledAt;
    if (place === null) throw new Error('stalled, though no input waits');
    this.count++;
    const digest = this.machine.digest();
    if (place === this.#place && digest !== this.#digest) {
      throw new Error(
        `the instruction that asks for ${place} leaves something behind each time that it stalls`,
      );
    }
    this.#place = place;
    this.#digest = digest;
  }
}

/** Says where two runs of the same program part; undefined where they do not. */
export function divergence(expected: Run, actual: Run): string | undefined {
  const epochs = Math.max(expected.outputs.length, actual.outputs.length);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const [wanted, got] = [expected.outputs[epoch], actual.outputs[epoch]];
    if (wanted === undefined || got === undefined) {
      return `${expected.outputs.length} epochs became ${actual.outputs.length}`;
    }
    if (JSON.stringify(wanted) !== JSON.stringify(got)) {
      return `outputs of epoch ${epoch}: ${JSON.stringify(wanted)} became ${JSON.stringify(got)}`;
    }
    if (expected.digests[epoch] !== actual.digests[epoch]) return `digests at the end of epoch ${epoch}`;
  }
  if (expected.exitCode !== actual.exitCode) return `exit ${expected.exitCode} became ${actual.exitCode}`;
  return undefined;
}
