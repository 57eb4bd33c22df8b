// The application's class path: folders and jars, searched in order.
import { readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { posixCode, UserError } from './errors.js';
import { ZipFile } from './zip-file.js';

/** One entry: a folder or an open jar. */
interface Source {
  readonly origin: string;
  find(name: string): Uint8Array<ArrayBuffer> | undefined;
  close(): void;
}

export interface Found {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The class path entry that it comes from, as it was given. */
  readonly origin: string;
}

/** Errors of open and find are UserError: those of ZipFile, and CLASS_PATH_READ for files that may not be read. */
export class ClassPath {
  readonly #sources: readonly Source[];

  private constructor(sources: readonly Source[]) {
    this.#sources = sources;
  }

  /** Opens folders and jars. Entries that do not exist are passed over, as `java` does. */
  static open(entries: readonly string[]): ClassPath {
    const sources: Source[] = [];
    try {
      for (const entry of entries) {
        const source = openSource(entry);
        if (source !== undefined) sources.push(source);
      }
    } catch (error) {
      for (const source of sources) source.close();
      throw error;
    }
    return new ClassPath(sources);
  }

  /** The first resource of that name, with slashes: `demo/Hello.class`. */
  find(name: string): Found | undefined {
    for (const source of this.#sources) {
      const bytes = source.find(name);
      if (bytes !== undefined) return { bytes, origin: source.origin };
    }
    return undefined;
  }

  close(): void {
    for (const source of this.#sources) source.close();
  }
}

function openSource(entry: string): Source | undefined {
  let status: Stats | undefined;
  try {
    status = statSync(entry, { throwIfNoEntry: false });
  } catch (error) {
    throw unreadable(entry, error);
  }
  if (status === undefined) return undefined;
  if (status.isDirectory()) {
    return { origin: entry, find: (name) => findInFolder(entry, name), close: () => {} };
  }
  const jar = ZipFile.open(entry);
  return { origin: entry, find: (name) => jar.find(name), close: () => jar.close() };
}

function findInFolder(folder: string, name: string): Uint8Array<ArrayBuffer> | undefined {
  // A name never leads out of its folder.
  if (name === '' || name.startsWith('/') || name.includes('\0') || name.split('/').includes('..'))
    return undefined;
  const path = join(folder, name);
  try {
    return Uint8Array.from(readFileSync(path));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(posixCode(error))) return undefined;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): UserError {
  return new UserError('CLASS_PATH_READ', `${path} cannot be read (${posixCode(cause)}): make it readable.`, {
    cause,
  });
}
