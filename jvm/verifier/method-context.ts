// What all parts of the verification of one method share: the method, the class hierarchy, where instructions begin.
import { ACC } from '../class-file/access-flags.js';
import type { ClassFile, CodeAttribute, MethodInfo } from '../class-file/class-file.js';
import { descriptorOf, externalTypeName, parseMethodDescriptor } from '../class-file/descriptors.js';
import { ClassFormatError } from '../class-file/errors.js';
import { instructionLength, OPCODES } from '../class-file/opcodes.js';
import { Frame, padded, toSlots } from './frame.js';
import type { TypeHierarchy } from './type-hierarchy.js';
import {
  type Assignability,
  THROWABLE,
  typeOfDescriptor,
  type VerificationType,
} from './verification-types.js';
import { type Details, VerifyError, verifyErrorMessage } from './verify-error.js';

export class MethodContext {
  /** 1 at every pc where an instruction begins. */
  readonly isInstruction: Uint8Array;
  /** Return type; null for void. */
  readonly returns: VerificationType | null;
  /** The verified class as a type. */
  readonly thisType: VerificationType;

  /** Throws VerifyError where the code does not divide into instructions. */
  constructor(
    readonly classFile: ClassFile,
    readonly method: MethodInfo,
    readonly code: CodeAttribute,
    readonly hierarchy: TypeHierarchy,
    readonly types: Assignability,
    readonly mode: 'check' | 'infer',
  ) {
    this.thisType = descriptorOf(classFile.name);
    const { returns } = parseMethodDescriptor(method.descriptor);
    this.returns = returns === 'V' ? null : typeOfDescriptor(returns);
    this.isInstruction = this.#findInstructions();
  }

  /** The frame at the method's entry (JVMS §4.10.1.6, methodInitialStackFrame). */
  initialFrame(): Frame {
    const { name, descriptor, accessFlags } = this.method;
    const isConstructor = name === '<init>' && this.classFile.superName !== null;
    const types = parseMethodDescriptor(descriptor).parameters.map(typeOfDescriptor);
    if ((accessFlags & ACC.STATIC) === 0) types.unshift(isConstructor ? 'uninitializedThis' : this.thisType);
    return new Frame(padded(toSlots(types), this.code.maxLocals), [], isConstructor);
  }

  /** Checks that the exception table points at instructions and catches Throwables. Throws ClassFormatError, VerifyError. */
  checkExceptionTable(): void {
    const { length } = this.code.code;
    for (const { startPc, endPc, handlerPc, catchType } of this.code.exceptionTable) {
      if (this.isInstruction[startPc] !== 1)
        this.failFormat(`Illegal exception table start_pc ${startPc}`, 'Illegal exception table range');
      if (endPc !== length && this.isInstruction[endPc] !== 1)
        this.failFormat(`Illegal exception table end_pc ${endPc}`, 'Illegal exception table range');
      if (this.isInstruction[handlerPc] !== 1)
        this.failFormat(`Illegal exception table handler_pc ${handlerPc}`, 'Illegal exception table handler');
      if (!this.types.isAssignable(this.catchTypeOf(catchType), THROWABLE)) {
        const summary = `Catch type is not a subclass of Throwable in exception handler ${handlerPc}`;
        this.fail(this.mode === 'infer' ? 'catch_type not a subclass of Throwable' : summary, handlerPc);
      }
    }
  }

  /** What a handler finds on its stack: the class at a pool index, Throwable where that is 0. */
  catchTypeOf(catchType: number): VerificationType {
    return catchType === 0 ? THROWABLE : descriptorOf(this.classFile.pool.className(catchType));
  }

  /** Whether a new instruction begins at a pc. */
  isNewInstruction(pc: number): boolean {
    return this.isInstruction[pc] === 1 && this.code.code[pc] === OPCODES.new.code;
  }

  /** Throws VerifyError in the layout of OpenJDK's verifier of the mode. */
  fail(summary: string, pc: number, details: Details = {}): never {
    if (this.mode === 'infer') throw new VerifyError(`${this.#place()} ${summary}`);
    const { name: methodName, descriptor } = this.method;
    const location = { className: this.classFile.name, methodName, descriptor, code: this.code, pc };
    throw new VerifyError(verifyErrorMessage(summary, location, details));
  }

  /** Throws ClassFormatError for what belongs to the class's format but is seen only here, in the words of the mode. */
  failFormat(summary: string, inferring = summary): never {
    if (this.mode === 'infer') throw new ClassFormatError(`${this.#place()} ${inferring}`);
    throw new ClassFormatError(
      `${summary} in method '${externalMethodName(this.classFile.name, this.method)}'`,
    );
  }

  /** The method as the older verifier names it. */
  #place(): string {
    const { name, descriptor } = this.method;
    return `(class: ${this.classFile.name}, method: ${name} signature: ${descriptor})`;
  }

  #findInstructions(): Uint8Array {
    const { code } = this.code;
    const starts = new Uint8Array(code.length);
    for (let pc = 0; pc < code.length; ) {
      const length = instructionLength(code, pc);
      if (length === 0) {
        this.fail(
          this.mode === 'infer' ? `Illegal instruction found at offset ${pc}` : 'Bad instruction',
          pc,
        );
      }
      if (pc + length > code.length) {
        const summary = `Code stops in the middle of instruction  starting at offset ${pc}`;
        this.fail(this.mode === 'infer' ? summary : 'Bad instruction', pc);
      }
      starts[pc] = 1;
      pc += length;
    }
    return starts;
  }
}

/** A method as Java writes it: void a.B.c(int, java.lang.String[]). */
function externalMethodName(className: string, { name, descriptor }: MethodInfo): string {
  const { parameters, returns } = parseMethodDescriptor(descriptor);
  const types = parameters.map(externalTypeName).join(', ');
  return `${externalTypeName(returns)} ${className.replaceAll('/', '.')}.${name}(${types})`;
}
