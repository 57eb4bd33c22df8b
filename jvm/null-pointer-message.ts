// The helpful message of a NullPointerException (JEP 358): what could not be done, and which expression was null.
import { ACC } from './class-file/access-flags.js';
import { METHOD_FLAG, METHOD_ROW } from './layout.js';
import type { Machine } from './machine.js';
import { descriptionOfDereference, nullSlotOf } from './null-pointer/dereference.js';
import { describeNull } from './null-pointer/expression.js';
import type { MethodBytecode } from './null-pointer/method-bytecode.js';
import { findOperandSources } from './null-pointer/operand-sources.js';
import type { RuntimeMethod } from './runtime-class.js';

/**
 * The message OpenJDK 17 computes for a null dereference by the instruction at a bytecode index. undefined: there is
 * none, because the instruction dereferences nothing (it constructs the exception, for one), or because the method is
 * native, hidden or made by the machine, so that no stack trace shows it.
 */
export function nullPointerMessage(machine: Machine, method: RuntimeMethod, pc: number): string | undefined {
  const { code, declaringClass } = method;
  if (code === null || method.codeBase < 0 || declaringClass.file === null || declaringClass.isHidden) {
    return undefined;
  }
  if ((machine.methodTable[method.number + METHOD_ROW.flags]! & METHOD_FLAG.hidden) !== 0) return undefined;
  return describeNullPointer(
    {
      isStatic: (method.accessFlags & ACC.STATIC) !== 0,
      descriptor: method.descriptor,
      code,
      pool: declaringClass.file.pool,
    },
    pc,
  );
}

/** As nullPointerMessage, from the class file alone. pc: bytecode index of the instruction that met null. */
export function describeNullPointer(method: MethodBytecode, pc: number): string | undefined {
  const slot = nullSlotOf(method, pc);
  if (slot === undefined) return undefined;
  const because = describeNull(method, findOperandSources(method, pc), pc, slot);
  return descriptionOfDereference(method, pc) + because;
}
