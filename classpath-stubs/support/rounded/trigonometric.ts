// sin, cos and tan, rounded as if they were exact, as far as the reduction of the angle is: each is computed to some 62
// bits by a table and short polynomials; where that leaves the last bit of the double open it is computed again.
import { reduceAngle } from '../fdlibm/argument-reduction.js';
import {
  add,
  type DoubleDouble,
  divide,
  multiply,
  negated,
  normalized,
  ONE,
  productError,
  roundedIfSure,
  sumError,
} from './double-double.js';
import { inverseFactorials } from './exponential.js';

const TABLE_STEP: DoubleDouble = { high: 0.04908738521234052, low: 1.9135106236677394e-18 };
const TABLE_SIZE = 17;
/** Where sin(x) and tan(x) are rounded to x. */
const TINY = 2 ** -27;
const RELATIVE_ERROR = 2 ** -60;

const TAYLOR_TERMS = 27;
const INVERSE_FACTORIALS = inverseFactorials(TAYLOR_TERMS + 1);

interface SineAndCosine {
  readonly sine: DoubleDouble;
  readonly cosine: DoubleDouble;
}

/** Of an angle up to pi/4, to about 100 bits. */
function exactSineAndCosine(angle: DoubleDouble): SineAndCosine {
  const square = negated(multiply(angle, angle));
  let sine = INVERSE_FACTORIALS[TAYLOR_TERMS]!;
  let cosine = INVERSE_FACTORIALS[TAYLOR_TERMS - 1]!;
  for (let n = TAYLOR_TERMS - 2; n >= 1; n -= 2) {
    sine = add(multiply(sine, square), INVERSE_FACTORIALS[n]!);
    cosine = add(multiply(cosine, square), INVERSE_FACTORIALS[n - 1]!);
  }
  return { sine: multiply(sine, angle), cosine };
}

/** Sine and cosine of the multiples of TABLE_STEP up to pi/4. */
let table: readonly (SineAndCosine & { readonly angle: DoubleDouble })[] | null = null;

function makeTable(): NonNullable<typeof table> {
  return Array.from({ length: TABLE_SIZE }, (_, i) => {
    const angle = multiply(TABLE_STEP, { high: i, low: 0 });
    const values = i === 0 ? { sine: { high: 0, low: 0 }, cosine: ONE } : exactSineAndCosine(angle);
    return { ...values, angle };
  });
}

/** Sine and cosine of an angle up to pi/4, both off by RELATIVE_ERROR relatively. */
function shortSineAndCosine(high: number, low: number): SineAndCosine {
  table ??= makeTable();
  const { sine: s, cosine: c, angle } = table[Math.round(high / TABLE_STEP.high)]!;
  // What is left of the angle: d + dLow.
  const first = high - angle.high;
  const rest = low - angle.low;
  const d = first + rest;
  const dLow = sumError(first, rest, d);
  const square = d * d;
  const sineTail = d * square * (-1 / 6 + square * (1 / 120 + square * (-1 / 5040 + square / 362880)));
  const cosineTail = square * (-1 / 2 + square * (1 / 24 + square * (-1 / 720 + square / 40320)));
  const cd = c.high * d;
  const sd = s.high * d;
  const sine = s.high + cd;
  const sineRest =
    sumError(s.high, cd, sine) +
    (productError(c.high, d, cd) + c.high * (sineTail + dLow) + s.high * cosineTail + (s.low + c.low * d));
  const cosine = c.high - sd;
  const cosineRest =
    sumError(c.high, -sd, cosine) +
    (c.high * cosineTail - productError(s.high, d, sd) - s.high * (sineTail + dLow) + (c.low - s.low * d));
  return { sine: normalized(sine, sineRest), cosine: normalized(cosine, cosineRest) };
}

/** One of sine, cosine and tangent of an angle up to pi/4. */
function rounded(high: number, low: number, select: (values: SineAndCosine) => DoubleDouble): number {
  const isNegative = high < 0;
  const [a, b] = isNegative ? [-high, -low] : [high, low];
  const short = select(shortSineAndCosine(a, b));
  return (
    roundedIfSure(short.high, short.low, RELATIVE_ERROR) ??
    select(exactSineAndCosine({ high: a, low: b })).high
  );
}

const sineOf = (values: SineAndCosine): DoubleDouble => values.sine;
const cosineOf = (values: SineAndCosine): DoubleDouble => values.cosine;
const tangentOf = (values: SineAndCosine): DoubleDouble => divide(values.sine, values.cosine);
const cotangentOf = (values: SineAndCosine): DoubleDouble => divide(values.cosine, values.sine);

export function sin(x: number): number {
  if (Math.abs(x) < TINY) return x;
  const { quadrant, high, low } = reduceAngle(x);
  if (Number.isNaN(high)) return Number.NaN;
  const isCosine = (quadrant & 1) !== 0;
  const value = rounded(high, low, isCosine ? cosineOf : sineOf);
  const isNegative = ((quadrant & 2) !== 0) !== (!isCosine && high < 0);
  return isNegative ? -value : value;
}

export function cos(x: number): number {
  const { quadrant, high, low } = reduceAngle(x);
  if (Number.isNaN(high)) return Number.NaN;
  const isSine = (quadrant & 1) !== 0;
  const value = rounded(high, low, isSine ? sineOf : cosineOf);
  const isNegative = (((quadrant + 1) & 2) !== 0) !== (isSine && high < 0);
  return isNegative ? -value : value;
}

export function tan(x: number): number {
  if (Math.abs(x) < TINY) return x;
  const { quadrant, high, low } = reduceAngle(x);
  if (Number.isNaN(high)) return Number.NaN;
  const isInverse = (quadrant & 1) !== 0;
  const value = rounded(high, low, isInverse ? cotangentOf : tangentOf);
  return isInverse !== high < 0 ? -value : value;
}
