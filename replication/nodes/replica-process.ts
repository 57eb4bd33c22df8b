// Starts the process of a replica: a child of the launcher, or of the agent of a node.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { posixCode, UserError } from '../../lib/errors.js';
import { entryPoint } from '../../lib/installation.js';
import { strerror } from '../../lib/strerror.js';
import { BuildWatch } from '../code-digest.js';
import { isInherited, REPLICA_VARIABLE } from '../replica-birth.js';

export interface ReplicaProcess {
  readonly child: ChildProcess;
  readonly standardError: Readable;
}

const MAIN = entryPoint('replication/replica-main.js');
/** The state of a machine is of use to the same code alone, and a replica's is loaded when it is started. */
const build = new BuildWatch([MAIN, entryPoint('replication/machine-worker.js')]);

/** birth: the value of REPLICA_VARIABLE. withChannel: messages can be sent to it. UserError BUILD where rjvm has been
 *  built anew since this process began, SPAWN where the host has no means for it; what is found out later is the
 *  child's event 'error', and why whenStarted rejects. */
export function startReplicaProcess(birth: string, withChannel: boolean): ReplicaProcess {
  if (build.hasChanged) {
    const why = 'rjvm was built anew after this program had begun, and replicas are of one build';
    throw new UserError('BUILD', `no new replica can be started: ${why}`);
  }
  const main = fileURLToPath(MAIN);
  let child: ChildProcess;
  try {
    child = spawn(process.execPath, [...process.execArgv.filter(isInherited), main], {
      env: { ...process.env, [REPLICA_VARIABLE]: birth },
      stdio: ['ignore', 'ignore', 'pipe', ...(withChannel ? ['ipc' as const] : [])],
    });
  } catch (error) {
    throw spawnFailure(posixCode(error));
  }
  if (child.stderr) return { child, standardError: child.stderr };
  // Without descriptors for its pipes Node gives a child that has none; why comes as an event, which nobody else awaits.
  child.on('error', () => {});
  throw spawnFailure('EMFILE');
}

/** Resolves when the host has made the process. UserError SPAWN where it says that it cannot. */
export async function whenStarted(child: ChildProcess): Promise<void> {
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw spawnFailure(posixCode(error));
  }
}

/** What the host says when it starts no process, as a sentence. */
function spawnFailure(code: string): UserError {
  return new UserError('SPAWN', `a replica's process cannot be started: ${strerror(code)} (${code})`);
}
