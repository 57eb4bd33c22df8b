// System.arraycopy: checks in HotSpot's order and words, then one move of bytes, or element by element where each
// must be checked.
import { ARRAY_LAYOUT, CLASS_BLOCK } from '../../jvm/layout.js';
import type { Machine } from '../../jvm/machine.js';
import type { Reference, RuntimeClass } from '../../jvm/runtime-class.js';

const ARRAY_STORE = 'java/lang/ArrayStoreException';
/** Below this many words a loop is faster than a builtin. */
const SHORT_COPY_WORDS = 24;

/** Words of the local variables of arraycopy. */
const SOURCE = 0;
const SOURCE_POSITION = 2;
const DESTINATION = 4;
const DESTINATION_POSITION = 6;
const LENGTH = 8;

/** How messages call an array type: int[, object array[. */
function describeArray(type: RuntimeClass): string {
  return type.component?.primitive ? `${type.component.externalName}[` : 'object array[';
}

/** Throws ArrayStoreException where arrays of these types can never be copied. */
function checkTypes(m: Machine, source: RuntimeClass, destination: RuntimeClass): void {
  if (!source.isArray) {
    m.throwNew(ARRAY_STORE, `arraycopy: source type ${source.externalName} is not an array`);
  }
  if (!destination.isArray) {
    m.throwNew(ARRAY_STORE, `arraycopy: destination type ${destination.externalName} is not an array`);
  }
  const from = source.component!;
  const to = destination.component!;
  if (from.primitive === to.primitive) return;
  m.throwNew(
    ARRAY_STORE,
    `arraycopy: type mismatch: can not copy ${describeArray(source)}] into ${describeArray(destination)}]`,
  );
}

function throwBounds(m: Machine, locals: number): never {
  const i32 = m.memory.i32;
  const source = i32[locals + SOURCE]!;
  const destination = i32[locals + DESTINATION]!;
  const sourcePosition = i32[locals + SOURCE_POSITION]!;
  const destinationPosition = i32[locals + DESTINATION_POSITION]!;
  const length = i32[locals + LENGTH]!;
  const fail = (what: string, index: number, array: Reference) =>
    m.throwNew(
      'java/lang/ArrayIndexOutOfBoundsException',
      `arraycopy: ${what} ${index} out of bounds for ${describeArray(m.classes.of(array))}${m.heap.arrayLength(array)}]`,
    );
  if (sourcePosition < 0) fail('source index', sourcePosition, source);
  if (destinationPosition < 0) fail('destination index', destinationPosition, destination);
  if (length < 0) {
    m.throwNew('java/lang/ArrayIndexOutOfBoundsException', `arraycopy: length ${length} is negative`);
  }
  if (sourcePosition + length > m.heap.arrayLength(source)) {
    fail('last source index', sourcePosition + length, source);
  }
  return fail('last destination index', destinationPosition + length, destination);
}

/** Copies references of which each must fit the destination; those before the first that does not are copied. */
function copyChecked(
  m: Machine,
  source: RuntimeClass,
  destination: RuntimeClass,
  from: number,
  to: number,
  length: number,
): void {
  const i32 = m.memory.i32;
  const bound = destination.component!;
  for (let i = 0; i < length; i++) {
    const element = i32[from + i]!;
    if (element !== 0 && !m.classes.of(element).isSubtypeOf(bound)) {
      const names = [source.component!.externalName, bound.externalName];
      m.throwNew(
        ARRAY_STORE,
        bound.isSubtypeOf(source.component!)
          ? `arraycopy: element type mismatch: can not cast one of the elements of ${names[0]}[] to the type of the destination array, ${names[1]}`
          : `arraycopy: type mismatch: can not copy ${names[0]}[] into ${names[1]}[]`,
      );
    }
    i32[to + i] = element;
  }
}

function copyWords(i32: Int32Array, from: number, to: number, count: number): void {
  if (count > SHORT_COPY_WORDS) i32.copyWithin(to, from, from + count);
  else if (to < from) for (let i = 0; i < count; i++) i32[to + i] = i32[from + i]!;
  else for (let i = count - 1; i >= 0; i--) i32[to + i] = i32[from + i]!;
}

function copyBytes(u8: Uint8Array, from: number, to: number, count: number): void {
  if (count > SHORT_COPY_WORDS) u8.copyWithin(to, from, from + count);
  else if (to < from) for (let i = 0; i < count; i++) u8[to + i] = u8[from + i]!;
  else for (let i = count - 1; i >= 0; i--) u8[to + i] = u8[from + i]!;
}

/** System.arraycopy as a raw native. */
export function arrayCopy(m: Machine, locals: number): void {
  const { i32, u8 } = m.memory;
  const source = i32[locals + SOURCE]!;
  const destination = i32[locals + DESTINATION]!;
  if (source === 0 || destination === 0) m.throwNew('java/lang/NullPointerException');
  const sourceBlock = i32[source >> 2]!;
  const destinationBlock = i32[destination >> 2]!;
  // Arrays of one class need no look at their types.
  const sameArrays =
    sourceBlock === destinationBlock && i32[(sourceBlock >> 2) + CLASS_BLOCK.component] !== 0;
  if (!sameArrays) checkTypes(m, m.classes.of(source), m.classes.of(destination));
  const sourcePosition = i32[locals + SOURCE_POSITION]!;
  const destinationPosition = i32[locals + DESTINATION_POSITION]!;
  const length = i32[locals + LENGTH]!;
  if (
    (sourcePosition | destinationPosition | length) < 0 ||
    sourcePosition + length > i32[(source >> 2) + ARRAY_LAYOUT.lengthWord]! ||
    destinationPosition + length > i32[(destination >> 2) + ARRAY_LAYOUT.lengthWord]!
  ) {
    throwBounds(m, locals);
  }
  const shift = i32[(sourceBlock >> 2) + CLASS_BLOCK.elementShift]!;
  if (shift < 2) {
    const from = source + ARRAY_LAYOUT.baseBytes + (sourcePosition << shift);
    copyBytes(
      u8,
      from,
      destination + ARRAY_LAYOUT.baseBytes + (destinationPosition << shift),
      length << shift,
    );
    return;
  }
  const wordShift = shift - 2;
  const from = (source >> 2) + ARRAY_LAYOUT.baseWord + (sourcePosition << wordShift);
  const to = (destination >> 2) + ARRAY_LAYOUT.baseWord + (destinationPosition << wordShift);
  if (!sameArrays) {
    const sourceType = m.classes.atAddress(sourceBlock);
    const destinationType = m.classes.atAddress(destinationBlock);
    if (!sourceType.isSubtypeOf(destinationType)) {
      return copyChecked(m, sourceType, destinationType, from, to, length);
    }
  }
  copyWords(i32, from, to, length << wordShift);
}
