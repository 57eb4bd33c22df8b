// Reading and writing the type state for one instruction: operand stack and local variables, with their limits.

import { isReference } from '../class-file/descriptors.js';
import { OPCODE_NAMES, uint16 } from '../class-file/opcodes.js';
import { Frame } from './frame.js';
import type { MethodContext } from './method-context.js';
import {
  describeType,
  isReferenceType,
  isReturnAddress,
  isSecondSlot,
  isUninitialized,
  OBJECT,
  secondSlotOf,
  type VerificationType,
} from './verification-types.js';

export class Operands {
  readonly context: MethodContext;
  pc = 0;
  frame!: Frame;
  /** The stack as the instruction found it: messages show that one. */
  #stackBefore: VerificationType[] = [];

  constructor(context: MethodContext) {
    this.context = context;
  }

  /** Sets the instruction at hand and the frame that it changes. */
  at(pc: number, frame: Frame): void {
    this.pc = pc;
    this.frame = frame;
    this.#stackBefore = frame.stack.slice();
  }

  /** The unsigned byte at an offset from the opcode. */
  uint8(offset: number): number {
    return this.context.code.code[this.pc + offset]!;
  }

  /** The unsigned 16-bit number at an offset from the opcode. */
  uint16(offset: number): number {
    return uint16(this.context.code.code, this.pc + offset);
  }

  /** The constant pool index behind the opcode, of an entry that must have one of the tags. */
  poolOperand(tags: readonly number[]): number {
    const index = this.uint16(1);
    if (!tags.includes(this.context.classFile.pool.tag(index))) this.failPoolEntry(index);
    return index;
  }

  failPoolEntry(index: number): never {
    const { name, pool } = this.context.classFile;
    const isInside = index > 0 && index < pool.count;
    this.fail(
      isInside
        ? `Illegal type at constant pool entry ${index} in class ${name}`
        : `Illegal constant pool index ${index} in class ${name}`,
      `Constant pool index ${index} is invalid`,
    );
  }

  /** The code is wrong, whatever the types are. */
  fail(summary: string, reason?: string): never {
    this.context.fail(summary, this.pc, { reason });
  }

  /** The code does not go with the types at hand, which the message shows. */
  failWithFrame(summary: string, reason: string): never {
    const { locals, isThisUninitialized } = this.frame;
    const frame = new Frame(locals, this.#stackBefore, isThisUninitialized);
    this.context.fail(summary, this.pc, { reason, current: { pc: this.pc, frame } });
  }

  /** Pops a value that can be used as the expected type, and gives its own type. */
  pop(expected: VerificationType): VerificationType {
    const { stack } = this.frame;
    const second = secondSlotOf(expected);
    if (second !== null) {
      if (stack.length < 2) this.#underflow();
      if (stack.at(-2) !== expected) this.#badStackType(stack.length - 2, expected);
      if (stack.at(-1) !== second) this.#badStackType(stack.length - 1, describeType(second));
      stack.length -= 2;
      return expected;
    }
    const type = this.#expectTop(expected);
    stack.length--;
    return type;
  }

  /** Pops a reference that may be uninitialized. */
  popReference(): VerificationType {
    const type = this.#top();
    if (!isReferenceType(type)) this.#badStackType(this.frame.stack.length - 1, 'reference type');
    this.frame.stack.length--;
    return type;
  }

  /** Pops a reference whose type the caller judges; `summary` is for the message. */
  popReferenceIf(isLegal: (type: VerificationType) => boolean, summary?: string): VerificationType {
    const type = this.popReference();
    if (isLegal(type)) return type;
    const depth = this.frame.stack.length;
    this.failWithFrame(
      summary ?? `Bad type on operand stack in ${OPCODE_NAMES[this.uint8(0)]}`,
      `Invalid type: ${describeType(type)} (current frame, stack[${depth}])`,
    );
  }

  /** Pops whole values that together take so many slots. */
  popSlots(count: number): VerificationType[] {
    const { stack } = this.frame;
    if (stack.length < count) this.#underflow();
    if (isSecondSlot(stack[stack.length - count]!))
      this.#badStackType(stack.length - count, `category${count} type`);
    return stack.splice(stack.length - count);
  }

  push(type: VerificationType): void {
    const second = secondSlotOf(type);
    this.pushSlots(second === null ? [type] : [type, second]);
  }

  pushSlots(slots: readonly VerificationType[]): void {
    const { stack } = this.frame;
    if (stack.length + slots.length > this.context.code.maxStack) {
      this.failWithFrame('Operand stack overflow', 'Exceeded max stack size.');
    }
    for (const slot of slots) stack.push(slot);
  }

  /** The local variable, which must be usable as the expected type. */
  local(index: number, expected: VerificationType): VerificationType {
    if (secondSlotOf(expected) !== null && index + 1 >= this.context.code.maxLocals) {
      this.fail('get long/double overflows locals', `Local index ${index} is invalid`);
    }
    this.#checkLocalIndex(index, expected);
    const type = this.frame.locals[index]!;
    if (!this.context.types.isAssignable(type, expected)) this.#badLocalType(index, describeType(expected));
    return type;
  }

  /** The local variable, which must be a reference that may be uninitialized. */
  localReference(index: number): VerificationType {
    this.#checkLocalIndex(index, OBJECT);
    const type = this.frame.locals[index]!;
    if (!isReferenceType(type)) this.#badLocalType(index, 'reference type');
    return type;
  }

  /** Writes a local variable. A two-slot value of which one half is overwritten is no value any more. */
  setLocal(index: number, type: VerificationType): void {
    this.#checkLocalIndex(index, type);
    const { locals } = this.frame;
    const second = secondSlotOf(type);
    const last = second === null ? index : index + 1;
    if (isSecondSlot(locals[index]!)) locals[index - 1] = 'top';
    if (secondSlotOf(locals[last]!) !== null) locals[last + 1] = 'top';
    locals[index] = type;
    if (second !== null) locals[last] = second;
  }

  /** Pops a returnAddress or a reference for astore. */
  popReferenceOrReturnAddress(): VerificationType {
    return isReturnAddress(this.#top()) ? this.frame.stack.pop()! : this.popReference();
  }

  #checkLocalIndex(index: number, type: VerificationType): void {
    const last = secondSlotOf(type) === null ? index : index + 1;
    if (last >= this.context.code.maxLocals)
      this.fail('Local variable table overflow', `Local index ${index} is invalid`);
  }

  #top(): VerificationType {
    return this.frame.stack.at(-1) ?? this.#underflow();
  }

  #expectTop(expected: VerificationType): VerificationType {
    const type = this.#top();
    if (type === expected) return type;
    // An uninitialized object is a reference that nothing but its constructor may be called on.
    if (isUninitialized(type) && isReference(expected))
      this.#badStackType(this.frame.stack.length - 1, describeType(expected));
    if (!this.context.types.isAssignable(type, expected))
      this.#badStackType(this.frame.stack.length - 1, describeType(expected));
    return type;
  }

  #underflow(): never {
    this.failWithFrame('Operand stack underflow', 'Attempt to pop empty stack.');
  }

  #badStackType(depth: number, expected: string): never {
    const type = describeType(this.frame.stack[depth]!);
    this.failWithFrame(
      'Bad type on operand stack',
      `Type ${type} (current frame, stack[${depth}]) is not assignable to ${expected}`,
    );
  }

  #badLocalType(index: number, expected: string): never {
    const type = describeType(this.frame.locals[index]!);
    this.failWithFrame(
      'Bad local variable type',
      `Type ${type} (current frame, locals[${index}]) is not assignable to ${expected}`,
    );
  }
}
