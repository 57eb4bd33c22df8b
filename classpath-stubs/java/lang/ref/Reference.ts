// java.lang.ref.Reference: referents, and the list of cleared references that the collector hands to the JDK's
// reference handler thread.
import { internal } from '../../../../jvm/actions.js';
import { THREAD_STATE } from '../../../../jvm/layout.js';
import type { Machine } from '../../../../jvm/machine.js';
import { REGISTERS } from '../../../../jvm/memory.js';
import type { NativeTable, RawNativeMethod } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';
import { JAVA_THREAD_STATUS } from '../../../../jvm/scheduler.js';

const REFERENCE = 'java/lang/ref/Reference';

/** refersTo0: compares without giving the referent away. */
export const refersTo: RawNativeMethod = {
  action: internal,
  raw: (m, locals) => {
    const i32 = m.memory.i32;
    const referent = i32[(i32[locals]! + m.field(REFERENCE, 'referent').offset) >> 2]!;
    i32[REGISTERS.result] = referent === i32[locals + 2]! ? 1 : 0;
  },
};

/** Waits for the collector. The thread counts as parked, because its wait has no monitor. */
function waitForPending(m: Machine): void {
  const i32 = m.memory.i32;
  if (i32[REGISTERS.pendingReferences] !== 0) {
    i32[REGISTERS.referenceHandler] = 0;
    return;
  }
  i32[REGISTERS.referenceHandler] = i32[REGISTERS.currentThread]!;
  m.scheduler.block(THREAD_STATE.parked, JAVA_THREAD_STATUS.runnable);
}

export const natives = {
  'getAndClearReferencePendingList()Ljava/lang/ref/Reference;': {
    action: internal,
    call: (m: Machine) => {
      const list = m.memory.i32[REGISTERS.pendingReferences]!;
      m.memory.i32[REGISTERS.pendingReferences] = 0;
      return list;
    },
  },
  'hasReferencePendingList()Z': {
    action: internal,
    call: (m: Machine) => m.memory.i32[REGISTERS.pendingReferences] !== 0,
  },
  'waitForReferencePendingList()V': { action: internal, call: waitForPending },
  'refersTo0(Ljava/lang/Object;)Z': refersTo,
  'clear0()V': {
    action: internal,
    call: (m: Machine, self: Reference) => m.setField(self, REFERENCE, 'referent', 0),
  },
} satisfies NativeTable;
