// Which slots of a frame hold references: forward data flow over basic blocks. Subroutines (jsr, ret) are analysed
// once for each chain of calls that leads to them, as the type-inferring verifier does (JVMS §4.10.2.5).
import type { ConstantPool } from '../class-file/constant-pool.js';
import { isReference, type MethodDescriptor, slotsOf } from '../class-file/descriptors.js';
import { instructionLength } from '../class-file/opcodes.js';
import type { Bytecode, ControlFlow } from './control-flow.js';
import { ACCESS, accessAt, accessedLocal, applyEffect, SLOT, SlotFrame } from './slot-effects.js';

/** What the analyses read of a method; RuntimeMethod is one. */
export interface AnalyzedMethod {
  readonly isStatic: boolean;
  readonly parsed: MethodDescriptor;
  readonly code: Bytecode | null;
  readonly declaringClass: { readonly file: { readonly pool: ConstantPool } | null };
}

/** The subroutines being run: pcs that they return to, outermost first. Outside of subroutines: none. */
class CallChain {
  /** Slots at the entry of each block that is reached so, up to the top of the operand stack. */
  readonly entries: (Uint16Array | undefined)[];
  readonly isPending: Uint8Array;

  constructor(
    readonly returnPcs: readonly number[],
    blockCount: number,
  ) {
    this.entries = new Array(blockCount);
    this.isPending = new Uint8Array(blockCount);
  }
}

/** Slots before an instruction, as they are when it is reached through one chain of subroutine calls. */
export interface ReachedFrame {
  readonly returnPcs: readonly number[];
  /** SLOTs: the local variables, then the operand stack from its bottom. */
  readonly slots: Uint16Array;
}

export class TypeFlow {
  readonly #code: Bytecode;
  readonly #flow: ControlFlow;
  readonly #pool: ConstantPool;
  readonly #frame: SlotFrame;
  readonly #chains: CallChain[] = [];
  /** By the return pcs. */
  readonly #chainsByReturns = new Map<string, CallChain>();
  #pendingCount = 0;

  constructor(method: AnalyzedMethod, code: Bytecode, flow: ControlFlow) {
    this.#code = code;
    this.#flow = flow;
    this.#pool = method.declaringClass.file!.pool;
    this.#frame = new SlotFrame(code.maxLocals, code.maxStack);
    for (const local of parameterReferences(method)) this.#frame.slots[local] = SLOT.reference;
    this.#reach(this.#chain([]), 0, this.#frame.slots, this.#frame.top);
    this.#solve();
  }

  /** The slots before the instruction at pc: one frame, but one for each chain of calls in a subroutine. None where no
   *  way leads to the instruction. */
  framesAt(pc: number): ReachedFrame[] {
    const block = this.#flow.blockAt(pc);
    const frames: ReachedFrame[] = [];
    for (const { returnPcs, entries } of this.#chains) {
      const entry = entries[block];
      if (entry === undefined) continue;
      this.#enter(entry);
      let at = this.#flow.starts[block]!;
      for (; at < pc; at += instructionLength(this.#code.code, at)) {
        applyEffect(this.#frame, this.#code.code, at, this.#pool);
      }
      if (at !== pc) throw new Error(`no instruction begins at ${pc}`);
      frames.push({ returnPcs, slots: this.#frame.slots.slice(0, this.#frame.top) });
    }
    return frames;
  }

  /** Visits blocks in the order of their pcs, which mostly is that of execution, until nothing changes. */
  #solve(): void {
    while (this.#pendingCount > 0) {
      for (let i = 0; i < this.#chains.length; i++) {
        const chain = this.#chains[i]!;
        for (let block = 0; block < this.#flow.blockCount; block++) {
          if (chain.isPending[block] === 0) continue;
          chain.isPending[block] = 0;
          this.#pendingCount--;
          this.#run(chain, block);
        }
      }
    }
  }

  /** Carries the slots through one block and on to those behind it. */
  #run(chain: CallChain, block: number): void {
    const frame = this.#frame;
    const { code, maxLocals } = this.#code;
    const { starts, endings, successors, handlers } = this.#flow;
    const end = starts[block + 1]!;
    const isCovered = handlers[block]!.length > 0;
    this.#enter(chain.entries[block]!);
    // A handler sees the local variables as they are before each instruction that it covers.
    const seen = isCovered ? this.#handlerSlots() : null;
    for (let pc = starts[block]!; pc < end; ) {
      const next = pc + instructionLength(code, pc);
      applyEffect(frame, code, pc, this.#pool);
      if (seen !== null && next < end && accessAt(code, pc) > ACCESS.readReference) {
        const local = accessedLocal(code, pc);
        for (let i = local; i <= local + 1 && i < maxLocals; i++) {
          if (seen[i] !== frame.slots[i]) seen[i] = SLOT.other;
        }
      }
      pc = next;
    }
    if (seen !== null) for (const handler of handlers[block]!) this.#reach(chain, handler, seen, seen.length);
    const ending = endings[block]!;
    const kind = ending < 0 ? undefined : this.#flow.endingAt(ending);
    if (kind === 'jsr') this.#callSubroutine(chain, block);
    else if (kind === 'ret') this.#returnFromSubroutine(chain, frame.slots[accessedLocal(code, ending)]!);
    else for (const successor of successors[block]!) this.#reach(chain, successor, frame.slots, frame.top);
  }

  #enter(entry: Uint16Array): void {
    this.#frame.slots.set(entry);
    this.#frame.top = entry.length;
  }

  /** The frame's local variables, and a stack that holds the exception alone. */
  #handlerSlots(): Uint16Array {
    const { maxLocals } = this.#code;
    const slots = this.#frame.slots.slice(0, maxLocals + 1);
    slots[maxLocals] = SLOT.reference;
    return slots;
  }

  /** Merges slots up to an index into those known at the block's entry; what differs is no root there. */
  #reach(chain: CallChain, block: number, slots: Uint16Array, top: number): void {
    const known = chain.entries[block];
    let hasChanged = known === undefined;
    if (known === undefined) chain.entries[block] = slots.slice(0, top);
    else {
      if (known.length !== top) throw new Error(`inconsistent stack height at ${this.#flow.starts[block]}`);
      for (let i = 0; i < top; i++) {
        if (known[i] === slots[i] || known[i] === SLOT.other) continue;
        known[i] = SLOT.other;
        hasChanged = true;
      }
    }
    if (!hasChanged || chain.isPending[block] === 1) return;
    chain.isPending[block] = 1;
    this.#pendingCount++;
  }

  #callSubroutine(chain: CallChain, block: number): void {
    const returnPc = this.#flow.starts[block + 1]!;
    if (chain.returnPcs.includes(returnPc)) throw new Error('recursive subroutine in verified code');
    this.#frame.push(SLOT.returnAddress + chain.returnPcs.length);
    const called = this.#chain([...chain.returnPcs, returnPc]);
    this.#reach(called, this.#flow.successors[block]![0]!, this.#frame.slots, this.#frame.top);
  }

  /** Ends the subroutine that the address belongs to, and those that it called and never returned from. */
  #returnFromSubroutine(chain: CallChain, address: number): void {
    const depth = address - SLOT.returnAddress;
    const returnPc = chain.returnPcs[depth];
    if (returnPc === undefined) throw new Error('ret without a return address in verified code');
    const { slots, top } = this.#frame;
    for (let i = 0; i < top; i++) if (slots[i]! >= address) slots[i] = SLOT.other;
    const caller = this.#chain(chain.returnPcs.slice(0, depth));
    this.#reach(caller, this.#flow.blockAt(returnPc), slots, top);
  }

  #chain(returnPcs: readonly number[]): CallChain {
    const key = returnPcs.join(' ');
    let chain = this.#chainsByReturns.get(key);
    if (chain === undefined) {
      chain = new CallChain(returnPcs, this.#flow.blockCount);
      this.#chainsByReturns.set(key, chain);
      this.#chains.push(chain);
    }
    return chain;
  }
}

/** Indexes of the local variables in which a method finds references when it is called: the receiver and those
 *  parameters, live or not. */
export function parameterReferences({ isStatic, parsed }: AnalyzedMethod): number[] {
  const locals = isStatic ? [] : [0];
  let local = isStatic ? 0 : 1;
  for (const parameter of parsed.parameters) {
    if (isReference(parameter)) locals.push(local);
    local += slotsOf(parameter);
  }
  return locals;
}
