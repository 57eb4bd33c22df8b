// What an execution holds beside its machine, as plain data: a new backup goes on from it (patent fig. 10 and 18).
import { decodeSavedMachine, type SavedMachine } from '../jvm/snapshot/saved-machine.js';
import { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { MAXIMUM_LIST_LENGTH } from './limits.js';
import { decodeFiles, encodeFiles, type SavedFile } from './nodes/saved-file.js';
import type { OutputPosition } from './outputs.js';
import { decoding, PeerError } from './peer-error.js';
import type { SavedClock } from './program-clock.js';

/** An execution at an epoch boundary, its machine left out. Everything that it had collected has been posted. */
export interface SavedExecution {
  /** Whether the machine waits at the end of its epoch for an external action, or has begun a new one. */
  readonly isIdle: boolean;
  /** Outstanding timers and what is left to them, in nanoseconds. */
  readonly timers: readonly (readonly [id: number, durationNs: bigint])[];
  readonly clock: SavedClock;
  readonly outputs: OutputPosition;
  /** The request for standard input that has no answer yet, 0 where there is none; and the last one. */
  readonly inputRequest: number;
  readonly lastInputRequest: number;
  /** The last signal that was delivered; 0 before the first. */
  readonly lastSignal: number;
  /** The last change of membership that was delivered; 0 before the first. */
  readonly lastMembership: number;
  /** The last failure of an output that was delivered; 0 before the first. */
  readonly lastOutputFailure: number;
  /** What the program has changed of its node's files, where each replica keeps its own; see FileMirror. */
  readonly files: readonly SavedFile[];
}

/** All that a new backup's machine and its execution start from. */
export interface SavedState {
  readonly execution: SavedExecution;
  readonly machine: SavedMachine;
}

/** Version of the binary form; another one is refused. */
const STATE_VERSION = 4;

/** The state as byte strings that make up one when they are put together: large ones are those of the machine. */
export function encodeState({ execution, machine }: SavedState): Uint8Array[] {
  const { tables, memory } = machine;
  const head = new BinaryWriter().u8(STATE_VERSION);
  writeExecution(head, execution);
  const pieces: Uint8Array[] = [head.finish(), ...encodeFiles(execution.files)];
  // The form of encodeSavedMachine, whose parts are not copied here.
  pieces.push(new BinaryWriter().varuint(tables.length).finish(), tables);
  pieces.push(new BinaryWriter().varuint(memory.length).finish());
  for (const { address, bytes } of memory) {
    pieces.push(new BinaryWriter().varuint(address).varuint(bytes.length).finish(), bytes);
  }
  return pieces;
}

/** Its machine holds views over the bytes. Throws PeerError: VERSION or MALFORMED. */
export function decodeState(bytes: Uint8Array): SavedState {
  return decoding('the state of the machine is damaged', () => {
    const reader = new BinaryReader(bytes);
    const version = reader.u8();
    if (version !== STATE_VERSION)
      throw new PeerError('VERSION', `the state has version ${version}, not ${STATE_VERSION}`);
    const execution = { ...readExecution(reader), files: decodeFiles(reader) };
    return { execution, machine: decodeSavedMachine(bytes.subarray(reader.offset)) };
  });
}

type Durations = readonly (readonly [id: number, ns: bigint])[];

function writeExecution(writer: BinaryWriter, saved: SavedExecution): void {
  const { clock, outputs } = saved;
  writer.boolean(saved.isIdle);
  writer.varuint(saved.inputRequest).varuint(saved.lastInputRequest);
  writer.varuint(saved.lastSignal).varuint(saved.lastMembership).varuint(saved.lastOutputFailure);
  writer.varuint(outputs.nextSequence).varuint(outputs.offsets[1]).varuint(outputs.offsets[2]);
  writer.varuint(outputs.checksum);
  writer.i64(clock.nowNs).boolean(clock.reachedNs !== null);
  if (clock.reachedNs !== null) writer.i64(clock.reachedNs);
  writeDurations(writer, clock.due);
  writeDurations(writer, saved.timers);
}

function readExecution(reader: BinaryReader): Omit<SavedExecution, 'files'> {
  const isIdle = reader.boolean();
  const inputRequest = reader.varuint();
  const lastInputRequest = reader.varuint();
  const lastSignal = reader.varuint();
  const lastMembership = reader.varuint();
  const lastOutputFailure = reader.varuint();
  const nextSequence = reader.varuint();
  const offsets = { 1: reader.varuint(), 2: reader.varuint() };
  const checksum = reader.varuint();
  const nowNs = reader.i64();
  const reachedNs = reader.boolean() ? reader.i64() : null;
  const due = readDurations(reader);
  const timers = readDurations(reader);
  const clock = { nowNs, reachedNs, due };
  return {
    isIdle,
    timers,
    clock,
    outputs: { nextSequence, offsets, checksum },
    inputRequest,
    lastInputRequest,
    lastSignal,
    lastMembership,
    lastOutputFailure,
  };
}

function writeDurations(writer: BinaryWriter, entries: Durations): void {
  writer.varuint(entries.length);
  for (const [id, ns] of entries) writer.varuint(id).i64(ns);
}

function readDurations(reader: BinaryReader): Durations {
  const length = reader.varuint();
  if (length > MAXIMUM_LIST_LENGTH) throw new PeerError('MALFORMED', `${length} timers`);
  return Array.from({ length }, () => [reader.varuint(), reader.i64()] as const);
}
