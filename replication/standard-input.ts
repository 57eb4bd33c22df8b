// The process's standard input: read only when the program asks, at most one piece ahead, never blocking this thread
// or the end of the process.
import { closeSync, constants, fstatSync, openSync, read, readSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { isatty, ReadStream } from 'node:tty';
import { HostError } from '../jvm/environment.js';
import { posixCode } from '../lib/errors.js';
import { strerror } from '../lib/strerror.js';
import { MAXIMUM_INPUT_BYTES } from './limits.js';

/** What a request is answered: bytes, none at the end, null where there is nothing yet. */
export type InputValue = Uint8Array | null | HostError;

/** Time that bytes which are already there need to be seen; only then there is nothing. */
const POLL_MS = 15;
const RETRY_MS = 5;
const NO_BYTES = new Uint8Array(0);

interface InputRequest {
  readonly byteCount: number;
  readonly answer: (value: InputValue) => void;
}

export class StandardInput {
  readonly #descriptor: number;
  /** Pipe, socket or terminal; null before the first request, at the end of a terminal's input, and for files. */
  #stream: Readable | null = null;
  /** What every further request is answered; of a terminal only the next one, as it may go on after Ctrl-D. */
  #ended: InputValue = null;
  /** Descriptor of the stream where that is a pipe; reading it never waits. */
  #pipe: number | null = null;
  #isTerminal = false;
  #request: InputRequest | null = null;

  constructor(descriptor = 0) {
    this.#descriptor = descriptor;
  }

  /** Answers once, later: with wait when there is something to tell, else soon. One request at a time. */
  request(byteCount: number, wait: boolean, answer: (value: InputValue) => void): void {
    if (this.#request !== null) throw new Error('standard input is asked twice at once');
    const request = { byteCount: Math.min(byteCount, MAXIMUM_INPUT_BYTES), answer };
    this.#request = request;
    if (this.#isFile()) {
      this.#readFile(request);
      return;
    }
    setImmediate(() => {
      this.#serve();
      if (!wait) this.#endPoll(request);
    });
  }

  /** In a busy process the time may be over before the event loop has come to look at the stream once. */
  #endPoll(request: InputRequest): void {
    setTimeout(() => {
      setImmediate(() => {
        if (this.#request === request) this.#answer(null);
      });
    }, POLL_MS);
  }

  #answer(value: InputValue): void {
    const request = this.#request;
    this.#request = null;
    request?.answer(value);
  }

  /** A regular file, or a device such as /dev/null: a read of it does not wait for anybody. */
  #isFile(): boolean {
    if (this.#stream !== null) return false;
    try {
      const status = fstatSync(this.#descriptor);
      return !status.isFIFO() && !status.isSocket() && !isatty(this.#descriptor);
    } catch {
      // Reading says what is wrong with it.
      return true;
    }
  }

  #readFile(request: InputRequest): void {
    const bytes = new Uint8Array(request.byteCount);
    read(this.#descriptor, bytes, 0, bytes.length, null, (error, count) => {
      const code = error === null ? '' : posixCode(error);
      if (code === 'EAGAIN' || code === 'EINTR') setTimeout(() => this.#readFile(request), RETRY_MS);
      else if (code !== '') this.#answer(new HostError(code, strerror(code)));
      else this.#answer(bytes.subarray(0, count));
    });
  }

  #serve(): void {
    if (this.#request === null) return;
    if (this.#ended !== null) {
      const value = this.#ended;
      if (this.#isTerminal && !(value instanceof HostError)) this.#ended = null;
      this.#answer(value);
      return;
    }
    this.#stream ??= this.#open();
    const chunk = (this.#stream.read() as Uint8Array | null) ?? this.#readPipe();
    if (chunk === null) return;
    if (chunk.length > 0) this.#answer(chunk);
    else this.#end(NO_BYTES);
  }

  /** What is in the pipe that the stream has not seen: of a named one that nobody writes any more, the stream is told
   *  neither of the rest nor of the end. null: nothing yet, none: the end. */
  #readPipe(): Uint8Array | null {
    if (this.#pipe === null) return null;
    try {
      const bytes = new Uint8Array(MAXIMUM_INPUT_BYTES);
      return bytes.subarray(0, readSync(this.#pipe, bytes));
    } catch {
      // It would have to wait, or the stream will say what is wrong.
      return null;
    }
  }

  #end(value: InputValue): void {
    this.#stream?.destroy();
    this.#stream = null;
    this.#pipe = null;
    this.#ended = value;
    this.#serve();
  }

  #open(): Readable {
    this.#isTerminal = isatty(this.#descriptor);
    this.#pipe = this.#isTerminal ? null : ownPipe(this.#descriptor);
    const stream = this.#isTerminal
      ? new ReadStream(this.#descriptor)
      : new Socket({ fd: this.#pipe ?? this.#descriptor, readable: true, writable: false });
    const end = (value: InputValue) => {
      if (this.#stream === stream) this.#end(value);
    };
    stream.on('readable', () => this.#serve());
    stream.on('end', () => end(NO_BYTES));
    stream.on('error', (error) => {
      const code = posixCode(error);
      end(new HostError(code, strerror(code)));
    });
    return stream;
  }

  /** Gives standard input up; nothing is answered any more. */
  close(): void {
    this.#request = null;
    const stream = this.#stream;
    this.#stream = null;
    this.#pipe = null;
    stream?.destroy();
  }
}

/** An open file of our own for the same pipe: a pipe that does not block must not surprise those who share it. null for
 *  what is no pipe. */
function ownPipe(descriptor: number): number | null {
  try {
    const own = openSync(`/proc/self/fd/${descriptor}`, constants.O_RDONLY | constants.O_NONBLOCK);
    if (fstatSync(own).isFIFO()) return own;
    closeSync(own);
  } catch {
    // A socket, or a host without /proc.
  }
  return null;
}
