// The backup's role: holds the log for its machine, keeps copies of suppressed outputs, and stands ready to take over.
// A new one gets the primary's state first (patent fig. 18).
import type { ReplicaId } from '../contracts.js';
import type { LogBatch } from '../log.js';
import { decodeBatch } from '../log.js';
import type { OutputBlock } from '../outputs.js';
import { PeerError } from '../peer-error.js';
import type { RoleFigures } from '../replica-figures.js';
import { outputChecksums } from './comparison.js';
import { Primary } from './primary.js';
import type {
  Inheritance,
  ReplicaEffect,
  ReplicaEvent,
  ReplicaRole,
  RoleParameters,
  Suspicion,
} from './role.js';

export class Backup implements ReplicaRole {
  readonly name = 'backup';
  readonly holding = false;
  readonly #parameters: RoleParameters;
  #incarnation: number;
  #primary: ReplicaId;
  /** awaited: this new backup has not got the state yet. restoring: its machine is being made. polled: its primary is
   *  lost, and who succeeds it is not known yet. */
  #state: 'awaited' | 'restoring' | 'whole' | 'polled';
  #linked = false;
  #batchNumber = -1;
  /** Batches that other backups may not hold: if this one becomes the primary, it is asked for them. */
  #log: LogBatch[] = [];
  /** The epoch of the last progress that was told. */
  #toldEpoch = 0;
  /** Outputs that this replica has come to and that the gateway has not confirmed. */
  #suppressed: OutputBlock[] = [];
  #confirmedSequence = -1;

  /** primary: the name of the one that it follows. reintegrating: it joins a program that runs already. */
  constructor(options: {
    readonly incarnation: number;
    readonly parameters: RoleParameters;
    readonly primary: ReplicaId;
    readonly reintegrating?: boolean;
  }) {
    this.#incarnation = options.incarnation;
    this.#parameters = options.parameters;
    this.#primary = options.primary;
    this.#state = options.reintegrating === true ? 'awaited' : 'whole';
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  awaits(): boolean {
    return false;
  }

  get figures(): RoleFigures {
    const held = this.#batchNumber;
    return { lastBatch: held, acknowledgedBatch: held, heldOutputs: 0, heldBytes: 0 };
  }

  step(event: ReplicaEvent): readonly ReplicaEffect[] {
    switch (event.kind) {
      case 'log':
        return this.#follows(event.peer) ? this.#accept(event.batch, event.stableBatch) : [];
      case 'posted':
        if (event.post.log !== null) throw new Error('a backup writes no log');
        return event.post.outputs === null ? [] : this.#suppress(event.post.outputs);
      case 'checked':
        return this.#linked ? [{ kind: 'sendChecked', checkpoint: event.checkpoint }] : [];
      case 'confirmed':
        return this.#confirm(event.sequence);
      case 'progress':
        return this.#progress(event.epoch);
      case 'polled':
        return this.#poll();
      case 'promoted':
        return this.#promote(event.incarnation, event.followers);
      case 'succeeded':
        return this.#follow(event.incarnation, event.primary);
      case 'linked':
        return this.#follows(event.peer) ? this.#greet() : [{ kind: 'closeLink', peer: event.peer }];
      case 'linkLost':
        if (event.peer !== this.#primary) return [];
        this.#linked = false;
        return this.#suspect('linkLost');
      case 'peerFaulty':
        return event.peer === this.#primary ? this.#suspect(event.suspicion) : [];
      case 'inherited':
        return this.#inherit(event.inheritance);
      case 'restored':
        return this.#restored(event.epoch);
      case 'peerRestored':
        throw new PeerError('ORDER', 'a primary restores no state');
      case 'acknowledged':
        throw new PeerError('ORDER', 'a primary acknowledges no log');
      case 'compared':
      case 'peerChecked':
        throw new PeerError('ORDER', 'it is the primary that compares');
      case 'action':
        throw new PeerError('ORDER', 'external actions are for the primary');
      case 'tookOver':
      case 'dropped':
      case 'reintegrate':
      case 'saved':
      case 'stateSent':
      case 'joining':
        throw new Error(`a backup cannot be ${event.kind}`);
    }
  }

  /** Not the lost primary of one that has been polled: a link to it may come up only now. */
  #follows(peer: ReplicaId): boolean {
    return peer === this.#primary && this.#state !== 'polled';
  }

  #suspect(suspicion: Suspicion): ReplicaEffect[] {
    // A primary that is known to be lost needs no suspicion.
    if (this.#state === 'polled') return [];
    return [{ kind: 'suspect', incarnation: this.#incarnation, peer: this.#primary, suspicion }];
  }

  /** The first word on every link: what this backup holds. A new one has nothing yet, and waits for the state. */
  #greet(): ReplicaEffect[] {
    this.#linked = true;
    if (this.#state !== 'whole') return [];
    return [
      this.#acknowledgement(),
      ...(this.#parameters.compareOutputs ? this.#suppressed.map(compared) : []),
    ];
  }

  #acknowledgement(): ReplicaEffect {
    return { kind: 'acknowledge', batchNumber: this.#batchNumber };
  }

  /** Holding a batch is enough to acknowledge it: the replica fails as one, with its machine and its queue. */
  #accept(batch: LogBatch, stableBatch: number): ReplicaEffect[] {
    const { number } = decodeBatch(batch.bytes);
    if (this.#state === 'awaited') throw new PeerError('ORDER', 'its log begins before its state is there');
    if (number !== this.#batchNumber + 1) {
      throw new PeerError('ORDER', `log batch ${number} follows batch ${this.#batchNumber}`);
    }
    this.#batchNumber = number;
    const numbered = { number, bytes: batch.bytes };
    const keep = this.#log.findIndex((each) => each.number > stableBatch);
    this.#log.splice(0, keep === -1 ? this.#log.length : keep);
    this.#log.push(numbered);
    return [this.#acknowledgement(), { kind: 'feedMachine', batch: numbered }];
  }

  /** The outputs before the state may or may not have come out: they are this replica's to send again. */
  #inherit(inheritance: Inheritance<Uint8Array>): ReplicaEffect[] {
    if (this.#state !== 'awaited') throw new PeerError('ORDER', 'this backup has got its state');
    const { state, batchNumber, confirmedSequence, unconfirmed } = inheritance;
    this.#state = 'restoring';
    this.#batchNumber = batchNumber;
    const effects = confirmedSequence > this.#confirmedSequence ? this.#confirm(confirmedSequence) : [];
    for (const block of unconfirmed) this.#keep(block);
    return [...effects, { kind: 'restoreMachine', bytes: state, batchNumber }];
  }

  #restored(epoch: number): ReplicaEffect[] {
    if (this.#state !== 'restoring') return [];
    this.#state = 'whole';
    this.#toldEpoch = epoch;
    if (!this.#linked) return [];
    return [{ kind: 'reportRestored', epoch }, this.#acknowledgement()];
  }

  #suppress(block: OutputBlock): ReplicaEffect[] {
    this.#keep(block);
    return this.#parameters.compareOutputs && this.#linked ? [compared(block)] : [];
  }

  #keep(block: OutputBlock): void {
    if (block.lastSequence > this.#confirmedSequence) this.#suppressed.push(block);
  }

  #confirm(sequence: number): ReplicaEffect[] {
    this.#confirmedSequence = sequence;
    const keep = this.#suppressed.findIndex((block) => block.lastSequence > sequence);
    this.#suppressed.splice(0, keep === -1 ? this.#suppressed.length : keep);
    return [{ kind: 'flowConfirmed', sequence }];
  }

  #progress(epoch: number): ReplicaEffect[] {
    if (epoch === this.#toldEpoch || this.#state === 'awaited' || this.#state === 'restoring') return [];
    this.#toldEpoch = epoch;
    return this.#linked ? [this.#acknowledgement()] : [];
  }

  /** From here on nothing more is taken from the lost primary, so that the answer stays true. */
  #poll(): ReplicaEffect[] {
    if (this.#state !== 'whole') throw new Error('a backup that is not whole cannot take over');
    this.#state = 'polled';
    this.#linked = false;
    return [
      { kind: 'closeLink', peer: this.#primary },
      { kind: 'reportHeld', batchNumber: this.#batchNumber },
    ];
  }

  #follow(incarnation: number, primary: ReplicaId): ReplicaEffect[] {
    if (this.#state !== 'polled') throw new Error('a backup follows another primary when its own is lost');
    this.#state = 'whole';
    this.#incarnation = incarnation;
    this.#primary = primary;
    return [];
  }

  /** The take-over. Outputs that may or may not have happened are sent again; the gateway drops what it has. What
   *  the old primary sent and this replica has not taken in yet was never released, and is forgotten. */
  #promote(incarnation: number, followers: readonly ReplicaId[]): ReplicaEffect[] {
    if (this.#state === 'awaited' || this.#state === 'restoring') {
      throw new Error('a backup that is not whole cannot take over');
    }
    const role = new Primary({
      incarnation,
      parameters: this.#parameters,
      followers,
      log: this.#log,
      lastBatch: this.#batchNumber,
      unconfirmed: this.#suppressed,
      confirmedSequence: this.#confirmedSequence,
    });
    return [
      { kind: 'become', role },
      { kind: 'closeLink', peer: this.#primary },
      ...role.begin(),
      { kind: 'promoteMachine', followed: followers.length > 0 },
    ];
  }
}

function compared(block: OutputBlock): ReplicaEffect {
  return { kind: 'sendCompared', firstSequence: block.firstSequence, checksums: outputChecksums(block) };
}
