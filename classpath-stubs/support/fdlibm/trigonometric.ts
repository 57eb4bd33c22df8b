// sin, cos and tan as fdlibm computes them (s_sin, s_cos, s_tan and their kernels k_*).
import { type ReducedAngle, reduceAngle } from './argument-reduction.js';
import { fromWords, highWord, lowWord, withoutLowWord } from './words.js';

/** Polynomials of the kernels on [-pi/4, pi/4]. */
const S1 = -0.16666666666666632;
const S2 = 0.00833333333332249;
const S3 = -0.0001984126982985795;
const S4 = 0.0000027557313707070068;
const S5 = -2.5050760253406863e-8;
const S6 = 1.58969099521155e-10;
const C1 = 0.0416666666666666;
const C2 = -0.001388888888887411;
const C3 = 0.00002480158728947673;
const C4 = -2.7557314351390663e-7;
const C5 = 2.087572321298175e-9;
const C6 = -1.1359647557788195e-11;
const T: readonly number[] = [
  0.3333333333333341, 0.13333333333320124, 0.05396825397622605, 0.021869488294859542, 0.0088632398235993,
  0.0035920791075913124, 0.0014562094543252903, 0.0005880412408202641, 0.0002464631348184699,
  0.00007817944429395571, 0.00007140724913826082, -0.000018558637485527546, 0.00002590730518636337,
];
const PIO4 = 0.7853981633974483;
const PIO4_LOW = 3.061616997868383e-17;
/** High word of pi/4. */
const PIO4_HIGH_WORD = 0x3fe921fb;

/** sin(x + y) for |x| up to pi/4; y is the tail of x. */
function kernelSin(x: number, y: number): number {
  if ((highWord(x) & 0x7fffffff) < 0x3e400000) return x;
  const z = x * x;
  const v = z * x;
  const r = S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)));
  return x - (z * (0.5 * y - v * r) - y - v * S1);
}

/** As kernelSin where the tail is 0: rounded differently. */
function kernelSinWithoutTail(x: number): number {
  if ((highWord(x) & 0x7fffffff) < 0x3e400000) return x;
  const z = x * x;
  const r = S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)));
  return x + z * x * (S1 + z * r);
}

/** cos(x + y) for |x| up to pi/4. */
function kernelCos(x: number, y: number): number {
  const ix = highWord(x) & 0x7fffffff;
  if (ix < 0x3e400000) return 1;
  const z = x * x;
  const r = z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6)))));
  if (ix < 0x3fd33333) return 1 - (0.5 * z - (z * r - x * y));
  const qx = ix > 0x3fe90000 ? 0.28125 : fromWords(ix - 0x00200000, 0);
  const hz = 0.5 * z - qx;
  return 1 - qx - (hz - (z * r - x * y));
}

/** -1 / (w), where w = x + r has been rounded from a sum with tail r: in double-double steps. */
function negativeReciprocal(w: number, x: number, r: number): number {
  const z = withoutLowWord(w);
  const v = r - (z - x);
  const a = -1 / w;
  const t = withoutLowWord(a);
  return t + a * (1 + t * z + t * v);
}

/** tan(x + y) for |x| up to pi/4, or -1/tan where `inverse`. */
function kernelTan(x: number, y: number, inverse: boolean): number {
  const hx = highWord(x);
  const ix = hx & 0x7fffffff;
  if (ix < 0x3e300000) {
    if ((ix | lowWord(x)) === 0 && inverse) return 1 / Math.abs(x);
    return inverse ? negativeReciprocal(x + y, x, y) : x;
  }
  const large = ix >= 0x3fe59428;
  let [angle, tail] = [x, y];
  if (large) {
    if (hx < 0) [angle, tail] = [-x, -y];
    angle = PIO4 - angle + (PIO4_LOW - tail);
    tail = 0;
  }
  const z = angle * angle;
  const w2 = z * z;
  let r = T[1]! + w2 * (T[3]! + w2 * (T[5]! + w2 * (T[7]! + w2 * (T[9]! + w2 * T[11]!))));
  const v = z * (T[2]! + w2 * (T[4]! + w2 * (T[6]! + w2 * (T[8]! + w2 * (T[10]! + w2 * T[12]!)))));
  const s = z * angle;
  r = tail + z * (s * (r + v) + tail);
  r += T[0]! * s;
  const w = angle + r;
  if (large) {
    const unit = inverse ? -1 : 1;
    return (1 - ((hx >> 30) & 2)) * (unit - 2 * (angle - ((w * w) / (w + unit) - r)));
  }
  return inverse ? negativeReciprocal(w, angle, r) : w;
}

function sinOfReduced(angle: ReducedAngle, quadrant: number): number {
  switch (quadrant & 3) {
    case 0:
      return kernelSin(angle.high, angle.low);
    case 1:
      return kernelCos(angle.high, angle.low);
    case 2:
      return -kernelSin(angle.high, angle.low);
    default:
      return -kernelCos(angle.high, angle.low);
  }
}

export function sin(x: number): number {
  if ((highWord(x) & 0x7fffffff) <= PIO4_HIGH_WORD) return kernelSinWithoutTail(x);
  const angle = reduceAngle(x);
  return sinOfReduced(angle, angle.quadrant);
}

export function cos(x: number): number {
  if ((highWord(x) & 0x7fffffff) <= PIO4_HIGH_WORD) return kernelCos(x, 0);
  const angle = reduceAngle(x);
  return sinOfReduced(angle, angle.quadrant + 1);
}

export function tan(x: number): number {
  if ((highWord(x) & 0x7fffffff) <= PIO4_HIGH_WORD) return kernelTan(x, 0, false);
  const angle = reduceAngle(x);
  return kernelTan(angle.high, angle.low, (angle.quadrant & 1) === 1);
}
