// The instructions that dereference: where on the operand stack each expects its reference, and what it does with it.
import { parseMethodDescriptor, slotsOf } from '../class-file/descriptors.js';
import { OPCODES } from '../class-file/opcodes.js';
import { describeMethod, type MethodBytecode, memberAt } from './method-bytecode.js';

interface Dereference {
  /** Slot of the reference, counted down from the top of the operand stack, which is 0. */
  readonly slot: number;
  /** What cannot be done with null. */
  readonly failure: string;
}

/** By opcode. putfield and the calls, whose slot depends on a descriptor, are computed. */
const DEREFERENCES: Readonly<Record<number, Dereference>> = {
  [OPCODES.iaload.code]: { slot: 1, failure: 'Cannot load from int array' },
  [OPCODES.laload.code]: { slot: 1, failure: 'Cannot load from long array' },
  [OPCODES.faload.code]: { slot: 1, failure: 'Cannot load from float array' },
  [OPCODES.daload.code]: { slot: 1, failure: 'Cannot load from double array' },
  [OPCODES.aaload.code]: { slot: 1, failure: 'Cannot load from object array' },
  [OPCODES.baload.code]: { slot: 1, failure: 'Cannot load from byte/boolean array' },
  [OPCODES.caload.code]: { slot: 1, failure: 'Cannot load from char array' },
  [OPCODES.saload.code]: { slot: 1, failure: 'Cannot load from short array' },
  [OPCODES.iastore.code]: { slot: 2, failure: 'Cannot store to int array' },
  [OPCODES.lastore.code]: { slot: 3, failure: 'Cannot store to long array' },
  [OPCODES.fastore.code]: { slot: 2, failure: 'Cannot store to float array' },
  [OPCODES.dastore.code]: { slot: 3, failure: 'Cannot store to double array' },
  [OPCODES.aastore.code]: { slot: 2, failure: 'Cannot store to object array' },
  [OPCODES.bastore.code]: { slot: 2, failure: 'Cannot store to byte/boolean array' },
  [OPCODES.castore.code]: { slot: 2, failure: 'Cannot store to char array' },
  [OPCODES.sastore.code]: { slot: 2, failure: 'Cannot store to short array' },
  [OPCODES.arraylength.code]: { slot: 0, failure: 'Cannot read the array length' },
  [OPCODES.athrow.code]: { slot: 0, failure: 'Cannot throw exception' },
  [OPCODES.monitorenter.code]: { slot: 0, failure: 'Cannot enter synchronized block' },
  [OPCODES.monitorexit.code]: { slot: 0, failure: 'Cannot exit synchronized block' },
};

/**
 * The operand stack slot that holds the reference which the instruction at pc dereferences, counted down from the
 * top, 0; a long or double above it counts twice. getfield, arraylength, athrow, monitorenter, monitorexit: 0; array
 * loads: 1; array stores: 2, of long and double 3; putfield: slots of the field; calls with a receiver: slots of the
 * arguments. undefined: the instruction dereferences nothing. A constructor's call is taken for such a one, as
 * OpenJDK does: the verifier lets it have a new object only, and it is where a program makes an exception of its own.
 */
export function nullSlotOf(method: MethodBytecode, pc: number): number | undefined {
  const opcode = method.code.code[pc]!;
  switch (opcode) {
    case OPCODES.getfield.code:
      return 0;
    case OPCODES.putfield.code:
      return slotsOf(memberAt(method, pc).descriptor);
    case OPCODES.invokevirtual.code:
    case OPCODES.invokespecial.code:
    case OPCODES.invokeinterface.code: {
      const { name, descriptor } = memberAt(method, pc);
      return name === '<init>' ? undefined : parseMethodDescriptor(descriptor).argumentSlots;
    }
    default:
      return DEREFERENCES[opcode]?.slot;
  }
}

/** The first half of the message, of an instruction for which nullSlotOf gives a slot. */
export function descriptionOfDereference(method: MethodBytecode, pc: number): string {
  const opcode = method.code.code[pc]!;
  const known = DEREFERENCES[opcode];
  if (known !== undefined) return known.failure;
  const member = memberAt(method, pc);
  if (opcode === OPCODES.getfield.code) return `Cannot read field "${member.name}"`;
  if (opcode === OPCODES.putfield.code) return `Cannot assign field "${member.name}"`;
  return `Cannot invoke "${describeMethod(member)}"`;
}
