// An HTTP endpoint of the launcher: a small router on node:http, with limits on connections, requests and slow readers.
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import {
  MAXIMUM_FOLLOWERS,
  MAXIMUM_MANAGEMENT_CONNECTIONS,
  MAXIMUM_REQUEST_HEAD_BYTES,
  MAXIMUM_UNREAD_EVENT_BYTES,
  REQUEST_TIMEOUT_MS,
  STREAM_END_MS,
} from '../limits.js';
import type { ReplicaProcessId } from '../roles/gateway-step.js';
import type { PairHistory } from './pair-history.js';
import type { PairEvent, PairStatus } from './pair-status.js';

/** A command has been refused, with a sentence that says why. */
export class CommandRefused extends Error {}

/** What an endpoint shows and does. */
export interface Managed {
  readonly history: PairHistory;
  status(): PairStatus;
  /** Ends a replica: `primary`, `backup` or its name. Throws CommandRefused. */
  kill(target: string): ReplicaProcessId;
  /** Takes a replica for failed. Throws CommandRefused. */
  notify(target: string): ReplicaProcessId;
  /** In Prometheus' text format; null where nobody measures. */
  readonly metrics: { readonly contentType: string; text(): Promise<string> } | null;
}

export interface EndpointOptions {
  readonly managed: Managed;
  /** Whether commands are taken here, or questions only. */
  readonly takesCommands: boolean;
}

export class HttpEndpoint {
  readonly #managed: Managed;
  readonly #takesCommands: boolean;
  readonly #server: Server;
  readonly #streams = new Set<ServerResponse>();
  /** Whether only this host can reach it. */
  #isLocal = true;

  constructor({ managed, takesCommands }: EndpointOptions) {
    this.#managed = managed;
    this.#takesCommands = takesCommands;
    const limits = {
      maxHeaderSize: MAXIMUM_REQUEST_HEAD_BYTES,
      headersTimeout: REQUEST_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: REQUEST_TIMEOUT_MS / 4,
    };
    const listener: RequestListener = (request, response) => {
      this.#answer(request, response).catch((error: Error) => fail(response, 500, error.message));
    };
    this.#server = createServer(limits, listener);
    this.#server.maxConnections = MAXIMUM_MANAGEMENT_CONNECTIONS;
  }

  /** Resolves when it can be reached, to its address. Rejects with the system's error. */
  async listen(where: { path: string } | { host: string; port: number }): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(where, resolve);
    });
    this.#server.removeAllListeners('error');
    // A connection that fails is its client's affair.
    this.#server.on('error', () => {});
    const address = this.#server.address() as AddressInfo | string;
    if (typeof address === 'string') return address;
    this.#isLocal = address.address.startsWith('127.') || address.address === '::1';
    return address.family === 'IPv6'
      ? `[${address.address}]:${address.port}`
      : `${address.address}:${address.port}`;
  }

  /** Ends the streams after what they have been told, and closes. */
  async close(): Promise<void> {
    this.#server.close();
    const ends = [...this.#streams].map((stream) => new Promise<void>((resolve) => stream.end(resolve)));
    if (ends.length > 0) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, STREAM_END_MS);
      });
      await Promise.race([Promise.all(ends), late]);
      clearTimeout(timer);
    }
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://launcher');
    const route = `${request.method} ${url.pathname}`;
    if (
      Number(request.headers['content-length'] ?? 0) > 0 ||
      request.headers['transfer-encoding'] !== undefined
    ) {
      response.setHeader('connection', 'close');
      return fail(response, 413, 'a request has no body here');
    }
    if (!this.#isOwnName(request.headers.host))
      return fail(response, 421, 'this is not the host that was asked');
    switch (route) {
      case 'GET /status':
        return sendJson(response, 200, this.#managed.status());
      case 'GET /events':
        return this.#sendEvents(response, url.searchParams.get('follow') !== '0');
      case 'GET /metrics': {
        const { metrics } = this.#managed;
        if (metrics === null) return fail(response, 404, 'metrics are for --manage');
        const text = await metrics.text();
        response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
        return;
      }
      case 'POST /kill':
      case 'POST /notify':
        return this.#command(url, response);
      default:
        return fail(response, 404, 'there are /status, /events and /metrics');
    }
  }

  /** A page from elsewhere whose name was made to mean this host is not to read what is only for it (DNS rebinding). */
  #isOwnName(host: string | undefined): boolean {
    if (!this.#isLocal || host === undefined) return true;
    const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
    return isIP(name) !== 0 || !name.includes('.');
  }

  #command(url: URL, response: ServerResponse): void {
    if (!this.#takesCommands)
      return fail(response, 405, 'commands are taken by rjvm kill and rjvm notify only');
    const target = url.searchParams.get('replica') ?? '';
    try {
      const answer = url.pathname === '/kill' ? this.#managed.kill(target) : this.#managed.notify(target);
      sendJson(response, 200, answer);
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error;
      fail(response, 409, error.message);
    }
  }

  /** JSON lines: what has happened, and then, where that is asked for, what happens. */
  #sendEvents(response: ServerResponse, isFollowing: boolean): void {
    const { history } = this.#managed;
    if (isFollowing && this.#streams.size >= MAXIMUM_FOLLOWERS) {
      return fail(response, 503, `${MAXIMUM_FOLLOWERS} others follow already`);
    }
    response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    const past = history.events.map(line).join('');
    if (!isFollowing) {
      response.end(past);
      return;
    }
    response.flushHeaders();
    response.write(past);
    this.#streams.add(response);
    const unfollow = history.follow((event) => {
      // Who does not read is not waited for.
      if (response.writableLength > MAXIMUM_UNREAD_EVENT_BYTES) response.destroy();
      else response.write(line(event));
    });
    response.once('close', () => {
      unfollow();
      this.#streams.delete(response);
    });
    response.on('error', () => response.destroy());
  }
}

function line(event: PairEvent): string {
  return `${JSON.stringify(event)}\n`;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}

function fail(response: ServerResponse, status: number, error: string): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, status, { error });
}
