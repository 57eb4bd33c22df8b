// jdk.internal.perf.Perf: performance counters, each a block of native memory behind a direct byte buffer.
import { input, internal } from '../../../../jvm/actions.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';
import { allocateNative } from '../../../support/native-memory.js';

const BUFFER = 'java/nio/DirectByteBuffer';
const LONG_BYTES = 8;
const COUNTER_HERTZ = 1_000_000_000n;

/** A java.nio.DirectByteBuffer over new native memory with these bytes; its constructor runs as a call of the native,
 *  which finds the buffer in scratch word 3. */
function makeBuffer(m: Machine, bytes: Uint8Array, capacity: number): Reference {
  if (m.scratch(0) === 1) return m.scratch(3);
  const type = m.classes.boot(BUFFER);
  m.initialize(type);
  const address = allocateNative(m, capacity);
  if (address === 0) m.throwNew('java/lang/OutOfMemoryError');
  m.memory.u8.fill(0, address, address + capacity);
  m.memory.u8.set(bytes, address);
  const buffer = m.heap.allocateObject(type);
  m.setScratch(3, buffer);
  m.setScratch(0, 1);
  return m.call(type.methodsByKey.get('<init>(JI)V')!, [buffer, BigInt(address), capacity]);
}

function createLong(
  m: Machine,
  _self: Reference,
  name: Reference,
  _variability: number,
  _units: number,
  value: bigint,
): Reference {
  if (name === 0) m.throwNew('java/lang/NullPointerException');
  return makeBuffer(m, new Uint8Array(new BigInt64Array([value]).buffer), LONG_BYTES);
}

function createByteArray(
  m: Machine,
  _self: Reference,
  name: Reference,
  _variability: number,
  _units: number,
  value: Reference,
  maximumLength: number,
): Reference {
  if (name === 0 || value === 0) m.throwNew('java/lang/NullPointerException');
  const bytes = m.heap.byteView(value);
  return makeBuffer(m, bytes.slice(0, maximumLength), maximumLength);
}

export const natives = {
  'createLong(Ljava/lang/String;IIJ)Ljava/nio/ByteBuffer;': { action: internal, call: createLong },
  'createByteArray(Ljava/lang/String;II[BI)Ljava/nio/ByteBuffer;': {
    action: internal,
    call: createByteArray,
  },
  'highResCounter()J': { action: input(), call: (m: Machine) => m.readMonotonicClock() },
  'highResFrequency()J': { action: internal, call: () => COUNTER_HERTZ },
} satisfies NativeTable;
