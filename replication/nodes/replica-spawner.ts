// What a launcher asks of whoever runs its replica processes: processes of this host, or agents of other ones.
import type { Readable } from 'node:stream';
import type { Address } from '../links/address.js';
import type { Identity } from '../links/handshake.js';
import type { Link } from '../links/link.js';
import type { ReplicaBirth } from '../replica-birth.js';
import type { ReplicaProcessId } from '../roles/gateway-step.js';

/** A replica process, wherever it runs. */
export interface SpawnedReplica extends ReplicaProcessId {
  /** The link between the launcher and it, once. It never comes where the process is gone before. */
  readonly linked: Promise<Link>;
  /** The process is gone, or nobody can tell any more: whatever it does is not heard from then on. */
  readonly lost: Promise<void>;
  /** The same, and its last words have been read. */
  readonly ended: Promise<void>;
  readonly standardError: Readable;
  /** Where other replicas reach it that listens on this port. */
  addresses(port: number): readonly Address[];
  /** Whether it is known to be stopped, as by SIGSTOP: it cannot answer, and there is no need to wait for it. */
  isStopped(): boolean;
  /** Ends the process the way that always works. */
  kill(): void;
}

/** What the launcher says of a replica; the rest of its birth is the spawner's to say. */
export type ReplicaOrder = Omit<ReplicaBirth, 'launcherPort'>;

export interface SpawnerOptions {
  /** The launcher's, to its replicas. */
  readonly identity: Identity;
  /** A line for people. */
  readonly report: (line: string) => void;
}

export interface ReplicaSpawner {
  /** Makes ready; before the first spawn. Throws UserError where that cannot be. */
  start(): Promise<void>;
  /** Starts a replica. Rejects with UserError where none can be started. */
  spawn(order: ReplicaOrder): Promise<SpawnedReplica>;
  /** When all replicas have ended. */
  close(): void;
}
