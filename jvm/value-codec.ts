// Binary form of action results: the values that the log carries, and those that a saved machine holds.
import type { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { UserError } from '../lib/errors.js';
import { type ActionResult, HostError } from './environment.js';

/** Elements of a list, such as the names in a directory. */
const MAXIMUM_LIST_LENGTH = 1 << 24;

const TAGS = {
  undefined: 0,
  null: 1,
  number: 2,
  bigint: 3,
  string: 4,
  bytes: 5,
  strings: 6,
  bigints: 7,
  error: 8,
} as const;

/** Appends a value. Every ActionResult comes back equal: -0, NaN and unpaired surrogates included. */
export function writeValue(writer: BinaryWriter, value: ActionResult): void {
  if (value === undefined) writer.u8(TAGS.undefined);
  else if (value === null) writer.u8(TAGS.null);
  else if (typeof value === 'number') writer.u8(TAGS.number).f64(value);
  else if (typeof value === 'bigint') writeBigint(writer.u8(TAGS.bigint), value);
  else if (typeof value === 'string') writeString(writer.u8(TAGS.string), value);
  else if (value instanceof Uint8Array) writer.u8(TAGS.bytes).bytes(value);
  else if (value instanceof HostError) {
    writeString(writer.u8(TAGS.error), value.code);
    writeString(writer, value.message);
  } else writeList(writer, value);
}

function writeList(writer: BinaryWriter, list: readonly string[] | readonly bigint[]): void {
  // An empty list is the same value whatever it holds none of.
  const bigints = typeof list[0] === 'bigint';
  writer.u8(bigints ? TAGS.bigints : TAGS.strings).varuint(list.length);
  for (const element of list) {
    if (typeof element === 'bigint') writeBigint(writer, element);
    else writeString(writer, element);
  }
}

/** Reads a value that writeValue wrote. Bytes are copied, so that the batch they came in can be let go.
 *  Throws UserError for bytes that are no value. */
export function readValue(reader: BinaryReader): ActionResult {
  const tag = reader.u8();
  switch (tag) {
    case TAGS.undefined:
      return undefined;
    case TAGS.null:
      return null;
    case TAGS.number:
      return reader.f64();
    case TAGS.bigint:
      return readBigint(reader);
    case TAGS.string:
      return readString(reader);
    case TAGS.bytes:
      return reader.bytes().slice();
    case TAGS.strings:
      return readList(reader, readString);
    case TAGS.bigints:
      return readList(reader, readBigint);
    case TAGS.error: {
      const code = readString(reader);
      return new HostError(code, readString(reader));
    }
    default:
      throw new UserError('MALFORMED', `no value begins with the byte ${tag}`);
  }
}

function readList<T>(reader: BinaryReader, readElement: (reader: BinaryReader) => T): T[] {
  const length = reader.varuint();
  if (length > MAXIMUM_LIST_LENGTH)
    throw new UserError('MALFORMED', `a list of ${length} elements is too long`);
  const list: T[] = [];
  for (let index = 0; index < length; index++) list.push(readElement(reader));
  return list;
}

// Clock values, file sizes and times all fit into 64 bits; a wider one is a bug and the writer throws.
function writeBigint(writer: BinaryWriter, value: bigint): void {
  writer.i64(value);
}

function readBigint(reader: BinaryReader): bigint {
  return reader.i64();
}

// Not UTF-8: a Java string may hold unpaired surrogates, and every replica must see the same ones.
function writeString(writer: BinaryWriter, text: string): void {
  let wide = false;
  for (let index = 0; index < text.length && !wide; index++) wide = text.charCodeAt(index) > 0xff;
  writer.boolean(wide).varuint(text.length);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (wide) writer.u16(unit);
    else writer.u8(unit);
  }
}

const UNITS_AT_ONCE = 4096;

function readString(reader: BinaryReader): string {
  const wide = reader.boolean();
  const length = reader.varuint();
  if (length * (wide ? 2 : 1) > reader.remaining) throw new UserError('MALFORMED', 'a string ends too early');
  let text = '';
  for (let start = 0; start < length; start += UNITS_AT_ONCE) {
    const units: number[] = [];
    for (let index = start; index < Math.min(length, start + UNITS_AT_ONCE); index++) {
      units.push(wide ? reader.u16() : reader.u8());
    }
    text += String.fromCharCode(...units);
  }
  return text;
}
