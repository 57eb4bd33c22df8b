// sun.nio.ch.FileDispatcherImpl: reading virtual files into buffers outside the heap's objects, and writing them.
import { internal } from '../../../../jvm/actions.js';
import { HostError } from '../../../../jvm/environment.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';
import type { VirtualFile } from '../../../../jvm/virtual-files.js';
import {
  changeAction,
  checkOutcome,
  closeAction,
  descriptorNumber,
  readAction,
  throwIOException,
  writeAction,
  writeBytes,
} from '../../../support/file-streams.js';

/** sun.nio.ch.IOStatus. */
const END_OF_FILE = -1;
/** An iovec: address and length, both 64 bits. */
const VECTOR_BYTES = 16;

function fileOf(m: Machine, descriptor: Reference): VirtualFile {
  const file = m.virtualFiles.get(descriptorNumber(m, descriptor));
  return file ?? throwIOException(m, 'Bad file descriptor');
}

/** Reads at a position into memory; the number of bytes, -1 at the end. */
function readAt(m: Machine, file: VirtualFile, position: bigint, address: bigint, byteCount: number): number {
  const bytes = m.virtualFiles.readAt(file, position, byteCount);
  if (bytes instanceof HostError) return throwIOException(m, bytes.message);
  m.memory.u8.set(bytes, Number(address));
  return bytes.length === 0 && byteCount > 0 ? END_OF_FILE : bytes.length;
}

/** As readAt, at the file's position, which moves. */
function readOn(m: Machine, file: VirtualFile, address: bigint, byteCount: number): number {
  const count = readAt(m, file, file.position, address, byteCount);
  if (count > 0) file.position += BigInt(count);
  return count;
}

/** A run of the machine's memory. */
interface Vector {
  readonly start: number;
  readonly byteCount: number;
}

/** An array of iovecs. */
function vectorsAt(m: Machine, address: bigint, vectorCount: number): Vector[] {
  return Array.from({ length: vectorCount }, (_, index) => {
    const at = Number(address) + index * VECTOR_BYTES;
    return { start: Number(m.heap.getLong(at)), byteCount: Number(m.heap.getLong(at + 8)) };
  });
}

/** Reads once, into one vector after the other. */
function readVectors(m: Machine, file: VirtualFile, vectors: readonly Vector[]): number {
  const wanted = vectors.reduce((sum, { byteCount }) => sum + byteCount, 0);
  if (wanted === 0) return 0;
  const bytes = m.virtualFiles.readAt(file, file.position, wanted);
  if (bytes instanceof HostError) return throwIOException(m, bytes.message);
  let done = 0;
  for (const { start, byteCount } of vectors) {
    m.memory.u8.set(bytes.subarray(done, done + byteCount), start);
    done = Math.min(done + byteCount, bytes.length);
  }
  file.position += BigInt(bytes.length);
  return bytes.length === 0 ? END_OF_FILE : bytes.length;
}

/** Writes all vectors at once. */
function writeVectors(m: Machine, descriptor: Reference, vectors: readonly Vector[]): number {
  const bytes = new Uint8Array(vectors.reduce((sum, { byteCount }) => sum + byteCount, 0));
  let done = 0;
  for (const { start, byteCount } of vectors) {
    bytes.set(m.memory.u8.subarray(start, start + byteCount), done);
    done += byteCount;
  }
  if (bytes.length > 0) writeBytes(m, descriptorNumber(m, descriptor), bytes);
  return bytes.length;
}

function writeFrom(m: Machine, descriptor: Reference, address: bigint, byteCount: number): number {
  const start = Number(address);
  writeBytes(m, descriptorNumber(m, descriptor), m.memory.u8.subarray(start, start + byteCount));
  return byteCount;
}

export const natives = {
  'init()V': { action: internal, call: () => {} },
  'read0(Ljava/io/FileDescriptor;JI)I': {
    action: readAction,
    call: (m: Machine, descriptor: Reference, address: bigint, byteCount: number) =>
      readOn(m, fileOf(m, descriptor), address, byteCount),
  },
  'pread0(Ljava/io/FileDescriptor;JIJ)I': {
    action: readAction,
    call: (m: Machine, descriptor: Reference, address: bigint, byteCount: number, position: bigint) =>
      readAt(m, fileOf(m, descriptor), position, address, byteCount),
  },
  'readv0(Ljava/io/FileDescriptor;JI)J': {
    action: readAction,
    call: (m: Machine, descriptor: Reference, address: bigint, vectorCount: number) => {
      return BigInt(readVectors(m, fileOf(m, descriptor), vectorsAt(m, address, vectorCount)));
    },
  },
  'write0(Ljava/io/FileDescriptor;JI)I': { action: writeAction, call: writeFrom },
  'writev0(Ljava/io/FileDescriptor;JI)J': {
    action: writeAction,
    call: (m: Machine, descriptor: Reference, address: bigint, vectorCount: number) => {
      return BigInt(writeVectors(m, descriptor, vectorsAt(m, address, vectorCount)));
    },
  },
  'pwrite0(Ljava/io/FileDescriptor;JIJ)I': {
    action: changeAction,
    call: (m: Machine, descriptor: Reference, address: bigint, byteCount: number, position: bigint) => {
      const start = Number(address);
      const bytes = m.memory.u8.subarray(start, start + byteCount);
      checkOutcome(m, m.fileChanges.writeAt(fileOf(m, descriptor), position, bytes));
      return byteCount;
    },
  },
  'truncate0(Ljava/io/FileDescriptor;J)I': {
    action: changeAction,
    call: (m: Machine, descriptor: Reference, byteCount: bigint) => {
      checkOutcome(m, m.fileChanges.truncate(fileOf(m, descriptor), byteCount));
      return 0;
    },
  },
  'force0(Ljava/io/FileDescriptor;Z)I': {
    action: changeAction,
    call: (m: Machine, descriptor: Reference) => {
      checkOutcome(m, m.fileChanges.sync(fileOf(m, descriptor)));
      return 0;
    },
  },
  'lock0(Ljava/io/FileDescriptor;ZJJZ)I': {
    action: internal,
    call: (m: Machine) => throwIOException(m, 'rjvm cannot lock files'),
  },
  // A negative position asks for the present one.
  'seek0(Ljava/io/FileDescriptor;J)J': {
    action: internal,
    call: (m: Machine, descriptor: Reference, position: bigint) => {
      const file = fileOf(m, descriptor);
      if (file.path === '') throwIOException(m, 'Illegal seek');
      if (position >= 0n) file.position = position;
      return file.position;
    },
  },
  'size0(Ljava/io/FileDescriptor;)J': {
    action: readAction,
    call: (m: Machine, descriptor: Reference) => {
      const byteCount = m.virtualFiles.byteCount(fileOf(m, descriptor));
      return byteCount instanceof HostError ? throwIOException(m, byteCount.message) : byteCount;
    },
  },
  'close0(Ljava/io/FileDescriptor;)V': {
    action: closeAction,
    call: (m: Machine, descriptor: Reference) => {
      m.virtualFiles.close(descriptorNumber(m, descriptor));
    },
  },
  // It would wake threads that are blocked in a call on the file; none can be.
  'preClose0(Ljava/io/FileDescriptor;)V': { action: internal, call: () => {} },
  'closeIntFD(I)V': {
    action: closeAction,
    call: (m: Machine, descriptor: number) => {
      m.virtualFiles.close(descriptor);
    },
  },
  'canTransferToFromOverlappedMap0()Z': { action: internal, call: () => true },
} satisfies NativeTable;
