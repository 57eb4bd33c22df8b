// Changing the host's files: every call names files by path, and writes at explicit positions, so that another process
// of this host can do it again. Failures are plain values.
import {
  chmodSync,
  chownSync,
  constants,
  fsyncSync,
  ftruncateSync,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { posixCode } from './errors.js';
import { closeFiles, closeQuietly, forgetReading, type HostFailure } from './host.js';
import { strerror } from './strerror.js';

const OPEN_FILE_LIMIT = 16;
const US_PER_S = 1_000_000;
const NS_PER_US = 1000n;

/** Descriptors open for writing by path, the least recently used first. */
const openFiles = new Map<string, number>();

/** How a file is opened for writing. mode: permission bits of a file that is made, before the process's mask. */
export interface OpenForWriting {
  readonly create: boolean;
  /** Only together with create: the file must not exist. */
  readonly exclusive: boolean;
  readonly truncate: boolean;
  readonly alsoReading: boolean;
  readonly followLinks: boolean;
  readonly mode: number;
}

function attempt<T>(action: () => T): T | HostFailure {
  try {
    return action();
  } catch (error) {
    const code = posixCode(error);
    return { error: code, message: strerror(code) };
  }
}

/** Runs a call without result; null where it succeeds. */
function call(action: () => void): null | HostFailure {
  return attempt(() => {
    action();
    return null;
  });
}

/** Opens a file for writing, which may make or empty it. Nothing stays open for the caller to close. */
export function openForWriting(path: string, how: OpenForWriting): null | HostFailure {
  releaseFile(path);
  return call(() => {
    // Without O_NONBLOCK the opening of a named pipe would wait for a reader.
    let flags = (how.alsoReading ? constants.O_RDWR : constants.O_WRONLY) | constants.O_NONBLOCK;
    if (how.create) flags |= constants.O_CREAT;
    if (how.exclusive) flags |= constants.O_EXCL;
    if (how.truncate) flags |= constants.O_TRUNC;
    if (!how.followLinks) flags |= constants.O_NOFOLLOW;
    keep(path, openSync(path, flags, how.mode));
  });
}

function keep(path: string, descriptor: number): void {
  openFiles.set(path, descriptor);
  if (openFiles.size <= OPEN_FILE_LIMIT) return;
  for (const oldest of openFiles.keys()) {
    releaseFile(oldest);
    return;
  }
}

/** Closes what is open of a path: another file may stand there now, or the program has closed the file. */
export function releaseFile(path: string): void {
  forgetReading(path);
  const descriptor = openFiles.get(path);
  if (descriptor === undefined) return;
  openFiles.delete(path);
  closeQuietly(descriptor);
}

function descriptorOf(path: string): number {
  const descriptor = openFiles.get(path) ?? openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  openFiles.delete(path);
  keep(path, descriptor);
  return descriptor;
}

/** Writes bytes at a position of an existing file; null: of a device, which has none. Answers how many bytes were
 *  written: fewer than all only where the next call will say why. */
export function writeFileAt(path: string, position: number | null, bytes: Uint8Array): number | HostFailure {
  let done = 0;
  const failure = call(() => {
    const descriptor = descriptorOf(path);
    while (done < bytes.length) {
      const at = position === null ? null : position + done;
      done += writeSync(descriptor, bytes, done, bytes.length - done, at);
    }
  });
  if (failure !== null && done === 0) {
    releaseFile(path);
    return failure;
  }
  return done;
}

/** Cuts a file, or makes it longer by zeros. */
export function truncateFile(path: string, byteCount: number): null | HostFailure {
  return call(() => ftruncateSync(descriptorOf(path), byteCount));
}

/** Brings a file's contents to its disk. */
export function syncFile(path: string): null | HostFailure {
  return call(() => fsyncSync(descriptorOf(path)));
}

export function createDirectory(path: string, mode: number): null | HostFailure {
  return call(() => void mkdirSync(path, mode));
}

/** A path may stand for another file now, as may those that lead there through links: each is opened anew. */
function releaseAll(): void {
  for (const path of [...openFiles.keys()]) releaseFile(path);
  closeFiles();
}

/** Removes a file or a link. */
export function deleteFile(path: string): null | HostFailure {
  releaseAll();
  return call(() => unlinkSync(path));
}

/** Removes an empty folder. */
export function deleteDirectory(path: string): null | HostFailure {
  return call(() => rmdirSync(path));
}

/** Gives a file another path; what stood there is replaced. */
export function renameFile(path: string, target: string): null | HostFailure {
  releaseAll();
  return call(() => renameSync(path, target));
}

/** A second name for a file. */
export function createLink(path: string, existing: string): null | HostFailure {
  return call(() => linkSync(existing, path));
}

export function createSymbolicLink(path: string, target: string): null | HostFailure {
  return call(() => symlinkSync(target, path));
}

/** Sets permission bits. */
export function setFileMode(path: string, mode: number): null | HostFailure {
  return call(() => chmodSync(path, mode));
}

/** Sets owner and group; -1 leaves one as it is. */
export function setFileOwner(
  path: string,
  userId: number,
  groupId: number,
  followLinks: boolean,
): null | HostFailure {
  return call(() => (followLinks ? chownSync : lchownSync)(path, userId >>> 0, groupId >>> 0));
}

/** Sets times in nanoseconds since 1970; the host keeps microseconds. */
export function setFileTimes(
  path: string,
  accessNs: bigint,
  modificationNs: bigint,
  followLinks: boolean,
): null | HostFailure {
  return call(() =>
    (followLinks ? utimesSync : lutimesSync)(path, seconds(accessNs), seconds(modificationNs)),
  );
}

/** Seconds for a host that cuts off what is below a microsecond: half of one makes the rounding harmless. */
function seconds(ns: bigint): number {
  return (Number(ns / NS_PER_US) + 0.5) / US_PER_S;
}
