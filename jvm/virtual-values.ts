// Virtual values (patent fig. 6, S64): of an input that each replica has its own value of, such as the number of its
// process, the program sees one value for ever: the first that was read. Part of the machine's state.
import { BinaryReader, BinaryWriter } from '../lib/binary.js';
import type { ActionResult, Request } from './environment.js';
import { readValue, writeValue } from './value-codec.js';

export class VirtualValues {
  /** By request, in the order in which they were first asked. */
  readonly #values = new Map<string, ActionResult>();

  /** The value that stands for the answer to a request; undefined, which no input answers, where there is none yet. */
  get(request: Request): ActionResult {
    return this.#values.size === 0 ? undefined : this.#values.get(keyOf(request));
  }

  /** Bytes are copied: they may be the environment's. */
  set(request: Request, value: ActionResult): void {
    this.#values.set(keyOf(request), value instanceof Uint8Array ? value.slice() : value);
  }

  save(): Uint8Array {
    const writer = new BinaryWriter().varuint(this.#values.size);
    for (const [key, value] of this.#values) writeValue(writer.string(key), value);
    return writer.finish();
  }

  restore(bytes: Uint8Array): void {
    const reader = new BinaryReader(bytes);
    this.#values.clear();
    for (let count = reader.varuint(); count > 0; count--)
      this.#values.set(reader.string(), readValue(reader));
  }
}

function keyOf(request: Request): string {
  return JSON.stringify(request);
}
