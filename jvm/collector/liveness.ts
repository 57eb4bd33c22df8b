// Which local variables may still be read as references: backward data flow over basic blocks, on bit sets.
import { instructionLength } from '../class-file/opcodes.js';
import type { Bytecode, ControlFlow } from './control-flow.js';
import { ACCESS, accessAt, accessedLocal } from './slot-effects.js';

/**
 * A local variable is live before an instruction where some way from there, through exception handlers too, comes to
 * an aload of it before anything is stored there. Reads of other types do not count: what they read is no root.
 * Behind a ret the ways from all jsrs of the method count, so within a subroutine more may be live than needs be.
 */
export class Liveness {
  readonly #code: Uint8Array;
  readonly #flow: ControlFlow;
  /** int32 words of a bit set of local variables. */
  readonly #wordCount: number;
  /** Bit sets of the local variables live at the entry of each block, end to end. */
  readonly #liveIn: Int32Array;

  constructor({ code, maxLocals }: Bytecode, flow: ControlFlow) {
    this.#code = code;
    this.#flow = flow;
    this.#wordCount = (maxLocals + 31) >> 5;
    this.#liveIn = new Int32Array(flow.blockCount * this.#wordCount);
    this.#solve();
  }

  /** Bit set, in int32 words, of the local variables that are live before the instruction at pc. */
  liveAt(pc: number): Int32Array {
    const block = this.#flow.blockAt(pc);
    const live = new Int32Array(this.#wordCount);
    const written = new Int32Array(this.#wordCount);
    this.#scan(pc, this.#flow.starts[block + 1]!, live, written, 0);
    for (let word = 0; word < this.#wordCount; word++) {
      live[word]! |= this.#union(this.#flow.successors[block]!, word) & ~written[word]!;
      live[word]! |= this.#union(this.#flow.handlers[block]!, word);
    }
    return live;
  }

  #solve(): void {
    const { blockCount, starts, successors, handlers } = this.#flow;
    const wordCount = this.#wordCount;
    const read = new Int32Array(this.#liveIn.length);
    const written = new Int32Array(this.#liveIn.length);
    for (let block = 0; block < blockCount; block++) {
      this.#scan(starts[block]!, starts[block + 1]!, read, written, block * wordCount);
    }
    for (let hasChanged = true; hasChanged; ) {
      hasChanged = false;
      for (let block = blockCount - 1; block >= 0; block--) {
        for (let word = 0; word < wordCount; word++) {
          const at = block * wordCount + word;
          // What a handler reads is live throughout the block, whatever the block itself stores there.
          const live =
            (this.#union(successors[block]!, word) & ~written[at]!) |
            read[at]! |
            this.#union(handlers[block]!, word);
          if (live === this.#liveIn[at]) continue;
          this.#liveIn[at] = live;
          hasChanged = true;
        }
      }
    }
  }

  /** One word of what is live at the entry of any of the blocks. */
  #union(blocks: readonly number[], word: number): number {
    let live = 0;
    for (let i = 0; i < blocks.length; i++) live |= this.#liveIn[blocks[i]! * this.#wordCount + word]!;
    return live;
  }

  /** Adds to the bit sets, which begin at a word index, what is read before it is written, and what is written. */
  #scan(startPc: number, endPc: number, read: Int32Array, written: Int32Array, base: number): void {
    const code = this.#code;
    for (let pc = startPc; pc < endPc; pc += instructionLength(code, pc)) {
      const access = accessAt(code, pc);
      if (access === ACCESS.none) continue;
      const local = accessedLocal(code, pc);
      const at = base + (local >> 5);
      if (access === ACCESS.readReference) read[at]! |= (1 << (local & 31)) & ~written[at]!;
      else written[at]! |= 1 << (local & 31);
      if (access === ACCESS.writeTwo) written[base + ((local + 1) >> 5)]! |= 1 << ((local + 1) & 31);
    }
  }
}
