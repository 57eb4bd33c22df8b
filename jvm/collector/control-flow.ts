// Basic blocks of a method's bytecode and the ways between them, those into exception handlers included.
import type { CodeAttribute } from '../class-file/code-attribute.js';
import {
  alignedOperands,
  instructionLength,
  int16,
  int32,
  OPCODE_FACTS,
  OPCODES,
  type OpcodeFacts,
} from '../class-file/opcodes.js';

/** What the analyses read of a Code attribute. */
export type Bytecode = Pick<CodeAttribute, 'code' | 'maxLocals' | 'maxStack' | 'exceptionTable'>;

type Ending = OpcodeFacts['ends'];

/** How the instruction ends a basic block, by opcode; a wide one is asked for by the opcode that it widens. */
const ENDINGS: readonly Ending[] = OPCODE_FACTS.map(({ ends }) => ends);

/** A block also begins and ends where an exception handler's range does, so all its instructions have the same
 *  handlers. Verified code is expected. */
export class ControlFlow {
  /** First pc of each block, ascending; behind the last the length of the code. */
  readonly starts: readonly number[];
  /** pc of the instruction that ends the block by more than falling through to the next, -1 where none does. */
  readonly endings: readonly number[];
  /** Blocks by block. Behind a ret stands every block that any jsr of the method returns to. */
  readonly successors: readonly (readonly number[])[];
  /** Blocks of the handlers that cover the block, each once. */
  readonly handlers: readonly (readonly number[])[];
  readonly hasSubroutines: boolean;
  readonly #code: Uint8Array;

  constructor({ code, exceptionTable }: Bytecode) {
    this.#code = code;
    const isStart = new Uint8Array(code.length + 1);
    const endings = this.#findEndings(isStart);
    isStart[0] = isStart[code.length] = 1;
    for (const { startPc, endPc, handlerPc } of exceptionTable) {
      isStart[startPc] = isStart[endPc] = isStart[handlerPc] = 1;
    }
    const starts: number[] = [];
    for (let pc = 0; pc <= code.length; pc++) if (isStart[pc] === 1) starts.push(pc);
    this.starts = starts;

    const blockCount = starts.length - 1;
    const endingOfBlock: number[] = [];
    for (let block = 0, next = 0; block < blockCount; block++) {
      const isEnded = next < endings.length && endings[next]! < starts[block + 1]!;
      endingOfBlock.push(isEnded ? endings[next++]! : -1);
    }
    this.endings = endingOfBlock;

    const returns: number[] = [];
    for (const pc of endings) {
      if (ENDINGS[code[pc]!] === 'jsr') returns.push(this.blockAt(pc + instructionLength(code, pc)));
    }
    this.hasSubroutines = returns.length > 0;
    this.successors = endingOfBlock.map((pc, block) => this.#successorsOf(pc, block, returns));
    this.handlers = this.#findHandlers(exceptionTable);
  }

  get blockCount(): number {
    return this.starts.length - 1;
  }

  /** The block that the pc lies in. */
  blockAt(pc: number): number {
    let low = 0;
    let high = this.blockCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= pc) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** How the instruction at pc ends a block; undefined where it does not. */
  endingAt(pc: number): Ending {
    const opcode = this.#code[pc]!;
    return ENDINGS[opcode === OPCODES.wide.code ? this.#code[pc + 1]! : opcode];
  }

  /** Pcs of all instructions that end a block, ascending; marks where blocks begin because of them. */
  #findEndings(isStart: Uint8Array): number[] {
    const code = this.#code;
    const endings: number[] = [];
    for (let pc = 0; pc < code.length; ) {
      const length = instructionLength(code, pc);
      if (length === 0) throw new Error(`no instruction at ${pc}`);
      if (this.endingAt(pc) !== undefined) {
        endings.push(pc);
        isStart[pc + length] = 1;
        for (const target of this.#targets(pc)) isStart[target] = 1;
      }
      pc += length;
    }
    return endings;
  }

  /** Where the instruction may jump to, the next instruction not counted. */
  #targets(pc: number): number[] {
    const code = this.#code;
    switch (OPCODE_FACTS[code[pc]!]!.operands[0]) {
      case 'branch16':
        return [pc + int16(code, pc + 1)];
      case 'branch32':
        return [pc + int32(code, pc + 1)];
      case 'tableswitch':
        return this.#switchTargets(pc, 4);
      case 'lookupswitch':
        return this.#switchTargets(pc, 8);
      default:
        return [];
    }
  }

  #switchTargets(pc: number, bytesPerCase: number): number[] {
    const code = this.#code;
    const operands = alignedOperands(pc);
    const end = pc + instructionLength(code, pc);
    const targets = [pc + int32(code, operands)];
    for (let at = operands + 12; at < end; at += bytesPerCase) targets.push(pc + int32(code, at));
    return targets;
  }

  #successorsOf(ending: number, block: number, returns: readonly number[]): readonly number[] {
    const kind = ending < 0 ? undefined : this.endingAt(ending);
    if (kind === 'return' || kind === 'throw') return [];
    if (kind === 'ret') return returns;
    const successors = kind === undefined ? [] : this.#targets(ending).map((target) => this.blockAt(target));
    // Only code that no path reaches has no instruction behind it.
    if ((kind === undefined || kind === 'branch') && block + 1 < this.blockCount) successors.push(block + 1);
    return kind === 'switch' ? [...new Set(successors)] : successors;
  }

  #findHandlers(exceptionTable: Bytecode['exceptionTable']): readonly (readonly number[])[] {
    const none: number[] = [];
    const handlers: number[][] = new Array(this.blockCount).fill(none);
    for (const { startPc, endPc, handlerPc } of exceptionTable) {
      const handler = this.blockAt(handlerPc);
      for (let block = this.blockAt(startPc); block < this.blockCount; block++) {
        if (this.starts[block]! >= endPc) break;
        if (handlers[block] === none) handlers[block] = [handler];
        else if (!handlers[block]!.includes(handler)) handlers[block]!.push(handler);
      }
    }
    return handlers;
  }
}
