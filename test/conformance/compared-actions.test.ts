// Outputs that a program waits for, compared between real processes before they happen: replicas that agree go on as ever,
// one that comes to another output is noticed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { PROJECT, runRjvm } from '../support/command.js';

const classes = join(PROJECT, 'dist', 'test-classes');
const folder = mkdtempSync(join(tmpdir(), 'rjvm-compared-'));
const COMPARED = 'actions.java.io.FileOutputStream.writeBytes([BIIZ)V.compared=true';
const OWN_CLOCK = 'actions.java.lang.System.nanoTime()J.suppressedAtBackup=false';

test.after.always(() => rmSync(folder, { recursive: true }));

async function runParting(name: string, ...settings: string[]) {
  const file = join(folder, name);
  const set = settings.flatMap((setting) => ['--set', setting]);
  const outcome = await runRjvm(['--pair', ...set, '-cp', classes, 'Parting', file]);
  return { ...outcome, written: readFileSync(file, 'latin1') };
}

const LINES = 'line 0\nline 1\nline 2\n';

test.serial('replicas that agree', async (t) => {
  const { exit, stdout, stderr, written } = await runParting('same', COMPARED);
  t.is(exit, 0);
  t.is(stdout, LINES);
  t.is(stderr, '');
  t.regex(written, /^(\d+\n){3}$/);
});

test.serial('a replica that comes to another output is lost before the output is there', async (t) => {
  const { exit, stdout, stderr, written } = await runParting('parted', COMPARED, OWN_CLOCK);
  t.is(exit, 0);
  t.is(stdout, LINES);
  t.regex(stderr, /backup b \(pid \d+\) lost: replicas a and b disagree; running alone \(degraded\)\n/);
  t.regex(written, /^(\d+\n){3}$/);
});
