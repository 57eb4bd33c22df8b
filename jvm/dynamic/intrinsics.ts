// The calls beneath method handles: MethodHandle.invokeBasic and linkToStatic, -Virtual, -Special, -Interface. They
// call what a LambdaForm or a MemberName names, with the arguments as they lie on the operand stack.

import type { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import { internal } from '../actions.js';
import { parseMethodDescriptor, slotsOf } from '../class-file/descriptors.js';
import { assignMethodRow, restoreMethodRow } from '../class-layout.js';
import { ACC, CLASS_BLOCK, METHOD_FLAG, METHOD_ROW, THREAD } from '../layout.js';
import type { Machine } from '../machine.js';
import { REGISTERS } from '../memory.js';
import type { RawNativeMethod } from '../natives.js';
import { findPolymorphic } from '../resolution.js';
import { RuntimeMethod } from '../runtime-class.js';
import { FRAMES_CHANGED } from '../signals.js';
import { readText, writeText } from '../snapshot/text.js';

/** Which intrinsic an invoke_handle instruction is: its first operand. */
export const INTRINSIC: Readonly<Record<string, number>> = {
  invokeBasic: 0,
  linkToStatic: 1,
  linkToSpecial: 2,
  linkToVirtual: 3,
  linkToInterface: 4,
};
const INVOKE_BASIC = 0;
const LINK_TO_STATIC = 1;
const LINK_TO_VIRTUAL = 3;
const LINK_TO_INTERFACE = 4;

interface Offsets {
  readonly form: number;
  readonly vmentry: number;
  readonly method: number;
  readonly vmindex: number;
  readonly number: number;
}

export class Intrinsics {
  #offsets: Offsets | null = null;
  /** Methods that stand for an intrinsic with one descriptor, where Java wants a method. */
  readonly #methods = new Map<string, RuntimeMethod>();

  constructor(readonly machine: Machine) {}

  /** Makes sure that the classes beneath method handles are known, before the first call is selected. In a restored
   *  machine they are, and the first call comes here. */
  prepare(): Offsets {
    if (this.#offsets) return this.#offsets;
    const m = this.machine;
    this.#offsets = {
      form: m.field('java/lang/invoke/MethodHandle', 'form').offset,
      vmentry: m.field('java/lang/invoke/LambdaForm', 'vmentry').offset,
      method: m.field('java/lang/invoke/MemberName', 'method').offset,
      vmindex: m.field('java/lang/invoke/MemberName', '$vmindex').offset,
      number: m.field('java/lang/invoke/ResolvedMethodName', '$method').offset,
    };
    return this.#offsets;
  }

  /**
   * Number of the method that an intrinsic calls; 0 where it can not be called, which `failure` then explains.
   * @param sp Word index behind the last argument.
   * @param argumentWords Words of all arguments, receiver and trailing MemberName included.
   */
  select(intrinsic: number, argumentWords: number, sp: number): number {
    const i32 = this.machine.memory.i32;
    const offsets = this.#offsets ?? this.prepare();
    const first = i32[sp - argumentWords]!;
    if (intrinsic === INVOKE_BASIC) {
      if (first === 0) return 0;
      const form = i32[(first + offsets.form) >> 2]!;
      const entry = i32[(form + offsets.vmentry) >> 2]!;
      return i32[(i32[(entry + offsets.method) >> 2]! + offsets.number) >> 2]!;
    }
    const memberName = i32[sp - 2]!;
    if (memberName === 0) return 0;
    const number = i32[(i32[(memberName + offsets.method) >> 2]! + offsets.number) >> 2]!;
    if (intrinsic === LINK_TO_STATIC) return number;
    if (first === 0) return 0;
    if (intrinsic === LINK_TO_VIRTUAL) {
      const index = i32[(memberName + offsets.vmindex) >> 2]!;
      // A final or private method has no entry in the table.
      return index < 0 ? number : i32[(i32[first >> 2]! >> 2) + CLASS_BLOCK.vtable + index]!;
    }
    if (intrinsic === LINK_TO_INTERFACE) {
      return this.machine.resolution.selectInterfaceMethod(i32[first >> 2]!, number);
    }
    return number;
  }

  /** Throws what a call throws for which `select` gave 0. */
  failure(intrinsic: number, argumentWords: number, sp: number): never {
    const i32 = this.machine.memory.i32;
    const receiver = i32[sp - argumentWords]!;
    const memberName = i32[sp - 2]!;
    if (intrinsic === LINK_TO_INTERFACE && receiver !== 0 && memberName !== 0) {
      const offsets = this.prepare();
      const number = i32[(i32[(memberName + offsets.method) >> 2]! + offsets.number) >> 2]!;
      this.machine.resolution.interfaceCallFailure(i32[receiver >> 2]!, number);
    }
    return this.machine.throwImplicit('java/lang/NullPointerException');
  }

  /** The intrinsic as a method with that descriptor, for MemberNames; null where it is none. */
  method(declared: RuntimeMethod, descriptor: string): RuntimeMethod | null {
    const intrinsic = INTRINSIC[declared.name];
    if (intrinsic === undefined || declared.declaringClass.name !== 'java/lang/invoke/MethodHandle')
      return null;
    return this.#methods.get(declared.name + descriptor) ?? this.#make(declared, descriptor, -1);
  }

  /** number: that of a method which was saved, else negative. */
  #make(declared: RuntimeMethod, descriptor: string, number: number): RuntimeMethod {
    const m = this.machine;
    const { name, declaringClass, index } = declared;
    const flags = (declared.accessFlags & ~ACC.varargs) | ACC.synthetic;
    const method = new RuntimeMethod(declaringClass, name, descriptor, flags, index, false);
    if (number < 0) assignMethodRow(m, method);
    else restoreMethodRow(m, method, number);
    m.methodTable[method.number + METHOD_ROW.flags]! |= METHOD_FLAG.hidden;
    m.bindMethod(method, intrinsicNative(INTRINSIC[name]!, method));
    this.#methods.set(name + descriptor, method);
    return method;
  }

  save(writer: BinaryWriter): void {
    writer.varuint(this.#methods.size);
    for (const { name, descriptor, number } of this.#methods.values()) {
      writer.string(name).varuint(number);
      writeText(writer, descriptor);
    }
  }

  restore(reader: BinaryReader): void {
    for (let count = reader.varuint(); count > 0; count--) {
      const name = reader.string();
      const number = reader.varuint();
      const holder = this.machine.classes.boot('java/lang/invoke/MethodHandle');
      this.#make(findPolymorphic(holder, name)!, readText(reader), number);
    }
  }
}

/** Calls the selected method with the intrinsic's own arguments, then returns what it returned. */
function intrinsicNative(intrinsic: number, method: RuntimeMethod): RawNativeMethod {
  const argumentWords = method.argumentSlots * 2;
  const resultWords = slotsOf(parseMethodDescriptor(method.descriptor).returns) * 2;
  const raw = (m: Machine, locals: number): void => {
    const { i32 } = m.memory;
    const thread = i32[REGISTERS.currentThread]!;
    const sp = m.scheduler.get(thread, THREAD.sp);
    if (m.scratch(0) === 0) {
      const { intrinsics } = m.dynamic;
      intrinsics.prepare();
      const end = locals + argumentWords;
      const target = intrinsics.select(intrinsic, argumentWords, end);
      if (target === 0) intrinsics.failure(intrinsic, argumentWords, end);
      m.setScratch(0, 1);
      const passed = intrinsic === INVOKE_BASIC ? argumentWords : argumentWords - 2;
      i32.copyWithin(sp, locals, locals + passed);
      m.scheduler.set(thread, THREAD.sp, sp + passed);
      m.pushCall(m.classes.method(target), 0);
      throw FRAMES_CHANGED;
    }
    i32[REGISTERS.result] = i32[sp]!;
    if (resultWords === 4) i32[REGISTERS.result + 1] = i32[sp + 1]!;
  };
  return { action: internal, raw };
}
