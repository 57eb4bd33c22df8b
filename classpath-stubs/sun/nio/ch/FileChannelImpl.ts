// sun.nio.ch.FileChannelImpl: a mapping is a copy of the file's bytes in memory outside the heap's objects, taken when
// it is made. So it can only be read, which is all that is allowed.
import { internal } from '../../../../jvm/actions.js';
import { HostError } from '../../../../jvm/environment.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';
import { descriptorOf, readAction, throwIOException } from '../../../support/file-streams.js';
import { allocateNative, freeNative } from '../../../support/native-memory.js';

const CLASS = 'sun/nio/ch/FileChannelImpl';
/** FileChannelImpl.MAP_RW. */
const MAP_READ_WRITE = 1;
/** Mappings begin at multiples of a page. */
const PAGE_BYTES = 4096n;
/** IOStatus.UNSUPPORTED: Java then copies by itself. */
const UNSUPPORTED = -4n;
/** The most that Linux's sendfile moves at once. */
const MAXIMUM_TRANSFER_BYTES = 0x7fff_f000;
const MAXIMUM_MAPPING_BYTES = 0x7000_0000n;
const CHUNK_BYTES = 1 << 20;

/** Bytes of a file from a position, in pieces: fewer where the file ends. */
function readPieces(m: Machine, self: Reference, position: bigint, byteCount: number): Uint8Array[] {
  const file = m.virtualFiles.get(descriptorOf(m, self, CLASS));
  if (file === undefined) return throwIOException(m, 'Bad file descriptor');
  const pieces: Uint8Array[] = [];
  for (let done = 0; done < byteCount; ) {
    const wanted = Math.min(CHUNK_BYTES, byteCount - done);
    const bytes = m.virtualFiles.readAt(file, position + BigInt(done), wanted);
    if (bytes instanceof HostError) return throwIOException(m, bytes.message);
    if (bytes.length === 0) break;
    pieces.push(bytes);
    done += bytes.length;
  }
  return pieces;
}

function map(m: Machine, self: Reference, protection: number, position: bigint, byteCount: bigint): bigint {
  if (protection === MAP_READ_WRITE) return throwIOException(m, 'rjvm cannot map files for writing');
  if (byteCount > MAXIMUM_MAPPING_BYTES) m.throwNew('java/lang/OutOfMemoryError', 'Map failed');
  // Everything is read before memory is taken: a read may stall, and then all of this is done again.
  const pieces = readPieces(m, self, position, Number(byteCount));
  const address = allocateNative(m, Number(byteCount));
  if (address === 0) m.throwNew('java/lang/OutOfMemoryError', 'Map failed');
  let at = address;
  for (const piece of pieces) {
    m.memory.u8.set(piece, at);
    at += piece.length;
  }
  m.memory.u8.fill(0, at, address + Number(byteCount));
  return BigInt(address);
}

export const natives = {
  'initIDs()J': { action: internal, call: () => PAGE_BYTES },
  'map0(IJJZ)J': { action: readAction, call: map },
  'unmap0(JJ)I': {
    action: internal,
    call: (m: Machine, address: bigint) => {
      freeNative(m, Number(address));
      return 0;
    },
  },
  'transferTo0(Ljava/io/FileDescriptor;JJLjava/io/FileDescriptor;)J': {
    action: internal,
    call: () => UNSUPPORTED,
  },
  'maxDirectTransferSize0()I': { action: internal, call: () => MAXIMUM_TRANSFER_BYTES },
} satisfies NativeTable;
