// java.io.UnixFileSystem: what java.io.File asks about files and folders.
import { internal } from '../../../jvm/actions.js';
import { HostError } from '../../../jvm/environment.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';
import { FILE_TYPE, type FileStatus } from '../../../jvm/virtual-files.js';
import { CANNOT_WRITE, pathText, readAction, throwIOException } from '../../support/file-streams.js';

/** FileSystem.BA_*. */
const ATTRIBUTE = { exists: 1, regular: 2, directory: 4 } as const;
/** Longest file name of Linux's file systems. */
const MAXIMUM_NAME_BYTES = 255n;

/** Absolute path of a java.io.File. */
function pathOf(m: Machine, file: Reference): string {
  if (file === 0) m.throwNew('java/lang/NullPointerException');
  return m.virtualFiles.absolute(pathText(m, m.getField(file, 'java/io/File', 'path')));
}

function statusOf(m: Machine, file: Reference): FileStatus | null {
  return m.virtualFiles.status(pathOf(m, file));
}

export const natives = {
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
      const names = m.virtualFiles.perform({ kind: 'readDirectory', path: pathOf(m, file) });
      if (names === null || names instanceof HostError) return 0;
      const strings = m.classes.arrayOf(m.heap.string.class);
      return m.heap.newReferenceArray(
        strings,
        (names as readonly string[]).map((name) => m.heap.newString(name)),
      );
    },
  },
  'getNameMax0(Ljava/lang/String;)J': { action: internal, call: () => MAXIMUM_NAME_BYTES },
  'createFileExclusively(Ljava/lang/String;)Z': {
    action: internal,
    call: (m: Machine) => throwIOException(m, CANNOT_WRITE),
  },
} satisfies NativeTable;
