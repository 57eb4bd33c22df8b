// The room behind the heap, for thread stacks and native memory alike. It is cut into blocks without gaps; each knows the
// size of the one before it (boundary tags: Knuth, The Art of Computer Programming, vol. 1, section 2.5), so that free
// neighbours are joined at once. Free blocks are in lists by size, sixteen of them for each power of two, and bits tell
// which lists have any (Masmano, Ripoll, Crespo and Real, TLSF: a New Dynamic Memory Allocator for Real-Time Systems, 2004),
// so taking and giving back cost the same however many there are. What was never used lies behind the last block and is
// taken only where no free block fits, so its pages stay untouched. All of it is in the machine's memory.
import { type Memory, REGISTERS } from './memory.js';

/** Words of a block: its bytes, all of them (lowest bit: 1 where in use), those of the block before it, or 0; of a free one
 *  besides the next one of its list and the one before, or 0. */
export const BLOCK = { bytes: 0, before: 1, next: 2, previous: 3 } as const;
export const HEADER_BYTES = 16;
const MINIMUM_BLOCK_BYTES = 32;
/** No block has room for more. */
const MAXIMUM_ROOM_BYTES = 0x7000_0000;
const IN_USE = 1;

/** A piece of the room behind the heap. */
export interface OffHeapBlock {
  /** Where what is in it begins. */
  readonly address: number;
  /** Bytes that it has room for. */
  readonly roomBytes: number;
  readonly isInUse: boolean;
}

/** Bytes of a whole block that has room for so many. */
function wholeBytes(roomBytes: number): number {
  return Math.max(MINIMUM_BLOCK_BYTES, (roomBytes + HEADER_BYTES + 15) & ~15);
}

/** Lists for each power of two; those of blocks below 512 bytes are of one size each. */
const LISTS_PER_DOUBLING = 16;
const LISTS_SHIFT = 4;
/** Powers of two from that of the smallest block on; a machine's memory is below 2 GiB. */
const FIRST_EXPONENT = 5;
/** Blocks of a list that are looked at before one of a list of larger blocks, which fits for certain, is taken. */
const LOOKED_AT = 8;

/** Number of the list for free blocks of so many bytes. */
function listOf(bytes: number): number {
  const exponent = 31 - Math.clz32(bytes);
  const step = (bytes >> (exponent - LISTS_SHIFT)) & (LISTS_PER_DOUBLING - 1);
  return (exponent - FIRST_EXPONENT) * LISTS_PER_DOUBLING + step;
}

/** Index of the lowest bit that is set. */
function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

export class OffHeap {
  readonly #i32: Int32Array;

  constructor(readonly memory: Memory) {
    this.#i32 = memory.i32;
  }

  /** Address of so many bytes, 16-byte aligned; 0 where there is no room. Their contents are unspecified, but the same on
   *  every replica. */
  allocate(roomBytes: number): number {
    if (!(roomBytes <= MAXIMUM_ROOM_BYTES)) return 0;
    const bytes = wholeBytes(roomBytes);
    // The last search is long where there are many blocks, but then an OutOfMemoryError is all that could follow.
    const block = this.#find(bytes) || this.#extend(bytes) || this.#findIn(listOf(bytes), bytes, Infinity);
    if (block === 0) return 0;
    this.#remove(block);
    this.#use(block, this.#bytesOf(block), bytes);
    return block + HEADER_BYTES;
  }

  /** Whether `allocate` has given this address, and it was not given back. */
  has(address: number): boolean {
    const i32 = this.#i32;
    const block = address - HEADER_BYTES;
    const top = i32[REGISTERS.offHeapTop]!;
    if (!(block >= this.memory.offHeapStart && block < top) || (block & 15) !== 0) return false;
    if (this.#isFree(block)) return false;
    const next = block + this.#bytesOf(block);
    if (next === top) return block === i32[REGISTERS.offHeapLast];
    return i32[(next >> 2) + BLOCK.before] === next - block;
  }

  /** Gives back what `allocate` gave; anything else is a fault of the machine's own. */
  free(address: number): void {
    const i32 = this.#i32;
    const block = this.#blockOf(address);
    const bytes = this.#bytesOf(block);
    const before = i32[(block >> 2) + BLOCK.before]!;
    const isJoined = before !== 0 && this.#isFree(block - before);
    if (isJoined) this.#remove(block - before);
    // No mark is left within a block, so that what is freed again is noticed.
    i32[(block >> 2) + BLOCK.bytes] = 0;
    const start = isJoined ? block - before : block;
    this.#release(start, block + bytes - start);
  }

  /** Bytes that the block at an address has room for. */
  roomBytes(address: number): number {
    return this.#bytesOf(this.#blockOf(address)) - HEADER_BYTES;
  }

  /** Frees what lies behind the first so many bytes, of which there are as many at least. */
  shrink(address: number, roomBytes: number): void {
    const block = this.#blockOf(address);
    this.#use(block, this.#bytesOf(block), wholeBytes(roomBytes));
  }

  /** All blocks in the order of their addresses. */
  *blocks(): Generator<OffHeapBlock> {
    const top = this.#i32[REGISTERS.offHeapTop]!;
    for (let block = this.memory.offHeapStart; block < top; block += this.#bytesOf(block)) {
      const roomBytes = this.#bytesOf(block) - HEADER_BYTES;
      yield { address: block + HEADER_BYTES, roomBytes, isInUse: !this.#isFree(block) };
    }
  }

  #bytesOf(block: number): number {
    return this.#i32[(block >> 2) + BLOCK.bytes]! & ~IN_USE;
  }

  #isFree(block: number): boolean {
    return (this.#i32[(block >> 2) + BLOCK.bytes]! & IN_USE) === 0;
  }

  #blockOf(address: number): number {
    if (!this.has(address)) throw new Error(`no block behind the heap in use begins at ${address}`);
    return address - HEADER_BYTES;
  }

  /** Writes how many bytes a block has; the next one's tag, or the register of the last one, goes along. */
  #write(block: number, bytes: number, mark: number): void {
    const i32 = this.#i32;
    i32[(block >> 2) + BLOCK.bytes] = bytes | mark;
    const next = block + bytes;
    if (next === i32[REGISTERS.offHeapTop]) i32[REGISTERS.offHeapLast] = block;
    else i32[(next >> 2) + BLOCK.before] = bytes;
  }

  /** Puts the first so many bytes of a block that is in no list to use, and frees the rest if a block fits there. */
  #use(block: number, bytes: number, usedBytes: number): void {
    const restBytes = bytes - usedBytes;
    if (restBytes < MINIMUM_BLOCK_BYTES) {
      this.#write(block, bytes, IN_USE);
      return;
    }
    this.#write(block, usedBytes, IN_USE);
    this.#release(block + usedBytes, restBytes);
  }

  /** Makes so many bytes a free block, joined with the next one if that is free. */
  #release(block: number, bytes: number): void {
    const next = block + bytes;
    let joinedBytes = bytes;
    if (next < this.#i32[REGISTERS.offHeapTop]! && this.#isFree(next)) {
      this.#remove(next);
      joinedBytes += this.#bytesOf(next);
      this.#i32[(next >> 2) + BLOCK.bytes] = 0;
    }
    this.#write(block, joinedBytes, 0);
    this.#insert(block);
  }

  /** Makes a free block of so many bytes at the end of what was ever used, of which a free last block becomes the
   *  beginning; 0 where there is no room. */
  #extend(bytes: number): number {
    const i32 = this.#i32;
    const last = i32[REGISTERS.offHeapLast]!;
    const top = i32[REGISTERS.offHeapTop]!;
    const isJoined = last !== 0 && this.#isFree(last);
    const block = isJoined ? last : top;
    if (block + bytes > i32[REGISTERS.offHeapEnd]!) return 0;
    if (isJoined) this.#remove(last);
    else i32[(block >> 2) + BLOCK.before] = last === 0 ? 0 : top - last;
    i32[REGISTERS.offHeapTop] = block + bytes;
    this.#write(block, bytes, 0);
    this.#insert(block);
    return block;
  }

  // --- The lists of free blocks --------------------------------------------------------------------------------------

  /** A free block of so many bytes at least; 0 where none is found. */
  #find(bytes: number): number {
    const i32 = this.#i32;
    const list = listOf(bytes);
    const own = this.#findIn(list, bytes, LOOKED_AT);
    if (own !== 0) return own;
    // Every block of a later list fits.
    const group = list >> LISTS_SHIFT;
    const later = i32[REGISTERS.offHeapListBits + group]! & (-2 << (list & (LISTS_PER_DOUBLING - 1)));
    if (later !== 0) return i32[REGISTERS.offHeapLists + group * LISTS_PER_DOUBLING + lowestBit(later)]!;
    const groups = i32[REGISTERS.offHeapGroupBits]! & (-2 << group);
    if (groups === 0) return 0;
    const next = lowestBit(groups);
    const bits = i32[REGISTERS.offHeapListBits + next]!;
    return i32[REGISTERS.offHeapLists + next * LISTS_PER_DOUBLING + lowestBit(bits)]!;
  }

  /** The first of a list's first so many blocks that has so many bytes; 0 where none has. */
  #findIn(list: number, bytes: number, blockCount: number): number {
    const i32 = this.#i32;
    let block = i32[REGISTERS.offHeapLists + list]!;
    for (let count = 0; block !== 0 && count < blockCount; count++) {
      if (this.#bytesOf(block) >= bytes) return block;
      block = i32[(block >> 2) + BLOCK.next]!;
    }
    return 0;
  }

  /** Puts a free block at the front of its list. */
  #insert(block: number): void {
    const i32 = this.#i32;
    const list = listOf(this.#bytesOf(block));
    const group = list >> LISTS_SHIFT;
    const next = i32[REGISTERS.offHeapLists + list]!;
    i32[(block >> 2) + BLOCK.next] = next;
    i32[(block >> 2) + BLOCK.previous] = 0;
    if (next !== 0) i32[(next >> 2) + BLOCK.previous] = block;
    i32[REGISTERS.offHeapLists + list] = block;
    i32[REGISTERS.offHeapListBits + group]! |= 1 << (list & (LISTS_PER_DOUBLING - 1));
    i32[REGISTERS.offHeapGroupBits]! |= 1 << group;
  }

  /** Takes a free block out of its list, its size still being what it was. */
  #remove(block: number): void {
    const i32 = this.#i32;
    const next = i32[(block >> 2) + BLOCK.next]!;
    const previous = i32[(block >> 2) + BLOCK.previous]!;
    if (next !== 0) i32[(next >> 2) + BLOCK.previous] = previous;
    if (previous !== 0) {
      i32[(previous >> 2) + BLOCK.next] = next;
      return;
    }
    const list = listOf(this.#bytesOf(block));
    const group = list >> LISTS_SHIFT;
    i32[REGISTERS.offHeapLists + list] = next;
    if (next !== 0) return;
    i32[REGISTERS.offHeapListBits + group]! &= ~(1 << (list & (LISTS_PER_DOUBLING - 1)));
    if (i32[REGISTERS.offHeapListBits + group] === 0) i32[REGISTERS.offHeapGroupBits]! &= ~(1 << group);
  }
}
