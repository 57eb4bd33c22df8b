// What the roles of a replica have in common: the events that come to one and the effects that it asks for.
// A role does no I/O and knows no time; processes and the simulator carry its effects out alike.
import type { Post } from '../execution.js';
import type { LogBatch } from '../log.js';
import type { OutputBlock } from '../outputs.js';

export type ReplicaEvent =
  /** The machine of this replica has handed over log records and outputs. */
  | { readonly kind: 'posted'; readonly post: Post }
  /** The machine has become the deciding one at this epoch. */
  | { readonly kind: 'tookOver'; readonly epoch: number }
  /** The link to the other replica is up. */
  | { readonly kind: 'linked' }
  /** It is down, for good. */
  | { readonly kind: 'linkLost' }
  /** From the primary: its log goes on. */
  | { readonly kind: 'log'; readonly batch: LogBatch }
  /** From the backup: it holds the log up to a batch (-1: nothing yet), and its machine has come to an epoch. */
  | { readonly kind: 'acknowledged'; readonly batchNumber: number; readonly epoch: number }
  /** The epoch that this replica's machine has come to. */
  | { readonly kind: 'progress'; readonly epoch: number }
  /** From the gateway: outputs up to this one are out. */
  | { readonly kind: 'confirmed'; readonly sequence: number }
  /** From the gateway: an external action, encoded, for the machine of the primary. */
  | { readonly kind: 'action'; readonly bytes: Uint8Array }
  /** From the gateway: there is no backup any more. */
  | { readonly kind: 'alone' }
  /** From the gateway: this backup is the primary of a new incarnation. */
  | { readonly kind: 'promoted'; readonly incarnation: number };

export type ReplicaEffect =
  /** To the backup. */
  | { readonly kind: 'sendLog'; readonly batch: LogBatch }
  /** To the primary. */
  | { readonly kind: 'acknowledge'; readonly batchNumber: number; readonly epoch: number }
  /** To the gateway. */
  | { readonly kind: 'sendOutputs'; readonly incarnation: number; readonly block: OutputBlock }
  /** To the gateway: the other replica cannot be reached; who is to go on alone? */
  | { readonly kind: 'suspect'; readonly incarnation: number }
  /** To the gateway: the machine of the new primary has come to its take-over point. */
  | { readonly kind: 'reportTakeOver'; readonly incarnation: number; readonly epoch: number }
  /** To this replica's machine. */
  | { readonly kind: 'feedMachine'; readonly batch: LogBatch }
  /** An external action, encoded. */
  | { readonly kind: 'feedAction'; readonly bytes: Uint8Array }
  | { readonly kind: 'promoteMachine' }
  | { readonly kind: 'stopRecording' }
  /** To this replica's machine: how far the others have come; see Flow. */
  | { readonly kind: 'flowBackup'; readonly batchNumber: number; readonly epoch: number }
  | { readonly kind: 'flowConfirmed'; readonly sequence: number }
  /** The link to the other replica is of no use any more. */
  | { readonly kind: 'closeLink' }
  /** Another role takes the place of this one. */
  | { readonly kind: 'become'; readonly role: ReplicaRole };

export interface ReplicaRole {
  readonly name: 'primary' | 'backup';
  /** Whether it holds outputs back that may still be released without its machine. */
  readonly holding: boolean;
  /** Takes one event and answers what is to be done, in order. Throws PeerError where the other replica does not
   *  keep to the protocol: nothing has changed then, and its link is to be closed. */
  step(event: ReplicaEvent): readonly ReplicaEffect[];
}
