// java.util.zip.Adler32 over bytes of arrays and of memory outside the heap's objects.
import { internal } from '../../../../jvm/actions.js';
import { ARRAY_BASE_BYTES } from '../../../../jvm/layout.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';
import { adler32 } from '../../../../lib/checksums.js';

function update(m: Machine, previous: number, address: number, byteCount: number): number {
  return adler32(previous >>> 0, m.memory.u8.subarray(address, address + byteCount)) | 0;
}

export const natives = {
  'update(II)I': {
    action: internal,
    call: (_m: Machine, previous: number, byte: number) => adler32(previous >>> 0, Uint8Array.of(byte)) | 0,
  },
  'updateBytes(I[BII)I': {
    action: internal,
    call: (m: Machine, previous: number, array: Reference, offset: number, length: number) =>
      update(m, previous, array + ARRAY_BASE_BYTES + offset, length),
  },
  'updateByteBuffer(IJII)I': {
    action: internal,
    call: (m: Machine, previous: number, address: bigint, offset: number, length: number) =>
      update(m, previous, Number(address) + offset, length),
  },
} satisfies NativeTable;
