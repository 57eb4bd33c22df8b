// Channels: what a link sends its messages through. One WebSocket is one; several paths at once are another.
import { type RawData, WebSocket } from 'ws';
import { PeerError } from '../peer-error.js';
import { Inbox } from './inbox.js';
import { plainMessage } from './plain-error.js';

/** WebSocket close code for a peer that breaks the rules, or is not wanted any more (RFC 6455 §7.4.1). */
export const POLICY_VIOLATION = 1008;
const MAXIMUM_REASON_BYTES = 120;

export interface ChannelHandler {
  message(bytes: Buffer, isBinary: boolean): void;
  /** The channel is down for good; error: what this side has met with, where it has. */
  closed(error: PeerError | null): void;
}

/** A two-way stream of messages, in order and without gaps. */
export interface Channel {
  /** Begins to deliver what comes, and what has come; once. */
  open(handler: ChannelHandler): void;
  /** A string goes as text. done: called once, with whether the operating system has taken the message. */
  send(data: string | Uint8Array, done?: (isHandedOver: boolean) => void): void;
  /** Closes at once, whatever the other side does. What is under way may be lost. */
  close(reason: string): void;
}

/** A channel of one WebSocket. */
export class SocketChannel implements Channel {
  readonly #socket: WebSocket;
  readonly #inbox = new Inbox();
  #error: PeerError | null = null;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data, isBinary) =>
      this.#inbox.deliver((handler) => handler.message(bytesOf(data), isBinary)),
    );
    // 'error' always comes with 'close'; a frame that is too long, or is none, ends up here.
    socket.on('error', (error) => {
      this.#error ??= new PeerError('LINK', plainMessage(error));
    });
    socket.on('close', (code, reason) => {
      this.closeReason = code === POLICY_VIOLATION ? reason.toString() : null;
      this.#inbox.deliver((handler) => handler.closed(this.#error));
    });
  }

  /** Why the other side has closed the channel on purpose; null where it has not. */
  closeReason: string | null = null;

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Bytes that the operating system has not taken yet. */
  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  open(handler: ChannelHandler): void {
    this.#inbox.open(handler);
  }

  /** The next message, before the channel is opened. Rejects with PeerError where it is closed first. */
  next(): Promise<{ readonly bytes: Buffer; readonly isBinary: boolean }> {
    return new Promise((resolve, reject) => {
      this.#inbox.open({
        message: (bytes, isBinary) => {
          this.#inbox.leave();
          resolve({ bytes, isBinary });
        },
        closed: (error) => {
          this.#inbox.leave();
          reject(error ?? this.#endedEarly());
        },
      });
    });
  }

  #endedEarly(): PeerError {
    if (this.closeReason !== null) return new PeerError('REFUSED', `it refuses: ${this.closeReason}`);
    return new PeerError('LINK', 'it ends before it has said hello');
  }

  send(data: string | Uint8Array, done?: (isHandedOver: boolean) => void): void {
    if (this.#socket.readyState !== WebSocket.OPEN) done?.(false);
    else if (done === undefined) this.#socket.send(data);
    else this.#socket.send(data, (error) => done(error === undefined || error === null));
  }

  /** Asks for a sign of life; answered: called when it comes. */
  ping(): void {
    if (this.isOpen) this.#socket.ping();
  }

  /** heard: called at each answer to a ping, which the other side's WebSocket gives by itself, and at each ping. */
  onSign(heard: (isAnswer: boolean) => void): void {
    this.#socket.on('pong', () => heard(true));
    this.#socket.on('ping', () => heard(false));
  }

  close(reason: string): void {
    this.#sayClose(reason);
    this.#socket.terminate();
  }

  /** Ends the connection without a word: as if it had been cut. */
  cut(): void {
    this.#socket.terminate();
  }

  /** Closes so that the other side has time to read why. */
  refuse(reason: string, graceMs: number): void {
    this.#sayClose(reason);
    setTimeout(() => this.#socket.terminate(), graceMs).unref();
  }

  #sayClose(reason: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.close(POLICY_VIOLATION, shortened(reason));
  }
}

/** At most as many bytes as a close frame holds, and no half characters. */
function shortened(text: string): string {
  let end = text.length;
  while (Buffer.byteLength(text.slice(0, end)) > MAXIMUM_REASON_BYTES) end--;
  return text.slice(0, end);
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
