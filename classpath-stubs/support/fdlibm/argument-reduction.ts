// Reduction of an angle to [-pi/4, pi/4] modulo pi/2 (fdlibm's e_rem_pio2 and k_rem_pio2): Cody and Waite's steps for
// moderate arguments, Payne and Hanek's multiplication with 2/pi for large ones.
import { fromWords, highWord, lowWord } from './words.js';

const TWO_24 = 16777216;
const TWO_MINUS_24 = 2 ** -24;
const INVERSE_PIO2 = 0.6366197723675814;
/** pi/2 in three parts of 33 bits, each with what then remains. */
const PIO2_1 = 1.5707963267341256;
const PIO2_1T = 6.077100506506192e-11;
const PIO2_2 = 6.077100506303966e-11;
const PIO2_2T = 2.0222662487959506e-21;
const PIO2_3 = 2.0222662487111665e-21;
const PIO2_3T = 8.4784276603689e-32;

/** 2/pi: 66 digits of 24 bits. */
const TWO_OVER_PI_HEX =
  'a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a' +
  '424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e41' +
  '3991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf' +
  '27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d08' +
  '56033046fc7b6babf0cfbc209af4361da9e391615ee61b086599855f14a068408dffd880' +
  '4d73273106061556ca73a8c960e27bc08c6b';
const TWO_OVER_PI: readonly number[] = Array.from({ length: 66 }, (_, i) =>
  Number.parseInt(TWO_OVER_PI_HEX.slice(6 * i, 6 * i + 6), 16),
);

/** pi/2 in parts of 24 bits: high words; their low words are 0. */
const PIO2_PARTS: readonly number[] = [
  [0x3ff921fb, 0x40000000],
  [0x3e74442d, 0],
  [0x3cf84698, 0x80000000],
  [0x3b78cc51, 0x60000000],
  [0x39f01b83, 0x80000000],
  [0x387a2520, 0x40000000],
  [0x36e38222, 0x80000000],
  [0x3569f31d, 0],
].map(([high, low]) => fromWords(high!, low!));

/** High words of n * pi/2 for n from 1 to 32: there the first step cancels too much. */
const MULTIPLE_HIGH_WORDS: readonly number[] = Array.from({ length: 32 }, (_, i) =>
  highWord(((i + 1) * Math.PI) / 2),
);

/** An angle modulo pi/2: its quadrant (only the lowest two bits count) and the remainder as the sum of two doubles. */
export interface ReducedAngle {
  quadrant: number;
  high: number;
  low: number;
}

/** The reduced angle; a fresh object at each call. */
export function reduceAngle(x: number): ReducedAngle {
  const hx = highWord(x);
  const ix = hx & 0x7fffffff;
  if (ix <= 0x3fe921fb) return { quadrant: 0, high: x, low: 0 };
  if (ix >= 0x7ff00000) return { quadrant: 0, high: Number.NaN, low: Number.NaN };
  const magnitude = Math.abs(x);
  const reduced =
    ix < 0x4002d97c
      ? reduceOnce(magnitude, ix)
      : ix <= 0x413921fb
        ? reduceMedium(magnitude, ix)
        : reduceLarge(x, ix);
  if (hx < 0) return { quadrant: -reduced.quadrant, high: -reduced.high, low: -reduced.low };
  return reduced;
}

/** Below 3 pi/4: subtracts pi/2 once. */
function reduceOnce(x: number, ix: number): ReducedAngle {
  let z = x - PIO2_1;
  let rest = PIO2_1T;
  if (ix === 0x3ff921fb) {
    z -= PIO2_2;
    rest = PIO2_2T;
  }
  const high = z - rest;
  return { quadrant: 1, high, low: z - high - rest };
}

/** Up to 2^19 * pi/2: as many of the three steps as the cancellation asks for. */
function reduceMedium(x: number, ix: number): ReducedAngle {
  const n = Math.trunc(x * INVERSE_PIO2 + 0.5);
  let r = x - n * PIO2_1;
  let w = n * PIO2_1T;
  let high = r - w;
  if (n >= 32 || ix === MULTIPLE_HIGH_WORDS[n - 1]) {
    const exponent = ix >> 20;
    const lostBits = () => exponent - ((highWord(high) >> 20) & 0x7ff);
    if (lostBits() > 16) {
      let t = r;
      w = n * PIO2_2;
      r = t - w;
      w = n * PIO2_2T - (t - r - w);
      high = r - w;
      if (lostBits() > 49) {
        t = r;
        w = n * PIO2_3;
        r = t - w;
        w = n * PIO2_3T - (t - r - w);
        high = r - w;
      }
    }
  }
  return { quadrant: n, high, low: r - high - w };
}

/** Splits |x| into three digits of 24 bits and multiplies them with 2/pi. */
function reduceLarge(x: number, ix: number): ReducedAngle {
  const exponent = (ix >> 20) - 1046;
  let z = fromWords(ix - (exponent << 20), lowWord(x));
  const digits: number[] = [];
  for (let i = 0; i < 2; i++) {
    digits.push(Math.trunc(z));
    z = (z - digits[i]!) * TWO_24;
  }
  digits.push(z);
  while (digits.at(-1) === 0) digits.pop();
  return multiplyByTwoOverPi(digits, exponent);
}

/** Sum of the products of the digits of x with those of 2/pi that end at the i-th. */
function convolve(digits: readonly number[], factors: readonly number[], i: number): number {
  const last = digits.length - 1;
  let sum = 0;
  for (let j = 0; j <= last; j++) sum += digits[j]! * factors[last + i - j]!;
  return sum;
}

/** Payne and Hanek: the fraction and the lowest bits of the integer part of x * 2/pi, times pi/2. */
function multiplyByTwoOverPi(digits: readonly number[], exponent: number): ReducedAngle {
  const jk = 4;
  const jx = digits.length - 1;
  const jv = Math.max(0, Math.trunc((exponent - 3) / 24));
  let q0 = exponent - 24 * (jv + 1);
  const factors: number[] = [];
  for (let i = 0, j = jv - jx; i <= jx + jk; i++, j++) factors.push(j < 0 ? 0 : TWO_OVER_PI[j]!);
  const q: number[] = [];
  for (let i = 0; i <= jk; i++) q.push(convolve(digits, factors, i));
  let jz = jk;
  const iq: number[] = [];
  let n = 0;
  let half = 0;
  let z = 0;
  for (;;) {
    z = q[jz]!;
    for (let i = 0, j = jz; j > 0; i++, j--) {
      const carry = Math.trunc(TWO_MINUS_24 * z);
      iq[i] = Math.trunc(z - TWO_24 * carry);
      z = q[j - 1]! + carry;
    }
    z *= 2 ** q0;
    z -= 8 * Math.floor(z * 0.125);
    n = Math.trunc(z);
    z -= n;
    half = 0;
    if (q0 > 0) {
      const top = iq[jz - 1]! >> (24 - q0);
      n += top;
      iq[jz - 1]! -= top << (24 - q0);
      half = iq[jz - 1]! >> (23 - q0);
    } else if (q0 === 0) half = iq[jz - 1]! >> 23;
    else if (z >= 0.5) half = 2;
    if (half > 0) {
      n += 1;
      const carried = complement(iq, jz);
      if (q0 === 1) iq[jz - 1]! &= 0x7fffff;
      else if (q0 === 2) iq[jz - 1]! &= 0x3fffff;
      if (half === 2) {
        z = 1 - z;
        if (carried) z -= 2 ** q0;
      }
    }
    if (z !== 0) break;
    let any = 0;
    for (let i = jz - 1; i >= jk; i--) any |= iq[i]!;
    if (any !== 0) break;
    let k = 1;
    while (iq[jk - k] === 0) k++;
    for (let i = jz + 1; i <= jz + k; i++) {
      factors[jx + i] = TWO_OVER_PI[jv + i]!;
      q[i] = convolve(digits, factors, i);
    }
    jz += k;
  }
  ({ jz, q0 } = settleLastDigits(iq, jz, q0, z));
  const { high, low } = timesHalfPi(iq, jz, q0);
  const sign = half === 0 ? 1 : -1;
  return { quadrant: n & 7, high: sign * high, low: sign * low };
}

/** Drops final digits that are 0, or adds those of the rest z; gives the index of the last digit and its unit. */
function settleLastDigits(iq: number[], last: number, unit: number, z: number): { jz: number; q0: number } {
  let [jz, q0] = [last, unit];
  if (z === 0) {
    jz -= 1;
    q0 -= 24;
    while (iq[jz] === 0) {
      jz -= 1;
      q0 -= 24;
    }
    return { jz, q0 };
  }
  const rest = z * 2 ** -q0;
  if (rest < TWO_24) iq[jz] = Math.trunc(rest);
  else {
    const carry = Math.trunc(TWO_MINUS_24 * rest);
    iq[jz] = Math.trunc(rest - TWO_24 * carry);
    jz += 1;
    q0 += 24;
    iq[jz] = carry;
  }
  return { jz, q0 };
}

/** Replaces the fraction by 1 minus it. True where it was not 0. */
function complement(iq: number[], length: number): boolean {
  let carry = false;
  for (let i = 0; i < length; i++) {
    const digit = iq[i]!;
    if (carry) iq[i] = 0xffffff - digit;
    else if (digit !== 0) {
      carry = true;
      iq[i] = 0x1000000 - digit;
    }
  }
  return carry;
}

/** The fraction, digits 0 to jz with the unit 2^q0 of digit jz, times pi/2, as a sum of two doubles. */
function timesHalfPi(iq: readonly number[], jz: number, q0: number): { high: number; low: number } {
  const jp = 4;
  const fraction: number[] = [];
  let unit = 2 ** q0;
  for (let i = jz; i >= 0; i--) {
    fraction[i] = unit * iq[i]!;
    unit *= TWO_MINUS_24;
  }
  const products: number[] = [];
  for (let i = jz; i >= 0; i--) {
    let sum = 0;
    for (let k = 0; k <= jp && k <= jz - i; k++) sum += PIO2_PARTS[k]! * fraction[i + k]!;
    products[jz - i] = sum;
  }
  let high = 0;
  for (let i = jz; i >= 0; i--) high += products[i]!;
  let low = products[0]! - high;
  for (let i = 1; i <= jz; i++) low += products[i]!;
  return { high, low };
}
