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
  /** News of the paths of a link that has several: one sentence. One that comes from the start is none. */
  readonly changed?: (sentence: string) => void;
  /** Each path that is added, news or not; it is one of liveCount. */
  readonly added?: (name: string, liveCount: number) => void;
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

/** One of the addresses of a process. */
interface Route {
  readonly address: Address;
  readonly name: string;
  /** Time before it is dialled the next time. */
  redialMs: number;
  /** When it has become a path, by performance.now(). */
  addedAtMs: number;
  /** It has been told that there is no path. */
  isMissed: boolean;
}

/** Dials the addresses of one process again and again as long as their link lives. */
class RedundantDialler {
  readonly #routes: readonly Route[];
  readonly #identity: Identity;
  readonly #options: DialOptions;
  readonly #name = randomBytes(LINK_NAME_BYTES).toString('hex');
  readonly #channel: RedundantChannel;
  /** Settled when the hellos before are through: one connection becomes the first path, and only then others join. */
  #turn: Promise<void> = Promise.resolve();
  #isJoinable = false;
  /** Why the routes have failed, each for the first time, while there is no link yet. */
  readonly #failures = new Map<Route, unknown>();
  #resolve: (link: Link) => void = () => {};
  #reject: (failure: unknown) => void = () => {};

  constructor(addresses: readonly Address[], identity: Identity, options: DialOptions) {
    this.#routes = addresses.map((address) => ({
      address,
      name: showAddress(address),
      redialMs: FIRST_REDIAL_MS,
      addedAtMs: 0,
      isMissed: false,
    }));
    this.#identity = identity;
    this.#options = options;
    this.#channel = new RedundantChannel({
      pathAdded: (name, liveCount) => {
        this.#isJoinable = true;
        const route = this.#routeOf(name);
        route.addedAtMs = performance.now();
        if (route.isMissed) this.#say(`the path ${name} works now`);
        route.isMissed = false;
        this.#options.added?.(name, liveCount);
      },
      pathLost: (name, liveCount) => {
        this.#say(`the path ${name} is lost; ${liveCount} of ${this.#routes.length} left`);
        const route = this.#routeOf(name);
        route.isMissed = true;
        // One that breaks again and again, soon after it has been added, is as good as one that cannot be reached.
        if (performance.now() - route.addedAtMs >= LONGEST_REDIAL_MS) route.redialMs = FIRST_REDIAL_MS;
        this.#redial(route);
      },
      ended: () => {},
    });
  }

  #routeOf(name: string): Route {
    return this.#routes.find((route) => route.name === name)!;
  }

  #say(sentence: string): void {
    this.#options.changed?.(sentence);
  }

  /** Resolves at the first dial that succeeds, whichever it is. Rejects with the first failure, when every address has
   *  failed and no path is there. */
  connect(): Promise<Link> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      for (const route of this.#routes) void this.#dial(route);
    });
  }

  async #dial(route: Route): Promise<void> {
    try {
      const { peer, key } = await this.#join(route);
      this.#resolve(new Link(this.#channel, peer, key));
    } catch (error) {
      this.#fail(route, error);
    }
  }

  async #join({ address, name }: Route): Promise<Greeting> {
    const socket = dial(address, this.#options);
    let finish = () => {};
    try {
      const greeting = await offerHello(socket, this.#identity, async () => {
        const before = this.#turn;
        this.#turn = new Promise((resolve) => {
          finish = resolve;
        });
        if (!this.#isJoinable) await before;
        return { link: this.#name, joins: this.#isJoinable, received: this.#channel.received };
      });
      this.#channel.add(socket, name, greeting.peer.path?.received ?? 0);
      return greeting;
    } finally {
      finish();
    }
  }

  #fail(route: Route, error: unknown): void {
    if (this.#channel.isEnded) return;
    if (this.#isJoinable) this.#reportFailure(route, error as Error);
    else {
      if (!this.#failures.has(route)) this.#failures.set(route, error);
      if (this.#failures.size === this.#routes.length) {
        this.#channel.close('no path is there');
        const [first] = this.#failures.values();
        this.#reject(first);
        return;
      }
    }
    this.#redial(route);
  }

  /** A link that does without one of its addresses is worth a line; a dial that fails once, as the link begins, is not. */
  #reportFailure(route: Route, error: Error): void {
    const isRefused = error instanceof PeerError && error.code !== 'LINK';
    if (isRefused) this.#say(`the path ${route.name} is refused: ${error.message}`);
    else if (!route.isMissed && route.redialMs > FIRST_REDIAL_MS) {
      this.#say(`there is no path to ${route.name}: ${error.message}`);
      route.isMissed = true;
    }
  }

  #redial(route: Route): void {
    setTimeout(() => {
      if (!this.#channel.isEnded) void this.#dial(route);
    }, route.redialMs).unref();
    route.redialMs = Math.min(route.redialMs * 2, LONGEST_REDIAL_MS);
  }
}
