// Java objects that natives make or fill by field name, and values read and written by their type.
import { ARRAY_LAYOUT } from '../../jvm/layout.js';
import type { Machine } from '../../jvm/machine.js';
import type { Reference, RuntimeClass } from '../../jvm/runtime-class.js';

/** An instance of a class of the boot loader with these int, boolean or reference fields; no constructor runs. */
export function newObject(
  m: Machine,
  className: string,
  fields: Readonly<Record<string, number>>,
): Reference {
  const object = m.heap.allocateObject(m.classes.boot(className));
  setFields(m, object, className, fields);
  return object;
}

/** Tells the JDK of a new object that is to be finalized: a call of the native, which is executed again after it. */
export function registerFinalizer(m: Machine, object: Reference): never {
  return m.callStatic('java/lang/ref/Finalizer', 'register(Ljava/lang/Object;)V', [object]);
}

/** Sets int, boolean or reference fields that the class or a superclass declares. */
export function setFields(
  m: Machine,
  object: Reference,
  className: string,
  fields: Readonly<Record<string, number>>,
): void {
  for (const [name, value] of Object.entries(fields)) {
    const field = m.field(className, name);
    storeValue(m, object + field.offset, field.descriptor, value);
  }
}

/** A Class[] of these classes. */
export function newClassArray(m: Machine, types: readonly RuntimeClass[]): Reference {
  return m.heap.newReferenceArray(
    m.classes.boot('[Ljava/lang/Class;'),
    types.map((type) => type.mirror),
  );
}

/** A String[] of these texts. */
export function newStringArray(m: Machine, texts: readonly string[]): Reference {
  const array = m.heap.allocateArray(m.classes.boot('[Ljava/lang/String;'), texts.length);
  for (let i = 0; i < texts.length; i++) m.heap.setElement(array, i, m.heap.newString(texts[i]!));
  return array;
}

/** A byte[] of these bytes, null for null: how attributes reach reflection. */
export function newBytesOrNull(m: Machine, bytes: Uint8Array | null | undefined): Reference {
  return bytes ? m.heap.newByteArray(bytes) : 0;
}

/** The interned String of a text, null for null. */
export function internOrNull(m: Machine, text: string | null | undefined): Reference {
  return text === null || text === undefined ? 0 : m.heap.intern(text);
}

/** Value at a byte address by its field descriptor: bigint for J, else number. */
export function loadValue(m: Machine, address: number, descriptor: string): number | bigint {
  const { memory } = m;
  switch (descriptor[0]) {
    case 'Z':
    case 'B':
      return memory.i8[address]!;
    case 'S':
      return memory.i16[address >> 1]!;
    case 'C':
      return memory.u16[address >> 1]!;
    case 'J':
      return memory.i64[address >> 3]!;
    case 'F':
      return memory.f32[address >> 2]!;
    case 'D':
      return memory.f64[address >> 3]!;
    default:
      return memory.i32[address >> 2]!;
  }
}

/** Writes a value at a byte address by its field descriptor. */
export function storeValue(m: Machine, address: number, descriptor: string, value: number | bigint): void {
  const { memory } = m;
  switch (descriptor[0]) {
    case 'Z':
    case 'B':
      memory.i8[address] = value as number;
      break;
    case 'S':
    case 'C':
      memory.i16[address >> 1] = value as number;
      break;
    case 'J':
      memory.i64[address >> 3] = value as bigint;
      break;
    case 'F':
      memory.f32[address >> 2] = value as number;
      break;
    case 'D':
      memory.f64[address >> 3] = value as number;
      break;
    default:
      memory.i32[address >> 2] = value as number;
  }
}

const ELEMENT_BYTES: Readonly<Record<string, number>> = { Z: 1, B: 1, S: 2, C: 2, J: 8, D: 8 };

/** Byte address of an element of an array with that component descriptor. */
export function elementAddress(array: Reference, index: number, component: string): number {
  return array + ARRAY_LAYOUT.baseBytes + index * (ELEMENT_BYTES[component[0]!] ?? 4);
}
