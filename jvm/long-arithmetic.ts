// 64-bit integer arithmetic on pairs of int32 words in memory (low word first), and the conversions of JVMS §6.5
// that JavaScript numbers do not give.

const TWO_32 = 4_294_967_296;
const MAX_SAFE_HIGH = 0x1f_ffff;

/** The value as a double where it is exact (|v| < 2^53), else NaN. */
function exactDouble(high: number, low: number): number {
  return high <= MAX_SAFE_HIGH && high >= -MAX_SAFE_HIGH ? high * TWO_32 + (low >>> 0) : Number.NaN;
}

function toBigInt(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

function storeDouble(words: Int32Array, at: number, value: number): void {
  const high = Math.floor(value / TWO_32);
  words[at] = value - high * TWO_32;
  words[at + 1] = high;
}

/** Stores a bigint modulo 2^64. */
export function storeLong(words: Int32Array, at: number, value: bigint): void {
  words[at] = Number(BigInt.asIntN(32, value));
  words[at + 1] = Number(BigInt.asIntN(32, value >> 32n));
}

/** ldiv: words[at] = words[at] / words[by]; the divisor is not zero. */
export function divideLong(words: Int32Array, at: number, by: number): void {
  const a = exactDouble(words[at + 1]!, words[at]!);
  const b = exactDouble(words[by + 1]!, words[by]!);
  // Both below 2^53: the rounded quotient never reaches the next integer, so truncation is exact.
  const quotient = a / b;
  if (!Number.isNaN(quotient)) storeDouble(words, at, Math.trunc(quotient));
  else storeLong(words, at, toBigInt(words[at + 1]!, words[at]!) / toBigInt(words[by + 1]!, words[by]!));
}

/** lrem: words[at] = words[at] % words[by]; the divisor is not zero. */
export function remainderLong(words: Int32Array, at: number, by: number): void {
  const a = exactDouble(words[at + 1]!, words[at]!);
  const b = exactDouble(words[by + 1]!, words[by]!);
  const remainder = a % b;
  if (!Number.isNaN(remainder)) storeDouble(words, at, remainder);
  else storeLong(words, at, toBigInt(words[at + 1]!, words[at]!) % toBigInt(words[by + 1]!, words[by]!));
}

/** l2d: rounds once. */
export function longToDouble(words: Int32Array, at: number): number {
  return words[at + 1]! * TWO_32 + (words[at]! >>> 0);
}

/** l2f: rounds once, so not by way of a double that is already rounded. */
export function longToFloat(words: Int32Array, at: number): number {
  const exact = exactDouble(words[at + 1]!, words[at]!);
  if (!Number.isNaN(exact)) return Math.fround(exact);
  const value = toBigInt(words[at + 1]!, words[at]!);
  // Keep the upper bits and a sticky bit below them: the double is then exact and the one rounding right.
  const sticky = (value & 0x7ffn) === 0n ? 0n : 0x400n;
  return Math.fround(Number((value & ~0x7ffn) | sticky));
}

/** d2l and f2l: saturating, NaN to 0. */
export function storeDoubleAsLong(words: Int32Array, at: number, value: number): void {
  if (Number.isNaN(value)) {
    words[at] = 0;
    words[at + 1] = 0;
  } else if (value >= 2 ** 63) {
    words[at] = -1;
    words[at + 1] = 0x7fff_ffff;
  } else if (value <= -(2 ** 63)) {
    words[at] = 0;
    words[at + 1] = -0x8000_0000;
  } else if (value <= 9_007_199_254_740_992 && value >= -9_007_199_254_740_992) {
    storeDouble(words, at, Math.trunc(value));
  } else storeLong(words, at, BigInt(value));
}

/** d2i and f2i: saturating, NaN to 0. */
export function doubleToInt(value: number): number {
  if (value >= 2_147_483_647) return 2_147_483_647;
  if (value <= -2_147_483_648) return -2_147_483_648;
  return value | 0;
}
