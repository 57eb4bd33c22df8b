// One channel over several connections at once: every frame is numbered and goes over all of them, and the first copy
// that comes counts. A path may be cut, given up and dialled again while the channel lives on.
import {
  ACKNOWLEDGED_PATH_BYTES,
  LOST_PATH_PROBE_MS,
  MAXIMUM_PATH_BUFFER_BYTES,
  MAXIMUM_RETAINED_BYTES,
  MISSED_PATH_SIGNS,
  PATH_SIGN_INTERVAL_MS,
} from '../limits.js';
import { PeerError } from '../peer-error.js';
import type { Channel, ChannelHandler, SocketChannel } from './channel.js';
import { Inbox } from './inbox.js';

/** First byte of every message of a path. A number of 8 bytes follows: that of the frame; for received, how many
 *  frames the sender of the message has got. */
const KINDS = { text: 0, binary: 1, received: 2 } as const;
const HEADER_BYTES = 9;
const ENDED = 'this link is at its end';

interface Path {
  readonly name: string;
  readonly socket: SocketChannel;
  /** Turns in which nothing has come over it. */
  silentTurns: number;
  /** Signs of life in all. */
  signCount: number;
  /** Whether something has come that the other side sends only when it has added the path as well. */
  isShared: boolean;
}

interface RetainedFrame {
  readonly number: number;
  readonly bytes: Buffer;
}

/** What whoever made the channel wants to know of its paths. */
export interface PathListener {
  /** A connection has become a path, one of liveCount. */
  pathAdded(name: string, liveCount: number): void;
  /** A path is gone; the channel lives on. */
  pathLost(name: string, liveCount: number): void;
  /** The channel is at its end. */
  ended(): void;
}

export class RedundantChannel implements Channel {
  readonly #listener: PathListener;
  readonly #paths = new Set<Path>();
  readonly #inbox = new Inbox();
  #isEnded = false;
  /** Number of the next frame to send, and of the one that is expected. */
  #nextNumber = 0;
  #expected = 0;
  /** Frames that the other side may not have: a path that is added begins with the first one that it lacks. */
  #retained: RetainedFrame[] = [];
  #retainedBytes = 0;
  #unacknowledgedBytes = 0;
  #acknowledged = 0;
  /** How many frames the other side has said that it has got. */
  #delivered = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(listener: PathListener) {
    this.#listener = listener;
    this.#timer = setInterval(() => this.#turn(), PATH_SIGN_INTERVAL_MS);
    this.#timer.unref();
  }

  /** How many frames have been received. */
  get received(): number {
    return this.#expected;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Takes a connection whose hellos are exchanged; received: how many frames the other side has said in its hello that
   *  it has got. Throws PeerError LINK, the connection ended, where the numbering cannot be continued over it as yet, or
   *  the channel is at its end. */
  add(socket: SocketChannel, name: string, received: number): void {
    if (this.#isEnded) {
      socket.close(ENDED);
      throw new PeerError('LINK', ENDED);
    }
    // What the other paths have brought while the hello was under way, it does not tell.
    const start = Math.max(received, this.#delivered);
    const first = this.#retained[0]?.number ?? this.#nextNumber;
    if (start < first || start > this.#nextNumber) {
      // The other side may have added it already, and would take a word for the end of the link.
      socket.cut();
      throw new PeerError('LINK', `frames after ${start} are not to be had`);
    }
    const path: Path = { name, socket, silentTurns: 0, signCount: 0, isShared: false };
    this.#paths.add(path);
    this.#listener.pathAdded(name, this.#paths.size);
    socket.onSign((isAnswer) => heard(path, isAnswer));
    for (const frame of this.#retained) if (frame.number >= start) socket.send(frame.bytes);
    socket.open({
      message: (bytes, isBinary) => this.#take(path, bytes, isBinary),
      closed: () => this.#lose(path),
    });
  }

  open(handler: ChannelHandler): void {
    this.#inbox.open(handler);
  }

  send(data: string | Uint8Array, done?: (isHandedOver: boolean) => void): void {
    if (this.#isEnded) {
      done?.(false);
      return;
    }
    const isText = typeof data === 'string';
    const bytes = encode(
      isText ? KINDS.text : KINDS.binary,
      this.#nextNumber,
      isText ? Buffer.from(data) : data,
    );
    this.#retain({ number: this.#nextNumber++, bytes });
    let waiting = this.#paths.size;
    let isDone = false;
    const sent = (isHandedOver: boolean) => {
      waiting--;
      if (isDone || (!isHandedOver && waiting > 0)) return;
      isDone = true;
      done?.(isHandedOver);
    };
    for (const { socket } of [...this.#paths]) {
      if (done === undefined) socket.send(bytes);
      else socket.send(bytes, sent);
    }
    this.#giveUpCongested();
  }

  close(reason: string): void {
    this.#end(null, (socket) => socket.close(reason));
  }

  #retain(frame: RetainedFrame): void {
    this.#retained.push(frame);
    this.#retainedBytes += frame.bytes.length;
    // A path that still wants the oldest ones cannot be added until the other side has said that it has them.
    while (this.#retainedBytes > MAXIMUM_RETAINED_BYTES) this.#forgetFirst();
  }

  #forgetFirst(): void {
    this.#retainedBytes -= this.#retained.shift()!.bytes.length;
  }

  #take(path: Path, message: Buffer, isBinary: boolean): void {
    if (this.#isEnded) return;
    heard(path, false);
    const kind = message[0];
    if (!isBinary || message.length < HEADER_BYTES) return this.#refuse(path, 'a frame has no number');
    const number = Number(message.readBigUInt64BE(1));
    if (kind === KINDS.received) return this.#forget(path, number, message.length);
    if (kind !== KINDS.text && kind !== KINDS.binary)
      return this.#refuse(path, `no frame is of kind ${kind}`);
    if (number < this.#expected) return;
    if (number > this.#expected) return this.#refuse(path, `frame ${this.#expected} is missing`);
    this.#expected++;
    this.#unacknowledgedBytes += message.length;
    if (this.#unacknowledgedBytes >= ACKNOWLEDGED_PATH_BYTES) this.#acknowledge();
    this.#inbox.deliver((handler) => handler.message(message.subarray(HEADER_BYTES), kind === KINDS.binary));
  }

  /** The other side has all frames before this one. */
  #forget(path: Path, number: number, byteCount: number): void {
    if (number > this.#nextNumber || byteCount !== HEADER_BYTES) {
      return this.#refuse(path, `${number} frames cannot have been received`);
    }
    this.#delivered = Math.max(this.#delivered, number);
    while (this.#retained.length > 0 && this.#retained[0]!.number < number) this.#forgetFirst();
  }

  #acknowledge(): void {
    this.#unacknowledgedBytes = 0;
    this.#acknowledged = this.#expected;
    const bytes = encode(KINDS.received, this.#expected, new Uint8Array(0));
    for (const { socket } of this.#paths) socket.send(bytes);
  }

  /** One that breaks the rules is no path of this link, whoever it is; the others may still be. */
  #refuse(path: Path, reason: string): void {
    path.socket.cut();
    if (this.#paths.size > 1) this.#lose(path);
    else this.#end(new PeerError('MALFORMED', reason));
  }

  #lose(path: Path): void {
    if (!this.#paths.delete(path) || this.#isEnded) return;
    // Closed on purpose by the other side: that is meant for the link, not for the path.
    if (path.socket.closeReason !== null || this.#paths.size === 0) {
      this.#end(null);
      return;
    }
    this.#listener.pathLost(path.name, this.#paths.size);
    // One that the other side has refused tells nothing of its process.
    if (path.isShared) this.#probe();
  }

  /** Where a path breaks, the other side's process may have: then the others show no sign of life either. */
  #probe(): void {
    const probed = new Map([...this.#paths].map((path) => [path, path.signCount]));
    for (const { socket } of probed.keys()) socket.ping();
    setTimeout(() => {
      // After what has come meanwhile: this process itself may have been stopped.
      setImmediate(() => {
        const isDead = (path: Path) => probed.get(path) === path.signCount;
        if ([...this.#paths].every(isDead)) this.#end(null);
      });
    }, LOST_PATH_PROBE_MS).unref();
  }

  /** One that is silent, or takes nothing, while another one works is given up; one that the other side may yet refuse
   *  does not count as working. Where all are silent, it is for whoever uses the link to say what that means. */
  #turn(): void {
    if (this.#acknowledged < this.#expected) this.#acknowledge();
    for (const path of this.#paths) {
      path.silentTurns++;
      path.socket.ping();
    }
    const works = [...this.#paths].some(({ silentTurns, isShared }) => isShared && silentTurns <= 1);
    for (const path of [...this.#paths]) {
      if (works && path.silentTurns > MISSED_PATH_SIGNS) this.#cut(path);
    }
  }

  #giveUpCongested(): void {
    const buffered = [...this.#paths].map(({ socket }) => socket.bufferedBytes);
    const least = Math.min(...buffered);
    if (least > MAXIMUM_PATH_BUFFER_BYTES / 2) return;
    for (const path of [...this.#paths]) {
      if (path.socket.bufferedBytes > MAXIMUM_PATH_BUFFER_BYTES) this.#cut(path);
    }
  }

  #cut(path: Path): void {
    path.socket.cut();
    this.#lose(path);
  }

  #end(error: PeerError | null, close: (socket: SocketChannel) => void = (socket) => socket.cut()): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearInterval(this.#timer);
    this.#retained = [];
    for (const { socket } of this.#paths) close(socket);
    this.#paths.clear();
    this.#listener.ended();
    this.#inbox.deliver((handler) => handler.closed(error));
  }
}

function heard(path: Path, isAnswer: boolean): void {
  path.silentTurns = 0;
  path.signCount++;
  if (!isAnswer) path.isShared = true;
}

function encode(kind: number, number: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  bytes[0] = kind;
  bytes.writeBigUInt64BE(BigInt(number), 1);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}
