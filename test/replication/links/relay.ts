// A cable between two ends of a TCP connection that can be cut, held up and mended; for tests of links.

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Passes bytes on between whoever connects to it and a port of the loopback interface. */
export class Relay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isHeld = false;
  connectionCount = 0;

  static async start(targetPort: number): Promise<Relay> {
    const relay = new Relay(targetPort);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  private constructor(targetPort: number) {
    this.#server = createServer((near) => {
      this.connectionCount++;
      const far = connect(targetPort, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('error', () => {});
        from.on('close', () => to.destroy());
        from.pipe(to);
        if (this.#isHeld) from.unpipe();
      }
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends all connections; new ones may come. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  /** Passes nothing on any more and says nothing of it, as a cable that is pulled out. */
  hold(): void {
    this.#isHeld = true;
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
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
