// The monotonic clock that the program sees: one clock for all replicas, though every host's has another origin.

/** A clock as plain data; nanoseconds. */
export interface SavedClock {
  readonly nowNs: bigint;
  readonly reachedNs: bigint | null;
  /** By timer; see ProgramClock. */
  readonly due: readonly (readonly [id: number, dueNs: bigint])[];
}

/** It is this host's clock until there is evidence that the program's is ahead of it: a logged reading, or a timer that
 *  the log says has run out. So after a take-over the clock does not go back, and no sleep seems shorter than it was. */
export class ProgramClock {
  /** At least this much is the program's clock ahead of this host's. */
  #offsetNs = 0n;
  /** What the program's clock has come past at the point where the machine is; null where nothing tells. */
  #reachedNs: bigint | null = null;
  /** By timer: what the clock has come past when it runs out. */
  readonly #dueNs = new Map<number, bigint>();

  /** A reading by this replica, in nanoseconds; hostNs: this host's clock now, here and below. */
  read(hostNs: bigint): bigint {
    this.#reachedNs = hostNs + this.#offsetNs;
    return this.#reachedNs;
  }

  /** Its state for a new backup. */
  save(hostNs: bigint): SavedClock {
    return { nowNs: hostNs + this.#offsetNs, reachedNs: this.#reachedNs, due: [...this.#dueNs] };
  }

  /** Makes a new clock that of a former primary: it has come at least as far as that one's had when it was saved. */
  restore({ nowNs, reachedNs, due }: SavedClock, hostNs: bigint): void {
    this.follow(nowNs, hostNs);
    this.#reachedNs = reachedNs;
    for (const [id, dueNs] of due) this.#dueNs.set(id, dueNs);
  }

  /** The log tells what the former primary read. */
  follow(readingNs: bigint, hostNs: bigint): void {
    this.#reachedNs = readingNs;
    if (readingNs - hostNs > this.#offsetNs) this.#offsetNs = readingNs - hostNs;
  }

  startTimer(id: number, durationNs: bigint): void {
    if (this.#reachedNs !== null) this.#dueNs.set(id, this.#reachedNs + durationNs);
  }

  cancelTimer(id: number): void {
    this.#dueNs.delete(id);
  }

  /** A timer has run out, here or at the former primary. */
  expireTimer(id: number, hostNs: bigint): void {
    const dueNs = this.#dueNs.get(id);
    if (dueNs === undefined) return;
    this.#dueNs.delete(id);
    if (this.#reachedNs === null || dueNs > this.#reachedNs) this.follow(dueNs, hostNs);
  }
}
