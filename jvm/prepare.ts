// Preparation: bytecode becomes one int32 word per byte in the code area, at the first call of a method. Word i of
// the method stands for byte i, so pcs stay the class file's (but see preservation/code-layout.ts); operand values stand in the words of operand bytes.
import type { BinaryReader, BinaryWriter } from '../lib/binary.js';
import type { ConstantPool } from './class-file/constant-pool.js';
import { prefixWords } from './class-layout.js';
import { METHOD_FLAG, METHOD_ROW } from './layout.js';
import type { Machine } from './machine.js';
import { reserveBytes } from './memory.js';
import { FIRST_CODE, Op, STUB } from './opcode-numbers.js';
import type { CodeLayout } from './preservation/code-layout.js';
import type { RuntimeMethod } from './runtime-class.js';

/** Words of the code area: more bytecode than any program loads. Untouched words cost nothing. */
const CODE_AREA_WORDS = 48 << 20;

/** Prepared code of all methods. It is saved as it is: what an instruction has been linked to may depend on when that
 *  was, and frames hold absolute pcs. */
export class CodeArea {
  readonly words = new Int32Array(reserveBytes(CODE_AREA_WORDS * 4));
  #top = FIRST_CODE;

  constructor() {
    const { words } = this;
    words[STUB.prepare] = Op.prepare_method;
    words[STUB.native] = Op.native_enter;
    words[STUB.nativeRaw] = Op.native_method;
    words[STUB.synchronizedNative] = Op.synchronized_enter;
    words[STUB.synchronizedNative + 1] = Op.native_enter;
    words[STUB.synchronizedNative + 2] = Op.native_method;
    words[STUB.abstract] = Op.abstract_method;
    words[STUB.event] = Op.take_event;
  }

  /** The prepared code as it is, linked instructions included. */
  save(writer: BinaryWriter): void {
    writer.bytes(new Uint8Array(this.words.buffer, 0, this.#top * 4));
  }

  restore(reader: BinaryReader): void {
    const bytes = reader.bytes();
    new Uint8Array(this.words.buffer).set(bytes);
    this.#top = bytes.length >> 2;
  }

  /** Reserves words; -1 where the area is full. */
  reserve(count: number): number {
    const start = this.#top;
    if (start + count > CODE_AREA_WORDS) return -1;
    this.#top += count;
    return start;
  }
}

/** Loads and stores of floats and references move words like those of ints; doubles like longs. */
const SAME_MOVE: Readonly<Record<number, Op>> = {
  [Op.fload]: Op.iload,
  [Op.aload]: Op.iload,
  [Op.dload]: Op.lload,
  [Op.fstore]: Op.istore,
  [Op.astore]: Op.istore,
  [Op.dstore]: Op.lstore,
  [Op.freturn]: Op.ireturn,
  [Op.areturn]: Op.ireturn,
  [Op.dreturn]: Op.lreturn,
  [Op.faload]: Op.iaload,
  [Op.aaload]: Op.iaload,
  [Op.fastore]: Op.iastore,
  [Op.daload]: Op.laload,
  [Op.dastore]: Op.lastore,
  [Op.if_acmpeq]: Op.if_icmpeq,
  [Op.if_acmpne]: Op.if_icmpne,
  [Op.ifnull]: Op.ifeq,
  [Op.ifnonnull]: Op.ifne,
  [Op.goto_w]: Op.goto,
};

const IN_SYNCHRONIZED: Readonly<Record<number, Op>> = {
  [Op.ireturn]: Op.ireturn_synchronized,
  [Op.lreturn]: Op.lreturn_synchronized,
  [Op.return]: Op.return_synchronized,
};

/** For iload_0 .. aload_3 and istore_0 .. astore_3 of floats, doubles and references: the int or long form. */
function shortMove(op: number): number {
  if (op >= Op.fload_0 && op <= Op.fload_3) return Op.iload_0 + (op - Op.fload_0);
  if (op >= Op.aload_0 && op <= Op.aload_3) return Op.iload_0 + (op - Op.aload_0);
  if (op >= Op.dload_0 && op <= Op.dload_3) return Op.lload_0 + (op - Op.dload_0);
  if (op >= Op.fstore_0 && op <= Op.fstore_3) return Op.istore_0 + (op - Op.fstore_0);
  if (op >= Op.astore_0 && op <= Op.astore_3) return Op.istore_0 + (op - Op.astore_0);
  if (op >= Op.dstore_0 && op <= Op.dstore_3) return Op.lstore_0 + (op - Op.dstore_0);
  return op;
}

/** Prepares a method that has bytecode: fills its code area and its row's entry. */
export function prepareMethod(machine: Machine, method: RuntimeMethod): void {
  const code = method.code!.code;
  const layout = method.plan?.layout ?? null;
  const flags = machine.methodTable[method.number + METHOD_ROW.flags]!;
  const isSynchronized = (flags & METHOD_FLAG.synchronized) !== 0;
  const prefix = prefixWords(flags);
  const start = machine.codeArea.reserve(code.length + (layout?.extraWords ?? 0) + Math.max(1, prefix));
  if (start < 0) machine.throwImplicit('java/lang/OutOfMemoryError', 'Metaspace');
  const base = start + Math.max(1, prefix);
  const pool = method.declaringClass.file!.pool;
  const words = machine.codeArea.words;
  const place = { words, base, layout };
  for (let pc = 0; pc < code.length; ) pc += prepareInstruction(place, code, pc, pool);
  for (const word of layout?.entryWords() ?? []) words[base + word] = Op.enter_try;
  if ((flags & METHOD_FLAG.preserving) !== 0) words[base - prefix] = Op.begin_preserving;
  if (isSynchronized) {
    words[base - 1] = Op.synchronized_enter;
    for (let pc = 0; pc < code.length; pc += instructionBytes(code, pc)) {
      const at = wordAt(place, pc);
      words[at] = IN_SYNCHRONIZED[words[at]!] ?? words[at]!;
    }
  }
  method.codeBase = base;
  machine.methodTable[method.number + METHOD_ROW.entry] = base - prefix;
}

/** Where a method's words go; layout: null where word i stands for byte i. */
interface Place {
  readonly words: Int32Array;
  readonly base: number;
  readonly layout: CodeLayout | null;
}

function wordAt({ base, layout }: Place, pc: number): number {
  return base + (layout === null ? pc : layout.wordOf(pc));
}

/** Where the jump at a pc leads, by its offset. */
function jumpTarget({ base, layout }: Place, pc: number, offset: number): number {
  return base + (layout === null ? pc + offset : layout.targetOf(pc, pc + offset));
}

function u16(code: Uint8Array, at: number): number {
  return (code[at]! << 8) | code[at + 1]!;
}

function s16(code: Uint8Array, at: number): number {
  return (u16(code, at) << 16) >> 16;
}

function s32(code: Uint8Array, at: number): number {
  return (u16(code, at) << 16) | u16(code, at + 2);
}

/** Length in bytes of the instruction at pc. */
export function instructionBytes(code: Uint8Array, pc: number): number {
  const op = code[pc]!;
  const aligned = (pc + 4) & ~3;
  if (op === Op.tableswitch)
    return aligned + 12 + 4 * (s32(code, aligned + 8) - s32(code, aligned + 4) + 1) - pc;
  if (op === Op.lookupswitch) return aligned + 8 + 8 * s32(code, aligned + 4) - pc;
  if (op === Op.wide) return code[pc + 1] === Op.iinc ? 6 : 4;
  return FIXED_BYTES[op]!;
}

const FIXED_BYTES = new Uint8Array(256).fill(1);
for (const op of [
  Op.bipush,
  Op.ldc,
  Op.iload,
  Op.lload,
  Op.fload,
  Op.dload,
  Op.aload,
  Op.istore,
  Op.lstore,
]) {
  FIXED_BYTES[op] = 2;
}
for (const op of [Op.fstore, Op.dstore, Op.astore, Op.ret, Op.newarray]) FIXED_BYTES[op] = 2;
for (const op of [Op.sipush, Op.ldc_w, Op.ldc2_w, Op.iinc, Op.ifnull, Op.ifnonnull, Op.new, Op.anewarray]) {
  FIXED_BYTES[op] = 3;
}
for (let op: number = Op.ifeq; op <= Op.jsr; op++) FIXED_BYTES[op] = 3;
for (let op: number = Op.getstatic; op <= Op.invokestatic; op++) FIXED_BYTES[op] = 3;
FIXED_BYTES[Op.checkcast] = 3;
FIXED_BYTES[Op.instanceof] = 3;
FIXED_BYTES[Op.multianewarray] = 4;
for (const op of [Op.invokeinterface, Op.invokedynamic, Op.goto_w, Op.jsr_w]) FIXED_BYTES[op] = 5;

/** Writes the words of one instruction; returns its length. Exempt from the usual length: it is a table. */
function prepareInstruction(place: Place, code: Uint8Array, pc: number, pool: ConstantPool): number {
  const { words } = place;
  const raw = code[pc]!;
  const at = wordAt(place, pc);
  const length = instructionBytes(code, pc);
  const op = SAME_MOVE[raw] ?? shortMove(raw);
  words[at] = op;
  switch (raw) {
    case Op.bipush:
      words[at + 1] = (code[pc + 1]! << 24) >> 24;
      break;
    case Op.sipush:
      words[at + 1] = s16(code, pc + 1);
      break;
    case Op.ldc:
    case Op.ldc_w:
      prepareConstant(words, at, raw, raw === Op.ldc ? code[pc + 1]! : u16(code, pc + 1), pool);
      break;
    case Op.ldc2_w:
      prepareLongConstant(words, at, u16(code, pc + 1), pool);
      break;
    case Op.newarray:
      words[at + 1] = code[pc + 1]!;
      break;
    case Op.iinc:
      words[at + 1] = code[pc + 1]! * 2;
      words[at + 2] = (code[pc + 2]! << 24) >> 24;
      break;
    case Op.goto_w:
    case Op.jsr_w:
      words[at + 1] = jumpTarget(place, pc, s32(code, pc + 1));
      break;
    case Op.wide:
      prepareWide(words, at, code, pc);
      break;
    case Op.tableswitch:
    case Op.lookupswitch:
      prepareSwitch(place, at, code, pc);
      break;
    case Op.multianewarray:
      words[at + 1] = u16(code, pc + 1);
      words[at + 2] = code[pc + 3]!;
      break;
    default:
      if (length === 2) words[at + 1] = code[pc + 1]! * 2;
      else if ((raw >= Op.ifeq && raw <= Op.jsr) || raw === Op.ifnull || raw === Op.ifnonnull) {
        words[at + 1] = jumpTarget(place, pc, s16(code, pc + 1));
      } else if (length > 2) words[at + 1] = u16(code, pc + 1);
  }
  return length;
}

function prepareConstant(
  words: Int32Array,
  at: number,
  raw: number,
  index: number,
  pool: ConstantPool,
): void {
  const tag = pool.tag(index);
  words[at + 1] = index;
  if (tag !== 3 && tag !== 4) return;
  words[at] = raw === Op.ldc ? Op.ldc_word : Op.ldc_word_wide;
  words[at + 1] = tag === 3 ? pool.int(index) : pool.floatBits(index);
}

function prepareLongConstant(words: Int32Array, at: number, index: number, pool: ConstantPool): void {
  const tag = pool.tag(index);
  words[at + 1] = index;
  if (tag !== 5 && tag !== 6) return;
  words[at] = Op.ldc2_words;
  words[at + 1] = pool.longLow(index);
  words[at + 2] = pool.longHigh(index);
}

/** wide: a no-op prefix, then the plain instruction with its wide operand; spare words are no-ops. */
function prepareWide(words: Int32Array, at: number, code: Uint8Array, pc: number): void {
  const raw = code[pc + 1]!;
  words[at] = Op.nop;
  words[at + 1] = SAME_MOVE[raw] ?? raw;
  words[at + 2] = u16(code, pc + 2) * 2;
  if (raw === Op.iinc) {
    words[at + 3] = s16(code, pc + 4);
    words[at + 4] = Op.nop;
    words[at + 5] = Op.nop;
  } else words[at + 3] = Op.nop;
}

/** tableswitch: default, low, high, targets. lookupswitch: default, count, then match and target pairs. */
function prepareSwitch(place: Place, at: number, code: Uint8Array, pc: number): void {
  const { words } = place;
  const aligned = (pc + 4) & ~3;
  const target = (operand: number) => jumpTarget(place, pc, s32(code, operand));
  words[at + 1] = target(aligned);
  if (code[pc] === Op.tableswitch) {
    const low = s32(code, aligned + 4);
    const high = s32(code, aligned + 8);
    words[at + 2] = low;
    words[at + 3] = high;
    for (let i = 0; i <= high - low; i++) words[at + 4 + i] = target(aligned + 12 + 4 * i);
    return;
  }
  const count = s32(code, aligned + 4);
  words[at + 2] = count;
  for (let i = 0; i < count; i++) {
    words[at + 3 + 2 * i] = s32(code, aligned + 8 + 8 * i);
    words[at + 4 + 2 * i] = target(aligned + 12 + 8 * i);
  }
}
