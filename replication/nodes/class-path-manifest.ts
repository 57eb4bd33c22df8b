// The files of a program's class path with their digests: what a node must have, or be sent, to run the program.
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { posixCode, UserError } from '../../lib/errors.js';
import { ZipFile } from '../../lib/zip-file.js';
import { MAXIMUM_CLASS_PATH_BYTES, MAXIMUM_CLASS_PATH_FILES } from '../limits.js';

export interface ManifestFile {
  /** Absolute, as the program opens it. */
  readonly path: string;
  readonly byteCount: number;
  /** SHA-256 of its bytes, in hex. */
  readonly digest: string;
}

/** Jars, the jars that their manifests name, and all that is in the folders of a class path, in order. UserError
 *  CLASS_PATH where that is more than can sensibly be sent. */
export async function readManifest(classPath: readonly string[]): Promise<ManifestFile[]> {
  const gathered = new Gathered();
  for (const entry of classPath) gathered.addEntry(entry);
  const files: ManifestFile[] = [];
  for (const [path, byteCount] of gathered.files) {
    const digest = await digestOfFile(path);
    // One that may not be read is not found by the program either.
    if (digest !== null) files.push({ path, byteCount, digest });
  }
  return files;
}

/** SHA-256 of a file in hex; null where it cannot be read. */
export async function digestOfFile(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch {
    return null;
  }
  return hash.digest('hex');
}

class Gathered {
  /** Sizes by path. */
  readonly files = new Map<string, number>();
  readonly #folders = new Set<string>();
  #byteCount = 0;

  /** A class path entry that is not there is passed over, as java does. */
  addEntry(path: string): void {
    const status = statusOf(path);
    if (status?.isDirectory()) this.#addFolder(path, path);
    else if (status?.isFile() && !this.files.has(path)) {
      this.#addFile(path, status.size, path);
      for (const other of jarsNamedBy(path)) this.addEntry(other);
    }
  }

  #addFolder(folder: string, entry: string): void {
    const real = realpathSync(folder);
    if (this.#folders.has(real)) return;
    this.#folders.add(real);
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      const status = statusOf(path);
      if (status?.isDirectory()) this.#addFolder(path, entry);
      else if (status?.isFile()) this.#addFile(path, status.size, entry);
    }
  }

  #addFile(path: string, byteCount: number, entry: string): void {
    this.files.set(path, byteCount);
    this.#byteCount += byteCount;
    if (this.files.size <= MAXIMUM_CLASS_PATH_FILES && this.#byteCount <= MAXIMUM_CLASS_PATH_BYTES) return;
    throw new UserError(
      'CLASS_PATH',
      `the class path has more than ${MAXIMUM_CLASS_PATH_FILES} files or ${MAXIMUM_CLASS_PATH_BYTES >> 20} MB ` +
        `(at ${entry}), too much to compare with other nodes: name a folder that holds the classes alone`,
    );
  }
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw new UserError('CLASS_PATH', `${folder} cannot be read (${posixCode(error)})`, { cause: error });
  }
}

/** What the Class-Path attribute of a jar's manifest names: URLs relative to the jar's. */
function jarsNamedBy(jar: string): string[] {
  const text = manifestText(jar);
  // Lines are cut at 72 bytes and go on after a space.
  const attribute = /^Class-Path:(.*)$/im.exec(text.replaceAll(/\r?\n /g, ''))?.[1] ?? '';
  return attribute
    .split(' ')
    .filter((name) => name !== '')
    .flatMap((name) => {
      try {
        return [resolve(fileURLToPath(new URL(name, pathToFileURL(`${dirname(jar)}/`))))];
      } catch {
        // A URL of another kind, which no replica could read either.
        return [];
      }
    });
}

function manifestText(jar: string): string {
  try {
    const file = ZipFile.open(jar);
    try {
      return Buffer.from(file.find('META-INF/MANIFEST.MF') ?? []).toString();
    } finally {
      file.close();
    }
  } catch (error) {
    // No jar, or a damaged one: for the program to meet with, as java has it.
    if (error instanceof UserError) return '';
    throw error;
  }
}
