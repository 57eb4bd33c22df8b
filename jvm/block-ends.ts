// Where the try and catch blocks of a method end, so that epochs can end there: what has come from outside within a block
// is then delivered within it (patent, "Maximum epoch length", 2).
import type { CodeAttribute } from './class-file/code-attribute.js';
import type { Machine } from './machine.js';
import { Op } from './opcode-numbers.js';
import { instructionBytes } from './prepare.js';
import type { RuntimeMethod } from './runtime-class.js';

/** Set in the word of a prepared instruction before which an epoch has to end: such a word is no opcode, so the dispatch
 *  loop leaves it to the slow path, and code without it costs nothing. */
export const BLOCK_END = 0x100;

type Blocks = Pick<CodeAttribute, 'code' | 'exceptionTable'>;

/** Marks the ends of the try and catch blocks of a prepared method, where the options want epochs to end there. */
export function markBlockEnds(machine: Machine, method: RuntimeMethod): void {
  const { epochEnds } = machine.options;
  if (epochEnds === 'none' || method.code!.exceptionTable.length === 0) return;
  if (epochEnds === 'application' && !machine.classes.isApplication(method.declaringClass)) return;
  for (const pc of blockEnds(method.code!)) machine.codeArea.words[method.codeBase + pc]! |= BLOCK_END;
}

/** Pcs of the last instructions of the try and catch blocks. The end of a catch block is not written down in a class file:
 *  it is where the next handler begins, or where the instruction behind the try block jumps to. */
export function blockEnds({ code, exceptionTable }: Blocks): number[] {
  const tries = exceptionTable.filter(({ handlerPc }) => !isUnlocking(code, handlerPc));
  if (tries.length === 0) return [];
  const handlers = [...new Set(exceptionTable.map(({ handlerPc }) => handlerPc))];
  const ranges = tries.flatMap(({ startPc, endPc, handlerPc }) => {
    const following = handlers.filter((pc) => pc > handlerPc);
    const after = endPc < code.length ? jumpTarget(code, endPc) : -1;
    if (after > handlerPc) following.push(after);
    const block = { from: startPc, to: endPc };
    return following.length === 0 ? [block] : [block, { from: handlerPc, to: Math.min(...following) }];
  });
  const ends = new Set<number>();
  for (let pc = 0; pc < code.length; ) {
    const next = pc + instructionBytes(code, pc);
    if (ranges.some(({ from, to }) => pc >= from && next === to)) ends.add(pc);
    pc = next;
  }
  return [...ends];
}

/** Target of a goto, -1 where the instruction is none. */
function jumpTarget(code: Uint8Array, pc: number): number {
  if (code[pc] === Op.goto) return pc + ((((code[pc + 1]! << 8) | code[pc + 2]!) << 16) >> 16);
  if (code[pc] !== Op.goto_w) return -1;
  return pc + ((code[pc + 1]! << 24) | (code[pc + 2]! << 16) | (code[pc + 3]! << 8) | code[pc + 4]!);
}

/** True for the handler that compilers give a synchronized block: it keeps the exception, takes the lock's object and
 *  leaves the monitor. Such a block is no try statement. */
function isUnlocking(code: Uint8Array, handlerPc: number): boolean {
  const load = handlerPc + instructionBytes(code, handlerPc);
  return load < code.length && code[load + instructionBytes(code, load)] === Op.monitorexit;
}
