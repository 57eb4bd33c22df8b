// java.io.UnixFileSystem: what java.io.File asks about files and folders, and does to them.
import { internal } from '../../../jvm/actions.js';
import { HostError } from '../../../jvm/environment.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';
import { FILE_TYPE, type FileStatus } from '../../../jvm/virtual-files.js';
import { changeAction, pathText, readAction, throwIOException } from '../../support/file-streams.js';

/** FileSystem.BA_*. */
const ATTRIBUTE = { exists: 1, regular: 2, directory: 4 } as const;
/** Longest file name of Linux's file systems. */
const MAXIMUM_NAME_BYTES = 255n;
/** Permission bits of a new folder, before the process's mask. */
const DIRECTORY_MODE = 0o777;
const PERMISSION_MASK = 0o7777;
const NS_PER_MS = 1_000_000n;

/** Absolute path of a java.io.File. */
function pathOf(m: Machine, file: Reference): string {
  if (file === 0) m.throwNew('java/lang/NullPointerException');
  return m.virtualFiles.absolute(pathText(m, m.getField(file, 'java/io/File', 'path')));
}

function statusOf(m: Machine, file: Reference): FileStatus | null {
  return m.virtualFiles.status(pathOf(m, file));
}

function attributesOf(m: Machine, path: string): readonly bigint[] | null {
  const answer = m.virtualFiles.perform({ kind: 'readFileAttributes', path, followLinks: true });
  return answer instanceof HostError ? null : (answer as readonly bigint[]);
}

/** Sets or clears permission bits. */
function setPermission(m: Machine, path: string, bits: number, enable: boolean): boolean {
  const attributes = attributesOf(m, path);
  if (attributes === null) return false;
  const mode = Number(attributes[0]) & PERMISSION_MASK;
  return m.fileChanges.setMode(path, enable ? mode | bits : mode & ~bits) === null;
}

export const natives = {
  // Which of all, free and free for this user; 0 where that cannot be known.
  'getSpace(Ljava/io/File;I)J': {
    action: readAction,
    call: (m: Machine, _self: Reference, file: Reference, which: number) => {
      const answer = m.virtualFiles.perform({ kind: 'readFileSpace', path: pathOf(m, file) });
      return answer instanceof HostError ? 0n : (answer as readonly bigint[])[which]!;
    },
  },
  'canonicalize0(Ljava/lang/String;)Ljava/lang/String;': {
    action: readAction,
    call: (m: Machine, _self: Reference, path: Reference) => {
      const absolute = m.virtualFiles.absolute(pathText(m, path));
      const answer = m.virtualFiles.perform({ kind: 'readCanonicalPath', path: absolute });
      if (answer instanceof HostError) return throwIOException(m, answer.message);
      return m.heap.newString(answer as string);
    },
  },
  'getBooleanAttributes0(Ljava/io/File;)I': {
    action: readAction,
    call: (m: Machine, _self: Reference, file: Reference) => {
      const status = statusOf(m, file);
      if (status === null) return 0;
      if (status[0] === FILE_TYPE.regular) return ATTRIBUTE.exists | ATTRIBUTE.regular;
      return status[0] === FILE_TYPE.directory ? ATTRIBUTE.exists | ATTRIBUTE.directory : ATTRIBUTE.exists;
    },
  },
  // FileSystem.ACCESS_* are the permission bits of the request.
  'checkAccess(Ljava/io/File;I)Z': {
    action: readAction,
    call: (m: Machine, _self: Reference, file: Reference, access: number) => {
      const status = statusOf(m, file);
      return status !== null && (Number(status[3]) & access) === access;
    },
  },
  'getLastModifiedTime(Ljava/io/File;)J': {
    action: readAction,
    call: (m: Machine, _self: Reference, file: Reference) => statusOf(m, file)?.[2] ?? 0n,
  },
  'getLength(Ljava/io/File;)J': {
    action: readAction,
    call: (m: Machine, _self: Reference, file: Reference) => statusOf(m, file)?.[1] ?? 0n,
  },
  'list(Ljava/io/File;)[Ljava/lang/String;': {
    action: readAction,
    call: (m: Machine, _self: Reference, file: Reference) => {
      const names = m.virtualFiles.namesIn(pathOf(m, file));
      if (names === null || names instanceof HostError) return 0;
      const strings = m.classes.arrayOf(m.heap.string.class);
      return m.heap.newReferenceArray(
        strings,
        names.map((name) => m.heap.newString(name)),
      );
    },
  },
  'getNameMax0(Ljava/lang/String;)J': { action: internal, call: () => MAXIMUM_NAME_BYTES },
  'createFileExclusively(Ljava/lang/String;)Z': {
    action: changeAction,
    call: (m: Machine, _self: Reference, path: Reference) => {
      const outcome = m.fileChanges.createExclusively(m.virtualFiles.absolute(pathText(m, path)));
      if (outcome !== null && outcome.code !== 'EEXIST') throwIOException(m, outcome.message);
      return outcome === null;
    },
  },
  'delete0(Ljava/io/File;)Z': {
    action: changeAction,
    call: (m: Machine, _self: Reference, file: Reference) => m.fileChanges.delete(pathOf(m, file)) === null,
  },
  'createDirectory(Ljava/io/File;)Z': {
    action: changeAction,
    call: (m: Machine, _self: Reference, file: Reference) =>
      m.fileChanges.createDirectory(pathOf(m, file), DIRECTORY_MODE) === null,
  },
  'rename0(Ljava/io/File;Ljava/io/File;)Z': {
    action: changeAction,
    call: (m: Machine, _self: Reference, from: Reference, to: Reference) =>
      m.fileChanges.rename(pathOf(m, from), pathOf(m, to)) === null,
  },
  // The time of the last access stays.
  'setLastModifiedTime(Ljava/io/File;J)Z': {
    action: changeAction,
    call: (m: Machine, _self: Reference, file: Reference, timeMs: bigint) => {
      const path = pathOf(m, file);
      const attributes = attributesOf(m, path);
      if (attributes === null) return false;
      return m.fileChanges.setTimes(path, attributes[8]!, timeMs * NS_PER_MS, true) === null;
    },
  },
  'setReadOnly(Ljava/io/File;)Z': {
    action: changeAction,
    call: (m: Machine, _self: Reference, file: Reference) => setPermission(m, pathOf(m, file), 0o222, false),
  },
  'setPermission(Ljava/io/File;IZZ)Z': {
    action: changeAction,
    call: (
      m: Machine,
      _self: Reference,
      file: Reference,
      access: number,
      enable: number,
      ownerOnly: number,
    ) => setPermission(m, pathOf(m, file), access * (ownerOnly !== 0 ? 0o100 : 0o111), enable !== 0),
  },
} satisfies NativeTable;
