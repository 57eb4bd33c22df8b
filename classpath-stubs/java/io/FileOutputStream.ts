// java.io.FileOutputStream: writing to the standard streams is an asynchronous output action.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';
import {
  checkBounds,
  descriptorOf,
  openForWriting,
  writeAction,
  writeBytes,
} from '../../support/file-streams.js';

const CLASS = 'java/io/FileOutputStream';

export const natives = {
  'open0(Ljava/lang/String;Z)V': {
    action: internal,
    call: (m: Machine, self: Reference, path: Reference) => openForWriting(m, self, CLASS, path),
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
