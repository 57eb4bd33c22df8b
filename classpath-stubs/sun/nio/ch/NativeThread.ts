// sun.nio.ch.NativeThread: which thread is in a blocking call. None ever blocks there.
import { internal } from '../../../../jvm/actions.js';
import type { Machine } from '../../../../jvm/machine.js';
import { REGISTERS } from '../../../../jvm/memory.js';
import type { NativeTable } from '../../../../jvm/natives.js';

export const natives = {
  'init()V': { action: internal, call: () => {} },
  'current()J': { action: internal, call: (m: Machine) => BigInt(m.memory.i32[REGISTERS.currentThread]!) },
  'signal(J)V': { action: internal, call: () => {} },
} satisfies NativeTable;
