// Texts in saved tables. Names in class files may hold unpaired surrogates, which UTF-8 has no form for.
import type { BinaryReader, BinaryWriter } from '../../lib/binary.js';

const UNPAIRED_SURROGATE = /\p{Surrogate}/u;

/** Writes any JavaScript string. */
export function writeText(writer: BinaryWriter, text: string): void {
  const isPlain = !UNPAIRED_SURROGATE.test(text);
  writer.boolean(isPlain);
  if (isPlain) {
    writer.string(text);
    return;
  }
  writer.varuint(text.length);
  for (let i = 0; i < text.length; i++) writer.u16(text.charCodeAt(i));
}

/** Reads what writeText has written. */
export function readText(reader: BinaryReader): string {
  if (reader.boolean()) return reader.string();
  return String.fromCharCode(...Array.from({ length: reader.varuint() }, () => reader.u16()));
}

/** Reads a list that begins with its length as varuint. */
export function readList<T>(reader: BinaryReader, item: () => T): T[] {
  return Array.from({ length: reader.varuint() }, item);
}
