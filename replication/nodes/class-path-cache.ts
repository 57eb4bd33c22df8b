// Class path files on a node: those that it has under their own paths, and copies of the others in a folder of the
// user's cache, named by their digests.
import { createHash, type Hash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { imageFolder } from '../boot-image.js';
import { UNUSED_COPY_DAYS } from '../limits.js';
import { PeerError } from '../peer-error.js';
import { digestOfFile, type ManifestFile } from './class-path-manifest.js';

const DAY_MS = 86_400_000;

export function cacheFolder(): string {
  return join(imageFolder(), 'class-path');
}

function copyOf(digest: string): string {
  return join(cacheFolder(), digest);
}

/** What a node has of a class path. */
export interface Found {
  /** Copies by the paths of files that are not under these paths here. */
  readonly copies: Readonly<Record<string, string>>;
  /** Digests of the files that are neither under their paths nor copied. */
  readonly lacking: readonly string[];
}

/** Looks for the files of a manifest, and checks their bytes. */
export async function findFiles(manifest: readonly ManifestFile[]): Promise<Found> {
  const copies: Record<string, string> = {};
  const lacking = new Set<string>();
  for (const { path, byteCount, digest } of manifest) {
    if (await holds(path, byteCount, digest)) continue;
    const copy = copyOf(digest);
    copies[path] = copy;
    if (await holds(copy, byteCount, digest)) touch(copy);
    else lacking.add(digest);
  }
  return { copies, lacking: [...lacking] };
}

async function holds(path: string, byteCount: number, digest: string): Promise<boolean> {
  const status = statSync(path, { throwIfNoEntry: false });
  return status?.isFile() === true && status.size === byteCount && (await digestOfFile(path)) === digest;
}

function touch(copy: string): void {
  try {
    utimesSync(copy, new Date(), new Date());
  } catch {
    // It is used all the same, and taken for older than it is.
  }
}

/** Takes in the bytes of one file; it counts only when it is whole. */
export class CopyWriter {
  readonly #digest: string;
  readonly #byteCount: number;
  readonly #temporary: string;
  /** null: it is closed, and the number may be another file's. */
  #descriptor: number | null;
  readonly #hash: Hash = createHash('sha256');
  #length = 0;

  /** Throws the system's error where the folder cannot be written. */
  constructor({ digest, byteCount }: Pick<ManifestFile, 'digest' | 'byteCount'>) {
    this.#digest = digest;
    this.#byteCount = byteCount;
    mkdirSync(cacheFolder(), { recursive: true, mode: 0o700 });
    this.#temporary = `${copyOf(digest)}.${process.pid}.${process.hrtime.bigint()}`;
    this.#descriptor = openSync(this.#temporary, 'wx', 0o600);
  }

  /** True when the file is whole. Throws PeerError where the bytes are not the ones that were promised. */
  append(bytes: Uint8Array): boolean {
    this.#length += bytes.length;
    if (this.#length > this.#byteCount) throw new PeerError('MALFORMED', 'a class path file is too long');
    this.#hash.update(bytes);
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(this.#descriptor!, bytes, offset);
    if (this.#length < this.#byteCount) return false;
    if (this.#hash.digest('hex') !== this.#digest) {
      throw new PeerError('MALFORMED', 'a class path file has come damaged, or was changed meanwhile');
    }
    this.#close();
    renameSync(this.#temporary, copyOf(this.#digest));
    return true;
  }

  /** What has come so far is of no use. */
  abandon(): void {
    try {
      this.#close();
      rmSync(this.#temporary, { force: true });
    } catch {
      // It is deleted when nobody has used it for long.
    }
  }

  #close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** Deletes copies that no program has used for a long time. */
export function removeUnusedCopies(): void {
  try {
    const before = Date.now() - UNUSED_COPY_DAYS * DAY_MS;
    for (const name of readdirSync(cacheFolder())) {
      const path = join(cacheFolder(), name);
      if (statSync(path).mtimeMs < before) rmSync(path, { force: true });
    }
  } catch {
    // No folder yet, or another agent that tidies up.
  }
}
