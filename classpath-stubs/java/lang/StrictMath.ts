// java.lang.StrictMath: fdlibm's functions. The host's Math is not asked: its last bits differ between versions.
import type { NativeTable } from '../../../jvm/natives.js';
import { binary, unary } from '../../support/double-functions.js';
import { expm1, log, log1p, log10 } from '../../support/fdlibm/exponential.js';
import { cosh, sinh, tanh } from '../../support/fdlibm/hyperbolic.js';
import { acos, asin, atan, atan2 } from '../../support/fdlibm/inverse-trigonometric.js';
import { ieeeRemainder } from '../../support/fdlibm/remainder.js';
import { cos, sin, tan } from '../../support/fdlibm/trigonometric.js';

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
