// Differences between runs are found and named: what is lost, what is there twice, what is another.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { difference, fileDifference, type RunResult } from '../../../replication/prove/comparison.js';
import { manifestDifference, Scratch } from '../../../replication/prove/scratch.js';
import { temporaryFolder } from '../../lib/temporary.js';

const LINES = Array.from({ length: 9000 }, (_, index) => `line ${index} of many, all different\n`);
const TEXT = LINES.join('');

function compared(t: ExecutionContext, expected: string, actual: string): string | null {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'expected'), expected);
  writeFileSync(join(folder, 'actual'), actual);
  return fileDifference(join(folder, 'expected'), join(folder, 'actual'));
}

function without(...indices: number[]): string {
  return LINES.filter((_, index) => !indices.includes(index)).join('');
}

test('equal streams have no difference, whatever their size', (t) => {
  for (const text of ['', 'a', TEXT]) t.is(compared(t, text, text), null);
});

test('a lost line is named with its place', (t) => {
  t.regex(compared(t, TEXT, without(7777))!, /\(line 7778\) \d+ bytes are lost: .*7/);
  t.regex(
    compared(t, TEXT, without(8999))!,
    /\(line 9000\) 33 bytes are lost: "line 8999 of many, all different"/,
  );
  t.regex(compared(t, 'a\n', '')!, /^at byte 0 \(line 1\) 2 bytes are lost: "a"/);
});

test('a doubled line is named as that', (t) => {
  const doubled = (index: number) => [...LINES.slice(0, index + 1), ...LINES.slice(index)].join('');
  t.regex(compared(t, TEXT, doubled(5000))!, /\(line 5002\) 33 bytes are doubled/);
  t.regex(compared(t, TEXT, doubled(8999))!, /\(line 9001\) 33 bytes are doubled/);
  t.regex(
    compared(t, TEXT, `${TEXT}something else\n`)!,
    /\(line 9001\) 15 bytes are too many: "something else"/,
  );
});

test('another line is shown beside the one that should be', (t) => {
  const other = TEXT.replace('line 4000 of', 'LINE 4000 of');
  t.regex(compared(t, TEXT, other)!, /\(line 4001\) it differs: "LINE 4000 .* stands where "line 4000 /);
});

test('streams, exit code and files are compared in that order', (t) => {
  const folder = temporaryFolder(t);
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const expected: RunResult = {
    stdout: file('out', 'o'),
    stderr: file('err', 'e'),
    exitCode: 0,
    files: new Map([['x', 'file 644 1 bytes aa']]),
  };
  t.is(difference(expected, expected), null);
  t.regex(difference(expected, { ...expected, stderr: file('err2', '') })!, /^stderr: /);
  t.is(difference(expected, { ...expected, exitCode: 3 }), 'it ends with exit code 3, and should with 0');
  t.is(difference(expected, { ...expected, files: new Map() }), 'the file x is missing');
  t.is(difference(expected, { ...expected, files: null }), null);
});

test('a scratch folder is the same copy each time, and what a run leaves in it is seen', (t) => {
  const origin = temporaryFolder(t);
  mkdirSync(join(origin, 'sub'));
  writeFileSync(join(origin, 'sub', 'a'), 'one');
  symlinkSync('sub/a', join(origin, 'link'));
  const scratch = new Scratch(join(temporaryFolder(t), 'work'), origin);
  scratch.renew();
  const first = scratch.manifest();
  t.deepEqual([...first.keys()].sort(), ['link', 'sub', 'sub/a']);
  const changes: [(path: string) => void, RegExp][] = [
    [
      (path) => writeFileSync(join(path, 'sub', 'a'), 'two'),
      /^the file sub\/a is file .* and should be file /,
    ],
    [(path) => chmodSync(join(path, 'sub', 'a'), 0o600), /^the file sub\/a is file 600 /],
    [(path) => writeFileSync(join(path, 'b'), ''), /^there is a file b too many$/],
  ];
  for (const [change, said] of changes) {
    scratch.renew();
    t.is(manifestDifference(first, scratch.manifest()), null);
    change(scratch.folder);
    t.regex(manifestDifference(first, scratch.manifest()) ?? '', said);
  }
  t.throws(() => new Scratch(join(origin, 'work'), origin), { message: /--in-place/ });
});
