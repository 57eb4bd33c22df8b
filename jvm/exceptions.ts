// Exceptions: making them, finding their handlers (JVMS §2.10), and the backtraces that stack traces are made of.
import { FRAME, METHOD_FLAG, METHOD_ROW, SCRATCH, THREAD } from './layout.js';
import type { Machine } from './machine.js';
import { REGISTERS } from './memory.js';
import { STUB } from './opcode-numbers.js';
import type { Reference, RuntimeClass, RuntimeMethod } from './runtime-class.js';

/** HotSpot's MaxJavaStackTraceDepth. */
const MAXIMUM_TRACE_DEPTH = 1024;

/** One frame of a thread, as seen from outside. */
export interface FrameView {
  /** Word index of the header. */
  readonly fp: number;
  readonly method: RuntimeMethod;
  /** Bytecode index; 0 for native methods. */
  readonly pc: number;
  /** Word index of local variable 0. */
  readonly locals: number;
}

export class Exceptions {
  constructor(readonly machine: Machine) {}

  /** Frames of a thread, the top one first, without those that the machine pushes for itself. */
  *frames(thread: number): Generator<FrameView> {
    for (const frame of this.allFrames(thread)) if (!this.machine.isInternal(frame.method)) yield frame;
  }

  *allFrames(thread: number): Generator<FrameView> {
    const { memory, classes } = this.machine;
    for (let fp = this.machine.scheduler.get(thread, THREAD.fp); fp !== 0; fp = memory.i32[fp]!) {
      const method = classes.method(memory.i32[fp + FRAME.method]!);
      const pc = method.codeBase < 0 ? 0 : method.bytecodeIndex(memory.i32[fp + FRAME.pc]!);
      yield { fp, method, pc, locals: this.localsOf(method, fp) };
    }
  }

  /** Word index of local variable 0 of a frame. */
  localsOf(method: RuntimeMethod, fp: number): number {
    return fp - this.machine.methodTable[method.number + METHOD_ROW.localWords]!;
  }

  /** Backtrace of the running thread as pairs of method number and bytecode index, without the frames that make
   *  the throwable itself. One more element stands at the end where the top frame is hidden. */
  backtrace(throwable: Reference): number[] {
    const pairs: number[] = [];
    let topHidden = false;
    const thread = this.machine.memory.i32[REGISTERS.currentThread]!;
    let making = true;
    for (const { method, pc, locals } of this.frames(thread)) {
      if (making) {
        if (method.name === 'fillInStackTrace') continue;
        if (method.name === '<init>' && this.machine.memory.i32[locals] === throwable) continue;
        making = false;
      }
      if ((this.machine.methodTable[method.number + METHOD_ROW.flags]! & METHOD_FLAG.hidden) !== 0) {
        topHidden ||= pairs.length === 0;
        continue;
      }
      pairs.push(method.number, pc);
      if (pairs.length >= 2 * MAXIMUM_TRACE_DEPTH) break;
    }
    return topHidden ? [...pairs, 1] : pairs;
  }

  /**
   * Throws an exception in the running thread: its frames are left until one handles the exception; that frame's pc
   * and operand stack are set. The last frame of a thread is the machine's own and handles everything.
   */
  unwind(exception: Reference): void {
    const { memory, methodTable, scheduler, classes } = this.machine;
    const i32 = memory.i32;
    const thread = i32[REGISTERS.currentThread]!;
    const type = classes.of(exception);
    const throwing = scheduler.get(thread, THREAD.fp);
    let fp = throwing;
    for (;;) {
      const number = i32[fp + FRAME.method]!;
      const method = classes.method(number);
      const entry = this.#findHandler(method, fp, type);
      if (entry >= 0) {
        i32[fp + FRAME.pc] = method.absolutePc(method.code!.exceptionTable[entry]!.handlerPc);
        i32[fp + FRAME.words] = exception;
        scheduler.set(thread, THREAD.fp, fp);
        scheduler.set(thread, THREAD.sp, fp + FRAME.words + 2);
        if (method.plan !== null) this.machine.preservation.enterCatch(method, fp, entry);
        return;
      }
      // A native catches what the methods that it called throw, not what it throws itself.
      if (method.native?.catches === true && fp !== throwing) {
        scheduler.set(thread, THREAD.fp, fp);
        scheduler.set(thread, THREAD.sp, fp + FRAME.words);
        i32[this.machine.scratchWord(fp) + SCRATCH.resultIsReference] = 0;
        this.machine.setCaught(exception);
        return;
      }
      const locals = fp - methodTable[number + METHOD_ROW.localWords]!;
      scheduler.set(thread, THREAD.sp, locals);
      if (
        (methodTable[number + METHOD_ROW.flags]! & METHOD_FLAG.synchronized) !== 0 &&
        this.isEntered(fp, method)
      ) {
        this.machine.monitors.exit(i32[fp - 2]!);
      }
      fp = i32[fp]!;
      if (fp === 0) throw new Error('the first frame of a thread let an exception pass');
      if (fp === scheduler.get(thread, THREAD.eventFrame)) scheduler.set(thread, THREAD.eventFrame, 0);
      scheduler.set(thread, THREAD.fp, fp);
    }
  }

  /** False where a synchronized method's frame was made but its monitor not entered yet. */
  isEntered(fp: number, method: RuntimeMethod): boolean {
    const pc = this.machine.memory.i32[fp + FRAME.pc]!;
    if (method.isNative) return pc > this.machine.methodTable[method.number + METHOD_ROW.entry]!;
    return method.codeBase >= 0 && pc >= method.codeBase;
  }

  /** False where a frame of a method that preserves was made but its hidden local variables are not cleared yet. */
  isBegun(fp: number, method: RuntimeMethod): boolean {
    if (method.plan!.slotCount === 0) return true;
    const entry = this.machine.methodTable[method.number + METHOD_ROW.entry]!;
    return method.codeBase >= 0 && this.machine.memory.i32[fp + FRAME.pc]! > entry;
  }

  /** True where a native's frame has its scratch words. */
  isNativeEntered(fp: number): boolean {
    const pc = this.machine.memory.i32[fp + FRAME.pc]!;
    return pc === STUB.native + 1 || pc === STUB.synchronizedNative + 2;
  }

  /** Whether a frame is within the range of that entry of its method's exception table. */
  isWithin(method: RuntimeMethod, fp: number, index: number): boolean {
    const absolutePc = this.machine.memory.i32[fp + FRAME.pc]!;
    if (method.codeBase < 0 || absolutePc < method.codeBase) return false;
    const { startPc, endPc } = method.code!.exceptionTable[index]!;
    const pc = method.bytecodeIndex(absolutePc);
    if (pc < startPc || pc >= endPc) return false;
    return !method.plan?.layout.isBefore(absolutePc - method.codeBase, index);
  }

  /** Index of the handler in the method's exception table, -1 where there is none. A class that catches is loaded where the
   *  exception's classes are, so names decide, checked against what the method's loader gave for the name. */
  #findHandler(method: RuntimeMethod, fp: number, type: RuntimeClass): number {
    const table = method.code?.exceptionTable;
    if (!table) return -1;
    return table.findIndex(({ catchType }, index) => {
      if (!this.isWithin(method, fp, index)) return false;
      if (catchType === 0) return true;
      const name = method.declaringClass.file!.pool.className(catchType);
      const known = this.machine.classes.loaded(method.declaringClass.loader, name);
      for (let at: RuntimeClass | null = type; at !== null; at = at.superclass) {
        if (known ? at === known : at.name === name) return true;
      }
      return false;
    });
  }
}
