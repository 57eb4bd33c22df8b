// Class path texts: empty entries, relative ones, wildcards.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { classPathEntries } from '../../bin/class-path-entries.js';

test('entries become absolute, and empty ones the current folder', (t) => {
  t.deepEqual(classPathEntries('a:/b/c.jar::.', '/here'), ['/here/a', '/b/c.jar', '/here', '/here']);
  t.deepEqual(classPathEntries('', '/here'), ['/here']);
});

test('a wildcard stands for the jars of a folder, by name', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rjvm-class-path-'));
  for (const name of ['b.jar', 'a.JAR', 'notes.txt', 'c.Jar']) writeFileSync(join(folder, name), '');
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'sub', 'd.jar'), '');
  const jars = [join(folder, 'a.JAR'), join(folder, 'b.jar')];
  t.deepEqual(classPathEntries(`${folder}/*`, '/'), jars);
  t.deepEqual(classPathEntries('*', folder), jars);
  t.deepEqual(classPathEntries('x:no-such-folder/*:y', folder), [join(folder, 'x'), join(folder, 'y')]);
});
