// The log: what the primary decided, in order, as records and as the bytes of batches.
// Inputs, and results of outputs that the program waits for, stand at (epoch, ordinal), asynchronous external actions at
// epoch boundaries; nothing else is logged.
import type { ActionResult, ExternalAction } from '../jvm/environment.js';
import { readValue, writeValue } from '../jvm/value-codec.js';
import { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { readAction, writeAction } from './action-codec.js';
import { MAXIMUM_LIST_LENGTH } from './limits.js';
import { decoding, PeerError } from './peer-error.js';

/** Where an input stands: ordinal counts the epoch's logged inputs from 0. */
export interface Position {
  readonly epoch: number;
  readonly ordinal: number;
}

export type LogRecord =
  /** The value that the primary read at a position (patent fig. 6, S62). */
  | { readonly kind: 'input'; readonly position: Position; readonly value: ActionResult }
  /** The external actions, at least one, that end an epoch (patent fig. 8 and 9). */
  | { readonly kind: 'boundary'; readonly epoch: number; readonly actions: readonly ExternalAction[] }
  /** All boundaries of epochs before this one that have no record were empty: many end-of-epoch messages in one. */
  | { readonly kind: 'settled'; readonly epoch: number };

/** A run of records that travels, and is acknowledged, as one. Batches are numbered from 0 without gaps,
 *  over all incarnations. */
export interface LogBatch {
  readonly number: number;
  /** Encoded form, with the number in it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Version of the binary form; another one is refused. */
export const LOG_VERSION = 2;

const TAGS = { input: 0, boundary: 1, settled: 2 } as const;

/** The first epoch whose boundary a record leaves open: every one before it has been decided. */
export function settledBefore(record: LogRecord): number {
  switch (record.kind) {
    case 'input':
      return record.position.epoch;
    case 'boundary':
      return record.epoch + 1;
    case 'settled':
      return record.epoch;
  }
}

/** Collects records and cuts them into batches. */
export class LogWriter {
  readonly #writer = new BinaryWriter();
  readonly #batch = new BinaryWriter();
  #recordCount = 0;
  #lastEpoch = 0;
  #settledBefore = 0;
  #nextBatchNumber: number;

  /** firstBatchNumber: where the log of a former primary left off, or 0. */
  constructor(firstBatchNumber = 0) {
    this.#nextBatchNumber = firstBatchNumber;
  }

  /** Encoded bytes that wait for the next batch. */
  get byteCount(): number {
    return this.#writer.length;
  }

  /** Boundaries before this epoch are told by the records appended so far. */
  get settledBefore(): number {
    return this.#settledBefore;
  }

  /** Appends a record; positions never go back. */
  append(record: LogRecord): void {
    const epoch = record.kind === 'input' ? record.position.epoch : record.epoch;
    if (epoch < this.#lastEpoch || settledBefore(record) < this.#settledBefore) {
      throw new Error(`the log goes back: ${record.kind} at epoch ${epoch} after epoch ${this.#lastEpoch}`);
    }
    this.#writer.u8(TAGS[record.kind]).varuint(epoch - this.#lastEpoch);
    if (record.kind === 'input') {
      this.#writer.varuint(record.position.ordinal);
      writeValue(this.#writer, record.value);
    } else if (record.kind === 'boundary') {
      if (record.actions.length === 0) throw new Error('an empty boundary needs no record');
      this.#writer.varuint(record.actions.length);
      for (const action of record.actions) writeAction(this.#writer, action);
    }
    this.#lastEpoch = epoch;
    this.#settledBefore = settledBefore(record);
    this.#recordCount++;
  }

  /** The records since the last call as a batch; null where there are none. */
  take(): LogBatch | null {
    if (this.#recordCount === 0) return null;
    const number = this.#nextBatchNumber++;
    const header = this.#batch.u8(LOG_VERSION).varuint(number).varuint(this.#recordCount);
    const bytes = header.raw(this.#writer.written).finish();
    this.#batch.reset();
    this.discard();
    return { number, bytes };
  }

  /** Forgets the records since the last batch: there is nobody to tell. */
  discard(): void {
    this.#writer.reset();
    this.#recordCount = 0;
    // Each batch starts from its own base, so that it can be decoded alone.
    this.#lastEpoch = 0;
  }
}

/** Decodes a batch. Throws PeerError: VERSION, or MALFORMED for anything but one whole batch. */
export function decodeBatch(bytes: Uint8Array): { number: number; records: LogRecord[] } {
  return decoding('a log batch is damaged', () => {
    const reader = new BinaryReader(bytes);
    const version = reader.u8();
    if (version !== LOG_VERSION)
      throw new PeerError('VERSION', `the log has version ${version}, not ${LOG_VERSION}`);
    const number = reader.varuint();
    const recordCount = reader.varuint();
    const records: LogRecord[] = [];
    let epoch = 0;
    let settled = 0;
    for (let index = 0; index < recordCount; index++) {
      const record = readRecord(reader, epoch);
      epoch = record.kind === 'input' ? record.position.epoch : record.epoch;
      if (settledBefore(record) < settled)
        throw new PeerError('MALFORMED', `the log goes back at epoch ${epoch}`);
      settled = settledBefore(record);
      records.push(record);
    }
    if (reader.remaining !== 0)
      throw new PeerError('MALFORMED', `${reader.remaining} bytes follow the last record`);
    return { number, records };
  });
}

function readRecord(reader: BinaryReader, lastEpoch: number): LogRecord {
  const tag = reader.u8();
  const epoch = lastEpoch + reader.varuint();
  if (!Number.isSafeInteger(epoch)) throw new PeerError('MALFORMED', 'an epoch is out of range');
  switch (tag) {
    case TAGS.input: {
      const ordinal = reader.varuint();
      return { kind: 'input', position: { epoch, ordinal }, value: readValue(reader) };
    }
    case TAGS.boundary: {
      const count = reader.varuint();
      if (count === 0 || count > MAXIMUM_LIST_LENGTH) {
        throw new PeerError('MALFORMED', `a boundary has ${count} actions`);
      }
      const actions: ExternalAction[] = [];
      for (let index = 0; index < count; index++) actions.push(readAction(reader));
      return { kind: 'boundary', epoch, actions };
    }
    case TAGS.settled:
      return { kind: 'settled', epoch };
    default:
      throw new PeerError('MALFORMED', `no record begins with the byte ${tag}`);
  }
}

/** The backup's side of the log: records wait here until the machine comes to their position. */
export class ReplayLog {
  #records: LogRecord[] = [];
  #next = 0;
  #settledBefore = 0;

  /** Appends the records of a batch that decodeBatch has accepted. */
  append(records: readonly LogRecord[]): void {
    if (this.#next === this.#records.length) {
      this.#records = [];
      this.#next = 0;
    }
    for (const record of records) {
      this.#settledBefore = Math.max(this.#settledBefore, settledBefore(record));
      if (record.kind !== 'settled') this.#records.push(record);
    }
  }

  /** The first epoch whose boundary the primary has not been heard to decide. */
  get settledBefore(): number {
    return this.#settledBefore;
  }

  /** Takes the input at a position; undefined where the log ends before it. Throws where the log says otherwise:
   *  then this machine is no replica of the one that wrote it. */
  takeInput(position: Position): { readonly value: ActionResult } | undefined {
    const record = this.#records[this.#next];
    if (record === undefined) {
      if (this.#settledBefore > position.epoch)
        throw this.#diverged(`input ${describe(position)}`, 'no input there');
      return undefined;
    }
    if (
      record.kind !== 'input' ||
      record.position.epoch !== position.epoch ||
      record.position.ordinal !== position.ordinal
    ) {
      throw this.#diverged(`input ${describe(position)}`, describeRecord(record));
    }
    this.#next++;
    return record;
  }

  /** Takes the external actions that end an epoch; undefined where the log does not say yet. */
  takeBoundary(epoch: number): readonly ExternalAction[] | undefined {
    const record = this.#records[this.#next];
    if (record?.kind === 'boundary' && record.epoch === epoch) {
      this.#next++;
      return record.actions;
    }
    const recordEpoch =
      record === undefined ? Infinity : record.kind === 'input' ? record.position.epoch : record.epoch;
    if (recordEpoch <= epoch && record !== undefined) {
      throw this.#diverged(`the end of epoch ${epoch}`, describeRecord(record));
    }
    return this.#settledBefore > epoch ? [] : undefined;
  }

  #diverged(here: string, logged: string): Error {
    return new Error(`this replica has diverged: it is at ${here} where the log has ${logged}`);
  }
}

function describe(position: Position): string {
  return `${position.ordinal} of epoch ${position.epoch}`;
}

function describeRecord(record: LogRecord): string {
  return record.kind === 'input' ? `input ${describe(record.position)}` : `the end of epoch ${record.epoch}`;
}
