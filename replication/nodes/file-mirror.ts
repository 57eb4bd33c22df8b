// Files of a program whose replicas have no storage in common (files: replicated): each replica makes the program's
// changes on its own node, and a new backup gets what the program has changed so far.
import { type ActionResult, type FileChange, HostError, type Request } from '../../jvm/environment.js';
import { type BinaryReader, BinaryWriter } from '../../lib/binary.js';
import type { Host } from '../contracts.js';
import { MAXIMUM_LIST_LENGTH, MAXIMUM_READ_BYTES } from '../limits.js';
import { PeerError } from '../peer-error.js';

/** What is at a path that the program has changed. */
export type SavedFile =
  | { readonly path: string; readonly kind: 'missing' }
  | { readonly path: string; readonly kind: 'folder'; readonly mode: number }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  | { readonly path: string; readonly kind: 'file'; readonly mode: number; readonly bytes: Uint8Array };

const KINDS = ['missing', 'folder', 'link', 'file'] as const;

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

/** Of st_mode: the type's bits, and permissions. */
const TYPE_BITS = 0o170000;
const TYPES = { folder: 0o040000, link: 0o120000, file: 0o100000 } as const;
const PERMISSION_BITS = 0o7777;
/** Index of the size among a file's attributes. */
const BYTE_COUNT = 7;

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

  /** The primary has performed it with this answer, so this replica does the same to its own files. Throws where it
   *  cannot: this replica is of no use any more. */
  follow(request: Request, answer: ActionResult): void {
    if (!isMirrored(request) || answer instanceof HostError) return;
    const own = this.#perform(request, answer);
    this.#note(request);
    if (own instanceof HostError && own.code !== toleratedError(request)) {
      throw new Error(
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
    return this.#write(request.path, request.position ?? 0, request.bytes.subarray(0, Number(answer)));
  }

  #write(path: string, position: number, bytes: Uint8Array): ActionResult {
    for (let done = 0; done < bytes.length; ) {
      const rest = { position: position + done, bytes: bytes.subarray(done) };
      const count = this.#host.perform({ kind: 'writeFile', path, ...rest });
      if (typeof count !== 'number') return count;
      done += count;
    }
    return bytes.length;
  }

  #note(request: FileChange): void {
    this.#changed.add(request.path);
    // What is written has been opened before.
    if (request.kind === 'writeFile' || request.kind === 'syncFile') return;
    // A symbolic link may lead to another file, or to a new one.
    const real = this.#host.perform({ kind: 'readCanonicalPath', path: request.path });
    if (typeof real === 'string') this.#changed.add(real);
    if (request.kind !== 'renameFile') return;
    const { path, target } = request;
    this.#changed.add(target);
    for (const inside of [...this.#changed]) {
      if (inside.startsWith(`${path}/`)) this.#changed.add(target + inside.slice(path.length));
    }
  }

  /** Bytes of the files that a new backup has to get. */
  get byteCount(): number {
    let sum = 0;
    for (const path of this.#changed) {
      const attributes = this.#attributes(path);
      if (attributes !== null && typeOf(attributes) === TYPES.file) sum += Number(attributes[BYTE_COUNT]!);
    }
    return sum;
  }

  #attributes(path: string): readonly bigint[] | null {
    const answer = this.#host.perform({ kind: 'readFileAttributes', path, followLinks: false });
    return answer instanceof HostError ? null : (answer as readonly bigint[]);
  }

  /** What is at the paths that the program has changed, folders before what is in them. */
  save(): SavedFile[] {
    return [...this.#changed].sort().map((path) => this.#saveFile(path));
  }

  #saveFile(path: string): SavedFile {
    const attributes = this.#attributes(path);
    const mode = Number(attributes?.[0] ?? 0n) & PERMISSION_BITS;
    switch (attributes === null ? null : typeOf(attributes)) {
      case TYPES.folder:
        return { path, kind: 'folder', mode };
      case TYPES.link:
        return { path, kind: 'link', target: String(this.#host.perform({ kind: 'readLink', path })) };
      case TYPES.file:
        return { path, kind: 'file', mode, bytes: this.#read(path, Number(attributes![BYTE_COUNT]!)) };
      default:
        return { path, kind: 'missing' };
    }
  }

  #read(path: string, byteCount: number): Uint8Array {
    const bytes = new Uint8Array(byteCount);
    for (let position = 0; position < byteCount; ) {
      const rest = Math.min(byteCount - position, MAXIMUM_READ_BYTES);
      const piece = this.#host.perform({ kind: 'readFile', path, position, byteCount: rest });
      if (!(piece instanceof Uint8Array) || piece.length === 0) return bytes.subarray(0, position);
      bytes.set(piece, position);
      position += piece.length;
    }
    return bytes;
  }

  /** Makes this node's files what they are on the primary's. Throws where that cannot be. */
  restore(files: readonly SavedFile[]): void {
    for (const file of files) {
      this.#changed.add(file.path);
      const failure = this.#restoreFile(file);
      if (failure instanceof HostError) {
        throw new Error(`the program's file ${file.path} cannot be made on this node: ${failure.message}`);
      }
    }
  }

  #restoreFile(file: SavedFile): ActionResult {
    const { path } = file;
    const there = this.#attributes(path);
    const isSame = there !== null && file.kind !== 'missing' && typeOf(there) === TYPES[file.kind];
    if (there !== null && (!isSame || file.kind === 'link')) {
      const kind = typeOf(there) === TYPES.folder ? 'deleteDirectory' : 'deleteFile';
      const failure = this.#host.perform({ kind, path });
      if (failure instanceof HostError) return failure;
    }
    switch (file.kind) {
      case 'missing':
        return null;
      case 'folder':
        return isSame ? null : this.#host.perform({ kind: 'createDirectory', path, mode: file.mode });
      case 'link':
        return this.#host.perform({ kind: 'createSymbolicLink', path, target: file.target });
      case 'file':
        return this.#restoreContent(file);
    }
  }

  #restoreContent({ path, mode, bytes }: SavedFile & { kind: 'file' }): ActionResult {
    const opening = {
      create: true,
      exclusive: false,
      truncate: true,
      alsoReading: false,
      followLinks: false,
    };
    const opened = this.#host.perform({ kind: 'openForWriting', path, ...opening, mode });
    if (opened instanceof HostError) return opened;
    const written = this.#write(path, 0, bytes);
    return written instanceof HostError ? written : this.#host.perform({ kind: 'setFileMode', path, mode });
  }
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

function typeOf(attributes: readonly bigint[]): number {
  return Number(attributes[0]!) & TYPE_BITS;
}

/** The files as byte strings, their contents uncopied. */
export function encodeFiles(files: readonly SavedFile[]): Uint8Array[] {
  const pieces: Uint8Array[] = [new BinaryWriter().varuint(files.length).finish()];
  for (const file of files) {
    const head = new BinaryWriter().string(file.path).u8(KINDS.indexOf(file.kind));
    if (file.kind === 'link') head.string(file.target);
    else if (file.kind !== 'missing') head.varuint(file.mode);
    if (file.kind === 'file') pieces.push(head.varuint(file.bytes.length).finish(), file.bytes);
    else pieces.push(head.finish());
  }
  return pieces;
}

/** Contents are views. Throws PeerError, or what the reader throws where bytes are missing. */
export function decodeFiles(reader: BinaryReader): SavedFile[] {
  const length = reader.varuint();
  if (length > MAXIMUM_LIST_LENGTH) throw new PeerError('MALFORMED', `${length} files`);
  return Array.from({ length }, (): SavedFile => {
    const path = reader.string();
    const kind = KINDS[reader.u8()];
    switch (kind) {
      case 'missing':
        return { path, kind };
      case 'link':
        return { path, kind, target: reader.string() };
      case 'folder':
        return { path, kind, mode: reader.varuint() };
      case 'file': {
        const mode = reader.varuint();
        return { path, kind, mode, bytes: reader.bytes() };
      }
      default:
        throw new PeerError('MALFORMED', 'a file of no known kind');
    }
  });
}
