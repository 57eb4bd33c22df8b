// Virtual time: what is going to happen, in order, and the threads and channels that it happens on.

/** A thread that may be stopped for a while, as by SIGSTOP: what comes to it waits, in order. */
export interface Actor {
  stoppedUntilUs: number;
}

/** Stops it; one that is stopped already goes on when both times are over. */
export function stopUntil(actor: Actor, timeUs: number): void {
  actor.stoppedUntilUs = Math.max(actor.stoppedUntilUs, timeUs);
}

/** One way of a connection: order is kept on it, and what is under way when it is cut may get through in part. */
export class Channel {
  readonly to: Actor;
  /** Arrival of the last thing that was sent, and until when anything arrives. */
  lastUs = 0;
  cutUs = Infinity;

  constructor(to: Actor) {
    this.to = to;
  }
}

interface Scheduled {
  timeUs: number;
  readonly order: number;
  readonly run: () => void;
  readonly actor: Actor | null;
  /** Where it came on a channel: which, and when it arrived. */
  readonly channel: Channel | null;
  readonly arrivalUs: number;
}

/** Scheduled things by time, and by the order of scheduling where that is equal: a binary heap. */
export class EventQueue {
  readonly #heap: Scheduled[] = [];
  #order = 0;
  #nowUs = 0;

  /** Microseconds since the beginning. */
  get nowUs(): number {
    return this.#nowUs;
  }

  /** Does something after a time; where an actor does it, not before that goes on. */
  after(delayUs: number, run: () => void, actor: Actor | null = null): void {
    const timeUs = this.#nowUs + delayUs;
    this.#push({ timeUs, order: this.#order++, run, actor, channel: null, arrivalUs: timeUs });
  }

  /** Sends over a channel: it arrives after the delay or later, not before what was sent earlier. */
  send(channel: Channel, delayUs: number, run: () => void): void {
    const arrivalUs = Math.max(channel.lastUs, this.#nowUs + delayUs);
    channel.lastUs = arrivalUs;
    this.#push({ timeUs: arrivalUs, order: this.#order++, run, actor: channel.to, channel, arrivalUs });
  }

  /** Lets the next thing happen; false where there is none. */
  step(): boolean {
    for (;;) {
      const next = this.#pop();
      if (next === undefined) return false;
      this.#nowUs = next.timeUs;
      const { actor, channel } = next;
      if (actor !== null && actor.stoppedUntilUs > this.#nowUs) {
        next.timeUs = actor.stoppedUntilUs;
        this.#push(next);
        continue;
      }
      if (channel !== null && next.arrivalUs > channel.cutUs) continue;
      next.run();
      return true;
    }
  }

  #push(entry: Scheduled): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): Scheduled | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return top;
  }
}

function isBefore(left: Scheduled, right: Scheduled): boolean {
  return left.timeUs < right.timeUs || (left.timeUs === right.timeUs && left.order < right.order);
}
