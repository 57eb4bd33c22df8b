// Decoding tables for the canonical Huffman codes of deflate (RFC 1951 §3.2.2).

export const MAXIMUM_CODE_BITS = 15;
const MAXIMUM_SYMBOLS = 288;
/** The symbol of bits that are no code, as an incomplete code has them. */
export const INVALID_SYMBOL = 0xfff;
/** An entry is (symbol << 4 | code bits). */
export const ENTRY_LENGTH_MASK = 0xf;
export const ENTRY_SYMBOL_SHIFT = 4;
const INVALID_ENTRY = (INVALID_SYMBOL << ENTRY_SYMBOL_SHIFT) | 1;

/** Codes up to rootBits are found by one look into `table`; longer ones, which are rare, bit by bit. */
export class HuffmanTable {
  /** Entry by the next rootBits of input, first bit lowest; 0 where the code is longer. */
  readonly table: Int32Array;
  readonly rootMask: number;
  readonly #counts = new Uint16Array(MAXIMUM_CODE_BITS + 1);
  readonly #symbols = new Uint16Array(MAXIMUM_SYMBOLS);

  constructor(readonly rootBits: number) {
    this.table = new Int32Array(1 << rootBits);
    this.rootMask = (1 << rootBits) - 1;
  }

  /** Builds the code in which symbol s has lengths[s] bits (0: unused). False where the lengths are no code: more
   *  codes than there is room for, or fewer. As in zlib two incomplete codes pass: one symbol of one bit, where
   *  mayHaveOneSymbol, and none at all. */
  build(lengths: Uint8Array, mayHaveOneSymbol: boolean): boolean {
    const counts = this.#counts.fill(0);
    for (const length of lengths) counts[length]!++;
    const used = lengths.length - counts[0]!;
    counts[0] = 0;
    let room = 1;
    for (let length = 1; length <= MAXIMUM_CODE_BITS; length++) {
      room = room * 2 - counts[length]!;
      if (room < 0) return false;
    }
    const isOneSymbol = used === 1 && counts[1] === 1;
    if (room > 0 && used > 0 && !(isOneSymbol && mayHaveOneSymbol)) return false;
    this.table.fill(room > 0 ? INVALID_ENTRY : 0);
    this.#assign(lengths);
    return true;
  }

  /** Numbers the codes by length, then symbol, and enters the short ones into the table. */
  #assign(lengths: Uint8Array): void {
    const nextCode = new Uint16Array(MAXIMUM_CODE_BITS + 2);
    const nextIndex = new Uint16Array(MAXIMUM_CODE_BITS + 2);
    for (let length = 1; length <= MAXIMUM_CODE_BITS; length++) {
      nextCode[length + 1] = (nextCode[length]! + this.#counts[length]!) << 1;
      nextIndex[length + 1] = nextIndex[length]! + this.#counts[length]!;
    }
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      const length = lengths[symbol]!;
      if (length === 0) continue;
      this.#symbols[nextIndex[length]!++] = symbol;
      const code = nextCode[length]!++;
      if (length > this.rootBits) continue;
      const entry = (symbol << ENTRY_SYMBOL_SHIFT) | length;
      const step = 1 << length;
      for (let bits = reverse(code, length); bits < this.table.length; bits += step) this.table[bits] = entry;
    }
  }

  /** The entry of the code that the lowest bitCount bits begin with, or 0 where they are too few to tell. */
  lookUp(bits: number, bitCount: number): number {
    const entry = this.table[bits & this.rootMask]!;
    if (entry === 0) return this.lookUpLong(bits, bitCount);
    return (entry & ENTRY_LENGTH_MASK) <= bitCount ? entry : 0;
  }

  /** lookUp for codes that the table does not hold: walks the code lengths upwards. */
  lookUpLong(bits: number, bitCount: number): number {
    const limit = Math.min(bitCount, MAXIMUM_CODE_BITS);
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= limit; length++) {
      code = (code << 1) | ((bits >>> (length - 1)) & 1);
      const count = this.#counts[length]!;
      if (code - first < count) {
        return (this.#symbols[index + code - first]! << ENTRY_SYMBOL_SHIFT) | length;
      }
      index += count;
      first = (first + count) << 1;
    }
    return 0;
  }
}

/** Codes are sent with their first bit lowest; numbers have it highest. */
function reverse(code: number, length: number): number {
  let reversed = 0;
  for (let bit = 0; bit < length; bit++) reversed |= ((code >>> bit) & 1) << (length - 1 - bit);
  return reversed;
}
