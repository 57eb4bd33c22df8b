// java.lang.Throwable: its backtrace, an int[] of method number and bytecode index for each frame.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';

export const natives = {
  'fillInStackTrace(I)Ljava/lang/Throwable;': {
    action: internal,
    call: (m: Machine, self: Reference) => {
      const pairs = m.exceptions.backtrace(self);
      const backtrace = m.heap.allocateArray(m.classes.boot('[I'), pairs.length);
      for (let i = 0; i < pairs.length; i++) m.heap.setElement(backtrace, i, pairs[i]!);
      m.setField(self, 'java/lang/Throwable', 'backtrace', backtrace);
      m.setField(self, 'java/lang/Throwable', 'depth', pairs.length >> 1);
      return self;
    },
  },
} satisfies NativeTable;
