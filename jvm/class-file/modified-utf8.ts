// Modified UTF-8 (JVMS §4.4.7): the encoding of all text in a class file.

/** Bytes above this count are decoded piecewise, since a call takes a bounded number of arguments. */
const CHUNK_LENGTH = 4096;

/**
 * Decodes modified UTF-8 to a string of UTF-16 code units: NUL is C0 80, supplementary characters are surrogate pairs
 * of three bytes each. Returns null where the bytes are not legal.
 */
export function decodeModifiedUtf8(bytes: ArrayLike<number>): string | null {
  const length = bytes.length;
  const units: number[] = [];
  let text = '';
  for (let index = 0; index < length; ) {
    const first = bytes[index]!;
    if (first >= 0x01 && first <= 0x7f) {
      units.push(first);
      index += 1;
    } else if (first >> 5 === 0b110) {
      const second = continuation(bytes, index + 1);
      if (second < 0) return null;
      units.push(((first & 0x1f) << 6) | second);
      index += 2;
    } else if (first >> 4 === 0b1110) {
      const second = continuation(bytes, index + 1);
      const third = continuation(bytes, index + 2);
      if (second < 0 || third < 0) return null;
      units.push(((first & 0x0f) << 12) | (second << 6) | third);
      index += 3;
    } else {
      return null;
    }
    if (units.length >= CHUNK_LENGTH) {
      text += String.fromCharCode(...units);
      units.length = 0;
    }
  }
  return text + String.fromCharCode(...units);
}

/** The six payload bits of a continuation byte, or -1 where there is none at that index. */
function continuation(bytes: ArrayLike<number>, index: number): number {
  const byte = index < bytes.length ? bytes[index]! : 0;
  return byte >> 6 === 0b10 ? byte & 0x3f : -1;
}
