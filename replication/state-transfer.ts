// The state of a machine on its way to a new backup: in frames of a bounded size, each sent when the one before has
// left, and believed only where its digest is right.
import { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { Digest } from '../lib/digest.js';
import { MAXIMUM_LIST_LENGTH, MAXIMUM_STATE_BYTES, STATE_CHUNK_BYTES } from './limits.js';
import type { Frame } from './messages.js';
import type { OutputBlock } from './outputs.js';
import { decoding, PeerError } from './peer-error.js';
import type { Inheritance } from './roles/role.js';
import { encodeState, type SavedState } from './saved-execution.js';

/** Sends all of it, frame after frame. send: hands over one frame, whose bytes are valid during the call, and calls back
 *  when the next one may follow. sent: the last frame has been handed over. isWanted is asked before each frame. */
export function sendState(
  inheritance: Inheritance<SavedState>,
  send: (frame: Frame, handedOver: () => void) => void,
  isWanted: () => boolean,
  sent: () => void,
): void {
  const pieces = [encodeOutputs(inheritance), ...encodeState(inheritance.state)];
  const byteCount = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const chunks = chunksOf(pieces);
  const digest = new Digest();
  const next = (): void => {
    if (!isWanted()) return;
    const { value: chunk, done } = chunks.next();
    if (done === true) {
      send({ kind: 'stateEnd', digest: digest.hex() }, () => {});
      sent();
      return;
    }
    digest.update(chunk);
    send({ kind: 'state', bytes: chunk }, later);
  };
  // Where the operating system takes a frame at once, the callback may come in the same turn of the event loop: outputs
  // and acknowledgements would wait for as many frames as fit into the socket.
  const later = () => setImmediate(next);
  send({ kind: 'stateBegin', byteCount }, later);
}

/** The same bytes in pieces of the size of a frame; small ones are put together. Each is valid until the next one. */
function* chunksOf(pieces: readonly Uint8Array[]): Generator<Uint8Array, undefined> {
  const chunk = new Uint8Array(STATE_CHUNK_BYTES);
  let length = 0;
  for (const piece of pieces) {
    for (let start = 0; start < piece.length; ) {
      const part = piece.subarray(start, start + STATE_CHUNK_BYTES - length);
      chunk.set(part, length);
      length += part.length;
      start += part.length;
      if (length === STATE_CHUNK_BYTES) {
        yield chunk;
        length = 0;
      }
    }
  }
  if (length > 0) yield chunk.subarray(0, length);
  return undefined;
}

function encodeOutputs(inheritance: Inheritance<unknown>): Uint8Array {
  const { batchNumber, confirmedSequence, unconfirmed } = inheritance;
  const body = new BinaryWriter().varuint(batchNumber + 1).varuint(confirmedSequence + 1);
  body.varuint(unconfirmed.length);
  for (const { firstSequence, lastSequence, bytes } of unconfirmed) {
    body.varuint(firstSequence).varuint(lastSequence).bytes(bytes);
  }
  return new BinaryWriter().bytes(body.finish()).finish();
}

/** Puts the frames of one state together. Every method throws PeerError where they are not what they should be. */
export class StateReceiver {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #digest = new Digest();
  #length = 0;

  constructor(byteCount: number) {
    if (byteCount > MAXIMUM_STATE_BYTES) throw new PeerError('MALFORMED', `a state of ${byteCount} bytes`);
    this.#bytes = new Uint8Array(byteCount);
  }

  append(chunk: Uint8Array): void {
    if (this.#length + chunk.length > this.#bytes.length) {
      throw new PeerError('MALFORMED', 'the state is longer than was said');
    }
    this.#bytes.set(chunk, this.#length);
    this.#digest.update(chunk);
    this.#length += chunk.length;
  }

  /** The whole; its state is a view over the one buffer that it fills with what goes before it. */
  finish(digest: string): Inheritance<Uint8Array<ArrayBuffer>> {
    if (this.#length !== this.#bytes.length || this.#digest.hex() !== digest) {
      throw new PeerError('MALFORMED', 'the state has come damaged');
    }
    return decoding('the state is damaged', () => {
      const whole = new BinaryReader(this.#bytes);
      const reader = new BinaryReader(whole.bytes());
      const batchNumber = reader.varuint() - 1;
      const confirmedSequence = reader.varuint() - 1;
      const count = reader.varuint();
      if (count > MAXIMUM_LIST_LENGTH) throw new PeerError('MALFORMED', `${count} outputs`);
      const unconfirmed = Array.from({ length: count }, (): OutputBlock => {
        const firstSequence = reader.varuint();
        return { firstSequence, lastSequence: reader.varuint(), bytes: new Uint8Array(reader.bytes()) };
      });
      return { batchNumber, confirmedSequence, unconfirmed, state: this.#bytes.subarray(whole.offset) };
    });
  }
}
