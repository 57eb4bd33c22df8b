// Inflation against the host's zlib: results, consumption and messages, in pieces of every size, saved in between.
import {
  deflateRawSync,
  deflateSync,
  inflateRawSync,
  inflateSync,
  constants as zlibConstants,
} from 'node:zlib';
import test from 'ava';
import { adler32, crc32, InflateState, inflate } from '../../lib/inflate.js';

/** A small seeded generator (xorshift), so that a failure can be repeated. */
function seeded(seed: number): (limit: number) => number {
  let state = seed | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

type Maker = (length: number, random: (limit: number) => number) => Uint8Array;
const SHAPES: Record<string, Maker> = {
  random: (length, random) => Uint8Array.from({ length }, () => random(256)),
  zeros: (length) => new Uint8Array(length),
  text: (length, random) => {
    const words = [
      'class',
      'public ',
      'static ',
      'void ',
      'main',
      '(',
      ')',
      '{\n',
      '}\n',
      'replica ',
      'epoch ',
    ];
    let text = '';
    while (text.length < length) text += words[random(words.length)];
    return new TextEncoder().encode(text).subarray(0, length);
  },
  skewed: (length, random) =>
    Uint8Array.from({ length }, () => Math.min(random(256), random(256), random(256), random(256))),
  // Few bytes far apart give codes longer than the decoding tables' roots.
  exponential: (length, random) => Uint8Array.from({ length }, () => Math.clz32(random(0xffff_ffff) + 1) * 8),
  distant: (length, random) => {
    const bytes = Uint8Array.from({ length }, () => random(256));
    for (let at = 32_700; at + 300 < length; at += 301)
      bytes.copyWithin(at, at - 32_500 - random(200), at - 32_300);
    return bytes;
  },
};

interface Outcome {
  readonly bytes: Uint8Array;
  readonly consumed: number;
  readonly state: InflateState;
  readonly error: string | null;
}

/** Inflates in pieces; where saving, each call works on a state restored from the one before. */
function inflateInPieces(
  stream: Uint8Array,
  options: { isRaw: boolean; inputPiece: () => number; outputPiece: () => number; saving?: boolean },
): Outcome {
  let state = new InflateState(options.isRaw);
  const pieces: Uint8Array[] = [];
  let consumed = 0;
  for (let idle = 0; idle < 100; idle++) {
    const output = new Uint8Array(options.outputPiece());
    const result = inflate(state, stream.subarray(consumed, consumed + options.inputPiece()), output);
    consumed += result.consumed;
    pieces.push(output.subarray(0, result.produced));
    if (result.finished || result.error !== null) {
      return { bytes: Buffer.concat(pieces), consumed, state, error: result.error };
    }
    if (result.consumed > 0 || result.produced > 0) idle = 0;
    if (options.saving) state = InflateState.restore(state.save());
  }
  return { bytes: Buffer.concat(pieces), consumed, state, error: null };
}

const deflateStrategies = [
  { level: 0 },
  { level: 1 },
  { level: 9 },
  { level: 6, strategy: zlibConstants.Z_FIXED },
  { level: 6, strategy: zlibConstants.Z_HUFFMAN_ONLY },
  { level: 6, strategy: zlibConstants.Z_RLE },
];

for (const [shape, make] of Object.entries(SHAPES)) {
  test(`inflates ${shape} data, whole and in pieces`, (t) => {
    for (const [index, options] of deflateStrategies.entries()) {
      for (const length of [0, 1, 300, 70_000]) {
        const random = seeded(length * 31 + index + 7);
        const plain = make(length, random);
        for (const isRaw of [true, false]) {
          const stream = isRaw ? deflateRawSync(plain, options) : deflateSync(plain, options);
          const followed = Buffer.concat([stream, Buffer.from('what follows')]);
          const whole = inflateInPieces(followed, {
            isRaw,
            inputPiece: () => followed.length,
            outputPiece: () => length,
          });
          t.deepEqual(Buffer.from(whole.bytes), Buffer.from(plain));
          // With the output just full, the end is seen and nothing of what follows is taken.
          t.is(whole.consumed, stream.length);
          t.is(whole.state.adler, isRaw ? 0 : adler32(1, plain));
          const pieces = inflateInPieces(followed, {
            isRaw,
            inputPiece: () => 1 + random(random(2) ? 20 : 3000),
            outputPiece: () => 1 + random(random(2) ? 20 : 3000),
          });
          t.deepEqual(Buffer.from(pieces.bytes), Buffer.from(plain));
          t.is(pieces.consumed, stream.length);
        }
      }
    }
  });
}

test('goes on from a saved state at any point', (t) => {
  for (const [shape, make] of Object.entries(SHAPES)) {
    for (const options of deflateStrategies) {
      const random = seeded(99);
      const plain = make(2_000, random);
      const stream = deflateSync(plain, options);
      const outcome = inflateInPieces(stream, {
        isRaw: false,
        inputPiece: () => 1 + random(3),
        outputPiece: () => 1 + random(5),
        saving: true,
      });
      t.deepEqual(Buffer.from(outcome.bytes), Buffer.from(plain), shape);
      t.is(outcome.consumed, stream.length);
    }
  }
});

test('equal states are saved as equal bytes, however they came about', (t) => {
  const plain = SHAPES.text!(100_000, seeded(5));
  const stream = deflateSync(plain);
  const first = new InflateState(false);
  inflate(first, stream, new Uint8Array(60_000));
  const second = InflateState.restore(first.save());
  t.deepEqual(second.save(), first.save());
});

test('never takes input that a full output leaves unused', (t) => {
  const plain = SHAPES.text!(5_000, seeded(3));
  const stream = deflateRawSync(plain);
  const state = new InflateState(true);
  const result = inflate(state, stream, new Uint8Array(0));
  t.false(result.finished);
  t.is(result.produced, 0);
  t.true(result.consumed < stream.length);
});

test('asks for a preset dictionary and uses it', (t) => {
  const dictionary = Buffer.from('the quick brown fox jumps over the lazy dog');
  const plain = Buffer.from('the lazy dog jumps over the quick brown fox');
  const stream = deflateSync(plain, { dictionary });
  const state = new InflateState(false);
  const output = new Uint8Array(100);
  const asked = inflate(state, stream, output);
  t.true(asked.needDictionary);
  t.is(asked.consumed, 6);
  t.is(state.adler, adler32(1, dictionary));
  t.false(state.setDictionary(Buffer.from('another')));
  t.true(state.setDictionary(dictionary));
  const result = inflate(InflateState.restore(state.save()), stream.subarray(asked.consumed), output);
  t.true(result.finished);
  t.deepEqual(Buffer.from(output.subarray(0, result.produced)), plain);

  const raw = new InflateState(true);
  t.true(raw.setDictionary(dictionary));
  const rawResult = inflate(raw, deflateRawSync(plain, { dictionary }), output);
  t.true(rawResult.finished);
  t.deepEqual(Buffer.from(output.subarray(0, rawResult.produced)), plain);
});

test('a reset state begins anew', (t) => {
  const stream = deflateSync(Buffer.from('first'));
  const state = new InflateState(false);
  const output = new Uint8Array(10);
  t.is(inflate(state, Buffer.from('not a stream'), output).error, 'incorrect header check');
  t.is(inflate(state, stream, output).error, 'incorrect header check');
  state.reset();
  t.true(inflate(state, stream, output).finished);
});

/** Bits given as text, first bit first, spaces ignored. */
function bits(text: string): Uint8Array {
  const digits = text.replaceAll(' ', '');
  const bytes = new Uint8Array(Math.ceil(digits.length / 8) + 40);
  for (let index = 0; index < digits.length; index++)
    bytes[index >> 3]! |= Number(digits[index]) << (index & 7);
  return bytes;
}

/** Lowest bit first, as deflate sends numbers. */
function number(value: number, bitCount: number): string {
  return Array.from({ length: bitCount }, (_, bit) => (value >> bit) & 1).join('');
}

const dynamic = (literals: number, distances: number, codeLengths: number) =>
  `1 01 ${number(literals - 257, 5)} ${number(distances - 1, 5)} ${number(codeLengths - 4, 4)}`;

const MALFORMED: Record<string, Uint8Array> = {
  'invalid block type': bits('1 11'),
  'invalid stored block lengths': bits(`1 00 00000 ${number(5, 16)} ${number(5, 16)}`),
  'too many length or distance symbols': bits(dynamic(287, 1, 4)),
  'invalid code lengths set': bits(`${dynamic(257, 1, 4)} ${'100'.repeat(4)}`),
  // The codes: 18 is 0, 0 is 10, 16 is 11 (order of sending: 16, 17, 18, 0).
  'invalid bit length repeat': bits(`${dynamic(257, 1, 4)} 010 000 100 010 11 00`),
  'invalid code -- missing end-of-block': bits(`${dynamic(257, 1, 4)} ${'000'.repeat(4)}`),
  // Then 18 is 0 and 8 is 1: 257 lengths of which none but symbol 256 may be left out.
  'invalid literal/lengths set': bits(
    `${dynamic(257, 1, 5)} 000 000 100 000 100 0 ${number(127, 7)} 0 ${number(107, 7)} 1 1 1`,
  ),
  'invalid literal/length code': bits('1 10 11000110'),
  'invalid distance code': bits('1 10 0000001 11110'),
  'invalid distance too far back': bits('1 10 00110000 0000001 00100'),
};

for (const [message, stream] of Object.entries(MALFORMED)) {
  test(`reports: ${message}`, (t) => {
    t.throws(() => inflateRawSync(stream), { message });
    for (const piece of [1, 64]) {
      const outcome = inflateInPieces(stream, {
        isRaw: true,
        inputPiece: () => piece,
        outputPiece: () => 300,
      });
      t.is(outcome.error, message);
    }
  });
}

test('reports bad zlib headers and checksums', (t) => {
  const outputOf = (stream: Uint8Array) =>
    inflateInPieces(stream, { isRaw: false, inputPiece: () => 9, outputPiece: () => 99 }).error;
  t.is(outputOf(Uint8Array.of(0x78, 0x00)), 'incorrect header check');
  t.is(outputOf(Uint8Array.of(0x79, 0x18)), 'unknown compression method');
  t.is(outputOf(Uint8Array.of(0x88, 0x1c)), 'invalid window size');
  const stream = deflateSync(Buffer.from('hello'));
  stream[stream.length - 1]! ^= 1;
  t.is(outputOf(stream), 'incorrect data check');
});

test('agrees with zlib on damaged streams', (t) => {
  let errors = 0;
  for (let seed = 1; seed <= 1_500; seed++) {
    const random = seeded(seed * 2654435761);
    const shapes = Object.values(SHAPES);
    const plain = shapes[random(shapes.length)]!(random(600), random);
    const stream = Buffer.from(deflateSync(plain, deflateStrategies[random(deflateStrategies.length)]));
    for (let flips = 1 + random(3); flips > 0; flips--) stream[random(stream.length)]! ^= 1 << random(8);
    let expected: Uint8Array | undefined;
    let message = '';
    try {
      expected = inflateSync(stream);
    } catch (error) {
      message = (error as Error).message;
    }
    const outcome = inflateInPieces(stream, {
      isRaw: false,
      inputPiece: () => (seed & 1 ? stream.length : 1 + random(9)),
      outputPiece: () => (seed & 2 ? 100_000 : 1 + random(300)),
    });
    if (expected !== undefined)
      t.deepEqual(Buffer.from(outcome.bytes), Buffer.from(expected), `seed ${seed}`);
    else if (message === 'unexpected end of file' || message === 'Missing dictionary')
      t.is(outcome.error, null);
    else t.is(outcome.error, message, `seed ${seed}`);
    if (outcome.error !== null) errors++;
  }
  t.true(errors > 1_000);
});

test('checksums have their known values and go on in pieces', (t) => {
  const digits = Buffer.from('123456789');
  t.is(crc32(0, digits), 0xcbf43926);
  t.is(adler32(1, digits), 0x091e01de);
  t.is(crc32(0, new Uint8Array()), 0);
  const bytes = new Uint8Array(100_000).fill(0xff);
  for (const cut of [0, 1, 7, 8, 4_097, 99_999]) {
    t.is(crc32(crc32(0, bytes.subarray(0, cut)), bytes.subarray(cut)), crc32(0, bytes));
    t.is(adler32(adler32(1, bytes.subarray(0, cut)), bytes.subarray(cut)), adler32(1, bytes));
  }
  // The trailer of a zlib stream is the host's own sum.
  t.is(adler32(1, bytes), deflateSync(bytes).readUInt32BE(deflateSync(bytes).length - 4));
});
