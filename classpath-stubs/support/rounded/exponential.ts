// exp, log, log10 and pow, rounded as if they were exact. Each is computed to some 64 bits by tables and short
// polynomials; where that leaves the last bit of the double open it is computed again to about 100.
import { log as fdlibmLog } from '../fdlibm/exponential.js';
import {
  add,
  type DoubleDouble,
  decomposed,
  divide,
  multiply,
  negated,
  normalized,
  ONE,
  productError,
  roundedIfSure,
  scaled,
  sumError,
  times,
} from './double-double.js';

/** ln 2 in parts: of the first two, which have 34 bits, every multiple that is needed is exact. */
const LN2_1 = 0.6931471805437468;
const LN2_2 = 1.619851018625645e-11;
const LN2_3 = 4.0010853476147194e-22;
const LN2_4 = -2.193143648751616e-39;
const LN2 = normalized(LN2_1, LN2_2 + LN2_3);
const INVERSE_LN10: DoubleDouble = { high: Math.LOG10E, low: 1.098319650216765e-17 };

/** Above and below these exp is no finite number, or 0. */
const EXP_OVERFLOW = 710;
const EXP_UNDERFLOW = -746;
/** Where 1 + x is what exp(x) is rounded to. */
const EXP_TINY = 2 ** -60;

/** Steps of the table of exp within a factor of 2, and of the table of log from 1 to 2. */
const EXP_STEPS = 64;
const EXP_STEPS_PER_UNIT = 92.33248261689366;
const LOG_STEPS = 128;
const SQRT2 = Math.SQRT2;

/** Bounds of what the short computations are off by, relative to their results. */
const EXP_ERROR = 2 ** -63;
const LOG_ERROR = 2 ** -63;
/** What an exponent's own error adds to that of pow, for each unit of the exponent. */
const POWER_ERROR_PER_UNIT = 2 ** -65;
/** Integer powers up to here are products; an exact result or a tie between two doubles cannot have a larger one. */
const MAXIMUM_PRODUCT_POWER = 64;
const TWO_53 = 2 ** 53;

const SQUARINGS = 9;
const TAYLOR_TERMS = 11;
/** 1/n!. */
const INVERSE_FACTORIALS: readonly DoubleDouble[] = inverseFactorials(TAYLOR_TERMS + 1);

export function inverseFactorials(count: number): DoubleDouble[] {
  const values: DoubleDouble[] = [ONE];
  for (let n = 1; n <= count; n++) values.push(divide(values[n - 1]!, { high: n, low: 0 }));
  return values;
}

/** exp(high + low) as x * 2^k, to about 100 bits. */
function exactExp(high: number, low: number): { x: DoubleDouble; k: number } {
  const k = Math.round(high / LN2_1);
  const first = high - k * LN2_1;
  const rest = add({ high: -k * LN2_2, low: 0 }, { high: -k * LN2_3, low: -k * LN2_4 });
  const reduced = add(add({ high: first, low: 0 }, rest), { high: low, low: 0 });
  const small = times(reduced, 2 ** -SQUARINGS);
  // exp - 1, so that squaring loses nothing: (1 + y)^2 - 1 = 2 y + y^2.
  let sum = INVERSE_FACTORIALS[TAYLOR_TERMS]!;
  for (let n = TAYLOR_TERMS - 1; n >= 1; n--) sum = add(multiply(sum, small), INVERSE_FACTORIALS[n]!);
  let y = multiply(sum, small);
  for (let i = 0; i < SQUARINGS; i++) y = add(times(y, 2), multiply(y, y));
  return { x: add(ONE, y), k };
}

/** log(significand * 2^exponent) to about 100 bits; 0.7 < significand < 1.5. */
function exactLog(significand: number, exponent: number): DoubleDouble {
  const ofPower = add({ high: exponent * LN2_1, low: 0 }, normalized(exponent * LN2_2, exponent * LN2_3));
  return add(ofPower, exactLogOfSignificand(significand));
}

function exactLogOfSignificand(x: number): DoubleDouble {
  const distance = x - 1;
  if (Math.abs(distance) < 1 / 64) {
    // 2 artanh(s) = 2 (s + s^3/3 + ...)
    const s = divide({ high: distance, low: 0 }, normalized(2, distance));
    const square = multiply(s, s);
    let sum: DoubleDouble = { high: 0, low: 0 };
    for (let n = 19; n >= 3; n -= 2) {
      sum = multiply(add(sum, divide(ONE, { high: n, low: 0 })), square);
    }
    return times(add(s, multiply(s, sum)), 2);
  }
  // One step of Newton's from a double that is nearly right.
  const start = fdlibmLog(x);
  const { x: inverse, k } = exactExp(-start, 0);
  const d = add(times(multiply(inverse, { high: x, low: 0 }), 2 ** k), { high: -1, low: 0 });
  return add({ high: start, low: 0 }, add(d, { high: -(d.high * d.high) / 2, low: 0 }));
}

/** 2^(i / EXP_STEPS). */
let expTable: readonly DoubleDouble[] | null = null;
/** -log of the factors by which a significand comes near 1. */
let logTable: readonly (DoubleDouble | null)[] | null = null;

function makeExpTable(): readonly DoubleDouble[] {
  return Array.from({ length: EXP_STEPS }, (_, i) => {
    const exponent = multiply(LN2, { high: i / EXP_STEPS, low: 0 });
    const { x, k } = exactExp(exponent.high, exponent.low);
    return times(x, 2 ** k);
  });
}

/** What a significand near i / LOG_STEPS is multiplied by: a number of a few bits. */
function nearInverse(i: number): number {
  return Math.round((256 * LOG_STEPS) / i) / 256;
}

function makeLogTable(): readonly (DoubleDouble | null)[] {
  const [least, most] = [Math.floor((LOG_STEPS * SQRT2) / 2) - 1, Math.ceil(LOG_STEPS * SQRT2) + 1];
  return Array.from({ length: most + 1 }, (_, i) => {
    if (i < least) return null;
    const factor = nearInverse(i);
    return negated(factor > SQRT2 ? exactLog(factor / 2, 1) : exactLog(factor, 0));
  });
}

/** exp(high + low), off by error relatively, as the sum of two doubles times 2^k; see scaled. */
function shortExp(high: number, low: number): { high: number; low: number; k: number } {
  expTable ??= makeExpTable();
  const n = Math.round(high * EXP_STEPS_PER_UNIT);
  const steps = n / EXP_STEPS;
  const first = high - steps * LN2_1;
  const second = -steps * LN2_2;
  const sum = first + second;
  const rest = sumError(first, second, sum) - steps * LN2_3 + low;
  const r = sum + rest;
  const rLow = sum - r + rest;
  const tail =
    r * r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5040)))))) + rLow;
  const entry = expTable[n & (EXP_STEPS - 1)]!;
  const product = entry.high * r;
  const value = entry.high + product;
  const valueLow =
    entry.high -
    value +
    product +
    (productError(entry.high, r, product) + entry.high * tail + entry.low * (1 + r));
  const result = value + valueLow;
  return { high: result, low: valueLow - (result - value), k: Math.floor(steps) };
}

/** log of a positive finite number, off by LOG_ERROR relatively; 0 of 1. */
function shortLog(significand: number, exponent: number): DoubleDouble {
  logTable ??= makeLogTable();
  const i = Math.round(significand * LOG_STEPS);
  const factor = nearInverse(i);
  const entry = logTable[i]!;
  const product = significand * factor;
  const f = product - 1;
  const fLow = productError(significand, factor, product);
  const square = f * f;
  const tail =
    f *
    square *
    (1 / 3 -
      f *
        (1 / 4 -
          f * (1 / 5 - f * (1 / 6 - f * (1 / 7 - f * (1 / 8 - f * (1 / 9 - f * (1 / 10 - f / 11))))))));
  const ofPower = exponent * LN2_1;
  const first = ofPower + entry.high;
  const second = first + f;
  const half = -square / 2;
  const third = second + half;
  const low =
    sumError(ofPower, entry.high, first) +
    sumError(first, f, second) +
    sumError(second, half, third) +
    (entry.low +
      fLow -
      productError(f, f, square) / 2 -
      f * fLow +
      exponent * LN2_2 +
      exponent * LN2_3 +
      tail);
  return normalized(third, low);
}

/** significand * 2^exponent, the significand between the roots of 1/2 and 2. */
function around1(x: number): { significand: number; exponent: number } {
  const { significand, exponent } = decomposed(x);
  return significand > SQRT2
    ? { significand: significand / 2, exponent: exponent + 1 }
    : { significand, exponent };
}

export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > EXP_OVERFLOW) return Number.POSITIVE_INFINITY;
  if (x < EXP_UNDERFLOW) return 0;
  if (Math.abs(x) < EXP_TINY) return 1 + x;
  return expOfSum(x, 0, EXP_ERROR);
}

/** exp(high + low) rounded; relativeError: a bound of what the short way is off by. */
function expOfSum(high: number, low: number, relativeError: number): number {
  const short = shortExp(high, low);
  if (roundedIfSure(short.high, short.low, relativeError) !== null)
    return scaled(short.high, short.low, short.k);
  const { x, k } = exactExp(high, low);
  return scaled(x.high, x.low, k);
}

export function log(x: number): number {
  if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return x;
  if (x <= 0) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  const { significand, exponent } = around1(x);
  const short = shortLog(significand, exponent);
  return roundedIfSure(short.high, short.low, LOG_ERROR) ?? exactLog(significand, exponent).high;
}

export function log10(x: number): number {
  if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return x;
  if (x <= 0) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  const { significand, exponent } = around1(x);
  const short = multiply(shortLog(significand, exponent), INVERSE_LN10);
  return (
    roundedIfSure(short.high, short.low, LOG_ERROR) ??
    multiply(exactLog(significand, exponent), INVERSE_LN10).high
  );
}

export function pow(x: number, y: number): number {
  // What needs no rounding is said by ECMAScript as by Java.
  if (!Number.isFinite(x) || !Number.isFinite(y) || x === 0 || y === 0) return x ** y;
  if (y === 1) return x;
  if (x > 0) return powerOfPositive(x, y);
  if (Math.trunc(y) !== y) return Number.NaN;
  const isOdd = Math.abs(y) < TWO_53 && y % 2 !== 0;
  return isOdd ? -powerOfPositive(-x, y) : powerOfPositive(-x, y);
}

function powerOfPositive(x: number, y: number): number {
  if (x === 1) return 1;
  // Correctly rounded by IEEE 754; some roots are nearer to a tie than the rest here could tell.
  if (y === 0.5) return Math.sqrt(x);
  if (Math.abs(y) <= MAXIMUM_PRODUCT_POWER && Math.trunc(y) === y) return productPower(x, y);
  const { significand, exponent } = around1(x);
  const short = shortLog(significand, exponent);
  const high = y * short.high;
  if (high > EXP_OVERFLOW) return Number.POSITIVE_INFINITY;
  if (high < EXP_UNDERFLOW) return 0;
  const low = productError(y, short.high, high) + y * short.low;
  const value = shortExp(high, low);
  const error = EXP_ERROR + Math.abs(high) * POWER_ERROR_PER_UNIT;
  if (roundedIfSure(value.high, value.low, error) !== null) return scaled(value.high, value.low, value.k);
  const product = multiply(exactLog(significand, exponent), { high: y, low: 0 });
  const { x: power, k } = exactExp(product.high, product.low);
  return scaled(power.high, power.low, k);
}

/** A power by products: exact where the result has at most 106 bits, and else good to about 98. */
function productPower(x: number, y: number): number {
  const { significand, exponent } = decomposed(x);
  let power: DoubleDouble = ONE;
  let square: DoubleDouble = { high: significand, low: 0 };
  for (let rest = Math.abs(y); rest > 0; rest = Math.trunc(rest / 2)) {
    if (rest % 2 === 1) power = multiply(power, square);
    if (rest > 1) square = multiply(square, square);
  }
  if (y < 0) power = divide(ONE, power);
  return scaled(power.high, power.low, exponent * y);
}
