// Folders for tests that need real files; they go away with the test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';

/** A new folder, removed when the test ends. */
export function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rjvm-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
