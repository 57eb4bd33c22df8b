// java.lang.NullPointerException: the helpful message is computed when it is asked for (JEP 358).
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import { nullPointerMessage } from '../../../jvm/null-pointer-message.js';
import type { Reference } from '../../../jvm/runtime-class.js';

export const natives = {
  // The backtrace's first pair is the method and bytecode index that dereferenced null; with an odd length that was a
  // hidden frame, of which nothing is told.
  'getExtendedNPEMessage()Ljava/lang/String;': {
    action: internal,
    call: (m: Machine, self: Reference) => {
      const backtrace = m.getField(self, 'java/lang/Throwable', 'backtrace');
      const length = backtrace === 0 ? 0 : m.heap.arrayLength(backtrace);
      if (length < 2 || length % 2 === 1) return 0;
      const method = m.classes.method(m.heap.getElement(backtrace, 0));
      const message = nullPointerMessage(m, method, m.heap.getElement(backtrace, 1));
      return message === undefined ? 0 : m.heap.newString(message);
    },
  },
} satisfies NativeTable;
