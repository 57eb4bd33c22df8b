// asin, acos, atan and atan2 as fdlibm computes them (e_asin, e_acos, s_atan, e_atan2).
import { highWord, lowWord, withoutLowWord } from './words.js';

const PI = Math.PI;
const PI_LOW = 1.2246467991473532e-16;
const PIO2_HIGH = 1.5707963267948966;
const PIO2_LOW = 6.123233995736766e-17;
const PIO4 = 0.7853981633974483;
const TINY = 1e-300;

/** Numerator and denominator of (asin(x) - x) / x^3 on [0, 0.5]. */
const PS0 = 0.16666666666666666;
const PS1 = -0.3255658186224009;
const PS2 = 0.20121253213486293;
const PS3 = -0.04005553450067941;
const PS4 = 0.0007915349942898145;
const PS5 = 0.00003479331075960212;
const QS1 = -2.403394911734414;
const QS2 = 2.0209457602335057;
const QS3 = -0.6882839716054533;
const QS4 = 0.07703815055590194;

/** atan of 0.5, 1, 1.5 and infinity, each as the sum of two doubles. */
const ATAN_HIGH: readonly number[] = [
  0.4636476090008061, 0.7853981633974483, 0.982793723247329, 1.5707963267948966,
];
const ATAN_LOW: readonly number[] = [
  2.2698777452961687e-17, 3.061616997868383e-17, 1.3903311031230998e-17, 6.123233995736766e-17,
];
const AT: readonly number[] = [
  0.3333333333333293, -0.19999999999876483, 0.14285714272503466, -0.11111110405462356, 0.09090887133436507,
  -0.0769187620504483, 0.06661073137387531, -0.058335701337905735, 0.049768779946159324,
  -0.036531572744216916, 0.016285820115365782,
];

/** t = x^2: the correction (asin(x) - x) / x. */
function arcRatio(t: number): number {
  const p = t * (PS0 + t * (PS1 + t * (PS2 + t * (PS3 + t * (PS4 + t * PS5)))));
  const q = 1 + t * (QS1 + t * (QS2 + t * (QS3 + t * QS4)));
  return p / q;
}

export function asin(x: number): number {
  const hx = highWord(x);
  const ix = hx & 0x7fffffff;
  if (ix >= 0x3ff00000) {
    if (Math.abs(x) === 1) return x * PIO2_HIGH + x * PIO2_LOW;
    return Number.NaN;
  }
  if (ix < 0x3fe00000) {
    if (ix < 0x3e400000) return x;
    return x + x * arcRatio(x * x);
  }
  const t = (1 - Math.abs(x)) * 0.5;
  const ratio = arcRatio(t);
  const s = Math.sqrt(t);
  let result: number;
  if (ix >= 0x3fef3333) result = PIO2_HIGH - (2 * (s + s * ratio) - PIO2_LOW);
  else {
    const w = withoutLowWord(s);
    const c = (t - w * w) / (s + w);
    const p = 2 * s * ratio - (PIO2_LOW - 2 * c);
    const q = PIO4 - 2 * w;
    result = PIO4 - (p - q);
  }
  return hx > 0 ? result : -result;
}

export function acos(x: number): number {
  const hx = highWord(x);
  const ix = hx & 0x7fffffff;
  if (ix >= 0x3ff00000) {
    if (Math.abs(x) !== 1) return Number.NaN;
    return hx > 0 ? 0 : PI + 2 * PIO2_LOW;
  }
  if (ix < 0x3fe00000) {
    if (ix <= 0x3c600000) return PIO2_HIGH + PIO2_LOW;
    return PIO2_HIGH - (x - (PIO2_LOW - x * arcRatio(x * x)));
  }
  if (hx < 0) {
    const z = (1 + x) * 0.5;
    const s = Math.sqrt(z);
    const w = arcRatio(z) * s - PIO2_LOW;
    return PI - 2 * (s + w);
  }
  const z = (1 - x) * 0.5;
  const s = Math.sqrt(z);
  const df = withoutLowWord(s);
  const c = (z - df * df) / (s + df);
  const w = arcRatio(z) * s + c;
  return 2 * (df + w);
}

/** Interval of |x| by its high word: the index of the atan that is its centre (-1: 0) and x moved to around 0. */
function centre(ix: number, magnitude: number): { id: number; moved: number } {
  if (ix < 0x3ff30000) {
    if (ix < 0x3fe60000) return { id: 0, moved: (2 * magnitude - 1) / (2 + magnitude) };
    return { id: 1, moved: (magnitude - 1) / (magnitude + 1) };
  }
  if (ix < 0x40038000) return { id: 2, moved: (magnitude - 1.5) / (1 + 1.5 * magnitude) };
  return { id: 3, moved: -1 / magnitude };
}

export function atan(x: number): number {
  const hx = highWord(x);
  const ix = hx & 0x7fffffff;
  if (ix >= 0x44100000) {
    if (Number.isNaN(x)) return x;
    return hx > 0 ? ATAN_HIGH[3]! + ATAN_LOW[3]! : -ATAN_HIGH[3]! - ATAN_LOW[3]!;
  }
  if (ix < 0x3e200000) return x;
  const { id, moved } = ix < 0x3fdc0000 ? { id: -1, moved: x } : centre(ix, Math.abs(x));
  const z = moved * moved;
  const w = z * z;
  const even = z * (AT[0]! + w * (AT[2]! + w * (AT[4]! + w * (AT[6]! + w * (AT[8]! + w * AT[10]!)))));
  const odd = w * (AT[1]! + w * (AT[3]! + w * (AT[5]! + w * (AT[7]! + w * AT[9]!))));
  if (id < 0) return moved - moved * (even + odd);
  const result = ATAN_HIGH[id]! - (moved * (even + odd) - ATAN_LOW[id]! - moved);
  return hx < 0 ? -result : result;
}

/** atan2 where x or y is 0 or infinite; undefined for all other arguments. */
function atan2Special(y: number, x: number): number | undefined {
  const ySign = highWord(y) < 0 ? -1 : 1;
  const xNegative = highWord(x) < 0;
  if (y === 0) return xNegative ? ySign * (PI + TINY) : y;
  if (x === 0) return ySign * (PIO2_HIGH + TINY);
  if (Math.abs(x) === Number.POSITIVE_INFINITY) {
    if (Math.abs(y) === Number.POSITIVE_INFINITY) return ySign * (xNegative ? 3 * PIO4 : PIO4);
    return xNegative ? ySign * PI : ySign * 0;
  }
  if (Math.abs(y) === Number.POSITIVE_INFINITY) return ySign * PIO2_HIGH;
  return undefined;
}

export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const hx = highWord(x);
  const hy = highWord(y);
  if (((hx - 0x3ff00000) | lowWord(x)) === 0) return atan(y);
  const special = atan2Special(y, x);
  if (special !== undefined) return special;
  const exponents = ((hy & 0x7fffffff) - (hx & 0x7fffffff)) >> 20;
  let z: number;
  if (exponents > 60) z = PIO2_HIGH + 0.5 * PI_LOW;
  else if (hx < 0 && exponents < -60) z = 0;
  else z = atan(Math.abs(y / x));
  if (hx >= 0) return hy >= 0 ? z : -z;
  return hy >= 0 ? PI - (z - PI_LOW) : z - PI_LOW - PI;
}
