// a * b + c, rounded once.
import { highWord } from '../fdlibm/words.js';
import { decomposed, nextTowards, productError, scaled, sumError } from './double-double.js';

/** Exponents within which no step of the short way overflows or loses bits below the smallest double. */
const LEAST_EXPONENT = -400;
const MOST_EXPONENT = 400;
const KEPT_BITS = 64;
const FRACTION_BITS = 52;

/** Whether a finite double other than 0 is of moderate size. */
function isModerate(x: number): boolean {
  const exponent = ((highWord(x) >> 20) & 0x7ff) - 1023;
  return exponent > LEAST_EXPONENT && exponent < MOST_EXPONENT;
}

export function fma(a: number, b: number, c: number): number {
  if (!Number.isFinite(a) || !Number.isFinite(b) || a === 0 || b === 0) return a * b + c;
  // The product alone is rounded: it may become a zero, or infinite, which it is not.
  if (c === 0) return a * b;
  if (!Number.isFinite(c)) return c;
  if (!isModerate(a) || !isModerate(b) || !isModerate(c)) return exactFma(a, b, c);
  const product = a * b;
  const sum = product + c;
  return sum + sumToOdd(sumError(product, c, sum), productError(a, b, product));
}

/** The same of floats: their product is exact as a double. */
export function floatFma(a: number, b: number, c: number): number {
  return Math.fround(sumToOdd(a * b, c));
}

/** A sum that is rounded to the neighbour with an odd last bit where it is not exact: rounded again with fewer bits, it
 *  comes out as if it had been rounded once (Boldo and Melquiond, Emulation of FMA and correctly rounded sums). */
function sumToOdd(x: number, y: number): number {
  const sum = x + y;
  const error = sumError(x, y, sum);
  return error === 0 || !Number.isFinite(sum) ? sum : nextTowards(sum, error);
}

/** The same in whole numbers. */
function exactFma(a: number, b: number, c: number): number {
  const [x, y, z] = [exactly(a), exactly(b), exactly(c)];
  const product = { digits: x.digits * y.digits, exponent: x.exponent + y.exponent };
  const exponent = Math.min(product.exponent, z.exponent);
  const total =
    (product.digits << BigInt(product.exponent - exponent)) + (z.digits << BigInt(z.exponent - exponent));
  return nearest(total, exponent);
}

/** A double other than 0 as a whole number times 2^exponent. */
function exactly(x: number): { digits: bigint; exponent: number } {
  const { significand, exponent } = decomposed(Math.abs(x));
  const digits = BigInt(significand * 2 ** FRACTION_BITS);
  return { digits: x < 0 ? -digits : digits, exponent: exponent - FRACTION_BITS };
}

/** digits * 2^exponent, rounded; +0 of 0. */
function nearest(digits: bigint, exponent: number): number {
  if (digits === 0n) return 0;
  const magnitude = digits < 0n ? -digits : digits;
  const surplus = Math.max(0, magnitude.toString(2).length - KEPT_BITS);
  let kept = magnitude >> BigInt(surplus);
  // What is dropped counts as less than the last bit that stays, but more than nothing.
  if (kept << BigInt(surplus) !== magnitude) kept |= 1n;
  const high = Number(kept);
  const value = scaled(high, Number(kept - BigInt(high)), exponent + surplus);
  return digits < 0n ? -value : value;
}
