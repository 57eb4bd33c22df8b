// The machine's vitals: what replicas tell each other of themselves in heartbeats, read from registers and thread blocks.
import type { Vitals } from './environment.js';
import { THREAD, THREAD_STATE } from './layout.js';
import type { Machine } from './machine.js';
import { REGISTERS } from './memory.js';

/** What the machine is at an epoch boundary, equal on equivalent replicas at equal epochs. Walks the threads, not the
 *  heap. */
export function vitalsOf(machine: Machine): Vitals {
  const { heap, memory, scheduler } = machine;
  const i32 = memory.i32;
  const sinceSafepoint = i32[REGISTERS.grant]! - i32[REGISTERS.budget]!;
  const threadStates = new Array<number>(Object.keys(THREAD_STATE).length).fill(0);
  let stackBytes = 0;
  const threads = scheduler.threads();
  for (const thread of threads) {
    threadStates[scheduler.get(thread, THREAD.state)]! += 1;
    stackBytes += scheduler.get(thread, THREAD.sp) * 4 - scheduler.get(thread, THREAD.stackAddress);
  }
  return {
    executedCount: i32[REGISTERS.countHigh]! * 2 ** 32 + (i32[REGISTERS.countLow]! >>> 0) + sinceSafepoint,
    threadCount: threads.length,
    threadStates,
    stackBytes,
    heapBytes: heap.usedBytes(),
    heapLimitBytes: heap.limitBytes,
  };
}
