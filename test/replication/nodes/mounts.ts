// Whether processes of a test can have mounts of their own, as on another host.
import { execFileSync } from 'node:child_process';

/** A sentence that says why no process here can have a file system of its own; null where one can. */
export function mountObstacle(): string | null {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return `a process cannot have mounts of its own here (${(error as Error).message.split('\n')[0]})`;
  }
}
