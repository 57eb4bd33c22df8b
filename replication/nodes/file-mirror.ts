// Files of a program whose replicas have no storage in common (files: replicated): each replica makes the program's
// changes on its own node, and a new backup gets what the program has changed so far.
import { type ActionResult, type FileChange, HostError, type Request } from '../../jvm/environment.js';
import { SaveRoom } from '../../jvm/snapshot/save-room.js';
import { UserError } from '../../lib/errors.js';
import type { Host } from '../contracts.js';
import { MAXIMUM_READ_BYTES } from '../limits.js';
import { restoreFiles } from './file-restoration.js';
import { factsOf, foldersOf, type SavedFile, writeAll } from './saved-file.js';

const CHANGES: ReadonlySet<Request['kind']> = new Set<FileChange['kind']>([
  'openForWriting',
  'writeFile',
  'truncateFile',
  'syncFile',
  'createDirectory',
  'deleteFile',
  'deleteDirectory',
  'renameFile',
  'createLink',
  'createSymbolicLink',
  'setFileMode',
  'setFileOwner',
  'setFileTimes',
]);

const MEBIBYTE = 1 << 20;

/** What says that nothing is at a path. */
const MISSING: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

export class FileMirror {
  readonly #host: Host;
  /** Paths that the program has changed. */
  readonly #changed = new Set<string>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** This replica has performed an output. */
  performed(request: Request, answer: ActionResult): void {
    if (isMirrored(request) && !(answer instanceof HostError)) this.#note(request);
  }

  /** The primary has performed it with this answer, so this replica does the same to its own files. UserError FILES
   *  where it cannot: this replica is of no use any more. */
  follow(request: Request, answer: ActionResult): void {
    if (!isMirrored(request) || answer instanceof HostError) return;
    const own = this.#perform(request, answer);
    this.#note(request);
    if (own instanceof HostError && own.code !== toleratedError(request)) {
      throw new UserError(
        'FILES',
        `this node cannot do to its files what the primary's did: ${request.kind} ${request.path}: ${own.message}`,
      );
    }
  }

  #perform(request: FileChange, answer: ActionResult): ActionResult {
    if (request.kind === 'openForWriting' && request.exclusive) {
      // Left over from another run: the primary's file was new.
      return this.#host.perform({ ...request, exclusive: false, truncate: true });
    }
    if (request.kind !== 'writeFile') return this.#host.perform(request);
    // As many bytes as the primary's system took, however many this one takes at once.
    const bytes = request.bytes.subarray(0, Number(answer));
    return writeAll(this.#host, request.path, request.position ?? 0, bytes);
  }

  /** What is reached through a link to its folder is noted by the folder's own path: the link may be gone, or lead
   *  somewhere else, when the files are saved. */
  #note(request: FileChange): void {
    this.#changed.add(request.path);
    // What is written has been opened before.
    if (request.kind === 'writeFile' || request.kind === 'syncFile') return;
    const place = this.#place(request.path);
    this.#changed.add(place);
    // A symbolic link may lead to another file, or to a new one.
    const real = this.#host.perform({ kind: 'readCanonicalPath', path: place });
    if (typeof real === 'string') this.#changed.add(real);
    if (request.kind !== 'renameFile') return;
    const target = this.#place(request.target);
    this.#changed.add(target);
    for (const inside of [...this.#changed]) {
      if (inside.startsWith(`${place}/`)) this.#changed.add(target + inside.slice(place.length));
    }
  }

  /** The path without links on the way to it. folders: what has been found so far, where there are many. */
  #place(path: string, folders = new Map<string, string>()): string {
    const slash = path.lastIndexOf('/');
    if (slash <= 0) return path;
    const folder = path.slice(0, slash);
    const real = folders.get(folder) ?? this.#host.perform({ kind: 'readCanonicalPath', path: folder });
    if (typeof real !== 'string') return path;
    folders.set(folder, real);
    return (real === '/' ? '' : real) + path.slice(slash);
  }

  /** Bytes of the files that a new backup has to get. */
  get byteCount(): number {
    let sum = 0;
    const folders = new Map<string, string>();
    for (const path of this.#changed) {
      if (this.#place(path, folders) !== path) continue;
      const facts = factsOf(this.#host, path);
      if (!(facts instanceof HostError) && facts.kind === 'file') sum += facts.byteCount;
    }
    return sum;
  }

  /** What is at the paths that the program has changed, folders before what is in them. room: for their contents.
   *  UserError FILES where one cannot be sent. */
  save(room = new SaveRoom()): SavedFile[] {
    const folders = new Map<string, string>();
    return [...this.#changed].sort().flatMap((path) => {
      // What is seen there is in another folder, by whose path it is noted.
      if (this.#place(path, folders) === path) return this.#saveFile(path, room) ?? [];
      return this.#isBehindLink(path) ? { path, kind: 'missing' } : [];
    });
  }

  /** null: a device or a named pipe, which are each node's own. */
  #saveFile(path: string, room: SaveRoom): SavedFile | null {
    const facts = factsOf(this.#host, path);
    if (facts instanceof HostError) {
      if (!MISSING.has(facts.code)) throw unreadable(path, facts);
      return { path, kind: 'missing' };
    }
    const { kind, mode, byteCount } = facts;
    switch (kind) {
      case 'folder':
        return { path, kind, mode };
      case 'link':
        return { path, kind, target: String(this.#host.perform({ kind: 'readLink', path })) };
      case 'file':
        return { path, kind, mode, bytes: this.#read(path, room, byteCount) };
      case 'other':
        return null;
    }
  }

  /** Whether the program has put a link where a folder on the way to the path may have been. */
  #isBehindLink(path: string): boolean {
    return foldersOf(path).some((folder) => {
      const facts = this.#changed.has(folder) ? factsOf(this.#host, folder) : null;
      return facts !== null && !(facts instanceof HostError) && facts.kind === 'link';
    });
  }

  #read(path: string, room: SaveRoom, byteCount: number): Uint8Array {
    const bytes = take(path, room, byteCount);
    for (let position = 0; position < byteCount; ) {
      const rest = Math.min(byteCount - position, MAXIMUM_READ_BYTES);
      const piece = this.#host.perform({ kind: 'readFile', path, position, byteCount: rest });
      if (!(piece instanceof Uint8Array)) throw unreadable(path, piece as HostError);
      if (piece.length === 0) return bytes.subarray(0, position);
      bytes.set(piece, position);
      position += piece.length;
    }
    return bytes;
  }

  /** Makes this node's files what they are on the primary's. Throws where that cannot be. */
  restore(files: readonly SavedFile[]): void {
    for (const { path } of files) this.#changed.add(path);
    restoreFiles(this.#host, files);
  }
}

function take(path: string, room: SaveRoom, byteCount: number): Uint8Array {
  try {
    return room.take(byteCount);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const size = `${Math.ceil(byteCount / MEBIBYTE)} MB`;
    throw new UserError('FILES', `a copy of the program's file ${path}, ${size}, is too much for this host`);
  }
}

/** Part of a file, or none, in its place would be found out only after a take-over. */
function unreadable(path: string, { message }: HostError): UserError {
  return new UserError('FILES', `the program's file ${path} cannot be read for a new backup: ${message}`);
}

/** Devices are each node's own; they have no positions. */
function isMirrored(request: Request): request is FileChange {
  return CHANGES.has(request.kind) && !(request.kind === 'writeFile' && request.position === null);
}

/** What says that the change had been made here already, by an earlier run. */
function toleratedError({ kind }: FileChange): string | null {
  if (kind === 'createDirectory' || kind === 'createLink' || kind === 'createSymbolicLink') return 'EEXIST';
  return kind === 'deleteFile' || kind === 'deleteDirectory' ? 'ENOENT' : null;
}
