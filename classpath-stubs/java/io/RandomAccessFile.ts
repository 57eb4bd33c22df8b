// java.io.RandomAccessFile: virtual files at any position.
import { internal } from '../../../jvm/actions.js';
import { DEFAULT_MODE } from '../../../jvm/file-changes.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';
import {
  byteCountOf,
  changeAction,
  checkBounds,
  checkOutcome,
  descriptorOf,
  openFile,
  openForReading,
  openForWriting,
  readAction,
  readingNatives,
  writeAction,
  writeBytes,
} from '../../support/file-streams.js';

const CLASS = 'java/io/RandomAccessFile';
const reading = readingNatives(CLASS);
/** RandomAccessFile.O_RDWR, O_SYNC, O_DSYNC. */
const READ_WRITE = 2;
const SYNC = 4;
const DATA_SYNC = 8;

export const natives = {
  'open0(Ljava/lang/String;I)V': {
    action: changeAction,
    call: (m: Machine, self: Reference, path: Reference, mode: number) => {
      if ((mode & READ_WRITE) !== 0) {
        const sync = (mode & (SYNC | DATA_SYNC)) !== 0;
        openForWriting(m, self, CLASS, path, { ...DEFAULT_MODE, alsoReading: true, sync });
      } else openForReading(m, self, CLASS, path);
    },
  },
  'read0()I': reading.byte,
  'readBytes([BII)I': reading.array,
  'write0(I)V': {
    action: writeAction,
    call: (m: Machine, self: Reference, byte: number) =>
      writeBytes(m, descriptorOf(m, self, CLASS), Uint8Array.of(byte)),
  },
  'writeBytes([BII)V': {
    action: writeAction,
    call: (m: Machine, self: Reference, array: Reference, offset: number, length: number) => {
      checkBounds(m, array, offset, length);
      const bytes = m.heap.byteView(array).subarray(offset, offset + length);
      writeBytes(m, descriptorOf(m, self, CLASS), bytes);
    },
  },
  'getFilePointer()J': {
    action: internal,
    call: (m: Machine, self: Reference) => openFile(m, self, CLASS).position,
  },
  'seek0(J)V': {
    action: internal,
    call: (m: Machine, self: Reference, position: bigint) => {
      openFile(m, self, CLASS).position = position;
    },
  },
  'length()J': {
    action: readAction,
    call: (m: Machine, self: Reference) => {
      return byteCountOf(m, openFile(m, self, CLASS));
    },
  },
  'setLength(J)V': {
    action: changeAction,
    // A position beyond the new end comes back to it.
    call: (m: Machine, self: Reference, byteCount: bigint) => {
      const file = openFile(m, self, CLASS);
      checkOutcome(m, m.fileChanges.truncate(file, byteCount));
      if (file.position > byteCount) file.position = byteCount;
    },
  },
} satisfies NativeTable;
