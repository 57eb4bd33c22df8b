// jdk.internal.vm.vector.VectorSupport: the machine has no vector instructions to offer.
import { internal } from '../../../../../jvm/actions.js';
import type { NativeTable } from '../../../../../jvm/natives.js';

export const natives = {
  'registerNatives()I': { action: internal, call: () => 0 },
  'getMaxLaneCount(Ljava/lang/Class;)I': { action: internal, call: () => -1 },
} satisfies NativeTable;
