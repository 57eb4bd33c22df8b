// Which replicas go on, as the program may know it: the count, exceptions for threads within a try statement that catches
// them, and listeners. An event is delivered between two epochs, so all of it happens alike on every replica.
import type { BinaryReader, BinaryWriter } from '../lib/binary.js';
import type { ExternalAction } from './environment.js';
import { FRAME, THREAD, THREAD_STATE, WAKE } from './layout.js';
import type { Machine } from './machine.js';
import { REGISTERS } from './memory.js';
import type { RuntimeMethod } from './runtime-class.js';

export type MembershipEvent = Extract<ExternalAction, { kind: 'membership' }>;

const SUPERCLASS = 'rjvm/ReplicationException';
const EXCEPTION = { lost: 'rjvm/NodeFailureException', whole: 'rjvm/ReintegrationException' } as const;
const API = 'rjvm/Replication';

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
  /** Those that a thread, or the listeners, have still to take, by their ids. */
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
    this.#events = [...this.#events.filter(({ id }) => this.#isWanted(id)), event];
    for (const thread of scheduler.threads()) {
      if (scheduler.get(thread, THREAD.pendingEvent) !== 0) continue;
      if (this.#catchingFrame(thread, event) === 0) continue;
      scheduler.set(thread, THREAD.pendingEvent, event.id);
      i32[REGISTERS.eventsPending] = 1;
      this.#endWait(thread);
    }
    this.#startTelling();
  }

  /** Whether a thread or the listeners have still to take that event. */
  #isWanted(id: number): boolean {
    const { scheduler } = this.#machine;
    if (
      this.#registers[REGISTERS.membershipListening] === 1 &&
      id > this.#registers[REGISTERS.membershipTold]!
    )
      return true;
    return scheduler.threads().some((thread) => {
      const pending = scheduler.get(thread, THREAD.pendingEvent);
      return pending !== 0 && pending <= id;
    });
  }

  // --- Exceptions --------------------------------------------------------------------------------------------------

  /** Ends the sleep or wait of a thread, which then throws. Its timer, where it has one, is left to run out unheard:
   *  nothing is asked of the environment between two epochs. */
  #endWait(thread: number): void {
    const { scheduler } = this.#machine;
    const state = scheduler.get(thread, THREAD.state);
    if (state !== THREAD_STATE.sleeping && state !== THREAD_STATE.waiting) return;
    if (!this.#isReady(thread)) return;
    scheduler.set(thread, THREAD.timer, 0);
    scheduler.endWait(thread, WAKE.membership);
  }

  /** The running thread, which has a pending event, is about to go on: throws the event's exception where that can be
   *  now. An event whose try statement the thread has left is none of its business any more. */
  offer(thread: number): void {
    const { scheduler } = this.#machine;
    let id = scheduler.get(thread, THREAD.pendingEvent);
    for (; id !== 0; id = this.#following(id)) {
      const event = this.#events.find((candidate) => candidate.id === id);
      if (event === undefined || this.#catchingFrame(thread, event) === 0) continue;
      scheduler.set(thread, THREAD.pendingEvent, id);
      if (this.#isReady(thread) && !this.#isWaiting(thread)) this.#throw(thread, event);
      return;
    }
    this.#take(thread, 0);
  }

  /** Called by a native whose wait has ended by WAKE.membership; returns where there is nothing to throw any more. */
  throwInWait(thread: number): void {
    const { scheduler } = this.#machine;
    const id = scheduler.get(thread, THREAD.pendingEvent);
    const event = this.#events.find((candidate) => candidate.id === id);
    if (event !== undefined && this.#catchingFrame(thread, event) !== 0) this.#throw(thread, event);
  }

  #throw(thread: number, event: MembershipEvent): void {
    const { heap, classes } = this.#machine;
    const className = EXCEPTION[event.change];
    if (classes.findBoot(className) === null) return this.#take(thread, this.#following(event.id));
    // Before anything changes: it may leave for a collection.
    const replica = heap.newString(event.replica);
    this.#take(thread, this.#following(event.id));
    this.#machine.throwWith(className, '(Ljava/lang/String;)V', [replica]);
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

  /** The frame of the thread that is within a try statement with a catch clause for exactly the event's exception or for
   *  the superclass of them all, the innermost one; 0 where there is none. */
  #catchingFrame(thread: number, event: MembershipEvent): number {
    const className = EXCEPTION[event.change];
    for (const { fp, method } of this.#machine.exceptions.allFrames(thread)) {
      if (this.#isApplication(method) && this.#catches(method, fp, className)) return fp;
    }
    return 0;
  }

  #catches(method: RuntimeMethod, fp: number, className: string): boolean {
    const table = method.code?.exceptionTable ?? [];
    if (table.length === 0) return false;
    const { exceptions } = this.#machine;
    const { pool } = method.declaringClass.file!;
    return table.some(({ catchType }, index) => {
      if (catchType === 0) return false;
      const name = pool.className(catchType);
      return (name === className || name === SUPERCLASS) && exceptions.isWithin(method, fp, index);
    });
  }

  /** Whether the thread can be disturbed: it executes code of the application, or waits there. In the middle of a method of
   *  the JDK, or of a class's initialization, an exception from nowhere would do harm. */
  #isReady(thread: number): boolean {
    let isTop = true;
    let isInWait = false;
    for (const { fp, method } of this.#machine.exceptions.allFrames(thread)) {
      const { declaringClass } = method;
      if (isTop) {
        isTop = false;
        isInWait = WAITS.has(method.toString());
        if (!isInWait)
          return this.#isApplication(method) && this.#isRunning(method, fp) && this.#isFree(thread);
      } else if (this.#isApplication(method)) return this.#isFree(thread);
      else if (!CALLERS_OF_WAITS.has(declaringClass.name)) return false;
    }
    return false;
  }

  /** The frame stands at an instruction of its method, not before the first. */
  #isRunning(method: RuntimeMethod, fp: number): boolean {
    return method.codeBase >= 0 && this.#registers[fp + FRAME.pc]! >= method.codeBase;
  }

  #isWaiting(thread: number): boolean {
    const fp = this.#machine.scheduler.get(thread, THREAD.fp);
    return this.#machine.classes.method(this.#registers[fp + FRAME.method]!).isNative;
  }

  /** No frame of the machine's own lies above the one that catches. */
  #isFree(thread: number): boolean {
    const id = this.#machine.scheduler.get(thread, THREAD.pendingEvent);
    const event = this.#events.find((candidate) => candidate.id === id);
    const catching = event === undefined ? 0 : this.#catchingFrame(thread, event);
    for (const { fp, method } of this.#machine.exceptions.allFrames(thread)) {
      if (fp === catching) return true;
      if (this.#machine.isInternal(method)) return false;
    }
    return false;
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
