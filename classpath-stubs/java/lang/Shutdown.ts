// java.lang.Shutdown: the end of the program.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';

export const natives = {
  'beforeHalt()V': { action: internal, call: () => {} },
  'halt0(I)V': { action: internal, call: (m: Machine, status: number) => m.exit(status) },
} satisfies NativeTable;
