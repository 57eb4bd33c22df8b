// A replica's machine as its main thread sees it: a worker thread with a message port and the shared counters.

import { MessageChannel, Worker } from 'node:worker_threads';
import { entryPoint } from '../lib/installation.js';
import type { LocalPaths, ReplicaId } from './contracts.js';
import type {
  MachineMessage,
  MachineParameters,
  MachineReport,
  MachineWorkerData,
} from './machine-worker.js';
import { prepareRoom } from './prepared-room.js';
import type { Instruments } from './prove/instruments.js';
import { SharedCounters } from './shared-counters.js';

/** What a machine says that is not an answer to this file. */
export type MachineNews = Exclude<MachineReport, { readonly kind: 'stateSize' }>;

export class MachineThread {
  readonly counters = new SharedCounters();
  readonly #port;
  #start: (() => void) | null;
  /** Saves that wait for the machine to say how large its state is, in the order in which they ask. */
  readonly #unmeasured: ((byteCount: number) => void)[] = [];

  /** factoryModule: URL of a module that exports `machineFactory`, by default that of Java machines; it is loaded
   *  when the thread begins, the machine made at 'start'. report: what the machine says, in order; a thread that dies says 'failed'. */
  constructor(
    replica: ReplicaId,
    factoryModule = entryPoint('replication/machine-factory.js').href,
    parameters: MachineParameters,
    report: (message: MachineNews) => void,
    instruments: Instruments | undefined,
    paths: LocalPaths | undefined,
  ) {
    const { port1, port2 } = new MessageChannel();
    const data: MachineWorkerData = {
      port: port2,
      counters: this.counters.buffer,
      factoryModule,
      replica,
      parameters,
      instruments,
      paths,
    };
    this.#start = () => {
      const worker = new Worker(entryPoint('replication/machine-worker.js'), {
        workerData: data,
        transferList: [port2],
      });
      worker.on('error', (error) => report({ kind: 'failed', text: error.stack ?? error.message }));
    };
    this.#port = port1;
    port1.on('message', (message: MachineReport) => {
      if (message.kind === 'stateSize') this.#unmeasured.shift()?.(message.byteCount);
      else report(message);
    });
  }

  /** Starts the thread, where it has not been. What it was sent before is there for it. */
  begin(): void {
    this.#start?.();
    this.#start = null;
  }

  /** Has the machine saved for a new backup, in room that is made ready while it runs. isWanted: asked on the way; false
   *  leaves it at that. refused: there is no memory for it; why, as a sentence. */
  save(peer: ReplicaId, isWanted: () => boolean, refused: (why: string) => void): void {
    const ready = (room: Uint8Array<SharedArrayBuffer>) => this.send({ kind: 'save', peer, room });
    this.#unmeasured.push((byteCount) => prepareRoom(byteCount, { isWanted, ready, refused }));
    this.send({ kind: 'measureState' });
  }

  /** Gives the machine a message, and wakes it. transfer: what changes hands with it. */
  send(message: MachineMessage, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
    this.counters.ring();
  }
}
