// Arrays of arrays, as multianewarray and Array.multiNewArray make them (JVMS §6.5 multianewarray).
import type { Machine } from './machine.js';
import type { Reference, RuntimeClass } from './runtime-class.js';

/** One array with the arrays in it, as deep as lengths are given; throws NegativeArraySizeException. */
export function newMultiArray(
  machine: Machine,
  arrayClass: RuntimeClass,
  lengths: readonly number[],
): Reference {
  for (const length of lengths) {
    if (length < 0) machine.throwImplicit('java/lang/NegativeArraySizeException', String(length));
  }
  return allocateLevel(machine, arrayClass, lengths, 0);
}

function allocateLevel(
  machine: Machine,
  arrayClass: RuntimeClass,
  lengths: readonly number[],
  depth: number,
): Reference {
  const array = machine.heap.allocateArray(arrayClass, lengths[depth]!);
  if (depth + 1 < lengths.length) {
    for (let i = 0; i < lengths[depth]!; i++) {
      machine.heap.setElement(array, i, allocateLevel(machine, arrayClass.component!, lengths, depth + 1));
    }
  }
  return array;
}
