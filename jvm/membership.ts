// Which replicas go on, as the program may know it: the count, exceptions for threads within a try statement that catches
// them, and listeners. An event is delivered between two epochs, so all of it happens alike on every replica.
import type { BinaryReader, BinaryWriter } from '../lib/binary.js';
import type { ExternalAction } from './environment.js';
import type { FrameView } from './exceptions.js';
import { FRAME, THREAD, THREAD_STATE, WAKE } from './layout.js';
import type { Machine } from './machine.js';
import { REGISTERS } from './memory.js';
import { STUB } from './opcode-numbers.js';
import type { RuntimeMethod } from './runtime-class.js';
import { FRAMES_CHANGED, JavaThrow } from './signals.js';

export type MembershipEvent = Extract<ExternalAction, { kind: 'membership' }>;

const SUPERCLASS = 'rjvm/ReplicationException';
const EXCEPTION = { lost: 'rjvm/NodeFailureException', whole: 'rjvm/ReintegrationException' } as const;
const API = 'rjvm/Replication';
/** Events that are kept for threads that are slow to take them. */
const MAXIMUM_EVENTS = 1000;
/** Return delta of a frame that never returns, on top of one whose instruction is a call. */
const CALL_DELTA = 1;

/** Natives in which a thread waits for others or for time alone, and leaves nothing half done when it is disturbed. */
const WAITS: ReadonlySet<string> = new Set(['java/lang/Thread.sleep(J)V', 'java/lang/Object.wait(J)V']);
/** Classes whose methods call them and let exceptions pass. */
const CALLERS_OF_WAITS: ReadonlySet<string> = new Set([
  'java/lang/Object',
  'java/lang/Thread',
  'java/util/concurrent/TimeUnit',
]);

export class Membership {
  readonly #machine: Machine;
  /** The last ones, in their order: threads and listeners may have some of them still to take. */
  #events: readonly MembershipEvent[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  save(writer: BinaryWriter): void {
    writer.varuint(this.#events.length);
    for (const { id, change, replica, replicaCount } of this.#events) {
      writer
        .varuint(id)
        .boolean(change === 'lost')
        .string(replica)
        .varuint(replicaCount);
    }
  }

  restore(reader: BinaryReader): void {
    this.#events = Array.from({ length: reader.varuint() }, () => {
      const id = reader.varuint();
      const change = reader.boolean() ? 'lost' : 'whole';
      return { kind: 'membership', id, change, replica: reader.string(), replicaCount: reader.varuint() };
    });
  }

  get #registers(): Int32Array {
    return this.#machine.memory.i32;
  }

  /** Replicas that can go on, the primary included. */
  get replicaCount(): number {
    return this.#registers[REGISTERS.replicaCount] || this.#machine.options.replicaCount;
  }

  /** The program has listeners from now on. */
  listen(): void {
    if (this.#registers[REGISTERS.membershipListening] === 1) return;
    this.#registers[REGISTERS.membershipListening] = 1;
    this.#registers[REGISTERS.membershipTold] = this.#registers[REGISTERS.membership]!;
  }

  /** Delivers an event between two epochs. */
  deliver(event: MembershipEvent): void {
    const i32 = this.#registers;
    const { scheduler } = this.#machine;
    i32[REGISTERS.replicaCount] = event.replicaCount;
    i32[REGISTERS.membership] = event.id;
    this.#keep(event);
    for (const thread of scheduler.threads()) {
      if (scheduler.get(thread, THREAD.pendingEvent) !== 0 || !this.#isCaught(thread, event)) continue;
      scheduler.set(thread, THREAD.pendingEvent, event.id);
      i32[REGISTERS.eventsPending] = 1;
      this.#endWait(thread);
    }
    this.#startTelling();
  }

  /** Keeps the event and the latest ones before it, and what a thread is still to throw. */
  #keep(event: MembershipEvent): void {
    const { scheduler } = this.#machine;
    const pending = new Set(scheduler.threads().map((thread) => scheduler.get(thread, THREAD.pendingEvent)));
    const events = [...this.#events, event];
    const first = events.length - MAXIMUM_EVENTS;
    this.#events = events.filter(({ id }, index) => index >= first || pending.has(id));
  }

  #event(id: number): MembershipEvent | undefined {
    return this.#events.find((event) => event.id === id);
  }

  // --- Exceptions --------------------------------------------------------------------------------------------------

  /** Ends the sleep or wait of a thread, which then throws. Its timer, where it has one, is left to run out unheard:
   *  nothing is asked of the environment between two epochs. */
  #endWait(thread: number): void {
    const { scheduler } = this.#machine;
    const state = scheduler.get(thread, THREAD.state);
    if (state !== THREAD_STATE.sleeping && state !== THREAD_STATE.waiting) return;
    const { method } = this.#framesToCatch(thread)[0]!;
    if (!WAITS.has(method.toString()) || !this.#isWaitOfApplication(thread)) return;
    scheduler.set(thread, THREAD.timer, 0);
    scheduler.endWait(thread, WAKE.membership);
  }

  /** Whether code of the application waits, by itself or through methods that are made for no more than that. */
  #isWaitOfApplication(thread: number): boolean {
    const callers = this.#framesToCatch(thread).slice(1);
    const first = callers.find(({ method }) => !CALLERS_OF_WAITS.has(method.declaringClass.name));
    return first !== undefined && this.#isApplication(first.method);
  }

  /** The running thread, which has a pending event, is about to go on: throws the event's exception where that can be
   *  now. An event whose try statement the thread has left is none of its business any more. */
  offer(thread: number): void {
    const { scheduler } = this.#machine;
    if (scheduler.get(thread, THREAD.eventFrame) !== 0) return;
    for (let id = scheduler.get(thread, THREAD.pendingEvent); id !== 0; id = this.#following(id)) {
      const event = this.#event(id);
      if (event === undefined || !this.#isCaught(thread, event)) continue;
      scheduler.set(thread, THREAD.pendingEvent, id);
      return this.#throwOrArrange(thread, event);
    }
    this.#take(thread, 0);
  }

  /** In code of the application the exception is thrown at once. A method of the JDK, and the initialization of a class, are
   *  not cut short, since an exception from nowhere would do harm there: it is thrown when they return. */
  #throwOrArrange(thread: number, event: MembershipEvent): void {
    const frames = this.#framesToCatch(thread);
    const above = frames.findLastIndex(({ method }) => this.#machine.isInternal(method));
    const index = frames.findIndex(({ method }, at) => at > above && this.#isApplication(method));
    const { fp, method } = frames[index]!;
    const i32 = this.#registers;
    if (index === 0) {
      const isRunning = method.codeBase >= 0 && i32[fp + FRAME.pc]! >= method.codeBase;
      if (isRunning) this.#throw(thread, event, 0);
      return;
    }
    const callee = frames[index - 1]!.fp + FRAME.returnDelta;
    // An instruction that is executed again comes by here once more.
    if (i32[callee] === 0) return;
    i32[callee] = STUB.event - i32[fp + FRAME.pc]!;
    this.#machine.scheduler.set(thread, THREAD.eventFrame, fp);
    this.#machine.scheduler.set(thread, THREAD.eventPc, i32[fp + FRAME.pc]!);
  }

  /** The method that the thread was in when its event came has returned: throws in place of going on, as if that had. */
  returned(thread: number): void {
    const { scheduler } = this.#machine;
    const fp = scheduler.get(thread, THREAD.eventFrame);
    this.#registers[fp + FRAME.pc] = scheduler.get(thread, THREAD.eventPc);
    scheduler.set(thread, THREAD.eventFrame, 0);
    this.#throw(thread, this.#event(scheduler.get(thread, THREAD.pendingEvent))!, CALL_DELTA);
  }

  /** Called by a native whose wait has ended by WAKE.membership; returns where there is nothing to throw any more. */
  throwInWait(thread: number): void {
    const event = this.#event(this.#machine.scheduler.get(thread, THREAD.pendingEvent));
    if (event !== undefined && this.#isCaught(thread, event)) this.#throw(thread, event, 0);
  }

  /** returnDelta: 0 where the top frame's instruction has not been executed, so that its operands are still there. */
  #throw(thread: number, { id, change }: MembershipEvent, returnDelta: number): void {
    const { classes, internalFrames } = this.#machine;
    this.#take(thread, this.#following(id));
    if (classes.findBoot(EXCEPTION[change]) === null) return;
    this.#machine.pushFrame(internalFrames.throwMembership, [id], returnDelta);
    throw FRAMES_CHANGED;
  }

  /** Throws the exception of an event, in a frame of the machine's own: scratch word 0 is the step, 3 the exception. */
  throwException(id: number): never {
    const m = this.#machine;
    if (m.scratch(0) === 0) {
      const { change, replica } = this.#event(id)!;
      const type = m.classes.boot(EXCEPTION[change]);
      m.initialize(type);
      const exception = m.heap.allocateObject(type);
      const name = m.heap.newString(replica);
      m.setScratch(3, exception);
      m.setScratch(0, 1);
      m.call(type.methodsByKey.get('<init>(Ljava/lang/String;)V')!, [exception, name]);
    }
    throw new JavaThrow(m.scratch(3));
  }

  /** The id after this one, 0 where there is no such event yet. */
  #following(id: number): number {
    return id < this.#registers[REGISTERS.membership]! ? id + 1 : 0;
  }

  /** The thread waits for that event next; 0: for none. */
  #take(thread: number, next: number): void {
    const { scheduler } = this.#machine;
    scheduler.set(thread, THREAD.pendingEvent, next);
    const isPending = scheduler.threads().some((other) => scheduler.get(other, THREAD.pendingEvent) !== 0);
    this.#registers[REGISTERS.eventsPending] = isPending ? 1 : 0;
  }

  /** Whether the thread is within a try statement with a catch clause for exactly the event's exception, or for the
   *  superclass of them all. */
  #isCaught(thread: number, event: MembershipEvent): boolean {
    const frames = [...this.#machine.exceptions.allFrames(thread)];
    return frames.some((frame) => this.#catches(frame, event));
  }

  /** Frames of a thread with a pending event, from the top to the one that catches it. */
  #framesToCatch(thread: number): readonly FrameView[] {
    const event = this.#event(this.#machine.scheduler.get(thread, THREAD.pendingEvent))!;
    const frames = [...this.#machine.exceptions.allFrames(thread)];
    return frames.slice(0, frames.findIndex((frame) => this.#catches(frame, event)) + 1);
  }

  #catches({ method, fp }: FrameView, { change }: MembershipEvent): boolean {
    const table = method.code?.exceptionTable ?? [];
    if (table.length === 0 || !this.#isApplication(method)) return false;
    const { pool } = method.declaringClass.file!;
    return table.some(({ catchType }, index) => {
      if (catchType === 0) return false;
      const name = pool.className(catchType);
      const isNamed = name === EXCEPTION[change] || name === SUPERCLASS;
      return isNamed && this.#machine.exceptions.isWithin(method, fp, index);
    });
  }

  #isApplication(method: RuntimeMethod): boolean {
    return !method.isNative && this.#machine.classes.isApplication(method.declaringClass);
  }

  // --- Listeners ---------------------------------------------------------------------------------------------------

  /** Starts the thread that tells the listeners, where there are some and it is not at work already. */
  #startTelling(): void {
    const i32 = this.#registers;
    if (i32[REGISTERS.membershipListening] !== 1 || i32[REGISTERS.membershipTelling] === 1) return;
    const { scheduler, options, internalFrames } = this.#machine;
    // Without room for a thread the listeners hear of it together with the next event.
    const thread = scheduler.start(0, options.stackBytes, internalFrames.tellListeners, 0, true);
    i32[REGISTERS.membershipTelling] = thread === 0 ? 0 : 1;
  }

  /** Calls the listeners with the next event, in the thread that is there for it; returns when there is none. */
  tellNext(): void {
    const i32 = this.#registers;
    const event = this.#events.find(({ id }) => id > i32[REGISTERS.membershipTold]!);
    if (event === undefined) {
      i32[REGISTERS.membershipTelling] = 0;
      return;
    }
    const { heap } = this.#machine;
    // Before anything changes: it may leave for a collection.
    const replica = heap.newString(event.replica);
    i32[REGISTERS.membershipTold] = event.id;
    const isLost = event.change === 'lost' ? 1 : 0;
    const values = [isLost, replica, event.replicaCount];
    this.#machine.callStatic(API, 'tell(ZLjava/lang/String;I)V', values);
  }
}
