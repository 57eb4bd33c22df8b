// java.lang.Object: identity, cloning and monitors.
import { internal, output } from '../../../jvm/actions.js';
import { THREAD, WAKE } from '../../../jvm/layout.js';
import type { Machine } from '../../../jvm/machine.js';
import { REGISTERS } from '../../../jvm/memory.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';
import { registerFinalizer } from '../../support/java-objects.js';
import { wakeAction } from '../../support/parking.js';

const NS_PER_MS = 1_000_000n;
/** Scratch word of clone: the copy, where it is to be finalized. */
const COPY = 3;

function requireOwner(m: Machine, object: Reference): void {
  if (m.monitors.isHeld(object)) return;
  m.throwNew('java/lang/IllegalMonitorStateException', 'current thread is not owner');
}

export const natives = {
  'getClass()Ljava/lang/Class;': {
    action: internal,
    call: (m: Machine, self: Reference) => m.classes.of(self).mirror,
  },
  'hashCode()I': { action: internal, call: (m: Machine, self: Reference) => m.heap.identityHash(self) },
  'clone()Ljava/lang/Object;': {
    action: internal,
    call: (m: Machine, self: Reference) => {
      const type = m.classes.of(self);
      if (!type.isSubtypeOf(m.classes.boot('java/lang/Cloneable'))) {
        m.throwNew('java/lang/CloneNotSupportedException', type.externalName);
      }
      if (!type.hasFinalizer) return m.heap.copyObject(self, type);
      if (m.scratch(COPY) === 0) {
        m.setScratch(COPY, m.heap.copyObject(self, type));
        registerFinalizer(m, m.scratch(COPY));
      }
      return m.scratch(COPY);
    },
  },
  'notify()V': {
    action: wakeAction,
    call: (m: Machine, self: Reference) => {
      requireOwner(m, self);
      m.monitors.notify(self);
    },
  },
  'notifyAll()V': {
    action: wakeAction,
    call: (m: Machine, self: Reference) => {
      requireOwner(m, self);
      while (m.monitors.notify(self)) {}
    },
  },
  // A timed wait starts a timer of the environment and waits for its acknowledgement.
  'wait(J)V': {
    action: output({ asynchronous: true, acknowledged: true }),
    call: (m: Machine, self: Reference, timeoutMs: bigint) => {
      const thread = m.memory.i32[REGISTERS.currentThread]!;
      if (m.scratch(0) === 0) {
        if (timeoutMs < 0n) m.throwNew('java/lang/IllegalArgumentException', 'timeout value is negative');
        requireOwner(m, self);
        m.takeInterrupt(thread);
        if (timeoutMs > 0n) m.scheduler.startTimer(thread, timeoutMs * NS_PER_MS);
        m.setScratch(0, 1);
        m.monitors.wait(self, timeoutMs > 0n);
      }
      m.monitors.resumeAfterWait();
      const reason = m.scheduler.get(thread, THREAD.wakeReason);
      if (reason === WAKE.interrupted) m.takeInterrupt(thread);
      if (reason === WAKE.membership) m.membership.throwInWait(thread);
    },
  },
} satisfies NativeTable;
