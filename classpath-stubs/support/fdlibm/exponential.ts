// exp, expm1, log, log1p and log10 as fdlibm computes them (e_exp, s_expm1, e_log, s_log1p, e_log10).
import { addExponent, fromWords, highWord, withHighWord } from './words.js';

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = Math.LOG2E;
const TWO_54 = 18014398509481984;
const OVERFLOW_THRESHOLD = 709.782712893384;
const UNDERFLOW_THRESHOLD = -745.1332191019411;
const TWO_MINUS_1000 = 9.332636185032189e-302;

/** Polynomials: of exp, of expm1, and of log and log1p alike. */
const P1 = 0.16666666666666602;
const P2 = -0.0027777777777015593;
const P3 = 0.00006613756321437934;
const P4 = -0.0000016533902205465252;
const P5 = 4.1381367970572385e-8;
const Q1 = -0.03333333333333313;
const Q2 = 0.0015873015872548146;
const Q3 = -0.0000793650757867488;
const Q4 = 0.000004008217827329362;
const Q5 = -2.0109921818362437e-7;
const LG1 = 0.6666666666666735;
const LG2 = 0.3999999999940942;
const LG3 = 0.2857142874366239;
const LG4 = 0.22222198432149784;
const LG5 = 0.1818357216161805;
const LG6 = 0.15313837699209373;
const LG7 = 0.14798198605116586;

const INVERSE_LN10 = Math.LOG10E;
const LOG10_2_HIGH = 0.30102999566361177;
const LOG10_2_LOW = 3.694239077158931e-13;

/** High words of 0.5 ln 2 and 1.5 ln 2. */
const HALF_LN2 = 0x3fd62e42;
const THREE_HALVES_LN2 = 0x3ff0a2b2;

/** x - k ln 2 as the difference of two doubles. */
function reduceByLn2(x: number, ix: number): { k: number; high: number; low: number } {
  const negative = x < 0;
  if (ix < THREE_HALVES_LN2) {
    if (negative) return { k: -1, high: x + LN2_HIGH, low: -LN2_LOW };
    return { k: 1, high: x - LN2_HIGH, low: LN2_LOW };
  }
  const k = Math.trunc(INVERSE_LN2 * x + (negative ? -0.5 : 0.5));
  return { k, high: x - k * LN2_HIGH, low: k * LN2_LOW };
}

export function exp(x: number): number {
  const ix = highWord(x) & 0x7fffffff;
  if (ix >= 0x40862e42) {
    if (Number.isNaN(x)) return x;
    if (x > OVERFLOW_THRESHOLD) return Number.POSITIVE_INFINITY;
    if (x < UNDERFLOW_THRESHOLD) return 0;
  }
  if (ix < 0x3e300000) return 1 + x;
  let k = 0;
  let high = 0;
  let low = 0;
  let r = x;
  if (ix > HALF_LN2) {
    ({ k, high, low } = reduceByLn2(x, ix));
    r = high - low;
  }
  const t = r * r;
  const c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  const y = 1 - (low - (r * c) / (2 - c) - high);
  return k >= -1021 ? addExponent(y, k) : addExponent(y, k + 1000) * TWO_MINUS_1000;
}

export function expm1(x: number): number {
  const negative = highWord(x) < 0;
  const ix = highWord(x) & 0x7fffffff;
  if (ix >= 0x4043687a) {
    if (ix >= 0x40862e42) {
      if (Number.isNaN(x)) return x;
      if (x > OVERFLOW_THRESHOLD) return Number.POSITIVE_INFINITY;
    }
    if (negative) return -1;
  }
  if (ix < 0x3c900000) return x;
  let k = 0;
  let r = x;
  let c = 0;
  if (ix > HALF_LN2) {
    const reduced = reduceByLn2(x, ix);
    k = reduced.k;
    r = reduced.high - reduced.low;
    c = reduced.high - r - reduced.low;
  }
  const half = 0.5 * r;
  const square = r * half;
  const r1 = 1 + square * (Q1 + square * (Q2 + square * (Q3 + square * (Q4 + square * Q5))));
  const t = 3 - r1 * half;
  let e = square * ((r1 - t) / (6 - r * t));
  if (k === 0) return r - (r * e - square);
  e = r * (e - c) - c;
  e -= square;
  return scaleExpm1(r, e, k);
}

/** 2^k (1 + r - e) - 1, in the order of operations that loses least for each k. */
function scaleExpm1(r: number, e: number, k: number): number {
  if (k === -1) return 0.5 * (r - e) - 0.5;
  if (k === 1) return r < -0.25 ? -2 * (e - (r + 0.5)) : 1 + 2 * (r - e);
  if (k <= -2 || k > 56) return addExponent(1 - (e - r), k) - 1;
  if (k < 20) return addExponent(fromWords(0x3ff00000 - (0x200000 >> k), 0) - (e - r), k);
  return addExponent(r - (e + fromWords((0x3ff - k) << 20, 0)) + 1, k);
}

/** log where the argument is 0, negative, infinite or no number; undefined for all others. */
function logSpecial(x: number): number | undefined {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x < 0 || Number.isNaN(x)) return Number.NaN;
  return x === Number.POSITIVE_INFINITY ? x : undefined;
}

export function log(x: number): number {
  const special = logSpecial(x);
  if (special !== undefined) return special;
  let k = 0;
  let value = x;
  if (highWord(value) < 0x00100000) {
    k -= 54;
    value *= TWO_54;
  }
  let hx = highWord(value);
  k += (hx >> 20) - 1023;
  hx &= 0xfffff;
  const up = (hx + 0x95f64) & 0x100000;
  value = withHighWord(value, hx | (up ^ 0x3ff00000));
  k += up >> 20;
  const f = value - 1;
  if ((0xfffff & (2 + hx)) < 3) {
    if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + k * LN2_LOW;
    const r = f * f * (0.5 - 0.3333333333333333 * f);
    return k === 0 ? f - r : k * LN2_HIGH - (r - k * LN2_LOW - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const t1 = w * (LG2 + w * (LG4 + w * LG6));
  const t2 = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)));
  const r = t2 + t1;
  if (((hx - 0x6147a) | (0x6b851 - hx)) > 0) {
    const square = 0.5 * f * f;
    if (k === 0) return f - (square - s * (square + r));
    return k * LN2_HIGH - (square - (s * (square + r) + k * LN2_LOW) - f);
  }
  return k === 0 ? f - s * (f - r) : k * LN2_HIGH - (s * (f - r) - k * LN2_LOW - f);
}

export function log10(x: number): number {
  const special = logSpecial(x);
  if (special !== undefined) return special;
  let k = 0;
  let value = x;
  if (highWord(value) < 0x00100000) {
    k -= 54;
    value *= TWO_54;
  }
  const hx = highWord(value);
  k += (hx >> 20) - 1023;
  const below = k < 0 ? 1 : 0;
  const y = k + below;
  value = withHighWord(value, (hx & 0xfffff) | ((0x3ff - below) << 20));
  const z = y * LOG10_2_LOW + INVERSE_LN10 * log(value);
  return z + y * LOG10_2_HIGH;
}

/** 1 + x as 2^k (1 + f), with the rounding error c of 1 + x; hu: upper fraction bits of 1 + f, 0 for f near 0. */
function splitOnePlus(x: number, hx: number): { k: number; f: number; hu: number; c: number } {
  const small = hx < 0x43400000;
  let u = small ? 1 + x : x;
  let hu = highWord(u);
  let k = (hu >> 20) - 1023;
  const c = small ? (k > 0 ? 1 - (u - x) : x - (u - 1)) / u : 0;
  hu &= 0xfffff;
  if (hu < 0x6a09e) u = withHighWord(u, hu | 0x3ff00000);
  else {
    k += 1;
    u = withHighWord(u, hu | 0x3fe00000);
    hu = (0x00100000 - hu) >> 2;
  }
  return { k, f: u - 1, hu, c };
}

export function log1p(x: number): number {
  const hx = highWord(x);
  const ax = hx & 0x7fffffff;
  if (x === -1) return Number.NEGATIVE_INFINITY;
  if (x < -1 || Number.isNaN(x)) return Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  let split = { k: 0, f: x, hu: 1, c: 0 };
  if (ax < 0x3e200000) return ax < 0x3c900000 ? x : x - x * x * 0.5;
  // Between sqrt(1/2) - 1 and sqrt(2) - 1 no scaling is needed.
  if (hx >= 0x3fda827a || (hx < 0 && hx > (0xbfd2bec3 | 0))) split = splitOnePlus(x, hx);
  const { k, f, hu, c } = split;
  const square = 0.5 * f * f;
  if (hu === 0) {
    if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + (c + k * LN2_LOW);
    const r = square * (1 - 0.6666666666666666 * f);
    return k === 0 ? f - r : k * LN2_HIGH - (r - (k * LN2_LOW + c) - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const r = z * (LG1 + z * (LG2 + z * (LG3 + z * (LG4 + z * (LG5 + z * (LG6 + z * LG7))))));
  if (k === 0) return f - (square - s * (square + r));
  return k * LN2_HIGH - (square - (s * (square + r) + (k * LN2_LOW + c)) - f);
}
