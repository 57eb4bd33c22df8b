// The connecting side of links: dials a process at its address, or at all its addresses for one link of several paths.
import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { FIRST_REDIAL_MS, LONGEST_REDIAL_MS, MAXIMUM_FRAME_BYTES } from '../limits.js';
import { PeerError } from '../peer-error.js';
import { type Address, showAddress, type TlsFiles, tlsOptions } from './address.js';
import { SocketChannel } from './channel.js';
import { type Greeting, type Identity, offerHello } from './handshake.js';
import { Link } from './link.js';
import { RedundantChannel } from './redundant-channel.js';

const LINK_NAME_BYTES = 16;

export interface DialOptions {
  readonly tls?: TlsFiles | undefined;
  /** A change of the paths of a link that has several: one sentence. */
  readonly changed?: (sentence: string) => void;
}

/** Connects to a listening process, over all of its addresses at once where it has several; the link is there when the
 *  first path is. Rejects with PeerError, with UserError for bad certificates. */
export async function connectLink(
  addresses: readonly Address[],
  identity: Identity,
  options: DialOptions = {},
): Promise<Link> {
  if (addresses.length > 1) return new RedundantDialler(addresses, identity, options).connect();
  const channel = dial(addresses[0]!, options);
  const { peer, key } = await offerHello(channel, identity, async () => undefined);
  return new Link(channel, peer, key);
}

function dial(address: Address, { tls }: DialOptions): SocketChannel {
  const scheme = tls === undefined ? 'ws' : 'wss';
  const options = { perMessageDeflate: false, maxPayload: MAXIMUM_FRAME_BYTES };
  return new SocketChannel(
    new WebSocket(`${scheme}://${showAddress(address)}`, {
      ...options,
      ...(tls === undefined ? {} : tlsOptions(tls)),
    }),
  );
}

/** Dials the addresses of one process again and again as long as their link lives. */
class RedundantDialler {
  readonly #addresses: readonly Address[];
  readonly #identity: Identity;
  readonly #options: DialOptions;
  readonly #name = randomBytes(LINK_NAME_BYTES).toString('hex');
  readonly #channel: RedundantChannel;
  /** Settled when the hellos before are through: one connection becomes the first path, and only then others join. */
  #turn: Promise<void> = Promise.resolve();
  #isJoinable = false;

  constructor(addresses: readonly Address[], identity: Identity, options: DialOptions) {
    this.#addresses = addresses;
    this.#identity = identity;
    this.#options = options;
    this.#channel = new RedundantChannel({
      pathLost: (name, liveCount) => {
        this.#say(`the path ${name} is lost; ${liveCount} of ${this.#addresses.length} left`);
        this.#redial(this.#addresses.find((address) => showAddress(address) === name)!);
      },
      ended: () => {},
    });
  }

  #say(sentence: string): void {
    this.#options.changed?.(sentence);
  }

  /** Rejects with the first failure, when all have failed. */
  async connect(): Promise<Link> {
    const failures: unknown[] = [];
    return new Promise((resolve, reject) => {
      for (const address of this.#addresses) {
        this.#dial(address).then(
          ({ peer, key }) => resolve(new Link(this.#channel, peer, key)),
          (error: unknown) => {
            failures.push(error);
            if (failures.length < this.#addresses.length) this.#redial(address);
            else if (!this.#isJoinable) {
              this.#channel.close('no path is there');
              reject(failures[0]);
            }
          },
        );
      }
    });
  }

  async #dial(address: Address): Promise<Greeting> {
    const channel = dial(address, this.#options);
    let finish = () => {};
    try {
      const greeting = await offerHello(channel, this.#identity, async () => {
        const before = this.#turn;
        this.#turn = new Promise((resolve) => {
          finish = resolve;
        });
        if (!this.#isJoinable) await before;
        return { link: this.#name, joins: this.#isJoinable, received: this.#channel.received };
      });
      const wasJoinable = this.#isJoinable;
      this.#channel.add(channel, showAddress(address), greeting.peer.path?.received ?? 0);
      this.#isJoinable = true;
      if (wasJoinable) this.#say(`the path ${showAddress(address)} is in use`);
      return greeting;
    } finally {
      finish();
    }
  }

  #redial(address: Address, delayMs = FIRST_REDIAL_MS): void {
    setTimeout(() => {
      if (this.#channel.isEnded) return;
      this.#dial(address).catch((error: unknown) => {
        const isRefused = error instanceof PeerError && error.code !== 'LINK';
        if (isRefused) this.#say(`the path ${showAddress(address)} is refused: ${error.message}`);
        this.#redial(address, Math.min(delayMs * 2, LONGEST_REDIAL_MS));
      });
    }, delayMs).unref();
  }
}
