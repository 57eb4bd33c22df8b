// java.lang.StrictMath: fdlibm's functions. The host's Math is not asked: its last bits differ between versions. Every
// NaN is the canonical one, as in the interpreter.
import { internal } from '../../../jvm/actions.js';
import { REGISTERS } from '../../../jvm/memory.js';
import type { NativeTable, RawNativeMethod } from '../../../jvm/natives.js';
import { expm1, log, log1p, log10 } from '../../support/fdlibm/exponential.js';
import { cosh, sinh, tanh } from '../../support/fdlibm/hyperbolic.js';
import { acos, asin, atan, atan2 } from '../../support/fdlibm/inverse-trigonometric.js';
import { ieeeRemainder } from '../../support/fdlibm/remainder.js';
import { cos, sin, tan } from '../../support/fdlibm/trigonometric.js';

function unary(compute: (x: number) => number): RawNativeMethod {
  return {
    action: internal,
    raw: (m, locals) => {
      const f64 = m.memory.f64;
      const value = compute(f64[locals >> 1]!);
      f64[REGISTERS.result >> 1] = Number.isNaN(value) ? Number.NaN : value;
    },
  };
}

/** The second argument is in the third slot: a double takes two. */
function binary(compute: (x: number, y: number) => number): RawNativeMethod {
  return {
    action: internal,
    raw: (m, locals) => {
      const f64 = m.memory.f64;
      const value = compute(f64[locals >> 1]!, f64[(locals + 4) >> 1]!);
      f64[REGISTERS.result >> 1] = Number.isNaN(value) ? Number.NaN : value;
    },
  };
}

export const natives = {
  'sin(D)D': unary(sin),
  'cos(D)D': unary(cos),
  'tan(D)D': unary(tan),
  'asin(D)D': unary(asin),
  'acos(D)D': unary(acos),
  'atan(D)D': unary(atan),
  'atan2(DD)D': binary(atan2),
  'log(D)D': unary(log),
  'log10(D)D': unary(log10),
  'log1p(D)D': unary(log1p),
  'expm1(D)D': unary(expm1),
  'sinh(D)D': unary(sinh),
  'cosh(D)D': unary(cosh),
  'tanh(D)D': unary(tanh),
  // Correctly rounded by IEEE 754, hence the same on every host.
  'sqrt(D)D': unary(Math.sqrt),
  'IEEEremainder(DD)D': binary(ieeeRemainder),
} satisfies NativeTable;
