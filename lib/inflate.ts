// Decompression of zlib and raw deflate streams (RFC 1950, RFC 1951), in pieces of any size, on state that is plain
// data. Consumption, production and messages are those of zlib, because java.util.zip.Inflater shows them to programs.
import { adler32 } from './checksums.js';
import {
  CODE_LENGTH_ORDER,
  DISTANCE_BASE,
  DISTANCE_EXTRA,
  END_OF_BLOCK,
  FIRST_LENGTH_SYMBOL,
  FIXED_DISTANCES,
  FIXED_LITERALS,
  LENGTH_BASE,
  LENGTH_EXTRA,
} from './deflate-codes.js';
import { ENTRY_LENGTH_MASK, ENTRY_SYMBOL_SHIFT, type HuffmanTable, INVALID_SYMBOL } from './huffman.js';
import {
  type Cursor,
  copyMatch,
  FAST_INPUT_BYTES,
  inflateFast,
  MAXIMUM_MATCH_BYTES,
} from './inflate-fast.js';
import { CODES, type InflateState, MODE } from './inflate-state.js';

export { adler32, crc32 } from './checksums.js';
export { InflateState } from './inflate-state.js';

export interface InflateResult {
  /** Bytes taken from the input. */
  readonly consumed: number;
  /** Bytes put at the beginning of the output. */
  readonly produced: number;
  /** The stream has ended; what follows in the input belongs to others. */
  readonly finished: boolean;
  /** The stream was made with a preset dictionary: state.adler identifies it, state.setDictionary() gives it. */
  readonly needDictionary: boolean;
  /** zlib's message where the stream is damaged; it stays so until state.reset(). */
  readonly error: string | null;
}

const DEFLATE_METHOD = 8;
const MAXIMUM_WINDOW_BITS = 15;
const MAXIMUM_LITERAL_CODES = 286;
const MAXIMUM_DISTANCE_CODES = 30;

/** Decompresses from input to output until the input is used up, the output is full, the stream ends, a dictionary is
 *  needed or the stream is found bad. It goes on where it stopped when called again with the input not consumed. */
export function inflate(state: InflateState, input: Uint8Array, output: Uint8Array): InflateResult {
  return new Inflation(state, input, output).run();
}

/** One call: the state with the positions in this call's input and output. */
class Inflation implements Cursor {
  readonly #state: InflateState;
  readonly input: Uint8Array;
  readonly output: Uint8Array;
  inputOffset = 0;
  outputOffset = 0;
  #summedOffset = 0;
  literals: HuffmanTable;
  distances: HuffmanTable;

  constructor(state: InflateState, input: Uint8Array, output: Uint8Array) {
    this.#state = state;
    this.input = input;
    this.output = output;
    const isFixed = state.codes === CODES.fixed;
    this.literals = isFixed ? FIXED_LITERALS : state.literalTable;
    this.distances = isFixed ? FIXED_DISTANCES : state.distanceTable;
  }

  run(): InflateResult {
    const state = this.#state;
    while (this.#step());
    const produced = this.output.subarray(0, this.outputOffset);
    this.#sum();
    state.remember(produced);
    return {
      consumed: this.inputOffset,
      produced: produced.length,
      finished: state.mode === MODE.finished,
      needDictionary: state.mode === MODE.dictionary,
      error: state.error,
    };
  }

  /** Takes the stream one item further. False: it cannot go on in this call. */
  #step(): boolean {
    switch (this.#state.mode) {
      case MODE.zlibHeader:
        return this.#zlibHeader();
      case MODE.dictionaryId:
        return this.#dictionaryId();
      case MODE.blockHeader:
        return this.#blockHeader();
      case MODE.storedLengths:
        return this.#storedLengths();
      case MODE.storedBytes:
        return this.#storedBytes();
      case MODE.tableSizes:
        return this.#tableSizes();
      case MODE.codeLengthLengths:
        return this.#codeLengthLengths();
      case MODE.codeLengths:
        return this.#codeLengths();
      case MODE.literalOrLength:
        return this.#literalOrLength();
      case MODE.lengthExtra:
        return this.#lengthExtra();
      case MODE.distance:
        return this.#distance();
      case MODE.distanceExtra:
        return this.#distanceExtra();
      case MODE.match:
        return this.#match();
      case MODE.literal:
        return this.#literal();
      case MODE.checksum:
        return this.#checksum();
      case MODE.dictionary:
      case MODE.finished:
      case MODE.failed:
        return false;
    }
  }

  #fail(message: string): boolean {
    this.#state.mode = MODE.failed;
    this.#state.error = message;
    return false;
  }

  /** Takes input bytes until there are bitCount bits; no byte more, so that what follows a stream is left alone. */
  #need(bitCount: number): boolean {
    const state = this.#state;
    while (state.bitCount < bitCount) {
      if (this.inputOffset >= this.input.length) return false;
      state.bitBuffer |= this.input[this.inputOffset++]! << state.bitCount;
      state.bitCount += 8;
    }
    return true;
  }

  /** Drops bits that were looked at. At most 31. */
  #drop(bitCount: number): void {
    this.#state.bitBuffer >>>= bitCount;
    this.#state.bitCount -= bitCount;
  }

  /** Takes bitCount bits, 0 to 16, that #need has provided. */
  #take(bitCount: number): number {
    const value = this.#state.bitBuffer & ((1 << bitCount) - 1);
    this.#drop(bitCount);
    return value;
  }

  /** All 32 bits that #need(32) has provided, which begin at a byte. */
  #takeWord(): number {
    const value = this.#state.bitBuffer >>> 0;
    this.#state.bitBuffer = this.#state.bitCount = 0;
    return value;
  }

  /** The table entry of the next code, not dropped yet; 0 where the input ends within it. */
  #peekCode(table: HuffmanTable): number {
    const state = this.#state;
    for (;;) {
      const entry = table.lookUp(state.bitBuffer, state.bitCount);
      if (entry !== 0 || !this.#need(state.bitCount + 1)) return entry;
    }
  }

  #zlibHeader(): boolean {
    if (!this.#need(16)) return false;
    const state = this.#state;
    const header = state.bitBuffer;
    if ((((header & 0xff) << 8) | (header >>> 8)) % 31 !== 0) return this.#fail('incorrect header check');
    if ((header & 0xf) !== DEFLATE_METHOD) return this.#fail('unknown compression method');
    if (((header >>> 4) & 0xf) + 8 > MAXIMUM_WINDOW_BITS) return this.#fail('invalid window size');
    this.#drop(16);
    state.mode = header & 0x2000 ? MODE.dictionaryId : MODE.blockHeader;
    return true;
  }

  #dictionaryId(): boolean {
    if (!this.#need(32)) return false;
    this.#state.adler = swapBytes(this.#takeWord());
    this.#state.mode = MODE.dictionary;
    return false;
  }

  #blockHeader(): boolean {
    const state = this.#state;
    if (state.isLastBlock) {
      this.#drop(state.bitCount & 7);
      state.mode = MODE.checksum;
      return true;
    }
    if (!this.#need(3)) return false;
    state.isLastBlock = this.#take(1) === 1;
    state.codes = CODES.none;
    switch (this.#take(2)) {
      case 0:
        this.#drop(state.bitCount & 7);
        state.mode = MODE.storedLengths;
        return true;
      case 1:
        state.codes = CODES.fixed;
        this.literals = FIXED_LITERALS;
        this.distances = FIXED_DISTANCES;
        state.mode = MODE.literalOrLength;
        return true;
      case 2:
        state.mode = MODE.tableSizes;
        return true;
      default:
        return this.#fail('invalid block type');
    }
  }

  #storedLengths(): boolean {
    if (!this.#need(32)) return false;
    const word = this.#state.bitBuffer;
    if ((word & 0xffff) !== ~word >>> 16) return this.#fail('invalid stored block lengths');
    this.#state.length = this.#takeWord() & 0xffff;
    this.#state.mode = MODE.storedBytes;
    return true;
  }

  #storedBytes(): boolean {
    const state = this.#state;
    if (state.length === 0) {
      state.mode = MODE.blockHeader;
      return true;
    }
    const count = Math.min(
      state.length,
      this.input.length - this.inputOffset,
      this.output.length - this.outputOffset,
    );
    if (count === 0) return false;
    this.output.set(this.input.subarray(this.inputOffset, this.inputOffset + count), this.outputOffset);
    this.inputOffset += count;
    this.outputOffset += count;
    state.length -= count;
    return true;
  }

  #tableSizes(): boolean {
    if (!this.#need(14)) return false;
    const state = this.#state;
    state.literalCount = this.#take(5) + 257;
    state.distanceCount = this.#take(5) + 1;
    state.codeLengthCount = this.#take(4) + 4;
    if (state.literalCount > MAXIMUM_LITERAL_CODES || state.distanceCount > MAXIMUM_DISTANCE_CODES) {
      return this.#fail('too many length or distance symbols');
    }
    state.have = 0;
    state.codeLengthLengths.fill(0);
    state.mode = MODE.codeLengthLengths;
    return true;
  }

  #codeLengthLengths(): boolean {
    const state = this.#state;
    while (state.have < state.codeLengthCount) {
      if (!this.#need(3)) return false;
      state.codeLengthLengths[CODE_LENGTH_ORDER[state.have++]!] = this.#take(3);
    }
    if (!state.literalTable.build(state.codeLengthLengths, false))
      return this.#fail('invalid code lengths set');
    state.have = 0;
    state.mode = MODE.codeLengths;
    return true;
  }

  #codeLengths(): boolean {
    const state = this.#state;
    const total = state.literalCount + state.distanceCount;
    while (state.have < total) {
      const entry = this.#peekCode(state.literalTable);
      if (entry === 0) return false;
      const codeBits = entry & ENTRY_LENGTH_MASK;
      const symbol = entry >>> ENTRY_SYMBOL_SHIFT;
      if (symbol < 16 || symbol === INVALID_SYMBOL) {
        // In an empty code every bit stands for length 0, as zlib has it.
        this.#drop(codeBits);
        state.lengths[state.have++] = symbol === INVALID_SYMBOL ? 0 : symbol;
      } else {
        const extraBits = symbol === 16 ? 2 : symbol === 17 ? 3 : 7;
        if (!this.#need(codeBits + extraBits)) return false;
        this.#drop(codeBits);
        if (symbol === 16 && state.have === 0) return this.#fail('invalid bit length repeat');
        const value = symbol === 16 ? state.lengths[state.have - 1]! : 0;
        const count = this.#take(extraBits) + (symbol === 18 ? 11 : 3);
        if (state.have + count > total) return this.#fail('invalid bit length repeat');
        state.lengths.fill(value, state.have, state.have + count);
        state.have += count;
      }
    }
    return this.#beginDynamicBlock();
  }

  #beginDynamicBlock(): boolean {
    const state = this.#state;
    if (state.lengths[END_OF_BLOCK] === 0) return this.#fail('invalid code -- missing end-of-block');
    const bad = state.buildDynamicTables();
    if (bad !== undefined) return this.#fail(`invalid ${bad === 'literals' ? 'literal/lengths' : bad} set`);
    state.codes = CODES.dynamic;
    this.literals = state.literalTable;
    this.distances = state.distanceTable;
    state.mode = MODE.literalOrLength;
    return true;
  }

  #literalOrLength(): boolean {
    const state = this.#state;
    if (
      this.input.length - this.inputOffset >= FAST_INPUT_BYTES &&
      this.output.length - this.outputOffset >= MAXIMUM_MATCH_BYTES
    ) {
      const error = inflateFast(state, this);
      return error === null ? true : this.#fail(error);
    }
    const entry = this.#peekCode(this.literals);
    if (entry === 0) return false;
    this.#drop(entry & ENTRY_LENGTH_MASK);
    const symbol = entry >>> ENTRY_SYMBOL_SHIFT;
    if (symbol < END_OF_BLOCK) {
      state.length = symbol;
      state.mode = MODE.literal;
    } else if (symbol === END_OF_BLOCK) {
      state.mode = MODE.blockHeader;
    } else if (symbol - FIRST_LENGTH_SYMBOL < LENGTH_BASE.length) {
      state.length = LENGTH_BASE[symbol - FIRST_LENGTH_SYMBOL]!;
      state.extraBits = LENGTH_EXTRA[symbol - FIRST_LENGTH_SYMBOL]!;
      state.mode = MODE.lengthExtra;
    } else {
      return this.#fail('invalid literal/length code');
    }
    return true;
  }

  #literal(): boolean {
    if (this.outputOffset >= this.output.length) return false;
    this.output[this.outputOffset++] = this.#state.length;
    this.#state.mode = MODE.literalOrLength;
    return true;
  }

  #lengthExtra(): boolean {
    const state = this.#state;
    if (!this.#need(state.extraBits)) return false;
    state.length += this.#take(state.extraBits);
    state.mode = MODE.distance;
    return true;
  }

  #distance(): boolean {
    const state = this.#state;
    const entry = this.#peekCode(this.distances);
    if (entry === 0) return false;
    this.#drop(entry & ENTRY_LENGTH_MASK);
    const symbol = entry >>> ENTRY_SYMBOL_SHIFT;
    if (symbol >= DISTANCE_BASE.length) return this.#fail('invalid distance code');
    state.distance = DISTANCE_BASE[symbol]!;
    state.extraBits = DISTANCE_EXTRA[symbol]!;
    state.mode = MODE.distanceExtra;
    return true;
  }

  #distanceExtra(): boolean {
    const state = this.#state;
    if (!this.#need(state.extraBits)) return false;
    state.distance += this.#take(state.extraBits);
    state.mode = MODE.match;
    return true;
  }

  #match(): boolean {
    const state = this.#state;
    // As in zlib, a full output is noticed before a bad distance.
    const room = this.output.length - this.outputOffset;
    if (room === 0) return false;
    if (state.distance > state.windowHave + this.outputOffset) {
      return this.#fail('invalid distance too far back');
    }
    const count = Math.min(state.length, room);
    this.outputOffset = copyMatch(state, this.output, this.outputOffset, state.distance, count);
    state.length -= count;
    if (state.length === 0) state.mode = MODE.literalOrLength;
    return true;
  }

  #checksum(): boolean {
    const state = this.#state;
    if (!state.isRaw) {
      if (!this.#need(32)) return false;
      this.#sum();
      if (swapBytes(state.bitBuffer) !== state.adler) return this.#fail('incorrect data check');
      this.#takeWord();
    }
    state.mode = MODE.finished;
    return false;
  }

  /** Adds to the checksum what this call has put out since it was last added. */
  #sum(): void {
    if (this.#state.isRaw || this.#summedOffset === this.outputOffset) return;
    this.#state.adler = adler32(
      this.#state.adler,
      this.output.subarray(this.#summedOffset, this.outputOffset),
    );
    this.#summedOffset = this.outputOffset;
  }
}

function swapBytes(word: number): number {
  const swapped = (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
  return swapped >>> 0;
}
