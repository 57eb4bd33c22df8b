// The worker thread that runs a replica's machine. It never returns to its event loop: messages from the main thread
// are fetched between epochs, and it sleeps on the shared bell when there is nothing to execute.
import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { BirthRecord } from '../jvm/birth-record.js';
import { BinaryReader } from '../lib/binary.js';
import { UserError } from '../lib/errors.js';
import { readAction } from './action-codec.js';
import type { MachineFactory, MachineFactoryModule } from './contracts.js';
import type { Post } from './execution.js';
import { Execution } from './execution.js';
import { realHost } from './host-environment.js';
import { SharedCounters } from './shared-counters.js';
import { waitMs } from './wait.js';

export interface MachineWorkerData {
  readonly port: MessagePort;
  readonly counters: SharedArrayBuffer;
  /** URL of a module that exports `machineFactory`. */
  readonly factoryModule: string;
}

/** From the main thread. */
export type MachineMessage =
  | {
      readonly kind: 'start';
      readonly role: 'primary' | 'backup';
      readonly recording: boolean;
      readonly record: BirthRecord;
    }
  | { readonly kind: 'log'; readonly bytes: Uint8Array }
  | { readonly kind: 'action'; readonly bytes: Uint8Array }
  | { readonly kind: 'promote' }
  | { readonly kind: 'stopRecording' };

/** To the main thread. */
export type MachineReport =
  | { readonly kind: 'posted'; readonly post: Post }
  | { readonly kind: 'tookOver'; readonly epoch: number }
  /** The machine cannot go on: a sentence for people, with a stack where it is a bug of ours. */
  | { readonly kind: 'failed'; readonly text: string };

const { port, counters: buffer, factoryModule } = workerData as MachineWorkerData;
const counters = new SharedCounters(buffer);

function report(message: MachineReport, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function post({ log, outputs }: Post): void {
  const transfer: ArrayBuffer[] = [];
  if (log !== null) transfer.push(log.bytes.buffer);
  if (outputs !== null) transfer.push(outputs.bytes.buffer);
  report({ kind: 'posted', post: { log, outputs } }, transfer);
}

function start(message: MachineMessage & { kind: 'start' }, factory: MachineFactory): Execution {
  return new Execution({
    role: message.role,
    recording: message.recording,
    host: realHost,
    flow: counters,
    sink: { post, tookOver: (epoch) => report({ kind: 'tookOver', epoch }) },
    createMachine: (environment) => factory.create(message.record, environment),
  });
}

function handle(message: MachineMessage, running: Execution | null, factory: MachineFactory): Execution {
  if (message.kind === 'start') return start(message, factory);
  if (running === null) throw new Error(`${message.kind} comes before the machine is started`);
  if (message.kind === 'log') running.append(message.bytes);
  else if (message.kind === 'action') running.occur(readAction(new BinaryReader(message.bytes)));
  else if (message.kind === 'promote') running.promote();
  else running.stopRecording();
  return running;
}

let execution: Execution | null = null;

/** Until the process ends: a machine that has exited still answers for its outputs. */
function runMachine(factory: MachineFactory): never {
  let seenRings = -1;
  for (;;) {
    const rings = counters.rings;
    if (rings !== seenRings) {
      seenRings = rings;
      for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
        execution = handle(next.message as MachineMessage, execution, factory);
      }
    }
    if (execution === null) {
      counters.wait(rings, Infinity);
      continue;
    }
    const progress = execution.advance();
    counters.epoch = execution.epoch;
    if (progress.kind === 'idle') counters.wait(rings, waitMs(progress.timerInNs));
    else if (progress.kind !== 'ran') counters.wait(rings, Infinity);
  }
}

try {
  const { machineFactory } = (await import(factoryModule)) as MachineFactoryModule;
  runMachine(machineFactory);
} catch (error) {
  // What the program had written before is still its output.
  (execution as Execution | null)?.flush();
  const bug = error instanceof Error && !(error instanceof UserError);
  report({ kind: 'failed', text: bug ? (error.stack ?? error.message) : String((error as Error).message) });
}
