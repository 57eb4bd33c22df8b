// jdk.internal.misc.Unsafe: memory by address, classes and objects without their constructors, parking of threads.
import { internal, output } from '../../../../jvm/actions.js';
import { ARRAY_LAYOUT, CLASS_BLOCK, INITIALIZATION } from '../../../../jvm/layout.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable, RawNativeMethod } from '../../../../jvm/natives.js';
import type { Reference, RuntimeClass } from '../../../../jvm/runtime-class.js';
import { JavaThrow } from '../../../../jvm/signals.js';
import { allocateNative, freeNative, reallocateNative } from '../../../support/native-memory.js';
import { park, unpark, wakeAction } from '../../../support/parking.js';
import { fieldOfReflected, unsafeOffset } from '../../../support/reflected-field.js';
import * as access from '../../../support/unsafe-access.js';

/** What UnsafeConstants tells of the machine: a 64-bit one to Java, with x86's tolerance of unaligned access. */
const CONSTANTS = { ADDRESS_SIZE0: 8, PAGE_SIZE: 4096, DATA_CACHE_LINE_FLUSH_SIZE: 0 } as const;
const UNSAFE_CONSTANTS = 'jdk/internal/misc/UnsafeConstants';

/** HotSpot fills UnsafeConstants before Unsafe is used; here Unsafe's own registerNatives is that moment. */
function setConstants(m: Machine): void {
  m.initialize(m.classes.boot(UNSAFE_CONSTANTS));
  for (const [name, value] of Object.entries(CONSTANTS)) {
    m.heap.setInt(m.field(UNSAFE_CONSTANTS, name).offset, value);
  }
  m.memory.i8[m.field(UNSAFE_CONSTANTS, 'BIG_ENDIAN').offset] = 0;
  m.memory.i8[m.field(UNSAFE_CONSTANTS, 'UNALIGNED_ACCESS').offset] = 1;
}

function requireArrayClass(m: Machine, mirror: Reference): RuntimeClass {
  const type = m.classes.ofMirror(mirror);
  // HotSpot means to throw a class that its library does not have, and so throws this.
  if (!type.isArray) m.throwNew('java/lang/NoClassDefFoundError', 'java/lang/InvalidClassException');
  return type;
}

function allocateInstance(m: Machine, _self: Reference, mirror: Reference): Reference {
  const type = m.classes.ofMirror(mirror);
  if (type.primitive !== null) m.throwNew('java/lang/InstantiationException');
  if (type.isAbstract || type.isInterface || type.isArray) {
    m.throwNew('java/lang/InstantiationException', type.externalName);
  }
  if (type.name === 'java/lang/Class') m.throwNew('java/lang/IllegalAccessException', type.externalName);
  m.initialize(type);
  return m.heap.allocateObject(type);
}

function defineClass(
  m: Machine,
  _self: Reference,
  name: Reference,
  bytes: Reference,
  offset: number,
  length: number,
  loader: Reference,
  protectionDomain: Reference,
): Reference {
  const text = m.textOf(name)?.replaceAll('.', '/');
  const content = m.heap.byteView(bytes).slice(offset, offset + length);
  return m.classes.define(content, {
    loader,
    protectionDomain,
    ...(text === undefined ? {} : { name: text }),
  }).mirror;
}

/** setMemory0(base 1, offset 2, byte count 4, value 6). */
const setMemory: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const i32 = m.memory.i32;
    const start = (i32[locals + 2]! + i32[locals + 4]!) | 0;
    m.memory.u8.fill(i32[locals + 12]! & 0xff, start, start + i32[locals + 8]!);
  },
};

/** copyMemory0(source base 1, offset 2, destination base 4, offset 5, byte count 7); the ranges may overlap. */
function copyMemory(m: Machine, locals: number): number {
  const i32 = m.memory.i32;
  const from = (i32[locals + 2]! + i32[locals + 4]!) | 0;
  const to = (i32[locals + 8]! + i32[locals + 10]!) | 0;
  m.memory.u8.copyWithin(to, from, from + i32[locals + 14]!);
  return to;
}

/** As copyMemory0; then the bytes of each element (its size at 9) change their order. */
function copySwapMemory(m: Machine, locals: number): void {
  const { i32, u8 } = m.memory;
  const start = copyMemory(m, locals);
  const end = start + i32[locals + 14]!;
  const elementBytes = i32[locals + 18]!;
  for (let at = start; at < end; at += elementBytes) {
    for (let low = at, high = at + elementBytes - 1; low < high; low++, high--) {
      const byte = u8[low]!;
      u8[low] = u8[high]!;
      u8[high] = byte;
    }
  }
}

const memoryNatives = {
  'getInt(Ljava/lang/Object;J)I': access.getWord,
  'putInt(Ljava/lang/Object;JI)V': access.putWord,
  'getReference(Ljava/lang/Object;J)Ljava/lang/Object;': access.getWord,
  'putReference(Ljava/lang/Object;JLjava/lang/Object;)V': access.putWord,
  'getBoolean(Ljava/lang/Object;J)Z': access.getBoolean,
  'putBoolean(Ljava/lang/Object;JZ)V': access.putBoolean,
  'getByte(Ljava/lang/Object;J)B': access.getByte,
  'putByte(Ljava/lang/Object;JB)V': access.putByte,
  'getShort(Ljava/lang/Object;J)S': access.getShort,
  'putShort(Ljava/lang/Object;JS)V': access.putHalfWord,
  'getChar(Ljava/lang/Object;J)C': access.getChar,
  'putChar(Ljava/lang/Object;JC)V': access.putHalfWord,
  'getLong(Ljava/lang/Object;J)J': access.getDoubleWord,
  'putLong(Ljava/lang/Object;JJ)V': access.putDoubleWord,
  'getFloat(Ljava/lang/Object;J)F': access.getWord,
  'putFloat(Ljava/lang/Object;JF)V': access.putWord,
  'getDouble(Ljava/lang/Object;J)D': access.getDoubleWord,
  'putDouble(Ljava/lang/Object;JD)V': access.putDoubleWord,
  'getReferenceVolatile(Ljava/lang/Object;J)Ljava/lang/Object;': access.getWord,
  'putReferenceVolatile(Ljava/lang/Object;JLjava/lang/Object;)V': access.putWord,
  'getIntVolatile(Ljava/lang/Object;J)I': access.getWord,
  'putIntVolatile(Ljava/lang/Object;JI)V': access.putWord,
  'getBooleanVolatile(Ljava/lang/Object;J)Z': access.getBoolean,
  'putBooleanVolatile(Ljava/lang/Object;JZ)V': access.putBoolean,
  'getByteVolatile(Ljava/lang/Object;J)B': access.getByte,
  'putByteVolatile(Ljava/lang/Object;JB)V': access.putByte,
  'getShortVolatile(Ljava/lang/Object;J)S': access.getShort,
  'putShortVolatile(Ljava/lang/Object;JS)V': access.putHalfWord,
  'getCharVolatile(Ljava/lang/Object;J)C': access.getChar,
  'putCharVolatile(Ljava/lang/Object;JC)V': access.putHalfWord,
  'getLongVolatile(Ljava/lang/Object;J)J': access.getDoubleWord,
  'putLongVolatile(Ljava/lang/Object;JJ)V': access.putDoubleWord,
  'getFloatVolatile(Ljava/lang/Object;J)F': access.getWord,
  'putFloatVolatile(Ljava/lang/Object;JF)V': access.putWord,
  'getDoubleVolatile(Ljava/lang/Object;J)D': access.getDoubleWord,
  'putDoubleVolatile(Ljava/lang/Object;JD)V': access.putDoubleWord,
  'compareAndSetReference(Ljava/lang/Object;JLjava/lang/Object;Ljava/lang/Object;)Z':
    access.compareAndSetWord,
  'compareAndExchangeReference(Ljava/lang/Object;JLjava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;':
    access.compareAndExchangeWord,
  'compareAndSetInt(Ljava/lang/Object;JII)Z': access.compareAndSetWord,
  'compareAndExchangeInt(Ljava/lang/Object;JII)I': access.compareAndExchangeWord,
  'compareAndSetLong(Ljava/lang/Object;JJJ)Z': access.compareAndSetLong,
  'compareAndExchangeLong(Ljava/lang/Object;JJJ)J': access.compareAndExchangeLong,
  'loadFence()V': access.fence,
  'storeFence()V': access.fence,
  'fullFence()V': access.fence,
  'getUncompressedObject(J)Ljava/lang/Object;': {
    action: internal,
    call: (m: Machine, _self: Reference, address: bigint) => access.readWord(m, Number(address)),
  },
  'allocateMemory0(J)J': {
    action: internal,
    call: (m: Machine, _self: Reference, byteCount: bigint) => BigInt(allocateNative(m, Number(byteCount))),
  },
  'reallocateMemory0(JJ)J': {
    action: internal,
    call: (m: Machine, _self: Reference, address: bigint, byteCount: bigint) =>
      BigInt(reallocateNative(m, Number(address), Number(byteCount))),
  },
  'freeMemory0(J)V': {
    action: internal,
    call: (m: Machine, _self: Reference, address: bigint) => freeNative(m, Number(address)),
  },
  'setMemory0(Ljava/lang/Object;JJB)V': setMemory,
  'copyMemory0(Ljava/lang/Object;JLjava/lang/Object;JJ)V': { action: internal, raw: copyMemory },
  'copySwapMemory0(Ljava/lang/Object;JLjava/lang/Object;JJJ)V': { action: internal, raw: copySwapMemory },
} satisfies NativeTable;

export const natives = {
  ...memoryNatives,
  'registerNatives()V': { action: internal, call: setConstants },
  'allocateInstance(Ljava/lang/Class;)Ljava/lang/Object;': { action: internal, call: allocateInstance },
  'defineClass0(Ljava/lang/String;[BIILjava/lang/ClassLoader;Ljava/security/ProtectionDomain;)Ljava/lang/Class;':
    {
      action: internal,
      call: defineClass,
    },
  'throwException(Ljava/lang/Throwable;)V': {
    action: internal,
    call: (_m: Machine, _self: Reference, exception: Reference) => {
      throw new JavaThrow(exception);
    },
  },
  'objectFieldOffset0(Ljava/lang/reflect/Field;)J': {
    action: internal,
    call: (m: Machine, _self: Reference, reflected: Reference) => {
      const field = fieldOfReflected(m, reflected);
      if (field.isStatic) m.throwNew('java/lang/IllegalArgumentException');
      return unsafeOffset(field);
    },
  },
  'objectFieldOffset1(Ljava/lang/Class;Ljava/lang/String;)J': {
    action: internal,
    call: (m: Machine, _self: Reference, mirror: Reference, name: Reference) => {
      const field = m.classes.ofMirror(mirror).declaredField(m.heap.text(name));
      return field ? unsafeOffset(field) : m.throwNew('java/lang/InternalError');
    },
  },
  'staticFieldOffset0(Ljava/lang/reflect/Field;)J': {
    action: internal,
    call: (m: Machine, _self: Reference, reflected: Reference) => {
      const field = fieldOfReflected(m, reflected);
      if (!field.isStatic) m.throwNew('java/lang/IllegalArgumentException');
      return unsafeOffset(field);
    },
  },
  'staticFieldBase0(Ljava/lang/reflect/Field;)Ljava/lang/Object;': {
    action: internal,
    call: (m: Machine, _self: Reference, reflected: Reference) => {
      const field = fieldOfReflected(m, reflected);
      if (!field.isStatic) m.throwNew('java/lang/IllegalArgumentException');
      return field.declaringClass.mirror;
    },
  },
  'shouldBeInitialized0(Ljava/lang/Class;)Z': {
    action: internal,
    call: (m: Machine, _self: Reference, mirror: Reference) => {
      const block = m.classes.ofMirror(mirror).address >> 2;
      return m.memory.i32[block + CLASS_BLOCK.initializationState] !== INITIALIZATION.initialized;
    },
  },
  'ensureClassInitialized0(Ljava/lang/Class;)V': {
    action: internal,
    call: (m: Machine, _self: Reference, mirror: Reference) => m.initialize(m.classes.ofMirror(mirror)),
  },
  'arrayBaseOffset0(Ljava/lang/Class;)I': {
    action: internal,
    call: (m: Machine, _self: Reference, mirror: Reference) => {
      requireArrayClass(m, mirror);
      return ARRAY_LAYOUT.baseBytes;
    },
  },
  'arrayIndexScale0(Ljava/lang/Class;)I': {
    action: internal,
    call: (m: Machine, _self: Reference, mirror: Reference) => {
      const type = requireArrayClass(m, mirror);
      return 1 << m.memory.i32[(type.address >> 2) + CLASS_BLOCK.elementShift]!;
    },
  },
  // The machine has no load of its own, and its host's is nobody's: "not obtainable".
  'getLoadAverage0([DI)I': { action: internal, call: () => -1 },
  'park(ZJ)V': {
    action: output({ asynchronous: true, acknowledged: true }),
    call: (m: Machine, _self: Reference, isAbsolute: number, time: bigint) => park(m, isAbsolute !== 0, time),
  },
  'unpark(Ljava/lang/Object;)V': {
    action: wakeAction,
    call: (m: Machine, _self: Reference, object: Reference) => {
      if (object === 0) return;
      const thread = m.scheduler.ofObject(object);
      if (thread !== 0) unpark(m, thread);
    },
  },
} satisfies NativeTable;
