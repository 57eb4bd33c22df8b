// What comes to the gateway, what it asks to be done, and its register as others see it.
import type { ExternalAction, HostError } from '../../jvm/environment.js';
import type { ReplicaId } from '../contracts.js';
import type { OutputItem, StandardStream } from '../outputs.js';
import type { InputValue } from '../standard-input.js';
import type { Suspicion } from './role.js';

/** reintegrating: a new backup that gets the state of the primary, and could not take over yet. */
export type ReplicaState = 'starting' | 'reintegrating' | 'running' | 'lost' | 'exited';

/** The process of a replica. */
export interface ReplicaProcessId {
  readonly id: ReplicaId;
  /** Its number on its host. */
  readonly pid: number;
  /** The name of its host, where replicas run on several. */
  readonly node?: string | undefined;
}

/** One line of the register, as the state file shows it. */
export interface RegisterEntry extends ReplicaProcessId {
  readonly role: 'primary' | 'backup';
  /** The last one that is known; null where none has been told. */
  readonly epoch: number | null;
  readonly state: ReplicaState;
}

export type GatewayEvent =
  /** A replica has said hello; peerPort is where another replica can reach it. */
  | { readonly kind: 'hello'; readonly id: ReplicaId; readonly peerPort: number }
  | {
      readonly kind: 'outputs';
      readonly id: ReplicaId;
      readonly incarnation: number;
      readonly items: readonly OutputItem[];
    }
  /** Outputs up to this one have been written. */
  | { readonly kind: 'written'; readonly sequence: number }
  /** The replica's process has ended, or its link has. */
  | { readonly kind: 'lost'; readonly id: ReplicaId }
  /** A replica takes another one for faulty. alive: that one has answered the launcher all the same. */
  | {
      readonly kind: 'suspect';
      readonly id: ReplicaId;
      readonly incarnation: number;
      readonly peer: ReplicaId;
      readonly suspicion: Suspicion;
      readonly alive: boolean;
    }
  /** A failure detector outside says that a replica has failed (patent: external failure notification). */
  | { readonly kind: 'notified'; readonly id: ReplicaId }
  /** A backup that was polled holds the log up to this batch. */
  | { readonly kind: 'held'; readonly id: ReplicaId; readonly batchNumber: number }
  /** The process of a new backup that was asked for has been started. */
  | ({ readonly kind: 'spawned' } & ReplicaProcessId)
  /** It could not be: there is no such replica. */
  | { readonly kind: 'notSpawned'; readonly id: ReplicaId }
  /** The primary says that its new backup could take over from here on. */
  | {
      readonly kind: 'whole';
      readonly id: ReplicaId;
      readonly incarnation: number;
      readonly peer: ReplicaId;
    }
  | {
      readonly kind: 'tookOver';
      readonly id: ReplicaId;
      readonly incarnation: number;
      readonly epoch: number;
    }
  | { readonly kind: 'status'; readonly id: ReplicaId; readonly epoch: number }
  /** Standard input has answered the request of that number. */
  | { readonly kind: 'input'; readonly requestId: number; readonly value: InputValue }
  /** A write to a standard stream has failed; lasting: so will all later ones. */
  | {
      readonly kind: 'outputFailed';
      readonly stream: StandardStream;
      readonly error: HostError;
      readonly lasting: boolean;
    }
  /** A signal for the program, by its number. */
  | { readonly kind: 'signal'; readonly signal: number };

export type GatewayEffect =
  | {
      readonly kind: 'start';
      readonly id: ReplicaId;
      readonly role: 'primary' | 'backup';
      readonly incarnation: number;
      /** For a primary: its backups from birth. */
      readonly followers: readonly ReplicaId[];
      /** For a backup: its primary, and where that is. */
      readonly primary: ReplicaId | null;
      readonly primaryPort: number | null;
      /** A backup that joins a program which runs already: it gets the primary's state first. */
      readonly reintegrating: boolean;
    }
  /** A replica is to be started after a time, for the one that was lost; 'spawned' or 'notSpawned' answers. */
  | { readonly kind: 'spawn'; readonly id: ReplicaId; readonly delayMs: number }
  /** To the primary: this new backup is going to link with it. */
  | { readonly kind: 'reintegrate'; readonly id: ReplicaId; readonly peer: ReplicaId }
  /** A new backup could take over from here on; replicaCount of replicaGoal could. */
  | ({
      readonly kind: 'whole';
      readonly replicaCount: number;
      readonly replicaGoal: number;
    } & ReplicaProcessId)
  /** To a backup whose primary is lost, where there are others: what does it hold? Answered by 'held'. */
  | { readonly kind: 'poll'; readonly id: ReplicaId }
  | {
      readonly kind: 'promote';
      readonly id: ReplicaId;
      readonly incarnation: number;
      readonly followers: readonly ReplicaId[];
    }
  /** To a backup that was polled: another one is the primary now. */
  | {
      readonly kind: 'follow';
      readonly id: ReplicaId;
      readonly incarnation: number;
      readonly primary: ReplicaId;
      readonly primaryPort: number;
    }
  /** To the primary: this backup is none any more. */
  | { readonly kind: 'drop'; readonly id: ReplicaId; readonly peer: ReplicaId }
  | { readonly kind: 'write'; readonly item: OutputItem }
  /** Standard input is asked; the answer is an event. */
  | {
      readonly kind: 'readInput';
      readonly requestId: number;
      readonly byteCount: number;
      readonly wait: boolean;
    }
  | { readonly kind: 'sendAction'; readonly id: ReplicaId; readonly action: ExternalAction }
  /** To all replicas. */
  | { readonly kind: 'confirm'; readonly sequence: number }
  /** The replica is not heard any more and has to end: told so, and killed. */
  | { readonly kind: 'terminate'; readonly id: ReplicaId; readonly reason: string }
  /** A line for people, without the program's name and the line end. */
  | { readonly kind: 'report'; readonly line: string }
  /** The register has changed. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'end'; readonly exitCode: number };

/** For people: which process it is, and where. */
export function describeReplica({ id, pid, node }: ReplicaProcessId): string {
  return node === undefined ? `${id} (pid ${pid})` : `${id} (pid ${pid} on node ${node})`;
}

/** The process of a replica, without whatever else is known of it. */
export function processOf({ id, pid, node }: ReplicaProcessId): ReplicaProcessId {
  return node === undefined ? { id, pid } : { id, pid, node };
}
