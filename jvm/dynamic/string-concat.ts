// String concatenation (java.lang.invoke.StringConcatFactory): one native of the machine's own for each shape of
// concatenation. It turns objects into text in order, as String.valueOf does, then writes the result at once.
import { internal } from '../actions.js';
import { isReference, parseMethodDescriptor, slotsOf } from '../class-file/descriptors.js';
import { ARRAY_LAYOUT } from '../layout.js';
import type { Machine } from '../machine.js';
import { REGISTERS } from '../memory.js';
import type { RawNativeMethod } from '../natives.js';

/** A value to be joined: its type (descriptor) and the word of its first slot among the local variables. */
interface Operand {
  readonly type: string;
  readonly word: number;
}

/** Literal text, or the index of an operand. */
type Part = string | number;

/** What a concatenation joins. Descriptor: of the values; the recipe has \1 for each of them and \2 for each constant,
 *  everything else is literal. */
export interface ConcatShape {
  readonly descriptor: string;
  readonly recipe: string;
  /** The texts of the constants. */
  readonly constants: readonly string[];
}

/** Key by which concatenations of one shape share a native. */
export function concatKey(shape: ConcatShape): string {
  return JSON.stringify([shape.descriptor, shape.recipe, ...shape.constants]);
}

/** The recipe as literals and operands; null where it does not fit the number of values and constants. */
export function parseRecipe(shape: ConcatShape): readonly Part[] | null {
  const parts: Part[] = [];
  let literal = '';
  let operand = 0;
  let constant = 0;
  for (const unit of shape.recipe.split('')) {
    if (unit === '\u0001') {
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(operand++);
    } else if (unit === '\u0002') {
      const text = shape.constants[constant++];
      if (text === undefined) return null;
      literal += text;
    } else literal += unit;
  }
  if (literal !== '') parts.push(literal);
  const { parameters } = parseMethodDescriptor(shape.descriptor);
  return operand === parameters.length && constant === shape.constants.length ? parts : null;
}

function operandsOf(descriptor: string): readonly Operand[] {
  let word = 0;
  return parseMethodDescriptor(descriptor).parameters.map((type) => {
    const operand = { type, word };
    word += 2 * slotsOf(type);
    return operand;
  });
}

/** Up to this many bytes a loop copies faster than the host's call. */
const SHORT_BYTES = 48;

/** Scratch words of the native: how many objects are text, and whether one is being made text. */
const DONE = 0;
const CALLING = 1;

/** Makes the native for a shape whose recipe fits and that joins no floats or doubles. The text of an object takes the
 *  object's place among the local variables. */
export function concatNative(shape: ConcatShape): RawNativeMethod {
  const operands = operandsOf(shape.descriptor);
  const parts = parseRecipe(shape)!;
  const references = operands.filter(({ type }) => isReference(type));
  const raw = (m: Machine, locals: number): void => {
    const i32 = m.memory.i32;
    for (const { word } of references) {
      if (!isText(m, i32[locals + word]!)) {
        makeText(m, references, locals);
        break;
      }
    }
    i32[REGISTERS.result] = join(m, parts, operands, locals);
  };
  return { action: internal, raw };
}

/** Calls String.valueOf for one object after the other that is no text yet. */
function makeText(m: Machine, references: readonly Operand[], locals: number): void {
  const i32 = m.memory.i32;
  for (let i = m.scratch(DONE); i < references.length; i++) {
    const word = locals + references[i]!.word;
    if (m.scratch(CALLING) === 1) {
      m.setScratch(CALLING, 0);
      i32[word] = m.callResultInt();
    } else if (!isText(m, i32[word]!)) {
      m.setScratch(DONE, i);
      m.setScratch(CALLING, 1);
      m.callStatic('java/lang/String', 'valueOf(Ljava/lang/Object;)Ljava/lang/String;', [i32[word]!]);
    }
  }
}

function isText(m: Machine, reference: number): boolean {
  return reference === 0 || m.heap.classAddress(reference) === m.heap.string.class.address;
}

/** A piece of the result: JavaScript text, or a java.lang.String. */
type Piece = string | number;

function pieceOf(m: Machine, { type, word }: Operand, locals: number): Piece {
  const value = m.memory.i32[locals + word]!;
  switch (type) {
    case 'Z':
      return value === 0 ? 'false' : 'true';
    case 'C':
      return String.fromCharCode(value);
    case 'B':
    case 'S':
    case 'I':
      return String(value);
    case 'J':
      return m.memory.i64[(locals + word) >> 1]!.toString();
    default:
      return value === 0 ? 'null' : value;
  }
}

function isLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false;
  return true;
}

function join(m: Machine, parts: readonly Part[], operands: readonly Operand[], locals: number): number {
  const { heap, memory } = m;
  const pieces: Piece[] = [];
  let length = 0;
  let latin1 = true;
  for (const part of parts) {
    const piece = typeof part === 'string' ? part : pieceOf(m, operands[part]!, locals);
    pieces.push(piece);
    if (typeof piece === 'string') {
      length += piece.length;
      latin1 = latin1 && isLatin1(piece);
    } else {
      const coder = memory.i8[piece + heap.string.coder]!;
      length += heap.arrayLength(heap.getInt(piece + heap.string.value)) >> coder;
      latin1 = latin1 && coder === 0;
    }
  }
  const byteCount = latin1 ? length : length * 2;
  if (byteCount > 0x7fff_ffff) {
    m.throwImplicit('java/lang/OutOfMemoryError', 'Overflow: String length out of range');
  }
  // Room for both objects at once, and where a collection is due, this is the time: a program may do nothing else.
  const roomBytes = ARRAY_LAYOUT.baseBytes + byteCount + 8 + heap.string.class.instanceBytes;
  if (!heap.fits(roomBytes)) heap.prepare(roomBytes);
  const value = heap.allocateArray(heap.byteArray, byteCount);
  if (latin1) writeLatin1(m, value, pieces);
  else writeUtf16(m, value, pieces);
  const result = heap.allocateObject(heap.string.class);
  heap.setInt(result + heap.string.value, value);
  memory.i8[result + heap.string.coder] = latin1 ? 0 : 1;
  return result;
}

function writeLatin1(m: Machine, array: number, pieces: readonly Piece[]): void {
  const { heap } = m;
  const { u8 } = m.memory;
  let at = array + ARRAY_LAYOUT.baseBytes;
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      for (let i = 0; i < piece.length; i++) u8[at++] = piece.charCodeAt(i);
    } else {
      const source = heap.getInt(piece + heap.string.value);
      const byteCount = heap.arrayLength(source);
      const start = source + ARRAY_LAYOUT.baseBytes;
      if (byteCount > SHORT_BYTES) u8.copyWithin(at, start, start + byteCount);
      else for (let i = 0; i < byteCount; i++) u8[at + i] = u8[start + i]!;
      at += byteCount;
    }
  }
}

function writeUtf16(m: Machine, array: number, pieces: readonly Piece[]): void {
  const { heap } = m;
  const { u8, u16 } = m.memory;
  let at = (array + ARRAY_LAYOUT.baseBytes) >> 1;
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      for (let i = 0; i < piece.length; i++) u16[at++] = piece.charCodeAt(i);
      continue;
    }
    const source = heap.getInt(piece + heap.string.value);
    const byteCount = heap.arrayLength(source);
    const start = source + ARRAY_LAYOUT.baseBytes;
    if (m.memory.i8[piece + heap.string.coder] === 0) {
      for (let i = 0; i < byteCount; i++) u16[at++] = u8[start + i]!;
    } else {
      u8.copyWithin(at * 2, start, start + byteCount);
      at += byteCount >> 1;
    }
  }
}
