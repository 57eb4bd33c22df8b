// Natives that compute a double from doubles. Every NaN is the canonical one, as in the interpreter.
import { internal } from '../../jvm/actions.js';
import { REGISTERS } from '../../jvm/memory.js';
import type { RawNativeMethod } from '../../jvm/natives.js';

/** A native that computes a double from one. */
export function unary(compute: (x: number) => number): RawNativeMethod {
  return {
    action: internal,
    raw: (m, locals) => {
      const f64 = m.memory.f64;
      const value = compute(f64[locals >> 1]!);
      f64[REGISTERS.result >> 1] = Number.isNaN(value) ? Number.NaN : value;
    },
  };
}

/** A native that computes a double from two. The second argument is in the third slot: a double takes two. */
export function binary(compute: (x: number, y: number) => number): RawNativeMethod {
  return {
    action: internal,
    raw: (m, locals) => {
      const f64 = m.memory.f64;
      const value = compute(f64[locals >> 1]!, f64[(locals + 4) >> 1]!);
      f64[REGISTERS.result >> 1] = Number.isNaN(value) ? Number.NaN : value;
    },
  };
}

/** A native that computes a double from three. */
export function ternary(compute: (x: number, y: number, z: number) => number): RawNativeMethod {
  return {
    action: internal,
    raw: (m, locals) => {
      const f64 = m.memory.f64;
      const value = compute(f64[locals >> 1]!, f64[(locals + 4) >> 1]!, f64[(locals + 8) >> 1]!);
      f64[REGISTERS.result >> 1] = Number.isNaN(value) ? Number.NaN : value;
    },
  };
}
