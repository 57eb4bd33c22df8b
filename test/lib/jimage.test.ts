// The jimage reader on the installed JDK's lib/modules, on images made here, and on damaged copies.
import { closeSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import test from 'ava';
import { UserError } from '../../lib/errors.js';
import { findJdk } from '../../lib/jdk.js';
import { JimageReader } from '../../lib/jimage.js';
import { temporaryFolder } from './temporary.js';

const { modulesPath } = findJdk({ environment: process.env });
const CLASS_MAGIC = 0xcafebabe;

test('reads every class of java.base', (t) => {
  const image = JimageReader.open(modulesPath);
  t.teardown(() => image.close());
  const names = image.list().filter((name) => name.startsWith('/java.base/') && name.endsWith('.class'));
  t.true(names.length > 5_000);
  const wrong = names.filter((name) => {
    const bytes = image.find(name);
    return bytes === undefined || new DataView(bytes.buffer).getUint32(0) !== CLASS_MAGIC;
  });
  t.deepEqual(wrong, []);
});

test('finds every listed resource by name, and no other', (t) => {
  const image = JimageReader.open(modulesPath);
  t.teardown(() => image.close());
  const names = image.list();
  const known = new Set(names);
  t.is(known.size, names.length);
  for (const name of names) {
    if (!image.has(name)) t.fail(name);
    // A perfect hash sends unknown names to some slot too: the name there must be compared to its end.
    for (const other of [`${name}x`, name.slice(0, -1), name.slice(1)]) {
      if (image.has(other) !== known.has(other)) t.fail(other);
    }
  }
  t.is(image.find('/java.base/java/lang/Nothing.class'), undefined);
  t.is(image.find(''), undefined);
  t.is(image.find('/java.base/java/lang/Ünbekannt.class'), undefined);
});

test('knows the module of each package', (t) => {
  const image = JimageReader.open(modulesPath);
  t.teardown(() => image.close());
  t.is(image.moduleOfPackage('java/lang'), 'java.base');
  t.is(image.moduleOfPackage('java/util/logging'), 'java.logging');
  t.is(image.moduleOfPackage('java/nothing'), undefined);
  const wrong = new Set<string>();
  for (const name of image.list()) {
    const match = /^\/([^/]+)\/(.+)\/[^/]+\.class$/.exec(name);
    if (match !== null && image.moduleOfPackage(match[2]!) !== match[1]) wrong.add(name);
  }
  t.deepEqual([...wrong], []);
});

test('is fast: classes cost microseconds, opening milliseconds', (t) => {
  const start = process.hrtime.bigint();
  const image = JimageReader.open(modulesPath);
  t.teardown(() => image.close());
  for (let count = 0; count < 500; count++) image.find('/java.base/java/lang/Object.class');
  // Measured: about 10 ms in all. The bound is wide, for loaded machines; a Map of all names would break it.
  t.true(process.hrtime.bigint() - start < 1_000_000_000n);
});

interface Part {
  readonly module: string;
  readonly base: string;
  readonly compressed: number;
  readonly content: Uint8Array;
  readonly uncompressedBytes: number;
}

/** An image with one resource `/module/base`, whose redirect entry names its slot. */
function makeImage(part: Part, options: { littleEndian: boolean; methods: string }): Buffer {
  const words = (...values: number[]) => {
    const bytes = Buffer.alloc(values.length * 4);
    for (const [index, value] of values.entries()) {
      if (options.littleEndian) bytes.writeUInt32LE(value >>> 0, index * 4);
      else bytes.writeUInt32BE(value >>> 0, index * 4);
    }
    return bytes;
  };
  // Strings: '' at 0, then methods at 1, module, base.
  const strings = Buffer.from(`\0${options.methods}\0${part.module}\0${part.base}\0`);
  const moduleOffset = 2 + options.methods.length;
  const baseOffset = moduleOffset + part.module.length + 1;
  const attribute = (kind: number, value: number) => [(kind << 3) | 1, value >> 8, value & 0xff];
  const location = Buffer.from([
    ...attribute(1, moduleOffset),
    ...attribute(3, baseOffset),
    ...attribute(6, part.compressed),
    ...attribute(7, part.uncompressedBytes),
    0,
  ]);
  const header = words(0xcafedada, 0x0001_0000, 0, 1, 1, location.length, strings.length);
  return Buffer.concat([header, words(-1), words(0), location, strings, part.content]);
}

/** A layer of compression: its header before the content. */
function layer(
  content: Uint8Array,
  uncompressedBytes: number,
  littleEndian: boolean,
  methodOffset = 1,
): Buffer {
  const header = new DataView(new ArrayBuffer(29));
  header.setUint32(0, 0xcafefafa, littleEndian);
  header.setBigUint64(4, BigInt(content.length), littleEndian);
  header.setBigUint64(12, BigInt(uncompressedBytes), littleEndian);
  header.setUint32(20, methodOffset, littleEndian);
  return Buffer.concat([new Uint8Array(header.buffer), content]);
}

for (const littleEndian of [true, false]) {
  test(`reads zip-compressed resources, ${littleEndian ? 'little' : 'big'}-endian`, (t) => {
    const path = join(temporaryFolder(t), 'modules');
    const plain = Buffer.from('a resource, a resource, a resource');
    const inner = layer(deflateSync(plain), plain.length, littleEndian);
    const twice = layer(deflateSync(inner), inner.length, littleEndian);
    for (const content of [inner, twice]) {
      const part = {
        module: 'm',
        base: 'r',
        compressed: content.length,
        content,
        uncompressedBytes: plain.length,
      };
      writeFileSync(path, makeImage(part, { littleEndian, methods: 'zip' }));
      const image = JimageReader.open(path);
      t.deepEqual(image.list(), ['/m/r']);
      t.deepEqual(Buffer.from(image.find('/m/r')!), plain);
      t.is(image.find('/m/s'), undefined);
      image.close();
    }
  });
}

test('says which compression it does not know, and notices damaged content', (t) => {
  const path = join(temporaryFolder(t), 'modules');
  const codeOf = (content: Buffer, methods: string) => {
    const part = { module: 'm', base: 'r', compressed: content.length, content, uncompressedBytes: 5 };
    writeFileSync(path, makeImage(part, { littleEndian: true, methods }));
    const image = JimageReader.open(path);
    const error = t.throws(() => image.find('/m/r'), { instanceOf: UserError });
    image.close();
    return error?.code;
  };
  const good = layer(deflateSync(Buffer.from('12345')), 5, true);
  t.is(codeOf(good, 'compact-cp'), 'JIMAGE_COMPRESSION');
  t.is(codeOf(good.subarray(0, 33), 'zip'), 'JIMAGE_DAMAGED');
  t.is(codeOf(layer(deflateSync(Buffer.from('1234')), 4, true), 'zip'), 'JIMAGE_DAMAGED');
  t.is(codeOf(layer(deflateSync(Buffer.from('12345')), 5, true, 60_000), 'zip'), 'JIMAGE_DAMAGED');
});

test('tells missing, foreign, cut and damaged files', (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'modules');
  const open = (bytes: Uint8Array) => {
    writeFileSync(path, bytes);
    return t.throws(() => JimageReader.open(path).list(), { instanceOf: UserError })?.code;
  };
  t.is(
    t.throws(() => JimageReader.open(join(folder, 'missing')), { instanceOf: UserError })?.code,
    'JIMAGE_OPEN',
  );
  t.is(open(new Uint8Array()), 'JIMAGE_DAMAGED');
  t.is(open(Buffer.from('no image at all, but long enough')), 'JIMAGE_DAMAGED');
  const part = { module: 'm', base: 'r', compressed: 0, content: Buffer.from('abc'), uncompressedBytes: 3 };
  const good = makeImage(part, { littleEndian: true, methods: 'zip' });
  for (let length = 0; length < good.length - 3; length++) {
    t.is(open(good.subarray(0, length)), 'JIMAGE_DAMAGED', `${length} bytes`);
  }
  const changed = (offset: number, value: number) => {
    const copy = Buffer.from(good);
    copy.writeUInt32LE(value, offset);
    return copy;
  };
  t.is(open(changed(4, 0x0002_0000)), 'JIMAGE_VERSION');
  t.is(open(changed(16, 0)), 'JIMAGE_DAMAGED');
  t.is(open(changed(16, 0xffff_ffff)), 'JIMAGE_DAMAGED');
  t.is(open(changed(32, 0xffff)), 'JIMAGE_DAMAGED');
  writeFileSync(path, good.subarray(0, good.length - 1));
  const cut = JimageReader.open(path);
  t.is(t.throws(() => cut.find('/m/r'), { instanceOf: UserError })?.code, 'JIMAGE_DAMAGED');
  cut.close();
  t.throws(() => cut.find('/m/r'), { message: /closed/ });
});

test('a cut copy of the real image is noticed', (t) => {
  const path = join(temporaryFolder(t), 'modules');
  const head = Buffer.alloc(4 << 20);
  const descriptor = openSync(modulesPath, 'r');
  readSync(descriptor, head, 0, head.length, 0);
  closeSync(descriptor);
  t.true(statSync(modulesPath).size > head.length);
  writeFileSync(path, head.subarray(0, 1 << 20));
  t.is(t.throws(() => JimageReader.open(path), { instanceOf: UserError })?.code, 'JIMAGE_DAMAGED');
  writeFileSync(path, head);
  const image = JimageReader.open(path);
  t.teardown(() => image.close());
  const outcomes = image.list().map((name) => {
    try {
      return image.find(name) === undefined ? 'missing' : 'read';
    } catch (error) {
      return error instanceof UserError ? error.code : 'wrong error';
    }
  });
  t.deepEqual([...new Set(outcomes)].sort(), ['JIMAGE_DAMAGED', 'read']);
});
