// Outputs on their way to the gateway: items with one global sequence and an offset in their stream, and blocks of them.
import { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { crc32 } from '../lib/checksums.js';
import { decoding, PeerError } from './peer-error.js';

/** Standard output (1) or error (2). */
export type StandardStream = 1 | 2;

/** One output. The sequence number, counted from 0 over all outputs of the program, is the same on every replica. */
export type OutputItem =
  | {
      readonly kind: 'write';
      readonly sequence: number;
      readonly stream: StandardStream;
      /** Bytes that the program wrote to the stream before this item. */
      readonly offset: number;
      readonly bytes: Uint8Array;
    }
  /** The program asks for standard input; see the request readStandardInput. As an output it is released when the
   *  backup holds the log before it, and with that all earlier input. */
  | {
      readonly kind: 'readInput';
      readonly sequence: number;
      readonly id: number;
      readonly byteCount: number;
      readonly wait: boolean;
    }
  /** An output that the program waits for, such as a change of a file, is about to be performed by the primary, when the
   *  replicas have compared it (patent fig. 7, S71). The gateway only confirms it. checksum: of the request. */
  | { readonly kind: 'announce'; readonly sequence: number; readonly checksum: number }
  /** The program has ended; always the last one. */
  | { readonly kind: 'exit'; readonly sequence: number; readonly exitCode: number };

/** Consecutive items in encoded form. */
export interface OutputBlock {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const EXIT_TAG = 0;
const READ_INPUT_TAG = 3;
const ANNOUNCE_TAG = 4;

/** Where a program's outputs have come to: the next sequence number, and the offsets of both streams in bytes. */
export interface OutputPosition {
  readonly nextSequence: number;
  readonly offsets: { readonly 1: number; readonly 2: number };
  /** Of all that was written to them. */
  readonly checksum: number;
}

/** Numbers outputs and packs them into blocks. */
export class OutputWriter {
  readonly #writer = new BinaryWriter();
  readonly #block = new BinaryWriter();
  readonly #offsets = { 1: 0, 2: 0 };
  #firstSequence = 0;
  #nextSequence = 0;
  #checksum = 0;

  /** CRC-32 of all bytes written so far: equal on equivalent replicas. */
  get checksum(): number {
    return this.#checksum;
  }

  /** Everything before it has been taken. */
  get position(): OutputPosition {
    if (this.byteCount > 0) throw new Error('outputs have not been taken');
    return { nextSequence: this.#nextSequence, offsets: { ...this.#offsets }, checksum: this.#checksum };
  }

  /** Makes a new writer go on where another one stood. */
  restore({ nextSequence, offsets, checksum }: OutputPosition): void {
    this.#checksum = checksum;
    this.#firstSequence = nextSequence;
    this.#nextSequence = nextSequence;
    Object.assign(this.#offsets, offsets);
  }

  /** Encoded bytes that wait for the next block. */
  get byteCount(): number {
    return this.#writer.length;
  }

  write(stream: StandardStream, bytes: Uint8Array): void {
    this.#writer.u8(stream).varuint(this.#offsets[stream]).bytes(bytes);
    this.#offsets[stream] += bytes.length;
    this.#checksum = crc32(this.#checksum, bytes);
    this.#nextSequence++;
  }

  readInput(id: number, byteCount: number, wait: boolean): void {
    this.#writer.u8(READ_INPUT_TAG).varuint(id).varuint(byteCount).boolean(wait);
    this.#nextSequence++;
  }

  /** Answers the sequence number. */
  announce(checksum: number): number {
    this.#writer.u8(ANNOUNCE_TAG).u32(checksum);
    return this.#nextSequence++;
  }

  exit(exitCode: number): void {
    this.#writer.u8(EXIT_TAG).i32(exitCode);
    this.#nextSequence++;
  }

  /** The outputs since the last call as a block; null where there are none. */
  take(): OutputBlock | null {
    const count = this.#nextSequence - this.#firstSequence;
    if (count === 0) return null;
    const header = this.#block.varuint(this.#firstSequence).varuint(count);
    const block = {
      firstSequence: this.#firstSequence,
      lastSequence: this.#nextSequence - 1,
      bytes: header.raw(this.#writer.written).finish(),
    };
    this.#block.reset();
    this.#writer.reset();
    this.#firstSequence = this.#nextSequence;
    return block;
  }
}

/** Decodes a block. The items' bytes are views over the block. Throws PeerError MALFORMED. */
export function decodeOutputs(bytes: Uint8Array): OutputItem[] {
  return decoding('an output block is damaged', () => {
    const reader = new BinaryReader(bytes);
    const firstSequence = reader.varuint();
    const count = reader.varuint();
    const items: OutputItem[] = [];
    for (let index = 0; index < count; index++) {
      const sequence = firstSequence + index;
      const tag = reader.u8();
      if (tag === EXIT_TAG) items.push({ kind: 'exit', sequence, exitCode: reader.i32() });
      else if (tag === ANNOUNCE_TAG) items.push({ kind: 'announce', sequence, checksum: reader.u32() });
      else if (tag === READ_INPUT_TAG) {
        const id = reader.varuint();
        items.push({
          kind: 'readInput',
          sequence,
          id,
          byteCount: reader.varuint(),
          wait: reader.boolean(),
        });
      } else if (tag === 1 || tag === 2) {
        const offset = reader.varuint();
        items.push({ kind: 'write', sequence, stream: tag, offset, bytes: reader.bytes() });
      } else throw new PeerError('MALFORMED', `no output begins with the byte ${tag}`);
    }
    if (reader.remaining !== 0)
      throw new PeerError('MALFORMED', `${reader.remaining} bytes follow the last output`);
    return items;
  });
}
