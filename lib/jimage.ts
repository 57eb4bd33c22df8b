// Reader of the JDK's `lib/modules`: a jimage file, which holds the classes and resources of all modules.
// Only the index (about 2 MB of 130) is kept in memory; a resource is read from the file when it is asked for.
import { closeSync, openSync, readSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { posixCode, UserError } from './errors.js';

const MAGIC = 0xcafedada;
const MAJOR_VERSION = 1;
const HEADER_BYTES = 28;
const HASH_MULTIPLIER = 0x01000193;
/** Far above any image; it keeps a damaged header from asking for all memory. */
const MAXIMUM_INDEX_BYTES = 256 << 20;

const COMPRESSED_MAGIC = 0xcafefafa;
const COMPRESSED_HEADER_BYTES = 29;

/** Kinds of location attributes, as jdk.internal.jimage.ImageLocation numbers them. */
const ATTRIBUTE = {
  end: 0,
  module: 1,
  parent: 2,
  base: 3,
  extension: 4,
  offset: 5,
  compressed: 6,
  uncompressed: 7,
} as const;
const ATTRIBUTE_COUNT = 8;

const SLASH = 0x2f;
const DOT = 0x2e;

/** An open image. Names are full paths: `/java.base/java/lang/Object.class`, `/packages/java.lang`. */
export class JimageReader {
  readonly path: string;
  /** Entries in the lookup tables: at least as many as there are resources. */
  readonly tableLength: number;
  readonly #descriptor: number;
  readonly #littleEndian: boolean;
  readonly #index: Buffer;
  readonly #view: DataView;
  readonly #redirectOffset: number;
  readonly #offsetsOffset: number;
  readonly #locationsOffset: number;
  readonly #stringsOffset: number;
  /** The attributes of the location last decoded, by kind. */
  readonly #attributes = new Float64Array(ATTRIBUTE_COUNT);
  #closed = false;

  private constructor(path: string, descriptor: number) {
    this.path = path;
    this.#descriptor = descriptor;
    const header = new DataView(this.#read(0, HEADER_BYTES).buffer);
    // An image is written in the byte order of its platform.
    this.#littleEndian = header.getUint32(0, true) === MAGIC;
    if (!this.#littleEndian && header.getUint32(0, false) !== MAGIC) {
      throw this.#damaged('it does not begin with the magic number of a jimage');
    }
    const word = (index: number) => header.getUint32(index * 4, this.#littleEndian);
    const majorVersion = word(1) >>> 16;
    if (majorVersion !== MAJOR_VERSION) {
      throw new UserError(
        'JIMAGE_VERSION',
        `${path} has jimage format ${majorVersion}; rjvm reads format ${MAJOR_VERSION}: use a JDK 17.`,
      );
    }
    this.tableLength = word(4);
    this.#redirectOffset = HEADER_BYTES;
    this.#offsetsOffset = this.#redirectOffset + this.tableLength * 4;
    this.#locationsOffset = this.#offsetsOffset + this.tableLength * 4;
    this.#stringsOffset = this.#locationsOffset + word(5);
    const indexBytes = this.#stringsOffset + word(6);
    if (this.tableLength === 0 || indexBytes > MAXIMUM_INDEX_BYTES) {
      throw this.#damaged('the sizes in its header make no sense');
    }
    this.#index = Buffer.from(this.#read(0, indexBytes).buffer);
    this.#view = new DataView(this.#index.buffer, this.#index.byteOffset, this.#index.byteLength);
  }

  /** Opens an image and reads its index. UserError: JIMAGE_OPEN, JIMAGE_DAMAGED, JIMAGE_VERSION. */
  static open(path: string): JimageReader {
    let descriptor: number;
    try {
      descriptor = openSync(path, 'r');
    } catch (error) {
      throw new UserError('JIMAGE_OPEN', `${path} cannot be opened (${posixCode(error)}): is it a JDK 17?`, {
        cause: error,
      });
    }
    try {
      return new JimageReader(path, descriptor);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** The bytes of a resource, or undefined where the image has none of that name. The caller owns the bytes.
   *  UserError: JIMAGE_DAMAGED, JIMAGE_COMPRESSION. */
  find(name: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#locate(name) ? this.#readContent() : undefined;
  }

  /** Whether the image has a resource of that name; reads no file. */
  has(name: string): boolean {
    return this.#locate(name);
  }

  /** The module that holds a package's classes. packageName: with slashes, as `java/lang`. */
  moduleOfPackage(packageName: string): string | undefined {
    const content = this.find(`/packages/${packageName.replaceAll('/', '.')}`);
    if (content === undefined) return undefined;
    // Pairs of (package has no classes in this module, offset of the module's name).
    const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
    for (let offset = 0; offset + 8 <= content.length; offset += 8) {
      const isEmpty = view.getUint32(offset, this.#littleEndian) !== 0;
      if (!isEmpty) return this.#stringAt(view.getUint32(offset + 4, this.#littleEndian));
    }
    return undefined;
  }

  /** The names of all resources, in table order. For tests and tools: it builds tens of thousands of strings. */
  list(): string[] {
    const names: string[] = [];
    for (let index = 0; index < this.tableLength; index++) {
      this.#decodeLocation(this.#view.getUint32(this.#offsetsOffset + index * 4, this.#littleEndian));
      const name = this.#currentName();
      // Unused table entries point at an empty location.
      if (name !== '') names.push(name);
    }
    return names;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#descriptor);
  }

  /** Looks a name up by perfect hashing: the redirect table gives either the slot itself or the seed that finds it.
   *  On success the location's attributes are decoded. */
  #locate(name: string): boolean {
    const bytes = Buffer.from(name, 'utf8');
    const slot = hash(bytes, HASH_MULTIPLIER) % this.tableLength;
    const redirect = this.#view.getInt32(this.#redirectOffset + slot * 4, this.#littleEndian);
    if (redirect === 0) return false;
    const index = redirect < 0 ? -1 - redirect : hash(bytes, redirect) % this.tableLength;
    if (index >= this.tableLength) throw this.#damaged('its redirect table points outside of itself');
    this.#decodeLocation(this.#view.getUint32(this.#offsetsOffset + index * 4, this.#littleEndian));
    return this.#currentNameIs(bytes);
  }

  /** A location is a run of (kind << 3 | length - 1) bytes, each followed by a big-endian value of that length. */
  #decodeLocation(locationOffset: number): void {
    const attributes = this.#attributes.fill(0);
    const index = this.#index;
    let offset = this.#locationsOffset + locationOffset;
    while (offset < this.#stringsOffset) {
      const head = index[offset++]!;
      const kind = head >>> 3;
      if (kind === ATTRIBUTE.end) return;
      const end = offset + (head & 7) + 1;
      if (kind >= ATTRIBUTE_COUNT || end > this.#stringsOffset) break;
      let value = 0;
      while (offset < end) value = value * 256 + index[offset++]!;
      attributes[kind] = value;
    }
    throw this.#damaged('a location in its index is malformed');
  }

  /** The name of the decoded location: `/module/parent/base.extension`, each part where it is not empty. */
  #currentName(): string {
    const part = (kind: number) => this.#stringAt(this.#attributes[kind]!);
    const [module, parent, base, extension] = [
      part(ATTRIBUTE.module),
      part(ATTRIBUTE.parent),
      part(ATTRIBUTE.base),
      part(ATTRIBUTE.extension),
    ];
    return `${module && `/${module}/`}${parent && `${parent}/`}${base}${extension && `.${extension}`}`;
  }

  /** #currentName() === name without making a string: this is what every class lookup does. */
  #currentNameIs(name: Uint8Array): boolean {
    const attributes = this.#attributes;
    let position = 0;
    if (attributes[ATTRIBUTE.module] !== 0) {
      if (name[position++] !== SLASH) return false;
      position = this.#matchString(attributes[ATTRIBUTE.module]!, name, position);
      if (position < 0 || name[position++] !== SLASH) return false;
    }
    if (attributes[ATTRIBUTE.parent] !== 0) {
      position = this.#matchString(attributes[ATTRIBUTE.parent]!, name, position);
      if (position < 0 || name[position++] !== SLASH) return false;
    }
    position = this.#matchString(attributes[ATTRIBUTE.base]!, name, position);
    if (position < 0) return false;
    if (attributes[ATTRIBUTE.extension] !== 0) {
      if (name[position++] !== DOT) return false;
      position = this.#matchString(attributes[ATTRIBUTE.extension]!, name, position);
    }
    return position === name.length;
  }

  /** The position after the image string in name, or -1 where it is not there. */
  #matchString(stringOffset: number, name: Uint8Array, position: number): number {
    let offset = this.#stringsOffset + stringOffset;
    let next = position;
    for (;;) {
      const byte = this.#index[offset++];
      if (byte === undefined) throw this.#damaged('a name in its index does not end');
      if (byte === 0) return next;
      if (name[next++] !== byte) return -1;
    }
  }

  #stringAt(stringOffset: number): string {
    const start = this.#stringsOffset + stringOffset;
    const end = this.#index.indexOf(0, start);
    if (start > this.#index.length || end < 0) throw this.#damaged('a name in its index does not end');
    return this.#index.toString('utf8', start, end);
  }

  /** Content of the decoded location. */
  #readContent(): Uint8Array<ArrayBuffer> {
    const start = this.#index.length + this.#attributes[ATTRIBUTE.offset]!;
    const compressedBytes = this.#attributes[ATTRIBUTE.compressed]!;
    const uncompressedBytes = this.#attributes[ATTRIBUTE.uncompressed]!;
    if (compressedBytes === 0) return this.#read(start, uncompressedBytes);
    const content = this.#decompress(this.#read(start, compressedBytes));
    if (content.length !== uncompressedBytes) throw this.#damaged('a compressed resource has a wrong size');
    return content;
  }

  /** Undoes compression layers from the outside in. Header: magic u4, compressed and uncompressed size u8, offsets of
   *  the decompressor's name and configuration u4, last layer u1. */
  #decompress(compressed: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    let content = compressed;
    while (content.length >= COMPRESSED_HEADER_BYTES) {
      const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
      if (view.getUint32(0, this.#littleEndian) !== COMPRESSED_MAGIC) break;
      const end = COMPRESSED_HEADER_BYTES + Number(view.getBigUint64(4, this.#littleEndian));
      const method = this.#stringAt(view.getUint32(20, this.#littleEndian));
      if (method !== 'zip') {
        throw new UserError(
          'JIMAGE_COMPRESSION',
          `${this.path} holds resources compressed by '${method}'; link the image without --compress or with --compress=2.`,
        );
      }
      try {
        content = Uint8Array.from(inflateSync(content.subarray(COMPRESSED_HEADER_BYTES, end)));
      } catch (error) {
        throw this.#damaged('a compressed resource cannot be decompressed', error);
      }
    }
    return content;
  }

  /** Reads exactly byteCount bytes into a buffer of their own. */
  #read(position: number, byteCount: number): Uint8Array<ArrayBuffer> {
    if (this.#closed) throw new Error(`${this.path} is closed`);
    // Resources are bounded by what a file of this kind can hold, not by what damaged attributes claim.
    if (byteCount > MAXIMUM_INDEX_BYTES) throw this.#damaged('a size in its index makes no sense');
    const bytes = new Uint8Array(byteCount);
    let filled = 0;
    while (filled < byteCount) {
      const count = readSync(this.#descriptor, bytes, filled, byteCount - filled, position + filled);
      if (count === 0) throw this.#damaged('it is shorter than its index says');
      filled += count;
    }
    return bytes;
  }

  #damaged(reason: string, cause?: unknown): UserError {
    return new UserError('JIMAGE_DAMAGED', `${this.path} is damaged: ${reason}. Install the JDK again.`, {
      cause,
    });
  }
}

/** The 32-bit FNV-like hash of jdk.internal.jimage.ImageStringsReader, without its sign bit. */
function hash(bytes: Uint8Array, seed: number): number {
  let value = seed;
  for (let index = 0; index < bytes.length; index++) {
    value = Math.imul(value, HASH_MULTIPLIER) ^ bytes[index]!;
  }
  return value & 0x7fff_ffff;
}
