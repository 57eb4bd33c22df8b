// A machine's pulse: what a heartbeat tells of it (patent, "heartbeat messages"), as plain numbers.
import type { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { MAXIMUM_LIST_LENGTH } from './limits.js';
import { PeerError } from './peer-error.js';

/** What a machine's thread is about. starting: the machine is being made. blocked: it is too far ahead of the backups,
 *  or an output of its own waits for them. full: the world
 *  is slow to take its outputs. awaitingLog: only the primary knows how it goes on. */
export const ACTIVITIES = [
  'starting',
  'running',
  'idle',
  'awaitingLog',
  'blocked',
  'full',
  'exited',
] as const;
export type Activity = (typeof ACTIVITIES)[number];

export interface Pulse {
  readonly epoch: number;
  readonly activity: Activity;
  /** Backward branches and method entries. */
  readonly executedCount: number;
  readonly threadCount: number;
  /** Threads in each state. */
  readonly threadStates: readonly number[];
  readonly stackBytes: number;
  readonly heapBytes: number;
  /** CRC-32 of all that the program has written to the standard streams. */
  readonly outputChecksum: number;
}

export function writePulse(writer: BinaryWriter, pulse: Pulse): void {
  writer.varuint(pulse.epoch).u8(ACTIVITIES.indexOf(pulse.activity)).varuint(pulse.executedCount);
  writer.varuint(pulse.threadCount).varuint(pulse.threadStates.length);
  for (const count of pulse.threadStates) writer.varuint(count);
  writer.varuint(pulse.stackBytes).varuint(pulse.heapBytes).varuint(pulse.outputChecksum);
}

/** Throws PeerError MALFORMED. */
export function readPulse(reader: BinaryReader): Pulse {
  const epoch = reader.varuint();
  const activity = ACTIVITIES[reader.u8()];
  if (activity === undefined) throw new PeerError('MALFORMED', 'a heartbeat tells of no known activity');
  const executedCount = reader.varuint();
  const threadCount = reader.varuint();
  const length = reader.varuint();
  if (length > MAXIMUM_LIST_LENGTH) throw new PeerError('MALFORMED', `${length} thread states`);
  const threadStates = Array.from({ length }, () => reader.varuint());
  return {
    epoch,
    activity,
    executedCount,
    threadCount,
    threadStates,
    stackBytes: reader.varuint(),
    heapBytes: reader.varuint(),
    outputChecksum: reader.varuint(),
  };
}
