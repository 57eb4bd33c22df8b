// Class paths of folders and jars: jars written here byte by byte, jars made by the JDK's `jar`, damaged jars.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import test from 'ava';
import { BinaryWriter } from '../../lib/binary.js';
import { crc32 } from '../../lib/checksums.js';
import { ClassPath } from '../../lib/class-path.js';
import { UserError } from '../../lib/errors.js';
import { findJdk } from '../../lib/jdk.js';
import { ZipFile } from '../../lib/zip-file.js';
import { temporaryFolder } from './temporary.js';

interface ZipOptions {
  readonly method?: number;
  readonly flags?: number;
  /** Bytes before the archive that its positions do not count. */
  readonly prefix?: string;
  readonly comment?: string;
  /** Sizes and positions in 64-bit records. */
  readonly is64?: boolean;
}

/** A zip file of named contents. */
function makeZip(contents: Readonly<Record<string, string>>, options: ZipOptions = {}): Uint8Array {
  const { method = 8, flags = 0, prefix = '', comment = '', is64 = false } = options;
  const body = new BinaryWriter();
  const central = new BinaryWriter();
  const encoder = new TextEncoder();
  for (const [name, text] of Object.entries(contents)) {
    const plain = encoder.encode(text);
    const data = method === 8 ? deflateRawSync(plain) : plain;
    const nameBytes = encoder.encode(name);
    const position = body.length;
    const common = (writer: BinaryWriter, hide: boolean) =>
      writer
        .u16(20)
        .u16(flags)
        .u16(method)
        .u32(0)
        .u32(crc32(0, plain))
        .u32(hide ? 0xffff_ffff : data.length)
        .u32(hide ? 0xffff_ffff : plain.length)
        .u16(nameBytes.length);
    common(body.u32(0x04034b50), false).u16(3).raw(nameBytes).raw(encoder.encode('ext')).raw(data);
    common(central.u32(0x02014b50).u16(20), is64);
    central
      .u16(is64 ? 28 + 5 : 0)
      .u16(2)
      .u16(0)
      .u16(0)
      .u32(0)
      .u32(is64 ? 0xffff_ffff : position)
      .raw(nameBytes);
    if (is64) {
      central.u16(0x5455).u16(1).u8(0); // Another extra field, to be passed over.
      central.u16(1).u16(24).u64(BigInt(plain.length)).u64(BigInt(data.length)).u64(BigInt(position));
    }
    central.raw(encoder.encode('//'));
  }
  const directoryPosition = body.length;
  const count = Object.keys(contents).length;
  body.raw(central.finish());
  if (is64) {
    const endPosition = body.length;
    body.u32(0x06064b50).u64(44n).u16(45).u16(45).u32(0).u32(0).u64(BigInt(count)).u64(BigInt(count));
    body.u64(BigInt(central.length)).u64(BigInt(directoryPosition));
    body.u32(0x07064b50).u32(0).u64(BigInt(endPosition)).u32(1);
  }
  body.u32(0x06054b50).u16(0).u16(0).u16(count);
  body
    .u16(is64 ? 0xffff : count)
    .u32(central.length)
    .u32(is64 ? 0xffff_ffff : directoryPosition);
  body.u16(comment.length).raw(encoder.encode(comment));
  return Buffer.concat([encoder.encode(prefix), body.finish()]);
}

const CONTENTS = { 'demo/Hello.class': 'hello '.repeat(100), 'empty.txt': '', 'ünï.txt': 'named in UTF-8' };

const VARIANTS: Record<string, ZipOptions> = {
  deflated: {},
  stored: { method: 0 },
  'with a comment': { comment: 'PK\u0005\u0006 is no end record here' },
  'with a program before it': { prefix: '#!/bin/sh\nexec java -jar "$0"\n' },
  'with 64-bit records': { is64: true },
};

for (const [variant, options] of Object.entries(VARIANTS)) {
  test(`reads a jar, ${variant}`, (t) => {
    const path = join(temporaryFolder(t), 'a.jar');
    writeFileSync(path, makeZip(CONTENTS, options));
    const zip = ZipFile.open(path);
    t.teardown(() => zip.close());
    t.deepEqual(zip.names, Object.keys(CONTENTS));
    for (const [name, text] of Object.entries(CONTENTS)) {
      t.is(Buffer.from(zip.find(name)!).toString(), text);
    }
    t.is(zip.find('demo/Nothing.class'), undefined);
  });
}

test('searches folders and jars in order and passes over what is missing', (t) => {
  const folder = temporaryFolder(t);
  const classes = join(folder, 'classes');
  mkdirSync(join(classes, 'demo'), { recursive: true });
  writeFileSync(join(classes, 'demo', 'Hello.class'), 'from the folder');
  writeFileSync(join(folder, 'secret'), 'outside');
  const jar = join(folder, 'a.jar');
  writeFileSync(jar, makeZip({ 'demo/Hello.class': 'from the jar', 'demo/Only.class': 'in the jar' }));
  const text = (classPath: ClassPath, name: string) => {
    const found = classPath.find(name);
    return found && [Buffer.from(found.bytes).toString(), found.origin];
  };
  const folderFirst = ClassPath.open([join(folder, 'missing'), join(folder, 'missing.jar'), classes, jar]);
  t.deepEqual(text(folderFirst, 'demo/Hello.class'), ['from the folder', classes]);
  t.deepEqual(text(folderFirst, 'demo/Only.class'), ['in the jar', jar]);
  t.is(folderFirst.find('demo'), undefined);
  t.is(folderFirst.find('demo/Hello.class/x'), undefined);
  t.is(folderFirst.find('../secret'), undefined);
  t.is(folderFirst.find(`/${folder}/secret`), undefined);
  folderFirst.close();
  const jarFirst = ClassPath.open([jar, classes]);
  t.deepEqual(text(jarFirst, 'demo/Hello.class'), ['from the jar', jar]);
  jarFirst.close();
  t.throws(() => jarFirst.find('demo/Hello.class'), { message: /closed/ });
});

test('names the jar that is damaged', (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'bad.jar');
  const attempt = (bytes: Uint8Array, name = 'demo/Hello.class') => {
    writeFileSync(path, bytes);
    let classPath: ClassPath | undefined;
    try {
      classPath = ClassPath.open([folder, path]);
      classPath.find(name);
      return 'no error';
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      t.true(error.message.includes(path));
      return error.code;
    } finally {
      classPath?.close();
    }
  };
  const good = makeZip(CONTENTS);
  t.is(attempt(good), 'no error');
  for (let length = 0; length < good.length; length++) {
    t.is(attempt(good.subarray(0, length)), 'ZIP_DAMAGED', `cut to ${length} bytes`);
  }
  const changed = (offset: number) => {
    const copy = Uint8Array.from(good);
    copy[offset]! ^= 0x10;
    return copy;
  };
  const centralOffset = Buffer.from(good).indexOf('PK\u0001\u0002');
  t.is(attempt(changed(0)), 'ZIP_DAMAGED');
  t.is(attempt(changed(centralOffset)), 'ZIP_DAMAGED');
  t.is(attempt(changed(centralOffset + 16)), 'ZIP_DAMAGED');
  t.is(attempt(changed(centralOffset + 24)), 'ZIP_DAMAGED');
  for (let offset = 30 + 16 + 3; offset < 60; offset++)
    t.is(attempt(changed(offset)), 'ZIP_DAMAGED', `${offset}`);
  const stored = makeZip(CONTENTS, { method: 0 });
  stored[60]! ^= 1;
  t.is(attempt(stored), 'ZIP_DAMAGED');
  t.is(attempt(makeZip(CONTENTS, { method: 12 })), 'ZIP_UNSUPPORTED');
  t.is(attempt(makeZip(CONTENTS, { flags: 1 })), 'ZIP_UNSUPPORTED');
  t.is(attempt(Buffer.from('this is no jar, though it calls itself one')), 'ZIP_DAMAGED');
});

test('a class that may not be read is an error, not a missing class', (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'Hidden.class');
  writeFileSync(path, 'x');
  chmodSync(path, 0);
  const classPath = ClassPath.open([folder]);
  if (process.getuid?.() === 0) {
    // To root every file is readable.
    t.is(classPath.find('Hidden.class')?.bytes.length, 1);
  } else {
    t.is(t.throws(() => classPath.find('Hidden.class'), { instanceOf: UserError })?.code, 'CLASS_PATH_READ');
  }
});

const jarTool = join(findJdk({ environment: process.env }).home, 'bin', 'jar');
for (const flags of ['cf', '0cf']) {
  // The JDK may be a bare runtime, which has no `jar`.
  (existsSync(jarTool) ? test : test.skip)(`reads what \`jar ${flags}\` makes`, (t) => {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'demo'));
    writeFileSync(join(folder, 'demo', 'Big.class'), readFileSync(process.execPath).subarray(0, 300_000));
    writeFileSync(join(folder, 'demo', 'Small.class'), 'small');
    const jar = join(folder, 'made.jar');
    t.is(spawnSync(jarTool, [flags, jar, 'demo'], { cwd: folder }).status, 0);
    const [fromJar, fromFolder] = [ClassPath.open([jar]), ClassPath.open([folder])];
    t.teardown(() => fromJar.close());
    for (const name of ['demo/Big.class', 'demo/Small.class']) {
      t.deepEqual(fromJar.find(name)?.bytes, fromFolder.find(name)?.bytes);
    }
    t.true((fromJar.find('META-INF/MANIFEST.MF')?.bytes.length ?? 0) > 0);
  });
}
