// java.io.FileInputStream: reading virtual files. What is read of other files than the JDK's is logged.
import { HostError } from '../../../jvm/environment.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';
import type { VirtualFile } from '../../../jvm/virtual-files.js';
import {
  checkBounds,
  descriptorOf,
  openForReading,
  readAction,
  readByte,
  readIntoArray,
  throwIOException,
} from '../../support/file-streams.js';

const CLASS = 'java/io/FileInputStream';
const MAXIMUM_INT = 0x7fff_ffffn;

function openFile(m: Machine, self: Reference): VirtualFile {
  const file = m.virtualFiles.get(descriptorOf(m, self, CLASS));
  return file ?? throwIOException(m, 'Bad file descriptor');
}

/** The open file of a stream that has positions; IOException for others. */
function seekable(m: Machine, self: Reference): VirtualFile {
  const file = openFile(m, self);
  return file.path === '' ? throwIOException(m, 'Illegal seek') : file;
}

function byteCount(m: Machine, file: VirtualFile): bigint {
  const bytes = m.virtualFiles.byteCount(file);
  return bytes instanceof HostError ? throwIOException(m, bytes.message) : bytes;
}

export const natives = {
  'open0(Ljava/lang/String;)V': {
    action: readAction,
    call: (m: Machine, self: Reference, path: Reference) => openForReading(m, self, CLASS, path),
  },
  'read0()I': {
    action: readAction,
    call: (m: Machine, self: Reference) => readByte(m, descriptorOf(m, self, CLASS)),
  },
  'readBytes([BII)I': {
    action: readAction,
    call: (m: Machine, self: Reference, array: Reference, offset: number, length: number) => {
      checkBounds(m, array, offset, length);
      if (length === 0) return 0;
      return readIntoArray(m, descriptorOf(m, self, CLASS), array, offset, length);
    },
  },
  'length0()J': {
    action: readAction,
    call: (m: Machine, self: Reference) => byteCount(m, openFile(m, self)),
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
      const left = byteCount(m, file) - file.position;
      return left <= 0n ? 0 : Number(left < MAXIMUM_INT ? left : MAXIMUM_INT);
    },
  },
} satisfies NativeTable;
