// The interpreter: executes prepared code of the running thread until the machine has a reason to stop.
// One dispatch loop, exempt from the usual lengths: its cases are the JVM's instructions (JVMS §6.5). The registers
// of the running thread are local variables here; everything that may leave the loop writes them back first.
import type { StopReason } from './environment.js';
import { ARRAY_LAYOUT, CLASS_BLOCK, FRAME, METHOD_ROW, SCRATCH, THREAD } from './layout.js';
import {
  divideLong,
  doubleToInt,
  longToDouble,
  longToFloat,
  remainderLong,
  storeDoubleAsLong,
} from './long-arithmetic.js';
import type { Machine } from './machine.js';
import { type Memory, REGISTERS } from './memory.js';
import { Op, STUB } from './opcode-numbers.js';
import { Trap } from './trap.js';

/** Bytes of the instructions that call: invokeinterface and invokedynamic are long. */
const enum INVOKE {
  bytes = 3,
  longBytes = 5,
}
/** Elements of arrays that are left to the slow path, as negative lengths are. */
const enum LIMIT {
  arrayLength = 1 << 20,
}

/** What the dispatch loop calls. None of it is compiled as part of the loop (see warm-up.ts), so that what is met for
 *  the first time there does not throw the loop's compiled code away. */
export interface Callees<M> {
  readonly natives: readonly ((machine: M, locals: number) => void)[];
  readonly endNative: () => void;
  readonly isSubtype: (classAddress: number, ofAddress: number) => boolean;
  readonly selectInterfaceMethod: (receiverClass: number, methodNumber: number) => number;
  readonly selectHandle: (intrinsic: number, argumentWords: number, sp: number) => number;
  readonly createCapture: (index: number, sp: number) => number;
  readonly accessVariable: (index: number, sp: number) => number;
  readonly variableAppendix: (index: number) => number;
}

/** What the dispatch loop works with. */
export class Processor<M> {
  /** Why the loop was left, and what the trap is about. */
  trap = Trap.none;
  operand = 0;
  pc = 0;
  readonly i32: Int32Array;
  readonly i8: Int8Array;
  readonly i16: Int16Array;
  readonly u16: Uint16Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;

  constructor(
    /** Handed on to natives. */
    readonly machine: M,
    memory: Pick<Memory, 'i32' | 'i8' | 'i16' | 'u16' | 'f32' | 'f64'>,
    readonly code: Int32Array,
    readonly methodTable: Int32Array,
    /** Address of the class block of boolean[]. */
    readonly booleanArrays: number,
    /** One word, not 0 where a native has left something for endNative to do. */
    readonly hasActed: Int32Array,
    readonly callees: Callees<M>,
  ) {
    ({ i32: this.i32, i8: this.i8, i16: this.i16, u16: this.u16, f32: this.f32, f64: this.f64 } = memory);
  }
}

function processorOf(machine: Machine): Processor<Machine> {
  const { classes, resolution } = machine;
  const { intrinsics, captures, varHandles } = machine.dynamic;
  const booleanArrays = classes.arrayOf(classes.primitive('Z')).address;
  const { memory, codeArea, methodTable, hasActed } = machine;
  return new Processor(machine, memory, codeArea.words, methodTable, booleanArrays, hasActed, {
    natives: machine.boundNatives,
    endNative: () => machine.endNative(),
    isSubtype: (type, of) => machine.isSubtype(type, of),
    selectInterfaceMethod: (type, method) => resolution.selectInterfaceMethod(type, method),
    selectHandle: (intrinsic, words, sp) => intrinsics.select(intrinsic, words, sp),
    createCapture: (index, sp) => captures.create(index, sp),
    accessVariable: (index, sp) => varHandles.execute(index, sp),
    variableAppendix: (index) => varHandles.appendix(index),
  });
}

/** Runs the machine's threads until there is a reason to stop. */
export function interpret(machine: Machine): StopReason {
  const processor = processorOf(machine);
  for (;;) {
    const thread = machine.scheduler.current();
    if (thread === 0) return machine.stopReason();
    const { unmarkedPc } = machine.slowPath;
    try {
      if (processor.i32[REGISTERS.eventsPending] !== 0) offerEvent(machine, thread);
      execute(processor, thread);
      machine.slowPath.handle(processor.trap, processor.operand, processor.pc);
    } catch (signal) {
      machine.handleSignal(signal);
    }
    if (unmarkedPc !== 0) machine.slowPath.markAgain(unmarkedPc);
    if (machine.stopRequested()) return machine.stopReason();
  }
}

/** The thread goes on, while an event waits for it or for another one. */
function offerEvent(machine: Machine, thread: number): void {
  if (machine.scheduler.get(thread, THREAD.pendingEvent) !== 0) machine.membership.offer(thread);
}

/** Executes the thread with that block up to an instruction that the loop can not finish: the thread's registers are
 *  then in memory, and the processor says why. Natives may leave with a signal.
 *  A float or double is not at most infinity where it is NaN. Which NaN an operation gives is up to the host, and V8's
 *  answer changes with the history of its code (the first 0.0 % 0.0 has another sign than the second); so every result is
 *  the same one. */
export function execute<M>(processor: Processor<M>, thread: number): void {
  const { machine, booleanArrays, hasActed } = processor;
  const { i32: I, i8: B, i16: S, u16: U, f32: F, f64: D, code: C, methodTable: M } = processor;
  const { natives, endNative, isSubtype, selectInterfaceMethod } = processor.callees;
  const { selectHandle, createCapture, accessVariable, variableAppendix } = processor.callees;
  const block = thread >> 2;
  const lockMine = I[block + THREAD.threadId]! << 9;
  let fp = I[block + THREAD.fp]!;
  let sp = I[block + THREAD.sp]!;
  let pc = I[fp + FRAME.pc]!;
  let lp = fp - M[I[fp + FRAME.method]! + METHOD_ROW.localWords]!;
  const limit = I[block + THREAD.stackLimit]!;
  let budget = I[REGISTERS.budget]!;
  let trap = Trap.none;
  let operand = 0;
  execution: for (;;) {
    // Calls set these and leave the switch by break; everything else leaves it by continue.
    let target = 0;
    let delta: number = INVOKE.bytes;
    switch (C[pc]!) {
      case Op.nop:
        pc += 1;
        continue;
      case Op.aconst_null:
      case Op.iconst_0:
      case Op.fconst_0:
        I[sp] = 0;
        sp += 2;
        pc += 1;
        continue;
      case Op.iconst_m1:
        I[sp] = -1;
        sp += 2;
        pc += 1;
        continue;
      case Op.iconst_1:
        I[sp] = 1;
        sp += 2;
        pc += 1;
        continue;
      case Op.iconst_2:
        I[sp] = 2;
        sp += 2;
        pc += 1;
        continue;
      case Op.iconst_3:
        I[sp] = 3;
        sp += 2;
        pc += 1;
        continue;
      case Op.iconst_4:
        I[sp] = 4;
        sp += 2;
        pc += 1;
        continue;
      case Op.iconst_5:
        I[sp] = 5;
        sp += 2;
        pc += 1;
        continue;
      case Op.fconst_1:
        F[sp] = 1;
        sp += 2;
        pc += 1;
        continue;
      case Op.fconst_2:
        F[sp] = 2;
        sp += 2;
        pc += 1;
        continue;
      case Op.lconst_0:
      case Op.dconst_0:
        I[sp] = 0;
        I[sp + 1] = 0;
        sp += 4;
        pc += 1;
        continue;
      case Op.lconst_1:
        I[sp] = 1;
        I[sp + 1] = 0;
        sp += 4;
        pc += 1;
        continue;
      case Op.dconst_1:
        D[sp >> 1] = 1;
        sp += 4;
        pc += 1;
        continue;
      case Op.bipush:
      case Op.ldc_word:
        I[sp] = C[pc + 1]!;
        sp += 2;
        pc += 2;
        continue;
      case Op.sipush:
      case Op.ldc_word_wide:
        I[sp] = C[pc + 1]!;
        sp += 2;
        pc += 3;
        continue;
      case Op.ldc_site:
        I[sp] = C[pc + 1]!;
        sp += 2;
        pc += 5;
        continue;
      case Op.ldc2_words:
        I[sp] = C[pc + 1]!;
        I[sp + 1] = C[pc + 2]!;
        sp += 4;
        pc += 3;
        continue;
      case Op.iload:
        I[sp] = I[lp + C[pc + 1]!]!;
        sp += 2;
        pc += 2;
        continue;
      case Op.iload_0:
        I[sp] = I[lp]!;
        sp += 2;
        pc += 1;
        continue;
      case Op.iload_1:
        I[sp] = I[lp + 2]!;
        sp += 2;
        pc += 1;
        continue;
      case Op.iload_2:
        I[sp] = I[lp + 4]!;
        sp += 2;
        pc += 1;
        continue;
      case Op.iload_3:
        I[sp] = I[lp + 6]!;
        sp += 2;
        pc += 1;
        continue;
      case Op.lload:
        operand = lp + C[pc + 1]!;
        I[sp] = I[operand]!;
        I[sp + 1] = I[operand + 1]!;
        sp += 4;
        pc += 2;
        continue;
      case Op.lload_0:
        I[sp] = I[lp + 0]!;
        I[sp + 1] = I[lp + 1]!;
        sp += 4;
        pc += 1;
        continue;
      case Op.lload_1:
        I[sp] = I[lp + 2]!;
        I[sp + 1] = I[lp + 3]!;
        sp += 4;
        pc += 1;
        continue;
      case Op.lload_2:
        I[sp] = I[lp + 4]!;
        I[sp + 1] = I[lp + 5]!;
        sp += 4;
        pc += 1;
        continue;
      case Op.lload_3:
        I[sp] = I[lp + 6]!;
        I[sp + 1] = I[lp + 7]!;
        sp += 4;
        pc += 1;
        continue;
      case Op.istore:
        sp -= 2;
        I[lp + C[pc + 1]!] = I[sp]!;
        pc += 2;
        continue;
      case Op.istore_0:
        sp -= 2;
        I[lp] = I[sp]!;
        pc += 1;
        continue;
      case Op.istore_1:
        sp -= 2;
        I[lp + 2] = I[sp]!;
        pc += 1;
        continue;
      case Op.istore_2:
        sp -= 2;
        I[lp + 4] = I[sp]!;
        pc += 1;
        continue;
      case Op.istore_3:
        sp -= 2;
        I[lp + 6] = I[sp]!;
        pc += 1;
        continue;
      case Op.lstore:
        sp -= 4;
        operand = lp + C[pc + 1]!;
        I[operand] = I[sp]!;
        I[operand + 1] = I[sp + 1]!;
        pc += 2;
        continue;
      case Op.lstore_0:
        sp -= 4;
        I[lp + 0] = I[sp]!;
        I[lp + 1] = I[sp + 1]!;
        pc += 1;
        continue;
      case Op.lstore_1:
        sp -= 4;
        I[lp + 2] = I[sp]!;
        I[lp + 3] = I[sp + 1]!;
        pc += 1;
        continue;
      case Op.lstore_2:
        sp -= 4;
        I[lp + 4] = I[sp]!;
        I[lp + 5] = I[sp + 1]!;
        pc += 1;
        continue;
      case Op.lstore_3:
        sp -= 4;
        I[lp + 6] = I[sp]!;
        I[lp + 7] = I[sp + 1]!;
        pc += 1;
        continue;
      case Op.iaload: {
        const array = I[sp - 4]!;
        const index = I[sp - 2]!;
        if (array === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        if (index >>> 0 >= I[(array >> 2) + 2]!) {
          trap = Trap.arrayBounds;
          operand = index;
          break execution;
        }
        I[sp - 4] = I[(array >> 2) + ARRAY_LAYOUT.baseWord + index]!;
        sp -= 2;
        pc += 1;
        continue;
      }
      case Op.baload: {
        const array = I[sp - 4]!;
        const index = I[sp - 2]!;
        if (array === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        if (index >>> 0 >= I[(array >> 2) + 2]!) {
          trap = Trap.arrayBounds;
          operand = index;
          break execution;
        }
        I[sp - 4] = B[array + 16 + index]!;
        sp -= 2;
        pc += 1;
        continue;
      }
      case Op.caload: {
        const array = I[sp - 4]!;
        const index = I[sp - 2]!;
        if (array === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        if (index >>> 0 >= I[(array >> 2) + 2]!) {
          trap = Trap.arrayBounds;
          operand = index;
          break execution;
        }
        I[sp - 4] = U[(array >> 1) + 8 + index]!;
        sp -= 2;
        pc += 1;
        continue;
      }
      case Op.saload: {
        const array = I[sp - 4]!;
        const index = I[sp - 2]!;
        if (array === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        if (index >>> 0 >= I[(array >> 2) + 2]!) {
          trap = Trap.arrayBounds;
          operand = index;
          break execution;
        }
        I[sp - 4] = S[(array >> 1) + 8 + index]!;
        sp -= 2;
        pc += 1;
        continue;
      }
      case Op.laload: {
        const array = I[sp - 4]!;
        const index = I[sp - 2]!;
        if (array === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        if (index >>> 0 >= I[(array >> 2) + 2]!) {
          trap = Trap.arrayBounds;
          operand = index;
          break execution;
        }
        const element = (array >> 2) + ARRAY_LAYOUT.baseWord + index * 2;
        I[sp - 4] = I[element]!;
        I[sp - 3] = I[element + 1]!;

        pc += 1;
        continue;
      }
      case Op.iastore: {
        const array = I[sp - 6]!;
        const index = I[sp - 4]!;
        if (array === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        if (index >>> 0 >= I[(array >> 2) + 2]!) {
          trap = Trap.arrayBounds;
          operand = index;
          break execution;
        }
        I[(array >> 2) + ARRAY_LAYOUT.baseWord + index] = I[sp - 2]!;
        sp -= 6;
        pc += 1;
        continue;
      }
      case Op.bastore: {
        const array = I[sp - 6]!;
        const index = I[sp - 4]!;
        if (array === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        if (index >>> 0 >= I[(array >> 2) + 2]!) {
          trap = Trap.arrayBounds;
          operand = index;
          break execution;
        }
        B[array + 16 + index] = I[array >> 2] === booleanArrays ? I[sp - 2]! & 1 : I[sp - 2]!;
        sp -= 6;
        pc += 1;
        continue;
      }
      case Op.castore:
      case Op.sastore: {
        const array = I[sp - 6]!;
        const index = I[sp - 4]!;
        if (array === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        if (index >>> 0 >= I[(array >> 2) + 2]!) {
          trap = Trap.arrayBounds;
          operand = index;
          break execution;
        }
        S[(array >> 1) + 8 + index] = I[sp - 2]!;
        sp -= 6;
        pc += 1;
        continue;
      }
      case Op.lastore: {
        const array = I[sp - 8]!;
        const index = I[sp - 6]!;
        if (array === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        if (index >>> 0 >= I[(array >> 2) + 2]!) {
          trap = Trap.arrayBounds;
          operand = index;
          break execution;
        }
        const element = (array >> 2) + ARRAY_LAYOUT.baseWord + index * 2;
        I[element] = I[sp - 4]!;
        I[element + 1] = I[sp - 3]!;
        sp -= 8;
        pc += 1;
        continue;
      }
      case Op.aastore: {
        const array = I[sp - 6]!;
        const index = I[sp - 4]!;
        if (array === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        if (index >>> 0 >= I[(array >> 2) + 2]!) {
          trap = Trap.arrayBounds;
          operand = index;
          break execution;
        }
        const value = I[sp - 2]!;
        if (value !== 0) {
          const component = I[(I[array >> 2]! >> 2) + CLASS_BLOCK.component]!;
          const valueClass = I[value >> 2]!;
          if (component !== valueClass && !isSubtype(valueClass, component)) {
            trap = Trap.arrayStore;
            operand = value;
            break execution;
          }
        }
        I[(array >> 2) + ARRAY_LAYOUT.baseWord + index] = value;
        sp -= 6;
        pc += 1;
        continue;
      }
      case Op.pop:
        sp -= 2;
        pc += 1;
        continue;
      case Op.pop2:
        sp -= 4;
        pc += 1;
        continue;
      case Op.dup:
        I[sp] = I[sp - 2]!;
        I[sp + 1] = I[sp - 1]!;
        sp += 2;
        pc += 1;
        continue;
      case Op.dup_x1:
        I[sp] = I[sp - 2]!;
        I[sp + 1] = I[sp - 1]!;
        I[sp - 2] = I[sp - 4]!;
        I[sp - 1] = I[sp - 3]!;
        I[sp - 4] = I[sp]!;
        I[sp - 3] = I[sp + 1]!;
        sp += 2;
        pc += 1;
        continue;
      case Op.dup_x2:
        I[sp] = I[sp - 2]!;
        I[sp + 1] = I[sp - 1]!;
        I[sp - 2] = I[sp - 4]!;
        I[sp - 1] = I[sp - 3]!;
        I[sp - 4] = I[sp - 6]!;
        I[sp - 3] = I[sp - 5]!;
        I[sp - 6] = I[sp]!;
        I[sp - 5] = I[sp + 1]!;
        sp += 2;
        pc += 1;
        continue;
      case Op.dup2:
        I[sp] = I[sp - 4]!;
        I[sp + 1] = I[sp - 3]!;
        I[sp + 2] = I[sp - 2]!;
        I[sp + 3] = I[sp - 1]!;
        sp += 4;
        pc += 1;
        continue;
      case Op.dup2_x1:
        I[sp + 2] = I[sp - 2]!;
        I[sp + 3] = I[sp - 1]!;
        I[sp] = I[sp - 4]!;
        I[sp + 1] = I[sp - 3]!;
        I[sp - 2] = I[sp - 6]!;
        I[sp - 1] = I[sp - 5]!;
        I[sp - 4] = I[sp + 2]!;
        I[sp - 3] = I[sp + 3]!;
        I[sp - 6] = I[sp]!;
        I[sp - 5] = I[sp + 1]!;
        sp += 4;
        pc += 1;
        continue;
      case Op.dup2_x2:
        I[sp + 2] = I[sp - 2]!;
        I[sp + 3] = I[sp - 1]!;
        I[sp] = I[sp - 4]!;
        I[sp + 1] = I[sp - 3]!;
        I[sp - 2] = I[sp - 6]!;
        I[sp - 1] = I[sp - 5]!;
        I[sp - 4] = I[sp - 8]!;
        I[sp - 3] = I[sp - 7]!;
        I[sp - 6] = I[sp + 2]!;
        I[sp - 5] = I[sp + 3]!;
        I[sp - 8] = I[sp]!;
        I[sp - 7] = I[sp + 1]!;
        sp += 4;
        pc += 1;
        continue;
      case Op.swap: {
        const low = I[sp - 2]!;
        const high = I[sp - 1]!;
        I[sp - 2] = I[sp - 4]!;
        I[sp - 1] = I[sp - 3]!;
        I[sp - 4] = low;
        I[sp - 3] = high;
        pc += 1;
        continue;
      }
      case Op.iadd:
        sp -= 2;
        I[sp - 2] = (I[sp - 2]! + I[sp]!) | 0;
        pc += 1;
        continue;
      case Op.isub:
        sp -= 2;
        I[sp - 2] = (I[sp - 2]! - I[sp]!) | 0;
        pc += 1;
        continue;
      case Op.imul:
        sp -= 2;
        I[sp - 2] = Math.imul(I[sp - 2]!, I[sp]!);
        pc += 1;
        continue;
      case Op.iand:
        sp -= 2;
        I[sp - 2] = I[sp - 2]! & I[sp]!;
        pc += 1;
        continue;
      case Op.ior:
        sp -= 2;
        I[sp - 2] = I[sp - 2]! | I[sp]!;
        pc += 1;
        continue;
      case Op.ixor:
        sp -= 2;
        I[sp - 2] = I[sp - 2]! ^ I[sp]!;
        pc += 1;
        continue;
      case Op.ishl:
        sp -= 2;
        I[sp - 2] = I[sp - 2]! << I[sp]!;
        pc += 1;
        continue;
      case Op.ishr:
        sp -= 2;
        I[sp - 2] = I[sp - 2]! >> I[sp]!;
        pc += 1;
        continue;
      case Op.iushr:
        sp -= 2;
        I[sp - 2] = I[sp - 2]! >>> I[sp]!;
        pc += 1;
        continue;
      case Op.idiv:
        if (I[sp - 2]! === 0) {
          trap = Trap.divideByZero;
          break execution;
        }
        sp -= 2;
        I[sp - 2] = (I[sp - 2]! / I[sp]!) | 0;
        pc += 1;
        continue;
      case Op.irem:
        if (I[sp - 2]! === 0) {
          trap = Trap.divideByZero;
          break execution;
        }
        sp -= 2;
        I[sp - 2] = (I[sp - 2]! % I[sp]!) | 0;
        pc += 1;
        continue;
      case Op.ineg:
        I[sp - 2] = -I[sp - 2]! | 0;
        pc += 1;
        continue;
      case Op.ladd: {
        sp -= 4;
        const low = I[sp - 4]!;
        const sum = (low + I[sp]!) | 0;
        I[sp - 3] = I[sp - 3]! + I[sp + 1]! + (sum >>> 0 < low >>> 0 ? 1 : 0);
        I[sp - 4] = sum;
        pc += 1;
        continue;
      }
      case Op.lsub: {
        sp -= 4;
        const low = I[sp - 4]!;
        const by = I[sp]!;
        I[sp - 3] = I[sp - 3]! - I[sp + 1]! - (low >>> 0 < by >>> 0 ? 1 : 0);
        I[sp - 4] = low - by;
        pc += 1;
        continue;
      }
      case Op.lmul: {
        // Schoolbook multiplication of 16-bit halves for the upper word of low times low.
        sp -= 4;
        const a = I[sp - 4]!;
        const b = I[sp]!;
        const a0 = a & 0xffff;
        const a1 = a >>> 16;
        const b0 = b & 0xffff;
        const b1 = b >>> 16;
        const middle = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) | 0;
        const lower = (Math.imul(a0, b1) + (middle & 0xffff)) | 0;
        const upper = (Math.imul(a1, b1) + (middle >>> 16) + (lower >>> 16)) | 0;
        I[sp - 3] = (((upper + Math.imul(a, I[sp + 1]!)) | 0) + Math.imul(I[sp - 3]!, b)) | 0;
        I[sp - 4] = Math.imul(a, b);
        pc += 1;
        continue;
      }
      case Op.ldiv:
        if ((I[sp - 4]! | I[sp - 3]!) === 0) {
          trap = Trap.divideByZero;
          break execution;
        }
        sp -= 4;
        divideLong(I, sp - 4, sp);
        pc += 1;
        continue;
      case Op.lrem:
        if ((I[sp - 4]! | I[sp - 3]!) === 0) {
          trap = Trap.divideByZero;
          break execution;
        }
        sp -= 4;
        remainderLong(I, sp - 4, sp);
        pc += 1;
        continue;
      case Op.lneg:
        I[sp - 3] = ~I[sp - 3]! + (I[sp - 4]! === 0 ? 1 : 0);
        I[sp - 4] = -I[sp - 4]! | 0;
        pc += 1;
        continue;
      case Op.land:
        sp -= 4;
        I[sp - 4] = I[sp - 4]! & I[sp]!;
        I[sp - 3] = I[sp - 3]! & I[sp + 1]!;
        pc += 1;
        continue;
      case Op.lor:
        sp -= 4;
        I[sp - 4] = I[sp - 4]! | I[sp]!;
        I[sp - 3] = I[sp - 3]! | I[sp + 1]!;
        pc += 1;
        continue;
      case Op.lxor:
        sp -= 4;
        I[sp - 4] = I[sp - 4]! ^ I[sp]!;
        I[sp - 3] = I[sp - 3]! ^ I[sp + 1]!;
        pc += 1;
        continue;
      case Op.lshl: {
        sp -= 2;
        const by = I[sp]! & 63;
        const low = I[sp - 4]!;
        if (by >= 32) {
          I[sp - 3] = low << (by - 32);
          I[sp - 4] = 0;
        } else if (by > 0) {
          I[sp - 3] = (I[sp - 3]! << by) | (low >>> (32 - by));
          I[sp - 4] = low << by;
        }
        pc += 1;
        continue;
      }
      case Op.lshr: {
        sp -= 2;
        const by = I[sp]! & 63;
        const high = I[sp - 3]!;
        if (by >= 32) {
          I[sp - 4] = high >> (by - 32);
          I[sp - 3] = high >> 31;
        } else if (by > 0) {
          I[sp - 4] = (I[sp - 4]! >>> by) | (high << (32 - by));
          I[sp - 3] = high >> by;
        }
        pc += 1;
        continue;
      }
      case Op.lushr: {
        sp -= 2;
        const by = I[sp]! & 63;
        const high = I[sp - 3]!;
        if (by >= 32) {
          I[sp - 4] = high >>> (by - 32);
          I[sp - 3] = 0;
        } else if (by > 0) {
          I[sp - 4] = (I[sp - 4]! >>> by) | (high << (32 - by));
          I[sp - 3] = high >>> by;
        }
        pc += 1;
        continue;
      }
      case Op.fadd: {
        sp -= 2;
        const value = F[sp - 2]! + F[sp]!;
        F[sp - 2] = value <= Number.POSITIVE_INFINITY ? value : Number.NaN;
        pc += 1;
        continue;
      }
      case Op.fsub: {
        sp -= 2;
        const value = F[sp - 2]! - F[sp]!;
        F[sp - 2] = value <= Number.POSITIVE_INFINITY ? value : Number.NaN;
        pc += 1;
        continue;
      }
      case Op.fmul: {
        sp -= 2;
        const value = F[sp - 2]! * F[sp]!;
        F[sp - 2] = value <= Number.POSITIVE_INFINITY ? value : Number.NaN;
        pc += 1;
        continue;
      }
      case Op.fdiv: {
        sp -= 2;
        const value = F[sp - 2]! / F[sp]!;
        F[sp - 2] = value <= Number.POSITIVE_INFINITY ? value : Number.NaN;
        pc += 1;
        continue;
      }
      case Op.frem: {
        sp -= 2;
        const value = F[sp - 2]! % F[sp]!;
        F[sp - 2] = value <= Number.POSITIVE_INFINITY ? value : Number.NaN;
        pc += 1;
        continue;
      }
      case Op.dadd: {
        sp -= 4;
        const value = D[(sp - 4) >> 1]! + D[sp >> 1]!;
        D[(sp - 4) >> 1] = value <= Number.POSITIVE_INFINITY ? value : Number.NaN;
        pc += 1;
        continue;
      }
      case Op.dsub: {
        sp -= 4;
        const value = D[(sp - 4) >> 1]! - D[sp >> 1]!;
        D[(sp - 4) >> 1] = value <= Number.POSITIVE_INFINITY ? value : Number.NaN;
        pc += 1;
        continue;
      }
      case Op.dmul: {
        sp -= 4;
        const value = D[(sp - 4) >> 1]! * D[sp >> 1]!;
        D[(sp - 4) >> 1] = value <= Number.POSITIVE_INFINITY ? value : Number.NaN;
        pc += 1;
        continue;
      }
      case Op.ddiv: {
        sp -= 4;
        const value = D[(sp - 4) >> 1]! / D[sp >> 1]!;
        D[(sp - 4) >> 1] = value <= Number.POSITIVE_INFINITY ? value : Number.NaN;
        pc += 1;
        continue;
      }
      case Op.drem: {
        sp -= 4;
        const value = D[(sp - 4) >> 1]! % D[sp >> 1]!;
        D[(sp - 4) >> 1] = value <= Number.POSITIVE_INFINITY ? value : Number.NaN;
        pc += 1;
        continue;
      }
      case Op.fneg:
        I[sp - 2] = I[sp - 2]! ^ 0x8000_0000;
        pc += 1;
        continue;
      case Op.dneg:
        I[sp - 3] = I[sp - 3]! ^ 0x8000_0000;
        pc += 1;
        continue;
      case Op.iinc:
        operand = lp + C[pc + 1]!;
        I[operand] = I[operand]! + C[pc + 2]!;
        pc += 3;
        continue;
      case Op.i2l:
        I[sp - 1] = I[sp - 2]! >> 31;
        sp += 2;
        pc += 1;
        continue;
      case Op.i2f:
        F[sp - 2] = I[sp - 2]!;
        pc += 1;
        continue;
      case Op.i2d:
        D[(sp - 2) >> 1] = I[sp - 2]!;
        sp += 2;
        pc += 1;
        continue;
      case Op.l2i:
        sp -= 2;
        pc += 1;
        continue;
      case Op.l2f:
        F[sp - 4] = longToFloat(I, sp - 4);
        sp -= 2;
        pc += 1;
        continue;
      case Op.l2d:
        D[(sp - 4) >> 1] = longToDouble(I, sp - 4);
        pc += 1;
        continue;
      case Op.f2i:
        I[sp - 2] = doubleToInt(F[sp - 2]!);
        pc += 1;
        continue;
      case Op.f2l:
        storeDoubleAsLong(I, sp - 2, F[sp - 2]!);
        sp += 2;
        pc += 1;
        continue;
      case Op.f2d: {
        const value = F[sp - 2]!;
        D[(sp - 2) >> 1] = value <= Number.POSITIVE_INFINITY ? value : Number.NaN;
        sp += 2;
        pc += 1;
        continue;
      }
      case Op.d2i:
        I[sp - 4] = doubleToInt(D[(sp - 4) >> 1]!);
        sp -= 2;
        pc += 1;
        continue;
      case Op.d2l:
        storeDoubleAsLong(I, sp - 4, D[(sp - 4) >> 1]!);
        pc += 1;
        continue;
      case Op.d2f: {
        const value = D[(sp - 4) >> 1]!;
        F[sp - 4] = value <= Number.POSITIVE_INFINITY ? value : Number.NaN;
        sp -= 2;
        pc += 1;
        continue;
      }
      case Op.i2b:
        I[sp - 2] = (I[sp - 2]! << 24) >> 24;
        pc += 1;
        continue;
      case Op.i2c:
        I[sp - 2] = I[sp - 2]! & 0xffff;
        pc += 1;
        continue;
      case Op.i2s:
        I[sp - 2] = (I[sp - 2]! << 16) >> 16;
        pc += 1;
        continue;
      case Op.lcmp: {
        sp -= 6;
        const high = I[sp - 1]!;
        const otherHigh = I[sp + 3]!;
        const low = I[sp - 2]! >>> 0;
        const otherLow = I[sp + 2]! >>> 0;
        if (high !== otherHigh) I[sp - 2] = high < otherHigh ? -1 : 1;
        else I[sp - 2] = low === otherLow ? 0 : low < otherLow ? -1 : 1;
        pc += 1;
        continue;
      }
      case Op.fcmpl: {
        sp -= 2;
        const a = F[sp - 2]!;
        const b = F[sp]!;
        I[sp - 2] = a > b ? 1 : a === b ? 0 : a < b ? -1 : -1;
        pc += 1;
        continue;
      }
      case Op.fcmpg: {
        sp -= 2;
        const a = F[sp - 2]!;
        const b = F[sp]!;
        I[sp - 2] = a > b ? 1 : a === b ? 0 : a < b ? -1 : 1;
        pc += 1;
        continue;
      }
      case Op.dcmpl: {
        sp -= 6;
        const a = D[(sp - 2) >> 1]!;
        const b = D[(sp + 2) >> 1]!;
        I[sp - 2] = a > b ? 1 : a === b ? 0 : a < b ? -1 : -1;
        pc += 1;
        continue;
      }
      case Op.dcmpg: {
        sp -= 6;
        const a = D[(sp - 2) >> 1]!;
        const b = D[(sp + 2) >> 1]!;
        I[sp - 2] = a > b ? 1 : a === b ? 0 : a < b ? -1 : 1;
        pc += 1;
        continue;
      }
      case Op.ifeq:
        sp -= 2;
        if (I[sp]! === 0) {
          operand = C[pc + 1]!;
          if (operand <= pc && --budget <= 0) {
            pc = operand;
            trap = Trap.safepoint;
            break execution;
          }
          pc = operand;
        } else pc += 3;
        continue;
      case Op.ifne:
        sp -= 2;
        if (I[sp]! !== 0) {
          operand = C[pc + 1]!;
          if (operand <= pc && --budget <= 0) {
            pc = operand;
            trap = Trap.safepoint;
            break execution;
          }
          pc = operand;
        } else pc += 3;
        continue;
      case Op.iflt:
        sp -= 2;
        if (I[sp]! < 0) {
          operand = C[pc + 1]!;
          if (operand <= pc && --budget <= 0) {
            pc = operand;
            trap = Trap.safepoint;
            break execution;
          }
          pc = operand;
        } else pc += 3;
        continue;
      case Op.ifge:
        sp -= 2;
        if (I[sp]! >= 0) {
          operand = C[pc + 1]!;
          if (operand <= pc && --budget <= 0) {
            pc = operand;
            trap = Trap.safepoint;
            break execution;
          }
          pc = operand;
        } else pc += 3;
        continue;
      case Op.ifgt:
        sp -= 2;
        if (I[sp]! > 0) {
          operand = C[pc + 1]!;
          if (operand <= pc && --budget <= 0) {
            pc = operand;
            trap = Trap.safepoint;
            break execution;
          }
          pc = operand;
        } else pc += 3;
        continue;
      case Op.ifle:
        sp -= 2;
        if (I[sp]! <= 0) {
          operand = C[pc + 1]!;
          if (operand <= pc && --budget <= 0) {
            pc = operand;
            trap = Trap.safepoint;
            break execution;
          }
          pc = operand;
        } else pc += 3;
        continue;
      case Op.if_icmpeq:
        sp -= 4;
        if (I[sp]! === I[sp + 2]!) {
          operand = C[pc + 1]!;
          if (operand <= pc && --budget <= 0) {
            pc = operand;
            trap = Trap.safepoint;
            break execution;
          }
          pc = operand;
        } else pc += 3;
        continue;
      case Op.if_icmpne:
        sp -= 4;
        if (I[sp]! !== I[sp + 2]!) {
          operand = C[pc + 1]!;
          if (operand <= pc && --budget <= 0) {
            pc = operand;
            trap = Trap.safepoint;
            break execution;
          }
          pc = operand;
        } else pc += 3;
        continue;
      case Op.if_icmplt:
        sp -= 4;
        if (I[sp]! < I[sp + 2]!) {
          operand = C[pc + 1]!;
          if (operand <= pc && --budget <= 0) {
            pc = operand;
            trap = Trap.safepoint;
            break execution;
          }
          pc = operand;
        } else pc += 3;
        continue;
      case Op.if_icmpge:
        sp -= 4;
        if (I[sp]! >= I[sp + 2]!) {
          operand = C[pc + 1]!;
          if (operand <= pc && --budget <= 0) {
            pc = operand;
            trap = Trap.safepoint;
            break execution;
          }
          pc = operand;
        } else pc += 3;
        continue;
      case Op.if_icmpgt:
        sp -= 4;
        if (I[sp]! > I[sp + 2]!) {
          operand = C[pc + 1]!;
          if (operand <= pc && --budget <= 0) {
            pc = operand;
            trap = Trap.safepoint;
            break execution;
          }
          pc = operand;
        } else pc += 3;
        continue;
      case Op.if_icmple:
        sp -= 4;
        if (I[sp]! <= I[sp + 2]!) {
          operand = C[pc + 1]!;
          if (operand <= pc && --budget <= 0) {
            pc = operand;
            trap = Trap.safepoint;
            break execution;
          }
          pc = operand;
        } else pc += 3;
        continue;
      case Op.goto:
        operand = C[pc + 1]!;
        if (operand <= pc && --budget <= 0) {
          pc = operand;
          trap = Trap.safepoint;
          break execution;
        }
        pc = operand;
        continue;
      case Op.jsr:
        I[sp] = pc + 3;
        sp += 2;
        pc = C[pc + 1]!;
        continue;
      case Op.jsr_w:
        I[sp] = pc + 5;
        sp += 2;
        pc = C[pc + 1]!;
        continue;
      case Op.ret:
        operand = I[lp + C[pc + 1]!]!;
        if (operand <= pc && --budget <= 0) {
          pc = operand;
          trap = Trap.safepoint;
          break execution;
        }
        pc = operand;
        continue;
      case Op.tableswitch: {
        sp -= 2;
        const index = I[sp]!;
        const low = C[pc + 2]!;
        operand = index < low || index > C[pc + 3]! ? C[pc + 1]! : C[pc + 4 + index - low]!;
        if (operand <= pc && --budget <= 0) {
          pc = operand;
          trap = Trap.safepoint;
          break execution;
        }
        pc = operand;
        continue;
      }
      case Op.lookupswitch: {
        sp -= 2;
        const key = I[sp]!;
        let low = 0;
        let high = C[pc + 2]! - 1;
        operand = C[pc + 1]!;
        while (low <= high) {
          const middle = (low + high) >>> 1;
          const match = C[pc + 3 + 2 * middle]!;
          if (match === key) {
            operand = C[pc + 4 + 2 * middle]!;
            break;
          }
          if (match < key) low = middle + 1;
          else high = middle - 1;
        }
        if (operand <= pc && --budget <= 0) {
          pc = operand;
          trap = Trap.safepoint;
          break execution;
        }
        pc = operand;
        continue;
      }
      case Op.ireturn:
        operand = I[sp - 2]!;
        delta = I[fp + FRAME.returnDelta]!;
        target = lp;
        fp = I[fp]!;
        lp = fp - M[I[fp + FRAME.method]! + METHOD_ROW.localWords]!;
        pc = I[fp + FRAME.pc]! + delta;
        I[target] = operand;
        sp = delta === 0 ? target : target + 2;
        continue;
      case Op.lreturn: {
        const low = I[sp - 4]!;
        const high = I[sp - 3]!;
        delta = I[fp + FRAME.returnDelta]!;
        target = lp;
        fp = I[fp]!;
        lp = fp - M[I[fp + FRAME.method]! + METHOD_ROW.localWords]!;
        pc = I[fp + FRAME.pc]! + delta;
        I[target] = low;
        I[target + 1] = high;
        sp = delta === 0 ? target : target + 4;
        continue;
      }
      case Op.return:
        delta = I[fp + FRAME.returnDelta]!;
        target = lp;
        fp = I[fp]!;
        lp = fp - M[I[fp + FRAME.method]! + METHOD_ROW.localWords]!;
        pc = I[fp + FRAME.pc]! + delta;
        sp = target;
        continue;
      case Op.ireturn_synchronized:
      case Op.lreturn_synchronized:
      case Op.return_synchronized:
        trap = Trap.synchronizedReturn;
        break execution;
      case Op.getstatic_word:
        I[sp] = I[C[pc + 1]!]!;
        sp += 2;
        pc += 3;
        continue;
      case Op.getstatic_long:
        I[sp] = I[C[pc + 1]!]!;
        I[sp + 1] = I[C[pc + 1]! + 1]!;
        sp += 4;
        pc += 3;
        continue;
      case Op.getstatic_byte:
        I[sp] = B[C[pc + 1]!]!;
        sp += 2;
        pc += 3;
        continue;
      case Op.getstatic_short:
        I[sp] = S[C[pc + 1]!]!;
        sp += 2;
        pc += 3;
        continue;
      case Op.getstatic_char:
        I[sp] = U[C[pc + 1]!]!;
        sp += 2;
        pc += 3;
        continue;
      case Op.putstatic_word:
        sp -= 2;
        I[C[pc + 1]!] = I[sp]!;
        pc += 3;
        continue;
      case Op.putstatic_long:
        sp -= 4;
        I[C[pc + 1]!] = I[sp]!;
        I[C[pc + 1]! + 1] = I[sp + 1]!;
        pc += 3;
        continue;
      case Op.putstatic_byte:
        sp -= 2;
        B[C[pc + 1]!] = I[sp]!;
        pc += 3;
        continue;
      case Op.putstatic_short:
        sp -= 2;
        S[C[pc + 1]!] = I[sp]!;
        pc += 3;
        continue;
      case Op.getfield_word: {
        const object = I[sp - 2]!;
        if (object === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        I[sp - 2] = I[(object + C[pc + 1]!) >> 2]!;
        pc += 3;
        continue;
      }
      case Op.getfield_long: {
        const object = I[sp - 2]!;
        if (object === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        const at = (object + C[pc + 1]!) >> 2;
        I[sp - 2] = I[at]!;
        I[sp - 1] = I[at + 1]!;
        sp += 2;
        pc += 3;
        continue;
      }
      case Op.getfield_byte: {
        const object = I[sp - 2]!;
        if (object === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        I[sp - 2] = B[object + C[pc + 1]!]!;
        pc += 3;
        continue;
      }
      case Op.getfield_short: {
        const object = I[sp - 2]!;
        if (object === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        I[sp - 2] = S[(object + C[pc + 1]!) >> 1]!;
        pc += 3;
        continue;
      }
      case Op.getfield_char: {
        const object = I[sp - 2]!;
        if (object === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        I[sp - 2] = U[(object + C[pc + 1]!) >> 1]!;
        pc += 3;
        continue;
      }
      case Op.putfield_word: {
        const object = I[sp - 4]!;
        if (object === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        sp -= 4;
        I[(object + C[pc + 1]!) >> 2] = I[sp + 2]!;
        pc += 3;
        continue;
      }
      case Op.putfield_long: {
        const object = I[sp - 6]!;
        if (object === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        sp -= 6;
        const at = (object + C[pc + 1]!) >> 2;
        I[at] = I[sp + 2]!;
        I[at + 1] = I[sp + 3]!;
        pc += 3;
        continue;
      }
      case Op.putfield_byte: {
        const object = I[sp - 4]!;
        if (object === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        sp -= 4;
        B[object + C[pc + 1]!] = I[sp + 2]!;
        pc += 3;
        continue;
      }
      case Op.putfield_short: {
        const object = I[sp - 4]!;
        if (object === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        sp -= 4;
        S[(object + C[pc + 1]!) >> 1] = I[sp + 2]!;
        pc += 3;
        continue;
      }
      case Op.invoke_direct:
        target = C[pc + 1]!;
        delta = C[pc + 2]!;
        break;
      case Op.invoke_special:
        target = C[pc + 1]!;
        if (I[sp - C[pc + 2]!]! === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        break;
      case Op.invoke_virtual:
        operand = I[sp - C[pc + 2]!]!;
        if (operand === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        target = I[(I[operand >> 2]! >> 2) + C[pc + 1]!]!;
        break;
      case Op.invoke_interface: {
        const object = I[sp - C[pc + 2]!]!;
        if (object === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        const receiverClass = I[object >> 2]!;
        if (C[pc + 3]! === receiverClass) target = C[pc + 4]!;
        else {
          target = selectInterfaceMethod(receiverClass, C[pc + 1]!);
          if (target === 0) {
            trap = Trap.slow;
            break execution;
          }
          C[pc + 3] = receiverClass;
          C[pc + 4] = target;
        }
        delta = INVOKE.longBytes;
        break;
      }
      case Op.invoke_linked:
        target = C[pc + 1]!;
        // The receiver, a method or variable handle; the appendix is pushed behind the arguments.
        if (I[sp + 2 - M[target + METHOD_ROW.argumentWords]!]! === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        I[sp] = C[pc + 2]!;
        sp += 2;
        break;
      case Op.invoke_linked_site:
        target = C[pc + 1]!;
        I[sp] = C[pc + 2]!;
        sp += 2;
        delta = INVOKE.longBytes;
        break;
      case Op.invoke_handle:
        target = selectHandle(C[pc + 1]!, C[pc + 2]!, sp);
        if (target === 0) {
          trap = Trap.slow;
          break execution;
        }
        // linkTo* takes its MemberName off; invokeBasic passes everything on.
        if (C[pc + 1] !== 0) sp -= 2;
        break;
      case Op.var_handle:
        operand = accessVariable(C[pc + 1]!, sp);
        if (operand >= 0) {
          sp = operand;
          pc += INVOKE.bytes;
          continue;
        }
        target = C[pc + 2]!;
        if (I[sp + 2 - M[target + METHOD_ROW.argumentWords]!]! === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        I[sp] = variableAppendix(C[pc + 1]!);
        sp += 2;
        break;
      case Op.capture_site:
        operand = createCapture(C[pc + 1]!, sp);
        if (operand < 0) {
          trap = Trap.outOfMemory;
          break execution;
        }
        sp = operand;
        pc += INVOKE.longBytes;
        continue;
      case Op.new_object: {
        const address = I[REGISTERS.heapTop]!;
        const top = address + C[pc + 2]!;
        if (top > I[REGISTERS.heapEnd]!) {
          trap = Trap.outOfMemory;
          break execution;
        }
        I[REGISTERS.heapTop] = top;
        I[address >> 2] = C[pc + 1]!;
        I[sp] = address;
        sp += 2;
        pc += 3;
        continue;
      }
      case Op.new_array:
      case Op.new_primitive_array: {
        const length = I[sp - 2]!;
        const address = I[REGISTERS.heapTop]!;
        const shift = I[(C[pc + 1]! >> 2) + CLASS_BLOCK.elementShift]!;
        const top = (address + ARRAY_LAYOUT.baseBytes + (length << shift) + 7) & ~7;
        if (length >>> 0 > LIMIT.arrayLength || top > I[REGISTERS.heapEnd]!) {
          trap = Trap.slow;
          break execution;
        }
        I[REGISTERS.heapTop] = top;
        I[address >> 2] = C[pc + 1]!;
        I[(address >> 2) + ARRAY_LAYOUT.lengthWord] = length;
        I[sp - 2] = address;
        pc += C[pc] === Op.new_array ? 3 : 2;
        continue;
      }
      case Op.checkcast_class:
        operand = I[sp - 2]!;
        if (operand !== 0) {
          const objectClass = I[operand >> 2]!;
          if (objectClass !== C[pc + 2]!) {
            if (!isSubtype(objectClass, C[pc + 1]!)) {
              trap = Trap.classCast;
              break execution;
            }
            C[pc + 2] = objectClass;
          }
        }
        pc += 3;
        continue;
      case Op.instanceof_class:
        operand = I[sp - 2]!;
        if (operand !== 0) {
          const objectClass = I[operand >> 2]!;
          if (objectClass === C[pc + 2]!) I[sp - 2] = 1;
          else if (isSubtype(objectClass, C[pc + 1]!)) {
            C[pc + 2] = objectClass;
            I[sp - 2] = 1;
          } else I[sp - 2] = 0;
        }
        pc += 3;
        continue;
      case Op.arraylength:
        operand = I[sp - 2]!;
        if (operand === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        I[sp - 2] = I[(operand >> 2) + 2]!;
        pc += 1;
        continue;
      case Op.athrow:
        operand = I[sp - 2]!;
        trap = operand === 0 ? Trap.nullPointer : Trap.athrow;
        break execution;
      case Op.monitorenter:
        operand = I[sp - 2]!;
        if (operand === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        if (I[(operand >> 2) + 1]! === 0) I[(operand >> 2) + 1] = lockMine;
        else {
          trap = Trap.monitorEnter;
          break execution;
        }
        sp -= 2;
        pc += 1;
        continue;
      case Op.monitorexit:
        operand = I[sp - 2]!;
        if (operand === 0) {
          trap = Trap.nullPointer;
          break execution;
        }
        if (I[(operand >> 2) + 1]! === lockMine) I[(operand >> 2) + 1] = 0;
        else {
          trap = Trap.monitorExit;
          break execution;
        }
        sp -= 2;
        pc += 1;
        continue;
      case Op.native_enter:
        operand = fp - SCRATCH.words;
        if (pc !== STUB.native) operand -= 2;
        for (let i = 0; i < SCRATCH.words; i++) I[operand + i] = 0;
        pc += 1;
        continue;
      case Op.native_method:
        I[fp + FRAME.pc] = pc;
        I[block + THREAD.fp] = fp;
        I[block + THREAD.sp] = sp;
        I[REGISTERS.budget] = budget;
        natives[I[fp + FRAME.method]! >> 3]!(machine, lp);
        if (hasActed[0] !== 0) endNative();
        budget = I[REGISTERS.budget]!;
        if (pc !== STUB.native + 1) {
          trap = Trap.synchronizedNativeReturn;
          break execution;
        }
        {
          const words = M[I[fp + FRAME.method]! + METHOD_ROW.resultWords]!;
          delta = I[fp + FRAME.returnDelta]!;
          target = lp;
          fp = I[fp]!;
          lp = fp - M[I[fp + FRAME.method]! + METHOD_ROW.localWords]!;
          pc = I[fp + FRAME.pc]! + delta;
          I[target] = I[REGISTERS.result]!;
          I[target + 1] = I[REGISTERS.result + 1]!;
          sp = delta === 0 ? target : target + words;
        }
        continue;
      default:
        trap = Trap.slow;
        break execution;
    }
    // Call of method `target`: its arguments become its first local variables where they lie.
    const calleeLocals = sp - M[target + METHOD_ROW.argumentWords]!;
    const calleeFp = calleeLocals + M[target + METHOD_ROW.localWords]!;
    if (calleeFp + M[target + METHOD_ROW.frameWords]! > limit) {
      trap = Trap.stackOverflow;
      operand = target;
      break;
    }
    I[fp + FRAME.pc] = pc;
    I[calleeFp] = fp;
    I[calleeFp + FRAME.method] = target;
    I[calleeFp + FRAME.returnDelta] = delta;
    fp = calleeFp;
    lp = calleeLocals;
    sp = calleeFp + FRAME.words;
    pc = M[target]!;
    if (--budget <= 0) {
      trap = Trap.safepoint;
      break;
    }
  }
  I[fp + FRAME.pc] = pc;
  I[block + THREAD.fp] = fp;
  I[block + THREAD.sp] = sp;
  I[REGISTERS.budget] = budget;
  processor.trap = trap;
  processor.operand = operand;
  processor.pc = pc;
}
