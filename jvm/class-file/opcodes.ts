// The instructions of the Java virtual machine (JVMS §6.5): one table that feeds the verifier, the reference maps,
// preservation and the messages of null pointers.

/** How the bytes behind an opcode are read.
 *  byte, short: signed immediate; local: unsigned local variable index (2 bytes under wide); pool8, pool16: constant
 *  pool index; increment: signed byte (2 bytes under wide); branch16, branch32: signed offset from the opcode's pc;
 *  arrayType: JVMS table 6.5.newarray-A; count, dimensions: unsigned byte; zero: a byte that is 0; the others are
 *  the variable-length instructions. */
export type OperandKind =
  | 'byte'
  | 'short'
  | 'local'
  | 'pool8'
  | 'pool16'
  | 'increment'
  | 'branch16'
  | 'branch32'
  | 'arrayType'
  | 'count'
  | 'dimensions'
  | 'zero'
  | 'tableswitch'
  | 'lookupswitch'
  | 'wide';

export interface OpcodeFacts {
  readonly code: number;
  readonly operands: readonly OperandKind[];
  /** Types taken from the operand stack, the topmost last: I int, J long, F float, D double, A reference.
   *  null: it depends on the operands or on the types that are there. */
  readonly pops: string | null;
  /** Types left on the operand stack, the topmost last. null as in pops. */
  readonly pushes: string | null;
  /** How a basic block ends here. Absent: execution goes on at the next instruction. branch: there or at the target. */
  readonly ends?: 'branch' | 'goto' | 'switch' | 'jsr' | 'ret' | 'return' | 'throw';
  /** The local variable that the opcode itself names (iload_1). */
  readonly local?: number;
}

export const OPCODES = {
  nop: { code: 0x00, operands: [], pops: '', pushes: '' },
  aconst_null: { code: 0x01, operands: [], pops: '', pushes: 'A' },
  iconst_m1: { code: 0x02, operands: [], pops: '', pushes: 'I' },
  iconst_0: { code: 0x03, operands: [], pops: '', pushes: 'I' },
  iconst_1: { code: 0x04, operands: [], pops: '', pushes: 'I' },
  iconst_2: { code: 0x05, operands: [], pops: '', pushes: 'I' },
  iconst_3: { code: 0x06, operands: [], pops: '', pushes: 'I' },
  iconst_4: { code: 0x07, operands: [], pops: '', pushes: 'I' },
  iconst_5: { code: 0x08, operands: [], pops: '', pushes: 'I' },
  lconst_0: { code: 0x09, operands: [], pops: '', pushes: 'J' },
  lconst_1: { code: 0x0a, operands: [], pops: '', pushes: 'J' },
  fconst_0: { code: 0x0b, operands: [], pops: '', pushes: 'F' },
  fconst_1: { code: 0x0c, operands: [], pops: '', pushes: 'F' },
  fconst_2: { code: 0x0d, operands: [], pops: '', pushes: 'F' },
  dconst_0: { code: 0x0e, operands: [], pops: '', pushes: 'D' },
  dconst_1: { code: 0x0f, operands: [], pops: '', pushes: 'D' },
  bipush: { code: 0x10, operands: ['byte'], pops: '', pushes: 'I' },
  sipush: { code: 0x11, operands: ['short'], pops: '', pushes: 'I' },
  ldc: { code: 0x12, operands: ['pool8'], pops: null, pushes: null },
  ldc_w: { code: 0x13, operands: ['pool16'], pops: null, pushes: null },
  ldc2_w: { code: 0x14, operands: ['pool16'], pops: null, pushes: null },
  iload: { code: 0x15, operands: ['local'], pops: '', pushes: 'I' },
  lload: { code: 0x16, operands: ['local'], pops: '', pushes: 'J' },
  fload: { code: 0x17, operands: ['local'], pops: '', pushes: 'F' },
  dload: { code: 0x18, operands: ['local'], pops: '', pushes: 'D' },
  aload: { code: 0x19, operands: ['local'], pops: '', pushes: 'A' },
  iload_0: { code: 0x1a, operands: [], pops: '', pushes: 'I', local: 0 },
  iload_1: { code: 0x1b, operands: [], pops: '', pushes: 'I', local: 1 },
  iload_2: { code: 0x1c, operands: [], pops: '', pushes: 'I', local: 2 },
  iload_3: { code: 0x1d, operands: [], pops: '', pushes: 'I', local: 3 },
  lload_0: { code: 0x1e, operands: [], pops: '', pushes: 'J', local: 0 },
  lload_1: { code: 0x1f, operands: [], pops: '', pushes: 'J', local: 1 },
  lload_2: { code: 0x20, operands: [], pops: '', pushes: 'J', local: 2 },
  lload_3: { code: 0x21, operands: [], pops: '', pushes: 'J', local: 3 },
  fload_0: { code: 0x22, operands: [], pops: '', pushes: 'F', local: 0 },
  fload_1: { code: 0x23, operands: [], pops: '', pushes: 'F', local: 1 },
  fload_2: { code: 0x24, operands: [], pops: '', pushes: 'F', local: 2 },
  fload_3: { code: 0x25, operands: [], pops: '', pushes: 'F', local: 3 },
  dload_0: { code: 0x26, operands: [], pops: '', pushes: 'D', local: 0 },
  dload_1: { code: 0x27, operands: [], pops: '', pushes: 'D', local: 1 },
  dload_2: { code: 0x28, operands: [], pops: '', pushes: 'D', local: 2 },
  dload_3: { code: 0x29, operands: [], pops: '', pushes: 'D', local: 3 },
  aload_0: { code: 0x2a, operands: [], pops: '', pushes: 'A', local: 0 },
  aload_1: { code: 0x2b, operands: [], pops: '', pushes: 'A', local: 1 },
  aload_2: { code: 0x2c, operands: [], pops: '', pushes: 'A', local: 2 },
  aload_3: { code: 0x2d, operands: [], pops: '', pushes: 'A', local: 3 },
  iaload: { code: 0x2e, operands: [], pops: 'AI', pushes: 'I' },
  laload: { code: 0x2f, operands: [], pops: 'AI', pushes: 'J' },
  faload: { code: 0x30, operands: [], pops: 'AI', pushes: 'F' },
  daload: { code: 0x31, operands: [], pops: 'AI', pushes: 'D' },
  aaload: { code: 0x32, operands: [], pops: 'AI', pushes: 'A' },
  baload: { code: 0x33, operands: [], pops: 'AI', pushes: 'I' },
  caload: { code: 0x34, operands: [], pops: 'AI', pushes: 'I' },
  saload: { code: 0x35, operands: [], pops: 'AI', pushes: 'I' },
  istore: { code: 0x36, operands: ['local'], pops: 'I', pushes: '' },
  lstore: { code: 0x37, operands: ['local'], pops: 'J', pushes: '' },
  fstore: { code: 0x38, operands: ['local'], pops: 'F', pushes: '' },
  dstore: { code: 0x39, operands: ['local'], pops: 'D', pushes: '' },
  astore: { code: 0x3a, operands: ['local'], pops: 'A', pushes: '' },
  istore_0: { code: 0x3b, operands: [], pops: 'I', pushes: '', local: 0 },
  istore_1: { code: 0x3c, operands: [], pops: 'I', pushes: '', local: 1 },
  istore_2: { code: 0x3d, operands: [], pops: 'I', pushes: '', local: 2 },
  istore_3: { code: 0x3e, operands: [], pops: 'I', pushes: '', local: 3 },
  lstore_0: { code: 0x3f, operands: [], pops: 'J', pushes: '', local: 0 },
  lstore_1: { code: 0x40, operands: [], pops: 'J', pushes: '', local: 1 },
  lstore_2: { code: 0x41, operands: [], pops: 'J', pushes: '', local: 2 },
  lstore_3: { code: 0x42, operands: [], pops: 'J', pushes: '', local: 3 },
  fstore_0: { code: 0x43, operands: [], pops: 'F', pushes: '', local: 0 },
  fstore_1: { code: 0x44, operands: [], pops: 'F', pushes: '', local: 1 },
  fstore_2: { code: 0x45, operands: [], pops: 'F', pushes: '', local: 2 },
  fstore_3: { code: 0x46, operands: [], pops: 'F', pushes: '', local: 3 },
  dstore_0: { code: 0x47, operands: [], pops: 'D', pushes: '', local: 0 },
  dstore_1: { code: 0x48, operands: [], pops: 'D', pushes: '', local: 1 },
  dstore_2: { code: 0x49, operands: [], pops: 'D', pushes: '', local: 2 },
  dstore_3: { code: 0x4a, operands: [], pops: 'D', pushes: '', local: 3 },
  astore_0: { code: 0x4b, operands: [], pops: 'A', pushes: '', local: 0 },
  astore_1: { code: 0x4c, operands: [], pops: 'A', pushes: '', local: 1 },
  astore_2: { code: 0x4d, operands: [], pops: 'A', pushes: '', local: 2 },
  astore_3: { code: 0x4e, operands: [], pops: 'A', pushes: '', local: 3 },
  iastore: { code: 0x4f, operands: [], pops: 'AII', pushes: '' },
  lastore: { code: 0x50, operands: [], pops: 'AIJ', pushes: '' },
  fastore: { code: 0x51, operands: [], pops: 'AIF', pushes: '' },
  dastore: { code: 0x52, operands: [], pops: 'AID', pushes: '' },
  aastore: { code: 0x53, operands: [], pops: 'AIA', pushes: '' },
  bastore: { code: 0x54, operands: [], pops: 'AII', pushes: '' },
  castore: { code: 0x55, operands: [], pops: 'AII', pushes: '' },
  sastore: { code: 0x56, operands: [], pops: 'AII', pushes: '' },
  pop: { code: 0x57, operands: [], pops: null, pushes: null },
  pop2: { code: 0x58, operands: [], pops: null, pushes: null },
  dup: { code: 0x59, operands: [], pops: null, pushes: null },
  dup_x1: { code: 0x5a, operands: [], pops: null, pushes: null },
  dup_x2: { code: 0x5b, operands: [], pops: null, pushes: null },
  dup2: { code: 0x5c, operands: [], pops: null, pushes: null },
  dup2_x1: { code: 0x5d, operands: [], pops: null, pushes: null },
  dup2_x2: { code: 0x5e, operands: [], pops: null, pushes: null },
  swap: { code: 0x5f, operands: [], pops: null, pushes: null },
  iadd: { code: 0x60, operands: [], pops: 'II', pushes: 'I' },
  ladd: { code: 0x61, operands: [], pops: 'JJ', pushes: 'J' },
  fadd: { code: 0x62, operands: [], pops: 'FF', pushes: 'F' },
  dadd: { code: 0x63, operands: [], pops: 'DD', pushes: 'D' },
  isub: { code: 0x64, operands: [], pops: 'II', pushes: 'I' },
  lsub: { code: 0x65, operands: [], pops: 'JJ', pushes: 'J' },
  fsub: { code: 0x66, operands: [], pops: 'FF', pushes: 'F' },
  dsub: { code: 0x67, operands: [], pops: 'DD', pushes: 'D' },
  imul: { code: 0x68, operands: [], pops: 'II', pushes: 'I' },
  lmul: { code: 0x69, operands: [], pops: 'JJ', pushes: 'J' },
  fmul: { code: 0x6a, operands: [], pops: 'FF', pushes: 'F' },
  dmul: { code: 0x6b, operands: [], pops: 'DD', pushes: 'D' },
  idiv: { code: 0x6c, operands: [], pops: 'II', pushes: 'I' },
  ldiv: { code: 0x6d, operands: [], pops: 'JJ', pushes: 'J' },
  fdiv: { code: 0x6e, operands: [], pops: 'FF', pushes: 'F' },
  ddiv: { code: 0x6f, operands: [], pops: 'DD', pushes: 'D' },
  irem: { code: 0x70, operands: [], pops: 'II', pushes: 'I' },
  lrem: { code: 0x71, operands: [], pops: 'JJ', pushes: 'J' },
  frem: { code: 0x72, operands: [], pops: 'FF', pushes: 'F' },
  drem: { code: 0x73, operands: [], pops: 'DD', pushes: 'D' },
  ineg: { code: 0x74, operands: [], pops: 'I', pushes: 'I' },
  lneg: { code: 0x75, operands: [], pops: 'J', pushes: 'J' },
  fneg: { code: 0x76, operands: [], pops: 'F', pushes: 'F' },
  dneg: { code: 0x77, operands: [], pops: 'D', pushes: 'D' },
  ishl: { code: 0x78, operands: [], pops: 'II', pushes: 'I' },
  lshl: { code: 0x79, operands: [], pops: 'JI', pushes: 'J' },
  ishr: { code: 0x7a, operands: [], pops: 'II', pushes: 'I' },
  lshr: { code: 0x7b, operands: [], pops: 'JI', pushes: 'J' },
  iushr: { code: 0x7c, operands: [], pops: 'II', pushes: 'I' },
  lushr: { code: 0x7d, operands: [], pops: 'JI', pushes: 'J' },
  iand: { code: 0x7e, operands: [], pops: 'II', pushes: 'I' },
  land: { code: 0x7f, operands: [], pops: 'JJ', pushes: 'J' },
  ior: { code: 0x80, operands: [], pops: 'II', pushes: 'I' },
  lor: { code: 0x81, operands: [], pops: 'JJ', pushes: 'J' },
  ixor: { code: 0x82, operands: [], pops: 'II', pushes: 'I' },
  lxor: { code: 0x83, operands: [], pops: 'JJ', pushes: 'J' },
  iinc: { code: 0x84, operands: ['local', 'increment'], pops: '', pushes: '' },
  i2l: { code: 0x85, operands: [], pops: 'I', pushes: 'J' },
  i2f: { code: 0x86, operands: [], pops: 'I', pushes: 'F' },
  i2d: { code: 0x87, operands: [], pops: 'I', pushes: 'D' },
  l2i: { code: 0x88, operands: [], pops: 'J', pushes: 'I' },
  l2f: { code: 0x89, operands: [], pops: 'J', pushes: 'F' },
  l2d: { code: 0x8a, operands: [], pops: 'J', pushes: 'D' },
  f2i: { code: 0x8b, operands: [], pops: 'F', pushes: 'I' },
  f2l: { code: 0x8c, operands: [], pops: 'F', pushes: 'J' },
  f2d: { code: 0x8d, operands: [], pops: 'F', pushes: 'D' },
  d2i: { code: 0x8e, operands: [], pops: 'D', pushes: 'I' },
  d2l: { code: 0x8f, operands: [], pops: 'D', pushes: 'J' },
  d2f: { code: 0x90, operands: [], pops: 'D', pushes: 'F' },
  i2b: { code: 0x91, operands: [], pops: 'I', pushes: 'I' },
  i2c: { code: 0x92, operands: [], pops: 'I', pushes: 'I' },
  i2s: { code: 0x93, operands: [], pops: 'I', pushes: 'I' },
  lcmp: { code: 0x94, operands: [], pops: 'JJ', pushes: 'I' },
  fcmpl: { code: 0x95, operands: [], pops: 'FF', pushes: 'I' },
  fcmpg: { code: 0x96, operands: [], pops: 'FF', pushes: 'I' },
  dcmpl: { code: 0x97, operands: [], pops: 'DD', pushes: 'I' },
  dcmpg: { code: 0x98, operands: [], pops: 'DD', pushes: 'I' },
  ifeq: { code: 0x99, operands: ['branch16'], pops: 'I', pushes: '', ends: 'branch' },
  ifne: { code: 0x9a, operands: ['branch16'], pops: 'I', pushes: '', ends: 'branch' },
  iflt: { code: 0x9b, operands: ['branch16'], pops: 'I', pushes: '', ends: 'branch' },
  ifge: { code: 0x9c, operands: ['branch16'], pops: 'I', pushes: '', ends: 'branch' },
  ifgt: { code: 0x9d, operands: ['branch16'], pops: 'I', pushes: '', ends: 'branch' },
  ifle: { code: 0x9e, operands: ['branch16'], pops: 'I', pushes: '', ends: 'branch' },
  if_icmpeq: { code: 0x9f, operands: ['branch16'], pops: 'II', pushes: '', ends: 'branch' },
  if_icmpne: { code: 0xa0, operands: ['branch16'], pops: 'II', pushes: '', ends: 'branch' },
  if_icmplt: { code: 0xa1, operands: ['branch16'], pops: 'II', pushes: '', ends: 'branch' },
  if_icmpge: { code: 0xa2, operands: ['branch16'], pops: 'II', pushes: '', ends: 'branch' },
  if_icmpgt: { code: 0xa3, operands: ['branch16'], pops: 'II', pushes: '', ends: 'branch' },
  if_icmple: { code: 0xa4, operands: ['branch16'], pops: 'II', pushes: '', ends: 'branch' },
  if_acmpeq: { code: 0xa5, operands: ['branch16'], pops: 'AA', pushes: '', ends: 'branch' },
  if_acmpne: { code: 0xa6, operands: ['branch16'], pops: 'AA', pushes: '', ends: 'branch' },
  goto: { code: 0xa7, operands: ['branch16'], pops: '', pushes: '', ends: 'goto' },
  jsr: { code: 0xa8, operands: ['branch16'], pops: null, pushes: null, ends: 'jsr' },
  ret: { code: 0xa9, operands: ['local'], pops: '', pushes: '', ends: 'ret' },
  tableswitch: { code: 0xaa, operands: ['tableswitch'], pops: 'I', pushes: '', ends: 'switch' },
  lookupswitch: { code: 0xab, operands: ['lookupswitch'], pops: 'I', pushes: '', ends: 'switch' },
  ireturn: { code: 0xac, operands: [], pops: 'I', pushes: '', ends: 'return' },
  lreturn: { code: 0xad, operands: [], pops: 'J', pushes: '', ends: 'return' },
  freturn: { code: 0xae, operands: [], pops: 'F', pushes: '', ends: 'return' },
  dreturn: { code: 0xaf, operands: [], pops: 'D', pushes: '', ends: 'return' },
  areturn: { code: 0xb0, operands: [], pops: 'A', pushes: '', ends: 'return' },
  return: { code: 0xb1, operands: [], pops: '', pushes: '', ends: 'return' },
  getstatic: { code: 0xb2, operands: ['pool16'], pops: null, pushes: null },
  putstatic: { code: 0xb3, operands: ['pool16'], pops: null, pushes: null },
  getfield: { code: 0xb4, operands: ['pool16'], pops: null, pushes: null },
  putfield: { code: 0xb5, operands: ['pool16'], pops: null, pushes: null },
  invokevirtual: { code: 0xb6, operands: ['pool16'], pops: null, pushes: null },
  invokespecial: { code: 0xb7, operands: ['pool16'], pops: null, pushes: null },
  invokestatic: { code: 0xb8, operands: ['pool16'], pops: null, pushes: null },
  invokeinterface: { code: 0xb9, operands: ['pool16', 'count', 'zero'], pops: null, pushes: null },
  invokedynamic: { code: 0xba, operands: ['pool16', 'zero', 'zero'], pops: null, pushes: null },
  new: { code: 0xbb, operands: ['pool16'], pops: '', pushes: 'A' },
  newarray: { code: 0xbc, operands: ['arrayType'], pops: 'I', pushes: 'A' },
  anewarray: { code: 0xbd, operands: ['pool16'], pops: 'I', pushes: 'A' },
  arraylength: { code: 0xbe, operands: [], pops: 'A', pushes: 'I' },
  athrow: { code: 0xbf, operands: [], pops: 'A', pushes: '', ends: 'throw' },
  checkcast: { code: 0xc0, operands: ['pool16'], pops: 'A', pushes: 'A' },
  instanceof: { code: 0xc1, operands: ['pool16'], pops: 'A', pushes: 'I' },
  monitorenter: { code: 0xc2, operands: [], pops: 'A', pushes: '' },
  monitorexit: { code: 0xc3, operands: [], pops: 'A', pushes: '' },
  wide: { code: 0xc4, operands: ['wide'], pops: null, pushes: null },
  multianewarray: { code: 0xc5, operands: ['pool16', 'dimensions'], pops: null, pushes: null },
  ifnull: { code: 0xc6, operands: ['branch16'], pops: 'A', pushes: '', ends: 'branch' },
  ifnonnull: { code: 0xc7, operands: ['branch16'], pops: 'A', pushes: '', ends: 'branch' },
  goto_w: { code: 0xc8, operands: ['branch32'], pops: '', pushes: '', ends: 'goto' },
  jsr_w: { code: 0xc9, operands: ['branch32'], pops: null, pushes: null, ends: 'jsr' },
} as const satisfies Record<string, OpcodeFacts>;

export type OpcodeName = keyof typeof OPCODES;

/** Mnemonics by code. */
export const OPCODE_NAMES: readonly OpcodeName[] = Object.keys(OPCODES) as OpcodeName[];

/** Facts by code. */
export const OPCODE_FACTS: readonly OpcodeFacts[] = Object.values(OPCODES);

/** Bytes by operand kind; the variable-length ones are computed. */
const OPERAND_BYTES: Readonly<Record<OperandKind, number>> = {
  byte: 1,
  short: 2,
  local: 1,
  pool8: 1,
  pool16: 2,
  increment: 1,
  branch16: 2,
  branch32: 4,
  arrayType: 1,
  count: 1,
  dimensions: 1,
  zero: 1,
  tableswitch: 0,
  lookupswitch: 0,
  wide: 0,
};

/** Bytes of the instruction with its opcode; 0 for the three of variable length. */
const FIXED_LENGTHS = OPCODE_FACTS.map(({ code, operands }) =>
  code === OPCODES.tableswitch.code || code === OPCODES.lookupswitch.code || code === OPCODES.wide.code
    ? 0
    : 1 + operands.reduce((sum, kind) => sum + OPERAND_BYTES[kind], 0),
);

/**
 * Bytes of the instruction at pc, its opcode and padding counted in. 0 where no instruction begins: an unknown opcode,
 * a wide before an opcode that it does not widen, a switch with a malformed header. The instruction may still reach
 * beyond the end of the code; that is for the caller to see.
 */
export function instructionLength(code: Uint8Array, pc: number): number {
  const opcode = code[pc]!;
  const fixed = FIXED_LENGTHS[opcode];
  if (fixed === undefined) return 0;
  if (fixed !== 0) return fixed;
  if (opcode === OPCODES.wide.code) return wideLength(code[pc + 1]);
  const operands = alignedOperands(pc);
  if (opcode === OPCODES.tableswitch.code) {
    if (operands + 12 > code.length) return 0;
    const low = int32(code, operands + 4);
    const high = int32(code, operands + 8);
    return low > high ? 0 : operands + 12 + 4 * (high - low + 1) - pc;
  }
  if (operands + 8 > code.length) return 0;
  const pairs = int32(code, operands + 4);
  return pairs < 0 ? 0 : operands + 8 + 8 * pairs - pc;
}

function wideLength(widened: number | undefined): number {
  if (widened === OPCODES.iinc.code) return 6;
  const facts = widened === undefined ? undefined : OPCODE_FACTS[widened];
  return facts?.operands[0] === 'local' ? 4 : 0;
}

/** Where the operands of a switch at pc begin: behind zero to three bytes of padding. */
export function alignedOperands(pc: number): number {
  return (pc + 4) & ~3;
}

/** The int32 at an offset in the code, big-endian. */
export function int32(code: Uint8Array, offset: number): number {
  return (code[offset]! << 24) | (code[offset + 1]! << 16) | (code[offset + 2]! << 8) | code[offset + 3]!;
}

/** The int16 at an offset in the code, big-endian. */
export function int16(code: Uint8Array, offset: number): number {
  return ((code[offset]! << 24) >> 16) | code[offset + 1]!;
}

/** The unsigned 16-bit number at an offset in the code, big-endian. */
export function uint16(code: Uint8Array, offset: number): number {
  return (code[offset]! << 8) | code[offset + 1]!;
}

/** Slots popped, and the depths of those that are pushed then, by opcode: JVMS §6.5. */
export const STACK_REARRANGEMENTS: Readonly<
  Record<number, readonly [popped: number, depths: readonly number[]]>
> = {
  [OPCODES.pop.code]: [1, []],
  [OPCODES.pop2.code]: [2, []],
  [OPCODES.dup.code]: [1, [0, 0]],
  [OPCODES.dup_x1.code]: [2, [0, 1, 0]],
  [OPCODES.dup_x2.code]: [3, [0, 2, 1, 0]],
  [OPCODES.dup2.code]: [2, [1, 0, 1, 0]],
  [OPCODES.dup2_x1.code]: [3, [1, 0, 2, 1, 0]],
  [OPCODES.dup2_x2.code]: [4, [1, 0, 3, 2, 1, 0]],
  [OPCODES.swap.code]: [2, [0, 1]],
};
