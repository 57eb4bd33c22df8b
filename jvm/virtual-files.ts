// Virtual files: what the file descriptors of the Java program stand for. The table is machine state; the contents are
// read by stateless actions (path and position), so that any replica can go on reading after a take-over.

import { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { type InternalDescriptor, input, localInput, output } from './actions.js';
import type { BirthRecord } from './birth-record.js';
import { type ActionResult, HostError, type Request } from './environment.js';
import { StandardInput } from './standard-input.js';
import { StandardOutputs } from './standard-outputs.js';

/** What a descriptor stands for. `device` has no positions: a terminal, a pipe with a name. `nothing` is /dev/null: no bytes to read, and what is written is gone. */
export type VirtualFileKind = (typeof KINDS)[number];

const KINDS = [
  'standardInput',
  'standardOutput',
  'standardError',
  'regular',
  'entropy',
  'nothing',
  'device',
] as const;

/** An open virtual file. */
export interface VirtualFile {
  readonly kind: VirtualFileKind;
  /** Absolute path by which requests name the file; empty for the standard streams. */
  path: string;
  /** The path without symbolic links, by which other names of the same file are known. */
  place: string;
  /** Offset in bytes of the next read. Shared by the descriptors that dup has made of one another. */
  position: bigint;
  /** null: open for reading alone. */
  readonly writing: Writing | null;
  /** Deleted while open: the path is a hidden one, and goes when the last descriptor is closed. */
  hidden: boolean;
}

/** A name in the file system: a path as the program gives it, and the same with its folder's links resolved. */
export interface FileName {
  readonly path: string;
  readonly place: string;
}

/** How a file is written. append: always at its end. sync: to its disk at once. */
export interface Writing {
  readonly append: boolean;
  readonly sync: boolean;
}

/** [type, byteCount, lastModifiedMs, permission bits]; see the request readFileStatus. */
export type FileStatus = readonly bigint[];

export const FILE_TYPE = { regular: 1n, directory: 2n, other: 3n } as const;

/** What the table needs of its machine. */
interface Actor {
  readonly birthRecord: BirthRecord;
  perform(descriptor: InternalDescriptor, request: Request): ActionResult;
  waitForInput(): never;
}

/** Devices whose bytes are the environment's entropy: read by any replica, logged like every input. */
const ENTROPY_DEVICES: ReadonlySet<string> = new Set(['/dev/random', '/dev/urandom']);
const NULL_DEVICE = '/dev/null';

const LAST_STANDARD_DESCRIPTOR = 2;
const MAXIMUM_DESCRIPTORS = 65_536;
/** A single read of an entropy device gives no more than this. */
const MAXIMUM_ENTROPY_BYTES = 65_536;
/** Largest position that a request can name. */
const MAXIMUM_POSITION = BigInt(Number.MAX_SAFE_INTEGER);
const NO_BYTES = new Uint8Array(0);

const loggedInput = input();
const unloggedInput = localInput();

const BAD_DESCRIPTOR = new HostError('EBADF', 'Bad file descriptor');
const TOO_MANY = new HostError('EMFILE', 'Too many open files');
const NO_SUCH_FILE = new HostError('ENOENT', 'No such file or directory');
const IS_DIRECTORY = new HostError('EISDIR', 'Is a directory');

export class VirtualFiles {
  /** By descriptor. Lowest free numbers are given first, as POSIX says. */
  #files: (VirtualFile | undefined)[] = [
    newFile('standardInput', ''),
    newFile('standardOutput', ''),
    newFile('standardError', ''),
  ];
  /** Open directories by a number above 0: their names, and how many of them have been read. */
  readonly #directories = new Map<number, { readonly names: readonly string[]; next: number }>();
  #nextDirectory = 1;
  readonly standardInput: StandardInput;
  readonly standardOutputs: StandardOutputs;
  readonly #actor: Actor;
  readonly #classLibrary: string;

  constructor(actor: Actor) {
    this.#actor = actor;
    this.standardInput = new StandardInput(actor);
    this.standardOutputs = new StandardOutputs(actor);
    this.#classLibrary = `${actor.birthRecord.jdk.home}/lib/modules`;
  }

  /** The program's current folder, which no Java program can change. */
  get currentFolder(): string {
    return this.#actor.birthRecord.hostProperties['user.dir'] ?? '/';
  }

  /** A path as requests want it: relative ones begin at the current folder. The empty path, which names nothing,
   *  stays empty. */
  absolute(path: string): string {
    return path.startsWith('/') || path === '' ? path : `${this.currentFolder}/${path}`;
  }

  /** The bytes of the class library are the same for every replica, since the birth record holds its digest. What is read
   *  of any other file is logged, and so is what the host says of this one: another installation has other times. */
  #descriptorOf({ kind, path }: Request & { readonly path: string }): InternalDescriptor {
    return kind === 'readFile' && path === this.#classLibrary ? unloggedInput : loggedInput;
  }

  /** Performs a request that names a file by a path that absolute() has given. */
  perform(request: Request & { readonly path: string }): ActionResult {
    if (request.path === '') return NO_SUCH_FILE;
    return this.#actor.perform(this.#descriptorOf(request), request);
  }

  /** Status of an absolute path, null where there is no such file. */
  status(path: string): FileStatus | null {
    const answer = this.perform({ kind: 'readFileStatus', path });
    return answer instanceof HostError ? null : (answer as FileStatus | null);
  }

  /** Opens an absolute path for reading; the descriptor, or what the host says against it. Directories can be opened
   *  only where that is asked for. */
  open(path: string, allowDirectory = false): number | HostError {
    const kind = kindOf(path);
    if (kind === 'regular') {
      // A directory has no bytes, so its type must be known before it is read.
      const status = this.status(path);
      const isDirectory = status?.[0] === FILE_TYPE.directory;
      if (isDirectory && !allowDirectory) return IS_DIRECTORY;
      if (!isDirectory) {
        const first = this.perform({ kind: 'readFile', path, position: 0, byteCount: 0 });
        if (first instanceof HostError) return first;
      }
    }
    return this.add({ ...newFile(kind, path), place: kind === 'regular' ? this.place(path) : path });
  }

  /** An absolute path with symbolic links resolved as far as it exists. */
  place(path: string): string {
    const place = this.perform({ kind: 'readCanonicalPath', path });
    return typeof place === 'string' ? place : path;
  }

  /** The name that a path has, which may be that of a link; null where nothing is open that it could concern. */
  nameOf(path: string): FileName | null {
    if (!this.#files.some((file) => file !== undefined && file.path !== '' && file.kind !== 'nothing'))
      return null;
    const slash = path.lastIndexOf('/');
    const folder = slash > 0 ? this.place(path.slice(0, slash)) : '';
    return { path, place: (folder === '/' ? '' : folder) + path.slice(slash) };
  }

  /** What opening a path gives; `regular` for all that is in the file system. */
  kindOf(path: string): VirtualFileKind {
    return kindOf(path);
  }

  /** The open files of a name; null: of none. */
  opened(name: FileName | null): VirtualFile[] {
    if (name === null) return [];
    return this.#all().filter(({ path, place }) => path === name.path || place === name.place);
  }

  /** The names in a folder, but for those that files deleted while open go by; null where it is no folder. */
  namesIn(path: string): readonly string[] | HostError | null {
    const names = this.#allNamesIn(path);
    if (names === null || names instanceof HostError) return names;
    const hidden = this.#hiddenByName();
    return names.filter((name) => !hidden.has(name));
  }

  /** The files deleted while open that a folder holds, by the names that they go by; empty where it holds others too. */
  hiddenAlone(path: string): ReadonlyMap<string, readonly VirtualFile[]> {
    const names = this.#allNamesIn(path);
    const hidden = this.#hiddenByName();
    if (names === null || names instanceof HostError || !names.every((name) => hidden.has(name)))
      return new Map();
    return new Map(names.map((name) => [name, hidden.get(name)!]));
  }

  #allNamesIn(path: string): readonly string[] | HostError | null {
    return this.perform({ kind: 'readDirectory', path }) as readonly string[] | HostError | null;
  }

  /** The same file has the same name under every path of its folder. */
  #hiddenByName(): ReadonlyMap<string, VirtualFile[]> {
    const byName = new Map<string, VirtualFile[]>();
    for (const file of this.#all()) {
      if (!file.hidden) continue;
      const name = file.path.slice(file.path.lastIndexOf('/') + 1);
      byName.set(name, [...(byName.get(name) ?? []), file]);
    }
    return byName;
  }

  /** The program ends, which closes all: what was deleted while open goes. */
  deleteHidden(): void {
    const hidden = this.#all().filter((file) => file.hidden);
    for (const path of new Set(hidden.map((file) => file.path)))
      this.#actor.perform(output(), { kind: 'deleteFile', path });
  }

  /** A file or folder has another name from now on, and what is open of it as well. */
  renamed(from: FileName, to: FileName): void {
    for (const file of this.#all()) {
      const rest = within(file.path, from.path) ?? within(file.place, from.place);
      if (rest === null) continue;
      file.path = to.path + rest;
      file.place = to.place + rest;
    }
  }

  /** A symbolic link is gone: what was opened through it has its own name from now on. */
  linkGone(): void {
    for (const file of this.#all()) file.path = file.place;
  }

  #all(): VirtualFile[] {
    return [...new Set(this.#files)].filter((file) => file !== undefined);
  }

  /** Gives a file the lowest free descriptor; EMFILE where there is none. */
  add(file: VirtualFile): number | HostError {
    let descriptor = 0;
    while (this.#files[descriptor] !== undefined) descriptor++;
    if (descriptor >= MAXIMUM_DESCRIPTORS) return TOO_MANY;
    this.#files[descriptor] = file;
    return descriptor;
  }

  /** The file of a descriptor, undefined where it is not open. */
  get(descriptor: number): VirtualFile | undefined {
    return this.#files[descriptor];
  }

  /** Closes a descriptor; false where it is not open. The standard ones then stand for nothing, so that no later file
   *  takes their place (as OpenJDK's FileDescriptor has it). */
  close(descriptor: number): boolean {
    const file = this.#files[descriptor];
    if (file === undefined) return false;
    if (this.#files.every((other, index) => index === descriptor || other?.path !== file.path)) {
      if (file.hidden) this.#actor.perform(output(), { kind: 'deleteFile', path: file.path });
      else if (file.path !== '') this.#actor.perform(unloggedInput, { kind: 'releaseFile', path: file.path });
    }
    this.#files[descriptor] =
      descriptor <= LAST_STANDARD_DESCRIPTOR ? newFile('nothing', NULL_DEVICE) : undefined;
    return true;
  }

  /** Another descriptor of the same open file, position included. */
  duplicate(descriptor: number): number | HostError {
    const file = this.#files[descriptor];
    return file === undefined ? BAD_DESCRIPTOR : this.add(file);
  }

  /** Reads at most byteCount bytes at the descriptor's position and moves it; empty at the end. It may read fewer than
   *  there are. */
  read(descriptor: number, byteCount: number): Uint8Array | HostError {
    const file = this.#files[descriptor];
    if (file === undefined) return BAD_DESCRIPTOR;
    const bytes = this.readAt(file, file.position, byteCount);
    if (!(bytes instanceof HostError)) file.position += BigInt(bytes.length);
    return bytes;
  }

  /** Reads at most byteCount bytes of a file from a position; of standard input the next ones, for which the thread
   *  may have to wait. */
  readAt(file: VirtualFile, position: bigint, byteCount: number): Uint8Array | HostError {
    switch (file.kind) {
      case 'nothing':
      case 'device':
        return NO_BYTES;
      case 'entropy':
        return this.#actor.perform(loggedInput, {
          kind: 'readEntropy',
          byteCount: Math.min(byteCount, MAXIMUM_ENTROPY_BYTES),
        }) as Uint8Array;
      case 'regular': {
        if (position > MAXIMUM_POSITION) return NO_BYTES;
        const request: Request = {
          kind: 'readFile',
          path: file.path,
          position: Number(position),
          byteCount,
        };
        return this.perform(request) as Uint8Array | HostError;
      }
      case 'standardInput':
        return this.standardInput.read(byteCount);
      default:
        return BAD_DESCRIPTOR;
    }
  }

  /** Size of an open file in bytes: 0 for devices and streams. */
  byteCount(file: VirtualFile): bigint | HostError {
    if (file.kind !== 'regular') return 0n;
    const status = this.status(file.path);
    return status === null ? NO_SUCH_FILE : status[1]!;
  }

  /** An open directory, whose names are those of this moment; its number. */
  openDirectory(names: readonly string[]): number {
    this.#directories.set(this.#nextDirectory, { names, next: 0 });
    return this.#nextDirectory++;
  }

  /** The next name of an open directory, undefined after the last. */
  nextName(directory: number): string | undefined {
    const open = this.#directories.get(directory);
    return open?.names[open.next++];
  }

  closeDirectory(directory: number): void {
    this.#directories.delete(directory);
  }

  /** The table as bytes; see restore. */
  save(): Uint8Array {
    const writer = new BinaryWriter();
    const files = this.#all();
    writer.varuint(files.length);
    for (const { kind, path, place, position, writing, hidden } of files) {
      writer
        .u8(KINDS.indexOf(kind))
        .string(path)
        .string(place)
        .i64(position)
        .boolean(hidden)
        .boolean(writing !== null);
      if (writing !== null) writer.boolean(writing.append).boolean(writing.sync);
    }
    // Descriptors that share a file name the same one; 0 is a free descriptor.
    writer.varuint(this.#files.length);
    for (const file of this.#files) writer.varuint(file === undefined ? 0 : files.indexOf(file) + 1);
    writer.varuint(this.#nextDirectory).varuint(this.#directories.size);
    for (const [directory, { names, next }] of this.#directories) {
      writer.varuint(directory).varuint(next).varuint(names.length);
      for (const name of names) writer.string(name);
    }
    this.standardInput.save(writer);
    this.standardOutputs.save(writer);
    return writer.finish();
  }

  /** Replaces the table by a saved one. UserError TRUNCATED where bytes are missing. */
  restore(bytes: Uint8Array): void {
    const reader = new BinaryReader(bytes);
    const list = <T>(item: () => T): T[] => Array.from({ length: reader.varuint() }, item);
    const files = list(() => {
      const kind = KINDS[reader.u8()]!;
      const names = { path: reader.string(), place: reader.string() };
      const file = { kind, ...names, position: reader.i64(), hidden: reader.boolean() };
      const writing = reader.boolean() ? { append: reader.boolean(), sync: reader.boolean() } : null;
      return { ...file, writing };
    });
    this.#files = list(() => files[reader.varuint() - 1]);
    this.#nextDirectory = reader.varuint();
    this.#directories.clear();
    for (let count = reader.varuint(); count > 0; count--) {
      const directory = reader.varuint();
      const next = reader.varuint();
      this.#directories.set(directory, { next, names: list(() => reader.string()) });
    }
    this.standardInput.restore(reader);
    this.standardOutputs.restore(reader);
  }
}

function newFile(kind: VirtualFileKind, path: string): VirtualFile {
  return { kind, path, place: path, position: 0n, writing: null, hidden: false };
}

/** What of a path comes after a folder, or after the path itself; null where it is not in there. */
function within(path: string, folder: string): string | null {
  if (!path.startsWith(folder)) return null;
  const rest = path.slice(folder.length);
  return rest === '' || rest.startsWith('/') ? rest : null;
}

function kindOf(path: string): VirtualFileKind {
  if (ENTROPY_DEVICES.has(path)) return 'entropy';
  return path === NULL_DEVICE ? 'nothing' : 'regular';
}
