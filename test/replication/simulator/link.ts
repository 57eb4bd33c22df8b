// A simulated connection between two replicas, which one of them has dialled.
import { Channel } from './event-queue.js';
import type { World } from './world.js';

/** A replica as its links see it. */
export interface LinkEnd {
  readonly id: string;
  readonly alive: boolean;
  readonly main: { stoppedUntilUs: number };
  /** The connection is there, and the other side has let this one in. */
  opened(link: Link): void;
  /** It is down. */
  closed(link: Link): void;
}

export class Link {
  readonly from: LinkEnd;
  readonly to: LinkEnd;
  readonly #world: World;
  readonly #forth: Channel;
  readonly #back: Channel;

  /** from: the one that dials. */
  constructor(world: World, from: LinkEnd, to: LinkEnd) {
    this.#world = world;
    this.from = from;
    this.to = to;
    this.#forth = new Channel(to.main);
    this.#back = new Channel(from.main);
  }

  other(end: LinkEnd): LinkEnd {
    return end === this.from ? this.to : this.from;
  }

  #channel(sender: LinkEnd): Channel {
    return sender === this.from ? this.#forth : this.#back;
  }

  /** Something happens at the other side, when it gets there and if that side is still alive. */
  send(sender: LinkEnd, run: () => void, maximumUs = this.#world.pace.messageUs): void {
    const receiver = this.other(sender);
    this.#world.queue.send(this.#channel(sender), this.#world.delayUs(maximumUs), () => {
      if (receiver.alive) run();
    });
  }

  /** One side closes it in good order. */
  close(sender: LinkEnd): void {
    this.send(sender, () => this.other(sender).closed(this));
  }

  /** The process of one side is gone: what it had under way arrives or not, and then the other side sees the end. */
  break(lost: LinkEnd): void {
    const { queue } = this.#world;
    const survivor = this.other(lost);
    const leftUs = this.#cut(lost);
    queue.after(leftUs + 1, () => survivor.alive && survivor.closed(this), survivor.main);
  }

  /** Nothing gets through any more; who notices that sees it some time later. */
  split(noticed: readonly LinkEnd[]): void {
    this.#cut(this.from);
    this.#cut(this.to);
    for (const end of noticed) {
      const delayUs = 300 + this.#world.below(500);
      this.#world.queue.after(delayUs, () => end.alive && end.closed(this), end.main);
    }
  }

  #cut(sender: LinkEnd): number {
    const leftUs = this.#world.below(300);
    const channel = this.#channel(sender);
    channel.cutUs = Math.min(channel.cutUs, this.#world.queue.nowUs + leftUs);
    return leftUs;
  }
}
