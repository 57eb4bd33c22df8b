// Parking of threads (LockSupport): one permit for each thread, as HotSpot's Parker has it.
import { output } from '../../jvm/actions.js';
import { THREAD, THREAD_STATE, WAKE } from '../../jvm/layout.js';
import type { Machine } from '../../jvm/machine.js';
import { REGISTERS } from '../../jvm/memory.js';
import { JAVA_THREAD_STATUS } from '../../jvm/scheduler.js';

const NS_PER_MS = 1_000_000n;

/** Action of a native that wakes threads: one that waits no longer has its timer cancelled. */
export const wakeAction = output({ asynchronous: true });

/** True where the thread's Java object says that it is interrupted; the flag stays. */
function isInterrupted(m: Machine, thread: number): boolean {
  const object = m.scheduler.get(thread, THREAD.object);
  return m.memory.i8[object + m.field('java/lang/Thread', 'interrupted').offset] !== 0;
}

/** Parks the running thread until it has a permit, is interrupted, or the time is over: nanoseconds from now where
 *  above 0, for ever where 0; or, absolute, milliseconds since 1970. */
export function park(m: Machine, isAbsolute: boolean, time: bigint): void {
  const { scheduler } = m;
  const thread = m.memory.i32[REGISTERS.currentThread]!;
  if (m.scratch(0) === 1) {
    scheduler.cancelTimer(thread);
    scheduler.set(thread, THREAD.parkPermit, 0);
    return;
  }
  if (scheduler.get(thread, THREAD.parkPermit) !== 0) {
    scheduler.set(thread, THREAD.parkPermit, 0);
    return;
  }
  if (isInterrupted(m, thread) || time < 0n || (isAbsolute && time === 0n)) return;
  if (time > 0n) {
    const durationNs = isAbsolute ? time * NS_PER_MS - m.readWallClock() : time;
    if (durationNs <= 0n) return;
    scheduler.startTimer(thread, durationNs);
  }
  m.setScratch(0, 1);
  scheduler.set(thread, THREAD.wakeReason, WAKE.none);
  scheduler.block(
    THREAD_STATE.parked,
    time > 0n ? JAVA_THREAD_STATUS.timedParked : JAVA_THREAD_STATUS.parked,
  );
}

/** Gives the thread (its block) a permit and wakes it where it is parked. */
export function unpark(m: Machine, thread: number): void {
  m.scheduler.set(thread, THREAD.parkPermit, 1);
  if (m.scheduler.get(thread, THREAD.state) === THREAD_STATE.parked) {
    m.scheduler.endWait(thread, WAKE.notified);
  }
}
