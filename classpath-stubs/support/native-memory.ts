// Memory outside Java objects as C has it (Unsafe.allocateMemory and its like), from the room behind the heap.
import type { Machine } from '../../jvm/machine.js';

/** A block of that many bytes, 16-byte aligned; 0 where there is no room. Its contents
 *  are unspecified (but the same on every replica). */
export function allocateNative(m: Machine, byteCount: number): number {
  return m.offHeap.allocate(byteCount);
}

/** Gives a block back. Where there is none, nothing happens: a program that frees one twice, or what is none, may crash with
 *  C's allocator or go on, and a pair had better go on. */
export function freeNative(m: Machine, address: number): void {
  if (m.offHeap.has(address)) m.offHeap.free(address);
}

/** A block of the new size with the old one's contents as far as they fit; 0 where there is no room, and then the old
 *  block stays. */
export function reallocateNative(m: Machine, address: number, byteCount: number): number {
  if (address === 0) return allocateNative(m, byteCount);
  const oldBytes = m.offHeap.roomBytes(address);
  if (byteCount <= oldBytes) {
    m.offHeap.shrink(address, byteCount);
    return address;
  }
  const moved = allocateNative(m, byteCount);
  if (moved === 0) return 0;
  m.memory.u8.copyWithin(moved, address, address + oldBytes);
  freeNative(m, address);
  return moved;
}
