// sun.nio.fs.UnixNativeDispatcher: the system calls beneath java.nio.file.
import { internal } from '../../../../jvm/actions.js';
import { HostError } from '../../../../jvm/environment.js';
import { errnoName } from '../../../../jvm/errno.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeResult, NativeTable } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';
import { strerror } from '../../../../lib/strerror.js';
import { findAccount } from '../../../support/accounts.js';
import { changeAction, closeAction, readAction } from '../../../support/file-streams.js';
import { newBytes, pathAt, raise, raiseCode, textAt, unixCall } from '../../../support/unix-calls.js';

const ATTRIBUTES = 'sun/nio/fs/UnixFileAttributes';
const NS_PER_S = 1_000_000_000n;
const NS_PER_US = 1000n;
const BAD_DESCRIPTOR = new HostError('EBADF', 'Bad file descriptor');

/** UnixNativeDispatcher.SUPPORTS_BIRTHTIME: the only optional capability. Without SUPPORTS_OPENAT Java reads folders
 *  by their paths. */
const CAPABILITIES = 1 << 16;
/** Flags of open. */
const FLAG = {
  writeOnly: 1,
  readWrite: 2,
  create: 0o100,
  exclusive: 0o200,
  truncate: 0o1000,
  append: 0o2000,
  /** O_DSYNC, which O_SYNC includes. */
  sync: 0o10000,
  noFollow: 0o400000,
} as const;
/** File types in a mode. */
const MODE = { typeMask: 0o170000n, link: 0o120000n } as const;
const NOT_FOUND = -1;

function attributesOf(m: Machine, path: string, followLinks: boolean): readonly bigint[] | HostError {
  const answer = m.virtualFiles.perform({ kind: 'readFileAttributes', path, followLinks });
  return answer as readonly bigint[] | HostError;
}

/** Writes stat's answer into a UnixFileAttributes object. */
function writeAttributes(m: Machine, object: Reference, answer: readonly bigint[] | HostError): void {
  if (answer instanceof HostError) return raise(m, answer);
  const field = (name: string) => object + m.field(ATTRIBUTES, name).offset;
  const [mode, ino, dev, rdev, nlink, uid, gid, size, ...timesNs] = answer;
  const ints = { st_mode: mode, st_nlink: nlink, st_uid: uid, st_gid: gid };
  for (const [name, value] of Object.entries(ints)) m.heap.setInt(field(name), Number(value));
  const longs = { st_ino: ino, st_dev: dev, st_rdev: rdev, st_size: size };
  for (const [name, value] of Object.entries(longs)) m.heap.setLong(field(name), value!);
  ['atime', 'mtime', 'ctime', 'birthtime'].forEach((name, index) => {
    const ns = timesNs[index]!;
    const nsOfSecond = ((ns % NS_PER_S) + NS_PER_S) % NS_PER_S;
    m.heap.setLong(field(`st_${name}_sec`), (ns - nsOfSecond) / NS_PER_S);
    m.heap.setLong(field(`st_${name}_nsec`), nsOfSecond);
  });
}

function stat(followLinks: boolean) {
  return unixCall((m: Machine, path: bigint, object: Reference) =>
    writeAttributes(m, object, attributesOf(m, pathAt(m, path), followLinks)),
  );
}

function open(m: Machine, address: bigint, flags: number, mode: number): number {
  const path = pathAt(m, address);
  const has = (flag: number) => (flags & flag) !== 0;
  if (has(FLAG.writeOnly | FLAG.readWrite)) {
    const descriptor = m.fileChanges.open(path, {
      create: has(FLAG.create),
      exclusive: has(FLAG.exclusive),
      truncate: has(FLAG.truncate),
      append: has(FLAG.append),
      alsoReading: has(FLAG.readWrite),
      sync: has(FLAG.sync),
      followLinks: !has(FLAG.noFollow),
      mode,
    });
    return descriptor instanceof HostError ? raise(m, descriptor) : descriptor;
  }
  if ((flags & FLAG.noFollow) !== 0) {
    const status = attributesOf(m, path, false);
    if (!(status instanceof HostError) && (status[0]! & MODE.typeMask) === MODE.link) {
      return raiseCode(m, 'ELOOP');
    }
  }
  const descriptor = m.virtualFiles.open(path, true);
  return descriptor instanceof HostError ? raise(m, descriptor) : descriptor;
}

function openDirectory(m: Machine, address: bigint): bigint {
  const path = pathAt(m, address);
  const names = m.virtualFiles.namesIn(path);
  if (names instanceof HostError) return raise(m, names);
  if (names === null) {
    const attributes = attributesOf(m, path, true);
    return attributes instanceof HostError ? raise(m, attributes) : raiseCode(m, 'ENOTDIR');
  }
  return BigInt(m.virtualFiles.openDirectory(names));
}

function checkAccess(m: Machine, address: bigint, access: number): void {
  const path = pathAt(m, address);
  const status = m.virtualFiles.status(path);
  if (status === null) {
    const attributes = attributesOf(m, path, true);
    return attributes instanceof HostError ? raise(m, attributes) : raiseCode(m, 'ENOENT');
  }
  if ((Number(status[3]) & access) !== access) raiseCode(m, 'EACCES');
}

/** The path without links, which must exist. */
function realPath(m: Machine, address: bigint): Reference {
  const path = pathAt(m, address);
  const attributes = attributesOf(m, path, true);
  if (attributes instanceof HostError) return raise(m, attributes);
  const answer = m.virtualFiles.perform({ kind: 'readCanonicalPath', path });
  return answer instanceof HostError ? raise(m, answer) : newBytes(m, answer as string);
}

/** Name of a user or group id. */
function accountName(file: 'passwd' | 'group') {
  return unixCall((m: Machine, id: number) => {
    const account = findAccount(m, file, (candidate) => candidate.id === id);
    return account === undefined ? raiseCode(m, 'ENOENT') : newBytes(m, account.name);
  });
}

/** Id of a user or group name, -1 where there is none. */
function accountId(file: 'passwd' | 'group') {
  return (m: Machine, address: bigint) => {
    const name = textAt(m, address);
    return findAccount(m, file, (candidate) => candidate.name === name)?.id ?? NOT_FOUND;
  };
}

/** A call that changes a file or folder and has no result. */
function change<Values extends (number | bigint)[]>(
  call: (m: Machine, ...values: Values) => HostError | null,
): { action: typeof changeAction; call: (m: Machine, ...values: Values) => NativeResult } {
  return {
    action: changeAction,
    call: unixCall((m: Machine, ...values: Values) => {
      const outcome = call(m, ...values);
      if (outcome !== null) raise(m, outcome);
    }),
  };
}

/** As change, of an open file by its descriptor. */
function changeOpen<Values extends (number | bigint)[]>(
  call: (m: Machine, path: string, ...values: Values) => HostError | null,
) {
  return change((m: Machine, descriptor: number, ...values: Values) => {
    const file = m.virtualFiles.get(descriptor);
    return file === undefined || file.path === '' ? BAD_DESCRIPTOR : call(m, file.path, ...values);
  });
}

/** Sets times in microseconds. */
function setTimes(followLinks: boolean) {
  return change((m: Machine, path: bigint, accessUs: bigint, modificationUs: bigint) =>
    m.fileChanges.setTimes(pathAt(m, path), accessUs * NS_PER_US, modificationUs * NS_PER_US, followLinks),
  );
}

export const natives = {
  'init()I': { action: internal, call: () => CAPABILITIES },
  'getcwd()[B': { action: internal, call: (m: Machine) => newBytes(m, m.virtualFiles.currentFolder) },
  'strerror(I)[B': {
    action: internal,
    call: (m: Machine, errno: number) => {
      const name = errnoName(errno);
      return newBytes(m, name === undefined ? `Unknown error ${errno}` : strerror(name));
    },
  },
  'open0(JII)I': { action: changeAction, call: unixCall(open) },
  'close0(I)V': {
    action: closeAction,
    call: (m: Machine, descriptor: number) => {
      m.virtualFiles.close(descriptor);
    },
  },
  'dup(I)I': {
    action: internal,
    call: unixCall((m: Machine, descriptor: number) => {
      const copy = m.virtualFiles.duplicate(descriptor);
      return copy instanceof HostError ? raise(m, copy) : copy;
    }),
  },
  'read(IJI)I': {
    action: readAction,
    call: unixCall((m: Machine, descriptor: number, address: bigint, byteCount: number) => {
      const bytes = m.virtualFiles.read(descriptor, byteCount);
      if (bytes instanceof HostError) return raise(m, bytes);
      m.memory.u8.set(bytes, Number(address));
      return bytes.length;
    }),
  },
  'stat0(JLsun/nio/fs/UnixFileAttributes;)V': { action: readAction, call: stat(true) },
  'lstat0(JLsun/nio/fs/UnixFileAttributes;)V': { action: readAction, call: stat(false) },
  'stat1(J)I': {
    action: readAction,
    call: (m: Machine, path: bigint) => {
      const answer = attributesOf(m, pathAt(m, path), true);
      return answer instanceof HostError ? 0 : Number(answer[0]);
    },
  },
  'fstat(ILsun/nio/fs/UnixFileAttributes;)V': {
    action: readAction,
    call: unixCall((m: Machine, descriptor: number, object: Reference) => {
      const file = m.virtualFiles.get(descriptor);
      if (file === undefined || file.path === '') return raiseCode(m, 'EBADF');
      return writeAttributes(m, object, attributesOf(m, file.path, true));
    }),
  },
  'exists0(J)Z': {
    action: readAction,
    call: (m: Machine, path: bigint) => m.virtualFiles.status(pathAt(m, path)) !== null,
  },
  'access0(JI)V': { action: readAction, call: unixCall(checkAccess) },
  'readlink0(J)[B': {
    action: readAction,
    call: unixCall((m: Machine, path: bigint) => {
      const answer = m.virtualFiles.perform({ kind: 'readLink', path: pathAt(m, path) });
      return answer instanceof HostError ? raise(m, answer) : newBytes(m, answer as string);
    }),
  },
  'realpath0(J)[B': { action: readAction, call: unixCall(realPath) },
  'opendir0(J)J': { action: readAction, call: unixCall(openDirectory) },
  'readdir(J)[B': {
    action: internal,
    call: (m: Machine, directory: bigint) => {
      const name = m.virtualFiles.nextName(Number(directory));
      return name === undefined ? 0 : newBytes(m, name);
    },
  },
  'closedir(J)V': {
    action: internal,
    call: (m: Machine, directory: bigint) => m.virtualFiles.closeDirectory(Number(directory)),
  },
  // Extended attributes are out of reach of the host environment; Java then goes on without.
  'flistxattr(IJI)I': { action: internal, call: unixCall((m: Machine) => raiseCode(m, 'ENOTSUP')) },
  'getpwuid(I)[B': { action: readAction, call: accountName('passwd') },
  'getgrgid(I)[B': { action: readAction, call: accountName('group') },
  'getpwnam0(J)I': { action: readAction, call: accountId('passwd') },
  'getgrnam0(J)I': { action: readAction, call: accountId('group') },
  'mkdir0(JI)V': change((m, path: bigint, mode: number) =>
    m.fileChanges.createDirectory(pathAt(m, path), mode),
  ),
  'rmdir0(J)V': change((m, path: bigint) => m.fileChanges.deleteDirectory(pathAt(m, path))),
  'unlink0(J)V': change((m, path: bigint) => m.fileChanges.deleteFile(pathAt(m, path))),
  'rename0(JJ)V': change((m, from: bigint, to: bigint) =>
    m.fileChanges.rename(pathAt(m, from), pathAt(m, to)),
  ),
  'link0(JJ)V': change((m, existing: bigint, path: bigint) =>
    m.fileChanges.createLink(pathAt(m, path), pathAt(m, existing)),
  ),
  // The target is kept as it is written.
  'symlink0(JJ)V': change((m, target: bigint, path: bigint) =>
    m.fileChanges.createSymbolicLink(pathAt(m, path), textAt(m, target)),
  ),
  'chmod0(JI)V': change((m, path: bigint, mode: number) => m.fileChanges.setMode(pathAt(m, path), mode)),
  'fchmod(II)V': changeOpen((m, path, mode: number) => m.fileChanges.setMode(path, mode)),
  'chown0(JII)V': change((m, path: bigint, userId: number, groupId: number) =>
    m.fileChanges.setOwner(pathAt(m, path), userId, groupId, true),
  ),
  'lchown0(JII)V': change((m, path: bigint, userId: number, groupId: number) =>
    m.fileChanges.setOwner(pathAt(m, path), userId, groupId, false),
  ),
  'fchown(III)V': changeOpen((m, path, userId: number, groupId: number) =>
    m.fileChanges.setOwner(path, userId, groupId, true),
  ),
  'utimes0(JJJ)V': setTimes(true),
  'lutimes0(JJJ)V': setTimes(false),
  'futimes(IJJ)V': changeOpen((m, path, accessUs: bigint, modificationUs: bigint) =>
    m.fileChanges.setTimes(path, accessUs * NS_PER_US, modificationUs * NS_PER_US, true),
  ),
  'futimens(IJJ)V': changeOpen((m, path, accessNs: bigint, modificationNs: bigint) =>
    m.fileChanges.setTimes(path, accessNs, modificationNs, true),
  ),
  'write(IJI)I': {
    action: changeAction,
    call: unixCall((m: Machine, descriptor: number, address: bigint, byteCount: number) => {
      const file = m.virtualFiles.get(descriptor);
      const start = Number(address);
      const bytes = m.memory.u8.subarray(start, start + byteCount);
      const outcome = file === undefined ? BAD_DESCRIPTOR : m.fileChanges.write(file, bytes);
      return outcome === null ? byteCount : raise(m, outcome);
    }),
  },
} satisfies NativeTable;
