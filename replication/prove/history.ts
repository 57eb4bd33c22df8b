// The history of a run, put together from the journals of its replicas, and what has to be true of it.

import { writeValue } from '../../jvm/value-codec.js';
import { BinaryWriter } from '../../lib/binary.js';
import { writeAction } from '../action-codec.js';
import type { ReplicaId } from '../contracts.js';
import type { LogRecord } from '../log.js';
import type { Journal } from './journal.js';

/** All that one replica's machine has been told since the birth of the program. */
export interface History {
  readonly replica: ReplicaId;
  readonly records: readonly LogRecord[];
  /** Where this replica, or one whose state it has inherited, began to decide: record indices. */
  readonly beginnings: readonly number[];
  /** From here on this replica decided; Infinity: it only followed. */
  readonly leadsFrom: number;
  readonly epoch: number;
  readonly outputCount: number;
}

/** The history of each replica whose journal is there. One that came later begins with the history of the one whose
 *  state it got. */
export function histories(journals: ReadonlyMap<ReplicaId, Journal>): Map<ReplicaId, History> {
  const result = new Map<ReplicaId, History>();
  for (const [replica, journal] of journals) {
    result.set(replica, historyOf(journal, journals));
  }
  return result;
}

function historyOf(journal: Journal, journals: ReadonlyMap<ReplicaId, Journal>): History {
  // From the replica itself back to one that was there at the birth.
  const line: { readonly journal: Journal; readonly end: number }[] = [];
  let member = { journal, end: journal.records.length };
  for (;;) {
    line.unshift(member);
    const { replica } = member.journal;
    const giver = [...journals.values()].find((other) => other.saved.has(replica));
    if (giver === undefined) break;
    member = { journal: giver, end: giver.saved.get(replica)! };
  }
  const records: LogRecord[] = [];
  const beginnings: number[] = [];
  let leadsFrom = Number.POSITIVE_INFINITY;
  for (const { journal: part, end } of line) {
    if (part.leadsFrom !== null && part.leadsFrom <= end) {
      const index = records.length + part.leadsFrom;
      beginnings.push(index);
      if (part === journal) leadsFrom = index;
    }
    for (let index = 0; index < end; index++) records.push(part.records[index]!);
  }
  const { replica, epoch, outputCount } = journal;
  return { replica, records, beginnings, leadsFrom, epoch, outputCount };
}

/** Whether the others' histories agree with that of the run: what a replica had from the log, it had as it was decided,
 *  and nothing that was decided was decided anew but after a take-over. A sentence, or null. */
export function disagreement(run: History, others: Iterable<History>): string | null {
  for (const other of others) {
    const index = firstDifference(run.records, other.records);
    if (index === null) continue;
    const wasDecided = index >= other.leadsFrom;
    const wasDecidedAnew = run.beginnings.some((beginning) => beginning <= index);
    if (wasDecided && wasDecidedAnew) continue;
    return (
      `replica ${other.replica} was told ${describe(other.records[index])} where the run has ` +
      `${describe(run.records[index])}, before any take-over that could explain it`
    );
  }
  return null;
}

/** Index of the first record in which two histories differ, as far as both go; null where there is none. */
function firstDifference(one: readonly LogRecord[], other: readonly LogRecord[]): number | null {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [one[index]!, other[index]!];
    if (left === right) continue;
    if (Buffer.compare(encoded(left), encoded(right)) !== 0) return index;
  }
  return null;
}

function encoded(record: LogRecord): Uint8Array {
  const writer = new BinaryWriter();
  if (record.kind === 'input') {
    writer.varuint(record.position.epoch).varuint(record.position.ordinal);
    writeValue(writer, record.value);
  } else if (record.kind === 'boundary') {
    writer.string('boundary').varuint(record.epoch);
    for (const action of record.actions) writeAction(writer, action);
  }
  return writer.finish();
}

function describe(record: LogRecord | undefined): string {
  if (record === undefined) return 'nothing';
  if (record.kind === 'input') return `input ${record.position.ordinal} of epoch ${record.position.epoch}`;
  return `the end of epoch ${record.epoch}`;
}

/** Whether the program has been given standard input as it was: each byte once, in order, and its end only there. A
 *  sentence, or null. */
export function inputFault(records: readonly LogRecord[], input: Uint8Array): string | null {
  let offset = 0;
  let lastRequest = 0;
  for (const record of records) {
    if (record.kind !== 'boundary') continue;
    for (const action of record.actions) {
      if (action.kind !== 'input') continue;
      if (action.id <= lastRequest) return `request ${action.id} for standard input was answered twice`;
      lastRequest = action.id;
      if (!(action.value instanceof Uint8Array)) continue;
      const expected = input.subarray(offset, offset + action.value.length);
      if (Buffer.compare(expected, action.value) !== 0) {
        return `the program was given other bytes than stand at byte ${offset} of its standard input`;
      }
      if (action.value.length === 0 && offset < input.length) {
        return `the program was told of the end of its standard input after ${offset} of ${input.length} bytes`;
      }
      offset += action.value.length;
    }
  }
  return null;
}
