// Boxes of primitive values (java.lang.Integer and so on) and the widening conversions that reflection makes.
import type { Machine } from '../../jvm/machine.js';
import type { PrimitiveDescriptor, Reference } from '../../jvm/runtime-class.js';
import { loadValue, storeValue } from './java-objects.js';

/** Class of the boxes of a primitive type. */
export const BOX_CLASSES: Readonly<Record<string, string>> = {
  Z: 'java/lang/Boolean',
  B: 'java/lang/Byte',
  C: 'java/lang/Character',
  S: 'java/lang/Short',
  I: 'java/lang/Integer',
  J: 'java/lang/Long',
  F: 'java/lang/Float',
  D: 'java/lang/Double',
};

const BOXED_TYPES = new Map(
  Object.entries(BOX_CLASSES).map(([type, name]) => [name, type as PrimitiveDescriptor]),
);

/** Types to which each primitive type widens, itself included (JLS §5.1.2). */
const WIDER: Readonly<Record<string, string>> = {
  Z: 'Z',
  B: 'BSIJFD',
  C: 'CIJFD',
  S: 'SIJFD',
  I: 'IJFD',
  J: 'JFD',
  F: 'FD',
  D: 'D',
};

/** A primitive value with its type: bigint for J, else number. */
export interface PrimitiveValue {
  readonly type: PrimitiveDescriptor;
  readonly value: number | bigint;
}

/** A new box, its cache of small values not asked, as HotSpot's reflection makes them. */
export function box(m: Machine, { type, value }: PrimitiveValue): Reference {
  const className = BOX_CLASSES[type]!;
  const object = m.heap.allocateObject(m.classes.boot(className));
  storeValue(m, object + m.field(className, 'value').offset, type, value);
  return object;
}

/** Content of a box; null where the object is none. */
export function unbox(m: Machine, object: Reference): PrimitiveValue | null {
  const name = m.classes.of(object).name;
  const type = BOXED_TYPES.get(name);
  if (type === undefined) return null;
  return { type, value: loadValue(m, object + m.field(name, 'value').offset, type) };
}

/** The value converted to a type as wide or wider; null where its type does not widen to that one. */
export function widen(from: PrimitiveValue, to: string): number | bigint | null {
  if (!WIDER[from.type]!.includes(to)) return null;
  if (from.type === to) return from.value;
  if (to === 'J') return BigInt(from.value);
  if (to !== 'F') return Number(from.value);
  return from.type === 'J' ? longToFloat(from.value as bigint) : Math.fround(Number(from.value));
}

/** Nearest float of a long, rounded once: going by way of a double would round twice. */
function longToFloat(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  if (magnitude < 1n << 53n) return Math.fround(Number(value));
  // The low bits only decide whether the value lies above a tie: fold them into one sticky bit.
  const low = magnitude & 0xfffn;
  const sticky = (magnitude - low) | (low === 0n ? 0n : 0x800n);
  return Math.fround(Number(value < 0n ? -sticky : sticky));
}
