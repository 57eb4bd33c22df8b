// Signs of life on the link between a launcher and an agent: sent in turns, and missed when none has come for long.
import { AGENT_BEAT_INTERVAL_MS } from '../limits.js';
import type { Link } from '../links/link.js';

/** It counts its own turns and not the time, so that a process which has itself been stopped does not take the other
 *  one's words, which wait in the socket, for silence. */
export class Beats {
  readonly #timer: NodeJS.Timeout;
  #missed = 0;

  /** silent: nothing has come for this long; said once. */
  constructor(link: Link, silenceMs: number, silent: () => void) {
    const maximumMissed = Math.ceil(silenceMs / AGENT_BEAT_INTERVAL_MS);
    this.#timer = setInterval(() => {
      link.sendJson({ kind: 'beat' });
      if (++this.#missed <= maximumMissed) return;
      this.stop();
      silent();
    }, AGENT_BEAT_INTERVAL_MS);
  }

  heard(): void {
    this.#missed = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
