// The journal of a replica: all that its machine has been told, in order, in a file that outlives the process. It is
// written where the machine takes the values in, not where the log travels: so it tells what happened, not what was sent.
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import type { ActionResult, ExternalAction } from '../../jvm/environment.js';
import { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import { UserError } from '../../lib/errors.js';
import type { ReplicaId } from '../contracts.js';
import type { Witness } from '../execution.js';
import { decodeBatch, type LogRecord, LogWriter, type Position } from '../log.js';

const TAGS = { records: 0, saved: 1, leads: 2, outputs: 3 } as const;

const BUFFER_BYTES = 64 << 10;

/** Largest journal that is read: it is held in memory whole. */
export const MAXIMUM_JOURNAL_BYTES = 512 << 20;

/** Writes the journal as the witness of an execution. What follows from a record leaves the replica only when the
 *  record is in the file, which a killed process does not take with it. */
export class JournalWriter implements Witness {
  readonly #descriptor: number;
  readonly #log = new LogWriter();
  readonly #entries = new BinaryWriter();

  constructor(path: string) {
    this.#descriptor = openSync(path, 'wx');
  }

  input(position: Position, value: ActionResult): void {
    this.#append({ kind: 'input', position, value });
  }

  boundary(epoch: number, actions: readonly ExternalAction[]): void {
    this.#append({ kind: 'boundary', epoch, actions });
  }

  saved(peer: ReplicaId): void {
    this.#takeRecords();
    this.#entries.u8(TAGS.saved).string(peer);
    this.#write();
  }

  leads(): void {
    this.#takeRecords();
    this.#entries.u8(TAGS.leads);
    this.#write();
  }

  posting(epoch: number, nextSequence: number | null): void {
    if (this.#log.settledBefore < epoch) this.#log.append({ kind: 'settled', epoch });
    this.#takeRecords();
    if (nextSequence !== null) this.#entries.u8(TAGS.outputs).varuint(nextSequence);
    this.#write();
  }

  close(): void {
    this.#takeRecords();
    this.#write();
    closeSync(this.#descriptor);
  }

  #append(record: LogRecord): void {
    this.#log.append(record);
    if (this.#log.byteCount < BUFFER_BYTES) return;
    this.#takeRecords();
    this.#write();
  }

  #takeRecords(): void {
    const batch = this.#log.take();
    if (batch !== null) this.#entries.u8(TAGS.records).bytes(batch.bytes);
  }

  #write(): void {
    const bytes = this.#entries.finish();
    this.#entries.reset();
    for (let offset = 0; offset < bytes.length; offset += writeSync(this.#descriptor, bytes, offset));
  }
}

/** What one replica has been told. Indices count its records. */
export interface Journal {
  readonly replica: ReplicaId;
  /** Inputs and boundaries in order. */
  readonly records: readonly LogRecord[];
  /** Where its state was copied out for a new backup: the records before it are part of that state. */
  readonly saved: ReadonlyMap<ReplicaId, number>;
  /** From here on it decided; null where it only followed. */
  readonly leadsFrom: number | null;
  /** The epoch that it is known to have come to. */
  readonly epoch: number;
  /** Outputs that it is known to have made, those before its own life included. */
  readonly outputCount: number;
}

/** Reads a journal; what a killed process had half written is left out. Throws UserError where it is too large. */
export function readJournal(path: string, replica: ReplicaId): Journal {
  if (statSync(path).size > MAXIMUM_JOURNAL_BYTES) {
    throw new UserError(
      'JOURNAL',
      `the history of replica ${replica} has more than ${MAXIMUM_JOURNAL_BYTES >> 20} MiB, too many to be checked; ` +
        'try with less work for the program',
    );
  }
  const reader = new BinaryReader(readFileSync(path));
  const records: LogRecord[] = [];
  const saved = new Map<ReplicaId, number>();
  let leadsFrom: number | null = null;
  let epoch = 0;
  let outputCount = 0;
  const readEntry = (): void => {
    const tag = reader.u8();
    if (tag === TAGS.records) {
      for (const record of decodeBatch(reader.bytes()).records) {
        if (record.kind === 'settled') epoch = record.epoch;
        else records.push(record);
      }
    } else if (tag === TAGS.saved) saved.set(reader.string(), records.length);
    else if (tag === TAGS.leads) leadsFrom = records.length;
    else if (tag === TAGS.outputs) outputCount = reader.varuint();
    else throw new Error(`no entry of a journal begins with the byte ${tag}`);
  };
  while (reader.remaining > 0) {
    try {
      readEntry();
    } catch (error) {
      if (error instanceof UserError && error.code === 'TRUNCATED') break;
      throw error;
    }
  }
  return { replica, records, saved, leadsFrom, epoch, outputCount };
}
