// The decompressions under way (java.util.zip.Inflater), by the number that their Java objects hold. Machine state.
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
}
