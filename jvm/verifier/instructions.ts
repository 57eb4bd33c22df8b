// What each instruction does to the type state, and where control goes from it (JVMS §4.10.1.9).
import {
  alignedOperands,
  int16,
  int32,
  OPCODE_FACTS,
  OPCODE_NAMES,
  OPCODES,
  type OpcodeFacts,
  type OpcodeName,
} from '../class-file/opcodes.js';
import type { Frame } from './frame.js';
import type { MethodContext } from './method-context.js';
import { Operands } from './operands.js';
import { TYPED_INSTRUCTIONS } from './typed-instructions.js';
import { describeType, TYPE_OF_LETTER } from './verification-types.js';

/** Up to this version, the padding of switches must be zero. */
const LAST_VERSION_OF_ZERO_PADDING = 50;

/** Where control goes besides the next instruction. */
export interface ControlFlow {
  /** A jump within the method, with the frame that it takes along. The frame must not be kept without a copy. */
  branch(target: number, frame: Frame): void;
  /** jsr to a target, ret by a local variable: null where the verifier does not allow them (JVMS §4.9.1). */
  readonly subroutines: {
    jsr(target: number, nextPc: number): void;
    ret(localIndex: number): void;
  } | null;
}

/** Runs instructions over frames. One per method. */
export class Instructions {
  readonly operands: Operands;
  readonly #code: Uint8Array;
  readonly #majorVersion: number;
  readonly #flow: ControlFlow;

  constructor(context: MethodContext, flow: ControlFlow) {
    this.operands = new Operands(context);
    this.#code = context.code.code;
    this.#majorVersion = context.classFile.majorVersion;
    this.#flow = flow;
  }

  /** Changes the frame as the instruction at pc does, and reports its jumps. Whether the next instruction follows.
   *  Throws VerifyError. */
  execute(pc: number, frame: Frame): boolean {
    this.operands.at(pc, frame);
    const isWide = this.#code[pc] === OPCODES.wide.code;
    const opcode = isWide ? this.#code[pc + 1]! : this.#code[pc]!;
    const facts = OPCODE_FACTS[opcode]!;
    if (facts.local !== undefined) {
      this.#accessLocal(opcode, facts.local, facts);
    } else if (facts.operands[0] === 'local') {
      this.#accessLocal(opcode, isWide ? this.operands.uint16(2) : this.operands.uint8(1), facts);
    } else {
      this.#executeOnStack(OPCODE_NAMES[opcode]!, facts);
    }
    return this.#leave(opcode, facts);
  }

  /** Loads, stores, iinc and ret. */
  #accessLocal(opcode: number, index: number, facts: OpcodeFacts): void {
    const { operands } = this;
    if (opcode === OPCODES.iinc.code) {
      operands.local(index, 'int');
    } else if (opcode === OPCODES.ret.code) {
      if (this.#flow.subroutines === null) this.#badInstruction(opcode);
      this.#flow.subroutines.ret(index);
    } else if (facts.pushes === 'A') {
      operands.push(operands.localReference(index));
    } else if (facts.pops === 'A') {
      const mayReturn = this.#flow.subroutines !== null;
      operands.setLocal(index, mayReturn ? operands.popReferenceOrReturnAddress() : operands.popReference());
    } else if (facts.pops === '') {
      operands.push(operands.local(index, TYPE_OF_LETTER[facts.pushes!]!));
    } else {
      operands.setLocal(index, operands.pop(TYPE_OF_LETTER[facts.pops!]!));
    }
  }

  /** All others: by the table of typed instructions, or by the letters in the table of opcodes. */
  #executeOnStack(name: OpcodeName, facts: OpcodeFacts): void {
    const handler = TYPED_INSTRUCTIONS[name];
    if (handler !== undefined) {
      handler(this.operands);
    } else if (facts.ends !== 'return' && facts.ends !== 'jsr') {
      const pops = facts.pops!;
      for (let i = pops.length - 1; i >= 0; i--) this.operands.pop(TYPE_OF_LETTER[pops[i]!]!);
      if (facts.pushes !== '') this.operands.push(TYPE_OF_LETTER[facts.pushes!]!);
    }
  }

  /** How the instruction ends: jumps are reported and returns are checked. Whether the next instruction follows. */
  #leave(opcode: number, facts: OpcodeFacts): boolean {
    const { pc, frame } = this.operands;
    switch (facts.ends) {
      case undefined:
        return true;
      case 'branch':
        this.#flow.branch(this.#branchTarget(facts), frame);
        return true;
      case 'goto':
        this.#flow.branch(this.#branchTarget(facts), frame);
        return false;
      case 'switch':
        this.#checkSwitch(opcode);
        return false;
      case 'jsr':
        if (this.#flow.subroutines === null) this.#badInstruction(opcode);
        this.#flow.subroutines.jsr(this.#branchTarget(facts), pc + (opcode === OPCODES.jsr.code ? 3 : 5));
        return false;
      case 'return':
        this.#checkReturn(opcode);
        return false;
      default:
        return false;
    }
  }

  #branchTarget(facts: OpcodeFacts): number {
    const { pc } = this.operands;
    return pc + (facts.operands[0] === 'branch32' ? int32(this.#code, pc + 1) : int16(this.#code, pc + 1));
  }

  #checkSwitch(opcode: number): void {
    const { pc, frame } = this.operands;
    const code = this.#code;
    const start = alignedOperands(pc);
    const hasZeroPadding = code.subarray(pc + 1, start).every((byte) => byte === 0);
    if (!hasZeroPadding && this.#majorVersion <= LAST_VERSION_OF_ZERO_PADDING) {
      this.operands.fail('Nonzero padding byte in lookupswitch or tableswitch');
    }
    this.#flow.branch(pc + int32(code, start), frame);
    if (opcode === OPCODES.tableswitch.code) {
      const count = int32(code, start + 8) - int32(code, start + 4) + 1;
      for (let i = 0; i < count; i++) this.#flow.branch(pc + int32(code, start + 12 + 4 * i), frame);
      return;
    }
    const count = int32(code, start + 4);
    for (let i = 0; i < count; i++) {
      const pair = start + 8 + 8 * i;
      if (i > 0 && int32(code, pair) <= int32(code, pair - 8))
        this.operands.fail('Bad lookupswitch instruction');
      this.#flow.branch(pc + int32(code, pair + 4), frame);
    }
  }

  #checkReturn(opcode: number): void {
    const operands: Operands = this.operands;
    const { returns, types } = operands.context;
    if (opcode === OPCODES.return.code) {
      if (returns !== null) operands.fail('Method expects a return value');
      if (operands.frame.isThisUninitialized) {
        operands.fail('Constructor must call super() or this() before return');
      }
      return;
    }
    const letter = OPCODE_FACTS[opcode]!.pops!;
    const value = letter === 'A' ? operands.popReference() : operands.pop(TYPE_OF_LETTER[letter]!);
    if (returns === null) operands.fail('Method does not expect a return value');
    if (!types.isAssignable(value, returns)) {
      operands.failWithFrame(
        'Bad return type',
        `Type ${describeType(value)} (current frame, stack[${operands.frame.stack.length}]) is not assignable to ` +
          `${describeType(returns)} (from method signature)`,
      );
    }
  }

  #badInstruction(opcode: number): never {
    this.operands.fail(`Bad instruction: ${opcode.toString(16).padStart(2, '0')}`);
  }
}
