// One-way heartbeats between the main threads of two replicas: what is sent, and when silence means failure.
import { HEARTBEAT_INTERVAL_MS } from './limits.js';

/** Beats while a link is open. It counts its own turns and not the time, so that a replica which has itself been
 *  stopped does not take the other one's words, which wait in the socket, for silence. */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #missed = 0;

  /** send: a heartbeat is due. silent: the other side has missed more than it may; said again after as many. */
  constructor(maximumMissed: number, send: () => void, silent: () => void) {
    this.#timer = setInterval(() => {
      send();
      if (++this.#missed <= maximumMissed) return;
      this.#missed = 0;
      silent();
    }, HEARTBEAT_INTERVAL_MS);
  }

  /** Something has come from the other side. */
  heard(): void {
    this.#missed = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
