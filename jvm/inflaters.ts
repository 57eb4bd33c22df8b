// The decompressions under way (java.util.zip.Inflater), by the number that their Java objects hold. Machine state.
import { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { InflateState } from '../lib/inflate.js';

export class Inflaters {
  readonly #states = new Map<number, InflateState>();
  #nextId = 1;

  /** A new decompression: of a raw deflate stream, or with the zlib header. Its number is not 0. */
  open(raw: boolean): number {
    const id = this.#nextId++;
    this.#states.set(id, new InflateState(raw));
    return id;
  }

  /** The decompression of a number, which must be open. */
  get(id: number): InflateState {
    const state = this.#states.get(id);
    if (state === undefined) throw new Error(`no inflater ${id}`);
    return state;
  }

  close(id: number): void {
    this.#states.delete(id);
  }

  /** The table as bytes; see restore. */
  save(): Uint8Array {
    const writer = new BinaryWriter().varuint(this.#nextId).varuint(this.#states.size);
    for (const [id, state] of this.#states) writer.varuint(id).bytes(state.save());
    return writer.finish();
  }

  /** Replaces the table by a saved one. UserError TRUNCATED where bytes are missing. */
  restore(bytes: Uint8Array): void {
    const reader = new BinaryReader(bytes);
    this.#nextId = reader.varuint();
    this.#states.clear();
    for (let count = reader.varuint(); count > 0; count--) {
      const id = reader.varuint();
      this.#states.set(id, InflateState.restore(reader.bytes()));
    }
  }
}
