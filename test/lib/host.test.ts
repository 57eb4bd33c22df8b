// The real host, compared with what the JDK's own `java` says of the same host where it can be asked.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import {
  canonicalPath,
  closeFiles,
  entropy,
  fileStatus,
  hostProperties,
  isHostFailure,
  monotonicNs,
  readDirectory,
  readFileAt,
  strerror,
  wallNs,
} from '../../lib/host.js';
import { findJdk } from '../../lib/jdk.js';
import { temporaryFolder } from './temporary.js';

const java = join(findJdk({ environment: process.env }).home, 'bin', 'java');
const hostProgram = new URL('../../../test/lib/Host.java', import.meta.url).pathname;

/** Runs Host.java from its source. */
function askJava(paths: readonly string[], locale: Record<string, string>): string[] {
  const { LC_ALL: _all, LC_CTYPE: _ctype, LC_MESSAGES: _messages, LANG: _lang, ...rest } = process.env;
  const options = { env: { ...rest, ...locale }, encoding: 'utf8' } as const;
  return execFileSync(java, ['-XX:TieredStopAtLevel=1', hostProgram, ...paths], options)
    .trimEnd()
    .split('\n');
}

const LOCALES: Record<string, string>[] = [
  {},
  { LC_ALL: 'C', LANG: 'C.UTF-8' },
  { LANG: 'C.UTF-8' },
  { LC_CTYPE: 'C.utf8', LANG: 'C' },
  { LC_ALL: 'xx_YY.UTF-8' },
  { LANG: 'en_US.UTF-8' },
];

for (const locale of LOCALES) {
  test(`host properties are the JDK's, with ${JSON.stringify(locale)}`, (t) => {
    const expected = Object.fromEntries(
      askJava([], locale).map((line) => line.split('=') as [string, string]),
    );
    t.deepEqual(hostProperties({ HOME: process.env.HOME, ...locale }), expected);
  });
}

test("paths and file states are the JDK's", (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'a', 'b'), { recursive: true });
  writeFileSync(join(folder, 'file'), 'content');
  utimesSync(join(folder, 'file'), 1_600_000_000.123, 1_600_000_000.987);
  writeFileSync(join(folder, 'script'), '');
  chmodSync(join(folder, 'script'), 0o555);
  const links = {
    link: 'a',
    dangling: 'nowhere',
    loop: 'loop2',
    loop2: 'loop',
    absolute: join(folder, 'a', 'b'),
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(folder, name));
  const paths = [
    ...[
      '',
      'a',
      'a/b/',
      'file',
      'script',
      'link',
      'link/b',
      'link/b/x/../y',
      'link/../file',
      'dangling',
      'loop',
    ],
    ...[
      'dangling/x',
      'loop/z',
      'absolute/..',
      'file/x',
      'link/nope/../../a',
      'absolute/../zz',
      './/a/./b',
      'none',
    ],
  ].map((name) => `${folder}/${name}`);
  paths.push('/', '//', '/..', '/none', '/none/../x', '/dev/null');
  const expected = askJava(paths, { LANG: 'C.UTF-8' }).slice(-paths.length);
  const actual = paths.map((path) => {
    const canonical = canonicalPath(path);
    const [type, size, modifiedMs, access] = fileStatus(path) ?? [0n, 0n, 0n, 0n];
    return [
      isHostFailure(canonical) ? `! ${canonical.message}` : canonical,
      type !== 0n,
      type === 1n,
      type === 2n,
      type === 2n ? 0 : size,
      modifiedMs,
      (access! & 4n) !== 0n,
      (access! & 2n) !== 0n,
      (access! & 1n) !== 0n,
    ].join(' ');
  });
  t.deepEqual(actual, expected);
});

test('reads files by position', (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'file');
  writeFileSync(path, '0123456789');
  const read = (position: number, byteCount: number) => {
    const bytes = readFileAt(path, position, byteCount);
    return isHostFailure(bytes) ? bytes : Buffer.from(bytes).toString();
  };
  t.is(read(0, 4), '0123');
  t.is(read(8, 4), '89');
  t.is(read(10, 4), '');
  t.is(read(1_000, 4), '');
  t.is(read(3, 0), '');
  // A replaced file is seen by whoever begins to read it again.
  writeFileSync(join(folder, 'new'), 'replaced');
  renameSync(join(folder, 'new'), path);
  t.is(read(2, 3), '234');
  t.is(read(0, 8), 'replaced');
  t.is(read(2, 3), 'pla');
  unlinkSync(path);
  t.deepEqual(read(0, 1), { error: 'ENOENT', message: 'No such file or directory' });
  t.deepEqual(readFileAt(folder, 0, 1), { error: 'EISDIR', message: 'Is a directory' });
  closeFiles();
});

test('keeps few descriptors open', (t) => {
  const folder = temporaryFolder(t);
  closeFiles();
  const openCount = () => readdirSync('/proc/self/fd').length;
  const before = openCount();
  for (let index = 0; index < 100; index++) {
    const path = join(folder, `${index}`);
    writeFileSync(path, `${index}`);
    t.deepEqual(readFileAt(path, 0, 9), new TextEncoder().encode(`${index}`));
  }
  t.true(openCount() - before <= 16);
  t.true(openCount() > before);
  // One that was closed is opened again.
  t.deepEqual(readFileAt(join(folder, '7'), 0, 9), new TextEncoder().encode('7'));
  closeFiles();
  t.is(openCount(), before);
});

test('a named pipe does not hold the machine up', (t) => {
  const path = join(temporaryFolder(t), 'pipe');
  execFileSync('mkfifo', [path]);
  t.deepEqual(readFileAt(path, 0, 1), { error: 'ESPIPE', message: 'Illegal seek' });
  t.is(fileStatus(path)?.[0], 3n);
});

test('lists directories by code unit', (t) => {
  const folder = temporaryFolder(t);
  const names = ['b', 'B', 'a10', 'a9', 'ä', '.hidden', '\u{1f600}', '\uff5e'];
  for (const name of names) writeFileSync(join(folder, name), '');
  t.deepEqual(readDirectory(folder), ['.hidden', 'B', 'a10', 'a9', 'b', 'ä', '\u{1f600}', '\uff5e']);
  t.deepEqual(readDirectory(join(folder, 'b')), { error: 'ENOTDIR', message: 'Not a directory' });
  t.deepEqual(readDirectory(join(folder, 'none')), { error: 'ENOENT', message: 'No such file or directory' });
});

test('clocks go on, in the right units', (t) => {
  let [wall, monotonic] = [wallNs(), monotonicNs()];
  const start = monotonic;
  while (monotonic - start < 20_000_000n) {
    const nowMs = BigInt(Date.now());
    const nextWall = wallNs();
    const afterMs = BigInt(Date.now());
    t.true(nextWall / 1_000_000n >= nowMs && nextWall / 1_000_000n <= afterMs);
    const nextMonotonic = monotonicNs();
    t.true(nextMonotonic >= monotonic && nextWall >= wall);
    [wall, monotonic] = [nextWall, nextMonotonic];
  }
});

test('entropy differs from call to call', (t) => {
  const [first, second] = [entropy(32), entropy(32)];
  t.is(first.length, 32);
  t.notDeepEqual(first, second);
  t.is(entropy(0).length, 0);
});

test("errors have the C library's sentences", (t) => {
  t.is(strerror('EACCES'), 'Permission denied');
  t.is(strerror('ENOTEMPTY'), 'Directory not empty');
  t.is(strerror('EWHATEVER'), 'Unknown error EWHATEVER');
});
