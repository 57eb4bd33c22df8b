// Monitors (JVMS §2.11.10, JLS §17): thin locks in the lock word, inflated to a record where threads contend or wait.
// A released monitor is handed to the thread that has waited longest, so entry order is FIFO and deterministic.
import { MONITOR, OBJECT_HEADER, THREAD, THREAD_STATE, WAKE } from './layout.js';
import type { Machine } from './machine.js';
import { REGISTERS } from './memory.js';
import type { Reference } from './runtime-class.js';
import { JAVA_THREAD_STATUS } from './scheduler.js';

/** Thin lock word: thread id from bit 9, recursion in bits 1 to 8, bit 0 clear. Inflated: record address, bit 0 set. */
const THREAD_SHIFT = 9;
const RECURSION_UNIT = 2;
const RECURSION_MASK = 0x1fe;

export class Monitors {
  readonly #i32: Int32Array;

  constructor(readonly machine: Machine) {
    this.#i32 = machine.memory.i32;
  }

  #get(monitor: number, field: number): number {
    return this.#i32[(monitor >> 2) + field]!;
  }

  #set(monitor: number, field: number, value: number): void {
    this.#i32[(monitor >> 2) + field] = value;
  }

  #current(): number {
    return this.#i32[REGISTERS.currentThread]!;
  }

  #threadId(thread: number): number {
    return this.machine.scheduler.get(thread, THREAD.threadId);
  }

  /** Enters the monitor, or blocks the running thread; then the call is made again and finds the monitor handed over. */
  enter(object: Reference): void {
    const word = (object >> 2) + OBJECT_HEADER.lockWord;
    const lock = this.#i32[word]!;
    const thread = this.#current();
    const mine = this.#threadId(thread) << THREAD_SHIFT;
    if (lock === 0) {
      this.#i32[word] = mine;
      return;
    }
    if ((lock & 1) === 0 && (lock & ~RECURSION_MASK) === mine && (lock & RECURSION_MASK) !== RECURSION_MASK) {
      this.#i32[word] = lock + RECURSION_UNIT;
      return;
    }
    const monitor = this.#inflate(object);
    const scheduler = this.machine.scheduler;
    if (this.#get(monitor, MONITOR.owner) === thread) {
      if (scheduler.get(thread, THREAD.monitor) === monitor) scheduler.set(thread, THREAD.monitor, 0);
      else this.#set(monitor, MONITOR.recursion, this.#get(monitor, MONITOR.recursion) + 1);
      return;
    }
    if (this.#get(monitor, MONITOR.owner) === 0) {
      this.#set(monitor, MONITOR.owner, thread);
      return;
    }
    scheduler.set(thread, THREAD.monitor, monitor);
    this.#append(monitor, MONITOR.entryHead, MONITOR.entryTail, thread);
    scheduler.block(THREAD_STATE.blockedOnMonitor, JAVA_THREAD_STATUS.blocked);
  }

  /** Leaves the monitor. False where the running thread does not own it. */
  exit(object: Reference): boolean {
    const word = (object >> 2) + OBJECT_HEADER.lockWord;
    const lock = this.#i32[word]!;
    const thread = this.#current();
    const mine = this.#threadId(thread) << THREAD_SHIFT;
    if ((lock & 1) === 0) {
      if (lock === 0 || (lock & ~RECURSION_MASK) !== mine) return false;
      this.#i32[word] = lock === mine ? 0 : lock - RECURSION_UNIT;
      return true;
    }
    const monitor = lock & ~1;
    if (this.#get(monitor, MONITOR.owner) !== thread) return false;
    const recursion = this.#get(monitor, MONITOR.recursion);
    if (recursion > 0) this.#set(monitor, MONITOR.recursion, recursion - 1);
    else this.#release(monitor);
    return true;
  }

  /** True where the running thread owns the object's monitor. */
  isHeld(object: Reference): boolean {
    const lock = this.#i32[(object >> 2) + OBJECT_HEADER.lockWord]!;
    const thread = this.#current();
    if ((lock & 1) === 1) return this.#get(lock & ~1, MONITOR.owner) === thread;
    return lock !== 0 && (lock & ~RECURSION_MASK) === this.#threadId(thread) << THREAD_SHIFT;
  }

  /** Hands the monitor to the next thread of the entry queue, or frees it; an idle record is deflated. */
  #release(monitor: number): void {
    const scheduler = this.machine.scheduler;
    const next = this.#get(monitor, MONITOR.entryHead);
    if (next !== 0) {
      this.#removeHead(monitor, MONITOR.entryHead, MONITOR.entryTail);
      this.#set(monitor, MONITOR.owner, next);
      this.#set(monitor, MONITOR.recursion, scheduler.get(next, THREAD.savedRecursion));
      scheduler.set(next, THREAD.savedRecursion, 0);
      scheduler.wake(next);
      return;
    }
    this.#set(monitor, MONITOR.owner, 0);
    this.#set(monitor, MONITOR.recursion, 0);
    if (this.#get(monitor, MONITOR.waitHead) !== 0) return;
    this.#i32[(this.#get(monitor, MONITOR.object) >> 2) + OBJECT_HEADER.lockWord] = 0;
    this.#set(monitor, MONITOR.object, 0);
    this.#set(monitor, MONITOR.nextFree, this.#i32[REGISTERS.freeMonitors]!);
    this.#i32[REGISTERS.freeMonitors] = monitor;
  }

  /** The object's monitor record, made where the lock was thin. */
  #inflate(object: Reference): number {
    const word = (object >> 2) + OBJECT_HEADER.lockWord;
    const lock = this.#i32[word]!;
    if ((lock & 1) === 1) return lock & ~1;
    const free = this.#i32[REGISTERS.freeMonitors]!;
    const monitor = free === 0 ? this.machine.memory.allocateMetaspace(MONITOR.words * 4) : free;
    if (monitor === 0) this.machine.throwImplicit('java/lang/OutOfMemoryError', 'Metaspace');
    if (free !== 0) this.#i32[REGISTERS.freeMonitors] = this.#get(free, MONITOR.nextFree);
    this.#i32.fill(0, monitor >> 2, (monitor >> 2) + MONITOR.words);
    this.#set(monitor, MONITOR.object, object);
    if (lock !== 0) {
      const id = lock >>> THREAD_SHIFT;
      const owner = this.machine.scheduler.threads().find((thread) => this.#threadId(thread) === id);
      this.#set(monitor, MONITOR.owner, owner ?? 0);
      this.#set(monitor, MONITOR.recursion, (lock & RECURSION_MASK) / RECURSION_UNIT);
    }
    this.#i32[word] = monitor | 1;
    return monitor;
  }

  /** Object.wait of the owner: releases the monitor and joins the wait set. The thread's timer is already set. */
  wait(object: Reference, timed: boolean): never {
    const scheduler = this.machine.scheduler;
    const thread = this.#current();
    const monitor = this.#inflate(object);
    scheduler.set(thread, THREAD.savedRecursion, this.#get(monitor, MONITOR.recursion));
    scheduler.set(thread, THREAD.monitor, monitor);
    scheduler.set(thread, THREAD.wakeReason, WAKE.none);
    this.#append(monitor, MONITOR.waitHead, MONITOR.waitTail, thread);
    this.#release(monitor);
    return scheduler.block(
      THREAD_STATE.waiting,
      timed ? JAVA_THREAD_STATUS.timedWaiting : JAVA_THREAD_STATUS.waiting,
    );
  }

  /** Object.notify by the owner: the thread that has waited longest goes to the entry queue. False: none waits. */
  notify(object: Reference): boolean {
    const lock = this.#i32[(object >> 2) + OBJECT_HEADER.lockWord]!;
    if ((lock & 1) === 0) return false;
    const thread = this.#get(lock & ~1, MONITOR.waitHead);
    if (thread === 0) return false;
    this.machine.scheduler.set(thread, THREAD.wakeReason, WAKE.notified);
    this.endWait(thread);
    return true;
  }

  /** Moves a waiting thread to the entry queue of its monitor, or hands it the monitor where that is free. */
  endWait(thread: number): void {
    const scheduler = this.machine.scheduler;
    const monitor = scheduler.get(thread, THREAD.monitor);
    this.#remove(monitor, thread);
    scheduler.cancelTimer(thread);
    this.#append(monitor, MONITOR.entryHead, MONITOR.entryTail, thread);
    scheduler.blockOnMonitor(thread);
    if (this.#get(monitor, MONITOR.owner) === 0) this.#release(monitor);
  }

  /** After a wait: the monitor was handed over. */
  resumeAfterWait(): void {
    this.machine.scheduler.set(this.#current(), THREAD.monitor, 0);
  }

  #append(monitor: number, head: number, tail: number, thread: number): void {
    const scheduler = this.machine.scheduler;
    scheduler.set(thread, THREAD.queueNext, 0);
    const last = this.#get(monitor, tail);
    if (last === 0) this.#set(monitor, head, thread);
    else scheduler.set(last, THREAD.queueNext, thread);
    this.#set(monitor, tail, thread);
  }

  #removeHead(monitor: number, head: number, tail: number): void {
    const thread = this.#get(monitor, head);
    const next = this.machine.scheduler.get(thread, THREAD.queueNext);
    this.#set(monitor, head, next);
    if (next === 0) this.#set(monitor, tail, 0);
  }

  /** Takes a thread out of the wait set. */
  #remove(monitor: number, thread: number): void {
    const scheduler = this.machine.scheduler;
    let previous = 0;
    let at = this.#get(monitor, MONITOR.waitHead);
    while (at !== thread) {
      previous = at;
      at = scheduler.get(at, THREAD.queueNext);
    }
    const next = scheduler.get(thread, THREAD.queueNext);
    if (previous === 0) this.#set(monitor, MONITOR.waitHead, next);
    else scheduler.set(previous, THREAD.queueNext, next);
    if (this.#get(monitor, MONITOR.waitTail) === thread) this.#set(monitor, MONITOR.waitTail, previous);
  }
}
