// The worker thread that runs a replica's machine. It never returns to its event loop: messages from the main thread
// are fetched between epochs, and it sleeps on the shared bell when there is nothing to execute.
import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { BirthRecord } from '../jvm/birth-record.js';
import { SaveRoom } from '../jvm/snapshot/save-room.js';
import { BinaryReader } from '../lib/binary.js';
import { UserError } from '../lib/errors.js';
import { readAction } from './action-codec.js';
import type { Configuration } from './configuration.js';
import type { Host, LocalPaths, MachineFactory, ReplicaId } from './contracts.js';
import type { ExecutionParameters, Progress, Sink } from './execution.js';
import { Execution } from './execution.js';
import { HeapAllowance } from './heap-allowance.js';
import { realHost } from './host-environment.js';
import { PULSE_INTERVAL_MS } from './limits.js';
import { loadMachineFactory } from './load-factory.js';
import { FileMirror } from './nodes/file-mirror.js';
import { LocalHost } from './nodes/local-host.js';
import type { Post } from './outbox.js';
import { FaultInjection } from './prove/fault-injection.js';
import type { Instruments } from './prove/instruments.js';
import { JournalWriter } from './prove/journal.js';
import type { Checkpoint } from './roles/role.js';
import { decodeState, type SavedState } from './saved-execution.js';
import { SharedCounters } from './shared-counters.js';
import { waitMs } from './wait.js';

/** What of the configuration concerns a replica's machine. */
export type MachineParameters = ExecutionParameters & Pick<Configuration, 'heapMib' | 'files'>;

export interface MachineWorkerData {
  readonly port: MessagePort;
  readonly counters: SharedArrayBuffer;
  /** URL of a module that exports `machineFactory`; that of Java machines where there is none. */
  readonly factoryModule: string | undefined;
  readonly instruments: Instruments | undefined;
  /** Whose machine it is. */
  readonly replica: ReplicaId;
  readonly parameters: MachineParameters;
  /** On a node whose files are not where the birth record says. */
  readonly paths: LocalPaths | undefined;
}

/** From the main thread. */
export type MachineMessage =
  | {
      readonly kind: 'start';
      readonly role: 'primary' | 'backup';
      readonly recording: boolean;
      readonly record: BirthRecord;
    }
  /** The machine of a new backup: state as encodeState has it, with the log up to a batch in it. */
  | {
      readonly kind: 'restore';
      readonly record: BirthRecord;
      readonly state: Uint8Array;
      readonly batchNumber: number;
    }
  /** Answered by 'stateSize'. */
  | { readonly kind: 'measureState' }
  /** The room is shared: what 'saved' tells of is in it. */
  | { readonly kind: 'save'; readonly peer: ReplicaId; readonly room: Uint8Array<SharedArrayBuffer> }
  | { readonly kind: 'requireBackup'; readonly peer: ReplicaId }
  | { readonly kind: 'log'; readonly bytes: Uint8Array }
  | { readonly kind: 'action'; readonly bytes: Uint8Array }
  | { readonly kind: 'promote'; readonly followed: boolean }
  | { readonly kind: 'dropBackup'; readonly peer: ReplicaId; readonly isLogNeeded: boolean };

/** To the main thread. */
export type MachineReport =
  | { readonly kind: 'posted'; readonly post: Post }
  | { readonly kind: 'tookOver'; readonly epoch: number }
  /** The machine has come to the end of its log. */
  | { readonly kind: 'progress'; readonly epoch: number }
  | { readonly kind: 'restored'; readonly epoch: number }
  /** About as many bytes as the state has at present. */
  | { readonly kind: 'stateSize'; readonly byteCount: number }
  | { readonly kind: 'checked'; readonly checkpoint: Checkpoint }
  | {
      readonly kind: 'saved';
      readonly peer: ReplicaId;
      readonly state: SavedState;
      readonly batchNumber: number;
    }
  /** There is no state for a new backup; why: a sentence for people. */
  | { readonly kind: 'unsaved'; readonly peer: ReplicaId; readonly why: string }
  | { readonly kind: 'joining'; readonly peer: ReplicaId; readonly batchNumber: number }
  /** The machine cannot go on: a sentence for people, with a stack where it is a bug of ours. */
  | { readonly kind: 'failed'; readonly text: string };

const data = workerData as MachineWorkerData;
const { port, factoryModule, parameters, instruments, paths, replica } = data;
const counters = new SharedCounters(data.counters);
const witness = instruments === undefined ? null : new JournalWriter(instruments.journal);
const faults = FaultInjection.of(instruments);

/** Bytes are copied, or are in memory that both threads see. None change hands: once a buffer has left a thread, V8
 *  checks every access to a typed array there, and the machine, whose memory is one, is up to 1.4 times slower. */
function report(message: MachineReport): void {
  port.postMessage(message);
}

function post({ log, outputs }: Post): void {
  if (outputs !== null) faults?.outputs('made', outputs);
  report({ kind: 'posted', post: { log, outputs } });
}

const sink: Sink = {
  post,
  tookOver: (epoch) => report({ kind: 'tookOver', epoch }),
  saved: (peer, state, batchNumber) => report({ kind: 'saved', peer, state, batchNumber }),
  unsaved: (peer, why) => report({ kind: 'unsaved', peer, why }),
  joining: (peer, batchNumber) => report({ kind: 'joining', peer, batchNumber }),
  checked: (checkpoint) => report({ kind: 'checked', checkpoint }),
};

function hostFor(record: BirthRecord): Host {
  return paths === undefined ? realHost : new LocalHost(realHost, record, paths);
}

function mirrorOn(host: Host): FileMirror | undefined {
  return parameters.files === 'replicated' ? new FileMirror(host) : undefined;
}

function restore(
  { record, state, batchNumber }: MachineMessage & { kind: 'restore' },
  factory: MachineFactory,
): Execution {
  const { execution: restored, machine } = decodeState(state);
  const host = hostFor(record);
  const execution = new Execution({
    role: 'backup',
    recording: false,
    parameters,
    host,
    mirror: mirrorOn(host),
    flow: counters,
    sink,
    createMachine: (environment) => factory.restore(record, environment, machine, paths?.jdkHome),
    restored: { execution: restored, batchNumber },
    witness,
    heapAllowance: HeapAllowance.of(replica, parameters, record.options),
  });
  counters.epoch = execution.epoch;
  report({ kind: 'restored', epoch: execution.epoch });
  return execution;
}

function start(message: MachineMessage & { kind: 'start' }, factory: MachineFactory): Execution {
  const host = hostFor(message.record);
  return new Execution({
    role: message.role,
    recording: message.recording,
    parameters,
    host,
    mirror: mirrorOn(host),
    flow: counters,
    sink,
    createMachine: (environment) => factory.create(message.record, environment, paths?.jdkHome),
    witness,
    heapAllowance: HeapAllowance.of(replica, parameters, message.record.options),
  });
}

function handle(message: MachineMessage, running: Execution | null, factory: MachineFactory): Execution {
  if (message.kind === 'start') return start(message, factory);
  if (message.kind === 'restore') return restore(message, factory);
  if (running === null) throw new Error(`${message.kind} comes before the machine is started`);
  if (message.kind === 'log') running.append(message.bytes);
  else if (message.kind === 'action') running.occur(readAction(new BinaryReader(message.bytes)));
  else if (message.kind === 'save') running.saveFor(message.peer, new SaveRoom(message.room));
  else if (message.kind === 'measureState') report({ kind: 'stateSize', byteCount: running.stateBytes });
  else if (message.kind === 'requireBackup') running.requireBackup(message.peer);
  else if (message.kind === 'promote') running.promote(message.followed);
  else running.dropBackup(message.peer, message.isLogNeeded);
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
    tellPulse(execution, progress);
    faults?.epoch(execution.epoch);
    if (progress.kind === 'awaitingLog') tellProgress(execution.epoch);
    if (progress.kind === 'idle') counters.wait(rings, waitMs(progress.timerInNs));
    else if (progress.kind === 'onBreak') counters.wait(rings, waitMs(progress.forNs));
    else if (progress.kind !== 'ran') counters.wait(rings, Infinity);
  }
}

let toldMs = 0;
let toldEpoch = 0;

/** The primary may be waiting for it. */
function tellProgress(epoch: number): void {
  if (epoch === toldEpoch) return;
  toldEpoch = epoch;
  report({ kind: 'progress', epoch });
}

/** What the main thread tells in its heartbeats: each change of what goes on, and the vitals from time to time. */
function tellPulse(running: Execution, progress: Progress): void {
  const activity = progress.kind === 'ran' || progress.kind === 'onBreak' ? 'running' : progress.kind;
  const isNews = activity !== counters.activity;
  if (isNews) counters.activity = activity;
  const nowMs = performance.now();
  if (!isNews && nowMs - toldMs < PULSE_INTERVAL_MS) return;
  toldMs = nowMs;
  const vitals = running.vitals();
  if (vitals !== null) counters.tell(vitals, running.outputChecksum);
}

try {
  runMachine(await loadMachineFactory(factoryModule));
} catch (error) {
  // What the program had written before is still its output.
  (execution as Execution | null)?.flush();
  const bug = error instanceof Error && !(error instanceof UserError);
  report({ kind: 'failed', text: bug ? (error.stack ?? error.message) : String((error as Error).message) });
}
