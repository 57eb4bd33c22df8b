// What has happened outside and waits to be delivered to a single machine, and sleeping until something does.
import type { ExternalAction } from '../jvm/environment.js';

/** Longest time for which the machine's thread does not look at what happens outside. */
const TURN_INTERVAL_MS = 10;

export class Arrivals {
  #actions: ExternalAction[] = [];
  #wake: () => void = () => {};
  #lastTurnMs = performance.now();

  /** Something has happened. */
  add(action: ExternalAction): void {
    this.#actions.push(action);
    this.#wake();
  }

  /** What has happened since the last call. */
  take(): readonly ExternalAction[] {
    const actions = this.#actions;
    if (actions.length > 0) this.#actions = [];
    return actions;
  }

  /** Whether it is time to let the host tell; see turn. */
  get isTurnDue(): boolean {
    return performance.now() - this.#lastTurnMs >= TURN_INTERVAL_MS;
  }

  /** Lets the host tell what has happened, without waiting. */
  async turn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#lastTurnMs = performance.now();
  }

  /** Waits until something happens, or the time is over. */
  async wait(durationMs: number): Promise<void> {
    if (this.#actions.length > 0) return;
    await new Promise<void>((resolve) => {
      // Without a timer nothing would keep a process alive whose program waits for ever.
      const timer = setTimeout(resolve, Math.min(durationMs, 2 ** 30));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => {};
    this.#lastTurnMs = performance.now();
  }
}
