// A link: the messages that two processes exchange once they have made sure of each other, JSON for control and binary
// frames for the rest.
import { PeerError } from '../peer-error.js';
import type { Channel } from './channel.js';
import type { Hello } from './handshake.js';

export interface LinkHandler {
  /** Control message or frame. A PeerError thrown here closes the link. */
  text(text: string): void;
  frame(bytes: Uint8Array): void;
  /** The link is down for good; error: why this side closed it, where it did. */
  closed(error: PeerError | null): void;
}

/** An open link, both hellos exchanged. */
export class Link {
  readonly #channel: Channel;
  /** The other side's hello. */
  readonly peer: Hello;
  /** Known to the two sides alone. */
  readonly key: () => Buffer;
  #handler: LinkHandler | null = null;
  #error: PeerError | null = null;
  #closed = false;

  /** from: the host at the other side, where this side was dialled. */
  constructor(
    channel: Channel,
    peer: Hello,
    key: () => Buffer,
    readonly from?: string,
  ) {
    this.#channel = channel;
    this.peer = peer;
    this.key = key;
  }

  /** Begins to deliver what comes, and what has come; once. */
  open(handler: LinkHandler): void {
    this.#handler = handler;
    this.#channel.open({
      message: (bytes, isBinary) => this.#receive(bytes, isBinary),
      closed: (error) => this.#close(error),
    });
  }

  #receive(bytes: Buffer, isBinary: boolean): void {
    // After an error nothing of what is still under way counts.
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

  #close(error: PeerError | null): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handler?.closed(this.#error ?? error);
  }

  /** sent: called when the message has been handed to the operating system, or cannot be. */
  sendJson(message: object, sent?: () => void): void {
    this.#channel.send(JSON.stringify(message), sent);
  }

  /** handedOver: called when the frame has been handed to the operating system, and never where it cannot be. */
  send(frame: Uint8Array, handedOver?: () => void): void {
    if (handedOver === undefined) this.#channel.send(frame);
    else
      this.#channel.send(frame, (isHandedOver) => {
        if (isHandedOver) handedOver();
      });
  }

  /** Closes at once, whatever the other side does. What is under way may be lost. */
  close(reason: string): void {
    this.#channel.close(reason);
  }
}
