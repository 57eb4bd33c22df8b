// The precise roots of interpreted frames: for a method and a bytecode index, the local variables and operand stack
// slots that hold references which may still be used. It loads no class.
import { ControlFlow } from './control-flow.js';
import { Liveness } from './liveness.js';
import { callArgumentSlots, SLOT } from './slot-effects.js';
import { type AnalyzedMethod, type ReachedFrame, TypeFlow } from './type-flow.js';

export { type AnalyzedMethod, parameterReferences } from './type-flow.js';

/** Slots that are roots, ascending. */
export interface ReferenceMap {
  /** Indexes of local variables that hold a reference and are live. */
  readonly locals: readonly number[];
  /** Slots of the operand stack that hold a reference; 0 is the bottom, a long or double takes two. */
  readonly stack: readonly number[];
}

/** Reads what a jsr left in a frame, as the bytecode index that its subroutine returns to. Asked for slots alone that
 *  hold such an address in some of the ways to the instruction. */
export interface ReturnAddresses {
  local(index: number): number;
  /** slot: 0 is the bottom of the operand stack. */
  stack(slot: number): number;
}

/**
 * The roots of a frame before the instruction at pc is executed: that of the thread's topmost frame, and of every frame
 * that executes its instruction again (class initialization, class loading, linking), for its operands are still there.
 * @param pc A bytecode index that execution can come to; anything else is an error of the machine.
 * @param addresses Needed within the subroutines of old class files (jsr) alone: where callers of a subroutine keep a
 *   reference and something else in the same local variable, only the return addresses in the frame tell which. Without
 *   it, such a local variable is no root.
 */
export function referenceMap(method: AnalyzedMethod, pc: number, addresses?: ReturnAddresses): ReferenceMap {
  return analysisOf(method).mapAt(pc, false, addresses);
}

/**
 * The roots of a frame that is suspended in the invoke instruction at pc: its arguments are the callee's local variables
 * now, and its result is not there yet. Otherwise as referenceMap.
 */
export function referenceMapDuringCall(
  method: AnalyzedMethod,
  pc: number,
  addresses?: ReturnAddresses,
): ReferenceMap {
  return analysisOf(method).mapAt(pc, true, addresses);
}

const analyses = new WeakMap<AnalyzedMethod, MethodAnalysis>();

function analysisOf(method: AnalyzedMethod): MethodAnalysis {
  let analysis = analyses.get(method);
  if (analysis === undefined) analyses.set(method, (analysis = new MethodAnalysis(method)));
  return analysis;
}

class MethodAnalysis {
  readonly #method: AnalyzedMethod;
  readonly #types: TypeFlow;
  readonly #liveness: Liveness;
  /** By 2 * pc, and 1 more during a call: a recursive method is asked for again and again at the same pc. */
  readonly #maps = new Map<number, ReferenceMap>();

  constructor(method: AnalyzedMethod) {
    if (method.code === null) throw new Error('a method without bytecode has no reference maps');
    const flow = new ControlFlow(method.code);
    this.#method = method;
    this.#types = new TypeFlow(method, method.code, flow);
    this.#liveness = new Liveness(method.code, flow);
  }

  mapAt(pc: number, isDuringCall: boolean, addresses: ReturnAddresses | undefined): ReferenceMap {
    const key = 2 * pc + (isDuringCall ? 1 : 0);
    const known = this.#maps.get(key);
    if (known !== undefined) return known;
    const frames = this.#types.framesAt(pc);
    if (frames.length === 0) throw new Error(`no execution comes to ${pc} in ${this.#method}`);
    const isAmbiguous = frames.length > 1;
    const map = this.#makeMap(pc, isDuringCall, isAmbiguous ? this.#matching(frames, addresses) : frames);
    if (!isAmbiguous) this.#maps.set(key, map);
    return map;
  }

  #makeMap(pc: number, isDuringCall: boolean, frames: readonly ReachedFrame[]): ReferenceMap {
    const { code, maxLocals } = this.#method.code!;
    // Calls touch no local variables: live before one is what is live behind it or in a handler that covers it.
    const live = this.#liveness.liveAt(pc);
    const isReference = (slot: number) => frames.every(({ slots }) => slots[slot] === SLOT.reference);
    const locals: number[] = [];
    for (let local = 0; local < maxLocals; local++) {
      if ((live[local >> 5]! & (1 << (local & 31))) !== 0 && isReference(local)) locals.push(local);
    }
    const taken = isDuringCall ? callArgumentSlots(code, pc, this.#method.declaringClass.file!.pool) : 0;
    const top = frames[0]!.slots.length - taken;
    const stack: number[] = [];
    for (let slot = maxLocals; slot < top; slot++) if (isReference(slot)) stack.push(slot - maxLocals);
    return { locals, stack };
  }

  /** The ways to the instruction by which the return addresses in the frame can have come there. Code that goes on
   *  differently for its callers still has their addresses, so what is live is the same in all that are left. */
  #matching(
    frames: readonly ReachedFrame[],
    addresses: ReturnAddresses | undefined,
  ): readonly ReachedFrame[] {
    if (addresses === undefined) return frames;
    const { maxLocals } = this.#method.code!;
    const read = (slot: number) =>
      slot < maxLocals ? addresses.local(slot) : addresses.stack(slot - maxLocals);
    const matching = frames.filter(({ returnPcs, slots }) =>
      slots.every(
        (value, slot) => value < SLOT.returnAddress || returnPcs[value - SLOT.returnAddress] === read(slot),
      ),
    );
    if (matching.length === 0) throw new Error(`return addresses of no jsr in ${this.#method}`);
    return matching;
  }
}
