// A walk over everything that is reachable, which finds references that lead nowhere: for tests, after collections.
import { ARRAY_LAYOUT, CLASS_BLOCK, MONITOR, OBJECT_HEADER } from '../layout.js';
import type { Machine } from '../machine.js';
import { REGISTERS } from '../memory.js';
import type { Reference, RuntimeClass } from '../runtime-class.js';
import { visitRoots } from './roots.js';

/** Bytes behind the used heap that are looked at. */
const UNUSED_BYTES = 1 << 20;

/** The heap contradicts itself: a fault of this machine. */
export class HeapCorruption extends Error {}

interface VerifiedObject {
  readonly type: RuntimeClass;
  readonly byteCount: number;
}

/**
 * Checks that every reference in a root or a reachable object is null or the 8-aligned address of an object within the
 * used part of the heap, outside of its holes; that its header names a class, its length fits, its monitor is its own;
 * and that no two objects overlap. Fields of java.lang.ref.Reference count like all others. Changes nothing.
 * @throws HeapCorruption that names the reference and where it was found.
 */
export function verifyHeap(machine: Machine): void {
  new HeapVerifier(machine).verify();
}

class HeapVerifier {
  readonly #machine: Machine;
  readonly #i32: Int32Array;
  readonly #start: number;
  readonly #end: number;
  readonly #classesByAddress = new Map<number, RuntimeClass>();
  readonly #objects = new Map<Reference, VerifiedObject>();
  readonly #pending: Reference[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#i32 = machine.memory.i32;
    this.#start = machine.memory.heapStart;
    this.#end = this.#i32[REGISTERS.heapHighWater]!;
    for (const type of machine.classes.classes) this.#classesByAddress.set(type.address, type);
  }

  verify(): void {
    visitRoots(this.#machine, (object) => this.#reach(object, 'a root'));
    for (let object = this.#pending.pop(); object !== undefined; object = this.#pending.pop()) {
      this.#followReferences(object);
    }
    this.#checkOverlaps();
    this.#checkUnused();
  }

  /** What was never used is handed out as it is, so it has to be zero. */
  #checkUnused(): void {
    const last = Math.min(this.#end + UNUSED_BYTES, this.#machine.memory.heapLimit);
    for (let word = this.#end >> 2; word < last >> 2; word++) {
      if (this.#i32[word] !== 0) throw new HeapCorruption(`unused memory at ${word * 4} is not zero`);
    }
  }

  #reach(object: Reference, from: string): void {
    if (object === 0 || this.#objects.has(object)) return;
    const place = `reference ${object} in ${from}`;
    if ((object & 7) !== 0) throw new HeapCorruption(`${place} is not aligned`);
    if (object < this.#start || object >= this.#end) {
      throw new HeapCorruption(`${place} leads out of the used heap`);
    }
    const header = this.#i32[object >> 2]!;
    const type = this.#classesByAddress.get(header);
    if (type === undefined || type.mirror === 0)
      throw new HeapCorruption(`${place}: header ${header} is no class`);
    const byteCount = this.#byteCount(object, type, place);
    if (object + byteCount > this.#end)
      throw new HeapCorruption(`${place}: ${type.name} ends behind the heap`);
    this.#checkMonitor(object, place);
    this.#objects.set(object, { type, byteCount });
    this.#pending.push(object);
  }

  #byteCount(object: Reference, type: RuntimeClass, place: string): number {
    if (!type.isArray) {
      if (type.isInterface || type.isAbstract || type.primitive !== null) {
        throw new HeapCorruption(`${place}: ${type.name} has no instances`);
      }
      return type.instanceBytes;
    }
    const length = this.#i32[(object >> 2) + ARRAY_LAYOUT.lengthWord]!;
    const shift = this.#i32[(type.address >> 2) + CLASS_BLOCK.elementShift]!;
    const byteCount = ARRAY_LAYOUT.baseBytes + length * 2 ** shift;
    if (length < 0 || byteCount > this.#end - this.#start) {
      throw new HeapCorruption(`${place}: ${type.name} of length ${length}`);
    }
    return Math.ceil(byteCount / 8) * 8;
  }

  /** An inflated lock word names a monitor record that names the object. */
  #checkMonitor(object: Reference, place: string): void {
    const lock = this.#i32[(object >> 2) + OBJECT_HEADER.lockWord]!;
    if ((lock & 1) === 0) return;
    const monitor = lock & ~1;
    const isRecord = monitor > 0 && monitor < this.#i32[REGISTERS.metaspaceTop]!;
    if (!isRecord || this.#i32[(monitor >> 2) + MONITOR.object] !== object) {
      throw new HeapCorruption(`${place}: its monitor ${monitor} is another object's`);
    }
  }

  #followReferences(object: Reference): void {
    const { type } = this.#objects.get(object)!;
    if (type.component === null) {
      for (const offset of type.referenceOffsets) {
        this.#reach(this.#i32[(object + offset) >> 2]!, `${type.name} ${object} at ${offset}`);
      }
    } else if (type.component.primitive === null) {
      const first = (object + ARRAY_LAYOUT.baseBytes) >> 2;
      const length = this.#i32[(object >> 2) + ARRAY_LAYOUT.lengthWord]!;
      for (let i = 0; i < length; i++) this.#reach(this.#i32[first + i]!, `${type.name} ${object} [${i}]`);
    }
  }

  /** Objects, holes, the rest of the current hole and the reserve lie side by side. */
  #checkOverlaps(): void {
    const spans: { start: number; end: number; what: string }[] = [];
    for (const [start, { type, byteCount }] of this.#objects) {
      spans.push({ start, end: start + byteCount, what: type.name });
    }
    for (const { start, byteCount } of this.#machine.heap.freeSpans()) {
      spans.push({ start, end: start + byteCount, what: 'free space' });
    }
    spans.sort((a, b) => a.start - b.start);
    for (let i = 1; i < spans.length; i++) {
      const [before, after] = [spans[i - 1]!, spans[i]!];
      if (before.end <= after.start) continue;
      throw new HeapCorruption(`${after.what} at ${after.start} overlaps ${before.what} at ${before.start}`);
    }
  }
}
