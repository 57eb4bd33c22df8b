// java.lang.Runtime: what the birth record grants, and how much of the heap is in use.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';

/** The heap has its whole size from the start. */
function heapBytes(m: Machine): bigint {
  return BigInt(m.heap.limitBytes);
}

export const natives = {
  'availableProcessors()I': { action: internal, call: (m: Machine) => m.options.availableProcessors },
  'freeMemory()J': {
    action: internal,
    call: (m: Machine) => BigInt(Math.max(0, m.heap.freeBytes())),
  },
  'totalMemory()J': { action: internal, call: heapBytes },
  'maxMemory()J': { action: internal, call: heapBytes },
  'gc()V': { action: internal, call: (m: Machine) => m.collector.collect(false) },
} satisfies NativeTable;
