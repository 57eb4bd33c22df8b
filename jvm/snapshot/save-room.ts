// Room for the memory of a saved machine, and for what is sent with it. Copying into pages that the host has given already
// takes a tenth of the time of copying into new ones, so whoever wants a short pause makes the room ready before the machine
// stops.

export class SaveRoom {
  #rest: Uint8Array;

  /** The bytes become those of the saved machine. None at all: everything is copied to new ones. */
  constructor(bytes: Uint8Array = new Uint8Array()) {
    this.#rest = bytes;
  }

  /** A copy of these bytes: in the room, or where it has become too small, of its own. */
  copy(source: Uint8Array): Uint8Array {
    if (source.length > this.#rest.length) return source.slice();
    const copied = this.take(source.length);
    copied.set(source);
    return copied;
  }

  /** So many bytes to write to: in the room, or where it has become too small, new ones. Throws RangeError where the host
   *  has not so many. */
  take(byteCount: number): Uint8Array {
    if (byteCount > this.#rest.length) return new Uint8Array(byteCount);
    const taken = this.#rest.subarray(0, byteCount);
    this.#rest = this.#rest.subarray(byteCount);
    return taken;
  }
}
