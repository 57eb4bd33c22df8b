// Executes the history of a run again, on a fresh machine that follows it as a backup follows the log: from the same
// birth and the same inputs it has to come to the same outputs, exit code and files.
import { closeSync, openSync, writeSync } from 'node:fs';
import type { BirthRecord } from '../../jvm/birth-record.js';
import {
  type Action,
  type ActionResult,
  type Environment,
  HostError,
  STALLED,
  TRANSIENT_ERROR,
} from '../../jvm/environment.js';
import type { Configuration } from '../configuration.js';
import type { MachineFactory, ReplicaId } from '../contracts.js';
import { Execution } from '../execution.js';
import { realHost } from '../host-environment.js';
import { type LogRecord, LogWriter } from '../log.js';
import type { Post } from '../outbox.js';
import { decodeOutputs } from '../outputs.js';
import type { History } from './history.js';

/** The history is given to the machine in batches of so many records. */
const BATCH_RECORDS = 10_000;

export interface ReExecution {
  readonly exitCode: number | null;
  /** What cannot be, in sentences. */
  readonly faults: readonly string[];
  /** Files that the program has changed and that stand outside the scratch folder. */
  readonly outside: readonly string[];
  /** Files of which it cannot be known whether an output to them has happened; see TRANSIENT_ERROR. */
  readonly unsettled: readonly string[];
}

export interface ReExecutionOptions {
  readonly record: BirthRecord;
  readonly configuration: Configuration;
  readonly factory: MachineFactory;
  readonly history: History;
  /** Files that get what the program writes. */
  readonly streams: { readonly 1: string; readonly 2: string };
  /** Whether a path is to be changed as the program says. */
  readonly holds: (path: string) => boolean;
}

export function reExecute(options: ReExecutionOptions): ReExecution {
  return new Run(options).result();
}

class Run {
  readonly #options: ReExecutionOptions;
  readonly #descriptors: { readonly 1: number; readonly 2: number };
  readonly #faults: string[] = [];
  readonly #outside = new Set<string>();
  readonly #unsettled = new Set<string>();
  #lastClockNs: bigint | null = null;
  #exitCode: number | null = null;

  constructor(options: ReExecutionOptions) {
    this.#options = options;
    const { streams } = options;
    this.#descriptors = { 1: openSync(streams[1], 'w'), 2: openSync(streams[2], 'w') };
  }

  result(): ReExecution {
    try {
      this.#run();
    } catch (error) {
      this.#faults.push((error as Error).message);
    } finally {
      closeSync(this.#descriptors[1]);
      closeSync(this.#descriptors[2]);
    }
    return {
      exitCode: this.#exitCode,
      faults: this.#faults,
      outside: [...this.#outside],
      unsettled: [...this.#unsettled],
    };
  }

  #run(): void {
    const { record, configuration, factory, history } = this.#options;
    const flow = { backupEpoch: 0, confirmedSequence: -1, acknowledgedBatch: -1 };
    const notHere = (): never => {
      throw new Error('a machine that follows a history decides nothing');
    };
    const execution = new Execution({
      role: 'backup',
      recording: false,
      // There is nobody to keep a distance from.
      parameters: { ...configuration, skew: { ...configuration.skew, minimumEpochs: 0 } },
      host: realHost,
      flow,
      sink: {
        post: (post) => {
          this.#take(post);
          if (post.outputs !== null) flow.confirmedSequence = post.outputs.lastSequence;
        },
        checked: () => {},
        tookOver: notHere,
        saved: notHere,
        unsaved: notHere,
        joining: (_peer: ReplicaId) => notHere(),
      },
      createMachine: (environment) => factory.create(record, this.#watched(environment)),
    });
    for (const bytes of batches(history)) execution.append(bytes);
    for (;;) {
      const progress = execution.advance();
      if (progress.kind === 'exited') return;
      if (progress.kind !== 'ran') {
        this.#faults.push(`the history ends in epoch ${execution.epoch}, before the program does`);
        return;
      }
    }
  }

  #take({ outputs }: Post): void {
    if (outputs === null) return;
    for (const item of decodeOutputs(outputs.bytes)) {
      if (item.kind === 'exit') this.#exitCode = item.exitCode & 0xff;
      else if (item.kind === 'write') writeWhole(this.#descriptors[item.stream], item.bytes);
    }
  }

  /** The same environment, looked at; changes of files are made again in the scratch folder. */
  #watched(environment: Environment): Environment {
    return {
      perform: (action) => {
        const value = environment.perform(action);
        if (value !== STALLED) this.#look(action, value);
        return value;
      },
    };
  }

  #look({ descriptor, request }: Action, value: ActionResult): void {
    if (request.kind === 'readMonotonicClock' && typeof value === 'bigint') {
      if (this.#lastClockNs !== null && value < this.#lastClockNs) {
        this.#faults.push(`the monotonic clock went back from ${this.#lastClockNs} to ${value} ns`);
      }
      this.#lastClockNs = value;
    }
    if (!descriptor.output || !descriptor.suppressedAtBackup || !('path' in request)) return;
    const { path } = request;
    if (!this.#options.holds(path)) this.#outside.add(path);
    else if (value instanceof HostError) {
      if (value.message === TRANSIENT_ERROR.message) this.#unsettled.add(path);
    } else realHost.perform(request);
  }
}

function* batches({ records, epoch }: History): Iterable<Uint8Array> {
  const writer = new LogWriter();
  const last: LogRecord = { kind: 'settled', epoch };
  let count = 0;
  for (const record of records) {
    writer.append(record);
    if (++count % BATCH_RECORDS === 0) yield writer.take()!.bytes;
  }
  if (writer.settledBefore < epoch) writer.append(last);
  const rest = writer.take();
  if (rest !== null) yield rest.bytes;
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; offset += writeSync(descriptor, bytes, offset));
}
