// Makes files on the node of a new backup what they are on the primary's. The node may have those of an earlier time, of
// a backup that is lost: they give way.
import { type ActionResult, HostError } from '../../jvm/environment.js';
import { UserError } from '../../lib/errors.js';
import type { Host } from '../contracts.js';
import { factsOf, foldersOf, type SavedFile, writeAll } from './saved-file.js';

/** Permissions while the files are being made: their owner's alone, whatever they are to be in the end. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** files: folders before what is in them. UserError FILES where one of them cannot be made. */
export function restoreFiles(host: Host, files: readonly SavedFile[]): void {
  const restoration = new Restoration(host);
  // A folder can be removed, or take a mode that forbids changes, only when all in it is done.
  const deepestFirst = [...files].reverse();
  each(files, (file) => restoration.open(file));
  each(deepestFirst, (file) => restoration.remove(file));
  each(files, (file) => restoration.make(file));
  each(deepestFirst, (file) => restoration.setMode(file));
}

function each(files: readonly SavedFile[], step: (file: SavedFile) => ActionResult): void {
  for (const file of files) {
    const failure = step(file);
    if (!(failure instanceof HostError)) continue;
    const why = `cannot be made on this node: ${failure.message}`;
    throw new UserError('FILES', `the program's file ${file.path} ${why}`);
  }
}

class Restoration {
  readonly #host: Host;
  /** Links that were here and are right. */
  readonly #kept = new Set<string>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** What is left over is made accessible. A wrong link goes at once: what it leads to is not the program's. */
  open(file: SavedFile): ActionResult {
    const { path } = file;
    const there = factsOf(this.#host, path);
    if (there instanceof HostError) return null;
    if (there.kind === 'link') {
      const isSame = file.kind === 'link' && this.#host.perform({ kind: 'readLink', path }) === file.target;
      if (!isSame) return this.#host.perform({ kind: 'deleteFile', path });
      this.#kept.add(path);
    }
    // Where the mode cannot be set, it is seen later whether that matters.
    if (there.kind === 'folder' && (there.mode & FOLDER_MODE) !== FOLDER_MODE) {
      this.#host.perform({ kind: 'setFileMode', path, mode: there.mode | FOLDER_MODE });
    }
    return null;
  }

  /** What is left over gives way where it is not of the same kind. */
  remove({ path, kind }: SavedFile): ActionResult {
    const there = factsOf(this.#host, path);
    if (there instanceof HostError || there.kind === kind) return null;
    // What is seen there is in another folder.
    if (foldersOf(path).some((folder) => this.#kept.has(folder))) return null;
    return this.#host.perform({ kind: there.kind === 'folder' ? 'deleteDirectory' : 'deleteFile', path });
  }

  make(file: SavedFile): ActionResult {
    const { path, kind } = file;
    if (kind === 'missing') return null;
    const isThere = !(factsOf(this.#host, path) instanceof HostError);
    if (kind === 'file') {
      if (isThere) this.#host.perform({ kind: 'setFileMode', path, mode: FILE_MODE });
      return this.#makeContent(file);
    }
    if (isThere) return null;
    return kind === 'folder'
      ? this.#host.perform({ kind: 'createDirectory', path, mode: FOLDER_MODE })
      : this.#host.perform({ kind: 'createSymbolicLink', path, target: file.target });
  }

  #makeContent({ path, bytes }: SavedFile & { kind: 'file' }): ActionResult {
    const opened = this.#host.perform({
      kind: 'openForWriting',
      path,
      create: true,
      exclusive: false,
      truncate: true,
      alsoReading: false,
      followLinks: false,
      mode: FILE_MODE,
    });
    return opened instanceof HostError ? opened : writeAll(this.#host, path, 0, bytes);
  }

  setMode(file: SavedFile): ActionResult {
    if (file.kind === 'missing' || file.kind === 'link') return null;
    const { path, mode } = file;
    const there = factsOf(this.#host, path);
    if (there instanceof HostError) return there;
    return there.mode === mode ? null : this.#host.perform({ kind: 'setFileMode', path, mode });
  }
}
