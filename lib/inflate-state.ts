// The whole state of an inflation between two calls: plain numbers and bytes, which can be saved and restored.

import { BinaryReader, BinaryWriter } from './binary.js';
import { adler32 } from './checksums.js';
import { HuffmanTable } from './huffman.js';

export const WINDOW_BYTES = 32 << 10;
export const WINDOW_MASK = WINDOW_BYTES - 1;
/** Codes of a dynamic block: at most 286 literals and lengths, then at most 30 distances. */
const MAXIMUM_LENGTHS = 316;
const LITERAL_ROOT_BITS = 10;
const DISTANCE_ROOT_BITS = 9;
const SAVED_FORMAT = 1;

/** What is expected next in the stream. The numbers are part of the saved form. */
export const MODE = {
  zlibHeader: 0,
  dictionaryId: 1,
  dictionary: 2,
  blockHeader: 3,
  storedLengths: 4,
  storedBytes: 5,
  tableSizes: 6,
  codeLengthLengths: 7,
  codeLengths: 8,
  literalOrLength: 9,
  lengthExtra: 10,
  distance: 11,
  distanceExtra: 12,
  match: 13,
  literal: 14,
  checksum: 15,
  finished: 16,
  failed: 17,
} as const;
export type Mode = (typeof MODE)[keyof typeof MODE];
const LAST_MODE = MODE.failed;

/** Which codes the current block uses. */
export const CODES = { none: 0, fixed: 1, dynamic: 2 } as const;
type Codes = (typeof CODES)[keyof typeof CODES];

/** One stream being decompressed. Fields are for inflate.ts; users call inflate() and the methods. */
export class InflateState {
  mode: Mode;
  /** Input bits that are taken but not used, first bit lowest. */
  bitBuffer = 0;
  bitCount = 0;
  isLastBlock = false;
  /** Bytes of a stored block or match still to come; or the literal that waits for room. */
  length = 0;
  distance = 0;
  /** Extra bits that follow the length or distance symbol. */
  extraBits = 0;
  literalCount = 0;
  distanceCount = 0;
  codeLengthCount = 0;
  /** How many code lengths have been read. */
  have = 0;
  codes: Codes = CODES.none;
  /** Code lengths of a dynamic block; while they are read, the code of code lengths is in codeLengthLengths. */
  readonly lengths = new Uint8Array(MAXIMUM_LENGTHS);
  readonly codeLengthLengths = new Uint8Array(19);
  /** The last bytes of output, as a ring; windowNext is where the next byte goes. */
  readonly window = new Uint8Array(WINDOW_BYTES);
  windowNext = 0;
  windowHave = 0;
  /** Adler-32 of the output so far; the identifier of the dictionary while one is needed; 0 for a raw stream. */
  adler: number;
  /** zlib's message once the stream is found bad. */
  error: string | null = null;
  /** Derived from the lengths, so not saved. */
  readonly literalTable = new HuffmanTable(LITERAL_ROOT_BITS);
  readonly distanceTable = new HuffmanTable(DISTANCE_ROOT_BITS);

  /** isRaw: a bare deflate stream (RFC 1951), as in zip files, without zlib's header and checksum (RFC 1950). */
  constructor(readonly isRaw: boolean) {
    this.mode = isRaw ? MODE.blockHeader : MODE.zlibHeader;
    this.adler = isRaw ? 0 : 1;
  }

  /** Begins a new stream of the same kind. */
  reset(): void {
    this.mode = this.isRaw ? MODE.blockHeader : MODE.zlibHeader;
    this.adler = this.isRaw ? 0 : 1;
    this.bitBuffer = this.bitCount = 0;
    this.isLastBlock = false;
    this.codes = CODES.none;
    this.windowNext = this.windowHave = 0;
    this.error = null;
  }

  /** Gives the preset dictionary: for a zlib stream when it is asked for, for a raw one at any time. False where it
   *  is not the one that is asked for, or none is. */
  setDictionary(dictionary: Uint8Array): boolean {
    if (!this.isRaw) {
      if (this.mode !== MODE.dictionary || adler32(1, dictionary) !== this.adler) return false;
      this.adler = 1;
      this.mode = MODE.blockHeader;
    }
    this.remember(dictionary);
    return true;
  }

  /** Appends output to the window, of which at most the last 32 KiB matter. */
  remember(bytes: Uint8Array): void {
    const tail = bytes.length > WINDOW_BYTES ? bytes.subarray(bytes.length - WINDOW_BYTES) : bytes;
    const untilEnd = Math.min(tail.length, WINDOW_BYTES - this.windowNext);
    this.window.set(tail.subarray(0, untilEnd), this.windowNext);
    this.window.set(tail.subarray(untilEnd), 0);
    this.windowNext = (this.windowNext + tail.length) & WINDOW_MASK;
    this.windowHave = Math.min(WINDOW_BYTES, this.windowHave + tail.length);
  }

  /** The state as bytes, at most 33 KiB. */
  save(): Uint8Array<ArrayBuffer> {
    const writer = new BinaryWriter().u8(SAVED_FORMAT).boolean(this.isRaw).u8(this.mode);
    writer
      .u32(this.bitBuffer >>> 0)
      .u8(this.bitCount)
      .boolean(this.isLastBlock);
    writer.u32(this.length).u32(this.distance).u8(this.extraBits);
    writer
      .u16(this.literalCount)
      .u16(this.distanceCount)
      .u16(this.codeLengthCount)
      .u16(this.have)
      .u8(this.codes);
    writer.raw(this.lengths).raw(this.codeLengthLengths).u32(this.adler);
    writer.boolean(this.error !== null).string(this.error ?? '');
    return writer.bytes(this.#windowInOrder()).finish();
  }

  /** Inverse of save(). UserError TRUNCATED; Error where the bytes are not of this format. */
  static restore(bytes: Uint8Array): InflateState {
    const reader = new BinaryReader(bytes);
    const format = reader.u8();
    const state = new InflateState(reader.boolean());
    const mode = reader.u8();
    if (format !== SAVED_FORMAT || mode > LAST_MODE) throw new Error('not a saved inflation of this version');
    state.mode = mode as Mode;
    state.bitBuffer = reader.u32() | 0;
    state.bitCount = reader.u8();
    state.isLastBlock = reader.boolean();
    state.length = reader.u32();
    state.distance = reader.u32();
    state.extraBits = reader.u8();
    state.literalCount = reader.u16();
    state.distanceCount = reader.u16();
    state.codeLengthCount = reader.u16();
    state.have = reader.u16();
    state.codes = reader.u8() as Codes;
    state.lengths.set(reader.raw(state.lengths.length));
    state.codeLengthLengths.set(reader.raw(state.codeLengthLengths.length));
    state.adler = reader.u32();
    const hasError = reader.boolean();
    const error = reader.string();
    state.error = hasError ? error : null;
    state.remember(reader.bytes());
    state.#rebuildTables();
    return state;
  }

  /** Oldest byte first, so that equal states are saved as equal bytes wherever their rings begin. */
  #windowInOrder(): Uint8Array {
    const start = (this.windowNext - this.windowHave) & WINDOW_MASK;
    const untilEnd = Math.min(this.windowHave, WINDOW_BYTES - start);
    const ordered = new Uint8Array(this.windowHave);
    ordered.set(this.window.subarray(start, start + untilEnd));
    ordered.set(this.window.subarray(0, this.windowHave - untilEnd), untilEnd);
    return ordered;
  }

  #rebuildTables(): void {
    if (this.mode === MODE.codeLengths) this.literalTable.build(this.codeLengthLengths, false);
    if (this.codes === CODES.dynamic) this.buildDynamicTables();
  }

  /** Builds both tables from `lengths`. Which of them is no code, or undefined where both are well. */
  buildDynamicTables(): 'literals' | 'distances' | undefined {
    const { literalCount, distanceCount, lengths } = this;
    if (!this.literalTable.build(lengths.subarray(0, literalCount), true)) return 'literals';
    const distances = lengths.subarray(literalCount, literalCount + distanceCount);
    return this.distanceTable.build(distances, true) ? undefined : 'distances';
  }
}
