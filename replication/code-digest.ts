// Tells builds of rjvm apart: by its files' names, sizes and times on one host, by their bytes between hosts.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Digest } from '../lib/digest.js';
import { DIST_URL } from '../lib/installation.js';

const ROOT = fileURLToPath(DIST_URL);

/** What replicas have to have the same; `api` are the classes of the API. */
const CODE_FOLDERS = ['api', 'classpath-stubs', 'jvm', 'lib', 'replication'];

/** The compiled files of these folders of the project, in order: name and path. */
function codeFiles(folders: readonly string[]): (readonly [name: string, path: string])[] {
  return folders.flatMap((folder) => {
    // The API is compiled by a later step of the set-up.
    if (!existsSync(join(ROOT, folder))) return [];
    return readdirSync(join(ROOT, folder), { withFileTypes: true })
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const name = `${folder}/${entry.name}`;
        if (entry.isDirectory()) return codeFiles([name]);
        return /\.(js|class)$/.test(entry.name) ? [[name, join(ROOT, name)] as const] : [];
      });
  });
}

/** Changes with every build on this host. */
export function codeFingerprint(folders: readonly string[]): string {
  const lines = codeFiles(folders).map(([name, path]) => {
    const { size, mtimeMs } = statSync(path);
    return `${name} ${size} ${mtimeMs}`;
  });
  return [process.arch, ...lines].join('\n');
}

/** Notices when files are no longer those that were there when it was made: code that is loaded later is another build. */
export class BuildWatch {
  readonly #files: readonly string[];
  readonly #before: string;

  constructor(files: readonly (string | URL)[]) {
    this.#files = files.map((file) => (typeof file === 'string' ? file : fileURLToPath(file)));
    this.#before = this.#stamp();
  }

  get hasChanged(): boolean {
    return this.#stamp() !== this.#before;
  }

  #stamp(): string {
    const stamps = this.#files.map((file) => {
      const status = statSync(file, { throwIfNoEntry: false });
      return status === undefined ? '-' : `${status.size} ${status.mtimeMs}`;
    });
    return stamps.join('\n');
  }
}

/** Version and, in short, the digest of all code that replicas have to have the same: 0.1.0+3f2a… */
export function versionTerm(): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const digest = new Digest();
  for (const [name, path] of codeFiles(CODE_FOLDERS)) {
    digest.update(Buffer.from(name)).update(readFileSync(path));
  }
  return `${version}+${digest.hex().slice(0, 12)}`;
}
