// sinh, cosh and tanh as fdlibm computes them (e_sinh, e_cosh, s_tanh).
import { exp, expm1 } from './exponential.js';
import { highWord } from './words.js';

/** Largest argument whose cosh is finite. */
const OVERFLOW_THRESHOLD = 710.4758600739439;
/** High words of 22, ln of the largest double, and 0.5 ln 2. */
const WORD_OF_22 = 0x40360000;
const WORD_OF_LOG_MAXIMUM = 0x40862e42;
const WORD_ABOVE_HALF_LN2 = 0x3fd62e43;

/** factor * exp(x) for x so large that exp(x) alone may overflow. */
function scaledExp(magnitude: number, factor: number): number {
  const w = exp(0.5 * magnitude);
  return factor * w * w;
}

export function sinh(x: number): number {
  const ix = highWord(x) & 0x7fffffff;
  if (ix >= 0x7ff00000) return x + x;
  const half = x < 0 ? -0.5 : 0.5;
  const magnitude = Math.abs(x);
  if (ix < WORD_OF_22) {
    if (ix < 0x3e300000) return x;
    const t = expm1(magnitude);
    if (ix < 0x3ff00000) return half * (2 * t - (t * t) / (t + 1));
    return half * (t + t / (t + 1));
  }
  if (ix < WORD_OF_LOG_MAXIMUM) return half * exp(magnitude);
  if (magnitude <= OVERFLOW_THRESHOLD) return scaledExp(magnitude, half);
  return x * Number.POSITIVE_INFINITY;
}

export function cosh(x: number): number {
  const ix = highWord(x) & 0x7fffffff;
  if (ix >= 0x7ff00000) return x * x;
  const magnitude = Math.abs(x);
  if (ix < WORD_ABOVE_HALF_LN2) {
    const t = expm1(magnitude);
    const w = 1 + t;
    if (ix < 0x3c800000) return w;
    return 1 + (t * t) / (w + w);
  }
  if (ix < WORD_OF_22) {
    const t = exp(magnitude);
    return 0.5 * t + 0.5 / t;
  }
  if (ix < WORD_OF_LOG_MAXIMUM) return 0.5 * exp(magnitude);
  if (magnitude <= OVERFLOW_THRESHOLD) return scaledExp(magnitude, 0.5);
  return Number.POSITIVE_INFINITY;
}

export function tanh(x: number): number {
  const ix = highWord(x) & 0x7fffffff;
  if (Number.isNaN(x)) return x;
  let z = 1;
  if (ix < WORD_OF_22) {
    if (ix < 0x3c800000) return x * (1 + x);
    if (ix >= 0x3ff00000) z = 1 - 2 / (expm1(2 * Math.abs(x)) + 2);
    else {
      const t = expm1(-2 * Math.abs(x));
      z = -t / (t + 2);
    }
  }
  return highWord(x) >= 0 ? z : -z;
}
