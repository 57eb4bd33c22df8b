// A cable between two ends of a TCP connection that can be cut, held up and mended; for tests of links.

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Passes bytes on between whoever connects to it and a port of the loopback interface. */
export class Relay {
  readonly #server: Server;
  /** What comes from one end, and where it goes. */
  readonly #directions = new Map<Socket, Socket>();
  #targetPort: number;
  #isHeld = false;
  connectionCount = 0;

  static async start(targetPort: number): Promise<Relay> {
    const relay = new Relay(targetPort);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer((near) => {
      this.connectionCount++;
      const far = connect(this.#targetPort, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#directions.set(from, to);
        from.on('error', () => {});
        from.on('close', () => {
          this.#directions.delete(from);
          to.destroy();
        });
        from.pipe(to);
        if (this.#isHeld) from.unpipe();
      }
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections that come from now on go to another port. */
  aim(targetPort: number): void {
    this.#targetPort = targetPort;
  }

  /** Ends all connections; new ones may come. */
  cut(): void {
    for (const socket of this.#directions.keys()) socket.destroy();
    this.#directions.clear();
  }

  /** Passes nothing on any more and says nothing of it, as a cable that is pulled out. */
  hold(): void {
    this.#isHeld = true;
    for (const socket of this.#directions.keys()) {
      socket.unpipe();
      socket.pause();
    }
  }

  /** Passes on what was held, and what comes. */
  release(): void {
    this.#isHeld = false;
    for (const [from, to] of this.#directions) from.pipe(to);
  }

  /** Held connections stay dead; new ones are passed on. */
  mend(): void {
    this.#isHeld = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
