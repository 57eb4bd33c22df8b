// What is at a path that a program has changed, as it travels to a new backup where files are replicated.
import { type ActionResult, HostError } from '../../jvm/environment.js';
import { type BinaryReader, BinaryWriter } from '../../lib/binary.js';
import type { Host } from '../contracts.js';
import { MAXIMUM_LIST_LENGTH } from '../limits.js';
import { PeerError } from '../peer-error.js';

/** What is at a path that the program has changed. */
export type SavedFile =
  | { readonly path: string; readonly kind: 'missing' }
  | { readonly path: string; readonly kind: 'folder'; readonly mode: number }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  | { readonly path: string; readonly kind: 'file'; readonly mode: number; readonly bytes: Uint8Array };

const KINDS = ['missing', 'folder', 'link', 'file'] as const;

/** Of st_mode: the type's bits, and permissions. */
const TYPE_BITS = 0o170000;
const PERMISSION_BITS = 0o7777;
const TYPES = { folder: 0o040000, link: 0o120000, file: 0o100000 } as const;

/** Indexes among a file's attributes. */
const MODE = 0;
const BYTE_COUNT = 7;

/** What something on a node is; other: a device, a named pipe, a socket. */
export interface FileFacts {
  readonly kind: keyof typeof TYPES | 'other';
  /** Permission bits. */
  readonly mode: number;
  readonly byteCount: number;
}

/** What is at a path, links not followed. HostError where that cannot be told, as when there is nothing. */
export function factsOf(host: Host, path: string): FileFacts | HostError {
  const answer: ActionResult = host.perform({ kind: 'readFileAttributes', path, followLinks: false });
  if (answer instanceof HostError) return answer;
  const attributes = answer as readonly bigint[];
  const mode = Number(attributes[MODE]!);
  const kinds = Object.keys(TYPES) as (keyof typeof TYPES)[];
  return {
    kind: kinds.find((kind) => TYPES[kind] === (mode & TYPE_BITS)) ?? 'other',
    mode: mode & PERMISSION_BITS,
    byteCount: Number(attributes[BYTE_COUNT]!),
  };
}

/** The folders on the way to an absolute path, from the outermost. */
export function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
    folders.push(path.slice(0, end));
  }
  return folders;
}

/** Writes all of the bytes, however many the host takes at once. Answers their number, or why it fails. */
export function writeAll(host: Host, path: string, position: number, bytes: Uint8Array): ActionResult {
  for (let done = 0; done < bytes.length; ) {
    const rest = { position: position + done, bytes: bytes.subarray(done) };
    const count = host.perform({ kind: 'writeFile', path, ...rest });
    if (typeof count !== 'number') return count;
    done += count;
  }
  return bytes.length;
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
