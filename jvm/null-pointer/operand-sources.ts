// Data flow over a method's bytecode: for every operand stack slot, the instruction that pushed what is there.

import { TAG } from '../class-file/constant-pool.js';
import { parseMethodDescriptor, slotsOf } from '../class-file/descriptors.js';
import {
  alignedOperands,
  instructionLength,
  int16,
  int32,
  OPCODE_FACTS,
  OPCODES,
  STACK_REARRANGEMENTS,
  uint16,
} from '../class-file/opcodes.js';
import { type MethodBytecode, memberAt } from './method-bytecode.js';

/** The source of a slot that different instructions pushed on different ways there. */
const AMBIGUOUS = -1;
/** Local variables from this index on always count as written. */
const TRACKED_LOCALS = 64;
/** Stack entries that the analysis of one method may make before it ends without a result. */
const MAXIMUM_ENTRIES = 1_000_000;

/** What is known on entry to one instruction. */
export class OperandSources {
  /** By slot, the topmost last: pc of the instruction that pushed the value. A long or double is there twice. */
  readonly stack: number[];
  /** One bit for each of the first 64 local variables: the code on the way here may have written it. */
  #writtenLow: number;
  #writtenHigh: number;

  constructor(from?: OperandSources) {
    this.stack = from === undefined ? [] : from.stack.slice();
    this.#writtenLow = from === undefined ? 0 : from.#writtenLow;
    this.#writtenHigh = from === undefined ? 0 : from.#writtenHigh;
  }

  /** The pc that pushed the slot, counted down from the top, 0; undefined where there is no single one. */
  sourceOf(slot: number): number | undefined {
    const source = this.stack[this.stack.length - 1 - slot];
    return source === AMBIGUOUS ? undefined : source;
  }

  isWritten(local: number): boolean {
    if (local >= TRACKED_LOCALS) return true;
    return (((local < 32 ? this.#writtenLow : this.#writtenHigh) >>> (local & 31)) & 1) !== 0;
  }

  write(local: number): void {
    if (local >= TRACKED_LOCALS) return;
    if (local < 32) this.#writtenLow |= 1 << local;
    else this.#writtenHigh |= 1 << (local & 31);
  }

  push(source: number, slots: number): void {
    for (let i = 0; i < slots; i++) this.stack.push(source);
  }

  pop(slots: number): void {
    this.stack.length = Math.max(0, this.stack.length - slots);
  }

  /** Replaces the top slots by those at the given depths in the present stack, the deepest named first. */
  rearrange(popped: number, depths: readonly number[]): void {
    const top = this.stack.length - 1;
    const pushed = depths.map((depth) => this.stack[top - depth] ?? AMBIGUOUS);
    this.pop(popped);
    this.stack.push(...pushed);
  }

  merge(other: OperandSources): void {
    for (let i = 0; i < this.stack.length; i++) {
      if (this.stack[i] !== other.stack[i]) this.stack[i] = AMBIGUOUS;
    }
    this.#writtenLow |= other.#writtenLow;
    this.#writtenHigh |= other.#writtenHigh;
  }
}

/** Knowledge by pc; undefined where the analysis never came. */
export type SourcesByPc = readonly (OperandSources | undefined)[];

/**
 * Follows the bytecode in the order of its pcs, and again while that reaches more of it, until it knows the operand
 * stack at `pc`. As in OpenJDK it is no fixed point: a jump back that stands behind `pc` is not followed, so what a
 * loop writes further down does not count. Verified code is expected.
 */
export function findOperandSources(method: MethodBytecode, pc: number): SourcesByPc {
  return new SourceAnalysis(method).run(pc);
}

class SourceAnalysis {
  readonly #method: MethodBytecode;
  readonly #code: Uint8Array;
  readonly #sources: (OperandSources | undefined)[];
  #entryCount = 0;
  #hasReachedMore = false;

  constructor(method: MethodBytecode) {
    this.#method = method;
    this.#code = method.code.code;
    this.#sources = new Array(this.#code.length + 1).fill(undefined);
    this.#sources[0] = new OperandSources();
    for (const { handlerPc } of method.code.exceptionTable) {
      if (this.#sources[handlerPc] !== undefined) continue;
      const caught = new OperandSources();
      caught.push(handlerPc, 1);
      this.#sources[handlerPc] = caught;
    }
  }

  run(wantedPc: number): SourcesByPc {
    let isComplete = false;
    this.#hasReachedMore = true;
    while (!isComplete && this.#hasReachedMore) {
      isComplete = true;
      this.#hasReachedMore = false;
      for (let pc = 0; pc < this.#code.length; ) {
        const length = instructionLength(this.#code, pc);
        if (length === 0) return this.#sources;
        const known = this.#sources[pc];
        if (known === undefined) isComplete = false;
        else this.#follow(pc, pc + length, new OperandSources(known));
        pc += length;
        if (pc === wantedPc && this.#sources[pc] !== undefined) return this.#sources;
        if (this.#entryCount > MAXIMUM_ENTRIES) return this.#sources;
      }
    }
    return this.#sources;
  }

  #follow(pc: number, nextPc: number, sources: OperandSources): void {
    this.#apply(pc, sources);
    const opcode = this.#code[pc]!;
    switch (OPCODE_FACTS[opcode === OPCODES.wide.code ? this.#code[pc + 1]! : opcode]!.ends) {
      case 'return':
      case 'throw':
      case 'ret': // Locals are not followed, so neither is the way back from a subroutine.
        return;
      case 'goto':
      case 'jsr':
        return this.#arrive(this.#branchTarget(pc), sources);
      case 'branch':
        this.#arrive(nextPc, sources);
        return this.#arrive(this.#branchTarget(pc), sources);
      case 'switch':
        return this.#followSwitch(pc, nextPc, sources);
      default:
        return this.#arrive(nextPc, sources);
    }
  }

  #branchTarget(pc: number): number {
    const isWide = OPCODE_FACTS[this.#code[pc]!]!.operands[0] === 'branch32';
    return pc + (isWide ? int32(this.#code, pc + 1) : int16(this.#code, pc + 1));
  }

  /** OpenJDK also goes on behind a switch, as if it could fall through; that code then may look ambiguous. */
  #followSwitch(pc: number, nextPc: number, sources: OperandSources): void {
    const code = this.#code;
    const operands = alignedOperands(pc);
    const isTable = code[pc] === OPCODES.tableswitch.code;
    const step = isTable ? 4 : 8;
    this.#arrive(nextPc, sources);
    this.#arrive(pc + int32(code, operands), sources);
    for (let at = operands + 12; at < nextPc; at += step) this.#arrive(pc + int32(code, at), sources);
  }

  /** Joins the knowledge with what is known at pc; what was known there is carried on to the next target too. */
  #arrive(pc: number, sources: OperandSources): void {
    const known = this.#sources[pc];
    if (known === undefined) {
      this.#hasReachedMore = true;
      this.#entryCount += sources.stack.length;
    } else sources.merge(known);
    this.#sources[pc] = new OperandSources(sources);
  }

  /** The effect of one instruction on operand stack and local variables. */
  #apply(pc: number, sources: OperandSources): void {
    const isWide = this.#code[pc] === OPCODES.wide.code;
    const opcode = this.#code[isWide ? pc + 1 : pc]!;
    const facts = OPCODE_FACTS[opcode]!;
    if (opcode === OPCODES.checkcast.code) return; // The value is still the one that was pushed before.
    if (facts.pops === null || facts.pushes === null) return this.#applySpecial(pc, opcode, sources);
    sources.pop(slotsOfAll(facts.pops));
    sources.push(pc, slotsOfAll(facts.pushes));
    if (opcode >= OPCODES.istore.code && opcode <= OPCODES.astore_3.code) {
      sources.write(facts.local ?? (isWide ? uint16(this.#code, pc + 2) : this.#code[pc + 1]!));
    }
  }

  /** Instructions whose effect depends on their operands or on what is on the stack. */
  #applySpecial(pc: number, opcode: number, sources: OperandSources): void {
    const rearrangement = STACK_REARRANGEMENTS[opcode];
    if (rearrangement !== undefined) return sources.rearrange(...rearrangement);
    switch (opcode) {
      case OPCODES.ldc.code:
      case OPCODES.ldc_w.code:
      case OPCODES.jsr.code:
      case OPCODES.jsr_w.code:
        return sources.push(pc, 1);
      case OPCODES.ldc2_w.code:
        return sources.push(pc, 2);
      case OPCODES.multianewarray.code:
        sources.pop(this.#code[pc + 3]!);
        return sources.push(pc, 1);
      default:
        return this.#applyMember(pc, opcode, sources);
    }
  }

  /** Field accesses and calls. */
  #applyMember(pc: number, opcode: number, sources: OperandSources): void {
    const { pool } = this.#method;
    const index = uint16(this.#code, pc + 1);
    const { descriptor } =
      pool.tag(index) === TAG.InvokeDynamic ? pool.dynamic(index) : memberAt(this.#method, pc);
    const hasObject =
      opcode !== OPCODES.getstatic.code &&
      opcode !== OPCODES.putstatic.code &&
      opcode !== OPCODES.invokestatic.code &&
      opcode !== OPCODES.invokedynamic.code;
    const isStore = opcode === OPCODES.putstatic.code || opcode === OPCODES.putfield.code;
    const isCall = opcode >= OPCODES.invokevirtual.code;
    const parsed = isCall ? parseMethodDescriptor(descriptor) : null;
    sources.pop((parsed?.argumentSlots ?? (isStore ? slotsOf(descriptor) : 0)) + (hasObject ? 1 : 0));
    if (!isStore) sources.push(pc, slotsOf(parsed?.returns ?? descriptor));
  }
}

function slotsOfAll(types: string): number {
  let slots = 0;
  for (const type of types) slots += slotsOf(type);
  return slots;
}
