// Memory outside Java objects (Unsafe.allocateMemory): blocks behind the heap, kept in free lists by size class.
import type { Machine } from '../../jvm/machine.js';
import { REGISTERS } from '../../jvm/memory.js';

/** A block begins with the bytes that it has room for; a free one goes on with the next free one's address. */
const HEADER_BYTES = 16;
const MINIMUM_BLOCK_BYTES = 32;
/** Four size classes for each power of two, so that at most a fifth of a block is waste. */
const CLASSES_PER_DOUBLING = 4;
const MAXIMUM_BLOCK_BYTES = 0x7000_0000;

/** Size class of a whole block of at least that many bytes, and the bytes that blocks of this class have. */
function sizeClass(byteCount: number): { index: number; blockBytes: number } {
  const wanted = Math.max(byteCount, MINIMUM_BLOCK_BYTES);
  const exponent = 31 - Math.clz32(wanted);
  const step = 2 ** exponent / CLASSES_PER_DOUBLING;
  const steps = Math.ceil((wanted - 2 ** exponent) / step);
  return { index: exponent * CLASSES_PER_DOUBLING + steps, blockBytes: 2 ** exponent + steps * step };
}

/** A block of that many bytes, 8-byte aligned; 0 where there is no room. Its contents
 *  are unspecified (but the same on every replica). */
export function allocateNative(m: Machine, byteCount: number): number {
  if (!(byteCount <= MAXIMUM_BLOCK_BYTES)) return 0;
  const i32 = m.memory.i32;
  const { index, blockBytes } = sizeClass(byteCount + HEADER_BYTES);
  const list = REGISTERS.freeNativeBlocks + index;
  let block = i32[list]!;
  if (block !== 0) i32[list] = i32[(block + HEADER_BYTES) >> 2]!;
  else {
    block = m.memory.allocateOffHeap(blockBytes);
    if (block === 0) return 0;
    i32[block >> 2] = blockBytes - HEADER_BYTES;
  }
  return block + HEADER_BYTES;
}

/** Gives a block back; its address came from allocateNative, or is 0. */
export function freeNative(m: Machine, address: number): void {
  if (address === 0) return;
  const i32 = m.memory.i32;
  const list = REGISTERS.freeNativeBlocks + sizeClass(nativeBytes(m, address) + HEADER_BYTES).index;
  i32[address >> 2] = i32[list]!;
  i32[list] = address - HEADER_BYTES;
}

/** Bytes that a block has room for. */
export function nativeBytes(m: Machine, address: number): number {
  return m.memory.i32[(address - HEADER_BYTES) >> 2]!;
}

/** A block of the new size with the old one's contents as far as they fit; 0 where there is no room, and then the old
 *  block stays. */
export function reallocateNative(m: Machine, address: number, byteCount: number): number {
  if (address === 0) return allocateNative(m, byteCount);
  const oldBytes = nativeBytes(m, address);
  if (byteCount <= oldBytes && byteCount * 2 > oldBytes) return address;
  const moved = allocateNative(m, byteCount);
  if (moved === 0) return 0;
  m.memory.u8.copyWithin(moved, address, address + Math.min(oldBytes, byteCount));
  freeNative(m, address);
  return moved;
}
