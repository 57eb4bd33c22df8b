// The folder in which the program under proof runs: a fresh copy of the user's current folder for each run, always under
// the same path and as the folder was at the first run, so that runs can be compared; and what a run has left in it.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { UserError } from '../../lib/errors.js';

/** A folder with more than that is not copied for every run. */
export const MAXIMUM_SCRATCH_BYTES = 256 << 20;
export const MAXIMUM_SCRATCH_ENTRIES = 20_000;

/** What a folder holds, by relative path: type and permissions of each entry, and its content as a digest. */
export type Manifest = ReadonlyMap<string, string>;

export class Scratch {
  /** Where the program runs. */
  readonly folder: string;
  readonly #origin: string | null;

  /** origin: the folder that is copied; null where the program runs in the folder itself, as it is. UserError where it
   *  is too large. */
  constructor(folder: string, origin: string | null) {
    this.folder = folder;
    this.#origin = origin;
    if (origin === null) return;
    if (folder.startsWith(origin === sep ? sep : origin + sep)) {
      throw new UserError(
        'SCRATCH',
        `the current folder is copied to ${folder}, which lies in it: start in another folder, or add --in-place`,
      );
    }
    checkSize(origin);
  }

  /** Whether each run has a folder of its own that can be compared with another one's. */
  get isCopied(): boolean {
    return this.#origin !== null;
  }

  /** Makes the folder what it was at the beginning. */
  renew(): void {
    if (this.#origin === null) return;
    // A program that names a file of the user's folder by its absolute path changes it there, between two runs.
    const original = `${this.folder}.original`;
    if (!existsSync(original)) copyFolder(this.#origin, original);
    rmSync(this.folder, { recursive: true, force: true });
    copyFolder(original, this.folder);
  }

  manifest(): Manifest {
    const manifest = new Map<string, string>();
    if (this.#origin !== null) addEntries(manifest, this.folder, '');
    return manifest;
  }
}

function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  cpSync(from, to, {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    filter: (path) => isCopied(path),
  });
}

/** Sockets, pipes and devices cannot be copied. */
function isCopied(path: string): boolean {
  const status = lstatSync(path);
  return status.isFile() || status.isDirectory() || status.isSymbolicLink();
}

function checkSize(origin: string): void {
  let byteCount = 0;
  let entryCount = 0;
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      entryCount++;
      if (entry.isFile()) byteCount += lstatSync(path).size;
      if (byteCount > MAXIMUM_SCRATCH_BYTES || entryCount > MAXIMUM_SCRATCH_ENTRIES) {
        throw new UserError(
          'SCRATCH',
          `the current folder is copied for every run, and it holds more than ${MAXIMUM_SCRATCH_BYTES >> 20} MiB or ` +
            `${MAXIMUM_SCRATCH_ENTRIES} entries: start in another folder, or add --in-place`,
        );
      }
      if (entry.isDirectory()) walk(path);
    }
  };
  walk(origin);
}

function addEntries(manifest: Map<string, string>, folder: string, prefix: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const name = prefix + entry.name;
    const mode = (lstatSync(path).mode & 0o7777).toString(8);
    if (entry.isDirectory()) {
      manifest.set(name, `folder ${mode}`);
      addEntries(manifest, path, `${name}/`);
    } else if (entry.isSymbolicLink()) manifest.set(name, `link to ${readlinkSync(path)}`);
    else if (entry.isFile()) manifest.set(name, `file ${mode} ${contentOf(path)}`);
  }
}

function contentOf(path: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return `unreadable (${(error as Error).message})`;
  }
  return `${bytes.length} bytes ${createHash('sha1').update(bytes).digest('hex')}`;
}

/** What differs first; null where nothing does. */
export function manifestDifference(expected: Manifest, actual: Manifest): string | null {
  for (const [name, entry] of expected) {
    const other = actual.get(name);
    if (other === undefined) return `the file ${name} is missing`;
    if (other !== entry) return `the file ${name} is ${other}, and should be ${entry}`;
  }
  for (const name of actual.keys()) if (!expected.has(name)) return `there is a file ${name} too many`;
  return null;
}
