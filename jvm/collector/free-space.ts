// The free space of the heap: holes between live objects, linked in address order through their own first words.
// Allocation bumps heapTop through one hole at a time; everything here happens when that hole is used up.
import { type Memory, REGISTERS } from '../memory.js';

/** Holes below this are left until a neighbour dies. */
const MINIMUM_HOLE_BYTES = 32;
/** Holes from this size on serve allocations of any size, one piece at a time. */
const LARGE_HOLE_BYTES = 4096;
/** What small objects are allocated from is taken out of large holes in pieces of this size. */
const CHUNK_BYTES = 64 << 10;

/** Words of a hole: address of the next one, its size in bytes. */
const HOLE = { next: 0, bytes: 1 } as const;
const HOLE_HEADER_BYTES = 8;

/** A piece of the heap in which no object lies. */
export interface FreeSpan {
  readonly start: number;
  readonly byteCount: number;
}

export class FreeSpace {
  readonly #i32: Int32Array;

  /** isExact: each refill hands out no more than was asked for, so that the next allocation needs one too. */
  constructor(
    readonly memory: Memory,
    readonly isExact: boolean,
  ) {
    this.#i32 = memory.i32;
  }

  /** The whole heap is one hole: at birth. */
  initialize(start: number, end: number): void {
    this.#i32[REGISTERS.heapTop] = start;
    this.#i32[REGISTERS.heapEnd] = start;
    this.#i32[REGISTERS.heapHighWater] = start;
    this.replace([start, end - start]);
  }

  /** Replaces all holes by these: start, byte count pairs in address order. Bump allocation begins anew. */
  replace(holes: readonly number[]): void {
    const i32 = this.#i32;
    const tails = { small: 0, large: 0 };
    i32[REGISTERS.heapTop] = 0;
    i32[REGISTERS.heapEnd] = 0;
    i32[REGISTERS.smallHoles] = 0;
    i32[REGISTERS.largeHoles] = 0;
    i32[REGISTERS.handedOut] = 0;
    for (let i = 0; i < holes.length; i += 2) {
      const start = holes[i]!;
      const bytes = holes[i + 1]!;
      if (bytes < MINIMUM_HOLE_BYTES) continue;
      const kind = bytes < LARGE_HOLE_BYTES ? 'small' : 'large';
      const head = kind === 'small' ? REGISTERS.smallHoles : REGISTERS.largeHoles;
      this.#write(start, 0, bytes);
      if (tails[kind] === 0) i32[head] = start;
      else i32[tails[kind] >> 2] = start;
      tails[kind] = start;
    }
  }

  /** Makes the current hole one that has room for byteCount (a multiple of 8). False where no hole has. */
  refill(byteCount: number): boolean {
    this.returnRest();
    const isFound =
      (byteCount < LARGE_HOLE_BYTES && this.#takeSmall(byteCount)) || this.#takeLarge(byteCount);
    if (isFound && this.isExact) this.#trim(byteCount);
    return isFound;
  }

  /** As refill, but from a large hole, so that more small allocations follow in it. */
  refillLarge(byteCount: number): boolean {
    this.returnRest();
    const rounded = (byteCount + 7) & ~7;
    const isFound = this.#takeLarge(rounded);
    if (isFound && this.isExact) this.#trim(rounded);
    return isFound;
  }

  /** Leaves byteCount bytes of the current hole; what is too small for a hole waits for the next collection. */
  #trim(byteCount: number): void {
    const i32 = this.#i32;
    const end = i32[REGISTERS.heapTop]! + byteCount;
    const rest = i32[REGISTERS.heapEnd]! - end;
    i32[REGISTERS.heapEnd] = end;
    i32[REGISTERS.handedOut]! -= rest;
    if (rest >= MINIMUM_HOLE_BYTES) this.add(end, rest);
  }

  /** The rest of the current hole goes back to the front of its list; the next allocation needs a refill. */
  returnRest(): void {
    const i32 = this.#i32;
    const start = i32[REGISTERS.heapTop]!;
    const bytes = i32[REGISTERS.heapEnd]! - start;
    i32[REGISTERS.heapEnd] = start;
    if (bytes < MINIMUM_HOLE_BYTES) return;
    this.add(start, bytes);
    i32[REGISTERS.handedOut]! -= bytes;
  }

  /** Puts a hole at the front of its list. */
  add(start: number, bytes: number): void {
    const i32 = this.#i32;
    const list = bytes < LARGE_HOLE_BYTES ? REGISTERS.smallHoles : REGISTERS.largeHoles;
    this.#write(start, i32[list]!, bytes);
    i32[list] = start;
  }

  /** Writes the words of a hole: from then on they count as used, and are cleared with what lies around them. */
  #write(start: number, next: number, bytes: number): void {
    const i32 = this.#i32;
    i32[start >> 2] = next;
    i32[(start >> 2) + HOLE.bytes] = bytes;
    if (start + HOLE_HEADER_BYTES > i32[REGISTERS.heapHighWater]!) {
      i32[REGISTERS.heapHighWater] = start + HOLE_HEADER_BYTES;
    }
  }

  /** Takes small holes in order until one fits; those passed over wait for the next collection. */
  #takeSmall(byteCount: number): boolean {
    const i32 = this.#i32;
    for (let hole = i32[REGISTERS.smallHoles]!; hole !== 0; hole = i32[REGISTERS.smallHoles]!) {
      const bytes = i32[(hole >> 2) + HOLE.bytes]!;
      i32[REGISTERS.smallHoles] = i32[hole >> 2]!;
      if (bytes < byteCount) continue;
      this.#use(hole, bytes);
      return true;
    }
    return false;
  }

  /** First fit among the large holes; what is left of one stays where it is in the list, or goes along if small. */
  #takeLarge(byteCount: number): boolean {
    const i32 = this.#i32;
    let link = REGISTERS.largeHoles as number;
    for (let hole = i32[link]!; hole !== 0; hole = i32[link]!) {
      const bytes = i32[(hole >> 2) + HOLE.bytes]!;
      const next = i32[hole >> 2]!;
      if (bytes >= byteCount) {
        const wanted = Math.max(byteCount, CHUNK_BYTES);
        const taken = bytes - wanted < LARGE_HOLE_BYTES ? bytes : wanted;
        if (taken < bytes) {
          const rest = hole + taken;
          this.#write(rest, next, bytes - taken);
          i32[link] = rest;
        } else i32[link] = next;
        this.#use(hole, taken);
        return true;
      }
      link = hole >> 2;
    }
    return false;
  }

  /** The hole becomes the current one, zeroed; what was never used is zero already. */
  #use(hole: number, bytes: number): void {
    const i32 = this.#i32;
    const end = hole + bytes;
    const highWater = i32[REGISTERS.heapHighWater]!;
    this.memory.u8.fill(0, hole, Math.min(end, highWater));
    if (end > highWater) i32[REGISTERS.heapHighWater] = end;
    i32[REGISTERS.heapTop] = hole;
    i32[REGISTERS.heapEnd] = end;
    i32[REGISTERS.handedOut]! += bytes;
  }

  /** The rest of the current hole, then all others. */
  *holes(): Generator<FreeSpan> {
    const i32 = this.#i32;
    const top = i32[REGISTERS.heapTop]!;
    yield { start: top, byteCount: i32[REGISTERS.heapEnd]! - top };
    for (const list of [REGISTERS.smallHoles, REGISTERS.largeHoles]) {
      for (let hole = i32[list]!; hole !== 0; hole = i32[hole >> 2]!) {
        yield { start: hole, byteCount: i32[(hole >> 2) + HOLE.bytes]! };
      }
    }
  }

  /** Bytes in holes, the current one's rest included. */
  freeBytes(): number {
    let total = 0;
    for (const { byteCount } of this.holes()) total += byteCount;
    return total;
  }
}
