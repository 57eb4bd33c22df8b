// Widening conversions of reflection, the one from long to float held against exact arithmetic.
import test from 'ava';
import { widen } from '../../../classpath-stubs/support/boxing.js';

/** Nearest float of a long by exact arithmetic: ties go to the even significand. */
function nearestFloat(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  const bits = magnitude.toString(2).length;
  const dropped = BigInt(Math.max(0, bits - 24));
  let significand = magnitude >> dropped;
  const rest = magnitude - (significand << dropped);
  const half = dropped === 0n ? 0n : 1n << (dropped - 1n);
  if (rest > half || (rest === half && rest > 0n && (significand & 1n) === 1n)) significand += 1n;
  return Number(significand) * 2 ** Number(dropped) * (value < 0n ? -1 : 1);
}

test('a long becomes the nearest float, rounded once', (t) => {
  const values = [0n, 1n, 16_777_217n, 2n ** 63n - 1n, -(2n ** 63n), 0x4000_0040_0000_0001n];
  for (let shift = 24n; shift < 63n; shift++) {
    // Around the ties between two neighbouring floats, where going by way of a double would err.
    const tie = (1n << shift) + (1n << (shift - 24n));
    for (const near of [-1n, 0n, 1n]) values.push(tie + near, -(tie + near), 3n * (tie + near));
  }
  for (const value of values) {
    const long = BigInt.asIntN(64, value);
    t.is(widen({ type: 'J', value: long }, 'F'), nearestFloat(long), String(long));
  }
});

test('conversions that would narrow are refused', (t) => {
  t.is(widen({ type: 'I', value: 5 }, 'S'), null);
  t.is(widen({ type: 'C', value: 5 }, 'S'), null);
  t.is(widen({ type: 'B', value: 5 }, 'C'), null);
  t.is(widen({ type: 'Z', value: 1 }, 'I'), null);
  t.is(widen({ type: 'D', value: 1 }, 'F'), null);
});

test('values become the wider type', (t) => {
  t.is(widen({ type: 'B', value: -1 }, 'J'), -1n);
  t.is(widen({ type: 'C', value: 0xffff }, 'I'), 0xffff);
  t.is(widen({ type: 'I', value: 16_777_217 }, 'F'), 16_777_216);
  t.is(widen({ type: 'J', value: 1n << 62n }, 'D'), 2 ** 62);
  t.is(widen({ type: 'Z', value: 1 }, 'Z'), 1);
});
