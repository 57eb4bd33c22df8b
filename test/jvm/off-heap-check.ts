// A walk over the room behind the heap that finds what contradicts itself: for tests.
import { type Memory, REGISTERS } from '../../jvm/memory.js';
import { BLOCK, HEADER_BYTES, OffHeap } from '../../jvm/off-heap.js';

/** Powers of two for whose sizes there are lists. */
const GROUPS = 26;

/** Checks the tags of all blocks, that no two free ones are neighbours, and that the lists have just the free ones, each
 *  list blocks of its own sizes. Returns the free blocks' bytes in the order of their addresses. Throws an Error that names
 *  the first block that is not as it should be. */
export function checkOffHeap(memory: Memory): readonly number[] {
  const { i32, offHeapStart } = memory;
  const top = i32[REGISTERS.offHeapTop]!;
  const free = new Map<number, number>();
  let end = offHeapStart;
  let before = { block: 0, bytes: 0, isInUse: true };
  for (const { address, roomBytes, isInUse } of new OffHeap(memory).blocks()) {
    const block = address - HEADER_BYTES;
    const bytes = roomBytes + HEADER_BYTES;
    const place = `block at ${block} of ${bytes} bytes`;
    if (bytes < 2 * HEADER_BYTES || bytes % 16 !== 0) throw new Error(`${place}: its size`);
    if (i32[(block >> 2) + BLOCK.before] !== before.bytes) throw new Error(`${place}: its tag`);
    if (!isInUse && !before.isInUse) throw new Error(`${place} is free, as is the one before it`);
    if (!isInUse) free.set(block, bytes);
    end = block + bytes;
    before = { block, bytes, isInUse };
  }
  if (end !== top) throw new Error(`the last block ends at ${end}, the room at ${top}`);
  if (i32[REGISTERS.offHeapLast] !== before.block) throw new Error(`the last block is ${before.block}`);
  checkLists(i32, new Map(free));
  return [...free.values()];
}

function checkLists(i32: Int32Array, missing: Map<number, number>): void {
  let largest = 0;
  for (let list = 0; list < GROUPS * 16; list++) {
    const first = i32[REGISTERS.offHeapLists + list]!;
    const group = list >> 4;
    const bit = (i32[REGISTERS.offHeapListBits + group]! >> (list & 15)) & 1;
    const groupBit = (i32[REGISTERS.offHeapGroupBits]! >> group) & 1;
    if ((first !== 0) !== (bit === 1)) throw new Error(`list ${list}: its bit`);
    if ((i32[REGISTERS.offHeapListBits + group] !== 0) !== (groupBit === 1))
      throw new Error(`list ${list}: its group`);
    const below = largest;
    for (let block = first, previous = 0; block !== 0; block = i32[(block >> 2) + BLOCK.next]!) {
      const bytes = missing.get(block);
      const place = `block at ${block} of ${bytes} bytes in list ${list}`;
      if (bytes === undefined) throw new Error(`${place}: it is not free, or twice in the lists`);
      if (bytes <= below) throw new Error(`${place}: an earlier list has one of ${below}`);
      if (i32[(block >> 2) + BLOCK.previous] !== previous)
        throw new Error(`${place}: the link to the one before`);
      largest = Math.max(largest, bytes);
      missing.delete(block);
      previous = block;
    }
  }
  if (missing.size > 0) throw new Error(`free and in no list: ${[...missing.keys()]}`);
}
