import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';
import type { VirtualFile } from '../../../jvm/virtual-files.js';
import {
  byteCountOf,
  descriptorOf,
  openFile,
  openForReading,
  readAction,
  readingNatives,
  throwIOException,
} from '../../support/file-streams.js';

const CLASS = 'java/io/FileInputStream';
const reading = readingNatives(CLASS);
const MAXIMUM_INT = 0x7fff_ffffn;

/** The open file of a stream that has positions; IOException for others. */
function seekable(m: Machine, self: Reference): VirtualFile {
  const file = openFile(m, self, CLASS);
  return file.path === '' ? throwIOException(m, 'Illegal seek') : file;
}

export const natives = {
  'open0(Ljava/lang/String;)V': {
    action: readAction,
    call: (m: Machine, self: Reference, path: Reference) => openForReading(m, self, CLASS, path),
  },
  'read0()I': reading.byte,
  'readBytes([BII)I': reading.array,
  'length0()J': {
    action: readAction,
    call: (m: Machine, self: Reference) => byteCountOf(m, openFile(m, self, CLASS)),
  },
  'position0()J': {
    action: readAction,
    call: (m: Machine, self: Reference) => seekable(m, self).position,
  },
  // Beyond the end is a position like any other; before the beginning there is none.
  'skip0(J)J': {
    action: readAction,
    call: (m: Machine, self: Reference, count: bigint) => {
      const file = seekable(m, self);
      if (file.position + count < 0n) throwIOException(m, 'Invalid argument');
      file.position += count;
      return count;
    },
  },
  'available0()I': {
    action: readAction,
    call: (m: Machine, self: Reference) => {
      const file = m.virtualFiles.get(descriptorOf(m, self, CLASS));
      if (file?.kind === 'standardInput') return m.virtualFiles.standardInput.available();
      if (file === undefined) return 0;
      const left = byteCountOf(m, file) - file.position;
      return left <= 0n ? 0 : Number(left < MAXIMUM_INT ? left : MAXIMUM_INT);
    },
  },
} satisfies NativeTable;
