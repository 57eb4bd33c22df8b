// What deflate fixes once for all: bases and extra bits of its symbols, and the codes of blocks without their own.
import { HuffmanTable } from './huffman.js';

/** Literal and length symbols: bytes, the end of the block, lengths. */
export const END_OF_BLOCK = 256;
export const FIRST_LENGTH_SYMBOL = 257;

/** Base and extra bits of length symbols 257 to 285 and distance symbols 0 to 29 (RFC 1951 §3.2.5). */
export const LENGTH_BASE = Uint16Array.of(
  ...[3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163],
  ...[195, 227, 258],
);
export const LENGTH_EXTRA = Uint8Array.of(
  ...[0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0],
);
export const DISTANCE_BASE = Uint16Array.from({ length: 30 }, (_, symbol) =>
  symbol < 4 ? symbol + 1 : (2 + (symbol & 1)) * 2 ** ((symbol >> 1) - 1) + 1,
);
export const DISTANCE_EXTRA = Uint8Array.from({ length: 30 }, (_, symbol) => Math.max(0, (symbol >> 1) - 1));

/** The order in which the lengths of the code length code are sent (RFC 1951 §3.2.7). */
export const CODE_LENGTH_ORDER = Uint8Array.of(
  16,
  17,
  18,
  0,
  8,
  7,
  9,
  6,
  10,
  5,
  11,
  4,
  12,
  3,
  13,
  2,
  14,
  1,
  15,
);

export const FIXED_LITERALS = new HuffmanTable(9);
FIXED_LITERALS.build(
  Uint8Array.from({ length: 288 }, (_, s) => (s < 144 ? 8 : s < 256 ? 9 : s < 280 ? 7 : 8)),
  false,
);
export const FIXED_DISTANCES = new HuffmanTable(5);
FIXED_DISTANCES.build(new Uint8Array(32).fill(5), false);
