// The natives of java.util.zip's checksums, over bytes of arrays and of memory outside the heap's objects.
import { internal } from '../../jvm/actions.js';
import { ARRAY_LAYOUT } from '../../jvm/layout.js';
import type { Machine } from '../../jvm/machine.js';
import type { NativeMethod } from '../../jvm/natives.js';
import type { Reference } from '../../jvm/runtime-class.js';

/** The checksum of bytes that follow those whose checksum `previous` is; both unsigned. */
type Checksum = (previous: number, bytes: Uint8Array) => number;

/** The checksum goes on with one byte, with a part of an array, or with memory from an address on. */
export function checksumNatives(checksum: Checksum): Record<'byte' | 'array' | 'buffer', NativeMethod> {
  const update = (m: Machine, previous: number, address: number, byteCount: number) =>
    checksum(previous >>> 0, m.memory.u8.subarray(address, address + byteCount)) | 0;
  return {
    byte: {
      action: internal,
      call: (_m: Machine, previous: number, byte: number) =>
        checksum(previous >>> 0, Uint8Array.of(byte)) | 0,
    },
    array: {
      action: internal,
      call: (m: Machine, previous: number, array: Reference, offset: number, length: number) =>
        update(m, previous, array + ARRAY_LAYOUT.baseBytes + offset, length),
    },
    buffer: {
      action: internal,
      call: (m: Machine, previous: number, address: bigint, offset: number, length: number) =>
        update(m, previous, Number(address) + offset, length),
    },
  };
}
