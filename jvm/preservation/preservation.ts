// Preserving the state of objects around try statements (patent, "augmented try-catch statement"): on entry to a statement
// its object is saved, on entry to its catch clause restored, by the object's own methods or by the machine.
import { FRAME } from '../layout.js';
import type { Machine } from '../machine.js';
import type { Reference, RuntimeMethod } from '../runtime-class.js';
import { type MethodPlan, planOf, RECOVERABLE } from './method-plan.js';
import { PreservedState } from './preserved-state.js';

const SAVE = 'saveObjectState()V';
const RESTORE = 'restoreObjectState()V';

export class Preservation {
  readonly #machine: Machine;
  readonly #state: PreservedState;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#state = new PreservedState(machine);
  }

  /** The plan of a method of a linked class; null for nearly all. */
  planOf(method: RuntimeMethod): MethodPlan | null {
    const { classes, options } = this.#machine;
    const { declaringClass } = method;
    if (declaringClass.loader === 0) return null;
    return planOf(method, classes.isApplication(declaringClass), options.preservation);
  }

  /** A frame of a method with hidden local variables begins: nothing is saved in them. */
  begin(method: RuntimeMethod, fp: number): void {
    const word = this.#slotWord(method, fp, 0);
    this.#machine.memory.i32.fill(0, word, word + 2 * method.plan!.slotCount);
    this.#machine.memory.i32[fp + FRAME.pc]! += 1;
  }

  /** Executes the instruction that enters a try statement, in the top frame. May leave for a collection, or by an exception
   *  that belongs to what surrounds the statement. */
  enter(method: RuntimeMethod, fp: number, pc: number): void {
    const { layout, statements } = method.plan!;
    const statement = statements[layout.statementAt(pc - method.codeBase)]!;
    const { i32 } = this.#machine.memory;
    const object = this.#receiver(method, fp);
    if (this.#isRecoverable(object)) this.#push(object, SAVE);
    else if (statement.scope !== null) {
      i32[this.#slotWord(method, fp, statement.slot)] = this.#state.save(object, statement.scope);
    }
    // The statement has been entered: what saveObjectState throws, its catch clauses may catch.
    i32[fp + FRAME.pc]! += 1;
  }

  /** The top frame has come to the catch clause of that entry of its method's exception table. */
  enterCatch(method: RuntimeMethod, fp: number, entry: number): void {
    const statement = method.plan!.statements.find(({ entries }) => entries.includes(entry));
    if (statement === undefined) return;
    const object = this.#receiver(method, fp);
    if (this.#isRecoverable(object)) return this.#push(object, RESTORE);
    if (statement.scope === null) return;
    const { i32 } = this.#machine.memory;
    const slot = this.#slotWord(method, fp, statement.slot);
    this.#state.restore(i32[slot]!);
    i32[slot] = 0;
  }

  /** The references that a frame keeps for its try statements: `this`, whatever the bytecode still does with it, and what
   *  was saved. */
  visitFrame(method: RuntimeMethod, fp: number, visit: (object: Reference) => void): void {
    visit(this.#receiver(method, fp));
    const { i32 } = this.#machine.memory;
    const first = this.#slotWord(method, fp, 0);
    for (let slot = 0; slot < method.plan!.slotCount; slot++) visit(i32[first + 2 * slot]!);
  }

  #receiver(method: RuntimeMethod, fp: number): Reference {
    return this.#machine.memory.i32[this.#machine.exceptions.localsOf(method, fp)]!;
  }

  /** Word index of a hidden local variable: they follow those of the bytecode. */
  #slotWord(method: RuntimeMethod, fp: number, slot: number): number {
    const locals = Math.max(method.code!.maxLocals, method.argumentSlots);
    return this.#machine.exceptions.localsOf(method, fp) + 2 * (locals + slot);
  }

  #isRecoverable(object: Reference): boolean {
    const { classes } = this.#machine;
    const type = classes.loaded(0, RECOVERABLE);
    return type !== undefined && classes.of(object).isSubtypeOf(type);
  }

  /** Runs a method without arguments of an object; then the frame goes on with the instruction that its pc names. */
  #push(object: Reference, key: string): void {
    this.#machine.pushFrame(this.#machine.virtualMethod(object, key), [object], 0);
  }
}
