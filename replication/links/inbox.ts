// What a channel has received, for whoever listens to it: kept until somebody does. It is little, since the other side
// waits to be spoken to.
import type { ChannelHandler } from './channel.js';

type Delivery = (handler: ChannelHandler) => void;

export class Inbox {
  #handler: ChannelHandler | null = null;
  #kept: Delivery[] = [];

  /** Begins to deliver what comes, and what has come; there is one listener at a time. */
  open(handler: ChannelHandler): void {
    if (this.#handler !== null) throw new Error('a channel has one listener at a time');
    this.#handler = handler;
    const kept = this.#kept;
    this.#kept = [];
    // The handler may leave after the first.
    for (const delivery of kept) this.deliver(delivery);
  }

  /** The listener leaves; what comes from now on is kept for the next one. */
  leave(): void {
    this.#handler = null;
  }

  deliver(delivery: Delivery): void {
    if (this.#handler === null) this.#kept.push(delivery);
    else delivery(this.#handler);
  }
}
