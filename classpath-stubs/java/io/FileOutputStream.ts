// java.io.FileOutputStream: writing to the standard streams is an asynchronous output action, to files one whose
// result the program waits for.
import { DEFAULT_MODE } from '../../../jvm/file-changes.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';
import {
  changeAction,
  checkBounds,
  descriptorOf,
  openForWriting,
  writeAction,
  writeBytes,
} from '../../support/file-streams.js';

const CLASS = 'java/io/FileOutputStream';

export const natives = {
  'open0(Ljava/lang/String;Z)V': {
    action: changeAction,
    call: (m: Machine, self: Reference, path: Reference, append: number) =>
      openForWriting(m, self, CLASS, path, {
        ...DEFAULT_MODE,
        append: append !== 0,
        truncate: append === 0,
      }),
  },
  'write(IZ)V': {
    action: writeAction,
    call: (m: Machine, self: Reference, byte: number) =>
      writeBytes(m, descriptorOf(m, self, CLASS), Uint8Array.of(byte)),
  },
  'writeBytes([BIIZ)V': {
    action: writeAction,
    call: (m: Machine, self: Reference, array: Reference, offset: number, length: number) => {
      checkBounds(m, array, offset, length);
      if (length === 0) return;
      const bytes = m.heap.byteView(array).subarray(offset, offset + length);
      writeBytes(m, descriptorOf(m, self, CLASS), bytes);
    },
  },
} satisfies NativeTable;
