// Byte count of numbered things that are on their way and not yet settled by the other side.

export class Backlog {
  #entries: { readonly number: number; readonly byteCount: number }[] = [];
  #first = 0;
  #byteCount = 0;

  /** Bytes of the things that are not settled. */
  get byteCount(): number {
    return this.#byteCount;
  }

  /** Numbers grow from call to call. */
  add(number: number, byteCount: number): void {
    this.#entries.push({ number, byteCount });
    this.#byteCount += byteCount;
  }

  /** Everything up to a number has arrived. */
  settle(number: number): void {
    for (let entry = this.#entries[this.#first]; entry !== undefined; entry = this.#entries[this.#first]) {
      if (entry.number > number) break;
      this.#byteCount -= entry.byteCount;
      this.#first++;
    }
    if (this.#first > 1024 && this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }

  clear(): void {
    this.#entries = [];
    this.#first = 0;
    this.#byteCount = 0;
  }
}
