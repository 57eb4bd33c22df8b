// What the dispatch loop leaves to slower code: resolution and quickening of instructions, implicit exceptions,
// contended monitors, safepoints. The thread's registers are in memory while this runs.

import { BLOCK_END, markBlockEnds } from './block-ends.js';
import { TAG } from './class-file/constant-pool.js';
import { vtableIndexOf } from './class-layout.js';
import { ACC, CLASS_BLOCK, FRAME, METHOD_ROW, THREAD } from './layout.js';
import type { Machine } from './machine.js';
import { REGISTERS } from './memory.js';
import { abstractMethodMessage, castMessage, describeMethod } from './messages.js';
import { newMultiArray } from './multi-array.js';
import { Op } from './opcode-numbers.js';
import { prepareMethod } from './prepare.js';
import type { ResolvedMethod } from './resolution.js';
import type { RuntimeClass, RuntimeField, RuntimeMethod } from './runtime-class.js';
import { JavaThrow } from './signals.js';
import { Trap } from './trap.js';

/** HotSpot's limit for the length of an array. */
const MAXIMUM_ARRAY_LENGTH = 0x7fff_fffd;

const PRIMITIVE_ARRAY_TYPES: Readonly<Record<number, string>> = {
  4: 'Z',
  5: 'C',
  6: 'F',
  7: 'D',
  8: 'B',
  9: 'S',
  10: 'I',
  11: 'J',
};

/** Quick forms of field instructions by the field's descriptor: [getstatic, putstatic, getfield, putfield]. */
export function fieldOps(descriptor: string): readonly [Op, Op, Op, Op] {
  switch (descriptor[0]) {
    case 'J':
    case 'D':
      return [Op.getstatic_long, Op.putstatic_long, Op.getfield_long, Op.putfield_long];
    case 'B':
    case 'Z':
      return [Op.getstatic_byte, Op.putstatic_byte, Op.getfield_byte, Op.putfield_byte];
    case 'S':
      return [Op.getstatic_short, Op.putstatic_short, Op.getfield_short, Op.putfield_short];
    case 'C':
      return [Op.getstatic_char, Op.putstatic_short, Op.getfield_char, Op.putfield_short];
    default:
      return [Op.getstatic_word, Op.putstatic_word, Op.getfield_word, Op.putfield_word];
  }
}

/** Words to shift a field's byte address right by, for the view that its quick form uses. */
export function addressShift(descriptor: string): number {
  if ('BZ'.includes(descriptor[0]!)) return 0;
  return 'SC'.includes(descriptor[0]!) ? 1 : 2;
}

export class SlowPath {
  readonly #i32: Int32Array;
  readonly #code: Int32Array;
  /** The block's end that is executed next, without its mark; 0: none. */
  unmarkedPc = 0;

  constructor(readonly machine: Machine) {
    this.#i32 = machine.memory.i32;
    this.#code = machine.codeArea.words;
  }

  handle(trap: Trap, operand: number, pc: number): void {
    const m = this.machine;
    switch (trap) {
      case Trap.slow:
        return this.#code[pc]! >= BLOCK_END ? this.#blockEnd(pc) : this.#instruction(pc);
      case Trap.safepoint:
        return m.scheduler.safepoint();
      case Trap.nullPointer:
        return m.throwImplicit('java/lang/NullPointerException');
      case Trap.arrayBounds:
        return this.#arrayBounds(operand, pc);
      case Trap.arrayStore:
        return m.throwImplicit('java/lang/ArrayStoreException', m.classes.of(operand).externalName);
      case Trap.divideByZero:
        return m.throwImplicit('java/lang/ArithmeticException', '/ by zero');
      case Trap.classCast:
        return this.#classCast(operand, pc);
      case Trap.outOfMemory:
        return m.heap.prepare(this.#allocationBytes(pc));
      case Trap.stackOverflow:
        m.scheduler.useReserve(true);
        return m.throwImplicit('java/lang/StackOverflowError');
      case Trap.athrow:
        throw new JavaThrow(operand);
      case Trap.monitorEnter:
        m.monitors.enter(operand);
        return this.#finish(2, 1);
      case Trap.monitorExit:
        if (!m.monitors.exit(operand)) this.#notOwner();
        return this.#finish(2, 1);
      case Trap.synchronizedReturn:
        return this.#synchronizedReturn(pc);
      case Trap.synchronizedNativeReturn:
        return this.#synchronizedNativeReturn();
      default:
        throw new Error(`trap ${trap}`);
    }
  }

  /** Before the end of a try or catch block: the epoch ends, and the instruction is executed in the next one. It is
   *  without its mark then, up to the next counted instruction, since before that one it cannot come again. */
  #blockEnd(pc: number): void {
    const { scheduler } = this.machine;
    if (!this.machine.isBooting && !scheduler.isEpochNew()) return scheduler.endEpoch();
    this.#code[pc]! &= ~BLOCK_END;
    this.unmarkedPc = pc;
    scheduler.leaveAtNextCount();
  }

  /** Puts the mark of a block's end back. */
  markAgain(pc: number): void {
    this.#code[pc]! |= BLOCK_END;
    if (this.unmarkedPc === pc) this.unmarkedPc = 0;
  }

  /** Bytes that the allocating instruction needs. */
  #allocationBytes(pc: number): number {
    if (this.#code[pc] === Op.new_object) return this.#code[pc + 2]!;
    return this.machine.dynamic.captures.byteCount(this.#code[pc + 1]!);
  }

  #notOwner(): never {
    return this.machine.throwImplicit(
      'java/lang/IllegalMonitorStateException',
      'current thread is not owner',
    );
  }

  #fp(): number {
    return this.machine.scheduler.get(this.#i32[REGISTERS.currentThread]!, THREAD.fp);
  }

  #sp(): number {
    return this.machine.scheduler.get(this.#i32[REGISTERS.currentThread]!, THREAD.sp);
  }

  #method(): RuntimeMethod {
    return this.machine.classes.method(this.#i32[this.#fp() + FRAME.method]!);
  }

  /** The instruction is done: pops words and moves the pc. */
  #finish(poppedWords: number, bytes: number): void {
    const thread = this.#i32[REGISTERS.currentThread]!;
    this.machine.scheduler.set(thread, THREAD.sp, this.#sp() - poppedWords);
    this.#i32[this.#fp() + FRAME.pc]! += bytes;
  }

  #push(value: number): void {
    const sp = this.#sp();
    this.#i32[sp] = value;
    this.machine.scheduler.set(this.#i32[REGISTERS.currentThread]!, THREAD.sp, sp + 2);
  }

  #arrayBounds(index: number, pc: number): never {
    const isStore = this.#code[pc]! >= Op.iastore;
    const wide = this.#code[pc] === Op.lastore;
    const array = this.#i32[this.#sp() - (isStore ? (wide ? 8 : 6) : 4)]!;
    return this.machine.throwImplicit(
      'java/lang/ArrayIndexOutOfBoundsException',
      `Index ${index} out of bounds for length ${this.machine.heap.arrayLength(array)}`,
    );
  }

  #classCast(object: number, pc: number): never {
    const { classes } = this.machine;
    const target = classes.atAddress(this.#code[pc + 1]!);
    return this.machine.throwImplicit(
      'java/lang/ClassCastException',
      castMessage(this.machine, classes.of(object), target),
    );
  }

  /** Pops the frame of a method; its result is in REGISTERS.result, of that many words. */
  #popFrame(words: number): void {
    const fp = this.#fp();
    const i32 = this.#i32;
    const locals = fp - this.machine.methodTable[i32[fp + FRAME.method]! + METHOD_ROW.localWords]!;
    const delta = i32[fp + FRAME.returnDelta]!;
    const caller = i32[fp]!;
    const thread = i32[REGISTERS.currentThread]!;
    i32[locals] = i32[REGISTERS.result]!;
    i32[locals + 1] = i32[REGISTERS.result + 1]!;
    i32[caller + FRAME.pc]! += delta;
    this.machine.scheduler.set(thread, THREAD.fp, caller);
    this.machine.scheduler.set(thread, THREAD.sp, delta === 0 ? locals : locals + words);
  }

  #synchronizedReturn(pc: number): void {
    const op = this.#code[pc]!;
    const words = op === Op.return_synchronized ? 0 : op === Op.lreturn_synchronized ? 4 : 2;
    const sp = this.#sp();
    this.#i32[REGISTERS.result] = this.#i32[sp - words]!;
    this.#i32[REGISTERS.result + 1] = this.#i32[sp - words + 1]!;
    if (!this.machine.monitors.exit(this.#i32[this.#fp() - 2]!)) this.#notOwner();
    this.#popFrame(words);
  }

  #synchronizedNativeReturn(): void {
    const method = this.#method();
    this.machine.monitors.exit(this.#i32[this.#fp() - 2]!);
    this.#popFrame(this.machine.methodTable[method.number + METHOD_ROW.resultWords]!);
  }

  #instruction(pc: number): void {
    const m = this.machine;
    const method = this.#method();
    const type = method.declaringClass;
    const index = this.#code[pc + 1]!;
    switch (this.#code[pc]!) {
      case Op.prepare_method:
        return this.#prepare(method);
      case Op.synchronized_enter:
        return this.#enterSynchronized(method);
      case Op.begin_preserving:
        return m.preservation.begin(method, this.#fp());
      case Op.enter_try:
        return m.preservation.enter(method, this.#fp(), pc);
      case Op.take_event:
        return m.membership.returned(this.#i32[REGISTERS.currentThread]!);
      case Op.abstract_method:
        return this.#abstractMethod(method);
      case Op.ldc:
        return this.#constant(type, pc, Op.ldc_word);
      case Op.ldc_w:
        return this.#constant(type, pc, Op.ldc_word_wide);
      case Op.ldc2_w:
        return m.dynamic.longConstant(type, pc);
      case Op.getstatic:
        return this.#staticField(type, pc, 0);
      case Op.putstatic:
        return this.#staticField(type, pc, 1);
      case Op.getfield:
        return this.#instanceField(type, pc, 2);
      case Op.putfield:
        return this.#instanceField(type, pc, 3);
      case Op.invokestatic:
        return this.#invokeStatic(type, pc);
      case Op.invokespecial:
        return this.#invokeSpecial(type, pc);
      case Op.invokevirtual:
        return this.#invokeVirtual(type, pc);
      case Op.invokeinterface:
        return this.#invokeInterface(type, pc);
      case Op.invoke_interface:
        return m.resolution.interfaceCallFailure(
          this.#i32[this.#i32[this.#sp() - this.#code[pc + 2]!]! >> 2]!,
          index,
        );
      case Op.invokedynamic:
        return m.dynamic.linkCallSite(type, index, pc);
      case Op.invoke_linked:
      case Op.invoke_linked_site:
      case Op.invoke_handle:
        return m.dynamic.invoke(pc);
      case Op.new:
        return this.#new(type, pc);
      case Op.newarray:
        this.#code[pc + 1] = m.classes.arrayOf(m.classes.primitive(PRIMITIVE_ARRAY_TYPES[index]!)).address;
        this.#code[pc] = Op.new_primitive_array;
        return;
      case Op.anewarray:
        this.#code[pc + 1] = m.classes.arrayOf(m.resolution.classAt(type, index)).address;
        this.#code[pc] = Op.new_array;
        return;
      case Op.new_array:
        return this.#newArray(pc, 3);
      case Op.new_primitive_array:
        return this.#newArray(pc, 2);
      case Op.multianewarray:
        return this.#multiNewArray(type, pc);
      case Op.checkcast:
        return this.#quickenType(type, pc, Op.checkcast_class);
      case Op.instanceof:
        return this.#quickenType(type, pc, Op.instanceof_class);
      default:
        throw new Error(`instruction ${this.#code[pc]} at ${pc} in ${method}`);
    }
  }

  #prepare(method: RuntimeMethod): void {
    if (method.codeBase < 0) {
      prepareMethod(this.machine, method);
      markBlockEnds(this.machine, method);
    }
    this.#i32[this.#fp() + FRAME.pc] = this.machine.methodTable[method.number + METHOD_ROW.entry]!;
  }

  #enterSynchronized(method: RuntimeMethod): void {
    const fp = this.#fp();
    const locals = fp - this.machine.methodTable[method.number + METHOD_ROW.localWords]!;
    const object = method.isStatic ? method.declaringClass.mirror : this.#i32[locals]!;
    this.machine.monitors.enter(object);
    this.#i32[fp - 2] = object;
    this.#i32[fp + FRAME.pc]! += 1;
  }

  /** The call was of an abstract method: the exception belongs to the caller's instruction, whose operands stay, for
   *  it is executed again where the exception's making needs a collection first. */
  #abstractMethod(method: RuntimeMethod): never {
    const fp = this.#fp();
    const i32 = this.#i32;
    const thread = i32[REGISTERS.currentThread]!;
    const locals = fp - this.machine.methodTable[method.number + METHOD_ROW.localWords]!;
    const receiver = this.machine.classes.of(i32[locals]!);
    this.machine.scheduler.set(thread, THREAD.fp, i32[fp]!);
    this.machine.scheduler.set(thread, THREAD.sp, locals + 2 * method.argumentSlots);
    return this.machine.throwNew('java/lang/AbstractMethodError', abstractMethodMessage(receiver, method));
  }

  #constant(type: RuntimeClass, pc: number, quick: Op): void {
    const index = this.#code[pc + 1]!;
    const pool = type.file!.pool;
    const tag = pool.tag(index);
    let value: number;
    if (tag === TAG.String) value = this.machine.heap.intern(pool.stringValue(index));
    else if (tag === TAG.Class) value = this.machine.resolution.classAt(type, index).mirror;
    else value = this.machine.dynamic.constant(type, index);
    this.#code[pc + 1] = value;
    this.#code[pc] = quick;
  }

  /** Resolves the class's static state for the instruction; true where the instruction may be quickened. */
  #initializeFor(declaring: RuntimeClass, from: RuntimeClass): boolean {
    this.machine.initialize(declaring);
    return this.machine.resolution.isInitializedFor(declaring, from);
  }

  #staticField(type: RuntimeClass, pc: number, form: 0 | 1): void {
    const field = this.machine.resolution.fieldAt(type, this.#code[pc + 1]!, true);
    if (form === 1) this.#checkFinal(field, type, '<clinit>');
    const quick = this.#initializeFor(field.declaringClass, type);
    const at = field.offset >> addressShift(field.descriptor);
    if (quick) {
      this.#code[pc + 1] = at;
      this.#code[pc] = fieldOps(field.descriptor)[form];
    } else this.#accessStatic(field, form === 1);
  }

  /** One access to a static field of a class that another frame of this thread is still initializing. */
  #accessStatic(field: RuntimeField, isStore: boolean): void {
    const { memory } = this.machine;
    const words = 'JD'.includes(field.descriptor) ? 4 : 2;
    const sp = this.#sp();
    const word = field.offset >> 2;
    const shift = addressShift(field.descriptor);
    const view =
      shift === 0 ? memory.i8 : field.descriptor === 'C' ? memory.u16 : shift === 1 ? memory.i16 : memory.i32;
    if (isStore) {
      view[field.offset >> shift] = this.#i32[sp - words]!;
      if (words === 4) this.#i32[word + 1] = this.#i32[sp - 3]!;
      return this.#finish(words, 3);
    }
    this.#i32[sp] = view[field.offset >> shift]!;
    if (words === 4) this.#i32[sp + 1] = this.#i32[word + 1]!;
    this.#finish(-words, 3);
  }

  #instanceField(type: RuntimeClass, pc: number, form: 2 | 3): void {
    const field = this.machine.resolution.fieldAt(type, this.#code[pc + 1]!, false);
    if (form === 3) this.#checkFinal(field, type, '<init>');
    this.#code[pc + 1] = field.offset;
    this.#code[pc] = fieldOps(field.descriptor)[form];
  }

  #checkFinal(field: RuntimeField, from: RuntimeClass, initializer: string): void {
    if ((field.accessFlags & ACC.final) === 0 || from.loader === 0) return;
    const method = this.#method();
    if (field.declaringClass === from && (method.name === initializer || from.file!.majorVersion < 53))
      return;
    const kind = initializer === '<clinit>' ? 'static final' : 'final';
    this.machine.throwNew(
      'java/lang/IllegalAccessError',
      field.declaringClass === from
        ? `Update to ${kind} field ${from.externalName}.${field.name} attempted from a different method (${method.name}) than the initializer method ${initializer} `
        : `Update to ${kind} field ${field.declaringClass.externalName}.${field.name} attempted from a different class (${from.externalName}) than the field's declaring class`,
    );
  }

  #expectStatic(resolved: ResolvedMethod, isStatic: boolean): void {
    if (resolved.method.isStatic === isStatic) return;
    const { method } = resolved;
    this.machine.throwNew(
      'java/lang/IncompatibleClassChangeError',
      `Expected ${isStatic ? 'static' : 'non-static'} method '${describeMethod(method, method.declaringClass)}'`,
    );
  }

  #invokeStatic(type: RuntimeClass, pc: number): void {
    const resolved = this.machine.resolution.methodAt(type, this.#code[pc + 1]!);
    if (resolved.polymorphic) return this.machine.dynamic.linkIntrinsic(resolved, pc);
    this.#expectStatic(resolved, true);
    const { method } = resolved;
    if (this.#initializeFor(method.declaringClass, type)) {
      this.#code[pc + 1] = method.number;
      this.#code[pc + 2] = 3;
      this.#code[pc] = Op.invoke_direct;
    } else this.machine.pushCall(method, 3);
  }

  #invokeSpecial(type: RuntimeClass, pc: number): void {
    const resolved = this.machine.resolution.methodAt(type, this.#code[pc + 1]!);
    this.#expectStatic(resolved, false);
    let { method } = resolved;
    const { holder } = resolved;
    // JVMS §6.5 invokespecial: a superclass call selects from the direct superclass on.
    const isSuperCall =
      method.name !== '<init>' && !holder.isInterface && type.superclass !== null && type !== holder;
    if (isSuperCall && type.supertypes.has(holder)) {
      method = type.superclass!.findMethod(method.name, method.descriptor) ?? method;
    }
    if (method.isAbstract)
      this.machine.throwNew('java/lang/AbstractMethodError', describeMethod(method, method.declaringClass));
    this.#quickenSpecial(method, pc);
  }

  #quickenSpecial(method: RuntimeMethod, pc: number): void {
    this.#code[pc + 1] = method.number;
    this.#code[pc + 2] = method.argumentSlots * 2;
    this.#code[pc] = Op.invoke_special;
  }

  #invokeVirtual(type: RuntimeClass, pc: number): void {
    const resolved = this.machine.resolution.methodAt(type, this.#code[pc + 1]!);
    if (resolved.polymorphic) return this.machine.dynamic.linkPolymorphic(type, resolved, pc);
    this.#expectStatic(resolved, false);
    const { method, holder } = resolved;
    if (method.isPrivate || (method.accessFlags & ACC.final && !method.declaringClass.isInterface)) {
      return this.#quickenSpecial(method, pc);
    }
    const index = vtableIndexOf(holder.isInterface ? method.declaringClass : holder, method);
    if (index < 0) throw new Error(`no vtable entry for ${method} in ${holder.name}`);
    this.#code[pc + 1] = CLASS_BLOCK.vtable + index;
    this.#code[pc + 2] = method.argumentSlots * 2;
    this.#code[pc] = Op.invoke_virtual;
  }

  #invokeInterface(type: RuntimeClass, pc: number): void {
    const resolved = this.machine.resolution.methodAt(type, this.#code[pc + 1]!);
    this.#expectStatic(resolved, false);
    const { method } = resolved;
    this.#code[pc + 1] = method.number;
    this.#code[pc + 2] = method.argumentSlots * 2;
    this.#code[pc + 3] = 0;
    this.#code[pc + 4] = 0;
    this.#code[pc] = Op.invoke_interface;
  }

  #new(type: RuntimeClass, pc: number): void {
    const { machine } = this;
    const instantiated = machine.resolution.classAt(type, this.#code[pc + 1]!);
    if (instantiated.isAbstract || instantiated.isInterface) {
      machine.throwNew('java/lang/InstantiationError', instantiated.externalName);
    }
    if (this.#initializeFor(instantiated, type) && !instantiated.hasFinalizer) {
      this.#code[pc + 1] = instantiated.address;
      this.#code[pc + 2] = instantiated.instanceBytes;
      this.#code[pc] = Op.new_object;
      return;
    }
    if (!machine.heap.fits(instantiated.instanceBytes)) machine.heap.prepare(instantiated.instanceBytes);
    const object = machine.heap.allocateObject(instantiated);
    this.#push(object);
    this.#i32[this.#fp() + FRAME.pc]! += 3;
    // The JDK keeps a list of all objects that are to be finalized; this runs before the next instruction.
    if (instantiated.hasFinalizer) {
      const register = machine.classes
        .boot('java/lang/ref/Finalizer')
        .findMethod('register', '(Ljava/lang/Object;)V');
      machine.pushFrame(register!, [object], 0);
    }
  }

  #newArray(pc: number, bytes: number): void {
    const { machine } = this;
    const length = this.#i32[this.#sp() - 2]!;
    if (length < 0) machine.throwImplicit('java/lang/NegativeArraySizeException', String(length));
    if (length > MAXIMUM_ARRAY_LENGTH) {
      machine.throwImplicit('java/lang/OutOfMemoryError', 'Requested array size exceeds VM limit');
    }
    const arrayClass = machine.classes.atAddress(this.#code[pc + 1]!);
    const byteCount = machine.heap.arrayBytes(arrayClass, length);
    if (!machine.heap.fits(byteCount)) machine.heap.prepare(byteCount);
    const array = machine.heap.allocateArray(arrayClass, length);
    this.#i32[this.#sp() - 2] = array;
    this.#finish(0, bytes);
  }

  #multiNewArray(type: RuntimeClass, pc: number): void {
    const { machine } = this;
    const arrayClass = machine.resolution.classAt(type, this.#code[pc + 1]!);
    const dimensions = this.#code[pc + 2]!;
    const start = this.#sp() - 2 * dimensions;
    const lengths = Array.from({ length: dimensions }, (_, i) => this.#i32[start + 2 * i]!);
    const array = newMultiArray(machine, arrayClass, lengths);
    this.#i32[start] = array;
    this.#finish(2 * dimensions - 2, 4);
  }

  #quickenType(type: RuntimeClass, pc: number, quick: Op): void {
    // JVMS §6.5: null passes without resolution, but resolving early is allowed (§5.4).
    this.#code[pc + 1] = this.machine.resolution.classAt(type, this.#code[pc + 1]!).address;
    this.#code[pc + 2] = 0;
    this.#code[pc] = quick;
  }
}
