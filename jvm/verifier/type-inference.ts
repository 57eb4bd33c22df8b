// Verification by type inference (JVMS §4.10.2), for class files from before the StackMapTable: a data-flow analysis
// that finds the frames itself. Subroutines (jsr, ret) are analysed once for each chain of calls that leads to them.
import { instructionLength } from '../class-file/opcodes.js';
import { Frame } from './frame.js';
import { Instructions } from './instructions.js';
import type { MethodContext } from './method-context.js';
import { checkStaticConstraints } from './static-constraints.js';
import { isReturnAddress, pcOf, returnAddress } from './verification-types.js';

/** Bounds the analysis of subroutines that are nested in each other in many ways. */
const MAXIMUM_STATES = 1_000_000;

/** Throws VerifyError where the method's code is not type safe. */
export function inferTypes(context: MethodContext): void {
  new TypeInference(context).run();
}

/** One instruction to be looked at: pc, and the return addresses of the subroutines being run, outermost first. */
interface State {
  readonly pc: number;
  readonly calls: readonly number[];
}

class TypeInference {
  readonly #context: MethodContext;
  readonly #instructions: Instructions;
  /** The frames found so far, by pc and chain of calls. */
  readonly #frames = new Map<string, Frame>();
  readonly #pending: State[] = [];
  readonly #pendingKeys = new Set<string>();
  #calls: readonly number[] = [];

  constructor(context: MethodContext) {
    this.#context = context;
    this.#instructions = new Instructions(context, {
      branch: (target, frame) => this.#reach(target, frame, this.#calls),
      subroutines: {
        jsr: (target, nextPc) => this.#callSubroutine(target, nextPc),
        ret: (localIndex) => this.#returnFromSubroutine(localIndex),
      },
    });
  }

  run(): void {
    checkStaticConstraints(this.#context);
    this.#context.checkExceptionTable();
    this.#reach(0, this.#context.initialFrame(), []);
    for (let state = this.#pending.pop(); state !== undefined; state = this.#pending.pop()) {
      this.#pendingKeys.delete(keyOf(state.pc, state.calls));
      this.#step(state);
    }
  }

  #step({ pc, calls }: State): void {
    const { code } = this.#context.code;
    const frame = this.#frames.get(keyOf(pc, calls))!.copy();
    this.#calls = calls;
    for (const { startPc, endPc, handlerPc, catchType } of this.#context.code.exceptionTable) {
      if (pc < startPc || pc >= endPc) continue;
      if (this.#context.code.maxStack === 0) this.#fail('Operand stack overflow', pc);
      const type = this.#context.catchTypeOf(catchType);
      this.#reach(handlerPc, new Frame([...frame.locals], [type], frame.isThisUninitialized), calls);
    }
    if (!this.#instructions.execute(pc, frame)) return;
    const next = pc + instructionLength(code, pc);
    if (next >= code.length) this.#fail('Falling off the end of the code', pc);
    this.#reach(next, frame, calls);
  }

  /** Merges a frame into the one known for an instruction, which is looked at again where that changed it. */
  #reach(pc: number, frame: Frame, calls: readonly number[]): void {
    if (this.#context.isInstruction[pc] !== 1) {
      this.#fail('Illegal target of jump or branch', this.#instructions.operands.pc);
    }
    const key = keyOf(pc, calls);
    const known = this.#frames.get(key);
    if (known === undefined) {
      if (this.#frames.size >= MAXIMUM_STATES) this.#fail('Subroutines are nested too deeply', pc);
      this.#frames.set(key, frame.copy());
    } else if (!this.#mergeInto(known, frame, pc)) {
      return;
    }
    if (this.#pendingKeys.has(key)) return;
    this.#pendingKeys.add(key);
    this.#pending.push({ pc, calls });
  }

  /** Whether the known frame changed. */
  #mergeInto(known: Frame, frame: Frame, pc: number): boolean {
    const { types } = this.#context;
    if (known.stack.length !== frame.stack.length) this.#fail('Inconsistent stack height', pc);
    let hasChanged = false;
    for (const kind of ['locals', 'stack'] as const) {
      known[kind].forEach((type, index) => {
        const merged = types.merge(type, frame[kind][index]!);
        if (merged === type) return;
        known[kind][index] = merged;
        hasChanged = true;
      });
    }
    if (frame.isThisUninitialized && !known.isThisUninitialized) {
      known.isThisUninitialized = true;
      hasChanged = true;
    }
    return hasChanged;
  }

  #callSubroutine(target: number, nextPc: number): void {
    const { operands } = this.#instructions;
    if (this.#calls.includes(nextPc)) this.#fail('Recursive call to jsr entry', operands.pc);
    operands.push(returnAddress(nextPc));
    this.#reach(target, operands.frame, [...this.#calls, nextPc]);
  }

  /** Ends the subroutine that the address belongs to, and those that it called and never returned from. */
  #returnFromSubroutine(localIndex: number): void {
    const { operands } = this.#instructions;
    const type = operands.frame.locals[localIndex] ?? 'top';
    const depth = isReturnAddress(type) ? this.#calls.indexOf(pcOf(type)) : -1;
    if (depth < 0) this.#fail('Bad type in ret', operands.pc);
    this.#reach(pcOf(type), operands.frame, this.#calls.slice(0, depth));
  }

  #fail(reason: string, pc: number): never {
    this.#context.fail(reason, pc);
  }
}

function keyOf(pc: number, calls: readonly number[]): string {
  return calls.length === 0 ? String(pc) : `${pc} ${calls.join(' ')}`;
}
