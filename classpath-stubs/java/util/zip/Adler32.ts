// java.util.zip.Adler32.
import type { NativeTable } from '../../../../jvm/natives.js';
import { adler32 } from '../../../../lib/checksums.js';
import { checksumNatives } from '../../../support/checksum-natives.js';

const { byte, array, buffer } = checksumNatives(adler32);

export const natives = {
  'update(II)I': byte,
  'updateBytes(I[BII)I': array,
  'updateByteBuffer(IJII)I': buffer,
} satisfies NativeTable;
