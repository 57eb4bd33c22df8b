// A replica's machine as its main thread sees it: a worker thread with a message port and the shared counters.

import { MessageChannel, Worker } from 'node:worker_threads';
import { entryPoint } from '../lib/installation.js';
import type { LocalPaths, ReplicaId } from './contracts.js';
import type { MachineMessage, MachineReport, MachineWorkerData } from './machine-worker.js';
import { prepareRoom, type RoomRequest } from './prepared-room.js';
import type { ReplicaBirth } from './replica-birth.js';
import { SharedCounters } from './shared-counters.js';

/** What a machine says that is not an answer to this file. */
export type MachineNews = Exclude<MachineReport, { readonly kind: 'stateSize' }>;

export class MachineThread {
  readonly counters = new SharedCounters();
  readonly #port;
  #start: (() => void) | null;
  /** Resolves where the thread dies. */
  readonly #death: Promise<Error>;
  /** Saves that wait for the machine to say how large its state is, in the order in which they ask. */
  readonly #unmeasured: ((byteCount: number) => void)[] = [];
  /** Kept for the next copy: V8 gives shared memory back when it collects both threads' garbage, and that of a machine's
   *  thread may be none for hours. */
  #room: Uint8Array<SharedArrayBuffer> | null = null;

  /** The machine is made at 'start', by the module that the birth names, or that of Java machines; it is loaded when the
   *  thread begins. */
  constructor(birth: ReplicaBirth, paths: LocalPaths | undefined) {
    const { port1, port2 } = new MessageChannel();
    const data: MachineWorkerData = {
      port: port2,
      counters: this.counters.buffer,
      factoryModule: birth.factoryModule,
      replica: birth.id,
      parameters: birth.configuration,
      instruments: birth.instruments,
      paths,
    };
    this.#port = port1;
    let start = () => {};
    this.#death = new Promise((resolve) => {
      start = () => {
        const options = { workerData: data, transferList: [port2] };
        new Worker(entryPoint('replication/machine-worker.js'), options).on('error', resolve);
      };
    });
    this.#start = start;
  }

  /** Begins to tell what the machine says and has said, in order; a thread that dies says 'failed'. */
  open(report: (message: MachineNews) => void): void {
    this.#port.on('message', (message: MachineReport) => {
      if (message.kind === 'stateSize') this.#unmeasured.shift()?.(message.byteCount);
      else report(message);
    });
    void this.#death.then((error) => report({ kind: 'failed', text: error.stack ?? error.message }));
  }

  /** Starts the thread, where it has not been. What it was sent before is there for it. */
  begin(): void {
    this.#start?.();
    this.#start = null;
  }

  /** Has the machine saved for a new backup, in room that is made ready while it runs. No copy for an earlier one may
   *  still be read. */
  save(peer: ReplicaId, request: Pick<RoomRequest, 'otherStates' | 'isWanted' | 'refused'>): void {
    const ready = (room: Uint8Array<SharedArrayBuffer>) => {
      this.#room = room;
      this.send({ kind: 'save', peer, room });
    };
    this.#unmeasured.push((byteCount) => prepareRoom(byteCount, { ...request, kept: this.#room, ready }));
    this.send({ kind: 'measureState' });
  }

  /** Gives the machine a message, and wakes it. transfer: what changes hands with it. */
  send(message: MachineMessage, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
    this.counters.ring();
  }
}
