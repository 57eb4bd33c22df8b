// How long ago the primary was where its slowest backup is now: D of the skew as a time.

/** Epochs passed are noted at most this often. */
const GRAIN_NS = 10_000_000n;

export class SkewTime {
  /** Epochs, and when the machine was seen to be past all before them; in order. */
  #passed: { readonly epoch: number; readonly atNs: bigint }[] = [];
  #first = 0;

  /** The machine is in this epoch at this time, in nanoseconds by any clock that does not go back. */
  passed(epoch: number, nowNs: bigint): void {
    const last = this.#passed.at(-1);
    if (last !== undefined && (last.epoch === epoch || nowNs - last.atNs < GRAIN_NS)) return;
    this.#passed.push({ epoch, atNs: nowNs });
  }

  /** Time since the machine was seen beyond the epoch in which the backup is; 0 where it was not. Epochs of the backup
   *  never go back. */
  lagNs(backupEpoch: number, nowNs: bigint): bigint {
    while (this.#first < this.#passed.length && this.#passed[this.#first]!.epoch <= backupEpoch)
      this.#first++;
    if (this.#first > this.#passed.length / 2) {
      this.#passed.splice(0, this.#first);
      this.#first = 0;
    }
    const oldest = this.#passed[this.#first];
    return oldest === undefined ? 0n : nowNs - oldest.atNs;
  }

  clear(): void {
    this.#passed = [];
    this.#first = 0;
  }
}
