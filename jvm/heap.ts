// The object heap: allocation, typed access by byte address, arrays and strings.
import type { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { FreeSpace, type FreeSpan } from './collector/free-space.js';
import { ARRAY_LAYOUT, CLASS_BLOCK, OBJECT_HEADER } from './layout.js';
import { type Memory, REGISTERS } from './memory.js';
import type { Reference, RuntimeClass } from './runtime-class.js';

const STRING_CHUNK = 8192;
/** Heap kept back so that an OutOfMemoryError can still be made and handled. */
const RESERVE_BYTES = 256 << 10;
/** A collection is due when this much was allocated since the last one, or as much as was live then. Less would not
 *  shorten the work for a program with little live data, more costs cache misses and memory to hand to a new backup. */
const MINIMUM_BUDGET_BYTES = 16 << 20;

export class Heap {
  /** Set when java.lang.String is linked. */
  string!: { class: RuntimeClass; value: number; coder: number; hash: number };
  byteArray!: RuntimeClass;
  /** Interned strings by content, JVMS §5.1. Its order is never observed. */
  readonly #interned = new Map<string, Reference>();
  readonly space: FreeSpace;

  constructor(
    readonly memory: Memory,
    /** Called when there is no room for that many bytes; leaves by a collection or an OutOfMemoryError. */
    readonly noRoom: (byteCount: number) => never,
    /** Called before every allocation, where it is to be tested that each stands a collection; may leave by one. */
    readonly stress: (() => void) | null = null,
  ) {
    this.space = new FreeSpace(memory, stress !== null);
    this.space.initialize(memory.heapStart, memory.heapLimit - RESERVE_BYTES);
    memory.i32[REGISTERS.reserve] = memory.heapLimit - RESERVE_BYTES;
    memory.i32[REGISTERS.collectionBudget] = MINIMUM_BUDGET_BYTES;
    memory.i32[REGISTERS.heapLimit] = memory.heapLimit - memory.heapStart;
  }

  /** Bytes that objects may take, the reserve included. */
  get limitBytes(): number {
    return this.memory.i32[REGISTERS.heapLimit]!;
  }

  /** The program may use that much from here on, as far as there is as much. What is in use stays. */
  setLimit(byteCount: number): void {
    const { heapLimit, heapStart, i32 } = this.memory;
    i32[REGISTERS.heapLimit] = Math.min(byteCount & ~7, heapLimit - heapStart);
  }

  /** Bytes that can still be allocated; below 0 where more is in use than may be. */
  freeBytes(): number {
    const reserve = this.memory.i32[REGISTERS.reserve] === 0 ? 0 : RESERVE_BYTES;
    return Math.min(this.space.freeBytes(), this.limitBytes - reserve - this.usedBytes());
  }

  /** Lets the next allocations use the reserve. False where it is in use already. */
  releaseReserve(): boolean {
    const reserve = this.memory.i32[REGISTERS.reserve]!;
    if (reserve === 0) return false;
    this.memory.i32[REGISTERS.reserve] = 0;
    this.space.add(reserve, RESERVE_BYTES);
    return true;
  }

  /** After a collection: these holes are what is free. Holds back the end of the last one that the reserve fits in. */
  reclaim(holes: number[]): void {
    const { i32, heapLimit } = this.memory;
    let last = holes.length - 2;
    while (last >= 0 && holes[last + 1]! < RESERVE_BYTES) last -= 2;
    if (last >= 0) holes[last + 1]! -= RESERVE_BYTES;
    i32[REGISTERS.reserve] = last >= 0 ? holes[last]! + holes[last + 1]! : 0;
    this.space.replace(holes);
    let free = 0;
    for (let i = 1; i < holes.length; i += 2) free += holes[i]!;
    const live = heapLimit - this.memory.heapStart - free;
    i32[REGISTERS.liveBytes] = last >= 0 ? live - RESERVE_BYTES : live;
    i32[REGISTERS.collectionBudget] = Math.max(MINIMUM_BUDGET_BYTES, live);
  }

  /** Bytes of objects, those included that have died since the last collection. */
  usedBytes(): number {
    const i32 = this.memory.i32;
    const rest = i32[REGISTERS.heapEnd]! - i32[REGISTERS.heapTop]!;
    return i32[REGISTERS.liveBytes]! + i32[REGISTERS.handedOut]! - rest;
  }

  /** Makes room for an allocation that an instruction is about to make; this is where collections are due. */
  prepare(byteCount: number): void {
    this.#collectIfDue(byteCount);
    if (!this.space.refill((byteCount + 7) & ~7)) this.noRoom(byteCount);
  }

  #collectIfDue(byteCount: number): void {
    const i32 = this.memory.i32;
    if (i32[REGISTERS.handedOut]! >= i32[REGISTERS.collectionBudget]!) this.noRoom(byteCount);
    if (this.#isBeyondLimit(byteCount)) this.noRoom(byteCount);
    this.stress?.();
  }

  /** Whether that many bytes more are more than the program may use. Never so where it may use the whole heap: then holes
   *  end before the limit does. */
  #isBeyondLimit(byteCount: number): boolean {
    const reserve = this.memory.i32[REGISTERS.reserve] === 0 ? 0 : RESERVE_BYTES;
    return this.usedBytes() + byteCount > this.limitBytes - reserve;
  }

  /** Makes sure that allocations of that many bytes in all will succeed without a collection. */
  ensure(byteCount: number): void {
    const i32 = this.memory.i32;
    if (i32[REGISTERS.heapEnd]! - i32[REGISTERS.heapTop]! >= byteCount) return;
    this.#collectIfDue(byteCount);
    if (!this.space.refillLarge(byteCount)) this.noRoom(byteCount);
  }

  /** Zeroed bytes, 8-byte aligned. */
  allocateBytes(byteCount: number): Reference {
    const i32 = this.memory.i32;
    const rounded = (byteCount + 7) & ~7;
    if (rounded > i32[REGISTERS.heapEnd]! - i32[REGISTERS.heapTop]!) {
      this.stress?.();
      if (this.#isBeyondLimit(rounded) || !this.space.refill(rounded)) this.noRoom(byteCount);
    }
    const address = i32[REGISTERS.heapTop]!;
    i32[REGISTERS.heapTop] = address + rounded;
    return address;
  }

  /** A new instance with zeroed fields; its constructor has not run. */
  allocateObject(type: RuntimeClass): Reference {
    const address = this.allocateBytes(type.instanceBytes);
    this.memory.i32[address >> 2] = type.address;
    return address;
  }

  /** Bytes of an array of that length. */
  arrayBytes(arrayClass: RuntimeClass, length: number): number {
    return (
      ARRAY_LAYOUT.baseBytes +
      length * 2 ** this.memory.i32[(arrayClass.address >> 2) + CLASS_BLOCK.elementShift]!
    );
  }

  /** All that is free: the holes, and the reserve where it is held back. */
  *freeSpans(): Generator<FreeSpan> {
    yield* this.space.holes();
    const reserve = this.memory.i32[REGISTERS.reserve]!;
    if (reserve !== 0) yield { start: reserve, byteCount: RESERVE_BYTES };
  }

  /** True where an object of that size fits the current hole. */
  fits(byteCount: number): boolean {
    const i32 = this.memory.i32;
    return ((byteCount + 7) & ~7) <= i32[REGISTERS.heapEnd]! - i32[REGISTERS.heapTop]!;
  }

  /** A new zeroed array; the length is not negative. */
  allocateArray(arrayClass: RuntimeClass, length: number): Reference {
    const byteCount = this.arrayBytes(arrayClass, length);
    if (byteCount > this.memory.heapLimit - this.memory.heapStart) this.noRoom(byteCount);
    const address = this.allocateBytes(byteCount);
    const word = address >> 2;
    this.memory.i32[word] = arrayClass.address;
    this.memory.i32[word + ARRAY_LAYOUT.lengthWord] = length;
    return address;
  }

  /** A shallow copy of an object or array; its lock is free. */
  copyObject(object: Reference, type: RuntimeClass): Reference {
    const { i32, u8 } = this.memory;
    const shift = i32[(type.address >> 2) + CLASS_BLOCK.elementShift]!;
    const byteCount = type.isArray
      ? ARRAY_LAYOUT.baseBytes + this.arrayLength(object) * 2 ** shift
      : type.instanceBytes;
    const copy = this.allocateBytes(byteCount);
    u8.copyWithin(copy, object, object + byteCount);
    i32[(copy >> 2) + OBJECT_HEADER.lockWord] = 0;
    return copy;
  }

  /** Address of the class block of an object. */
  classAddress(object: Reference): number {
    return this.memory.i32[object >> 2]!;
  }

  arrayLength(array: Reference): number {
    return this.memory.i32[(array >> 2) + ARRAY_LAYOUT.lengthWord]!;
  }

  getInt(address: number): number {
    return this.memory.i32[address >> 2]!;
  }

  setInt(address: number, value: number): void {
    this.memory.i32[address >> 2] = value;
  }

  getLong(address: number): bigint {
    return this.memory.i64[address >> 3]!;
  }

  setLong(address: number, value: bigint): void {
    this.memory.i64[address >> 3] = value;
  }

  /** Elements of an array of references or ints. */
  getElement(array: Reference, index: number): number {
    return this.memory.i32[(array >> 2) + ARRAY_LAYOUT.baseWord + index]!;
  }

  setElement(array: Reference, index: number, value: number): void {
    this.memory.i32[(array >> 2) + ARRAY_LAYOUT.baseWord + index] = value;
  }

  /** All elements of an array of references or ints. */
  elements(array: Reference): number[] {
    const start = (array >> 2) + ARRAY_LAYOUT.baseWord;
    return Array.from(this.memory.i32.subarray(start, start + this.arrayLength(array)));
  }

  /** The bytes of a byte array: a view, valid until the next collection. */
  byteView(array: Reference): Uint8Array {
    const start = array + ARRAY_LAYOUT.baseBytes;
    return this.memory.u8.subarray(start, start + this.arrayLength(array));
  }

  /** A byte[] with these bytes. */
  newByteArray(bytes: Uint8Array): Reference {
    const array = this.allocateArray(this.byteArray, bytes.length);
    this.memory.u8.set(bytes, array + ARRAY_LAYOUT.baseBytes);
    return array;
  }

  /** An array of references with these elements. */
  newReferenceArray(arrayClass: RuntimeClass, elements: readonly Reference[]): Reference {
    const array = this.allocateArray(arrayClass, elements.length);
    for (let i = 0; i < elements.length; i++) this.setElement(array, i, elements[i]!);
    return array;
  }

  /** A java.lang.String; Latin-1 where every char fits, as the JDK's compact strings. */
  newString(text: string): Reference {
    let latin1 = true;
    for (let i = 0; i < text.length; i++) {
      if (text.charCodeAt(i) > 0xff) {
        latin1 = false;
        break;
      }
    }
    const length = text.length;
    const value = this.allocateArray(this.byteArray, latin1 ? length : length * 2);
    if (latin1) {
      const start = value + ARRAY_LAYOUT.baseBytes;
      for (let i = 0; i < length; i++) this.memory.u8[start + i] = text.charCodeAt(i);
    } else {
      const start = (value + ARRAY_LAYOUT.baseBytes) >> 1;
      for (let i = 0; i < length; i++) this.memory.u16[start + i] = text.charCodeAt(i);
    }
    const object = this.allocateObject(this.string.class);
    this.setInt(object + this.string.value, value);
    this.memory.i8[object + this.string.coder] = latin1 ? 0 : 1;
    return object;
  }

  /** The text of a java.lang.String. */
  text(string: Reference): string {
    const value = this.getInt(string + this.string.value);
    const byteCount = this.arrayLength(value);
    const start = value + ARRAY_LAYOUT.baseBytes;
    let text = '';
    if (this.memory.i8[string + this.string.coder] === 0) {
      for (let at = 0; at < byteCount; at += STRING_CHUNK) {
        const end = Math.min(at + STRING_CHUNK, byteCount);
        text += String.fromCharCode(...this.memory.u8.subarray(start + at, start + end));
      }
      return text;
    }
    const first = start >> 1;
    const length = byteCount >> 1;
    for (let at = 0; at < length; at += STRING_CHUNK) {
      const end = Math.min(at + STRING_CHUNK, length);
      text += String.fromCharCode(...this.memory.u16.subarray(first + at, first + end));
    }
    return text;
  }

  /** The one String of this content, JVMS §5.1. */
  intern(text: string): Reference {
    let string = this.#interned.get(text);
    if (string === undefined) {
      string = this.newString(text);
      this.#interned.set(text, string);
    }
    return string;
  }

  /** String.intern: the first string of a content becomes the one. */
  internObject(string: Reference): Reference {
    const text = this.text(string);
    const known = this.#interned.get(text);
    if (known !== undefined) return known;
    this.#interned.set(text, string);
    return string;
  }

  /** Saves the table of interned strings, and where a String's fields are. */
  save(writer: BinaryWriter): void {
    const { class: type, value, coder, hash } = this.string;
    writer.varuint(type.id).varuint(value).varuint(coder).varuint(hash).varuint(this.byteArray.id);
    writer.varuint(this.#interned.size);
    for (const string of this.#interned.values()) writer.u32(string);
  }

  /** Restores what was saved; memory and classes are there already. */
  restore(reader: BinaryReader, classes: readonly RuntimeClass[]): void {
    const type = classes[reader.varuint()]!;
    this.string = {
      class: type,
      value: reader.varuint(),
      coder: reader.varuint(),
      hash: reader.varuint(),
    };
    this.byteArray = classes[reader.varuint()]!;
    for (let count = reader.varuint(); count > 0; count--) {
      const string = reader.u32();
      this.#interned.set(this.text(string), string);
    }
  }

  /** The interned strings. */
  internedStrings(): Iterable<Reference> {
    return this.#interned.values();
  }

  /** Identity hash: objects never move, so it is a function of the address. 31 bits, never 0. */
  identityHash(object: Reference): number {
    if (object === 0) return 0;
    let hash = Math.imul(object >>> 3, 0x9e37_79b1);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca77);
    hash = (hash ^ (hash >>> 13)) & 0x7fff_ffff;
    return hash === 0 ? 1 : hash;
  }
}
