// Marking: one bit for each 8 bytes of heap, a stack of objects whose references are still to be followed.
import { ARRAY_LAYOUT, CLASS_BLOCK } from '../layout.js';
import type { Machine } from '../machine.js';
import { REGISTERS } from '../memory.js';
import type { Reference, RuntimeClass } from '../runtime-class.js';

/** How instances of a class are scanned. */
const SCAN = { none: 0, fields: 1, elements: 2, reference: 3 } as const;

/** What java.lang.ref classes mean to the collector, weakest last. */
export const STRENGTH = { soft: 0, weak: 1, final: 2, phantom: 3 } as const;

const STRENGTH_CLASSES = [
  'java/lang/ref/SoftReference',
  'java/lang/ref/WeakReference',
  'java/lang/ref/FinalReference',
  'java/lang/ref/PhantomReference',
];

export class Marker {
  readonly #machine: Machine;
  readonly #i32: Int32Array;
  readonly #heapStart: number;
  readonly bits: Int32Array;
  /** By class id: how to scan, bytes of an instance or log2 of the element size, reference word offsets. */
  readonly #scan: number[] = [];
  readonly #bytes: number[] = [];
  readonly #words: Int32Array[] = [];
  readonly #strength: number[] = [];
  #stack = new Int32Array(1 << 16);
  #depth = 0;
  /** Word offsets of Reference.referent and Reference.next. */
  #referent = 0;
  #next = 0;
  /** References by strength whose referents were not marked when they were met, in that order. */
  discovered: Reference[][] = [[], [], [], []];
  /** False while all referents count as strong. */
  discovering = true;
  softIsStrong = true;

  constructor(machine: Machine, heapEnd: number) {
    this.#machine = machine;
    this.#i32 = machine.memory.i32;
    this.#heapStart = machine.memory.heapStart;
    this.bits = new Int32Array(((heapEnd - this.#heapStart) >> 8) + 1);
  }

  /** Forgets all marks below the high-water mark and learns the classes that have come since. */
  begin(softIsStrong: boolean): void {
    const used = this.#i32[REGISTERS.heapHighWater]! - this.#heapStart;
    this.bits.fill(0, 0, (used >> 8) + 1);
    this.discovered = [[], [], [], []];
    this.discovering = true;
    this.softIsStrong = softIsStrong;
    this.#referent = this.#machine.field('java/lang/ref/Reference', 'referent').offset >> 2;
    this.#next = this.#machine.field('java/lang/ref/Reference', 'next').offset >> 2;
    const { classes } = this.#machine.classes;
    for (let id = this.#scan.length; id < classes.length; id++) this.#learn(id, classes[id]!);
  }

  #learn(id: number, type: RuntimeClass): void {
    const shift = this.#i32[(type.address >> 2) + CLASS_BLOCK.elementShift]!;
    this.#strength[id] = STRENGTH_CLASSES.findIndex((name) => this.#extends(type, name));
    const offsets = type.referenceOffsets.map((offset) => offset >> 2);
    if (type.component) {
      this.#scan[id] = type.component.primitive ? SCAN.none : SCAN.elements;
      this.#bytes[id] = -1 - shift;
    } else {
      const isReference = this.#strength[id]! >= 0;
      this.#scan[id] = isReference ? SCAN.reference : offsets.length > 0 ? SCAN.fields : SCAN.none;
      this.#bytes[id] = type.instanceBytes;
    }
    this.#words[id] = Int32Array.from(
      this.#strength[id]! >= 0 ? offsets.filter((offset) => offset !== this.#referent) : offsets,
    );
  }

  #extends(type: RuntimeClass, name: string): boolean {
    for (let at: RuntimeClass | null = type; at !== null; at = at.superclass)
      if (at.name === name) return true;
    return false;
  }

  isMarked(object: Reference): boolean {
    const bit = (object - this.#heapStart) >> 3;
    return (this.bits[bit >> 5]! & (1 << (bit & 31))) !== 0;
  }

  /** Marks an object; its references are followed by drain(). */
  mark(object: Reference): void {
    if (object === 0) return;
    const bit = (object - this.#heapStart) >> 3;
    const word = bit >> 5;
    const mask = 1 << (bit & 31);
    const bits = this.bits[word]!;
    if ((bits & mask) !== 0) return;
    this.bits[word] = bits | mask;
    if (this.#depth === this.#stack.length) {
      const larger = new Int32Array(this.#stack.length * 2);
      larger.set(this.#stack);
      this.#stack = larger;
    }
    this.#stack[this.#depth++] = object;
  }

  /** Follows references until everything reachable from what was marked is marked. */
  drain(): void {
    const i32 = this.#i32;
    while (this.#depth > 0) {
      const object = this.#stack[--this.#depth]!;
      const at = object >> 2;
      const id = i32[i32[at]! >> 2]!;
      switch (this.#scan[id]) {
        case SCAN.fields:
          this.#markFields(at, this.#words[id]!);
          break;
        case SCAN.elements: {
          const end = at + ARRAY_LAYOUT.baseWord + i32[at + ARRAY_LAYOUT.lengthWord]!;
          for (let word = at + ARRAY_LAYOUT.baseWord; word < end; word++) this.mark(i32[word]!);
          break;
        }
        case SCAN.reference:
          this.#markFields(at, this.#words[id]!);
          this.#markReferent(object, this.#strength[id]!);
          break;
      }
    }
  }

  #markFields(at: number, offsets: Int32Array): void {
    for (let i = 0; i < offsets.length; i++) this.mark(this.#i32[at + offsets[i]!]!);
  }

  #markReferent(reference: Reference, strength: number): void {
    const at = reference >> 2;
    const referent = this.#i32[at + this.#referent]!;
    if (referent === 0 || this.isMarked(referent)) return;
    const isActive = this.#i32[at + this.#next] === 0;
    const isStrong = !this.discovering || !isActive || (strength === STRENGTH.soft && this.softIsStrong);
    if (isStrong) this.mark(referent);
    else this.discovered[strength]!.push(reference);
  }

  /** Bytes of an object, a multiple of 8. */
  byteCount(object: Reference): number {
    const at = object >> 2;
    const bytes = this.#bytes[this.#i32[this.#i32[at]! >> 2]!]!;
    if (bytes >= 0) return bytes;
    return (ARRAY_LAYOUT.baseBytes + this.#i32[at + ARRAY_LAYOUT.lengthWord]! * 2 ** (-1 - bytes) + 7) & ~7;
  }

  /** Holes between marked objects from the heap's start to `end`: start, byte count pairs in address order. */
  holes(end: number): number[] {
    const holes: number[] = [];
    const words = ((this.#i32[REGISTERS.heapHighWater]! - this.#heapStart) >> 8) + 1;
    let position = this.#heapStart;
    for (let word = 0; word < words; word++) {
      let bits = this.bits[word]!;
      while (bits !== 0) {
        const lowest = bits & -bits;
        const object = this.#heapStart + (word << 8) + ((31 - Math.clz32(lowest)) << 3);
        if (object > position) holes.push(position, object - position);
        position = object + this.byteCount(object);
        bits ^= lowest;
      }
    }
    if (end > position) holes.push(position, end - position);
    return holes;
  }
}
