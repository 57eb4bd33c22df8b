// java.lang.Math: the functions for which HotSpot has code of its own in place of StrictMath's. That is off by hardly more
// than half a unit in the last place, so that its results are nearly always the exact ones rounded; these are always.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import { binary, ternary, unary } from '../../support/double-functions.js';
import { exp, log, log10, pow } from '../../support/rounded/exponential.js';
import { floatFma, fma } from '../../support/rounded/fused.js';
import { cos, sin, tan } from '../../support/rounded/trigonometric.js';

export const natives = {
  'sin(D)D': unary(sin),
  'cos(D)D': unary(cos),
  'tan(D)D': unary(tan),
  'exp(D)D': unary(exp),
  'log(D)D': unary(log),
  'log10(D)D': unary(log10),
  'pow(DD)D': binary(pow),
  'sqrt(D)D': unary(Math.sqrt),
  // In Java it computes with BigDecimal.
  'fma(DDD)D': ternary(fma),
  'fma(FFF)F': {
    action: internal,
    call: (_m: Machine, x: number, y: number, z: number) => floatFma(x, y, z),
  },
} satisfies NativeTable;
