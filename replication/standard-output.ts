// The launcher's standard output and error: writes the released outputs in their order, without ever blocking the
// process that has to notice when a replica dies.
import { fstatSync, write as fsWrite } from 'node:fs';
import { HostError } from '../jvm/environment.js';
import { posixCode } from '../lib/errors.js';
import { strerror } from '../lib/strerror.js';
import type { OutputItem, StandardStream } from './outputs.js';

/** Writes some of the bytes to a descriptor; the callback tells how many, or the error. */
export type WriteSome = (
  descriptor: number,
  bytes: Uint8Array,
  done: (error: Error | null, byteCount: number) => void,
) => void;

/** A write to a stream has failed; lasting: so will all later ones. */
export type OutputFailed = (stream: StandardStream, error: HostError, lasting: boolean) => void;

/** A stream that would block is asked again after this time. */
const RETRY_MS = 5;
const STANDARD_ERROR = 2;
/** Neighbouring items for the same stream go out in one write of up to this size: what a pipe holds. */
const MAXIMUM_WRITE_BYTES = 64 << 10;

const writeSome: WriteSome = (descriptor, bytes, done) =>
  fsWrite(descriptor, bytes, 0, bytes.length, null, done);

const LINE_FEED = 0x0a;

export class StandardOutput {
  readonly #written: (sequence: number) => void;
  readonly #failed: OutputFailed;
  readonly #writeSome: WriteSome;
  readonly #reports: number;
  #queue: OutputItem[] = [];
  /** The stream that an item is being written to. */
  #busy: StandardStream | null = null;
  /** Lines of our own that wait, and whether one is being written. */
  #lines: string[] = [];
  #isReporting = false;
  readonly #broken = new Set<StandardStream>();
  #drained: (() => void)[] = [];
  /** Whether both streams go to the same terminal, pipe or file. */
  readonly #isOne: boolean;
  /** Whether the last byte out on standard error, or where they are one on either stream, was not a line's end. */
  #isWithinLine = false;

  /** written: called with the sequence number of the last item that is out. failed: called before that where it is
   *  not, with the reason. reports: descriptor for lines of our own. isOne: whether both streams
   *  go to the same place. */
  constructor(
    written: (sequence: number) => void,
    failed: OutputFailed,
    write: WriteSome = writeSome,
    reports: number = STANDARD_ERROR,
    isOne: boolean = areSameFile(1, 2),
  ) {
    this.#isOne = isOne;
    this.#written = written;
    this.#failed = failed;
    this.#reports = reports;
    this.#writeSome = write;
  }

  /** Queues an item. The gateway confirms only what is out, so the queue is bounded by what replicas may leave
   *  unconfirmed. The bytes must not change afterwards. */
  enqueue(item: OutputItem): void {
    this.#queue.push(item);
    this.#advance();
  }

  /** A line of our own on standard error: before what waits, whatever holds up the other stream, but never within an item,
   *  nor in a line that the program has begun. */
  report(line: string): void {
    this.#lines.push(line);
    this.#advanceReports();
  }

  /** Whether items for a stream go where our own lines go. */
  #meetsReports(stream: StandardStream): boolean {
    return this.#reports === STANDARD_ERROR && (stream === STANDARD_ERROR || this.#isOne);
  }

  /** Where nobody reads them, the state file tells the same. */
  #advanceReports(): void {
    if (this.#isReporting || (this.#busy !== null && this.#meetsReports(this.#busy))) return;
    const line = this.#lines.shift();
    if (line === undefined) {
      this.#advance();
      return;
    }
    this.#isReporting = true;
    this.#writeAll(this.#reports, this.#reportBytes(line), () => {
      this.#isReporting = false;
      this.#advanceReports();
    });
  }

  /** The line, on a new line where the program has not finished its own. */
  #reportBytes(line: string): Uint8Array {
    const start = this.#isWithinLine && this.#reports === STANDARD_ERROR ? '\n' : '';
    this.#isWithinLine = false;
    return Buffer.from(`${start}rjvm: ${line}\n`);
  }

  /** Whether something waits to be written. */
  get waiting(): boolean {
    return this.#busy !== null || this.#queue.length > 0 || this.#isReporting || this.#lines.length > 0;
  }

  /** Resolves when all that was queued is out. */
  async drain(): Promise<void> {
    if (!this.waiting) return;
    await new Promise<void>((resolve) => {
      this.#drained.push(resolve);
    });
  }

  #advance(): void {
    while (this.#busy === null) {
      const first = this.#queue[0];
      if (first === undefined) {
        if (this.waiting) return;
        const drained = this.#drained;
        this.#drained = [];
        for (const resolve of drained) resolve();
        return;
      }
      if (first.kind !== 'write') {
        this.#queue.shift();
        this.#written(first.sequence);
        continue;
      }
      if (this.#isReporting && this.#meetsReports(first.stream)) return;
      this.#writeRun(first.stream);
    }
  }

  /** Writes the items at the head of the queue that go to one stream. */
  #writeRun(stream: StandardStream): void {
    const parts: Uint8Array[] = [];
    let byteCount = 0;
    let lastSequence = 0;
    for (const entry of this.#queue) {
      if (entry.kind !== 'write' || entry.stream !== stream) break;
      if (parts.length > 0 && byteCount + entry.bytes.length > MAXIMUM_WRITE_BYTES) break;
      parts.push(entry.bytes);
      byteCount += entry.bytes.length;
      lastSequence = entry.sequence;
    }
    this.#queue.splice(0, parts.length);
    this.#write(stream, parts.length === 1 ? parts[0]! : Buffer.concat(parts), lastSequence);
  }

  #write(stream: StandardStream, bytes: Uint8Array, lastSequence: number): void {
    this.#busy = stream;
    if (bytes.length > 0 && (stream === STANDARD_ERROR || this.#isOne))
      this.#isWithinLine = bytes.at(-1) !== LINE_FEED;
    if (bytes.length === 0 || this.#broken.has(stream)) {
      setImmediate(() => this.#finish(lastSequence));
      return;
    }
    this.#writeAll(stream, bytes, (code) => {
      if (code !== null) {
        // The bytes are lost, the program is told and goes on; without a reader, they are lost for good.
        const lasting = code === 'EPIPE' || code === 'EBADF';
        if (lasting) this.#broken.add(stream);
        this.#failed(stream, new HostError(code, strerror(code)), lasting);
      }
      this.#finish(lastSequence);
    });
  }

  /** done: with the code of the error that has cut it short, or null. */
  #writeAll(descriptor: number, bytes: Uint8Array, done: (code: string | null) => void): void {
    this.#writeSome(descriptor, bytes, (error, byteCount) => {
      const code = error === null ? null : posixCode(error);
      if (code === null && byteCount >= bytes.length) done(null);
      else if (code === null) this.#writeAll(descriptor, bytes.subarray(byteCount), done);
      else if (code === 'EAGAIN') setTimeout(() => this.#writeAll(descriptor, bytes, done), RETRY_MS);
      else if (code === 'EINTR') this.#writeAll(descriptor, bytes, done);
      else done(code);
    });
  }

  #finish(lastSequence: number): void {
    this.#busy = null;
    this.#written(lastSequence);
    this.#advanceReports();
    this.#advance();
  }
}

function areSameFile(left: number, right: number): boolean {
  try {
    const [first, second] = [fstatSync(left), fstatSync(right)];
    return first.dev === second.dev && first.ino === second.ino;
  } catch {
    // One of them is closed.
    return false;
  }
}
