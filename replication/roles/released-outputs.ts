// The outputs that the gateway has taken in: one sequence, whoever sends it, each output once and none left out.
import type { OutputItem } from '../outputs.js';

export class ReleasedOutputs {
  #nextSequence = 0;
  /** What the primary's numbers are less than the ones here; see beginAnew. */
  #shift = 0;
  #beginsAnew = false;
  /** null: wherever the next one stands. */
  #offsets: { 1: number | null; 2: number | null } = { 1: 0, 2: 0 };
  #confirmedSequence = -1;
  #exit: { readonly sequence: number; readonly exitCode: number } | null = null;

  /** Whether the program's exit has been taken in. */
  get hasExit(): boolean {
    return this.#exit !== null;
  }

  /** Under the relaxed output rule: the present primary has come to its take-over point, and a former one may have had
   *  outputs released beyond it. What follows is no duplicate of those, whatever its number. */
  beginAnew(): void {
    this.#beginsAnew = true;
  }

  /** Another primary is going to send again what it came to as a backup. */
  succeed(): void {
    this.#beginsAnew = false;
  }

  /** The output as it is numbered here; null for a duplicate: a former primary had it released before it was lost. */
  number(item: OutputItem): OutputItem | null {
    if (this.#beginsAnew) {
      this.#beginsAnew = false;
      this.#shift = Math.max(this.#shift, this.#nextSequence - item.sequence);
      this.#offsets = { 1: null, 2: null };
    }
    const sequence = item.sequence + this.#shift;
    if (sequence < this.#nextSequence) return null;
    return this.#shift === 0 ? item : { ...item, sequence };
  }

  /** Why an output cannot be the next one; null where it can. */
  contradiction(item: OutputItem): string | null {
    if (this.#exit !== null) return 'its program writes after it has ended';
    if (item.sequence > this.#nextSequence) return `output ${this.#nextSequence} is missing from its outputs`;
    if (item.kind === 'write' && item.offset !== (this.#offsets[item.stream] ?? item.offset)) {
      return `its output ${item.sequence} contradicts what has been written before`;
    }
    return null;
  }

  /** Takes the next one in. */
  add(item: OutputItem): void {
    this.#nextSequence++;
    if (item.kind === 'write') this.#offsets[item.stream] = item.offset + item.bytes.length;
    else if (item.kind === 'exit') this.#exit = item;
  }

  /** Outputs up to this one, as they are numbered here, are out. Answers the primary's number of it, and the program's
   *  exit code where its exit is among them. */
  confirm(sequence: number): { readonly sequence: number; readonly exitCode: number | null } {
    if (sequence <= this.#confirmedSequence) throw new Error(`output ${sequence} is written twice`);
    this.#confirmedSequence = sequence;
    const hasExited = this.#exit !== null && sequence >= this.#exit.sequence;
    return { sequence: sequence - this.#shift, exitCode: hasExited ? this.#exit!.exitCode : null };
  }
}
