// Where the words of prepared code stand in a method whose try statements are preserved: an instruction of the machine's
// own stands before each statement's first one, so the words behind it are moved on. In all other methods word i stands
// for byte i.
import { covers, type TryStatement } from './try-statements.js';

export class CodeLayout {
  readonly #statements: readonly TryStatement[];

  /** statements: those with an instruction at their entry, by entry pc, the outer one first. */
  constructor(statements: readonly TryStatement[]) {
    this.#statements = statements;
  }

  /** Words that are there besides those of the bytecode. */
  get extraWords(): number {
    return this.#statements.length;
  }

  /** Offsets of the words that enter the statements, in their order. */
  entryWords(): readonly number[] {
    return this.#statements.map(({ entryPc }, index) => entryPc + index);
  }

  /** Offset of the instruction at a bytecode index, behind the words that enter statements there. */
  wordOf(pc: number): number {
    return pc + this.#statements.filter(({ entryPc }) => entryPc <= pc).length;
  }

  /** Offset to which a jump leads: one from within a try block to its beginning does not enter the statement. */
  targetOf(fromPc: number, toPc: number): number {
    const index = this.#statements.findIndex(
      (statement) => statement.entryPc === toPc && !covers(statement, fromPc),
    );
    return index < 0 ? this.wordOf(toPc) : toPc + index;
  }

  /** Bytecode index of the instruction that a word belongs to; for a word that enters a statement, the statement's first. */
  pcOf(word: number): number {
    let index = 0;
    while (index < this.#statements.length && word > this.#statements[index]!.entryPc + index) index++;
    return word - index;
  }

  /** Index of the statement that the word at an offset enters; -1 where it is another word. */
  statementAt(word: number): number {
    return this.#statements.findIndex(({ entryPc }, index) => word === entryPc + index);
  }

  /** Whether the statement that an entry of the exception table belongs to is still to be entered at a word. */
  isBefore(word: number, entry: number): boolean {
    const index = this.statementAt(word);
    if (index < 0) return false;
    const { entryPc } = this.#statements[index]!;
    return this.#statements.some(
      (statement, other) =>
        other >= index && statement.entryPc === entryPc && statement.entries.includes(entry),
    );
  }
}
