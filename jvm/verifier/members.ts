// Verification of the instructions that name members: fields and calls (JVMS §4.10.1.9).
import { type MemberRef, TAG } from '../class-file/constant-pool.js';
import { classNameOf, descriptorOf, parseMethodDescriptor } from '../class-file/descriptors.js';
import { FIRST_VERSION_OF_INTERFACE_CALLS } from '../class-file/format-check.js';
import { OPCODES, uint16 } from '../class-file/opcodes.js';
import type { Operands } from './operands.js';
import {
  componentOf,
  describeType,
  isUninitialized,
  pcOf,
  typeOfDescriptor,
  type VerificationType,
} from './verification-types.js';

const CLONE_REFERENCE = 'java/lang/Object.clone';

/** getstatic, putstatic, getfield, putfield: which value goes where. */
export function checkFieldInstruction(operands: Operands, opcode: number): void {
  const { context } = operands;
  const field = context.classFile.pool.memberRef(operands.poolOperand([TAG.Fieldref]));
  const type = typeOfDescriptor(field.descriptor);
  switch (opcode) {
    case OPCODES.getstatic.code:
      operands.push(type);
      break;
    case OPCODES.putstatic.code:
      operands.pop(type);
      break;
    case OPCODES.getfield.code:
      checkProtected(operands, field, 'field', operands.pop(descriptorOf(field.className)));
      operands.push(type);
      break;
    default:
      operands.pop(type);
      popPutfieldTarget(operands, field);
  }
}

/** A constructor may write the class's own fields before it calls super(...) (JVMS §4.10.1.9, putfield). */
function popPutfieldTarget(operands: Operands, field: MemberRef): void {
  const { classFile, types } = operands.context;
  const isOwnField =
    field.className === classFile.name &&
    classFile.fields.some((own) => own.name === field.name && own.descriptor === field.descriptor);
  const target = operands.frame.stack.at(-1);
  if (target === 'uninitializedThis' && isOwnField) {
    operands.frame.stack.pop();
    return;
  }
  const type = descriptorOf(field.className);
  if (target !== undefined && !types.isAssignable(target, type)) {
    operands.failWithFrame(
      'Bad type on operand stack in putfield',
      `Type ${describeType(target)} (current frame, stack[${operands.frame.stack.length - 1}]) is not assignable to ` +
        `${describeType(type)} (constant pool ${operands.uint16(1)})`,
    );
  }
  checkProtected(operands, field, 'field', operands.pop(type));
}

/** invokevirtual, invokespecial, invokestatic, invokeinterface. */
export function checkInvocation(operands: Operands, opcode: number): void {
  const { context } = operands;
  const poolIndex = operands.poolOperand(methodTags(opcode, context.classFile.majorVersion));
  const target = context.classFile.pool.memberRef(poolIndex);
  const { parameters, returns, argumentSlots } = parseMethodDescriptor(target.descriptor);
  if (target.name[0] === '<' && (target.name !== '<init>' || opcode !== OPCODES.invokespecial.code)) {
    operands.fail('Illegal call to internal method');
  }
  if (opcode === OPCODES.invokeinterface.code) {
    if (operands.uint8(3) !== argumentSlots + 1) {
      operands.fail('Inconsistent args count operand in invokeinterface');
    }
    if (operands.uint8(4) !== 0) operands.fail('Fourth operand byte of invokeinterface must be zero');
  }
  if (opcode === OPCODES.invokespecial.code && target.name !== '<init>') checkSpecialTarget(operands, target);
  for (let i = parameters.length - 1; i >= 0; i--) operands.pop(typeOfDescriptor(parameters[i]!));
  if (target.name === '<init>') checkConstructorCall(operands, target);
  else if (opcode !== OPCODES.invokestatic.code) checkReceiver(operands, opcode, target);
  if (returns !== 'V') operands.push(typeOfDescriptor(returns));
}

/** invokedynamic: arguments and result only, it has no receiver. */
export function checkInvokeDynamic(operands: Operands): void {
  const { context } = operands;
  const poolIndex = operands.poolOperand([TAG.InvokeDynamic]);
  if (operands.uint8(3) !== 0 || operands.uint8(4) !== 0) {
    operands.fail('Third and fourth operand bytes of invokedynamic must be zero');
  }
  const { parameters, returns } = parseMethodDescriptor(context.classFile.pool.dynamic(poolIndex).descriptor);
  for (let i = parameters.length - 1; i >= 0; i--) operands.pop(typeOfDescriptor(parameters[i]!));
  if (returns !== 'V') operands.push(typeOfDescriptor(returns));
}

/** Pool tags of the method that a call may name. */
export function methodTags(opcode: number, majorVersion: number): readonly number[] {
  if (opcode === OPCODES.invokeinterface.code) return [TAG.InterfaceMethodref];
  const mayBeInterface =
    opcode !== OPCODES.invokevirtual.code && majorVersion >= FIRST_VERSION_OF_INTERFACE_CALLS;
  return mayBeInterface ? [TAG.Methodref, TAG.InterfaceMethodref] : [TAG.Methodref];
}

function checkReceiver(operands: Operands, opcode: number, target: MemberRef): void {
  const { context } = operands;
  if (opcode === OPCODES.invokespecial.code) {
    operands.pop(context.thisType);
    return;
  }
  const receiver = operands.pop(descriptorOf(target.className));
  if (opcode === OPCODES.invokevirtual.code) checkProtected(operands, target, 'method', receiver);
}

/** invokespecial calls methods of the class itself, of its superclasses and of its direct superinterfaces. */
function checkSpecialTarget(operands: Operands, target: MemberRef): void {
  const { context } = operands;
  const { name, superName, interfaces } = context.classFile;
  if (![name, superName, ...interfaces].includes(target.className)) {
    if (!context.types.isAssignable(context.thisType, descriptorOf(target.className))) {
      operands.fail("Bad invokespecial instruction: current class isn't assignable to reference class.");
    }
    if (target.tag === TAG.InterfaceMethodref) {
      operands.fail(
        'Bad invokespecial instruction: interface method reference is in an indirect superinterface.',
      );
    }
  }
}

/** invokespecial <init>: an uninitialized object becomes one of its class wherever it stands. */
function checkConstructorCall(operands: Operands, target: MemberRef): void {
  const { context, frame } = operands;
  const type = operands.popReferenceIf(isUninitialized, 'Bad operand type when invoking <init>');
  if (type === 'uninitializedThis') {
    const { name, superName } = context.classFile;
    if (target.className !== name && target.className !== superName) operands.fail('Bad <init> method call');
    frame.substitute(type, context.thisType);
    frame.isThisUninitialized = false;
    return;
  }
  const created = context.classFile.pool.className(uint16(context.code.code, pcOf(type) + 1));
  if (created !== target.className) operands.fail('Call to wrong <init> method');
  if (isProtectedElsewhere(operands, target, 'method'))
    operands.fail('Bad access to protected <init> method');
  frame.substitute(type, descriptorOf(created));
}

/** JVMS §4.10.1.8: a protected member of a superclass in another package is used on objects of this class only. */
function checkProtected(
  operands: Operands,
  member: MemberRef,
  kind: 'field' | 'method',
  object: VerificationType,
): void {
  const { types, thisType } = operands.context;
  if (object === thisType || object === 'null' || !isProtectedElsewhere(operands, member, kind)) return;
  // Arrays have a public clone, which class files find in Object.
  if (componentOf(object) !== null && `${member.className}.${member.name}` === CLONE_REFERENCE) return;
  if (!types.isAssignable(object, thisType)) {
    operands.failWithFrame(
      `Bad access to protected data in ${kind === 'field' ? 'getfield' : 'invokevirtual'}`,
      `Type ${describeType(object)} (current frame, stack[${operands.frame.stack.length}]) is not assignable to ` +
        `'${classNameOf(thisType)}'`,
    );
  }
}

/** Whether the member is a superclass's, protected and out of this class's package. */
function isProtectedElsewhere(operands: Operands, member: MemberRef, kind: 'field' | 'method'): boolean {
  const { hierarchy, classFile } = operands.context;
  const { className, name, descriptor } = member;
  for (let above = classFile.superName; above !== null; above = hierarchy.superclassOf(above)) {
    if (above === className) {
      return hierarchy.isProtectedInOtherPackage({ kind, className, name, descriptor }, classFile.name);
    }
  }
  return false;
}
