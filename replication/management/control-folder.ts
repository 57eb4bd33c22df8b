// Where the control endpoints of this user's pairs are: one Unix socket for each launcher, named by its process id, in a
// folder that nobody else may enter.
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageFolder } from '../boot-image.js';
import { MAXIMUM_SOCKET_PATH_BYTES, STALE_SOCKET_MS } from '../limits.js';

const SOCKET_NAME = /^([1-9]\d*)\.sock$/;
/** Names the one folder to use, for who wants to keep some pairs apart. */
const FOLDER_VARIABLE = 'RJVM_RUNTIME_DIR';
const LONGEST_NAME = '4194304.sock';

export interface ControlSocket {
  /** Process id of the launcher. */
  readonly pid: number;
  readonly path: string;
}

/** Folders in the order in which a launcher tries them; who looks for pairs looks in all of them. */
function candidateFolders(): string[] {
  const { XDG_RUNTIME_DIR: runtime, [FOLDER_VARIABLE]: own } = process.env;
  if (own?.startsWith('/')) return [own];
  const folders = [join(imageFolder(), 'run'), join(tmpdir(), `rjvm-${process.getuid?.() ?? 'user'}`)];
  if (runtime?.startsWith('/')) folders.unshift(join(runtime, 'rjvm'));
  // The system's limit on the names of sockets.
  return folders.filter(
    (folder) => Buffer.byteLength(join(folder, LONGEST_NAME)) <= MAXIMUM_SOCKET_PATH_BYTES,
  );
}

/** The path for this process's own socket; null where there is no folder for it that is this user's alone. */
export function ownSocketPath(): string | null {
  for (const folder of candidateFolders()) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (!isOwn(folder)) continue;
      chmodSync(folder, 0o700);
      return join(folder, `${process.pid}.sock`);
    } catch {
      // The next one may be better.
    }
  }
  return null;
}

/** Not a link, and not somebody else's: in a folder that all may write to anybody can make one of that name. */
function isOwn(folder: string): boolean {
  const stats = lstatSync(folder);
  return stats.isDirectory() && (process.getuid === undefined || stats.uid === process.getuid());
}

/** The sockets of this user's launchers that answer, in the order of their process ids. Those that killed launchers have
 *  left behind are removed. */
export async function liveSockets(): Promise<ControlSocket[]> {
  const all = candidateFolders().flatMap(socketsIn);
  const isAlive = await Promise.all(all.map(({ path }) => answers(path)));
  for (const [index, { path }] of all.entries()) if (!isAlive[index]) removeIfOld(path);
  return all.filter((_, index) => isAlive[index]).toSorted((a, b) => a.pid - b.pid);
}

/** One that is being made does not answer yet. */
function removeIfOld(path: string): void {
  try {
    if (Date.now() - lstatSync(path).mtimeMs > STALE_SOCKET_MS) rmSync(path, { force: true });
  } catch {
    // Somebody else has removed it, or it cannot be.
  }
}

function socketsIn(folder: string): ControlSocket[] {
  try {
    if (!isOwn(folder)) return [];
    return readdirSync(folder).flatMap((name) => {
      const pid = SOCKET_NAME.exec(name)?.[1];
      return pid === undefined ? [] : [{ pid: Number(pid), path: join(folder, name) }];
    });
  } catch {
    return [];
  }
}

/** Whether a process listens there, be it as busy or stopped as it may. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      resolve(!('code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT')));
    });
  });
}
