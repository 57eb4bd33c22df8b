// Green threads and their deterministic schedule: round robin by counted quanta, FIFO queues, all of it in memory.
import type { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { FRAME, METHOD_ROW, THREAD, THREAD_STATE, WAKE } from './layout.js';
import type { Machine } from './machine.js';
import { type Memory, REGISTERS } from './memory.js';
import type { Reference, RuntimeMethod } from './runtime-class.js';
import { FRAMES_CHANGED, THREAD_BLOCKED } from './signals.js';

/** Bytes at the end of each stack that only the making of a StackOverflowError may use. */
const STACK_RESERVE_BYTES = 32 << 10;
const MINIMUM_STACK_BYTES = 128 << 10;
/** An epoch that has taken in so many bytes of logged inputs ends. */
const MAXIMUM_EPOCH_INPUT_BYTES = 1 << 20;
/** Lock words hold a thread id in 16 bits. */
const MAXIMUM_THREAD_ID = 0xffff;

/** Values of java.lang.Thread.threadStatus: bit sets of the JVM Tool Interface. */
export const JAVA_THREAD_STATUS = {
  runnable: 0x0005,
  blocked: 0x0401,
  waiting: 0x0191,
  timedWaiting: 0x01a1,
  parked: 0x0291,
  timedParked: 0x02a1,
  sleeping: 0x00e1,
  terminated: 0x0002,
} as const;

export class Scheduler {
  readonly memory: Memory;
  /** Offsets of fields of java.lang.Thread, set when it is loaded. */
  statusOffset = 0;
  eetopOffset = 0;

  constructor(readonly machine: Machine) {
    this.memory = machine.memory;
    this.memory.i32[REGISTERS.epochLeft] = machine.options.maximumEpochCount;
    this.memory.i32[REGISTERS.nextThreadId] = 1;
    this.memory.i32[REGISTERS.nextTimerId] = 1;
  }

  save(writer: BinaryWriter): void {
    writer.varuint(this.statusOffset).varuint(this.eetopOffset);
  }

  restore(reader: BinaryReader): void {
    this.statusOffset = reader.varuint();
    this.eetopOffset = reader.varuint();
  }

  get(thread: number, field: number): number {
    return this.memory.i32[(thread >> 2) + field]!;
  }

  set(thread: number, field: number, value: number): void {
    this.memory.i32[(thread >> 2) + field] = value;
  }

  /** The running thread's block; takes the next runnable one where none runs; 0 where there is none. */
  current(): number {
    const i32 = this.memory.i32;
    const running = i32[REGISTERS.currentThread]!;
    if (running !== 0) return running;
    const next = i32[REGISTERS.runQueueHead]!;
    if (next === 0) return 0;
    i32[REGISTERS.runQueueHead] = this.get(next, THREAD.queueNext);
    if (i32[REGISTERS.runQueueHead] === 0) i32[REGISTERS.runQueueTail] = 0;
    this.set(next, THREAD.queueNext, 0);
    i32[REGISTERS.currentThread] = next;
    i32[REGISTERS.quantumLeft] = this.machine.options.quantumCount;
    this.#grant();
    return next;
  }

  #grant(): void {
    const i32 = this.memory.i32;
    const grant = i32[REGISTERS.epochEndRequested]
      ? 0
      : Math.max(0, Math.min(i32[REGISTERS.quantumLeft]!, i32[REGISTERS.epochLeft]!));
    i32[REGISTERS.grant] = grant;
    i32[REGISTERS.budget] = grant;
  }

  /** Accounts for the counted instructions since the last grant. */
  #settle(): void {
    const i32 = this.memory.i32;
    const used = i32[REGISTERS.grant]! - i32[REGISTERS.budget]!;
    i32[REGISTERS.quantumLeft]! -= used;
    i32[REGISTERS.epochLeft]! -= used;
    i32[REGISTERS.grant] = 0;
    i32[REGISTERS.budget] = 0;
    const low = (i32[REGISTERS.countLow]! >>> 0) + used;
    i32[REGISTERS.countLow] = low | 0;
    if (low >= 2 ** 32) i32[REGISTERS.countHigh]! += 1;
  }

  /** The epoch ends at the next safepoint. */
  requestEpochEnd(): void {
    const i32 = this.memory.i32;
    if (i32[REGISTERS.currentThread]! !== 0) this.leaveAtNextCount();
    i32[REGISTERS.epochEndRequested] = 1;
  }

  /** True where nothing was counted since the epoch began. */
  isEpochNew(): boolean {
    const i32 = this.memory.i32;
    const used = i32[REGISTERS.grant]! - i32[REGISTERS.budget]!;
    return i32[REGISTERS.epochLeft]! - used >= this.machine.options.maximumEpochCount;
  }

  /** The epoch ends here, between two instructions of the running thread. */
  endEpoch(): void {
    this.#settle();
    this.machine.requestStop('epoch');
  }

  /** The dispatch loop is left at the next counted instruction; nothing else follows from it. */
  leaveAtNextCount(): void {
    const i32 = this.memory.i32;
    i32[REGISTERS.grant]! -= i32[REGISTERS.budget]!;
    i32[REGISTERS.budget] = 0;
  }

  /** A logged input of so many bytes was taken in. Logs are bounded at the boundaries of epochs, so these must come. */
  countInput(byteCount: number): void {
    const i32 = this.memory.i32;
    i32[REGISTERS.inputBytes]! += byteCount;
    if (i32[REGISTERS.inputBytes]! >= MAXIMUM_EPOCH_INPUT_BYTES) this.requestEpochEnd();
  }

  /** The running thread leaves its instruction, to be executed again, in the next epoch and where threads may switch. */
  giveWay(): never {
    this.requestEpochEnd();
    this.safepoint();
    throw FRAMES_CHANGED;
  }

  /** A safepoint of the running thread: ends the epoch or the quantum where they are used up. */
  safepoint(): void {
    const i32 = this.memory.i32;
    this.#settle();
    if (i32[REGISTERS.quantumLeft]! <= 0) this.yield();
    if (i32[REGISTERS.epochLeft]! <= 0 || i32[REGISTERS.epochEndRequested]) this.machine.requestStop('epoch');
    else this.#grant();
  }

  /** Begins the next epoch. */
  beginEpoch(): void {
    const i32 = this.memory.i32;
    i32[REGISTERS.epoch]! += 1;
    i32[REGISTERS.epochLeft] = this.machine.options.maximumEpochCount;
    i32[REGISTERS.epochEndRequested] = 0;
    i32[REGISTERS.inputBytes] = 0;
    if (i32[REGISTERS.currentThread] !== 0) this.#grant();
  }

  /** The machine has booted: what was counted so far belongs to no epoch. */
  beginFirstEpoch(): void {
    this.#settle();
    this.memory.i32[REGISTERS.epoch] = -1;
    this.beginEpoch();
  }

  /** The running thread goes to the end of the run queue. */
  yield(): void {
    const i32 = this.memory.i32;
    const thread = i32[REGISTERS.currentThread]!;
    if (i32[REGISTERS.runQueueHead] === 0) {
      i32[REGISTERS.quantumLeft] = this.machine.options.quantumCount;
      return;
    }
    i32[REGISTERS.currentThread] = 0;
    this.#enqueue(thread);
  }

  /** Thread.yield: the quantum ends here. The calling native returns when the thread is next scheduled. */
  yieldQuantum(): void {
    this.leaveAtNextCount();
    this.memory.i32[REGISTERS.quantumLeft] = 0;
  }

  #enqueue(thread: number): void {
    const i32 = this.memory.i32;
    this.set(thread, THREAD.queueNext, 0);
    const tail = i32[REGISTERS.runQueueTail]!;
    if (tail === 0) i32[REGISTERS.runQueueHead] = thread;
    else this.set(tail, THREAD.queueNext, thread);
    i32[REGISTERS.runQueueTail] = thread;
  }

  /** Takes the running thread off the processor. Its instruction is executed again when it is woken. */
  block(state: number, javaStatus: number): never {
    this.suspend(state, javaStatus);
    throw THREAD_BLOCKED;
  }

  /** As block, for callers that leave the instruction in their own way. */
  suspend(state: number, javaStatus: number): void {
    const i32 = this.memory.i32;
    const thread = i32[REGISTERS.currentThread]!;
    this.#settle();
    i32[REGISTERS.currentThread] = 0;
    this.set(thread, THREAD.state, state);
    this.#setJavaStatus(thread, javaStatus);
  }

  /** A thread that has waited is to enter its monitor again, and may have to wait for that. */
  blockOnMonitor(thread: number): void {
    this.set(thread, THREAD.state, THREAD_STATE.blockedOnMonitor);
    this.#setJavaStatus(thread, JAVA_THREAD_STATUS.blocked);
  }

  /** Makes a blocked thread runnable. */
  wake(thread: number): void {
    this.set(thread, THREAD.state, THREAD_STATE.runnable);
    this.#setJavaStatus(thread, JAVA_THREAD_STATUS.runnable);
    this.#enqueue(thread);
  }

  #setJavaStatus(thread: number, status: number): void {
    const object = this.get(thread, THREAD.object);
    if (object !== 0 && this.statusOffset !== 0) this.machine.heap.setInt(object + this.statusOffset, status);
  }

  /** Starts a one-shot timer for the running thread's wait; 0 or less never fires. The action comes first, so that a
   *  stall leaves nothing behind. */
  startTimer(thread: number, durationNs: bigint): void {
    const i32 = this.memory.i32;
    const id = i32[REGISTERS.nextTimerId]!;
    this.machine.performStartTimer(id, durationNs);
    i32[REGISTERS.nextTimerId] = id + 1;
    this.set(thread, THREAD.timer, id);
  }

  /** The thread's timer is no longer of interest. */
  cancelTimer(thread: number): void {
    const id = this.get(thread, THREAD.timer);
    if (id === 0) return;
    this.set(thread, THREAD.timer, 0);
    this.machine.performCancelTimer(id);
  }

  /** Thread whose timer has that id, 0 where none waits for it any more. */
  findTimer(id: number): number {
    for (const thread of this.threads()) if (this.get(thread, THREAD.timer) === id) return thread;
    return 0;
  }

  /** A timer has fired: its thread's wait, sleep or park ends. */
  timerFired(id: number): void {
    const thread = this.findTimer(id);
    if (thread === 0) return;
    this.set(thread, THREAD.timer, 0);
    this.endWait(thread, WAKE.timedOut);
  }

  /** Ends a wait, sleep or park of a thread for a reason; nothing where it is in none. */
  endWait(thread: number, reason: number): void {
    const state = this.get(thread, THREAD.state);
    if (state === THREAD_STATE.waiting) {
      this.set(thread, THREAD.wakeReason, reason);
      this.machine.monitors.endWait(thread);
    } else if (state === THREAD_STATE.sleeping || state === THREAD_STATE.parked) {
      this.set(thread, THREAD.wakeReason, reason);
      this.wake(thread);
    }
  }

  /** Wakes the threads that wait for standard input, in the order of their start. */
  wakeReaders(): void {
    for (const thread of this.threads()) {
      if (this.get(thread, THREAD.state) === THREAD_STATE.awaitingInput) this.wake(thread);
    }
  }

  /** All live threads in the order of their start. */
  threads(): number[] {
    const all: number[] = [];
    let thread = this.memory.i32[REGISTERS.threadListHead]!;
    while (thread !== 0) {
      all.push(thread);
      thread = this.get(thread, THREAD.listNext);
    }
    return all;
  }

  /** Thread block of a live java.lang.Thread, 0 where it has none. */
  ofObject(object: Reference): number {
    return this.memory.i32[(object + this.eetopOffset) >> 2]!;
  }

  /** A new runnable thread that begins with this method; 0 where there is no room for a stack. */
  start(
    object: Reference,
    stackBytes: number,
    method: RuntimeMethod,
    argument: number,
    daemon: boolean,
  ): number {
    const size = Math.max(MINIMUM_STACK_BYTES, (stackBytes + 15) & ~15);
    const thread = this.#allocateBlock();
    if (thread === 0) return 0;
    const stack = this.machine.offHeap.allocate(size);
    const i32 = this.memory.i32;
    if (stack === 0) {
      this.#freeBlock(thread);
      return 0;
    }
    this.set(thread, THREAD.stackAddress, stack);
    this.set(thread, THREAD.stackLimit, (stack + size - STACK_RESERVE_BYTES) >> 2);
    this.set(thread, THREAD.object, object);
    this.set(thread, THREAD.daemon, daemon ? 1 : 0);
    this.#firstFrame(thread, stack >> 2, method, argument);
    const tail = i32[REGISTERS.threadListTail]!;
    if (tail === 0) i32[REGISTERS.threadListHead] = thread;
    else this.set(tail, THREAD.listNext, thread);
    i32[REGISTERS.threadListTail] = thread;
    if (object !== 0) this.memory.i32[(object + this.eetopOffset) >> 2] = thread;
    this.wake(thread);
    return thread;
  }

  /** A cleared thread block with its thread id, which it keeps when it is used again; 0 where there is none left. */
  #allocateBlock(): number {
    const i32 = this.memory.i32;
    const free = i32[REGISTERS.freeThreads]!;
    const id = free === 0 ? i32[REGISTERS.nextThreadId]! : this.get(free, THREAD.threadId);
    if (id > MAXIMUM_THREAD_ID) return 0;
    const thread = free === 0 ? this.memory.allocateMetaspace(THREAD.words * 4) : free;
    if (thread === 0) return 0;
    if (free === 0) i32[REGISTERS.nextThreadId] = id + 1;
    else i32[REGISTERS.freeThreads] = this.get(free, THREAD.queueNext);
    i32.fill(0, thread >> 2, (thread >> 2) + THREAD.words);
    this.set(thread, THREAD.threadId, id);
    return thread;
  }

  #freeBlock(thread: number): void {
    this.set(thread, THREAD.queueNext, this.memory.i32[REGISTERS.freeThreads]!);
    this.memory.i32[REGISTERS.freeThreads] = thread;
  }

  #firstFrame(thread: number, locals: number, method: RuntimeMethod, argument: number): void {
    const i32 = this.memory.i32;
    const table = this.machine.methodTable;
    i32[locals] = argument;
    const fp = locals + table[method.number + METHOD_ROW.localWords]!;
    i32[fp + FRAME.callerFp] = 0;
    i32[fp + FRAME.method] = method.number;
    i32[fp + FRAME.pc] = table[method.number + METHOD_ROW.entry]!;
    i32[fp + FRAME.returnDelta] = 0;
    this.set(thread, THREAD.fp, fp);
    this.set(thread, THREAD.sp, fp + FRAME.words);
  }

  /** Ends the running thread: its block and stack are free for the next one. */
  terminateCurrent(): never {
    const i32 = this.memory.i32;
    const thread = i32[REGISTERS.currentThread]!;
    const object = this.get(thread, THREAD.object);
    this.suspend(THREAD_STATE.terminated, JAVA_THREAD_STATUS.terminated);
    if (object !== 0) this.memory.i32[(object + this.eetopOffset) >> 2] = 0;
    let previous = 0;
    for (const at of this.threads()) {
      if (at === thread) break;
      previous = at;
    }
    const next = this.get(thread, THREAD.listNext);
    if (previous === 0) i32[REGISTERS.threadListHead] = next;
    else this.set(previous, THREAD.listNext, next);
    if (i32[REGISTERS.threadListTail] === thread) i32[REGISTERS.threadListTail] = previous;
    this.machine.offHeap.free(this.get(thread, THREAD.stackAddress));
    this.#freeBlock(thread);
    throw THREAD_BLOCKED;
  }

  /** Lets the running thread use, or no longer use, the reserve at the end of its stack. */
  useReserve(use: boolean): void {
    const thread = this.memory.i32[REGISTERS.currentThread]!;
    if ((this.get(thread, THREAD.usingReserve) === 1) === use) return;
    this.set(thread, THREAD.usingReserve, use ? 1 : 0);
    const change = (use ? STACK_RESERVE_BYTES : -STACK_RESERVE_BYTES) >> 2;
    this.set(thread, THREAD.stackLimit, this.get(thread, THREAD.stackLimit) + change);
  }

  /** Live threads other than daemons. */
  userThreadCount(): number {
    return this.threads().filter((thread) => this.get(thread, THREAD.daemon) === 0).length;
  }
}
