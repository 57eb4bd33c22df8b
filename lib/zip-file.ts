// Reader of zip files, and so of jars: the central directory is kept, entries are read when asked for.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { crc32 } from './checksums.js';
import { posixCode, UserError } from './errors.js';

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAXIMUM_COMMENT_BYTES = 0xffff;
const END64_LOCATOR_SIGNATURE = 0x07064b50;
const END64_LOCATOR_BYTES = 20;
const END64_SIGNATURE = 0x06064b50;
const END64_BYTES = 56;
const CENTRAL_SIGNATURE = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;

/** Values that mean: see the 64-bit record. */
const UNKNOWN_16 = 0xffff;
const UNKNOWN_32 = 0xffff_ffff;
const EXTRA_ZIP64 = 0x0001;

const FLAG_ENCRYPTED = 1;
const METHOD_STORED = 0;
const METHOD_DEFLATED = 8;
const MAXIMUM_ENTRY_BYTES = 0x7fff_ffff;

interface Entry {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  /** Position of the local header in the file. */
  readonly position: number;
}

interface Directory {
  readonly entryCount: number;
  readonly byteCount: number;
  readonly position: number;
  /** Bytes before the archive proper, as self-executing jars have them: added to every position. */
  readonly prefixBytes: number;
}

/** An open zip file. Errors are UserError: ZIP_OPEN, ZIP_DAMAGED, ZIP_UNSUPPORTED, each naming the file. */
export class ZipFile {
  readonly #descriptor: number;
  readonly #size: number;
  readonly #entries = new Map<string, Entry>();
  #closed = false;

  private constructor(
    readonly path: string,
    descriptor: number,
  ) {
    this.#descriptor = descriptor;
    this.#size = fstatSync(descriptor).size;
    this.#readDirectory(this.#findDirectory());
  }

  /** Opens a zip file and reads its directory. */
  static open(path: string): ZipFile {
    let descriptor: number;
    try {
      descriptor = openSync(path, 'r');
    } catch (error) {
      throw new UserError('ZIP_OPEN', `${path} cannot be opened (${posixCode(error)}): check the path.`, {
        cause: error,
      });
    }
    try {
      return new ZipFile(path, descriptor);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** Names of the entries, folders with a slash at their end, in the file's order. */
  get names(): string[] {
    return [...this.#entries.keys()];
  }

  /** The content of an entry, or undefined where there is none of that name. */
  find(name: string): Uint8Array<ArrayBuffer> | undefined {
    const entry = this.#entries.get(name);
    return entry && this.#readEntry(name, entry);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#descriptor);
  }

  /** Looks for the end record backwards, since a comment of any content may follow it. */
  #findDirectory(): Directory {
    const tailBytes = Math.min(this.#size, END_BYTES + MAXIMUM_COMMENT_BYTES);
    const tailPosition = this.#size - tailBytes;
    const tail = this.#read(tailPosition, tailBytes);
    for (let offset = tailBytes - END_BYTES; offset >= 0; offset--) {
      if (tail.getUint32(offset, true) !== END_SIGNATURE) continue;
      if (offset + END_BYTES + tail.getUint16(offset + 20, true) > tailBytes) continue;
      const endPosition = tailPosition + offset;
      const entryCount = tail.getUint16(offset + 10, true);
      const byteCount = tail.getUint32(offset + 12, true);
      const position = tail.getUint32(offset + 16, true);
      if (entryCount === UNKNOWN_16 || byteCount === UNKNOWN_32 || position === UNKNOWN_32) {
        const directory = this.#findDirectory64(endPosition);
        if (directory !== undefined) return directory;
      }
      return { entryCount, byteCount, position, prefixBytes: endPosition - byteCount - position };
    }
    throw this.#damaged('it does not end like a zip file');
  }

  /** The 64-bit end record, where there is one before the end record. */
  #findDirectory64(endPosition: number): Directory | undefined {
    const locatorPosition = endPosition - END64_LOCATOR_BYTES;
    if (locatorPosition < END64_BYTES) return undefined;
    const locator = this.#read(locatorPosition, END64_LOCATOR_BYTES);
    if (locator.getUint32(0, true) !== END64_LOCATOR_SIGNATURE) return undefined;
    const position64 = Number(locator.getBigUint64(8, true));
    const record = this.#read(position64, END64_BYTES);
    if (record.getUint32(0, true) !== END64_SIGNATURE)
      throw this.#damaged('its 64-bit end record is missing');
    return {
      entryCount: Number(record.getBigUint64(32, true)),
      byteCount: Number(record.getBigUint64(40, true)),
      position: Number(record.getBigUint64(48, true)),
      prefixBytes: 0,
    };
  }

  #readDirectory(directory: Directory): void {
    if (directory.prefixBytes < 0) throw this.#damaged('its directory is cut off');
    const view = this.#read(directory.position + directory.prefixBytes, directory.byteCount);
    const bytes = Buffer.from(view.buffer);
    let offset = 0;
    for (let count = 0; count < directory.entryCount; count++) {
      if (offset + CENTRAL_BYTES > bytes.length || view.getUint32(offset, true) !== CENTRAL_SIGNATURE) {
        throw this.#damaged(`entry ${count} of its directory is malformed`);
      }
      const nameEnd = offset + CENTRAL_BYTES + view.getUint16(offset + 28, true);
      const extraEnd = nameEnd + view.getUint16(offset + 30, true);
      const end = extraEnd + view.getUint16(offset + 32, true);
      if (end > bytes.length) throw this.#damaged(`entry ${count} of its directory is cut off`);
      const name = bytes.toString('utf8', offset + CENTRAL_BYTES, nameEnd);
      const [uncompressedBytes, compressedBytes, position] = this.#sizes(view, offset, nameEnd, extraEnd);
      this.#entries.set(name, {
        flags: view.getUint16(offset + 8, true),
        method: view.getUint16(offset + 10, true),
        crc: view.getUint32(offset + 16, true),
        compressedBytes,
        uncompressedBytes,
        position: position + directory.prefixBytes,
      });
      offset = end;
    }
  }

  /** Uncompressed size, compressed size and position, from the 64-bit extra field where they do not fit 32 bits. */
  #sizes(view: DataView, offset: number, extraStart: number, extraEnd: number): [number, number, number] {
    const values: [number, number, number] = [
      view.getUint32(offset + 24, true),
      view.getUint32(offset + 20, true),
      view.getUint32(offset + 42, true),
    ];
    if (!values.includes(UNKNOWN_32)) return values;
    for (let at = extraStart; at + 4 <= extraEnd; ) {
      const fieldEnd = at + 4 + view.getUint16(at + 2, true);
      if (fieldEnd > extraEnd) break;
      if (view.getUint16(at, true) === EXTRA_ZIP64) {
        let next = at + 4;
        for (const index of values.keys()) {
          if (values[index] !== UNKNOWN_32) continue;
          if (next + 8 > fieldEnd) throw this.#damaged('a 64-bit field of its directory is cut off');
          values[index as 0 | 1 | 2] = Number(view.getBigUint64(next, true));
          next += 8;
        }
        break;
      }
      at = fieldEnd;
    }
    return values;
  }

  #readEntry(name: string, entry: Entry): Uint8Array<ArrayBuffer> {
    if (entry.flags & FLAG_ENCRYPTED) {
      throw new UserError(
        'ZIP_UNSUPPORTED',
        `${this.path}: ${name} is encrypted; make the jar anew without a password.`,
      );
    }
    const local = this.#read(entry.position, LOCAL_BYTES);
    if (local.getUint32(0, true) !== LOCAL_SIGNATURE)
      throw this.#damaged(`${name} is not where it should be`);
    const contentPosition =
      entry.position + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
    if (entry.uncompressedBytes > MAXIMUM_ENTRY_BYTES)
      throw this.#damaged(`the size of ${name} makes no sense`);
    const compressed = new Uint8Array(this.#read(contentPosition, entry.compressedBytes).buffer);
    const content = this.#decompress(name, entry, compressed);
    if (content.length !== entry.uncompressedBytes || crc32(0, content) !== entry.crc) {
      throw this.#damaged(`the checksum of ${name} does not fit its content`);
    }
    return content;
  }

  #decompress(name: string, entry: Entry, compressed: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (entry.method === METHOD_STORED) return compressed;
    if (entry.method !== METHOD_DEFLATED) {
      throw new UserError(
        'ZIP_UNSUPPORTED',
        `${this.path}: ${name} is compressed by method ${entry.method}; make the jar anew with \`jar\`.`,
      );
    }
    try {
      // The limit stops an entry that would grow far beyond its stated size.
      return Uint8Array.from(
        inflateRawSync(compressed, { maxOutputLength: Math.max(1, entry.uncompressedBytes) }),
      );
    } catch (error) {
      throw this.#damaged(`${name} cannot be decompressed`, error);
    }
  }

  /** Exactly byteCount bytes from a position, in a buffer of their own. */
  #read(position: number, byteCount: number): DataView<ArrayBuffer> {
    if (this.#closed) throw new Error(`${this.path} is closed`);
    if (position < 0 || position + byteCount > this.#size) throw this.#damaged('it is cut off');
    const bytes = new Uint8Array(byteCount);
    let filled = 0;
    while (filled < byteCount) {
      const count = readSync(this.#descriptor, bytes, filled, byteCount - filled, position + filled);
      if (count === 0) throw this.#damaged('it is cut off');
      filled += count;
    }
    return new DataView(bytes.buffer);
  }

  #damaged(reason: string, cause?: unknown): UserError {
    return new UserError('ZIP_DAMAGED', `${this.path} is damaged: ${reason}. Make or fetch it anew.`, {
      cause,
    });
  }
}
