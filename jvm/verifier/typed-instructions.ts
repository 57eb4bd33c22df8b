// The instructions whose types the table of opcodes cannot tell: those on references, constants, members and bare
// slots (JVMS §4.10.1.9).
import { TAG } from '../class-file/constant-pool.js';
import { descriptorOf, isReference, MAXIMUM_DIMENSIONS } from '../class-file/descriptors.js';
import { OPCODES, type OpcodeName } from '../class-file/opcodes.js';
import { checkFieldInstruction, checkInvocation, checkInvokeDynamic } from './members.js';
import type { Operands } from './operands.js';
import {
  componentOf,
  OBJECT,
  THROWABLE,
  typeOfDescriptor,
  uninitialized,
  type VerificationType,
} from './verification-types.js';

/** Array types by the code in newarray (JVMS table 6.5.newarray-A). */
const NEWARRAY_TYPES: Readonly<Record<number, string>> = {
  4: '[Z',
  5: '[C',
  6: '[F',
  7: '[D',
  8: '[B',
  9: '[S',
  10: '[I',
  11: '[J',
};

/** Versions from which on ldc loads classes; method handles and method types; dynamic constants. */
const FIRST_VERSION_OF_CLASS_CONSTANTS = 49;
const FIRST_VERSION_OF_HANDLE_CONSTANTS = 51;
const FIRST_VERSION_OF_DYNAMIC_CONSTANTS = 55;

type Handler = (operands: Operands) => void;

/** Pops and pushes of each such instruction. Jumps and returns are left to the caller. */
export const TYPED_INSTRUCTIONS: Readonly<Partial<Record<OpcodeName, Handler>>> = {
  aconst_null: (o) => o.push('null'),
  ldc: (o) => loadConstant(o, o.uint8(1), false),
  ldc_w: (o) => loadConstant(o, o.uint16(1), false),
  ldc2_w: (o) => loadConstant(o, o.uint16(1), true),
  iaload: (o) => loadElement(o, ['[I'], 'int'),
  laload: (o) => loadElement(o, ['[J'], 'long'),
  faload: (o) => loadElement(o, ['[F'], 'float'),
  daload: (o) => loadElement(o, ['[D'], 'double'),
  aaload: (o) => o.push(componentOf(popReferenceArrayAndIndex(o)) ?? 'null'),
  baload: (o) => loadElement(o, ['[B', '[Z'], 'int'),
  caload: (o) => loadElement(o, ['[C'], 'int'),
  saload: (o) => loadElement(o, ['[S'], 'int'),
  iastore: (o) => storeElement(o, ['[I'], 'int'),
  lastore: (o) => storeElement(o, ['[J'], 'long'),
  fastore: (o) => storeElement(o, ['[F'], 'float'),
  dastore: (o) => storeElement(o, ['[D'], 'double'),
  aastore: (o) => {
    o.pop(OBJECT);
    popReferenceArrayAndIndex(o);
  },
  bastore: (o) => storeElement(o, ['[B', '[Z'], 'int'),
  castore: (o) => storeElement(o, ['[C'], 'int'),
  sastore: (o) => storeElement(o, ['[S'], 'int'),
  pop: (o) => void o.popSlots(1),
  pop2: (o) => void o.popSlots(2),
  dup: (o) => duplicate(o, 1, 0),
  dup_x1: (o) => duplicate(o, 1, 1),
  dup_x2: (o) => duplicate(o, 1, 2),
  dup2: (o) => duplicate(o, 2, 0),
  dup2_x1: (o) => duplicate(o, 2, 1),
  dup2_x2: (o) => duplicate(o, 2, 2),
  swap: (o) => {
    const top = o.popSlots(1);
    const below = o.popSlots(1);
    o.pushSlots([...top, ...below]);
  },
  if_acmpeq: (o) => compareReferences(o),
  if_acmpne: (o) => compareReferences(o),
  ifnull: (o) => void o.popReference(),
  ifnonnull: (o) => void o.popReference(),
  getstatic: (o) => checkFieldInstruction(o, OPCODES.getstatic.code),
  putstatic: (o) => checkFieldInstruction(o, OPCODES.putstatic.code),
  getfield: (o) => checkFieldInstruction(o, OPCODES.getfield.code),
  putfield: (o) => checkFieldInstruction(o, OPCODES.putfield.code),
  invokevirtual: (o) => checkInvocation(o, OPCODES.invokevirtual.code),
  invokespecial: (o) => checkInvocation(o, OPCODES.invokespecial.code),
  invokestatic: (o) => checkInvocation(o, OPCODES.invokestatic.code),
  invokeinterface: (o) => checkInvocation(o, OPCODES.invokeinterface.code),
  invokedynamic: (o) => checkInvokeDynamic(o),
  new: (o) => newObject(o),
  newarray: (o) => {
    const array = NEWARRAY_TYPES[o.uint8(1)] ?? o.fail('Illegal newarray instruction');
    o.pop('int');
    o.push(array);
  },
  anewarray: (o) => newReferenceArray(o),
  multianewarray: (o) => newMultiArray(o),
  arraylength: (o) => {
    o.popReferenceIf((type) => type === 'null' || componentOf(type) !== null);
    o.push('int');
  },
  athrow: (o) => void o.pop(THROWABLE),
  checkcast: (o) => {
    const type = classOperand(o);
    o.pop(OBJECT);
    o.push(type);
  },
  instanceof: (o) => {
    classOperand(o);
    o.pop(OBJECT);
    o.push('int');
  },
  monitorenter: (o) => void o.popReference(),
  monitorexit: (o) => void o.popReference(),
};

function compareReferences(operands: Operands): void {
  operands.popReference();
  operands.popReference();
}

/** Copies the topmost slots to below others. */
function duplicate(operands: Operands, copied: number, below: number): void {
  const top = operands.popSlots(copied);
  const passed = below === 0 ? [] : operands.popSlots(below);
  operands.pushSlots([...top, ...passed, ...top]);
}

function loadElement(operands: Operands, arrays: readonly string[], element: VerificationType): void {
  popArrayAndIndex(operands, arrays);
  operands.push(element);
}

function storeElement(operands: Operands, arrays: readonly string[], element: VerificationType): void {
  operands.pop(element);
  popArrayAndIndex(operands, arrays);
}

function popArrayAndIndex(operands: Operands, arrays: readonly string[]): void {
  operands.pop('int');
  operands.popReferenceIf((type) => type === 'null' || arrays.includes(type));
}

function popReferenceArrayAndIndex(operands: Operands): VerificationType {
  operands.pop('int');
  const isLegal = (type: VerificationType) => type === 'null' || isReference(componentOf(type) ?? '');
  return operands.popReferenceIf(isLegal);
}

function loadConstant(operands: Operands, index: number, isTwoSlots: boolean): void {
  const type = constantType(operands, index);
  const takesTwoSlots = type === 'long' || type === 'double';
  if (type === null || takesTwoSlots !== isTwoSlots) operands.failPoolEntry(index);
  operands.push(type);
}

/** The type of a loadable constant; null where the entry is none, or not in this version. */
function constantType(operands: Operands, index: number): VerificationType | null {
  const { pool, majorVersion: version } = operands.context.classFile;
  switch (pool.tag(index)) {
    case TAG.Integer:
      return 'int';
    case TAG.Float:
      return 'float';
    case TAG.Long:
      return 'long';
    case TAG.Double:
      return 'double';
    case TAG.String:
      return 'Ljava/lang/String;';
    case TAG.Class:
      return version >= FIRST_VERSION_OF_CLASS_CONSTANTS ? 'Ljava/lang/Class;' : null;
    case TAG.MethodHandle:
      return version >= FIRST_VERSION_OF_HANDLE_CONSTANTS ? 'Ljava/lang/invoke/MethodHandle;' : null;
    case TAG.MethodType:
      return version >= FIRST_VERSION_OF_HANDLE_CONSTANTS ? 'Ljava/lang/invoke/MethodType;' : null;
    case TAG.Dynamic:
      if (version < FIRST_VERSION_OF_DYNAMIC_CONSTANTS) return null;
      return typeOfDescriptor(pool.dynamic(index).descriptor);
    default:
      return null;
  }
}

/** An object of an earlier turn of the loop, still uninitialized, must not be taken for the new one. */
function newObject(operands: Operands): void {
  if (componentOf(classOperand(operands)) !== null) operands.fail('Illegal new instruction');
  const type = uninitialized(operands.pc);
  if (operands.frame.stack.includes(type)) operands.fail('Uninitialized object exists on backward branch');
  operands.frame.substitute(type, 'top');
  operands.push(type);
}

function newReferenceArray(operands: Operands): void {
  const array = `[${classOperand(operands)}`;
  if (dimensionsOf(array) > MAXIMUM_DIMENSIONS) {
    operands.fail('Illegal anewarray instruction, array has more than 255 dimensions');
  }
  operands.pop('int');
  operands.push(array);
}

function newMultiArray(operands: Operands): void {
  const array = classOperand(operands);
  const dimensions = operands.uint8(3);
  if (dimensions < 1 || dimensionsOf(array) < dimensions) {
    operands.fail(`Illegal dimension in multianewarray instruction: ${dimensions}`);
  }
  for (let left = dimensions; left > 0; left--) operands.pop('int');
  operands.push(array);
}

/** The class that the instruction names, as a type. */
function classOperand(operands: Operands): VerificationType {
  const index = operands.poolOperand([TAG.Class]);
  return descriptorOf(operands.context.classFile.pool.className(index));
}

function dimensionsOf(arrayType: string): number {
  return arrayType.length - arrayType.replace(/^\[+/, '').length;
}
