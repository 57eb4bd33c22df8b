// The expression that was null, written like Java source from the instructions that computed it.
import { parseMethodDescriptor, slotsOf } from '../class-file/descriptors.js';
import { int16, OPCODE_FACTS, OPCODES, uint16 } from '../class-file/opcodes.js';
import { describeMethod, type MethodBytecode, memberAt, shortClassName } from './method-bytecode.js';
import type { OperandSources, SourcesByPc } from './operand-sources.js';

/** Fields, array elements and calls that are written of one chain of them; what lies further in is left out. */
const MAXIMUM_DETAIL = 5;
/** Array subscripts in array subscripts that are written: a bound for code that no compiler makes. */
const MAXIMUM_SUBSCRIPT_DEPTH = 50;

/** Opcodes whose result a message calls a return value; invokedynamic is none of them. */
const CALLS: ReadonlySet<number> = new Set([
  OPCODES.invokevirtual.code,
  OPCODES.invokespecial.code,
  OPCODES.invokestatic.code,
  OPCODES.invokeinterface.code,
]);

/**
 * The second half of the message: ` because "…" is null` for the operand stack slot at pc, counted down from the top;
 * empty where no single expression can be told.
 */
export function describeNull(method: MethodBytecode, sources: SourcesByPc, pc: number, slot: number): string {
  const source = sources[pc]?.sourceOf(slot);
  if (source === undefined) return '';
  const isCall = CALLS.has(method.code.code[source]!);
  const expression = new ExpressionWriter(method, sources).write(pc, slot, MAXIMUM_DETAIL, 0);
  // An unknown source leaves OpenJDK's sentence unfinished, and its text is what programs compare with.
  if (expression === undefined) return ' because "';
  return ` because ${isCall ? 'the return value of ' : ''}"${expression}" is null`;
}

class ExpressionWriter {
  constructor(
    readonly method: MethodBytecode,
    readonly sources: SourcesByPc,
  ) {}

  /** The expression whose value is in the slot on entry to the instruction at pc; undefined: it is not written. */
  write(pc: number, slot: number, detail: number, subscriptDepth: number): string | undefined {
    const known = this.sources[pc];
    const source = known?.sourceOf(slot);
    if (detail <= 0 || known === undefined || source === undefined) return undefined;
    const { code } = this.method.code;
    const opcode = code[source]!;
    if (CALLS.has(opcode)) return describeMethod(memberAt(this.method, source));
    switch (opcode) {
      case OPCODES.aconst_null.code:
        return 'null';
      case OPCODES.bipush.code:
        return String((code[source + 1]! << 24) >> 24);
      case OPCODES.sipush.code:
        return String(int16(code, source + 1));
      case OPCODES.getstatic.code: {
        const { className, name } = memberAt(this.method, source);
        return `${shortClassName(className)}.${name}`;
      }
      case OPCODES.getfield.code: {
        const object = this.write(source, 0, detail - 1, subscriptDepth);
        const { name } = memberAt(this.method, source);
        return object === undefined ? name : `${object}.${name}`;
      }
      case OPCODES.iaload.code:
      case OPCODES.aaload.code:
        return this.#element(source, detail, subscriptDepth);
      default:
        if (opcode >= OPCODES.iconst_m1.code && opcode <= OPCODES.iconst_5.code) {
          return String(opcode - OPCODES.iconst_0.code);
        }
        return this.#local(source, known);
    }
  }

  #element(pc: number, detail: number, subscriptDepth: number): string {
    const array = this.write(pc, 1, detail - 1, subscriptDepth) ?? '<array>';
    // A subscript has all its detail however deep the array is.
    const subscript =
      subscriptDepth < MAXIMUM_SUBSCRIPT_DEPTH ? this.write(pc, 0, detail, subscriptDepth + 1) : undefined;
    return `${array}[${subscript ?? '...'}]`;
  }

  /** The variable that an instruction loads; undefined where it is no load of an int or a reference. */
  #local(pc: number, known: OperandSources): string | undefined {
    const { code } = this.method.code;
    const isWide = code[pc] === OPCODES.wide.code;
    const opcode = code[isWide ? pc + 1 : pc]!;
    const isShort =
      (opcode >= OPCODES.iload_0.code && opcode <= OPCODES.iload_3.code) ||
      (opcode >= OPCODES.aload_0.code && opcode <= OPCODES.aload_3.code);
    if (!isShort && opcode !== OPCODES.iload.code && opcode !== OPCODES.aload.code) return undefined;
    const local = OPCODE_FACTS[opcode]!.local ?? (isWide ? uint16(code, pc + 2) : code[pc + 1]!);
    return declaredName(this.method, local, pc) ?? positionalName(this.method, local, known.isWritten(local));
  }
}

/** Bytes of an entry of the LocalVariableTable (JVMS §4.7.13). */
const VARIABLE_BYTES = 10;

/** The name that the LocalVariableTable gives a local variable at pc; undefined where there is none. */
function declaredName({ code, pool }: MethodBytecode, local: number, pc: number): string | undefined {
  const table = code.rawAttribute('LocalVariableTable');
  if (table === null) return undefined;
  for (let at = 2; at + VARIABLE_BYTES <= table.length; at += VARIABLE_BYTES) {
    const start = uint16(table, at);
    const length = uint16(table, at + 2);
    if (pc >= start && pc < start + length && uint16(table, at + 8) === local) {
      return pool.utf8(uint16(table, at + 4));
    }
  }
  return undefined;
}

/** A name made from the index. A parameter's variable that was written may be another variable by now. */
function positionalName(method: MethodBytecode, local: number, isWritten: boolean): string {
  if (isWritten) return `<local${local}>`;
  if (local === 0 && !method.isStatic) return 'this';
  let first = method.isStatic ? 0 : 1;
  let position = 1;
  for (const type of parseMethodDescriptor(method.descriptor).parameters) {
    const end = first + slotsOf(type);
    if (local >= first && local < end) return `<parameter${position}>`;
    first = end;
    position++;
  }
  return `<local${local}>`;
}
