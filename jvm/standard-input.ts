// Standard input as the machine holds it: bytes that have been delivered and not yet read, and the request for more.
// All of it is machine state; what comes from outside comes as external actions, at the same point on every replica.
import type { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { type InternalDescriptor, output } from './actions.js';
import { type ActionResult, HostError, type Request } from './environment.js';

/** What standard input needs of its machine. */
interface Actor {
  perform(descriptor: InternalDescriptor, request: Request): ActionResult;
  /** Takes the running thread off the processor until something is delivered. */
  waitForInput(): never;
}

/** The least that is asked for: asking costs a message to the launcher and back. */
const MINIMUM_REQUEST_BYTES = 64 << 10;
const NO_BYTES = new Uint8Array(0);

const readDescriptor = output({ asynchronous: true, acknowledged: true });

/** The last answer, as far as no reader has taken it. `polled`: there was nothing to read. */
const ANSWERS = ['none', 'end', 'polled', 'error'] as const;

export class StandardInput {
  readonly #actor: Actor;
  #bytes: Uint8Array = NO_BYTES;
  #next = 0;
  #answer: (typeof ANSWERS)[number] = 'none';
  #error: HostError | null = null;
  #lastId = 0;
  /** Id of the request that has no answer yet; 0 where there is none. */
  #outstanding = 0;

  constructor(actor: Actor) {
    this.#actor = actor;
  }

  get #left(): number {
    return this.#bytes.length - this.#next;
  }

  /** The next bytes, at most byteCount; none at the end of the stream, which a terminal may go on from. Leaves with
   *  a blocked thread where nothing has been delivered. */
  read(byteCount: number): Uint8Array | HostError {
    if (byteCount === 0) return NO_BYTES;
    if (this.#left > 0) {
      const bytes = this.#bytes.subarray(this.#next, this.#next + byteCount);
      this.#next += bytes.length;
      if (this.#left === 0) {
        this.#bytes = NO_BYTES;
        this.#next = 0;
      }
      return bytes;
    }
    const answer = this.#answer;
    this.#answer = 'none';
    if (answer === 'end') return NO_BYTES;
    if (answer === 'error') return this.#error!;
    this.#request(byteCount, true);
    return this.#actor.waitForInput();
  }

  /** How many bytes can be read without waiting for whoever writes them. Leaves with a blocked thread until the host
   *  has been asked. */
  available(): number {
    if (this.#left > 0) return this.#left;
    const answer = this.#answer;
    if (answer === 'polled') this.#answer = 'none';
    if (answer !== 'none' || this.#outstanding !== 0) return 0;
    this.#request(MINIMUM_REQUEST_BYTES, false);
    return this.#actor.waitForInput();
  }

  #request(byteCount: number, wait: boolean): void {
    if (this.#outstanding !== 0) return;
    const id = this.#lastId + 1;
    this.#actor.perform(readDescriptor, {
      kind: 'readStandardInput',
      id,
      byteCount: Math.max(byteCount, MINIMUM_REQUEST_BYTES),
      wait,
    });
    this.#lastId = id;
    this.#outstanding = id;
  }

  /** The answer to a request; false where it is not the one that is outstanding. */
  deliver(id: number, value: Uint8Array | null | HostError): boolean {
    if (id !== this.#outstanding) return false;
    this.#outstanding = 0;
    if (value instanceof HostError) {
      this.#answer = 'error';
      this.#error = value;
    } else if (value === null) this.#answer = 'polled';
    else if (value.length === 0) this.#answer = 'end';
    else {
      this.#bytes = value;
      this.#next = 0;
    }
    return true;
  }

  /** Appends this state; see restore. */
  save(writer: BinaryWriter): void {
    writer.bytes(this.#bytes.subarray(this.#next)).u8(ANSWERS.indexOf(this.#answer));
    writer.string(this.#error?.code ?? '').string(this.#error?.message ?? '');
    writer.varuint(this.#lastId).varuint(this.#outstanding);
  }

  restore(reader: BinaryReader): void {
    this.#bytes = reader.bytes().slice();
    this.#next = 0;
    this.#answer = ANSWERS[reader.u8()]!;
    this.#error = new HostError(reader.string(), reader.string());
    this.#lastId = reader.varuint();
    this.#outstanding = reader.varuint();
  }
}
