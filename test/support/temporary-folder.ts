// Folders of tests that are gone when the test's process ends.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder; what: part of its name. */
export function temporaryFolder(what: string): string {
  const folder = mkdtempSync(join(tmpdir(), `rjvm-${what}-`));
  folders.push(folder);
  return folder;
}
