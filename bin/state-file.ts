// Reads the state file of a replicated pair: who is primary, who is backup, which processes they are.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../lib/errors.js';
import { type State, stateSchema } from '../replication/state-file.js';

export type ReplicaState = State['replicas'][number];

const POLL_MS = 5;

/** The pair's state as last written, or undefined where the file is not there yet. UserError STATE_FILE where it is not
 *  a state file: it is replaced as a whole, so half of one is never seen. */
export function readStateFile(path: string): State | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new UserError('STATE_FILE', `${path} is no state file of a pair`, { cause });
  }
}

/** Waits for a running replica in that role. UserError STATE_FILE where there is none in that time. */
export async function waitForReplica(
  path: string,
  role: ReplicaState['role'],
  timeoutMs: number,
): Promise<ReplicaState> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const replicas = readStateFile(path)?.replicas ?? [];
    const found = replicas.find((replica) => replica.role === role && replica.state === 'running');
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new UserError('STATE_FILE', `no running ${role} appears in ${path}`);
    await sleep(POLL_MS);
  }
}
