// What each instruction does to the local variables and the operand stack of a frame, as far as references go: every
// slot holds a reference, a return address of a subroutine, or something else.
import { type ConstantPool, TAG } from '../class-file/constant-pool.js';
import { isReference, parseMethodDescriptor, slotsOf } from '../class-file/descriptors.js';
import {
  OPCODE_FACTS,
  OPCODES,
  type OpcodeFacts,
  STACK_REARRANGEMENTS,
  uint16,
} from '../class-file/opcodes.js';

/** What a slot holds. From `returnAddress` on: the address that a jsr pushed, counted up by the depth of the
 *  subroutine that it called. `other`: a primitive value, nothing, or not the same on all ways there. */
export const SLOT = { other: 0, reference: 1, returnAddress: 2 } as const;

/** How an instruction uses the local variable that it names. Ints and the like are read without notice, since a slot
 *  that holds one is no root. */
export const ACCESS = { none: 0, readReference: 1, writeReference: 2, writeOne: 3, writeTwo: 4 } as const;

function accessOf({ operands, local, pops, pushes }: OpcodeFacts): number {
  if (operands[0] !== 'local' && local === undefined) return ACCESS.none;
  if (pushes === 'A') return ACCESS.readReference;
  if (pops === 'A') return ACCESS.writeReference;
  if (!pops) return ACCESS.none;
  return slotsOf(pops) === 2 ? ACCESS.writeTwo : ACCESS.writeOne;
}

/** By opcode; `wide` itself has none. */
const ACCESSES = Uint8Array.from(OPCODE_FACTS, accessOf);
/** The local variable that the opcode itself names, -1 for none, by opcode. */
const IMPLIED_LOCALS = Int8Array.from(OPCODE_FACTS, ({ local }) => local ?? -1);

/** The ACCESS of the instruction at pc to the local variable of `accessedLocal`. */
export function accessAt(code: Uint8Array, pc: number): number {
  const opcode = code[pc]!;
  return ACCESSES[opcode === OPCODES.wide.code ? code[pc + 1]! : opcode]!;
}

/** The local variable that the instruction at pc names; it must name one. */
export function accessedLocal(code: Uint8Array, pc: number): number {
  if (code[pc] === OPCODES.wide.code) return uint16(code, pc + 2);
  const implied = IMPLIED_LOCALS[code[pc]!]!;
  return implied < 0 ? code[pc + 1]! : implied;
}

/** In POPPED: the effect depends on more than the opcode. */
const SPECIAL = 255;
/** Slots taken from the stack, by opcode. */
const POPPED = Uint8Array.from(OPCODE_FACTS, ({ pops, pushes }) =>
  pops === null || pushes === null ? SPECIAL : [...pops].reduce((sum, type) => sum + slotsOf(type), 0),
);
/** The field descriptor, or its first letter, of what is pushed, by opcode; '' for nothing. */
const PUSHED = OPCODE_FACTS.map(({ pushes }) => (pushes === 'A' ? 'L' : (pushes ?? '')));

/** Slots of a frame: first the local variables, then the operand stack from its bottom. */
export class SlotFrame {
  readonly slots: Uint16Array;
  /** Index behind the topmost slot of the operand stack. */
  top: number;

  constructor(
    readonly localCount: number,
    stackCount: number,
  ) {
    this.slots = new Uint16Array(localCount + stackCount);
    this.top = localCount;
  }

  push(slot: number): void {
    if (this.top >= this.slots.length) throw new Error('operand stack overflow in verified code');
    this.slots[this.top++] = slot;
  }

  pop(count: number): void {
    this.top -= count;
    if (this.top < this.localCount) throw new Error('operand stack underflow in verified code');
  }

  /** Pushes a value of the field descriptor; nothing for V and ''. */
  pushValue(descriptor: string): void {
    if (isReference(descriptor)) return this.push(SLOT.reference);
    for (let left = descriptor === '' ? 0 : slotsOf(descriptor); left > 0; left--) this.push(SLOT.other);
  }
}

/** Executes the instruction at pc. A jsr's push and all jumps are left to the caller. */
export function applyEffect(frame: SlotFrame, code: Uint8Array, pc: number, pool: ConstantPool): void {
  const isWide = code[pc] === OPCODES.wide.code;
  const opcode = code[isWide ? pc + 1 : pc]!;
  const access = ACCESSES[opcode]!;
  if (access > ACCESS.readReference) writeLocal(frame, accessedLocal(code, pc), access);
  const popped = POPPED[opcode]!;
  if (popped === SPECIAL) return applySpecial(frame, code, pc, pool);
  frame.pop(popped);
  const pushed = PUSHED[opcode]!;
  if (pushed !== '') frame.pushValue(pushed);
}

/** The value is still on the stack. astore also takes return addresses (JVMS §6.5). */
function writeLocal({ slots, top }: SlotFrame, local: number, access: number): void {
  slots[local] = access === ACCESS.writeReference ? slots[top - 1]! : SLOT.other;
  if (access === ACCESS.writeTwo) slots[local + 1] = SLOT.other;
}

/** Instructions whose effect depends on their operands or on what is on the stack. */
function applySpecial(frame: SlotFrame, code: Uint8Array, pc: number, pool: ConstantPool): void {
  const opcode = code[pc]!;
  const rearrangement = STACK_REARRANGEMENTS[opcode];
  if (rearrangement !== undefined) return rearrange(frame, ...rearrangement);
  switch (opcode) {
    case OPCODES.ldc.code:
      return frame.pushValue(constantDescriptor(pool, code[pc + 1]!));
    case OPCODES.ldc_w.code:
      return frame.pushValue(constantDescriptor(pool, uint16(code, pc + 1)));
    case OPCODES.ldc2_w.code:
      return frame.pushValue('J');
    case OPCODES.multianewarray.code:
      frame.pop(code[pc + 3]!);
      return frame.push(SLOT.reference);
    case OPCODES.jsr.code:
    case OPCODES.jsr_w.code:
      return;
    case OPCODES.getstatic.code:
      return frame.pushValue(pool.memberRef(uint16(code, pc + 1)).descriptor);
    case OPCODES.putstatic.code:
      return frame.pop(slotsOf(pool.memberRef(uint16(code, pc + 1)).descriptor));
    case OPCODES.getfield.code:
      frame.pop(1);
      return frame.pushValue(pool.memberRef(uint16(code, pc + 1)).descriptor);
    case OPCODES.putfield.code:
      return frame.pop(1 + slotsOf(pool.memberRef(uint16(code, pc + 1)).descriptor));
    default:
      frame.pop(callArgumentSlots(code, pc, pool));
      return frame.pushValue(parseMethodDescriptor(callDescriptor(code, pc, pool)).returns);
  }
}

/** Replaces the top slots by those at the given depths among them, the deepest named first. */
function rearrange(frame: SlotFrame, popped: number, depths: readonly number[]): void {
  frame.pop(popped);
  const before = frame.slots.slice(frame.top, frame.top + popped);
  for (const depth of depths) frame.push(before[popped - 1 - depth]!);
}

/** A descriptor, or its first letter, of what ldc pushes. */
function constantDescriptor(pool: ConstantPool, index: number): string {
  const tag = pool.tag(index);
  if (tag === TAG.Integer || tag === TAG.Float) return 'I';
  return tag === TAG.Dynamic ? pool.dynamic(index).descriptor : 'L';
}

/** Whether the instruction at pc is an invoke instruction. */
export function isCall(code: Uint8Array, pc: number): boolean {
  return code[pc]! >= OPCODES.invokevirtual.code && code[pc]! <= OPCODES.invokedynamic.code;
}

/** Slots of the operand stack that the invoke instruction at pc takes, the receiver's included. */
export function callArgumentSlots(code: Uint8Array, pc: number, pool: ConstantPool): number {
  const { argumentSlots } = parseMethodDescriptor(callDescriptor(code, pc, pool));
  const hasReceiver = code[pc] !== OPCODES.invokestatic.code && code[pc] !== OPCODES.invokedynamic.code;
  return argumentSlots + (hasReceiver ? 1 : 0);
}

function callDescriptor(code: Uint8Array, pc: number, pool: ConstantPool): string {
  if (!isCall(code, pc)) throw new Error(`no invoke instruction at ${pc}`);
  const index = uint16(code, pc + 1);
  return code[pc] === OPCODES.invokedynamic.code
    ? pool.dynamic(index).descriptor
    : pool.memberRef(index).descriptor;
}
