// For tests: liveness of local variables by its definition, one instruction at a time, with no basic blocks, no bit
// tricks and no regard to types. What the machine's own analysis says is held against it.
import type { CodeAttribute } from '../../../jvm/class-file/class-file.js';
import {
  alignedOperands,
  instructionLength,
  int16,
  int32,
  OPCODE_FACTS,
  OPCODES,
  uint16,
} from '../../../jvm/class-file/opcodes.js';

interface Instruction {
  readonly pc: number;
  readonly successors: readonly number[];
  readonly handlers: readonly number[];
  readonly reads: bigint;
  readonly writes: bigint;
}

/** By pc: bit i is set where local variable i may be read, as whatever type, before it is written. */
export function liveLocals(attribute: CodeAttribute): Map<number, bigint> {
  const instructions: Instruction[] = [];
  const { code } = attribute;
  for (let pc = 0; pc < code.length; pc += instructionLength(code, pc)) {
    instructions.push(decode(attribute, pc));
  }
  const live = new Map<number, bigint>();
  const at = (pc: number) => live.get(pc) ?? 0n;
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const { pc, successors, handlers, reads, writes } of instructions.toReversed()) {
      let before = 0n;
      for (const successor of successors) before |= at(successor);
      before = (before & ~writes) | reads;
      for (const handler of handlers) before |= at(handler);
      if (before === at(pc)) continue;
      live.set(pc, before);
      hasChanged = true;
    }
  }
  return live;
}

function decode({ code, exceptionTable }: CodeAttribute, pc: number): Instruction {
  const isWide = code[pc] === OPCODES.wide.code;
  const facts = OPCODE_FACTS[code[isWide ? pc + 1 : pc]!]!;
  const handlers = exceptionTable
    .filter(({ startPc, endPc }) => startPc <= pc && pc < endPc)
    .map(({ handlerPc }) => handlerPc);
  let reads = 0n;
  let writes = 0n;
  if (facts.operands[0] === 'local' || facts.local !== undefined) {
    const local = facts.local ?? (isWide ? uint16(code, pc + 2) : code[pc + 1]!);
    const type = facts.pops || facts.pushes || 'I';
    const slots = ('JD'.includes(type) ? 3n : 1n) << BigInt(local);
    const isStore = facts.pops !== '';
    if (isStore) writes = slots;
    else reads = slots;
  }
  return { pc, successors: successorsOf(code, pc, facts.ends), handlers, reads, writes };
}

function successorsOf(code: Uint8Array, pc: number, ends: string | undefined): number[] {
  const next = pc + instructionLength(code, pc);
  const operands = alignedOperands(pc);
  const isFar = OPCODE_FACTS[code[pc]!]!.operands[0] === 'branch32';
  switch (ends) {
    case undefined:
      return [next];
    case 'branch':
      return [next, pc + int16(code, pc + 1)];
    case 'goto':
      return [pc + (isFar ? int32(code, pc + 1) : int16(code, pc + 1))];
    case 'switch': {
      const step = code[pc] === OPCODES.tableswitch.code ? 4 : 8;
      const targets = [pc + int32(code, operands)];
      for (let at = operands + 12; at < next; at += step) targets.push(pc + int32(code, at));
      return targets;
    }
    case 'return':
    case 'throw':
      return [];
    default:
      throw new Error(`no ${ends} in a class file with stack maps`);
  }
}
