// Math's functions, held against whole numbers: the result is the double that is nearest to what a series in fixed-point
// arithmetic of 300 bits says.
import test from 'ava';
import { exp, log, log10, pow } from '../../../classpath-stubs/support/rounded/exponential.js';
import { cos, sin, tan } from '../../../classpath-stubs/support/rounded/trigonometric.js';
import { generator } from '../../../lib/generator.js';

const SEED = Number(process.env.RJVM_TEST_SEED ?? 20_240_607);
const RANDOM_ARGUMENTS = 3000;
const FRACTION_BITS = 300n;
const ONE = 1n << FRACTION_BITS;

const bits = new DataView(new ArrayBuffer(8));

/** A double as a whole number times 2^exponent. */
function exactly(x: number): { digits: bigint; exponent: number } {
  bits.setFloat64(0, Math.abs(x));
  const raw = bits.getBigUint64(0);
  const biased = Number(raw >> 52n);
  const fraction = raw & ((1n << 52n) - 1n);
  const digits = biased === 0 ? fraction : fraction | (1n << 52n);
  return { digits: x < 0 ? -digits : digits, exponent: Math.max(biased, 1) - 1075 };
}

function shifted(value: bigint, by: number): bigint {
  return by >= 0 ? value << BigInt(by) : value >> BigInt(-by);
}

function fixed(x: number): bigint {
  const { digits, exponent } = exactly(x);
  return shifted(digits, exponent + Number(FRACTION_BITS));
}

const product = (a: bigint, b: bigint): bigint => (a * b) >> FRACTION_BITS;

function fixedExp(x: bigint): bigint {
  const halvings = 40n;
  const small = x >> halvings;
  let term = ONE;
  let sum = ONE;
  for (let n = 1n; term !== 0n && n < 60n; n++) {
    term = product(term, small) / n;
    sum += term;
  }
  for (let i = 0n; i < halvings; i++) sum = product(sum, sum);
  return sum;
}

/** Sine and cosine by their series; the angle is at most some units. */
function fixedSineAndCosine(x: bigint): [bigint, bigint] {
  let [sine, cosine, term] = [0n, 0n, ONE];
  for (let n = 0n; term !== 0n; n++) {
    const isNegative = n % 4n > 1n;
    if (n % 2n === 0n) cosine += isNegative ? -term : term;
    else sine += isNegative ? -term : term;
    term = product(term, x) / (n + 1n);
  }
  return [sine, cosine];
}

/** How far a fixed-point number is from a double, at most half of that double's last place: the double is nearest. */
function isNearest(value: bigint, x: number): boolean {
  const { digits, exponent } = exactly(x);
  const guard = 80;
  const distance = shifted(value, guard) - shifted(digits, exponent + Number(FRACTION_BITS) + guard);
  const half = 1n << BigInt(exponent - 1 + Number(FRACTION_BITS) + guard);
  return distance <= half && -distance <= half;
}

const random = generator(SEED);
const uniform = (least: number, most: number): number => least + random() * (most - least);
const argumentsOf = (least: number, most: number): number[] =>
  Array.from({ length: RANDOM_ARGUMENTS }, () => uniform(least, most));

test('exp', (t) => {
  for (const x of [...argumentsOf(-20, 20), ...argumentsOf(-1, 1), 0.5, 1, 10, -1e-9, 2 ** -59]) {
    t.true(isNearest(fixedExp(fixed(x)), exp(x)), `${x}`);
  }
});

test('sin, cos and tan', (t) => {
  for (const x of [...argumentsOf(-4, 4), ...argumentsOf(-40, 40), 1e-3, 2 ** -26, Math.PI, Math.PI / 2]) {
    const [sine, cosine] = fixedSineAndCosine(fixed(x));
    t.true(isNearest(sine, sin(x)), `sin ${x}`);
    t.true(isNearest(cosine, cos(x)), `cos ${x}`);
    t.true(isNearest((sine << FRACTION_BITS) / cosine, tan(x)), `tan ${x}`);
  }
});

test('log and log10 lie where exp crosses their argument', (t) => {
  const ln10 = fixedLog(10);
  for (const x of [
    ...argumentsOf(0, 4),
    ...argumentsOf(0.99, 1.01),
    ...argumentsOf(1, 1e6),
    1 - 2 ** -53,
    1 + 2 ** -52,
  ]) {
    const exact = fixedLog(x);
    t.true(isNearest(exact, log(x)), `log ${x}`);
    t.true(isNearest((exact << FRACTION_BITS) / ln10, log10(x)), `log10 ${x}`);
  }
  for (let power = -300; power <= 300; power++) t.is(log10(Number(`1e${power}`)), power);
});

/** Newton's steps from the double; each doubles the bits that are right. */
function fixedLog(x: number): bigint {
  let y = fixed(log(x));
  for (let i = 0; i < 3; i++) y += (fixed(x) << FRACTION_BITS) / fixedExp(y) - ONE;
  return y;
}

test('pow', (t) => {
  for (const x of argumentsOf(0.01, 30)) {
    const y = uniform(-8, 8);
    t.true(isNearest(fixedExp(product(fixedLog(x), fixed(y))), pow(x, y)), `${x} ${y}`);
  }
  // Whole powers, ties between two doubles among them.
  for (let i = 0; i < RANDOM_ARGUMENTS; i++) {
    const base = BigInt(Math.floor(uniform(2, 2 ** 20)));
    const exponent = BigInt(Math.floor(uniform(2, 13)));
    t.is(pow(Number(base), Number(exponent)), Number(base ** exponent), `${base} ${exponent}`);
    t.is(pow(-Number(base), Number(exponent)), Number((-base) ** exponent));
  }
  for (let exponent = -1080; exponent < 1030; exponent++) {
    t.is(pow(2, exponent), 2 ** exponent);
    t.is(pow(10, exponent / 3), exponent % 3 === 0 ? Number(`1e${exponent / 3}`) : pow(10, exponent / 3));
  }
  t.is(pow(4503599627370497, 0.5), 67108864);
});

test('results that are subnormal are rounded once', (t) => {
  for (const x of argumentsOf(-744, -709)) {
    const scaledUp = fixedExp(fixed(x) + fixedLog(2) * 900n);
    const { digits, exponent } = exactly(exp(x));
    t.is(exponent, -1074);
    // Whole multiples of 2^-1074: to the nearest.
    const unit = ONE >> 174n;
    t.is((scaledUp + unit / 2n) / unit, digits, `${x}`);
  }
});
