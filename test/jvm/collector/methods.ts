// For tests: methods as the reference maps want them, straight from class files, without a machine.
import { ACC } from '../../../jvm/class-file/access-flags.js';
import { type ClassFile, type CodeAttribute, parseClassFile } from '../../../jvm/class-file/class-file.js';
import {
  isReference,
  type MethodDescriptor,
  parseMethodDescriptor,
  slotsOf,
} from '../../../jvm/class-file/descriptors.js';
import { instructionLength, OPCODE_FACTS, OPCODES, uint16 } from '../../../jvm/class-file/opcodes.js';
import type { AnalyzedMethod } from '../../../jvm/collector/reference-maps.js';

/** A method with bytecode. */
export interface TestMethod extends AnalyzedMethod {
  readonly code: CodeAttribute;
  readonly parsed: MethodDescriptor;
  readonly name: string;
}

/** The methods with bytecode of a class file. */
export function methodsOf(file: ClassFile): TestMethod[] {
  return file.methods.flatMap(({ code, accessFlags, name, descriptor }) => {
    if (code === null) return [];
    const isStatic = (accessFlags & ACC.STATIC) !== 0;
    return [{ isStatic, parsed: parseMethodDescriptor(descriptor), code, name, declaringClass: { file } }];
  });
}

/** One method of a class by its name. */
export function methodNamed(classBytes: Uint8Array, name: string): TestMethod {
  const file = parseClassFile(classBytes, 'test', { trusted: true });
  const method = methodsOf(file).find((candidate) => candidate.name === name);
  if (method === undefined) throw new Error(`no method ${name} with bytecode`);
  return method;
}

/** Pcs of all instructions. */
export function pcsOf({ code: { code } }: TestMethod): number[] {
  const pcs: number[] = [];
  for (let pc = 0; pc < code.length; pc += instructionLength(code, pc)) pcs.push(pc);
  return pcs;
}

/** Pcs of the invokestatic instructions that call a method of that name, in the order of the bytecode. */
export function callsOf(method: TestMethod, called: string): number[] {
  const { code } = method.code;
  const { pool } = method.declaringClass.file!;
  return pcsOf(method).filter(
    (pc) => code[pc] === OPCODES.invokestatic.code && pool.memberRef(uint16(code, pc + 1)).name === called,
  );
}

/** The local variable that an aload at pc reads; null for other instructions. */
export function referenceReadBy({ code: { code } }: TestMethod, pc: number): number | null {
  const isWide = code[pc] === OPCODES.wide.code;
  const opcode = code[isWide ? pc + 1 : pc]!;
  if (opcode === OPCODES.aload.code) return isWide ? uint16(code, pc + 2) : code[pc + 1]!;
  const short = opcode - OPCODES.aload_0.code;
  return short >= 0 && short < 4 ? short : null;
}

/** Whether each slot that the instruction pops must hold a reference, the topmost last; null where only the types that
 *  are there tell. */
export function slotsPoppedBy({ code: { code }, declaringClass }: TestMethod, pc: number): boolean[] | null {
  const { pool } = declaringClass.file!;
  const facts = OPCODE_FACTS[code[pc]!]!;
  if (facts.pops !== null) return [...facts.pops].flatMap((type) => slots(type === 'A' ? 'L' : type));
  if (facts.operands[0] !== 'pool16' || facts.operands[1] === 'dimensions') return null;
  const index = uint16(code, pc + 1);
  switch (facts.code) {
    case OPCODES.putstatic.code:
      return slots(pool.memberRef(index).descriptor);
    case OPCODES.getfield.code:
      return [true];
    case OPCODES.putfield.code:
      return [true, ...slots(pool.memberRef(index).descriptor)];
    case OPCODES.invokedynamic.code:
      return parseMethodDescriptor(pool.dynamic(index).descriptor).parameters.flatMap(slots);
    case OPCODES.invokestatic.code:
      return parseMethodDescriptor(pool.memberRef(index).descriptor).parameters.flatMap(slots);
    case OPCODES.invokevirtual.code:
    case OPCODES.invokespecial.code:
    case OPCODES.invokeinterface.code:
      return [true, ...parseMethodDescriptor(pool.memberRef(index).descriptor).parameters.flatMap(slots)];
    default:
      return null;
  }
}

function slots(descriptor: string): boolean[] {
  return slotsOf(descriptor) === 2 ? [false, false] : [isReference(descriptor)];
}
