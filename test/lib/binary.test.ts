// Binary records: what is written is read again, in both byte orders, and short or bad data is told apart.
import test from 'ava';
import { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import { UserError } from '../../lib/errors.js';

const VARUINTS = [0, 1, 127, 128, 16_383, 16_384, 0xffff_ffff, 2 ** 42 + 1, Number.MAX_SAFE_INTEGER];

for (const bigEndian of [false, true]) {
  test(`reads what was written, ${bigEndian ? 'big' : 'little'}-endian`, (t) => {
    const writer = new BinaryWriter({ bigEndian });
    writer.u8(255).u16(0x1234).u32(0xfedcba98).i32(-2).u64(0xfedc_ba98_7654_3210n).i64(-3n);
    writer.f64(-0.1).f64(Number.NaN).boolean(true);
    for (const value of VARUINTS) writer.varuint(value);
    writer
      .bytes(Uint8Array.of(1, 2, 3))
      .string('Grüße, 世界 🙂')
      .string('')
      .raw(Uint8Array.of(9));
    const bytes = writer.finish();
    t.is(bytes.length, writer.length);
    const reader = new BinaryReader(bytes, { bigEndian });
    t.deepEqual([reader.u8(), reader.u16(), reader.u32(), reader.i32()], [255, 0x1234, 0xfedcba98, -2]);
    t.deepEqual([reader.u64(), reader.i64()], [0xfedc_ba98_7654_3210n, -3n]);
    t.deepEqual([reader.f64(), reader.f64(), reader.boolean()], [-0.1, Number.NaN, true]);
    t.deepEqual(
      VARUINTS.map(() => reader.varuint()),
      VARUINTS,
    );
    t.deepEqual(reader.bytes(), Uint8Array.of(1, 2, 3));
    t.is(reader.string(), 'Grüße, 世界 🙂');
    t.is(reader.string(), '');
    t.is(reader.remaining, 1);
    t.deepEqual(reader.raw(1), Uint8Array.of(9));
    t.is(bytes[1], bigEndian ? 0x12 : 0x34);
  });
}

test('every cut of a record is TRUNCATED', (t) => {
  const bytes = new BinaryWriter().u32(7).f64(1).varuint(300).string('text').finish();
  for (let length = 0; length < bytes.length; length++) {
    const reader = new BinaryReader(bytes.subarray(0, length));
    const error = t.throws(
      () => [reader.u32(), reader.f64(), reader.varuint(), reader.string()],
      { instanceOf: UserError },
      `${length} bytes`,
    );
    t.is(error?.code, 'TRUNCATED');
  }
});

test('a failed read moves nothing', (t) => {
  const reader = new BinaryReader(Uint8Array.of(200, 1, 5));
  t.throws(() => reader.bytes(), { instanceOf: UserError });
  t.is(reader.offset, 0);
  t.throws(() => reader.raw(-1), { instanceOf: UserError });
  t.throws(() => reader.seek(4), { instanceOf: UserError });
  t.is(reader.varuint(), 200);
  t.throws(() => reader.u16(), { instanceOf: UserError });
  t.is(reader.u8(), 5);
});

test('an integer that is too long is MALFORMED', (t) => {
  for (const bytes of [new Uint8Array(20).fill(0x80), new Uint8Array(8).fill(0x7f).fill(0xff, 0, 7)]) {
    t.is(t.throws(() => new BinaryReader(bytes).varuint(), { instanceOf: UserError })?.code, 'MALFORMED');
  }
});

test('refuses to write numbers that do not fit', (t) => {
  const writer = new BinaryWriter();
  const writes = [
    () => writer.u8(256),
    () => writer.u8(-1),
    () => writer.u16(0.5),
    () => writer.u32(2 ** 32),
    () => writer.i32(2 ** 31),
    () => writer.u64(-1n),
    () => writer.i64(2n ** 63n),
    () => writer.varuint(2 ** 53),
  ];
  for (const write of writes) t.throws(write, { instanceOf: RangeError });
  t.is(writer.length, 0);
});

test('grows, gives copies, and can be reset', (t) => {
  const writer = new BinaryWriter();
  const block = Uint8Array.from({ length: 1000 }, (_, index) => index);
  for (let count = 0; count < 100; count++) writer.raw(block);
  const first = writer.finish();
  t.is(first.length, 100_000);
  t.deepEqual(first.subarray(99_000), block);
  writer.reset();
  writer.u8(77);
  t.deepEqual(writer.finish(), Uint8Array.of(77));
  t.is(first[0], 0);
});

test('grows under every kind of value', (t) => {
  const kinds: [(writer: BinaryWriter) => BinaryWriter, (reader: BinaryReader) => unknown, unknown][] = [
    [(writer) => writer.u8(7), (reader) => reader.u8(), 7],
    [(writer) => writer.u16(7), (reader) => reader.u16(), 7],
    [(writer) => writer.u32(7), (reader) => reader.u32(), 7],
    [(writer) => writer.i32(-7), (reader) => reader.i32(), -7],
    [(writer) => writer.u64(7n), (reader) => reader.u64(), 7n],
    [(writer) => writer.i64(-7n), (reader) => reader.i64(), -7n],
    [(writer) => writer.f64(0.5), (reader) => reader.f64(), 0.5],
    [(writer) => writer.boolean(true), (reader) => reader.boolean(), true],
    [(writer) => writer.varuint(1_000_000), (reader) => reader.varuint(), 1_000_000],
    [(writer) => writer.string('seven'), (reader) => reader.string(), 'seven'],
  ];
  for (const [write, read, value] of kinds) {
    const writer = new BinaryWriter().u8(1);
    for (let count = 0; count < 3_000; count++) write(writer);
    const reader = new BinaryReader(writer.finish());
    reader.skip(1);
    for (let count = 0; count < 3_000; count++) if (read(reader) !== value) t.fail(`${value} at ${count}`);
    t.is(reader.remaining, 0);
  }
});

test('reads views, also over shared memory', (t) => {
  const shared = new Uint8Array(new SharedArrayBuffer(64));
  shared.set(new BinaryWriter().u32(0xcafebabe).string('shared').finish(), 3);
  const reader = new BinaryReader(shared.subarray(3));
  t.is(reader.u32(), 0xcafebabe);
  t.is(reader.string(), 'shared');
});
