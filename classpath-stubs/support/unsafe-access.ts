// Raw reads and writes of memory by base object and offset, as Unsafe does them. An address is the 32-bit wrapping sum
// of the base and the low word of the offset, which also serves static fields (base: the class mirror). Any alignment
// works. Local variables: 0 the Unsafe, 1 the base, 2 and 3 the offset, from 4 on the values.
import { internal } from '../../jvm/actions.js';
import type { Machine } from '../../jvm/machine.js';
import { REGISTERS } from '../../jvm/memory.js';
import type { RawNativeMethod } from '../../jvm/natives.js';

/** Words of the local variables. A long's value is in the first of its slots. */
const BASE = 2;
const OFFSET = 4;
const VALUE = 8;
const INT_UPDATE = 10;
const LONG_UPDATE = 12;

/** 32-bit little-endian value at any address. */
export function readWord(m: Machine, address: number): number {
  const { i32, u8 } = m.memory;
  if ((address & 3) === 0) return i32[address >> 2]!;
  return u8[address]! | (u8[address + 1]! << 8) | (u8[address + 2]! << 16) | (u8[address + 3]! << 24);
}

/** Writes a 32-bit little-endian value at any address. */
export function writeWord(m: Machine, address: number, value: number): void {
  const { i32, u8 } = m.memory;
  if ((address & 3) === 0) {
    i32[address >> 2] = value;
    return;
  }
  u8[address] = value;
  u8[address + 1] = value >> 8;
  u8[address + 2] = value >> 16;
  u8[address + 3] = value >> 24;
}

function addressOf(i32: Int32Array, locals: number): number {
  return (i32[locals + BASE]! + i32[locals + OFFSET]!) | 0;
}

/** int, float and reference: 32 bits. */
export const getWord: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const i32 = m.memory.i32;
    const address = addressOf(i32, locals);
    i32[REGISTERS.result] = (address & 3) === 0 ? i32[address >> 2]! : readWord(m, address);
  },
};

export const putWord: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const i32 = m.memory.i32;
    const address = addressOf(i32, locals);
    if ((address & 3) === 0) i32[address >> 2] = i32[locals + VALUE]!;
    else writeWord(m, address, i32[locals + VALUE]!);
  },
};

/** long and double: 64 bits, as two words. */
export const getDoubleWord: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const i32 = m.memory.i32;
    const address = addressOf(i32, locals);
    i32[REGISTERS.result] = readWord(m, address);
    i32[REGISTERS.result + 1] = readWord(m, address + 4);
  },
};

export const putDoubleWord: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const i32 = m.memory.i32;
    const address = addressOf(i32, locals);
    writeWord(m, address, i32[locals + VALUE]!);
    writeWord(m, address + 4, i32[locals + VALUE + 1]!);
  },
};

/** boolean and byte. A boolean is any byte that is not 0. */
export const getBoolean: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const i32 = m.memory.i32;
    i32[REGISTERS.result] = m.memory.i8[addressOf(i32, locals)] === 0 ? 0 : 1;
  },
};

export const putBoolean: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const i32 = m.memory.i32;
    m.memory.i8[addressOf(i32, locals)] = i32[locals + VALUE]! & 1;
  },
};

export const getByte: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const i32 = m.memory.i32;
    i32[REGISTERS.result] = m.memory.i8[addressOf(i32, locals)]!;
  },
};

export const putByte: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const i32 = m.memory.i32;
    m.memory.i8[addressOf(i32, locals)] = i32[locals + VALUE]!;
  },
};

export const getShort: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const { i32, i16, i8, u8 } = m.memory;
    const address = addressOf(i32, locals);
    i32[REGISTERS.result] = (address & 1) === 0 ? i16[address >> 1]! : u8[address]! | (i8[address + 1]! << 8);
  },
};

export const getChar: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const { i32, u16, u8 } = m.memory;
    const address = addressOf(i32, locals);
    i32[REGISTERS.result] = (address & 1) === 0 ? u16[address >> 1]! : u8[address]! | (u8[address + 1]! << 8);
  },
};

/** short and char. */
export const putHalfWord: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const { i32, i16, u8 } = m.memory;
    const address = addressOf(i32, locals);
    const value = i32[locals + VALUE]!;
    if ((address & 1) === 0) i16[address >> 1] = value;
    else {
      u8[address] = value;
      u8[address + 1] = value >> 8;
    }
  },
};

/** int and reference: true where the expected value was found and replaced. */
export const compareAndSetWord: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const i32 = m.memory.i32;
    const address = addressOf(i32, locals);
    const same = readWord(m, address) === i32[locals + VALUE]!;
    if (same) writeWord(m, address, i32[locals + INT_UPDATE]!);
    i32[REGISTERS.result] = same ? 1 : 0;
  },
};

/** As compareAndSetWord; the result is the value found. */
export const compareAndExchangeWord: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const i32 = m.memory.i32;
    const address = addressOf(i32, locals);
    const found = readWord(m, address);
    if (found === i32[locals + VALUE]!) writeWord(m, address, i32[locals + INT_UPDATE]!);
    i32[REGISTERS.result] = found;
  },
};

export const compareAndSetLong: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const i32 = m.memory.i32;
    const address = addressOf(i32, locals);
    const same =
      readWord(m, address) === i32[locals + VALUE]! && readWord(m, address + 4) === i32[locals + VALUE + 1]!;
    if (same) {
      writeWord(m, address, i32[locals + LONG_UPDATE]!);
      writeWord(m, address + 4, i32[locals + LONG_UPDATE + 1]!);
    }
    i32[REGISTERS.result] = same ? 1 : 0;
  },
};

export const compareAndExchangeLong: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const i32 = m.memory.i32;
    const address = addressOf(i32, locals);
    const low = readWord(m, address);
    const high = readWord(m, address + 4);
    if (low === i32[locals + VALUE]! && high === i32[locals + VALUE + 1]!) {
      writeWord(m, address, i32[locals + LONG_UPDATE]!);
      writeWord(m, address + 4, i32[locals + LONG_UPDATE + 1]!);
    }
    i32[REGISTERS.result] = low;
    i32[REGISTERS.result + 1] = high;
  },
};

/** Fences: the machine's threads never run at the same time, so every access is sequentially consistent. */
export const fence: RawNativeMethod = { action: internal, raw: () => {} };
