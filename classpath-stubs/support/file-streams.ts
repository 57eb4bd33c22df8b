// What the natives of java.io's streams share: the descriptors of stream objects, reading into byte arrays, writing to
// the standard streams, and the exceptions that OpenJDK throws there.
import { input, output } from '../../jvm/actions.js';
import { HostError, TRANSIENT_ERROR } from '../../jvm/environment.js';
import type { WritingMode } from '../../jvm/file-changes.js';
import { ARRAY_LAYOUT } from '../../jvm/layout.js';
import type { Machine } from '../../jvm/machine.js';
import type { NativeMethod } from '../../jvm/natives.js';
import type { Reference } from '../../jvm/runtime-class.js';
import type { StandardStream } from '../../jvm/standard-outputs.js';
import type { VirtualFile } from '../../jvm/virtual-files.js';

/** Action of a native that reads a file. */
export const readAction = input();
/** Action of a native that changes files: the program waits for the result. */
export const changeAction = output();
/** Action of a native that closes files: one that was deleted while open goes then. */
export const closeAction = output();
/** Action of a native that writes to what may be a standard stream: then the program does not wait until its output is
 *  out. */
export const writeAction = output({ asynchronous: true });

const END_OF_FILE = -1;
const MAXIMUM_PIECE_BYTES = 1 << 20;
const TRANSIENT_EXCEPTION = 'rjvm/TransientErrorException';

export function throwIOException(m: Machine, message: string): never {
  return m.throwNew('java/io/IOException', message);
}

/** Number in a java.io.FileDescriptor object; -1 where it is closed. */
export function descriptorNumber(m: Machine, object: Reference): number {
  return m.getField(object, 'java/io/FileDescriptor', 'fd');
}

/** Descriptor number of a stream object (its field `fd`); IOException where the stream is closed. */
export function descriptorOf(m: Machine, stream: Reference, className: string): number {
  const object = m.getField(stream, className, 'fd');
  const descriptor = object === 0 ? -1 : descriptorNumber(m, object);
  return descriptor === -1 ? throwIOException(m, 'Stream Closed') : descriptor;
}

/** The text of a path argument; NullPointerException for null. */
export function pathText(m: Machine, path: Reference): string {
  return m.textOf(path) ?? m.throwNew('java/lang/NullPointerException');
}

/** Opens a file for reading and gives its descriptor to the stream; FileNotFoundException as OpenJDK words it. */
export function openForReading(m: Machine, stream: Reference, className: string, path: Reference): void {
  const name = pathText(m, path);
  const descriptor = m.virtualFiles.open(m.virtualFiles.absolute(name));
  if (descriptor instanceof HostError) {
    m.throwNew('java/io/FileNotFoundException', `${name} (${descriptor.message})`);
  }
  giveDescriptor(m, stream, className, descriptor);
}

/** Opens a file for writing and gives its descriptor to the stream; FileNotFoundException as OpenJDK words it. */
export function openForWriting(
  m: Machine,
  stream: Reference,
  className: string,
  path: Reference,
  how: WritingMode,
): void {
  const name = pathText(m, path);
  const descriptor = m.fileChanges.open(m.virtualFiles.absolute(name), how);
  if (descriptor instanceof HostError) {
    m.throwNew('java/io/FileNotFoundException', `${name} (${descriptor.message})`);
  }
  giveDescriptor(m, stream, className, descriptor);
}

function giveDescriptor(m: Machine, stream: Reference, className: string, descriptor: number): void {
  m.setField(m.getField(stream, className, 'fd'), 'java/io/FileDescriptor', 'fd', descriptor);
}

/** One byte from a descriptor, -1 at the end. */
function readByte(m: Machine, descriptor: number): number {
  const bytes = m.virtualFiles.read(descriptor, 1);
  if (bytes instanceof HostError) return throwIOException(m, bytes.message);
  return bytes[0] ?? END_OF_FILE;
}

/** Throws what OpenJDK does for a part of an array that is none. */
export function checkBounds(m: Machine, array: Reference, offset: number, length: number): void {
  if (array === 0) m.throwNew('java/lang/NullPointerException');
  if (offset < 0 || length < 0 || m.heap.arrayLength(array) - offset < length) {
    m.throwNew('java/lang/IndexOutOfBoundsException');
  }
}

/** Reads into part of a byte array; the number of bytes read, -1 at the end. */
function readIntoArray(
  m: Machine,
  descriptor: number,
  array: Reference,
  offset: number,
  length: number,
): number {
  const bytes = m.virtualFiles.read(descriptor, length);
  if (bytes instanceof HostError) return throwIOException(m, bytes.message);
  m.memory.u8.set(bytes, array + ARRAY_LAYOUT.baseBytes + offset);
  return bytes.length === 0 ? END_OF_FILE : bytes.length;
}

/** The open file of a stream object; IOException where there is none. */
export function openFile(m: Machine, stream: Reference, className: string): VirtualFile {
  const file = m.virtualFiles.get(descriptorOf(m, stream, className));
  return file ?? throwIOException(m, 'Bad file descriptor');
}

/** Size in bytes of an open file; IOException where the host does not say. */
export function byteCountOf(m: Machine, file: VirtualFile): bigint {
  const bytes = m.virtualFiles.byteCount(file);
  return bytes instanceof HostError ? throwIOException(m, bytes.message) : bytes;
}

/** The natives by which streams of a class read: one byte, or into a part of an array. */
export function readingNatives(className: string): Record<'byte' | 'array', NativeMethod> {
  return {
    byte: {
      action: readAction,
      call: (m: Machine, self: Reference) => readByte(m, descriptorOf(m, self, className)),
    },
    array: {
      action: readAction,
      call: (m: Machine, self: Reference, array: Reference, offset: number, length: number) => {
        checkBounds(m, array, offset, length);
        if (length === 0) return 0;
        return readIntoArray(m, descriptorOf(m, self, className), array, offset, length);
      },
    },
  };
}

/** IOException with what the host says against a change of a file. A transient error is one of the API's to a program that
 *  knows it. */
export function checkOutcome(m: Machine, outcome: HostError | null): void {
  if (outcome === null) return;
  if (outcome.code === TRANSIENT_ERROR.code && isNamedByProgram(m, TRANSIENT_EXCEPTION)) {
    m.throwNew(TRANSIENT_EXCEPTION, outcome.message);
  }
  throwIOException(m, outcome.message);
}

/** Whether a class of the program that is loaded names a class of the boot loader, which is then there. */
function isNamedByProgram(m: Machine, className: string): boolean {
  const { classes } = m.classes;
  const isNamed = classes.some(
    (type) => m.classes.isApplication(type) && type.hasFile && type.file!.pool.namesClass(className),
  );
  return isNamed && m.classes.findBoot(className) !== null;
}

/** Writes bytes to what a descriptor stands for. They may be a view of the machine's memory. */
export function writeBytes(m: Machine, descriptor: number, bytes: Uint8Array): void {
  const file = m.virtualFiles.get(descriptor);
  switch (file?.kind) {
    case 'standardOutput':
      return writeStandard(m, 1, bytes);
    case 'standardError':
      return writeStandard(m, 2, bytes);
    case 'nothing':
      return;
    case 'regular':
    case 'device':
    case 'entropy':
      return checkOutcome(m, m.fileChanges.write(file, bytes));
    default:
      return throwIOException(m, 'Bad file descriptor');
  }
}

/** Writes to a standard stream, one piece in each epoch: what has not come out is bounded there. The native keeps in its
 *  scratch word how far it has come. IOException where the host says against it, or has said against an earlier write. */
function writeStandard(m: Machine, stream: StandardStream, bytes: Uint8Array): void {
  const done = m.scratch(0);
  const piece = bytes.subarray(done, done + MAXIMUM_PIECE_BYTES);
  writePiece(m, stream, piece);
  if (done + piece.length === bytes.length) return;
  m.setScratch(0, done + piece.length);
  m.scheduler.giveWay();
}

function writePiece(m: Machine, stream: StandardStream, bytes: Uint8Array): void {
  const outputs = m.virtualFiles.standardOutputs;
  const failure = outputs.failure(stream);
  if (failure !== null) {
    const message = m.heap.newString(failure.message);
    // Only now: for the string the native may have been left, and executed again.
    outputs.told(stream);
    m.throwWith('java/io/IOException', '(Ljava/lang/String;)V', [message]);
  }
  const outcome = m.perform(writeAction, { kind: 'writeStandard', stream, bytes });
  if (outcome instanceof HostError) throwIOException(m, outcome.message);
}
