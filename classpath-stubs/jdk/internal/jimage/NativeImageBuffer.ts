// jdk.internal.jimage.NativeImageBuffer: the index of the class library's image as a direct buffer. Java reads the
// image's contents through a file channel, since the whole file has no place in the machine's memory.
import { localInput } from '../../../../jvm/actions.js';
import { HostError } from '../../../../jvm/environment.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';
import { allocateNative } from '../../../support/native-memory.js';

/** Header words: 0 magic, 1 version, 2 flags, 3 resources, 4 table length, 5 bytes of locations, 6 bytes of strings. */
const HEADER_BYTES = 28;
const MAGIC = 0xcafedada;
/** Two tables of 32-bit words: redirects and offsets. */
const TABLE_ENTRY_BYTES = 8;
const CHUNK_BYTES = 1 << 20;
const NO_MAP = 0;

/** Scratch words: 1 while the buffer's constructor runs; the buffer. */
const WORD = { step: 0, buffer: 3 } as const;

function read(m: Machine, path: string, position: number, byteCount: number): Uint8Array | null {
  const bytes = m.virtualFiles.perform({ kind: 'readFile', path, position, byteCount });
  return bytes instanceof HostError || (bytes as Uint8Array).length === 0 ? null : (bytes as Uint8Array);
}

/** Header and index of an image; null where the file is none of this host's byte order. */
function readIndex(m: Machine, path: string): Uint8Array | null {
  const head = read(m, path, 0, HEADER_BYTES);
  if (head === null || head.length < HEADER_BYTES) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const word = (index: number) => view.getUint32(index * 4, true);
  if (word(0) !== MAGIC) return null;
  const index = new Uint8Array(HEADER_BYTES + word(4) * TABLE_ENTRY_BYTES + word(5) + word(6));
  for (let done = 0; done < index.length; ) {
    const bytes = read(m, path, done, Math.min(CHUNK_BYTES, index.length - done));
    if (bytes === null) return null;
    index.set(bytes, done);
    done += bytes.length;
  }
  return index;
}

export const natives = {
  'getNativeMap(Ljava/lang/String;)Ljava/nio/ByteBuffer;': {
    action: localInput(),
    call: (m: Machine, path: Reference) => {
      if (m.scratch(WORD.step) === 1) return m.scratch(WORD.buffer);
      const type = m.classes.boot('java/nio/DirectByteBuffer');
      m.initialize(type);
      const text = m.textOf(path);
      // Other images are not the same for every replica: Java maps them itself.
      if (text !== `${m.birthRecord.jdk.home}/lib/modules`) return NO_MAP;
      const index = readIndex(m, text);
      if (index === null) return NO_MAP;
      const address = allocateNative(m, index.length);
      if (address === 0) return NO_MAP;
      m.memory.u8.set(index, address);
      const buffer = m.heap.allocateObject(type);
      m.setScratch(WORD.buffer, buffer);
      m.setScratch(WORD.step, 1);
      return m.call(type.methodsByKey.get('<init>(JI)V')!, [buffer, BigInt(address), index.length]);
    },
  },
} satisfies NativeTable;
