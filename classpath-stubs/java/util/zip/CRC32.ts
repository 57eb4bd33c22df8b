// java.util.zip.CRC32.
import type { NativeTable } from '../../../../jvm/natives.js';
import { crc32 } from '../../../../lib/checksums.js';
import { checksumNatives } from '../../../support/checksum-natives.js';

const { byte, array, buffer } = checksumNatives(crc32);

export const natives = {
  'update(II)I': byte,
  'updateBytes0(I[BII)I': array,
  'updateByteBuffer0(IJII)I': buffer,
} satisfies NativeTable;
