// java.lang.String: the pool of interned strings.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';

export const natives = {
  'intern()Ljava/lang/String;': {
    action: internal,
    call: (m: Machine, self: Reference) => m.heap.internObject(self),
  },
} satisfies NativeTable;
