// What the gateway knows of each replica, and how others see it.
import type { ReplicaId } from '../contracts.js';
import { processOf, type RegisterEntry, type ReplicaProcessId, type ReplicaState } from './gateway-step.js';

export interface Replica {
  readonly id: ReplicaId;
  pid: number;
  node: string | undefined;
  state: ReplicaState;
  role: 'primary' | 'backup';
  epoch: number | null;
  peerPort: number | null;
  /** A replacement that is not whole yet: it could not take over. */
  isUnfit: boolean;
}

/** The primary comes first, and what is lost last, with the role that it had. */
export function registerOf(replicas: readonly Replica[], primary: Replica): readonly RegisterEntry[] {
  const rank = (replica: Replica) => (replica.state === 'lost' ? 2 : replica === primary ? 0 : 1);
  const inOrder = [...replicas].sort((one, other) => rank(one) - rank(other));
  return inOrder.map((replica) => {
    const { role, epoch, state } = replica;
    return { ...processOf(replica), role, epoch, state };
  });
}

export function newReplica({ id, pid, node }: ReplicaProcessId, role: 'primary' | 'backup'): Replica {
  return { id, pid, node, state: 'starting', role, epoch: null, peerPort: null, isUnfit: false };
}

/** Names in order: a to z, then aa, ab and so on. */
export function replicaName(index: number): ReplicaId {
  const letter = String.fromCharCode(97 + (index % 26));
  return index < 26 ? letter : replicaName(Math.floor(index / 26) - 1) + letter;
}
