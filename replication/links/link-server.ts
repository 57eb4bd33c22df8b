// The accepting side of links: listening sockets, strangers kept within bounds, and connections that are further paths of
// links which exist already.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import { MAXIMUM_FRAME_BYTES, MAXIMUM_STRANGER_BYTES, MAXIMUM_STRANGERS } from '../limits.js';
import { PeerError } from '../peer-error.js';
import { type Address, loopback, type TlsFiles, tlsOptions } from './address.js';
import { SocketChannel } from './channel.js';
import { acceptHello, type Hello, type Identity, type PathPart } from './handshake.js';
import { Link } from './link.js';
import { HANG_UP, plainMessage } from './plain-error.js';
import { RedundantChannel } from './redundant-channel.js';

/** A free port that one interface has may be taken on another one. */
const PORT_TRIES = 10;
const ENDED = 'the link that it belongs to is at its end';
/** First byte of a connection that begins with TLS (RFC 8446 §5.1). */
const TLS_HANDSHAKE = 22;

export interface LinkServerOptions {
  /** Asked for at each connection, because it may name the port. */
  readonly identity: () => Identity;
  readonly accepted: (link: Link) => void;
  /** One sentence for each connection that is turned away. */
  readonly refused: (sentence: string) => void;
  /** Interfaces to listen on; the loopback interface where absent. Port 0 on all of them: a free one, the same. */
  readonly at?: readonly Address[] | undefined;
  readonly tls?: TlsFiles | undefined;
}

/** Listens for links. Rejects with the system's error where it cannot, with UserError for bad certificates. */
export async function listenForLinks(options: LinkServerOptions): Promise<LinkServer> {
  const at = options.at ?? loopback(0);
  for (let tries = 1; ; tries++) {
    const server = new LinkServer(options);
    try {
      for (const { host, port } of at) await server.listen(host, port === 0 ? server.port : port);
      return server;
    } catch (error) {
      server.close();
      if (at.some(({ port }) => port !== 0) || at.length === 1 || tries === PORT_TRIES) throw error;
    }
  }
}

/** Listening sockets for links. */
export class LinkServer {
  readonly #options: LinkServerOptions;
  readonly #closers: (() => void)[] = [];
  /** Links of several paths by their names. */
  readonly #channels = new Map<string, RedundantChannel>();
  #strangerCount = 0;
  #port = 0;

  constructor(options: LinkServerOptions) {
    this.#options = options;
  }

  /** Of the first socket; 0 before it listens. */
  get port(): number {
    return this.#port;
  }

  async listen(host: string, port: number): Promise<void> {
    const { tls } = this.#options;
    const common = { perMessageDeflate: false, maxPayload: MAXIMUM_FRAME_BYTES };
    const http =
      tls === undefined ? createServer(needsUpgrade) : createTlsServer(tlsOptions(tls), needsUpgrade);
    const server = new WebSocketServer({ ...common, server: http });
    const ready = new Promise<void>((resolve, reject) => {
      server.once('listening', resolve);
      server.once('error', reject);
    });
    http.on('tlsClientError', (error, socket) => this.#refuse(tlsFault(error, socket), hostOf(socket)));
    http.on('clientError', (error, socket) => this.#meetOther(error, socket as Socket));
    http.listen(port, host);
    this.#closers.push(() => {
      server.close();
      http.close();
      http.closeAllConnections();
    });
    await ready;
    server.on('error', (error) => this.#refuse(error.message));
    server.on('connection', (socket, request) => this.#meet(socket, request.socket));
    if (this.#port === 0) this.#port = (http.address() as AddressInfo).port;
  }

  /** No further connections; links go on. */
  close(): void {
    for (const close of this.#closers) close();
  }

  #refuse(why: string, from?: string): void {
    const whence = from === undefined ? '' : ` from ${from}`;
    this.#options.refused(`a connection${whence} was refused: ${why}`);
  }

  /** What has come is no request. */
  #meetOther(error: Error & { readonly rawPacket?: Buffer }, socket: Socket): void {
    if (error.rawPacket?.[0] === TLS_HANDSHAKE) {
      this.#refuse('it speaks TLS, and there are no certificates here', hostOf(socket));
    }
    if (error.rawPacket !== undefined && socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    else socket.destroy();
  }

  #meet(socket: WebSocket, connection: Socket): void {
    const channel = new SocketChannel(socket);
    if (this.#strangerCount >= MAXIMUM_STRANGERS) {
      channel.close('too many connections say nothing');
      return;
    }
    this.#strangerCount++;
    let byteCount = 0;
    const count = (bytes: Buffer) => {
      byteCount += bytes.length;
      if (byteCount > MAXIMUM_STRANGER_BYTES) channel.close('its hello is too long');
    };
    connection.on('data', count);
    const from = hostOf(connection);
    this.#greet(channel, from)
      .catch((error: Error) => {
        // One that goes away without a word may be a replica that was killed on its way here.
        if (error instanceof PeerError && (error.code === 'LINK' || error.code === 'REFUSED')) return;
        this.#refuse(error.message, from);
      })
      .finally(() => {
        this.#strangerCount--;
        connection.removeListener('data', count);
      });
  }

  async #greet(channel: SocketChannel, from: string | undefined): Promise<void> {
    const { peer, key } = await acceptHello(channel, this.#options.identity(), (hello) =>
      this.#answerPath(hello),
    );
    if (peer.path === undefined) {
      this.#options.accepted(new Link(channel, peer, key, from));
      return;
    }
    const { link, received } = peer.path;
    const known = this.#channels.get(link);
    // What held when the answer was given may not hold any more.
    if (peer.path.joins !== (known !== undefined)) {
      channel.close(ENDED);
      return;
    }
    const redundant = known ?? this.#newChannel(link);
    redundant.add(channel, from ?? '', received);
    if (known === undefined) this.#options.accepted(new Link(redundant, peer, key, from));
  }

  #answerPath({ path }: Hello): PathPart | undefined {
    if (path === undefined) return undefined;
    const known = this.#channels.get(path.link);
    if (path.joins !== (known !== undefined)) throw new PeerError('ORDER', ENDED);
    if (!path.joins && path.received > 0) throw new PeerError('MALFORMED', 'a new link has no frames');
    return { link: path.link, joins: path.joins, received: known?.received ?? 0 };
  }

  #newChannel(link: string): RedundantChannel {
    const channel = new RedundantChannel({
      pathAdded: () => {},
      pathLost: () => {},
      ended: () => this.#channels.delete(link),
    });
    this.#channels.set(link, channel);
    return channel;
  }
}

/** The other side's, unless it is gone. An IPv4 number stays one on a socket for both kinds. */
function hostOf({ remoteAddress }: Socket): string | undefined {
  return remoteAddress?.replace(/^::ffff:/, '');
}

/** Links are WebSockets, and nothing else is served. */
function needsUpgrade(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426).end();
}

/** Why there is no TLS with this client. */
function tlsFault(error: Error, { authorizationError }: TLSSocket): string {
  if (authorizationError) return `its certificate does not count here (${authorizationError})`;
  if (error.message === HANG_UP)
    return 'it has broken TLS off, as one that does not take the certificate here';
  return plainMessage(error);
}
