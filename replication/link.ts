// Links: WebSockets on the loopback interface whose two ends have shown each other the same token and version.
import { timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { HELLO_TIMEOUT_MS, MAXIMUM_FRAME_BYTES, MAXIMUM_HELLO_BYTES } from './limits.js';
import { type Hello, PROTOCOL_VERSION, parseHello } from './messages.js';
import { PeerError } from './peer-error.js';

const LOOPBACK = '127.0.0.1';
/** WebSocket close code for a peer that breaks the rules (RFC 6455 §7.4.1). */
const POLICY_VIOLATION = 1008;
const MAXIMUM_REASON_BYTES = 120;

const OPTIONS = { perMessageDeflate: false, maxPayload: MAXIMUM_FRAME_BYTES, MAXIMUM_HELLO_BYTES } as const;

/** Who this process is, to whomever it links with. */
export type Identity = Pick<Hello, 'id' | 'peerPort' | 'token'>;

export interface LinkHandler {
  /** Control message or frame. A PeerError thrown here closes the link. */
  text(text: string): void;
  frame(bytes: Uint8Array): void;
  /** The link is down for good; error: why this side closed it, where it did. */
  closed(error: PeerError | null): void;
}

/** An open link, both hellos exchanged. */
export class Link {
  readonly #socket: WebSocket;
  /** The other side's hello. */
  readonly peer: Hello;
  #handler: LinkHandler | null = null;
  /** What comes before somebody listens; little, since the other side waits to be spoken to. */
  #early: (() => void)[] = [];
  #error: PeerError | null = null;
  #closed = false;

  constructor(socket: WebSocket, peer: Hello) {
    this.#socket = socket;
    this.peer = peer;
    socket.on('message', (data, isBinary) => this.#deliver(() => this.#receive(bytesOf(data), isBinary)));
    // 'error' always comes with 'close'; a frame that is too long, or is none, ends up here.
    socket.on('error', (error) => {
      this.#error ??= new PeerError('LINK', error.message);
    });
    socket.on('close', () => this.#deliver(() => this.#close()));
  }

  /** Begins to deliver what comes, and what has come; once. */
  open(handler: LinkHandler): void {
    if (this.#handler !== null) throw new Error('a link is opened once');
    this.#handler = handler;
    const early = this.#early;
    this.#early = [];
    for (const deliver of early) deliver();
  }

  #deliver(deliver: () => void): void {
    if (this.#handler === null) this.#early.push(deliver);
    else deliver();
  }

  #receive(bytes: Buffer, isBinary: boolean): void {
    // After an error nothing of what is still in the socket counts.
    if (this.#closed || this.#error !== null) return;
    try {
      if (isBinary) this.#handler?.frame(bytes);
      else this.#handler?.text(bytes.toString());
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      this.#error = error;
      this.close(error.message);
    }
  }

  #close(): void {
    this.#closed = true;
    this.#handler?.closed(this.#error);
  }

  /** sent: called when the message has been handed to the operating system, or cannot be. */
  sendJson(message: object, sent?: () => void): void {
    if (this.#socket.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify(message), () => sent?.());
    else sent?.();
  }

  /** handedOver: called when the frame has been handed to the operating system, and never where it cannot be. */
  send(frame: Uint8Array, handedOver?: () => void): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (handedOver === undefined) this.#socket.send(frame);
    else
      this.#socket.send(frame, (error) => {
        if (error === undefined || error === null) handedOver();
      });
  }

  /** Closes at once, whatever the other side does. What is under way may be lost. */
  close(reason: string): void {
    refuse(this.#socket, reason);
  }
}

/** A listening socket for links. */
export interface LinkServer {
  readonly port: number;
  close(): void;
}

/** Listens on a free port of the loopback interface. refused: one sentence for each connection that is turned away.
 *  identity is asked for at each connection, because it may name the port. */
export async function listenForLinks(options: {
  readonly identity: () => Identity;
  readonly accepted: (link: Link) => void;
  readonly refused: (sentence: string) => void;
}): Promise<LinkServer> {
  const server = new WebSocketServer({ ...OPTIONS, host: LOOPBACK, port: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  server.on('connection', (socket) => {
    exchangeHello(socket, options.identity(), false).then(options.accepted, (error: Error) => {
      // One that goes away without a word may be a replica that was killed on its way here.
      if (error instanceof PeerError && error.code === 'LINK') return;
      options.refused(`a connection was refused: ${error.message}`);
    });
  });
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** Connects to a listening process of this host. Rejects with PeerError. */
export async function connectLink(port: number, identity: Identity): Promise<Link> {
  return exchangeHello(new WebSocket(`ws://${LOOPBACK}:${port}`, OPTIONS), identity, true);
}

/** The connecting side speaks first; the other one answers only to the right token. */
function exchangeHello(socket: WebSocket, identity: Identity, first: boolean): Promise<Link> {
  const say = () =>
    socket.send(JSON.stringify({ kind: 'hello', protocol: PROTOCOL_VERSION, ...identity } satisfies Hello));
  return new Promise((resolve, reject) => {
    const fail = (error: PeerError) => {
      clearTimeout(timeout);
      refuse(socket, error.message);
      reject(error);
    };
    const timeout = setTimeout(
      () => fail(new PeerError('TOKEN', 'it does not say hello with the token')),
      HELLO_TIMEOUT_MS,
    );
    socket.on('error', (error) => fail(new PeerError('LINK', error.message)));
    socket.once('close', () => fail(new PeerError('LINK', 'it ends before it has said hello')));
    socket.once('message', (data, isBinary) => {
      try {
        const peer = checkHello(data, isBinary, identity.token);
        clearTimeout(timeout);
        socket.removeAllListeners('close');
        socket.removeAllListeners('error');
        // Made here and now: the next message may follow within this turn of the event loop.
        const link = new Link(socket, peer);
        if (!first) say();
        resolve(link);
      } catch (error) {
        fail(error as PeerError);
      }
    });
    if (first) socket.once('open', say);
  });
}

function checkHello(data: RawData, isBinary: boolean, token: string): Hello {
  if (isBinary) throw new PeerError('TOKEN', 'it does not say hello with the token');
  const bytes = bytesOf(data);
  if (bytes.length > MAXIMUM_HELLO_BYTES) throw new PeerError('MALFORMED', 'its hello is too long');
  const peer = parseHello(bytes.toString());
  const given = Buffer.from(peer.token);
  const expected = Buffer.from(token);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new PeerError('TOKEN', 'its token is wrong');
  }
  if (peer.protocol !== PROTOCOL_VERSION) {
    throw new PeerError(
      'VERSION',
      `it speaks version ${peer.protocol} of the protocol, not ${PROTOCOL_VERSION}`,
    );
  }
  return peer;
}

function refuse(socket: WebSocket, reason: string): void {
  if (socket.readyState === WebSocket.OPEN) {
    socket.close(POLICY_VIOLATION, Buffer.from(reason).subarray(0, MAXIMUM_REASON_BYTES).toString());
  }
  socket.terminate();
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
