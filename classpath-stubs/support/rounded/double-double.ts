// Numbers as sums of two doubles, of which the higher one is the sum rounded: about 106 bits. Dekker's and Knuth's
// algorithms, which need nothing of the host but IEEE 754 sums and products.
import { addExponent, fromWords, highWord, lowWord } from '../fdlibm/words.js';

export interface DoubleDouble {
  readonly high: number;
  readonly low: number;
}

export const ONE: DoubleDouble = { high: 1, low: 0 };

const SPLITTER = 2 ** 27 + 1;
const SMALLEST_NORMAL_EXPONENT = -1022;
const SUBNORMAL_UNIT_EXPONENT = -1074;
const SMALLEST_NORMAL = 2 ** -1022;
const TWO_54 = 2 ** 54;

/** What is missing in a sum: a + b = sum + this, exactly. */
export function sumError(a: number, b: number, sum: number): number {
  const bPart = sum - a;
  return a - (sum - bPart) + (b - bPart);
}

/** What is missing in a product: a * b = product + this, exactly, where nothing overflows or is subnormal. */
export function productError(a: number, b: number, product: number): number {
  const aScaled = SPLITTER * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = SPLITTER * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** high + low, of which low is the smaller one. */
export function normalized(high: number, low: number): DoubleDouble {
  const sum = high + low;
  return { high: sum, low: low - (sum - high) };
}

export function add(x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const sum = x.high + y.high;
  const low = x.low + y.low;
  const first = normalized(sum, sumError(x.high, y.high, sum) + low);
  return normalized(first.high, first.low + sumError(x.low, y.low, low));
}

export function negated(x: DoubleDouble): DoubleDouble {
  return { high: -x.high, low: -x.low };
}

export function multiply(x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const product = x.high * y.high;
  return normalized(product, productError(x.high, y.high, product) + (x.high * y.low + x.low * y.high));
}

export function divide(x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const quotient = x.high / y.high;
  const rest = add(x, negated(multiply({ high: quotient, low: 0 }, y)));
  const second = rest.high / y.high;
  const last = add(rest, negated(multiply({ high: second, low: 0 }, y))).high / y.high;
  const sum = normalized(quotient, second);
  return normalized(sum.high, sum.low + last);
}

/** The same times a power of two that leaves it normal. */
export function times(x: DoubleDouble, power: number): DoubleDouble {
  return { high: x.high * power, low: x.low * power };
}

/** (high + low) * 2^k, rounded once, also where that is subnormal. high: normal, its exponent within some hundreds. */
export function scaled(high: number, low: number, k: number): number {
  const exponent = ((highWord(high) >> 20) & 0x7ff) - 1023 + k;
  if (exponent > 1024) return high * Number.POSITIVE_INFINITY;
  if (exponent < SUBNORMAL_UNIT_EXPONENT - 2) return high * 0;
  if (exponent > SMALLEST_NORMAL_EXPONENT) {
    const sum = high + low;
    return addExponent(sum, k > 0 ? k - 2 : k + 2) * (k > 0 ? 4 : 0.25);
  }
  // In units of the smallest double: below 2^53, so that the fraction is exact.
  const shift = k - SUBNORMAL_UNIT_EXPONENT;
  const unit = powerOfTwo(shift);
  const units = high * unit;
  const whole = Math.floor(units);
  const fraction = units - whole + low * unit;
  const isUp = fraction > 0.5 || (fraction === 0.5 && whole % 2 !== 0);
  const isDown = fraction < -0.5 || (fraction === -0.5 && whole % 2 !== 0);
  return (whole + (isUp ? 1 : isDown ? -1 : 0)) * Number.MIN_VALUE;
}

/** A rounded sum that is short of the exact one by an error of that sign: itself where its last bit is odd, else the
 *  neighbour on the side of the error. */
export function nextTowards(sum: number, error: number): number {
  const low = lowWord(sum);
  if ((low & 1) !== 0) return sum;
  const isLarger = sum > 0 === error > 0;
  if (isLarger) return fromWords(highWord(sum), low | 1);
  return low === 0 ? fromWords(highWord(sum) - 1, -1) : fromWords(highWord(sum), low - 1);
}

/** 2^k where that is normal. */
export function powerOfTwo(k: number): number {
  return fromWords((k + 1023) << 20, 0);
}

/** A positive finite double as significand * 2^exponent, 1 <= significand < 2. */
export function decomposed(x: number): { significand: number; exponent: number } {
  const shift = x < SMALLEST_NORMAL ? 54 : 0;
  const normal = shift === 0 ? x : x * TWO_54;
  const exponent = (highWord(normal) >> 20) - 1023;
  return { significand: addExponent(normal, -exponent), exponent: exponent - shift };
}

/** high + low rounded, where nothing within relativeError of it is rounded to another double; else null. */
export function roundedIfSure(high: number, low: number, relativeError: number): number | null {
  const error = Math.abs(high) * relativeError;
  const value = high + (low - error);
  return value === high + (low + error) ? value : null;
}
