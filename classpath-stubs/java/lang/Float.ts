// java.lang.Float: floats and their bits, which lie in a slot alike.
import { internal } from '../../../jvm/actions.js';
import { REGISTERS } from '../../../jvm/memory.js';
import type { NativeTable, RawNativeMethod } from '../../../jvm/natives.js';

const sameBits: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    m.memory.i32[REGISTERS.result] = m.memory.i32[locals]!;
  },
};

export const natives = {
  'floatToRawIntBits(F)I': sameBits,
  'intBitsToFloat(I)F': sameBits,
} satisfies NativeTable;
