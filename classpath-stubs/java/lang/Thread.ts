// java.lang.Thread: starting, sleeping, interrupting and listing the machine's green threads.
import { internal, output } from '../../../jvm/actions.js';
import { THREAD, THREAD_STATE, WAKE } from '../../../jvm/layout.js';
import type { Machine } from '../../../jvm/machine.js';
import { REGISTERS } from '../../../jvm/memory.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference, RuntimeClass } from '../../../jvm/runtime-class.js';
import { JAVA_THREAD_STATUS } from '../../../jvm/scheduler.js';
import { unpark, wakeAction } from '../../support/parking.js';
import { describeFrame } from './StackTraceElement.js';

const THREAD_CLASS = 'java/lang/Thread';
const NS_PER_MS = 1_000_000n;
/** A larger wish is cut: the constructor of Thread calls it a suggestion. */
const MAXIMUM_STACK_BYTES = 256 << 20;
/** HotSpot's words for every failure to start a thread. */
const NO_THREAD = 'unable to create native thread: possibly out of memory or process/resource limits reached';

function start(m: Machine, self: Reference): void {
  if (m.scheduler.ofObject(self) !== 0) m.throwNew('java/lang/IllegalThreadStateException');
  const wanted = m.heap.getLong(self + m.field(THREAD_CLASS, 'stackSize').offset);
  const stackBytes = wanted > 0n ? Math.min(Number(wanted), MAXIMUM_STACK_BYTES) : m.options.stackBytes;
  const daemon = m.memory.i8[self + m.field(THREAD_CLASS, 'daemon').offset] !== 0;
  const thread = m.scheduler.start(self, stackBytes, m.internalFrames.runThread, self, daemon);
  if (thread === 0) m.throwNew('java/lang/OutOfMemoryError', NO_THREAD);
}

/** Clears the interrupt of the running thread and throws, where it is interrupted. */
function throwIfInterrupted(m: Machine, thread: number): void {
  const object = m.scheduler.get(thread, THREAD.object);
  const address = object + m.field(THREAD_CLASS, 'interrupted').offset;
  if (m.memory.i8[address] === 0) return;
  // Before the flag is cleared: it may leave, and then all this happens again.
  m.initialize(m.classes.boot('java/lang/InterruptedException'));
  m.memory.i8[address] = 0;
  m.throwNew('java/lang/InterruptedException', 'sleep interrupted');
}

function sleep(m: Machine, durationMs: bigint): void {
  const { scheduler } = m;
  const thread = m.memory.i32[REGISTERS.currentThread]!;
  if (m.scratch(0) === 1) {
    scheduler.cancelTimer(thread);
    if (scheduler.get(thread, THREAD.wakeReason) === WAKE.membership) m.membership.throwInWait(thread);
    throwIfInterrupted(m, thread);
    return;
  }
  if (durationMs < 0n) m.throwNew('java/lang/IllegalArgumentException', 'timeout value is negative');
  throwIfInterrupted(m, thread);
  if (durationMs === 0n) return scheduler.yieldQuantum();
  scheduler.startTimer(thread, durationMs * NS_PER_MS);
  m.setScratch(0, 1);
  scheduler.set(thread, THREAD.wakeReason, WAKE.none);
  scheduler.block(THREAD_STATE.sleeping, JAVA_THREAD_STATUS.sleeping);
}

/** Ends a wait or a sleep, and gives the permit to park that HotSpot gives too. */
function interrupt(m: Machine, self: Reference): void {
  const thread = m.scheduler.ofObject(self);
  if (thread === 0) return;
  const state = m.scheduler.get(thread, THREAD.state);
  if (state === THREAD_STATE.waiting || state === THREAD_STATE.sleeping) {
    m.scheduler.endWait(thread, WAKE.interrupted);
  }
  unpark(m, thread);
}

/** Thread objects of all live threads, in the order of their start. */
function liveThreads(m: Machine): Reference {
  const objects = m.scheduler.threads().map((thread) => m.scheduler.get(thread, THREAD.object));
  const arrayClass = m.classes.arrayOf(m.classes.boot(THREAD_CLASS));
  return m.heap.newReferenceArray(
    arrayClass,
    objects.filter((object) => object !== 0),
  );
}

/** StackTraceElement[] of a live thread, the top frame first. */
function dumpThread(m: Machine, thread: number, elementsClass: RuntimeClass): Reference {
  const elements: Reference[] = [];
  for (const { method, pc } of m.exceptions.frames(thread)) {
    const element = m.heap.allocateObject(elementsClass.component!);
    describeFrame(m, element, method, pc);
    elements.push(element);
  }
  return m.heap.newReferenceArray(elementsClass, elements);
}

function dumpThreads(m: Machine, threads: Reference): Reference {
  if (threads === 0) m.throwNew('java/lang/NullPointerException');
  const objects = m.heap.elements(threads);
  if (objects.length === 0) m.throwNew('java/lang/IllegalArgumentException');
  const element = m.classes.boot('java/lang/StackTraceElement');
  m.initialize(element);
  const elements = m.classes.arrayOf(element);
  const dumps = objects.map((object) => {
    const thread = object === 0 ? 0 : m.scheduler.ofObject(object);
    return thread === 0 ? 0 : dumpThread(m, thread, elements);
  });
  return m.heap.newReferenceArray(m.classes.arrayOf(elements), dumps);
}

export const natives = {
  'currentThread()Ljava/lang/Thread;': {
    action: internal,
    raw: (m) => {
      const i32 = m.memory.i32;
      i32[REGISTERS.result] = i32[(i32[REGISTERS.currentThread]! >> 2) + THREAD.object]!;
    },
  },
  'yield()V': { action: internal, call: (m: Machine) => m.scheduler.yieldQuantum() },
  'sleep(J)V': { action: output({ asynchronous: true, acknowledged: true }), call: sleep },
  'start0()V': { action: internal, call: start },
  'holdsLock(Ljava/lang/Object;)Z': {
    action: internal,
    call: (m: Machine, object: Reference) =>
      object === 0 ? m.throwNew('java/lang/NullPointerException') : m.monitors.isHeld(object),
  },
  'getThreads()[Ljava/lang/Thread;': { action: internal, call: liveThreads },
  'dumpThreads([Ljava/lang/Thread;)[[Ljava/lang/StackTraceElement;': { action: internal, call: dumpThreads },
  'interrupt0()V': { action: wakeAction, call: interrupt },
  // The flag that Thread.interrupted clears is the Java field; the machine keeps no event of its own.
  'clearInterruptEvent()V': { action: internal, call: () => {} },
  // Threads take turns of equal length whatever their priority (JLS §17 promises nothing), and have no host names.
  'setPriority0(I)V': { action: internal, call: () => {} },
  'setNativeName(Ljava/lang/String;)V': { action: internal, call: () => {} },
} satisfies NativeTable;
