// java.lang.Double: doubles and their bits, which lie in a slot alike.
import { internal } from '../../../jvm/actions.js';
import { REGISTERS } from '../../../jvm/memory.js';
import type { NativeTable, RawNativeMethod } from '../../../jvm/natives.js';

const sameBits: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const i32 = m.memory.i32;
    i32[REGISTERS.result] = i32[locals]!;
    i32[REGISTERS.result + 1] = i32[locals + 1]!;
  },
};

export const natives = {
  'doubleToRawLongBits(D)J': sameBits,
  'longBitsToDouble(J)D': sameBits,
} satisfies NativeTable;
