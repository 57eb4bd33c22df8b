// Static constraints (JVMS §4.9.1) on instructions that no path reaches. The type-inferring verifier never runs those,
// yet whoever reads code from front to back relies on their operands.
import { TAG } from '../class-file/constant-pool.js';
import {
  alignedOperands,
  instructionLength,
  int16,
  int32,
  OPCODE_FACTS,
  OPCODES,
  uint16,
} from '../class-file/opcodes.js';
import { methodTags } from './members.js';
import type { MethodContext } from './method-context.js';

const LOADABLE_TAGS: readonly number[] = [
  TAG.Integer,
  TAG.Float,
  TAG.String,
  TAG.Class,
  TAG.MethodHandle,
  TAG.MethodType,
  TAG.Dynamic,
];

/** Tags that the pool operand of an instruction may have, by opcode; those of calls depend on the version. */
const POOL_TAGS = new Map<number, readonly number[]>([
  [OPCODES.ldc.code, LOADABLE_TAGS],
  [OPCODES.ldc_w.code, LOADABLE_TAGS],
  [OPCODES.ldc2_w.code, [TAG.Long, TAG.Double, TAG.Dynamic]],
  [OPCODES.getstatic.code, [TAG.Fieldref]],
  [OPCODES.putstatic.code, [TAG.Fieldref]],
  [OPCODES.getfield.code, [TAG.Fieldref]],
  [OPCODES.putfield.code, [TAG.Fieldref]],
  [OPCODES.invokedynamic.code, [TAG.InvokeDynamic]],
  [OPCODES.new.code, [TAG.Class]],
  [OPCODES.anewarray.code, [TAG.Class]],
  [OPCODES.checkcast.code, [TAG.Class]],
  [OPCODES.instanceof.code, [TAG.Class]],
  [OPCODES.multianewarray.code, [TAG.Class]],
]);

/** Throws VerifyError where an operand of any instruction points at what it must not. */
export function checkStaticConstraints(context: MethodContext): void {
  const { code, maxLocals } = context.code;
  for (let pc = 0; pc < code.length; pc += instructionLength(code, pc)) {
    const isWide = code[pc] === OPCODES.wide.code;
    const facts = OPCODE_FACTS[isWide ? code[pc + 1]! : code[pc]!]!;
    const isNarrowPool = facts.operands[0] === 'pool8';
    if (isNarrowPool || facts.operands[0] === 'pool16') {
      const index = isNarrowPool ? code[pc + 1]! : uint16(code, pc + 1);
      const tags = POOL_TAGS.get(facts.code) ?? methodTags(facts.code, context.classFile.majorVersion);
      checkPoolTag(context, pc, index, tags);
    }
    if (facts.operands[0] === 'local' || facts.local !== undefined) {
      const index = facts.local ?? (isWide ? uint16(code, pc + 2) : code[pc + 1]!);
      const takesTwoSlots = 'JD'.includes(facts.pops || facts.pushes || 'I');
      if (index + (takesTwoSlots ? 1 : 0) >= maxLocals) context.fail('Illegal local variable number', pc);
    }
    for (const target of jumpTargets(code, pc)) {
      if (context.isInstruction[target] !== 1) context.fail('Illegal target of jump or branch', pc);
    }
  }
}

function checkPoolTag(context: MethodContext, pc: number, index: number, tags: readonly number[]): void {
  const { pool } = context.classFile;
  if (index === 0 || index >= pool.count) context.fail('Illegal constant pool index', pc);
  if (!tags.includes(pool.tag(index))) context.fail('Illegal type in constant pool', pc);
}

/** Where the instruction at pc may jump to. */
function jumpTargets(code: Uint8Array, pc: number): number[] {
  const facts = OPCODE_FACTS[code[pc]!]!;
  const start = alignedOperands(pc);
  switch (facts.operands[0]) {
    case 'branch16':
      return [pc + int16(code, pc + 1)];
    case 'branch32':
      return [pc + int32(code, pc + 1)];
    case 'tableswitch': {
      const count = int32(code, start + 8) - int32(code, start + 4) + 1;
      const targets = Array.from({ length: count }, (_, i) => pc + int32(code, start + 12 + 4 * i));
      return [pc + int32(code, start), ...targets];
    }
    case 'lookupswitch': {
      const targets = Array.from(
        { length: int32(code, start + 4) },
        (_, i) => pc + int32(code, start + 12 + 8 * i),
      );
      return [pc + int32(code, start), ...targets];
    }
    default:
      return [];
  }
}
