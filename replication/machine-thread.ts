// A replica's machine as its main thread sees it: a worker thread with a message port and the shared counters.
import { MessageChannel, Worker } from 'node:worker_threads';
import type { MachineMessage, MachineReport, MachineWorkerData } from './machine-worker.js';
import type { Instruments } from './prove/instruments.js';
import { SharedCounters } from './shared-counters.js';

export class MachineThread {
  readonly counters = new SharedCounters();
  readonly #port;

  /** factoryModule: URL of a module that exports `machineFactory`; it is loaded at once, the machine made at 'start'.
   *  report: what the machine says, in order; a thread that dies says 'failed'. */
  constructor(
    factoryModule: string,
    report: (message: MachineReport) => void,
    instruments: Instruments | undefined,
  ) {
    const { port1, port2 } = new MessageChannel();
    const data: MachineWorkerData = {
      port: port2,
      counters: this.counters.buffer,
      factoryModule,
      instruments,
    };
    const worker = new Worker(new URL('./machine-worker.js', import.meta.url), {
      workerData: data,
      transferList: [port2],
    });
    worker.on('error', (error) => report({ kind: 'failed', text: error.stack ?? error.message }));
    this.#port = port1;
    port1.on('message', report);
  }

  /** Gives the machine a message, and wakes it. */
  send(message: MachineMessage, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
    this.counters.ring();
  }
}
