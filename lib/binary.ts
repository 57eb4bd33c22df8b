// Readers and writers of binary records over byte arrays: fixed-width numbers, variable-length integers, byte strings.
import { UserError } from './errors.js';

const UTF8_DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
const UTF8_ENCODER = new TextEncoder();
/** Small enough for the engine to keep it with its object. */
const INITIAL_CAPACITY_BYTES = 64;
/** Capacity is doubled up to here; nothing that this project encodes comes near it. */
const MAXIMUM_CAPACITY_BYTES = 0x7fff_ffff;
const VARUINT_MAXIMUM_BYTES = 8;

export interface BinaryOptions {
  /** Byte order of fixed-width numbers; little-endian where absent. */
  readonly bigEndian?: boolean;
}

/** Reads values one after the other. Reading past the end throws UserError 'TRUNCATED' and moves nothing. */
export class BinaryReader {
  readonly #bytes: Uint8Array;
  /** Made when it is needed: small records hold bytes and short integers alone. */
  #numbers: DataView | null = null;
  readonly #littleEndian: boolean;
  #offset = 0;

  constructor(bytes: Uint8Array, options: BinaryOptions = {}) {
    this.#bytes = bytes;
    this.#littleEndian = options.bigEndian !== true;
  }

  get #view(): DataView {
    const { buffer, byteOffset, byteLength } = this.#bytes;
    return (this.#numbers ??= new DataView(buffer, byteOffset, byteLength));
  }

  /** Offset in bytes of the next value. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** Moves to an offset in bytes from the beginning. */
  seek(offset: number): void {
    if (!Number.isInteger(offset) || offset < 0 || offset > this.#bytes.length) {
      throw truncated(offset, 0, this.#bytes.length);
    }
    this.#offset = offset;
  }

  skip(byteCount: number): void {
    this.#advance(byteCount);
  }

  u8(): number {
    return this.#bytes[this.#advance(1)]!;
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), this.#littleEndian);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), this.#littleEndian);
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4), this.#littleEndian);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), this.#littleEndian);
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#advance(8), this.#littleEndian);
  }

  f64(): number {
    return this.#view.getFloat64(this.#advance(8), this.#littleEndian);
  }

  boolean(): boolean {
    return this.u8() !== 0;
  }

  /** An unsigned integer up to 2^53 - 1 in groups of seven bits, lowest first (LEB128). */
  varuint(): number {
    const start = this.#offset;
    let value = 0;
    let weight = 1;
    for (let count = 0; count < VARUINT_MAXIMUM_BYTES; count++) {
      const byte = this.#varuintByte(start);
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
      weight *= 0x80;
    }
    this.#offset = start;
    throw new UserError('MALFORMED', `The integer at byte ${start} is too long; the data is damaged.`);
  }

  #varuintByte(start: number): number {
    const byte = this.#bytes[this.#offset];
    if (byte === undefined) {
      this.#offset = start;
      throw truncated(this.#bytes.length, 1, this.#bytes.length);
    }
    this.#offset++;
    return byte;
  }

  /** The next byteCount bytes: a view over the underlying bytes, not a copy. */
  raw(byteCount: number): Uint8Array {
    const start = this.#advance(byteCount);
    return this.#bytes.subarray(start, start + byteCount);
  }

  /** A byte string preceded by its length as varuint: a view, not a copy. */
  bytes(): Uint8Array {
    const start = this.#offset;
    const byteCount = this.varuint();
    if (byteCount > this.remaining) {
      this.#offset = start;
      throw truncated(start, byteCount, this.#bytes.length);
    }
    return this.raw(byteCount);
  }

  /** A UTF-8 string preceded by its length in bytes as varuint. */
  string(): string {
    return UTF8_DECODER.decode(this.bytes());
  }

  #advance(byteCount: number): number {
    const start = this.#offset;
    if (!(byteCount >= 0 && byteCount <= this.#bytes.length - start)) {
      throw truncated(start, byteCount, this.#bytes.length);
    }
    this.#offset = start + byteCount;
    return start;
  }
}

function truncated(offset: number, byteCount: number, length: number): UserError {
  return new UserError(
    'TRUNCATED',
    `The data ends too early: ${byteCount} bytes are wanted at byte ${offset}, but there are only ${length} in all.`,
  );
}

/** Appends values to a growing buffer. Numbers out of range are the caller's bug and throw RangeError. */
export class BinaryWriter {
  readonly #littleEndian: boolean;
  #bytes: Uint8Array<ArrayBuffer>;
  #numbers: DataView | null = null;
  #length = 0;

  constructor(options: BinaryOptions = {}) {
    this.#littleEndian = options.bigEndian !== true;
    this.#bytes = new Uint8Array(INITIAL_CAPACITY_BYTES);
  }

  get #view(): DataView {
    return (this.#numbers ??= new DataView(this.#bytes.buffer));
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    checkRange(value, 0, 0xff);
    const offset = this.#reserve(1);
    this.#bytes[offset] = value;
    return this;
  }

  u16(value: number): this {
    checkRange(value, 0, 0xffff);
    const offset = this.#reserve(2);
    this.#view.setUint16(offset, value, this.#littleEndian);
    return this;
  }

  u32(value: number): this {
    checkRange(value, 0, 0xffff_ffff);
    const offset = this.#reserve(4);
    this.#view.setUint32(offset, value, this.#littleEndian);
    return this;
  }

  i32(value: number): this {
    checkRange(value, -0x8000_0000, 0x7fff_ffff);
    const offset = this.#reserve(4);
    this.#view.setInt32(offset, value, this.#littleEndian);
    return this;
  }

  u64(value: bigint): this {
    if (BigInt.asUintN(64, value) !== value) throw new RangeError(`${value} does not fit 64 bits unsigned`);
    const offset = this.#reserve(8);
    this.#view.setBigUint64(offset, value, this.#littleEndian);
    return this;
  }

  i64(value: bigint): this {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} does not fit 64 bits signed`);
    const offset = this.#reserve(8);
    this.#view.setBigInt64(offset, value, this.#littleEndian);
    return this;
  }

  f64(value: number): this {
    const offset = this.#reserve(8);
    this.#view.setFloat64(offset, value, this.#littleEndian);
    return this;
  }

  boolean(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }

  /** Inverse of BinaryReader.varuint: 0 to 2^53 - 1. */
  varuint(value: number): this {
    checkRange(value, 0, Number.MAX_SAFE_INTEGER);
    let rest = value;
    while (rest >= 0x80) {
      this.u8((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    return this.u8(rest);
  }

  /** Bytes without a length. */
  raw(bytes: Uint8Array): this {
    const start = this.#reserve(bytes.length);
    this.#bytes.set(bytes, start);
    return this;
  }

  /** A byte string preceded by its length as varuint. */
  bytes(bytes: Uint8Array): this {
    return this.varuint(bytes.length).raw(bytes);
  }

  /** A string as UTF-8, preceded by its length in bytes as varuint. Unpaired surrogates become U+FFFD. */
  string(text: string): this {
    return this.bytes(UTF8_ENCODER.encode(text));
  }

  /** A copy of all that was written; the writer may go on. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  /** All that was written: a view, good until the writer is used again. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets what was written and keeps the buffer. */
  reset(): void {
    this.#length = 0;
  }

  /** Where the next byteCount bytes go. Called before the buffer or view is used, since it may replace both. */
  #reserve(byteCount: number): number {
    const start = this.#length;
    const needed = start + byteCount;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#length = needed;
    return start;
  }

  #grow(needed: number): void {
    if (needed > MAXIMUM_CAPACITY_BYTES) throw new RangeError(`a record of ${needed} bytes is too long`);
    const capacity = Math.min(MAXIMUM_CAPACITY_BYTES, Math.max(needed, this.#bytes.length * 2));
    const grown = new Uint8Array(capacity);
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#numbers = null;
  }
}

function checkRange(value: number, minimum: number, maximum: number): void {
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw new RangeError(`${value} is not an integer from ${minimum} to ${maximum}`);
  }
}
