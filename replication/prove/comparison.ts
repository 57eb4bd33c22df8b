// Comparing two runs of a program by what they have left: both streams, exit code and files. The first difference is
// named: what is missing, what is there twice, what is another.
import { closeSync, openSync, readSync } from 'node:fs';
import { type Manifest, manifestDifference } from './scratch.js';

/** What a run has left. */
export interface RunResult {
  /** Files that hold what the program has written. */
  readonly stdout: string;
  readonly stderr: string;
  /** null: it did not end. */
  readonly exitCode: number | null;
  /** null: not comparable. */
  readonly files: Manifest | null;
}

const CHUNK_BYTES = 64 << 10;
/** So far is looked for where the streams agree again. */
const WINDOW_BYTES = 64 << 10;
/** So many equal bytes are no coincidence, unless the stream ends there. */
const SYNCHRONOUS_BYTES = 24;
const MAXIMUM_SHOWN = 160;

/** The first difference between what should be and what is; null where there is none. */
export function difference(expected: RunResult, actual: RunResult): string | null {
  for (const stream of ['stdout', 'stderr'] as const) {
    const found = fileDifference(expected[stream], actual[stream]);
    if (found !== null) return `${stream}: ${found}`;
  }
  if (expected.exitCode !== actual.exitCode) {
    return `it ends with exit code ${actual.exitCode}, and should with ${expected.exitCode}`;
  }
  if (expected.files === null || actual.files === null) return null;
  return manifestDifference(expected.files, actual.files);
}

/** The first difference between two files; null where there is none. */
export function fileDifference(expectedPath: string, actualPath: string): string | null {
  const expected = openSync(expectedPath, 'r');
  const actual = openSync(actualPath, 'r');
  try {
    const tally = { offset: 0, lines: 0 };
    for (;;) {
      const wanted = readAt(expected, tally.offset, CHUNK_BYTES);
      const found = readAt(actual, tally.offset, CHUNK_BYTES);
      const equal = equalCount(wanted, found);
      for (let index = 0; index < equal; index++) if (found[index] === 0x0a) tally.lines++;
      tally.offset += equal;
      if (equal === wanted.length && equal === found.length) {
        if (equal === 0) return null;
        continue;
      }
      return named(expected, actual, tally);
    }
  } finally {
    closeSync(expected);
    closeSync(actual);
  }
}

function named(
  expected: number,
  actual: number,
  { offset, lines }: { offset: number; lines: number },
): string {
  const wanted = readAt(expected, offset, WINDOW_BYTES);
  const found = readAt(actual, offset, WINDOW_BYTES);
  const before = readAt(actual, Math.max(0, offset - WINDOW_BYTES), Math.min(offset, WINDOW_BYTES));
  const place = `at byte ${offset} (line ${lines + 1})`;
  const missing = distance(found, wanted);
  const extra = distance(wanted, found);
  if (missing !== null && (extra === null || missing <= extra)) {
    return `${place} ${missing} bytes are lost: ${shown(wanted.subarray(0, missing))}`;
  }
  if (extra !== null) {
    const inserted = found.subarray(0, extra);
    const isRepeated = before.includes(inserted) || isTailRepeated(before, inserted);
    return `${place} ${extra} bytes are ${isRepeated ? 'doubled' : 'too many'}: ${shown(inserted)}`;
  }
  return `${place} it differs: ${shown(found)} stands where ${shown(wanted)} should`;
}

/** How far into `other` the beginning of `stream` stands; null where it does not. An end is the same as an end. */
function distance(stream: Buffer, other: Buffer): number | null {
  if (other.length === 0) return null;
  if (stream.length === 0) return other.length;
  const needle = stream.subarray(0, SYNCHRONOUS_BYTES);
  const index = other.indexOf(needle);
  if (index <= 0) return null;
  if (needle.length < SYNCHRONOUS_BYTES && index + needle.length < other.length) return null;
  return index;
}

/** A repetition that begins within what is repeated: aab + aab shows as b, aab. */
function isTailRepeated(before: Buffer, inserted: Buffer): boolean {
  if (inserted.length === 0 || before.length < inserted.length) return false;
  const doubled = Buffer.concat([inserted, inserted]);
  return doubled.includes(before.subarray(before.length - inserted.length));
}

/** The first line of some bytes, as text that can stand in a sentence. */
function shown(bytes: Buffer): string {
  if (bytes.length === 0) return 'the end';
  const text = bytes.subarray(0, MAXIMUM_SHOWN).toString('utf8');
  const line = text.split('\n', 1)[0]!;
  return JSON.stringify(line === '' ? '\n' : line);
}

function equalCount(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  if (Buffer.compare(one.subarray(0, length), other.subarray(0, length)) === 0) return length;
  let index = 0;
  while (one[index] === other[index]) index++;
  return index;
}

function readAt(descriptor: number, position: number, byteCount: number): Buffer {
  const bytes = Buffer.alloc(byteCount);
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, bytes, length, byteCount - length, position + length);
    length += count;
    if (count === 0 || length === byteCount) return bytes.subarray(0, length);
  }
}
