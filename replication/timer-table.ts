// Outstanding timers of a program: which run out when. Kept by the backup as well, which starts none of them.

interface Entry {
  readonly id: number;
  readonly deadlineNs: bigint;
}

/** Timers by id with their deadlines on this host's monotonic clock. A binary heap, cancelled entries skipped late. */
export class TimerTable {
  readonly #live = new Map<number, Entry>();
  #heap: Entry[] = [];

  start(id: number, deadlineNs: bigint): void {
    const entry = { id, deadlineNs };
    this.#live.set(id, entry);
    this.#push(entry);
  }

  /** The timer was cancelled, or its event was delivered. */
  remove(id: number): void {
    this.#live.delete(id);
    // A program that cancels most of its timers must not grow the heap for ever.
    if (this.#heap.length > 64 && this.#heap.length > 2 * this.#live.size) this.#rebuild();
  }

  /** Outstanding timers with the times that are left to them, in the order of their deadlines. */
  remaining(nowNs: bigint): (readonly [id: number, durationNs: bigint])[] {
    const entries = [...this.#live.values()].sort((left, right) => (before(left, right) ? -1 : 1));
    return entries.map(({ id, deadlineNs }) => [id, deadlineNs > nowNs ? deadlineNs - nowNs : 0n] as const);
  }

  get size(): number {
    return this.#live.size;
  }

  /** The earliest deadline; null where no timer is outstanding. */
  nextDeadlineNs(): bigint | null {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (this.#live.get(top.id) === top) return top.deadlineNs;
      this.#pop();
    }
    return null;
  }

  /** Removes the timers that have run out, and returns their ids in the order of their deadlines. */
  takeExpired(nowNs: bigint): number[] {
    const ids: number[] = [];
    for (let next = this.nextDeadlineNs(); next !== null && next <= nowNs; next = this.nextDeadlineNs()) {
      const { id } = this.#pop();
      this.#live.delete(id);
      ids.push(id);
    }
    return ids;
  }

  #rebuild(): void {
    this.#heap = [];
    for (const entry of this.#live.values()) this.#push(entry);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): Entry {
    const heap = this.#heap;
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return top;
  }
}

function before(left: Entry, right: Entry): boolean {
  return left.deadlineNs < right.deadlineNs || (left.deadlineNs === right.deadlineNs && left.id < right.id);
}
