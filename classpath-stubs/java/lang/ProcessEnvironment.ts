// java.lang.ProcessEnvironment: the environment variables are part of the birth record.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';

export const natives = {
  // Names and values alternate.
  'environ()[[B': {
    action: internal,
    call: (m: Machine) => {
      const encoder = new TextEncoder();
      const texts = Object.entries(m.birthRecord.environmentVariables).flat();
      return m.heap.newReferenceArray(
        m.classes.arrayOf(m.heap.byteArray),
        texts.map((text) => m.heap.newByteArray(encoder.encode(text))),
      );
    },
  },
} satisfies NativeTable;
