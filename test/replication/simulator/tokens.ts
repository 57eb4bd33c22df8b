// What a simulated program tells of its history: numbered lines of tokens with a chained hash, as compact bytes.

/** What happened to a program, one after the other, each with a number that says what. */
export const TOKENS = {
  clock: 1,
  wall: 2,
  entropy: 3,
  timer: 4,
  input: 5,
  signal: 6,
  membership: 7,
  /** The result of a file output: FILE_ERRORS, or at least 0. */
  file: 8,
  /** Whether a path was there, and whether it should have been: 2 and 1 added up. */
  look: 9,
  print: 10,
} as const;

/** Results of file outputs that no program may see: each says that a change was made twice, or not at all. */
export const FILE_ERROR = -1;

export const FIRST_HASH = 0x811c9dc5;

/** The hash after a token (FNV-1a over its parts). */
export function mix(hash: number, token: number, value: number): number {
  const low = Math.imul(Math.imul(hash ^ token, 0x01000193) ^ (value | 0), 0x01000193);
  return Math.imul(low ^ (value / 0x1_0000_0000), 0x01000193) >>> 0;
}

export interface Line {
  readonly number: number;
  /** Tokens and their values in turn. */
  readonly tokens: readonly number[];
  /** After all tokens, that of the print included. */
  readonly hash: number;
}

const NUMBER_BYTES = 8;

/** A line as numbers of eight bytes. */
export function encodeLine({ number, tokens, hash }: Line): Uint8Array {
  const numbers = new Float64Array(tokens.length + 2);
  numbers[0] = number;
  numbers[1] = hash;
  numbers.set(tokens, 2);
  return new Uint8Array(numbers.buffer);
}

/** Throws where the bytes are no line. */
export function decodeLine(bytes: Uint8Array): Line {
  if (bytes.length % (2 * NUMBER_BYTES) !== 0 || bytes.length === 0) throw new Error('no line is as long');
  const numbers = new Float64Array(new Uint8Array(bytes).buffer);
  return { number: numbers[0]!, hash: numbers[1]!, tokens: Array.from(numbers.subarray(2)) };
}

/** A change of membership as a number. */
export function membershipValue(id: number, change: 'lost' | 'whole', replicaCount: number): number {
  return id * 1000 + (change === 'whole' ? 500 : 0) + replicaCount;
}

export function membershipId(value: number): number {
  return Math.floor(value / 1000);
}
