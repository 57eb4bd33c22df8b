// Changing files: opening for writing, writing, making, deleting and renaming, as outputs whose results the program
// waits for. What can happen only once is preceded by an input that says it has not happened yet, so that a replica
// which takes over in between can settle it by looking at the file system.
import { type InternalDescriptor, output } from './actions.js';
import { type ActionResult, type FileChange, HostError, type Request } from './environment.js';
import {
  FILE_TYPE,
  type FileName,
  type VirtualFile,
  type VirtualFiles,
  type Writing,
} from './virtual-files.js';

interface Actor {
  perform(descriptor: InternalDescriptor, request: Request): ActionResult;
}

/** How a file is opened for writing; see open(2). */
export interface WritingMode {
  readonly create: boolean;
  readonly exclusive: boolean;
  readonly truncate: boolean;
  readonly append: boolean;
  readonly alsoReading: boolean;
  /** Every write goes to the disk before the program goes on. */
  readonly sync: boolean;
  readonly followLinks: boolean;
  /** Permission bits of a new file. */
  readonly mode: number;
}

/** null, or what the host says against it. */
type Outcome = HostError | null;

const DEFAULT_FILE_MODE = 0o666;
const TYPE_MASK = 0o170000n;
const DIRECTORY = 0o040000n;
const LINK = 0o120000n;
/** Where what stat has said holds the number of the file, and of its file system. */
const IDENTITY = [1, 2] as const;
/** Devices that stand for the standard streams, and the descriptors of those. */
const STANDARD_STREAMS = new Map([
  ['/dev/stdout', 1],
  ['/dev/fd/1', 1],
  ['/dev/stderr', 2],
  ['/dev/fd/2', 2],
]);
const MAXIMUM_POSITION = BigInt(Number.MAX_SAFE_INTEGER);

const NO_SUCH_FILE = new HostError('ENOENT', 'No such file or directory');
const EXISTS = new HostError('EEXIST', 'File exists');
const BAD_DESCRIPTOR = new HostError('EBADF', 'Bad file descriptor');
const TOO_LARGE = new HostError('EFBIG', 'File too large');
const INVALID = new HostError('EINVAL', 'Invalid argument');

const changeDescriptor = output();

/** What FileOutputStream and RandomAccessFile ask for where they say nothing else. */
export const DEFAULT_MODE: WritingMode = {
  create: true,
  exclusive: false,
  truncate: false,
  append: false,
  alsoReading: false,
  sync: false,
  followLinks: true,
  mode: DEFAULT_FILE_MODE,
};

export class FileChanges {
  readonly #actor: Actor;
  readonly #files: VirtualFiles;

  constructor(actor: Actor, files: VirtualFiles) {
    this.#actor = actor;
    this.#files = files;
  }

  #perform(change: FileChange): ActionResult {
    return change.path === '' ? NO_SUCH_FILE : this.#actor.perform(changeDescriptor, change);
  }

  #change(change: FileChange): Outcome {
    return this.#perform(change) as Outcome;
  }

  /** What lstat says; HostError where there is nothing. */
  #attributes(path: string): readonly bigint[] | HostError {
    return this.#files.perform({ kind: 'readFileAttributes', path, followLinks: false }) as
      | readonly bigint[]
      | HostError;
  }

  /** Why a name cannot be made: it is taken, or cannot be looked at. null: it is free. */
  #whyNotFree(path: string): Outcome {
    const attributes = this.#attributes(path);
    if (!(attributes instanceof HostError)) return EXISTS;
    return attributes.code === 'ENOENT' ? null : attributes;
  }

  /** Opens an absolute path for writing; the descriptor, or what the host says against it. */
  open(path: string, how: WritingMode): number | HostError {
    const standard = STANDARD_STREAMS.get(path);
    if (standard !== undefined) return this.#files.duplicate(standard);
    const writing: Writing = { append: how.append, sync: how.sync };
    const kind = this.#files.kindOf(path);
    if (kind !== 'regular') {
      return this.#files.add({ kind, path, place: path, position: 0n, writing, hidden: false });
    }
    if (how.exclusive && how.create) {
      const taken = this.#whyNotFree(path);
      if (taken !== null) return taken;
    }
    const { create, exclusive, truncate, alsoReading, followLinks, mode } = how;
    const request: FileChange = {
      kind: 'openForWriting',
      path,
      create,
      exclusive: exclusive && create,
      truncate,
      alsoReading,
      followLinks,
      mode,
    };
    const failure = this.#change(request);
    if (failure !== null) return failure;
    const isDevice = this.#files.status(path)?.[0] === FILE_TYPE.other;
    return this.#files.add({
      kind: isDevice ? 'device' : 'regular',
      path,
      place: this.#files.place(path),
      position: 0n,
      writing,
      hidden: false,
    });
  }

  /** Writes all bytes at the file's position, or at its end, and moves the position. They may be a view of the
   *  machine's memory. */
  write(file: VirtualFile, bytes: Uint8Array): Outcome {
    if (file.writing === null) return BAD_DESCRIPTOR;
    if (bytes.length === 0) return null;
    let start = file.position;
    if (file.writing.append && file.kind === 'regular') {
      const end = this.#files.byteCount(file);
      if (end instanceof HostError) return end;
      start = end;
    }
    const { done, failure } = this.#writeAt(file, start, bytes);
    // Only now: all before may be executed again.
    file.position = start + BigInt(done);
    return failure;
  }

  /** Writes all bytes at a position; that of the file stays. */
  writeAt(file: VirtualFile, position: bigint, bytes: Uint8Array): Outcome {
    if (file.writing === null) return BAD_DESCRIPTOR;
    return this.#writeAt(file, position, bytes).failure;
  }

  #writeAt(file: VirtualFile, position: bigint, bytes: Uint8Array): { done: number; failure: Outcome } {
    const { path, kind, writing } = file;
    if (kind !== 'regular' && kind !== 'device') return { done: bytes.length, failure: null };
    let done = 0;
    while (done < bytes.length) {
      const at = position + BigInt(done);
      if (at < 0n) return { done, failure: INVALID };
      if (at > MAXIMUM_POSITION) return { done, failure: TOO_LARGE };
      const rest = bytes.subarray(done);
      const answer = this.#perform({
        kind: 'writeFile',
        path,
        position: kind === 'device' ? null : Number(at),
        bytes: rest,
      });
      if (answer instanceof HostError) return { done, failure: answer };
      done += answer as number;
    }
    return { done, failure: writing?.sync ? this.sync(file) : null };
  }

  /** Makes a file this long: cut, or filled up with zeros. The position stays. */
  truncate(file: VirtualFile, byteCount: bigint): Outcome {
    if (file.writing === null || file.kind !== 'regular' || byteCount < 0n) return INVALID;
    if (byteCount > MAXIMUM_POSITION) return TOO_LARGE;
    return this.#change({ kind: 'truncateFile', path: file.path, byteCount: Number(byteCount) });
  }

  /** Brings what was written to the disk. */
  sync(file: VirtualFile): Outcome {
    if (file.kind !== 'regular') return INVALID;
    return file.writing === null ? null : this.#change({ kind: 'syncFile', path: file.path });
  }

  /** Makes a new, empty file, where there is none. */
  createExclusively(path: string): Outcome {
    const taken = path === '' ? NO_SUCH_FILE : this.#whyNotFree(path);
    if (taken !== null) return taken;
    const { append: _append, sync: _sync, ...how } = DEFAULT_MODE;
    return this.#change({ ...how, kind: 'openForWriting', path, exclusive: true, alsoReading: true });
  }

  createDirectory(path: string, mode: number): Outcome {
    return this.#whyNotFree(path) ?? this.#change({ kind: 'createDirectory', path, mode });
  }

  createLink(path: string, target: string): Outcome {
    const attributes = this.#attributes(target);
    if (attributes instanceof HostError) return attributes;
    return this.#whyNotFree(path) ?? this.#change({ kind: 'createLink', path, target });
  }

  createSymbolicLink(path: string, target: string): Outcome {
    return this.#whyNotFree(path) ?? this.#change({ kind: 'createSymbolicLink', path, target });
  }

  /** Deletes a file, a link or an empty folder. */
  delete(path: string): Outcome {
    const attributes = this.#attributes(path);
    if (attributes instanceof HostError) return attributes;
    return isDirectory(attributes) ? this.#removeDirectory(path) : this.#unlink(path, attributes);
  }

  deleteDirectory(path: string): Outcome {
    const attributes = this.#attributes(path);
    return attributes instanceof HostError ? attributes : this.#removeDirectory(path);
  }

  /** A folder with nothing in it but files that were deleted while open is empty to the program: they move to the folder
   *  above. */
  #removeDirectory(path: string): Outcome {
    const failure = this.#change({ kind: 'deleteDirectory', path });
    if (failure?.code !== 'ENOTEMPTY') return failure;
    const hidden = this.#files.hiddenAlone(path);
    if (hidden.size === 0) return failure;
    const above = folderOf(path);
    const moved: VirtualFile[] = [];
    let outcome: Outcome = null;
    for (const [name, files] of hidden) {
      outcome = this.#change({ kind: 'renameFile', path: `${path}/${name}`, target: `${above}/${name}` });
      if (outcome !== null) break;
      moved.push(...files);
    }
    if (outcome === null) outcome = this.#change({ kind: 'deleteDirectory', path });
    // Only now: all before may be executed again.
    for (const file of moved) {
      file.path = above + lastName(file.path);
      file.place = folderOf(folderOf(file.place)) + lastName(file.place);
    }
    return outcome;
  }

  deleteFile(path: string): Outcome {
    const attributes = this.#attributes(path);
    return attributes instanceof HostError ? attributes : this.#unlink(path, attributes);
  }

  /** A file that the program still has open keeps its contents until it is closed. Since replicas name files by their
   *  paths, it gets another name till then, as network file systems do it. */
  #unlink(path: string, attributes: readonly bigint[]): Outcome {
    const name = isLink(attributes) ? null : this.#files.nameOf(path);
    if (name === null || this.#files.opened(name).length === 0) {
      const failure = this.#change({ kind: 'deleteFile', path });
      if (failure === null && isLink(attributes)) this.#files.linkGone();
      return failure;
    }
    const hidden = hiddenName(name, attributes);
    // Another of its names was deleted before, so it has the hidden one: a rename to that would leave this one.
    const isHidden = this.#files.opened(hidden).length > 0;
    const failure = this.#change(
      isHidden ? { kind: 'deleteFile', path } : { kind: 'renameFile', path, target: hidden.path },
    );
    if (failure === null) this.#hide(name, hidden);
    return failure;
  }

  #hide(name: FileName, hidden: FileName): void {
    const open = this.#files.opened(name);
    this.#files.renamed(name, hidden);
    for (const file of open) file.hidden = true;
  }

  /** Gives a file or folder another path, replacing a file there. */
  rename(path: string, target: string): Outcome {
    const attributes = this.#attributes(path);
    if (attributes instanceof HostError) return attributes;
    if (target === '') return NO_SUCH_FILE;
    const from = this.#files.nameOf(path);
    if (from === null) return this.#change({ kind: 'renameFile', path, target });
    const to = this.#files.nameOf(target)!;
    const replaced = this.#attributes(target);
    // Nothing happens where both are names of one file.
    if (!(replaced instanceof HostError) && isSame(attributes, replaced)) {
      return this.#change({ kind: 'renameFile', path, target });
    }
    const isOpen = !(replaced instanceof HostError) && this.#files.opened(to).length > 0;
    return isOpen && !isLink(replaced)
      ? this.#replace(from, to, hiddenName(to, replaced), attributes)
      : this.#rename(from, to, attributes, replaced);
  }

  #rename(
    from: FileName,
    to: FileName,
    attributes: readonly bigint[],
    replaced: readonly bigint[] | HostError,
  ): Outcome {
    const failure = this.#change({ kind: 'renameFile', path: from.path, target: to.path });
    if (failure !== null) return failure;
    if (isLink(attributes) || (!(replaced instanceof HostError) && isLink(replaced))) this.#files.linkGone();
    this.#files.renamed(from, to);
    return null;
  }

  /** Puts something in the place of a file that the program has open, which gets a second name before: there is always
   *  a file at the target, as there is without replicas. */
  #replace(from: FileName, to: FileName, hidden: FileName, attributes: readonly bigint[]): Outcome {
    const unkept = this.#change({ kind: 'createLink', path: hidden.path, target: to.path });
    // Where the name is there, it is this file's already.
    if (unkept !== null && unkept.code !== 'EEXIST') return unkept;
    const failure = this.#change({ kind: 'renameFile', path: from.path, target: to.path });
    if (failure !== null) {
      if (unkept === null) this.#change({ kind: 'deleteFile', path: hidden.path });
      return failure;
    }
    this.#hide(to, hidden);
    if (isLink(attributes)) this.#files.linkGone();
    this.#files.renamed(from, to);
    return null;
  }

  setMode(path: string, mode: number): Outcome {
    return this.#change({ kind: 'setFileMode', path, mode });
  }

  /** -1 leaves an id as it is. */
  setOwner(path: string, userId: number, groupId: number, followLinks: boolean): Outcome {
    return this.#change({ kind: 'setFileOwner', path, userId, groupId, followLinks });
  }

  /** Nanoseconds since 1970. */
  setTimes(path: string, accessNs: bigint, modificationNs: bigint, followLinks: boolean): Outcome {
    return this.#change({ kind: 'setFileTimes', path, accessNs, modificationNs, followLinks });
  }
}

/** The folder that an absolute path's last name is in; empty for the root. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** With the slash before it. */
function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/'));
}

/** Whether what stat has said is that of a folder. */
export function isDirectory(attributes: readonly bigint[]): boolean {
  return (attributes[0]! & TYPE_MASK) === DIRECTORY;
}

function isLink(attributes: readonly bigint[]): boolean {
  return (attributes[0]! & TYPE_MASK) === LINK;
}

function isSame(one: readonly bigint[], other: readonly bigint[]): boolean {
  return IDENTITY.every((index) => one[index] === other[index]);
}

/** The name of a file that has no other any more, and is still open. */
function hiddenName({ path, place }: FileName, attributes: readonly bigint[]): FileName {
  const name = `/.rjvm-deleted-${attributes[1]}`;
  return { path: folderOf(path) + name, place: folderOf(place) + name };
}
