// The try statements of a method, found in its exception table: those that have catch clauses.
import type { CodeAttribute } from '../class-file/code-attribute.js';
import type { ConstantPool } from '../class-file/constant-pool.js';
import { instructionLength, OPCODES } from '../class-file/opcodes.js';
import { ACCESS, accessAt, accessedLocal } from '../collector/slot-effects.js';

const THROWABLE = 'java/lang/Throwable';

export interface TryStatement {
  /** Bytecode index at which the try block begins. */
  readonly entryPc: number;
  /** Indexes of its catch clauses' entries in the exception table. */
  readonly entries: readonly number[];
  /** What the try block covers: [startPc, endPc), ascending. Copies of a finally clause may lie between them. */
  readonly ranges: readonly (readonly [startPc: number, endPc: number])[];
}

type Code = Pick<CodeAttribute, 'code' | 'exceptionTable'>;

/**
 * The try statements with catch clauses, by where they begin, the outer one of two first. Catch clauses of one statement
 * cover the same ranges. Handlers of any exception are left out: they are finally clauses, which go on with the exception
 * for somebody else to catch, or the exits of synchronized statements. So are the handlers of Throwable that a
 * try-with-resources statement has for closing what it has opened.
 */
export function tryStatementsOf(code: Code, pool: ConstantPool): readonly TryStatement[] {
  const table = code.exceptionTable;
  const ofResources = resourceEntries(code, pool);
  const byHandler = new Map<number, number[]>();
  table.forEach(({ catchType, handlerPc }, index) => {
    if (catchType === 0 || ofResources.has(index)) return;
    const entries = byHandler.get(handlerPc);
    if (entries) entries.push(index);
    else byHandler.set(handlerPc, [index]);
  });
  const byRanges = new Map<string, { ranges: TryStatement['ranges']; entries: number[] }>();
  for (const entries of byHandler.values()) {
    const pairs = new Map(
      entries.map((index) => [table[index]!.startPc, [table[index]!.startPc, table[index]!.endPc] as const]),
    );
    const ranges = [...pairs.values()].sort((a, b) => a[0] - b[0]);
    const known = byRanges.get(ranges.join());
    if (known) known.entries.push(...entries);
    else byRanges.set(ranges.join(), { ranges, entries });
  }
  const statements = [...byRanges.values()].map(({ ranges, entries }) => ({
    entryPc: ranges[0]![0],
    entries,
    ranges,
  }));
  return statements.sort((a, b) => a.entryPc - b.entryPc || lastPc(b) - lastPc(a));
}

function lastPc({ ranges }: Pick<TryStatement, 'ranges'>): number {
  return ranges.at(-1)![1];
}

/** Whether the instruction at pc is within a statement's try block. */
export function covers({ ranges }: TryStatement, pc: number): boolean {
  return ranges.some(([startPc, endPc]) => pc >= startPc && pc < endPc);
}

/** Entries that javac makes for a try-with-resources statement: one whose handler keeps the exception and closes the
 *  resource, and within that one whose handler adds what the closing throws as suppressed. */
function resourceEntries({ code, exceptionTable }: Code, pool: ConstantPool): ReadonlySet<number> {
  const found = new Set<number>();
  const ofThrowable = exceptionTable.flatMap(({ catchType, handlerPc }, index) =>
    catchType !== 0 && pool.className(catchType) === THROWABLE && isReferenceStore(code, handlerPc)
      ? [{ ...exceptionTable[index]!, index }]
      : [],
  );
  for (const closing of ofThrowable) {
    const kept = accessedLocal(code, closing.handlerPc);
    for (const adding of ofThrowable) {
      if (adding.startPc <= closing.handlerPc || adding.handlerPc < adding.endPc) continue;
      if (addsSuppressed(code, adding.handlerPc, kept, pool)) found.add(closing.index).add(adding.index);
    }
  }
  return found;
}

/** Whether the handler at pc keeps its exception and adds it to the one in that local variable. */
function addsSuppressed(code: Uint8Array, pc: number, kept: number, pool: ConstantPool): boolean {
  if (!isReferenceStore(code, pc)) return false;
  const first = pc + instructionLength(code, pc);
  if (accessAt(code, first) !== ACCESS.readReference || accessedLocal(code, first) !== kept) return false;
  const second = first + instructionLength(code, first);
  if (accessAt(code, second) !== ACCESS.readReference) return false;
  if (accessedLocal(code, second) !== accessedLocal(code, pc)) return false;
  const call = second + instructionLength(code, second);
  if (code[call] !== OPCODES.invokevirtual.code) return false;
  return pool.memberRef((code[call + 1]! << 8) | code[call + 2]!).name === 'addSuppressed';
}

function isReferenceStore(code: Uint8Array, pc: number): boolean {
  return accessAt(code, pc) === ACCESS.writeReference;
}

/** Whether something is stored in local variable 0, so that it need not be `this` any more. */
export function replacesReceiver({ code }: Pick<CodeAttribute, 'code'>): boolean {
  for (let pc = 0; pc < code.length; pc += instructionLength(code, pc)) {
    if (accessAt(code, pc) > ACCESS.readReference && accessedLocal(code, pc) === 0) return true;
  }
  return false;
}
