// Users and groups, looked up in the host's account files.
import { HostError } from '../../jvm/environment.js';
import type { Machine } from '../../jvm/machine.js';

export interface Account {
  readonly name: string;
  readonly id: number;
}

/** So much of an account file is looked at. */
const MAXIMUM_FILE_BYTES = 1 << 20;

/** The first account of /etc/passwd or /etc/group that fits; undefined where there is none, or no such file. */
export function findAccount(
  m: Machine,
  file: 'passwd' | 'group',
  fits: (account: Account) => boolean,
): Account | undefined {
  const bytes = m.virtualFiles.perform({
    kind: 'readFile',
    path: `/etc/${file}`,
    position: 0,
    byteCount: MAXIMUM_FILE_BYTES,
  });
  if (bytes instanceof HostError) return undefined;
  // Fields of both files: name, password, id.
  for (const line of new TextDecoder().decode(bytes as Uint8Array).split('\n')) {
    const [name, , id] = line.split(':');
    if (!name || !id) continue;
    const account = { name, id: Number(id) };
    if (fits(account)) return account;
  }
  return undefined;
}
