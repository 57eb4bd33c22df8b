// java.util.zip.Inflater: decompression by lib/inflate on states that the machine keeps under numbers.
import { internal } from '../../../../jvm/actions.js';
import { ARRAY_LAYOUT } from '../../../../jvm/layout.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';
import { inflate } from '../../../../lib/inflate.js';

const CLASS = 'java/util/zip/Inflater';
const FORMAT_EXCEPTION = 'java/util/zip/DataFormatException';

/** The result word: bytes consumed in bits 0 to 30, bytes produced in bits 31 to 61, then two flags. */
const PRODUCED_SHIFT = 31n;
const FINISHED_BIT = 1n << 62n;
const NEED_DICTIONARY_BIT = -(1n << 63n);

/** Bytes of the machine's memory, from a byte address. */
function bytesAt(m: Machine, address: number, byteCount: number): Uint8Array {
  return m.memory.u8.subarray(address, address + byteCount);
}

function bytesOf(m: Machine, array: Reference, offset: number, byteCount: number): Uint8Array {
  return bytesAt(m, array + ARRAY_LAYOUT.baseBytes + offset, byteCount);
}

function decompress(
  m: Machine,
  self: Reference,
  id: bigint,
  source: Uint8Array,
  destination: Uint8Array,
): bigint {
  // Before anything is consumed: what needs Java code to run first executes the native again from its start.
  m.initialize(m.classes.boot(FORMAT_EXCEPTION));
  const result = inflate(m.inflaters.get(Number(id)), source, destination);
  if (result.error !== null) {
    m.setField(self, CLASS, 'inputConsumed', result.consumed);
    m.setField(self, CLASS, 'outputConsumed', result.produced);
    m.throwNew(FORMAT_EXCEPTION, result.error);
  }
  return (
    BigInt(result.consumed) |
    (BigInt(result.produced) << PRODUCED_SHIFT) |
    (result.finished ? FINISHED_BIT : 0n) |
    (result.needDictionary ? NEED_DICTIONARY_BIT : 0n)
  );
}

function setDictionary(m: Machine, id: bigint, dictionary: Uint8Array): void {
  if (!m.inflaters.get(Number(id)).setDictionary(dictionary)) {
    m.throwNew('java/lang/IllegalArgumentException');
  }
}

export const natives = {
  'init(Z)J': {
    action: internal,
    call: (m: Machine, raw: number) => BigInt(m.inflaters.open(raw !== 0)),
  },
  'setDictionary(J[BII)V': {
    action: internal,
    call: (m: Machine, id: bigint, array: Reference, offset: number, length: number) =>
      setDictionary(m, id, bytesOf(m, array, offset, length)),
  },
  'setDictionaryBuffer(JJI)V': {
    action: internal,
    call: (m: Machine, id: bigint, address: bigint, length: number) =>
      setDictionary(m, id, bytesAt(m, Number(address), length)),
  },
  'inflateBytesBytes(J[BII[BII)J': {
    action: internal,
    call: (
      m: Machine,
      self: Reference,
      id: bigint,
      source: Reference,
      sourceOffset: number,
      sourceLength: number,
      destination: Reference,
      destinationOffset: number,
      destinationLength: number,
    ) =>
      decompress(
        m,
        self,
        id,
        bytesOf(m, source, sourceOffset, sourceLength),
        bytesOf(m, destination, destinationOffset, destinationLength),
      ),
  },
  'inflateBytesBuffer(J[BIIJI)J': {
    action: internal,
    call: (
      m: Machine,
      self: Reference,
      id: bigint,
      source: Reference,
      sourceOffset: number,
      sourceLength: number,
      destination: bigint,
      destinationLength: number,
    ) =>
      decompress(
        m,
        self,
        id,
        bytesOf(m, source, sourceOffset, sourceLength),
        bytesAt(m, Number(destination), destinationLength),
      ),
  },
  'inflateBufferBytes(JJI[BII)J': {
    action: internal,
    call: (
      m: Machine,
      self: Reference,
      id: bigint,
      source: bigint,
      sourceLength: number,
      destination: Reference,
      destinationOffset: number,
      destinationLength: number,
    ) =>
      decompress(
        m,
        self,
        id,
        bytesAt(m, Number(source), sourceLength),
        bytesOf(m, destination, destinationOffset, destinationLength),
      ),
  },
  'inflateBufferBuffer(JJIJI)J': {
    action: internal,
    call: (
      m: Machine,
      self: Reference,
      id: bigint,
      source: bigint,
      sourceLength: number,
      destination: bigint,
      destinationLength: number,
    ) =>
      decompress(
        m,
        self,
        id,
        bytesAt(m, Number(source), sourceLength),
        bytesAt(m, Number(destination), destinationLength),
      ),
  },
  'getAdler(J)I': {
    action: internal,
    call: (m: Machine, id: bigint) => m.inflaters.get(Number(id)).adler | 0,
  },
  'reset(J)V': { action: internal, call: (m: Machine, id: bigint) => m.inflaters.get(Number(id)).reset() },
  'end(J)V': { action: internal, call: (m: Machine, id: bigint) => m.inflaters.close(Number(id)) },
} satisfies NativeTable;
