// What the roles of a replica have in common: the events that come to one and the effects that it asks for.
// A role does no I/O and knows no time; processes and the simulator carry its effects out alike.
import type { Configuration } from '../configuration.js';
import type { ReplicaId } from '../contracts.js';
import type { LogBatch } from '../log.js';
import type { Post } from '../outbox.js';
import type { OutputBlock } from '../outputs.js';
import type { RoleFigures } from '../replica-figures.js';
import type { SavedState } from '../saved-execution.js';

/** What a new backup gets to start from: the state of the machine, and the outputs before it that the gateway has been
 *  sent but has not confirmed. */
export interface Inheritance<State> {
  readonly state: State;
  /** The last log batch that the state has in it; -1 where there was none. */
  readonly batchNumber: number;
  readonly confirmedSequence: number;
  readonly unconfirmed: readonly OutputBlock[];
}

/** Why a replica takes another one for faulty (patent, "fd-state").
 *  linkLost: their link is down. silent: heartbeats are missed. stuck: it makes no progress, or a synchronisation point
 *  has timed out. disagrees: its state or its outputs are not those of this replica. */
export type Suspicion = 'linkLost' | 'silent' | 'stuck' | 'disagrees';

/** What a replica's machine was at an epoch that all of them compare: equal on equivalent ones. */
export interface Checkpoint {
  readonly epoch: number;
  readonly signature: string;
}

export type ReplicaEvent =
  /** The machine of this replica has handed over log records and outputs. */
  | { readonly kind: 'posted'; readonly post: Post }
  /** The machine has become the deciding one at this epoch. */
  | { readonly kind: 'tookOver'; readonly epoch: number }
  /** The machine has come to an epoch at which replicas are compared. */
  | { readonly kind: 'checked'; readonly checkpoint: Checkpoint }
  /** The link to another replica is up. */
  | { readonly kind: 'linked'; readonly peer: ReplicaId }
  /** It is down, for good. */
  | { readonly kind: 'linkLost'; readonly peer: ReplicaId }
  /** It is up, but what comes over it, or does not, says that the other replica is faulty. */
  | { readonly kind: 'peerFaulty'; readonly peer: ReplicaId; readonly suspicion: Suspicion }
  /** From the primary: its log goes on. stableBatch: up to this one every backup holds it; -1: none. */
  | { readonly kind: 'log'; readonly peer: ReplicaId; readonly batch: LogBatch; readonly stableBatch: number }
  /** From a backup: it holds the log up to a batch (-1: nothing yet), and its machine has come to an epoch. It says so
   *  first of all on every link. */
  | {
      readonly kind: 'acknowledged';
      readonly peer: ReplicaId;
      readonly batchNumber: number;
      readonly epoch: number;
    }
  /** From a backup, where outputs are compared: checksums of its outputs from a sequence number on. */
  | {
      readonly kind: 'compared';
      readonly peer: ReplicaId;
      readonly firstSequence: number;
      readonly checksums: readonly number[];
    }
  /** From a backup: its state at an epoch. */
  | { readonly kind: 'peerChecked'; readonly peer: ReplicaId; readonly checkpoint: Checkpoint }
  /** The epoch that this replica's machine has come to. */
  | { readonly kind: 'progress'; readonly epoch: number }
  /** From the gateway: outputs up to this one are out. */
  | { readonly kind: 'confirmed'; readonly sequence: number }
  /** From the gateway: an external action, encoded, for the machine of the primary. */
  | { readonly kind: 'action'; readonly bytes: Uint8Array }
  /** From the gateway: this backup is none any more. */
  | { readonly kind: 'dropped'; readonly peer: ReplicaId }
  /** From the gateway: the primary is lost; what does this backup hold? */
  | { readonly kind: 'polled' }
  /** From the gateway: this backup is the primary of a new incarnation, followed by these. */
  | { readonly kind: 'promoted'; readonly incarnation: number; readonly followers: readonly ReplicaId[] }
  /** From the gateway: another backup is the primary of a new incarnation. */
  | { readonly kind: 'succeeded'; readonly incarnation: number; readonly primary: ReplicaId }
  // Re-integration (patent fig. 10 and 18), in the order in which it goes.
  /** From the gateway: a new backup is going to link with this primary. */
  | { readonly kind: 'reintegrate'; readonly peer: ReplicaId }
  /** This replica's machine has copied its state out for it, with the log up to this batch in it. */
  | {
      readonly kind: 'saved';
      readonly peer: ReplicaId;
      readonly state: SavedState;
      readonly batchNumber: number;
    }
  /** All of the state has been handed to the link. */
  | { readonly kind: 'stateSent'; readonly peer: ReplicaId }
  /** From the primary: the state, whole. */
  | { readonly kind: 'inherited'; readonly inheritance: Inheritance<Uint8Array> }
  /** The machine of this new backup stands where the state left off, at this epoch. */
  | { readonly kind: 'restored'; readonly epoch: number }
  /** From the new backup: the same (patent fig. 18, S182). */
  | { readonly kind: 'peerRestored'; readonly peer: ReplicaId; readonly epoch: number }
  /** This replica's machine keeps the output rule again for what it posts from here on; see Sink. */
  | { readonly kind: 'joining'; readonly peer: ReplicaId; readonly batchNumber: number };

export type ReplicaEffect =
  /** To a backup. */
  | {
      readonly kind: 'sendLog';
      readonly peer: ReplicaId;
      readonly batch: LogBatch;
      readonly stableBatch: number;
    }
  /** To the primary, with the epoch that this replica's machine has come to. */
  | { readonly kind: 'acknowledge'; readonly batchNumber: number }
  | {
      readonly kind: 'sendCompared';
      readonly firstSequence: number;
      readonly checksums: readonly number[];
    }
  | { readonly kind: 'sendChecked'; readonly checkpoint: Checkpoint }
  /** To the gateway. */
  | { readonly kind: 'sendOutputs'; readonly incarnation: number; readonly block: OutputBlock }
  /** To the gateway: the other replica is taken for faulty; who is to go on? */
  | {
      readonly kind: 'suspect';
      readonly incarnation: number;
      readonly peer: ReplicaId;
      readonly suspicion: Suspicion;
    }
  /** To the gateway, which has asked: the last log batch that this backup holds. */
  | { readonly kind: 'reportHeld'; readonly batchNumber: number }
  /** To the gateway: the machine of the new primary has come to its take-over point. */
  | { readonly kind: 'reportTakeOver'; readonly incarnation: number; readonly epoch: number }
  /** To this replica's machine. */
  | { readonly kind: 'feedMachine'; readonly batch: LogBatch }
  /** An external action, encoded. */
  | { readonly kind: 'feedAction'; readonly bytes: Uint8Array }
  /** followed: there are backups, for which the log goes on. */
  | { readonly kind: 'promoteMachine'; readonly followed: boolean }
  /** To this replica's machine: a backup is none any more. isLogNeeded: the log goes on, for others. */
  | { readonly kind: 'dropBackup'; readonly peer: ReplicaId; readonly isLogNeeded: boolean }
  /** To this replica's machine: how far the others have come; see Flow. */
  | { readonly kind: 'flowBackup'; readonly batchNumber: number; readonly epoch: number }
  | { readonly kind: 'flowConfirmed'; readonly sequence: number }
  /** The link to another replica is of no use any more, nor is one that was to come. */
  | { readonly kind: 'closeLink'; readonly peer: ReplicaId }
  /** Another role takes the place of this one. */
  | { readonly kind: 'become'; readonly role: ReplicaRole }
  // Re-integration, in the order in which it goes.
  /** To this replica's machine: it is to save its state for a new backup; answered by 'saved'. */
  | { readonly kind: 'saveMachine'; readonly peer: ReplicaId }
  /** To the new backup, piece by piece; answered by 'stateSent'. */
  | { readonly kind: 'sendState'; readonly peer: ReplicaId; readonly inheritance: Inheritance<SavedState> }
  /** The machine of this new backup is made from the state; answered by 'restored'. */
  | { readonly kind: 'restoreMachine'; readonly bytes: Uint8Array; readonly batchNumber: number }
  /** To the primary. */
  | { readonly kind: 'reportRestored'; readonly epoch: number }
  /** To this replica's machine: the output rule holds for it; answered by 'joining'. */
  | { readonly kind: 'requireBackup'; readonly peer: ReplicaId }
  /** To the gateway: the new backup could take over from here on. */
  | { readonly kind: 'reportWhole'; readonly incarnation: number; readonly peer: ReplicaId };

/** What of the configuration concerns the roles. */
export type RoleParameters = Pick<Configuration, 'acknowledgedBy' | 'outputRule' | 'compareOutputs'>;

export interface ReplicaRole {
  readonly name: 'primary' | 'backup';
  readonly incarnation: number;
  /** Whether it holds outputs back that may still be released without its machine. */
  readonly holding: boolean;
  /** Whether there is something that another replica has not got, or has not come to, and that this one may wait for. */
  awaits(peer: ReplicaId): boolean;
  /** For those who watch. */
  readonly figures: RoleFigures;
  /** Takes one event and answers what is to be done, in order. Throws PeerError where the other replica does not
   *  keep to the protocol: nothing has changed then, and its link is to be closed. */
  step(event: ReplicaEvent): readonly ReplicaEffect[];
}
