// Verification by type checking (JVMS §4.10.1): one pass over the code, with javac's frames at the joins.
import { instructionLength } from '../class-file/opcodes.js';
import type { StackMapFrame } from '../class-file/stack-map-table.js';
import { Frame, padded, toSlots } from './frame.js';
import { Instructions } from './instructions.js';
import type { MethodContext } from './method-context.js';
import {
  describeType,
  isUninitialized,
  pcOf,
  secondSlotOf,
  typeOfStackMapType,
  type VerificationType,
} from './verification-types.js';

/** Throws VerifyError where the method's code is not type safe. */
export function checkTypes(context: MethodContext): void {
  new TypeChecker(context).run();
}

class TypeChecker {
  readonly #context: MethodContext;
  readonly #instructions: Instructions;
  /** The StackMapTable's frames by pc. */
  readonly #frames: ReadonlyMap<number, Frame>;

  constructor(context: MethodContext) {
    this.#context = context;
    context.checkExceptionTable();
    this.#frames = expandFrames(context);
    this.#instructions = new Instructions(context, {
      branch: (target, frame) => this.#checkBranch(target, frame),
      subroutines: null,
    });
  }

  run(): void {
    const { code } = this.#context.code;
    let frame: Frame | null = this.#context.initialFrame();
    for (let pc = 0; pc < code.length; pc += instructionLength(code, pc)) {
      const current: Frame = this.#frameAt(pc, frame);
      this.#checkHandlers(pc, current);
      frame = this.#instructions.execute(pc, current) ? current : null;
    }
    if (frame !== null) this.#context.fail('Control flow falls through code end', code.length);
  }

  /** The frame that the instruction at pc begins with: the table's, where it has one. */
  #frameAt(pc: number, incoming: Frame | null): Frame {
    const declared = this.#frames.get(pc);
    if (declared === undefined) return incoming ?? this.#context.fail('Expecting a stack map frame', pc);
    if (incoming !== null) {
      const reason = this.#mismatch(incoming, declared);
      if (reason !== null) {
        this.#context.fail('Instruction type does not match stack map', pc, {
          reason,
          current: { pc, frame: incoming },
          expected: { pc, frame: declared },
        });
      }
    }
    return declared.copy();
  }

  #checkBranch(target: number, frame: Frame): void {
    const { pc } = this.#instructions.operands;
    const declared = this.#frames.get(target);
    if (declared === undefined) {
      this.#context.fail(`Expecting a stackmap frame at branch target ${target}`, pc, {
        reason: `Expected stackmap frame at this location.`,
      });
    }
    const reason = this.#mismatch(frame, declared);
    if (reason !== null) {
      this.#context.fail(`Inconsistent stackmap frames at branch target ${target}`, target, {
        reason,
        current: { pc, frame },
        expected: { pc: target, frame: declared },
      });
    }
  }

  /** An exception may come from the instruction while its frame is as it was before. */
  #checkHandlers(pc: number, frame: Frame): void {
    for (const { startPc, endPc, handlerPc, catchType } of this.#context.code.exceptionTable) {
      if (pc < startPc || pc >= endPc) continue;
      const declared = this.#frames.get(handlerPc);
      if (declared === undefined) {
        this.#context.fail(`Expecting a stackmap frame at branch target ${handlerPc}`, pc);
      }
      const thrown = new Frame(
        frame.locals,
        [this.#context.catchTypeOf(catchType)],
        frame.isThisUninitialized,
      );
      const reason =
        this.#context.code.maxStack === 0 ? 'Exceeded max stack size.' : this.#mismatch(thrown, declared);
      if (reason !== null) {
        this.#context.fail(`Stack map does not match the one at exception handler ${handlerPc}`, pc, {
          reason,
          current: { pc, frame: thrown },
          expected: { pc: handlerPc, frame: declared },
        });
      }
    }
  }

  /** Why a frame cannot go on as the declared one (JVMS §4.10.1.4, frameIsAssignable); null where it can. */
  #mismatch(from: Frame, to: Frame): string | null {
    if (from.stack.length !== to.stack.length) return "Current frame's stack size doesn't match stackmap.";
    return (
      this.#slotMismatch(from.locals, to.locals, 'locals') ??
      this.#slotMismatch(from.stack, to.stack, 'stack') ??
      (from.isThisUninitialized && !to.isThisUninitialized
        ? "Current frame's flags are not assignable to stack map frame's."
        : null)
    );
  }

  #slotMismatch(
    from: readonly VerificationType[],
    to: readonly VerificationType[],
    kind: 'locals' | 'stack',
  ): string | null {
    const { types } = this.#context;
    for (let i = 0; i < to.length; i++) {
      if (!types.isAssignable(from[i]!, to[i]!)) {
        const [a, b] = [describeType(from[i]!), describeType(to[i]!)];
        return `Type ${a} (current frame, ${kind}[${i}]) is not assignable to ${b} (stack map, ${kind}[${i}])`;
      }
    }
    return null;
  }
}

/** The table's deltas as whole frames. Throws VerifyError where they make no sense for the method. */
function expandFrames(context: MethodContext): Map<number, Frame> {
  const frames = new Map<number, Frame>();
  let locals = withoutSecondSlots(context.initialFrame().locals);
  const parameterCount = locals.findLastIndex((type) => type !== 'top') + 1;
  locals = locals.slice(0, parameterCount);
  let isThisUninitialized = context.initialFrame().isThisUninitialized;
  for (const delta of context.code.stackMapTable ?? []) {
    if (context.isInstruction[delta.pc] !== 1) context.fail('StackMapTable error: bad offset', 0);
    locals = changedLocals(context, locals, delta);
    const stack = delta.stack.map(typeOfStackMapType);
    for (const type of [...locals, ...stack]) checkDeclaredType(context, type);
    if (delta.change !== 'same') isThisUninitialized = locals.includes('uninitializedThis');
    const localSlots = toSlots(locals);
    const stackSlots = toSlots(stack);
    const { maxLocals, maxStack } = context.code;
    if (localSlots.length > maxLocals || stackSlots.length > maxStack) {
      context.failFormat('StackMapTable format error: bad type array size');
    }
    frames.set(delta.pc, new Frame(padded(localSlots, maxLocals), stackSlots, isThisUninitialized));
  }
  return frames;
}

function changedLocals(
  context: MethodContext,
  locals: readonly VerificationType[],
  delta: StackMapFrame,
): VerificationType[] {
  if (delta.change === 'full') return delta.locals.map(typeOfStackMapType);
  if (delta.change === 'append') return [...locals, ...delta.locals.map(typeOfStackMapType)];
  if (delta.chopped > locals.length) context.failFormat('StackMapTable format error: bad type array size');
  return locals.slice(0, locals.length - delta.chopped);
}

/** uninitializedThis belongs to constructors; uninitialized names a new instruction. */
function checkDeclaredType(context: MethodContext, type: VerificationType): void {
  if (!isUninitialized(type)) return;
  const isLegal =
    type === 'uninitializedThis'
      ? context.method.name === '<init>' && context.classFile.superName !== null
      : context.isNewInstruction(pcOf(type));
  if (!isLegal) context.failFormat('StackMapTable format error: bad offset for Uninitialized');
}

function withoutSecondSlots(slots: readonly VerificationType[]): VerificationType[] {
  return slots.filter((_, index) => index === 0 || secondSlotOf(slots[index - 1]!) === null);
}
