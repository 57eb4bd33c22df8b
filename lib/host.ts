// The real host as the machine's actions see it: clocks, randomness, files. Every call is synchronous, and a failure
// of the host's is a plain value, since it must travel to the other replica.
import { randomFillSync } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statfsSync,
  statSync,
} from 'node:fs';
import { posixCode } from './errors.js';
import { strerror } from './strerror.js';

export { hostProperties } from './host-properties.js';
export { strerror } from './strerror.js';

/** A host call that failed. error: POSIX name, as ENOENT; message: as the C library's strerror gives it. */
export interface HostFailure {
  readonly error: string;
  readonly message: string;
}

const OPEN_FILE_LIMIT = 16;
/** A single read gives no more than this; the caller asks again. */
const MAXIMUM_READ_BYTES = 4 << 20;
const NS_PER_MS = 1_000_000n;

const FILE_TYPE = { regular: 1n, directory: 2n, other: 3n } as const;

/** Open descriptors by path, the least recently used first. */
const openFiles = new Map<string, number>();

let wallOriginNs = 0n;

/** Monotonic clock: nanoseconds from an arbitrary origin, the same for all processes of this host since its start. */
export function monotonicNs(): bigint {
  return process.hrtime.bigint();
}

/** Wall clock: nanoseconds since 1970-01-01T00:00Z. The milliseconds are the host's, also where its clock is set; the
 *  monotonic clock tells what has passed since the last whole one, because JavaScript has no finer wall clock. */
export function wallNs(): bigint {
  const startNs = BigInt(Date.now()) * NS_PER_MS;
  const endNs = startNs + NS_PER_MS - 1n;
  const monotonic = monotonicNs();
  const estimateNs = wallOriginNs + monotonic;
  const answerNs = estimateNs < startNs ? startNs : estimateNs > endNs ? endNs : estimateNs;
  wallOriginNs += answerNs - estimateNs;
  return answerNs;
}

/** Random bytes fit for keys. */
export function entropy(byteCount: number): Uint8Array<ArrayBuffer> {
  return randomFillSync(new Uint8Array(byteCount));
}

/** [type 1 regular file | 2 directory | 3 other, size in bytes, last modification in ms since 1970, access bits 4 read |
 *  2 write | 1 execute for this process], links followed; null where there is no such file, or none to be seen. */
export function fileStatus(path: string): bigint[] | null {
  let status: Stats | undefined;
  try {
    status = statSync(path, { throwIfNoEntry: false });
  } catch {
    // java.io.File says of a file that cannot be looked at that it does not exist.
    return null;
  }
  if (status === undefined) return null;
  const type = status.isFile()
    ? FILE_TYPE.regular
    : status.isDirectory()
      ? FILE_TYPE.directory
      : FILE_TYPE.other;
  const access =
    (may(path, constants.R_OK) ? 4n : 0n) |
    (may(path, constants.W_OK) ? 2n : 0n) |
    (may(path, constants.X_OK) ? 1n : 0n);
  return [type, BigInt(status.size), BigInt(Math.floor(status.mtimeMs)), access];
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** What stat, or lstat, says of a path: [mode, inode, device, device represented, links, user id, group id, size in
 *  bytes, then access, modification, change and birth in nanoseconds since 1970]. */
export function fileAttributes(path: string, followLinks: boolean): bigint[] | HostFailure {
  try {
    const s = followLinks ? statSync(path, { bigint: true }) : lstatSync(path, { bigint: true });
    const times = [s.atimeNs, s.mtimeNs, s.ctimeNs, s.birthtimeNs];
    return [s.mode, s.ino, s.dev, s.rdev, s.nlink, s.uid, s.gid, s.size, ...times];
  } catch (error) {
    return failure(error);
  }
}

/** Bytes of the file system that holds a path: [all, free, free for this user]. */
export function fileSpace(path: string): bigint[] | HostFailure {
  try {
    const { bsize, blocks, bfree, bavail } = statfsSync(path, { bigint: true });
    return [blocks * bsize, bfree * bsize, bavail * bsize];
  } catch (error) {
    return failure(error);
  }
}

/** The target of a symbolic link, as it is written there. */
export function readLink(path: string): string | HostFailure {
  try {
    return readlinkSync(path);
  } catch (error) {
    return failure(error);
  }
}

/** At most byteCount bytes of a file from a position; empty at its end. It may give fewer than there are. A read from
 *  position 0 opens the file anew, so that a program that opens a replaced file sees the new one. */
export function readFileAt(
  path: string,
  position: number,
  byteCount: number,
): Uint8Array<ArrayBuffer> | HostFailure {
  try {
    const bytes = new Uint8Array(Math.min(byteCount, MAXIMUM_READ_BYTES));
    if (position === 0) closeFile(path);
    const count = readSync(openFile(path), bytes, 0, bytes.length, position);
    return count === bytes.length ? bytes : bytes.slice(0, count);
  } catch (error) {
    closeFile(path);
    return failure(error);
  }
}

function openFile(path: string): number {
  // Without O_NONBLOCK the opening of a named pipe would wait for a writer.
  const descriptor = openFiles.get(path) ?? openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  openFiles.delete(path);
  openFiles.set(path, descriptor);
  if (openFiles.size > OPEN_FILE_LIMIT) {
    for (const oldest of openFiles.keys()) {
      closeFile(oldest);
      break;
    }
  }
  return descriptor;
}

/** The file at a path may be another one now: the next read opens it anew. */
export function forgetReading(path: string): void {
  closeFile(path);
}

function closeFile(path: string): void {
  const descriptor = openFiles.get(path);
  if (descriptor === undefined) return;
  openFiles.delete(path);
  closeQuietly(descriptor);
}

/** Closes a descriptor of this process, which is not the program's: it may belong to a path that the program has long
 *  closed. What a file system says only here (NFS, of a full disk) it says to fsync as well, which programs may ask for. */
export function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // The descriptor is free whatever is said.
  }
}

/** Closes the descriptors that readFileAt keeps; it may be used afterwards. */
export function closeFiles(): void {
  for (const path of [...openFiles.keys()]) closeFile(path);
}

/** The names in a directory without `.` and `..`, sorted by UTF-16 code unit. */
export function readDirectory(path: string): string[] | HostFailure {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    return failure(error);
  }
}

/** An absolute path with symbolic links, `.` and `..` resolved as java.io.File.getCanonicalPath does it: as far as the
 *  path exists by the host, beyond that by its text. */
export function canonicalPath(path: string): string | HostFailure {
  try {
    return realpathSync.native(path);
  } catch {
    // It does not exist as a whole: the longest beginning that does is looked for.
  }
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    try {
      return collapse(realpathSync.native(path.slice(0, end)) + path.slice(end));
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR', 'EACCES'].includes(posixCode(error))) return failure(error);
    }
  }
  return collapse(path);
}

/** Removes `.`, `..` and empty names from an absolute path by its text alone. */
function collapse(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '.' && name !== '') names.push(name);
  }
  return `/${names.join('/')}`;
}

/** Whether a result of this file's functions is a failure. */
export function isHostFailure(result: unknown): result is HostFailure {
  return typeof result === 'object' && result !== null && 'error' in result && 'message' in result;
}

function failure(error: unknown): HostFailure {
  const code = posixCode(error);
  return { error: code, message: strerror(code) };
}
