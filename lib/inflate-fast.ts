// The inner loop of inflation: whole literals and matches, while there is plenty of input and room.
import {
  DISTANCE_BASE,
  DISTANCE_EXTRA,
  END_OF_BLOCK,
  FIRST_LENGTH_SYMBOL,
  LENGTH_BASE,
  LENGTH_EXTRA,
} from './deflate-codes.js';
import { ENTRY_LENGTH_MASK, ENTRY_SYMBOL_SHIFT, type HuffmanTable } from './huffman.js';
import { type InflateState, MODE, WINDOW_MASK } from './inflate-state.js';

export const MAXIMUM_MATCH_BYTES = 258;
/** What one turn of the fast loop can take: 15 + 5 + 15 + 13 bits, read in whole bytes. */
export const FAST_INPUT_BYTES = 8;

/** Where a call stands in its input and output, and the codes of the current block. */
export interface Cursor {
  readonly input: Uint8Array;
  readonly output: Uint8Array;
  inputOffset: number;
  outputOffset: number;
  readonly literals: HuffmanTable;
  readonly distances: HuffmanTable;
}

/** Copies output from distance bytes before, from the window where this call's output does not reach back so far.
 *  Returns the offset after the copy. */
export function copyMatch(
  state: InflateState,
  output: Uint8Array,
  start: number,
  distance: number,
  count: number,
): number {
  const end = start + count;
  let to = start;
  let from = start - distance;
  if (from < 0) {
    const { window, windowNext } = state;
    for (; from < 0 && to < end; from++) output[to++] = window[(windowNext + from) & WINDOW_MASK]!;
  }
  // Byte by byte: source and target may overlap, and then the copied bytes are copied again.
  for (; to < end; from++) output[to++] = output[from]!;
  return end;
}

/** Literals and matches while there is plenty of input and output, with everything in local variables: this loop is
 *  where the time goes. It leaves the bits as the single steps would: less than a byte beyond what is used.
 *  Returns zlib's message where the stream is bad. */
export function inflateFast(state: InflateState, cursor: Cursor): string | null {
  const { input, output, literals, distances } = cursor;
  const lastInputOffset = input.length - FAST_INPUT_BYTES;
  const lastOutputOffset = output.length - MAXIMUM_MATCH_BYTES;
  let inputOffset = cursor.inputOffset;
  let outputOffset = cursor.outputOffset;
  let bits = state.bitBuffer;
  let bitCount = state.bitCount;
  let error: string | null = null;

  while (inputOffset <= lastInputOffset && outputOffset <= lastOutputOffset) {
    while (bitCount < 15) {
      bits |= input[inputOffset++]! << bitCount;
      bitCount += 8;
    }
    let entry = literals.table[bits & literals.rootMask]!;
    if (entry === 0) entry = literals.lookUpLong(bits, bitCount);
    bits >>>= entry & ENTRY_LENGTH_MASK;
    bitCount -= entry & ENTRY_LENGTH_MASK;
    let symbol = entry >>> ENTRY_SYMBOL_SHIFT;
    if (symbol < END_OF_BLOCK) {
      output[outputOffset++] = symbol;
      continue;
    }
    if (symbol === END_OF_BLOCK) {
      state.mode = MODE.blockHeader;
      break;
    }
    symbol -= FIRST_LENGTH_SYMBOL;
    if (symbol >= LENGTH_BASE.length) {
      error = 'invalid literal/length code';
      break;
    }
    // A length's extra bits and a distance code take at most 20 bits.
    while (bitCount < 20) {
      bits |= input[inputOffset++]! << bitCount;
      bitCount += 8;
    }
    let extraBits = LENGTH_EXTRA[symbol]!;
    const length = LENGTH_BASE[symbol]! + (bits & ((1 << extraBits) - 1));
    bits >>>= extraBits;
    bitCount -= extraBits;

    entry = distances.table[bits & distances.rootMask]!;
    if (entry === 0) entry = distances.lookUpLong(bits, bitCount);
    bits >>>= entry & ENTRY_LENGTH_MASK;
    bitCount -= entry & ENTRY_LENGTH_MASK;
    symbol = entry >>> ENTRY_SYMBOL_SHIFT;
    if (symbol >= DISTANCE_BASE.length) {
      error = 'invalid distance code';
      break;
    }
    extraBits = DISTANCE_EXTRA[symbol]!;
    while (bitCount < extraBits) {
      bits |= input[inputOffset++]! << bitCount;
      bitCount += 8;
    }
    const distance = DISTANCE_BASE[symbol]! + (bits & ((1 << extraBits) - 1));
    bits >>>= extraBits;
    bitCount -= extraBits;
    if (distance > outputOffset) {
      if (distance > state.windowHave + outputOffset) {
        error = 'invalid distance too far back';
        break;
      }
      outputOffset = copyMatch(state, output, outputOffset, distance, length);
      continue;
    }
    const end = outputOffset + length;
    for (let from = outputOffset - distance; outputOffset < end; from++)
      output[outputOffset++] = output[from]!;
  }

  const unusedBytes = bitCount >>> 3;
  cursor.inputOffset = inputOffset - unusedBytes;
  state.bitCount = bitCount & 7;
  state.bitBuffer = bits & ((1 << state.bitCount) - 1);
  cursor.outputOffset = outputOffset;
  return error;
}
