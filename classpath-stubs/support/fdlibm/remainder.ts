// IEEEremainder as fdlibm computes it (e_remainder); every step is exact.
import { highWord } from './words.js';

/** x - n p, where n is the integer nearest x / p, the even one of two. */
export function ieeeRemainder(x: number, p: number): number {
  if (p === 0 || !Number.isFinite(x) || Number.isNaN(p)) return Number.NaN;
  const divisor = Math.abs(p);
  const negative = highWord(x) < 0;
  let rest = Math.abs(x);
  if (highWord(divisor) <= 0x7fdfffff) rest %= divisor + divisor;
  if (rest === divisor) return negative ? -0 : 0;
  if (highWord(divisor) < 0x00200000) {
    if (rest + rest > divisor) {
      rest -= divisor;
      if (rest + rest >= divisor) rest -= divisor;
    }
  } else {
    const half = 0.5 * divisor;
    if (rest > half) {
      rest -= divisor;
      if (rest >= half) rest -= divisor;
    }
  }
  return negative ? -rest : rest;
}
