// Warms the dispatch loop up for the host: V8 compiles it within the first tenth of a second, and throws the compiled
// code away whenever an instruction is met that had not been executed before. So all of them are executed once on a
// few words that belong to no machine: nothing that a program or a replica could see depends on it.
import { type Callees, execute, Processor } from './interpreter.js';
import { ARRAY_LAYOUT, CLASS_BLOCK, FRAME, METHOD_ROW, THREAD } from './layout.js';
import { REGISTERS } from './memory.js';
import { Op, STUB } from './opcode-numbers.js';

/** Executions of everything: V8 begins to record what it meets some instructions after the first. */
const ROUNDS = 2;
const MEMORY_BYTES = 1 << 15;
const BUDGET = 1 << 20;

/** Word indexes of what lies in the memory. Everything from STATICS on is zero at first. */
const WORD = {
  thread: 512,
  /** Class of all objects and arrays, that of boolean arrays, and one that every other is a subtype of. */
  type: 576,
  booleans: 640,
  supertype: 704,
  object: 768,
  array: 832,
  booleanArray: 1024,
  statics: 1216,
  locals: 1280,
  frame: 1312,
  stackEnd: 2048,
  heap: 4096,
  heapEnd: 8192,
} as const;
const TYPE = WORD.type * 4;
const SUPERTYPE = WORD.supertype * 4;
const OBJECT = WORD.object * 4;
const ARRAY = WORD.array * 4;
const BOOLEAN_ARRAY = WORD.booleanArray * 4;
const ARRAY_LENGTH = 16;

/** Method numbers: the method that executes, and those that it calls. */
const [RUNNING, VOID, INT, LONG, LINKED, NATIVE, ACTING_NATIVE, SYNCHRONIZED_NATIVE] = [
  0, 1, 2, 3, 4, 5, 6, 7,
].map((row) => row * METHOD_ROW.words) as [number, number, number, number, number, number, number, number];
const METHOD_COUNT = 8;
/** Pcs of the called methods' code, and where what is to be executed begins. */
const PC = { void: 64, int: 72, long: 80, start: 128 } as const;
const CODE_WORDS = 512;

/** Prepared code that begins at PC.start with an empty operand stack. It may end in a trap. */
type Fragment = readonly number[];

const floats = new Float32Array(2);
const doubles = new Float64Array(floats.buffer);
const bits = new Int32Array(floats.buffer);

function int(value: number): Fragment {
  return [Op.ldc_word, value];
}

function float(value: number): Fragment {
  floats[0] = value;
  return [Op.ldc_word_wide, bits[0]!, 0];
}

function long(value: bigint): Fragment {
  return [Op.ldc2_words, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
}

function double(value: number): Fragment {
  doubles[0] = value;
  return [Op.ldc2_words, bits[0]!, bits[1]!];
}

/** Every combination of pushed operands and an instruction. */
function each(operands: readonly (readonly Fragment[])[], ops: readonly Fragment[]): Fragment[] {
  return ops.flatMap((op) => operands.map((values) => [...values.flat(), ...op]));
}

function lists<T>(values: readonly (readonly T[])[], push: (value: T) => Fragment): Fragment[][] {
  return values.map((list) => list.map(push));
}

function singles<T>(values: readonly T[], push: (value: T) => Fragment): Fragment[][] {
  return values.map((value) => [push(value)]);
}

function plain(...ops: readonly Op[]): Fragment[] {
  return ops.map((op) => [op]);
}

/** Operands of every kind that V8 tells apart: small, of either sign, such that the result is not, or no integer. */
const INTS = [0, 7, -8, 0x7fff_ffff, -0x8000_0000];
const INT_PAIRS = [
  [7, 2],
  [-8, 4],
  [3, 33],
  [0x7fff_ffff, 0x7fff_ffff],
  [-0x8000_0000, -1],
  [1, 0],
];
const LONGS = [0n, 7n, -8n, (1n << 40n) + 5n, -(1n << 62n) - 12_345n];
const LONG_PAIRS = [
  [7n, 2n],
  [2n, 7n],
  [-8n, -8n],
  [(1n << 40n) + 5n, -5n],
  [(1n << 62n) + 12_345n, 1n << 61n],
  [0xffff_ffffn, 0xffff_ffffn],
  [1n, 0n],
];
const FLOATS = [0, 2.5, 3e9, -3e9, 1e30, -1e30, Number.NaN];
const FLOAT_PAIRS = [
  [1, 2],
  [2.5, 1],
  [1, 1],
  [0, 0],
  [Number.NaN, 1],
];

const CONSTANTS: Fragment[] = [
  ...plain(
    Op.nop,
    Op.aconst_null,
    Op.iconst_m1,
    Op.iconst_1,
    Op.iconst_2,
    Op.iconst_3,
    Op.iconst_4,
    Op.iconst_5,
  ),
  ...plain(Op.fconst_1, Op.fconst_2, Op.lconst_0, Op.lconst_1, Op.dconst_1),
  ...[Op.ldc_word, Op.ldc_word_wide, Op.ldc_site, Op.ldc2_words].map((op) => [op, 1, 0, 0, 0]),
];

const LOCALS: Fragment[] = [
  ...plain(Op.iload_0, Op.iload_1, Op.iload_2, Op.iload_3, Op.lload_0, Op.lload_1, Op.lload_2, Op.lload_3),
  ...[Op.iload, Op.lload].map((op) => [op, 8]),
  ...each([[long(5n)]], plain(Op.istore_0, Op.istore_1, Op.istore_2, Op.istore_3)),
  ...each([[long(5n)]], plain(Op.lstore_0, Op.lstore_1, Op.lstore_2, Op.lstore_3)),
  ...each(
    [[long(5n)]],
    [
      [Op.istore, 8],
      [Op.lstore, 8],
    ],
  ),
  [...int(0x7fff_ffff), Op.istore_0, Op.iinc, 0, 1, Op.iinc, 0, -1],
];

const STACK: Fragment[] = each(
  [INTS.map(int)],
  plain(Op.pop, Op.pop2, Op.dup, Op.dup_x1, Op.dup_x2, Op.dup2, Op.dup2_x1, Op.dup2_x2, Op.swap),
);

const ARITHMETIC: Fragment[] = [
  ...each(
    lists(INT_PAIRS, int),
    plain(Op.iadd, Op.isub, Op.imul, Op.idiv, Op.irem, Op.iand, Op.ior, Op.ixor, Op.ishl, Op.ishr, Op.iushr),
  ),
  ...each(
    lists(LONG_PAIRS, long),
    plain(Op.ladd, Op.lsub, Op.lmul, Op.ldiv, Op.lrem, Op.land, Op.lor, Op.lxor, Op.lcmp),
  ),
  ...each(
    [0, 5, 40].map((by) => [long(-8n), int(by)]),
    plain(Op.lshl, Op.lshr, Op.lushr),
  ),
  ...each(lists(FLOAT_PAIRS, float), plain(Op.fadd, Op.fsub, Op.fmul, Op.fdiv, Op.frem, Op.fcmpl, Op.fcmpg)),
  ...each(lists(FLOAT_PAIRS, double), plain(Op.dadd, Op.dsub, Op.dmul, Op.ddiv, Op.drem, Op.dcmpl, Op.dcmpg)),
  ...each(singles(INTS, int), plain(Op.ineg, Op.i2l, Op.i2f, Op.i2d, Op.i2b, Op.i2c, Op.i2s)),
  ...each(singles(LONGS, long), plain(Op.lneg, Op.l2i, Op.l2f, Op.l2d)),
  ...each(singles(FLOATS, float), plain(Op.fneg, Op.f2i, Op.f2l, Op.f2d)),
  ...each(singles(FLOATS, double), plain(Op.dneg, Op.d2i, Op.d2l, Op.d2f)),
];

/** The branch instruction once forwards and once backwards. */
function bothWays(operands: Fragment, op: Op): Fragment[] {
  const forward = PC.start + operands.length + 3;
  const end = PC.start + 6 + operands.length + 3;
  return [
    [...operands, op, forward, 0],
    [Op.goto, PC.start + 6, 0, Op.goto, end, 0, ...operands, op, PC.start + 3, 0],
  ];
}

/** A switch on 1 and 3 that goes forwards or, at 3, backwards. */
function switches(value: number): Fragment[] {
  const begin = [Op.goto, PC.start + 6, 0, Op.prepare_method, 0, 0, ...int(value)];
  const at = PC.start + begin.length;
  const [back, on] = [PC.start + 3, at + 7];
  return [
    [...begin, Op.tableswitch, on, 1, 3, on, on, back],
    [...begin, Op.lookupswitch, on, 2, 1, on, 3, back],
  ];
}

const BRANCHES: Fragment[] = [
  ...[Op.ifeq, Op.ifne, Op.iflt, Op.ifge, Op.ifgt, Op.ifle].flatMap((op) =>
    [-1, 0, 1].flatMap((value) => bothWays(int(value), op)),
  ),
  ...[Op.if_icmpeq, Op.if_icmpne, Op.if_icmplt, Op.if_icmpge, Op.if_icmpgt, Op.if_icmple].flatMap((op) =>
    [-1, 0, 1].flatMap((value) => bothWays([...int(value), ...int(0)], op)),
  ),
  ...bothWays([], Op.goto),
  ...[0, 1, 2, 3, 4].flatMap(switches),
  // A subroutine behind and one before its call.
  [Op.jsr, PC.start + 6, 0, Op.prepare_method, 0, 0, Op.istore, 8, Op.ret, 8],
  [Op.goto, PC.start + 7, 0, Op.istore, 8, Op.ret, 8, Op.jsr_w, PC.start + 3, 0, 0, 0],
];

const LOADS = [Op.iaload, Op.baload, Op.caload, Op.saload, Op.laload];
const STORES = [Op.iastore, Op.bastore, Op.castore, Op.sastore, Op.aastore];
const ARRAYS: Fragment[] = [
  ...[ARRAY, BOOLEAN_ARRAY].flatMap((array) => [
    // The last two indexes are out of bounds.
    ...[0, ARRAY_LENGTH - 1, ARRAY_LENGTH, -1].flatMap((index) => [
      ...each([[int(array), int(index)]], plain(...LOADS)),
      ...each([[int(array), int(index), int(0)]], plain(...STORES)),
      [...int(array), ...int(index), ...long(-1n), Op.lastore],
    ]),
    [...int(array), ...int(1), ...int(-1), Op.bastore],
    [...int(array), Op.arraylength],
  ]),
  // Of the component's class, of a subclass, of another.
  ...each(
    [OBJECT, ARRAY, BOOLEAN_ARRAY].map((value) => [int(ARRAY), int(1), int(value)]),
    plain(Op.aastore),
  ),
  ...[Op.new_array, Op.new_primitive_array].flatMap((op) =>
    [0, 5, -1, 0x7fff_ffff].map((length) => [...int(length), op, TYPE, 0]),
  ),
];

const FIELDS: Fragment[] = [
  ...[Op.getstatic_word, Op.getstatic_long].map((op) => [op, WORD.statics, 0]),
  [Op.getstatic_byte, WORD.statics * 4, 0],
  ...[Op.getstatic_short, Op.getstatic_char].map((op) => [op, WORD.statics * 2, 0]),
  ...[Op.putstatic_word, Op.putstatic_long].map((op) => [...long(-2n), op, WORD.statics, 0]),
  [...int(-2), Op.putstatic_byte, WORD.statics * 4, 0],
  [...int(-2), Op.putstatic_short, WORD.statics * 2, 0],
  ...[Op.getfield_word, Op.getfield_long, Op.getfield_byte, Op.getfield_short, Op.getfield_char].map((op) => [
    ...int(OBJECT),
    op,
    16,
    0,
  ]),
  ...[Op.putfield_word, Op.putfield_byte, Op.putfield_short].map((op) => [
    ...int(OBJECT),
    ...int(-3),
    op,
    16,
    0,
  ]),
  [...int(OBJECT), ...long(-3n), Op.putfield_long, 16, 0],
];

const CALLS: Fragment[] = [
  ...[VOID, INT, LONG, NATIVE, ACTING_NATIVE, SYNCHRONIZED_NATIVE].map((method) => [
    Op.invoke_direct,
    method,
    3,
  ]),
  [...int(OBJECT), Op.invoke_special, VOID, 2],
  [...int(OBJECT), Op.invoke_virtual, CLASS_BLOCK.vtable, 2],
  // Selected by the class met last, and anew.
  [...int(OBJECT), Op.invoke_interface, VOID, 2, TYPE, VOID],
  [...int(OBJECT), Op.invoke_interface, VOID, 2, 0, 0],
  [...int(OBJECT), Op.invoke_interface, 0, 2, 0, 0],
  [...int(OBJECT), Op.invoke_linked, LINKED, OBJECT],
  [...int(OBJECT), Op.invoke_linked_site, LINKED, OBJECT, 0, 0],
  ...[0, 1].map((intrinsic) => [...int(OBJECT), Op.invoke_handle, intrinsic, VOID]),
  ...[0, -1].map((access) => [...int(OBJECT), Op.var_handle, access, LINKED]),
  ...[0, -1].map((plan) => [Op.capture_site, plan, 0, 0, 0]),
];

const TYPES: Fragment[] = [
  [Op.new_object, TYPE, 24],
  ...[Op.checkcast_class, Op.instanceof_class].flatMap((op) => [
    [...int(0), op, TYPE, 0],
    [...int(OBJECT), op, TYPE, TYPE],
    [...int(OBJECT), op, SUPERTYPE, 0],
    [...int(OBJECT), op, WORD.booleans * 4, 0],
  ]),
  [...int(OBJECT), Op.monitorenter, ...int(OBJECT), Op.monitorexit],
  [...int(OBJECT), Op.athrow],
];

/** What the loop calls, twice: one callee alone would become part of the loop's compiled code. */
const CALLEES: readonly Omit<Callees<Int32Array>, 'natives'>[] = [
  {
    endNative: () => {},
    isSubtype: (_, of) => of === SUPERTYPE,
    selectInterfaceMethod: (_, method) => method,
    selectHandle: (_, method) => method,
    createCapture: (plan, sp) => (plan < 0 ? -1 : sp),
    accessVariable: (access, sp) => (access < 0 ? -1 : sp),
    variableAppendix: () => OBJECT,
  },
  {
    endNative: () => undefined,
    isSubtype: (_, of) => SUPERTYPE === of,
    selectInterfaceMethod: (_, method) => method | 0,
    selectHandle: (_, method) => method | 0,
    createCapture: (plan, sp) => (plan === 0 ? sp : -1),
    accessVariable: (access, sp) => (access === 0 ? sp : -1),
    variableAppendix: () => ARRAY,
  },
];

/** Natives by method. */
function newNatives(): ((hasActed: Int32Array) => void)[] {
  const natives: ((hasActed: Int32Array) => void)[] = [];
  for (let i = 0; i < METHOD_COUNT; i++) natives.push(() => {});
  natives[ACTING_NATIVE / METHOD_ROW.words] = (hasActed) => hasActed.fill(1);
  return natives;
}

function newMemory() {
  const buffer = new SharedArrayBuffer(MEMORY_BYTES);
  return {
    i32: new Int32Array(buffer),
    i8: new Int8Array(buffer),
    i16: new Int16Array(buffer),
    u16: new Uint16Array(buffer),
    f32: new Float32Array(buffer),
    f64: new Float64Array(buffer),
  };
}

function newMethodTable(): Int32Array {
  const table = new Int32Array(METHOD_COUNT * METHOD_ROW.words);
  const entries = [
    0,
    PC.void,
    PC.int,
    PC.long,
    PC.void,
    STUB.native,
    STUB.native,
    STUB.synchronizedNative + 1,
  ];
  entries.forEach((entry, row) => {
    const at = row * METHOD_ROW.words;
    table[at + METHOD_ROW.entry] = entry;
    table[at + METHOD_ROW.argumentWords] = at === LINKED ? 4 : 0;
    table[at + METHOD_ROW.localWords] = at === RUNNING ? WORD.frame - WORD.locals : 12;
    table[at + METHOD_ROW.frameWords] = FRAME.words + 4;
  });
  return table;
}

function newCode(): Int32Array {
  const code = new Int32Array(CODE_WORDS);
  code[STUB.native] = Op.native_enter;
  code[STUB.nativeRaw] = Op.native_method;
  code[STUB.synchronizedNative + 1] = Op.native_enter;
  code[STUB.synchronizedNative + 2] = Op.native_method;
  code[PC.void] = Op.return;
  code.set([Op.iconst_1, Op.ireturn], PC.int);
  code.set([Op.lconst_1, Op.lreturn], PC.long);
  return code;
}

/** The memory as it is before a fragment. */
function fill(i32: Int32Array): void {
  i32.fill(0, WORD.thread, WORD.statics);
  i32[REGISTERS.heapTop] = WORD.heap * 4;
  i32[REGISTERS.heapEnd] = WORD.heapEnd * 4;
  i32[REGISTERS.budget] = BUDGET;
  i32[WORD.thread + THREAD.threadId] = 1;
  i32[WORD.thread + THREAD.fp] = WORD.frame;
  i32[WORD.thread + THREAD.sp] = WORD.frame + FRAME.words;
  i32[WORD.thread + THREAD.stackLimit] = WORD.stackEnd;
  i32[WORD.frame + FRAME.pc] = PC.start;
  for (const type of [WORD.type, WORD.booleans]) i32[type + CLASS_BLOCK.component] = TYPE;
  i32[WORD.type + CLASS_BLOCK.elementShift] = 2;
  i32[WORD.type + CLASS_BLOCK.vtable] = VOID;
  i32[WORD.object] = TYPE;
  i32[WORD.array] = TYPE;
  i32[WORD.booleanArray] = WORD.booleans * 4;
  i32[WORD.array + ARRAY_LAYOUT.lengthWord] = ARRAY_LENGTH;
  i32[WORD.booleanArray + ARRAY_LAYOUT.lengthWord] = ARRAY_LENGTH;
}

let isWarm = false;

/** Executes every instruction, with every kind of operand, once for the process; see above. */
export function warmUp(): void {
  if (isWarm) return;
  isWarm = true;
  const fragments = [CONSTANTS, LOCALS, STACK, ARITHMETIC, BRANCHES, ARRAYS, FIELDS, CALLS, TYPES].flat();
  const memory = newMemory();
  const code = newCode();
  for (let round = 0; round < ROUNDS; round++) {
    const hasActed = new Int32Array(1);
    const processor = new Processor(hasActed, memory, code, newMethodTable(), WORD.booleans * 4, hasActed, {
      natives: newNatives(),
      ...CALLEES[round % 2]!,
    });
    for (const fragment of fragments) {
      fill(memory.i32);
      hasActed[0] = 0;
      code.set(fragment, PC.start);
      code[PC.start + fragment.length] = Op.prepare_method;
      execute(processor, WORD.thread * 4);
    }
  }
}
