// How natives call Java and leave by an exception: frames pushed onto the running thread's stack, the scratch words that
// a native finds again when it is executed again, results of methods, and new exceptions. The lower half of Machine.
import type { ClassRegistry } from './class-registry.js';
import type { ImplicitException } from './external-actions.js';
import type { Heap } from './heap.js';
import type { InternalFrames } from './internal-frames.js';
import { CLASS_BLOCK, FRAME, INITIALIZATION, METHOD_FLAG, METHOD_ROW, SCRATCH, THREAD } from './layout.js';
import { type Memory, REGISTERS } from './memory.js';
import type { Reference, RuntimeClass, RuntimeMethod } from './runtime-class.js';
import type { Scheduler } from './scheduler.js';
import { FRAMES_CHANGED } from './signals.js';

export abstract class JavaCalls {
  abstract readonly memory: Memory;
  abstract readonly methodTable: Int32Array;
  abstract readonly heap: Heap;
  abstract readonly classes: ClassRegistry;
  abstract readonly scheduler: Scheduler;
  abstract readonly internalFrames: InternalFrames;
  /** What a method called by a native with `catches` has thrown; 0 for none. Part of the machine's state. */
  protected caught: Reference = 0;

  protected get runningThread(): number {
    return this.memory.i32[REGISTERS.currentThread]!;
  }

  /** Word index of the running thread's top frame header. */
  get framePointer(): number {
    return this.scheduler.get(this.runningThread, THREAD.fp);
  }

  /** Number of the method of the running thread's top frame. */
  get runningMethodNumber(): number {
    return this.memory.i32[this.framePointer + FRAME.method]!;
  }

  /** The instruction under way: no instruction is executed twice without one being counted in between. */
  instructionPosition(): string {
    const i32 = this.memory.i32;
    const count = i32[REGISTERS.countLow]! + i32[REGISTERS.grant]! - i32[REGISTERS.budget]!;
    return `${this.runningThread} ${this.framePointer} ${i32[this.framePointer + FRAME.pc]} ${count}`;
  }

  /** The native's scratch words, zero at its first execution: words 0 to 2 for ints and addresses of class blocks,
   *  words 3 to 6 for references. */
  scratch(index: number): number {
    return this.memory.i32[this.scratchWord(this.framePointer) + index]!;
  }

  setScratch(index: number, value: number): void {
    this.memory.i32[this.scratchWord(this.framePointer) + index] = value;
  }

  /** Word index of the scratch words of a native's frame. */
  scratchWord(fp: number): number {
    const flags = this.methodTable[this.memory.i32[fp + FRAME.method]! + METHOD_ROW.flags]!;
    return fp - SCRATCH.words - (flags & METHOD_FLAG.synchronized ? 2 : 0);
  }

  /**
   * Runs a Java method with these arguments (longs as bigint, everything else as number); the native is executed
   * again when it has returned, and finds its result by callResult*. Selects nothing: the method given is the one.
   */
  call(method: RuntimeMethod, values: readonly (number | bigint)[]): never {
    const caller = this.framePointer;
    this.pushFrame(method, values, 0);
    if (this.#isNative(caller) && 'L['.includes(method.parsed.returns[0]!)) {
      this.memory.i32[this.scratchWord(caller) + SCRATCH.resultIsReference] = 1;
    }
    // On top of the method's frame, so that the native is not executed again in between.
    if (method.isStatic) this.initialize(method.declaringClass);
    throw FRAMES_CHANGED;
  }

  /** As call, of the method that the receiver's class selects for name + descriptor. */
  callVirtual(receiver: Reference, key: string, values: readonly (number | bigint)[]): never {
    return this.call(this.virtualMethod(receiver, key), [receiver, ...values]);
  }

  /** The method that the receiver's class selects for name + descriptor. */
  virtualMethod(receiver: Reference, key: string): RuntimeMethod {
    const type = this.classes.of(receiver);
    const method = type.vtable.find((entry) => entry.key === key) ?? type.findClassMethod(key);
    if (!method) throw new Error(`no method ${key} in ${type.name}`);
    return method;
  }

  /** As call, of a static method of a class of the boot loader. */
  callStatic(className: string, key: string, values: readonly (number | bigint)[]): never {
    const method = this.classes.boot(className).methodsByKey.get(key);
    if (!method) throw new Error(`no method ${key} in ${className}`);
    return this.call(method, values);
  }

  /** Result (int, reference) of the method that the native called last. */
  callResultInt(): number {
    return this.memory.i32[this.scheduler.get(this.runningThread, THREAD.sp)]!;
  }

  callResultLong(): bigint {
    return this.memory.i64[this.scheduler.get(this.runningThread, THREAD.sp) >> 1]!;
  }

  callResultFloat(): number {
    return this.memory.f32[this.scheduler.get(this.runningThread, THREAD.sp)]!;
  }

  callResultDouble(): number {
    return this.memory.f64[this.scheduler.get(this.runningThread, THREAD.sp) >> 1]!;
  }

  setCaught(exception: Reference): void {
    this.caught = exception;
  }

  /** The exception that a method called by a native with `catches` has thrown, 0 for none; once. */
  takeCaught(): Reference {
    const exception = this.caught;
    this.caught = 0;
    return exception;
  }

  #isNative(fp: number): boolean {
    const flags = this.methodTable[this.memory.i32[fp + FRAME.method]! + METHOD_ROW.flags]!;
    return (flags & METHOD_FLAG.native) !== 0;
  }

  /** Pushes a frame; the caller's pc moves by `returnDelta` when it returns. Throws StackOverflowError. */
  pushFrame(method: RuntimeMethod, values: readonly (number | bigint)[], returnDelta: number): void {
    const { memory, scheduler } = this;
    const thread = this.runningThread;
    const locals = scheduler.get(thread, THREAD.sp);
    const types = method.isStatic ? method.parsed.parameters : ['L', ...method.parsed.parameters];
    if (locals + method.argumentSlots * 2 > scheduler.get(thread, THREAD.stackLimit)) this.#stackOverflow();
    let word = locals;
    for (let i = 0; i < types.length; i++) {
      const value = values[i]!;
      switch (types[i]![0]) {
        case 'J':
          memory.i64[word >> 1] = value as bigint;
          word += 4;
          break;
        case 'D':
          memory.f64[word >> 1] = value as number;
          word += 4;
          break;
        case 'F':
          memory.f32[word] = value as number;
          word += 2;
          break;
        default:
          memory.i32[word] = value as number;
          word += 2;
      }
    }
    this.#enterFrame(method, locals, returnDelta);
  }

  /** Calls a method whose arguments lie on the operand stack, as an invoke instruction of that length does. */
  pushCall(method: RuntimeMethod, returnDelta: number): void {
    const sp = this.scheduler.get(this.runningThread, THREAD.sp);
    this.#enterFrame(method, sp - method.argumentSlots * 2, returnDelta);
  }

  #enterFrame(method: RuntimeMethod, locals: number, returnDelta: number): void {
    const { memory, methodTable, scheduler } = this;
    const thread = this.runningThread;
    const row = method.number;
    const fp = locals + methodTable[row + METHOD_ROW.localWords]!;
    if (fp + methodTable[row + METHOD_ROW.frameWords]! > scheduler.get(thread, THREAD.stackLimit)) {
      this.#stackOverflow();
    }
    const caller = scheduler.get(thread, THREAD.fp);
    // The frame lies where the result of an earlier call was.
    if (this.#isNative(caller)) memory.i32[this.scratchWord(caller) + SCRATCH.resultIsReference] = 0;
    memory.i32[fp + FRAME.callerFp] = caller;
    memory.i32[fp + FRAME.pc] = methodTable[row + METHOD_ROW.entry]!;
    memory.i32[fp + FRAME.method] = row;
    memory.i32[fp + FRAME.returnDelta] = returnDelta;
    scheduler.set(thread, THREAD.fp, fp);
    scheduler.set(thread, THREAD.sp, fp + FRAME.words);
  }

  #stackOverflow(): never {
    this.scheduler.useReserve(true);
    return this.throwImplicit('java/lang/StackOverflowError');
  }

  /** True for the machine's own frames, which no stack trace shows. */
  isInternal(method: RuntimeMethod): boolean {
    return method.declaringClass === this.internalFrames.type;
  }

  // --- Exceptions ------------------------------------------------------------------------------------------------

  /** Throws a new exception of a class of the boot loader, its constructor run in Java. */
  throwNew(className: string, message?: string): never {
    if (message === undefined) return this.throwWith(className, '()V', []);
    return this.throwWith(className, '(Ljava/lang/String;)V', [this.heap.newString(message)]);
  }

  /** As throwNew: an exception that an instruction throws by itself, a synchronous external action. Strictly global ones
   *  follow from what every replica has alike, and the heap limit that a weakly global one depends on is the primary's; so
   *  all of them go to their handler here, at the same point on every replica (patent fig. 11, 12, 19 and 20). */
  throwImplicit(exception: ImplicitException, message?: string): never {
    return this.throwNew(exception, message);
  }

  /** As throwNew, with a cause. */
  throwCaused(className: string, message: string, cause: Reference): never {
    return this.throwWith(className, '(Ljava/lang/String;)V', [this.heap.newString(message), cause]);
  }

  /** As throwNew, by the constructor with that descriptor; at most two arguments, references. A second value where the
   *  constructor takes one argument is the exception's cause. */
  throwWith(className: string, descriptor: string, values: readonly Reference[]): never {
    const type = this.classes.boot(className);
    const declared = type.methodsByKey.get(`<init>${descriptor}`);
    if (!declared) throw new Error(`no constructor ${descriptor} in ${className}`);
    if (this.runningThread === 0) throw new Error(`${className} before the first thread`);
    const [first, second] = values;
    this.pushFrame(this.internalFrames.throwNew, [type.address, declared.number, first ?? 0, second ?? 0], 0);
    throw FRAMES_CHANGED;
  }

  // --- Classes ---------------------------------------------------------------------------------------------------

  /** Makes sure that a class is initialized, or is being initialized by the running thread (JVMS §5.5). Leaves with
   *  a signal where Java code must run first. */
  initialize(type: RuntimeClass): void {
    const block = type.address >> 2;
    const state = this.memory.i32[block + CLASS_BLOCK.initializationState];
    if (state === INITIALIZATION.initialized) return;
    if (
      state === INITIALIZATION.inProgress &&
      this.memory.i32[block + CLASS_BLOCK.initializationThread] === this.runningThread
    ) {
      return;
    }
    this.pushFrame(this.internalFrames.initializeClass, [type.address], 0);
    throw FRAMES_CHANGED;
  }

  /** Class that a Java loader gives for an internal name; leaves with a signal until it has answered. */
  callLoader(loader: Reference, name: string, asError: boolean): never {
    const text = this.heap.newString(name.replaceAll('/', '.'));
    this.pushFrame(this.internalFrames.loadClass, [loader, text, asError ? 1 : 0], 0);
    throw FRAMES_CHANGED;
  }
}
