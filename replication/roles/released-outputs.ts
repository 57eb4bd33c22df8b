// The outputs that the gateway has taken in: one sequence, whoever sends it, each output once and none left out.
import type { OutputItem } from '../outputs.js';

export class ReleasedOutputs {
  #nextSequence = 0;
  readonly #offsets = { 1: 0, 2: 0 };
  #confirmedSequence = -1;
  #exit: { readonly sequence: number; readonly exitCode: number } | null = null;

  /** Whether the program's exit has been taken in. */
  get hasExit(): boolean {
    return this.#exit !== null;
  }

  /** A duplicate: a former primary had it released before it was lost. */
  has({ sequence }: OutputItem): boolean {
    return sequence < this.#nextSequence;
  }

  /** Why an output cannot be the next one; null where it can. */
  contradiction(item: OutputItem): string | null {
    if (this.#exit !== null) return 'its program writes after it has ended';
    if (item.sequence > this.#nextSequence) return `output ${this.#nextSequence} is missing from its outputs`;
    if (item.kind === 'write' && item.offset !== this.#offsets[item.stream]) {
      return `its output ${item.sequence} contradicts what has been written before`;
    }
    return null;
  }

  /** Takes the next one in. */
  add(item: OutputItem): void {
    this.#nextSequence++;
    if (item.kind === 'write') this.#offsets[item.stream] += item.bytes.length;
    else if (item.kind === 'exit') this.#exit = item;
  }

  /** Outputs up to this one are out. Answers the program's exit code where its exit is among them. */
  confirm(sequence: number): number | null {
    if (sequence <= this.#confirmedSequence) throw new Error(`output ${sequence} is written twice`);
    this.#confirmedSequence = sequence;
    return this.#exit !== null && sequence >= this.#exit.sequence ? this.#exit.exitCode : null;
  }
}
