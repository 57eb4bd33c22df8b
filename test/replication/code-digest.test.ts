// A process notices that its code is no longer what it was loaded from.
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { BuildWatch } from '../../replication/code-digest.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('files that are written again, or are gone, are another build', (t) => {
  const folder = temporaryFolder('build');
  const [first, second] = ['first.js', 'second.js'].map((name) => join(folder, name)) as [string, string];
  for (const file of [first, second]) writeFileSync(file, '1');
  utimesSync(second, 1000, 1000);
  const watch = new BuildWatch([first, pathToFileURL(second)]);
  t.false(watch.hasChanged);
  utimesSync(second, 2000, 2000);
  t.true(watch.hasChanged);
  utimesSync(second, 1000, 1000);
  t.false(watch.hasChanged);
  rmSync(second);
  t.true(watch.hasChanged);
});
