// The backup's role: holds the log for its machine, keeps copies of suppressed outputs, and stands ready to take over.
// A new one gets the primary's state first (patent fig. 18).
import type { ReplicaId } from '../contracts.js';
import type { LogBatch } from '../log.js';
import { decodeBatch } from '../log.js';
import type { OutputBlock } from '../outputs.js';
import { PeerError } from '../peer-error.js';
import { Primary } from './primary.js';
import type { Inheritance, ReplicaEffect, ReplicaEvent, ReplicaRole } from './role.js';

export class Backup implements ReplicaRole {
  readonly name = 'backup';
  readonly holding = false;
  readonly incarnation: number;
  readonly #peer: ReplicaId;
  /** awaited: this new backup has not got the state yet. restoring: its machine is being made. */
  #state: 'awaited' | 'restoring' | 'whole';
  #linkLost = false;
  #batchNumber = -1;
  #epoch = 0;
  /** Outputs that this replica has come to and that the gateway has not confirmed. */
  #suppressed: OutputBlock[] = [];
  #confirmedSequence = -1;

  /** peer: the name of its primary. reintegrating: it joins a program that runs already. */
  constructor(options: {
    readonly incarnation: number;
    readonly peer?: ReplicaId;
    readonly reintegrating?: boolean;
  }) {
    this.incarnation = options.incarnation;
    this.#peer = options.peer ?? '';
    this.#state = options.reintegrating === true ? 'awaited' : 'whole';
  }

  step(event: ReplicaEvent): readonly ReplicaEffect[] {
    switch (event.kind) {
      case 'log':
        return this.#accept(event.batch);
      case 'posted':
        if (event.post.log !== null) throw new Error('a backup writes no log');
        if (event.post.outputs !== null) this.#suppress(event.post.outputs);
        return [];
      case 'confirmed':
        return this.#confirm(event.sequence);
      case 'progress':
        return this.#progress(event.epoch);
      case 'promoted':
        return this.#promote(event.incarnation);
      case 'linked':
        return [];
      case 'linkLost':
        this.#linkLost = true;
        return [this.#suspect(false)];
      case 'peerSilent':
        return [this.#suspect(true)];
      case 'inherited':
        return this.#inherit(event.inheritance);
      case 'restored':
        return this.#restored(event.epoch);
      case 'peerRestored':
        throw new PeerError('ORDER', 'a primary restores no state');
      case 'acknowledged':
        throw new PeerError('ORDER', 'a primary acknowledges no log');
      case 'action':
        throw new PeerError('ORDER', 'external actions are for the primary');
      case 'tookOver':
      case 'alone':
      case 'reintegrate':
      case 'saved':
      case 'stateSent':
      case 'joining':
        throw new Error(`a backup cannot be ${event.kind}`);
    }
  }

  #suspect(silent: boolean): ReplicaEffect {
    return { kind: 'suspect', incarnation: this.incarnation, peer: this.#peer, silent };
  }

  /** Holding a batch is enough to acknowledge it: the replica fails as one, with its machine and its queue. */
  #accept(batch: LogBatch): ReplicaEffect[] {
    const { number } = decodeBatch(batch.bytes);
    if (this.#state === 'awaited') throw new PeerError('ORDER', 'its log begins before its state is there');
    if (number !== this.#batchNumber + 1) {
      throw new PeerError('ORDER', `log batch ${number} follows batch ${this.#batchNumber}`);
    }
    this.#batchNumber = number;
    return [
      { kind: 'acknowledge', batchNumber: number, epoch: this.#epoch },
      { kind: 'feedMachine', batch },
    ];
  }

  /** The outputs before the state may or may not have come out: they are this replica's to send again. */
  #inherit({ state, confirmedSequence, unconfirmed }: Inheritance<Uint8Array>): ReplicaEffect[] {
    if (this.#state !== 'awaited') throw new PeerError('ORDER', 'this backup has got its state');
    this.#state = 'restoring';
    const effects = confirmedSequence > this.#confirmedSequence ? this.#confirm(confirmedSequence) : [];
    for (const block of unconfirmed) this.#suppress(block);
    return [...effects, { kind: 'restoreMachine', bytes: state }];
  }

  #restored(epoch: number): ReplicaEffect[] {
    this.#state = 'whole';
    this.#epoch = epoch;
    if (this.#linkLost) return [];
    return [
      { kind: 'reportRestored', epoch },
      { kind: 'acknowledge', batchNumber: this.#batchNumber, epoch },
    ];
  }

  #suppress(block: OutputBlock): void {
    if (block.lastSequence > this.#confirmedSequence) this.#suppressed.push(block);
  }

  #confirm(sequence: number): ReplicaEffect[] {
    this.#confirmedSequence = sequence;
    const keep = this.#suppressed.findIndex((block) => block.lastSequence > sequence);
    this.#suppressed.splice(0, keep === -1 ? this.#suppressed.length : keep);
    return [{ kind: 'flowConfirmed', sequence }];
  }

  #progress(epoch: number): ReplicaEffect[] {
    if (epoch === this.#epoch || this.#linkLost || this.#state !== 'whole') return [];
    this.#epoch = epoch;
    return [{ kind: 'acknowledge', batchNumber: this.#batchNumber, epoch }];
  }

  /** The take-over. Outputs that may or may not have happened are sent again; the gateway drops what it has. What
   *  the old primary sent and this replica has not taken in yet was never released, and is forgotten. */
  #promote(incarnation: number): ReplicaEffect[] {
    if (this.#state !== 'whole') throw new Error('a backup that is not whole cannot take over');
    const suppressed = this.#suppressed;
    this.#suppressed = [];
    return [
      {
        kind: 'become',
        role: new Primary({
          incarnation,
          alone: true,
          unconfirmed: suppressed,
          confirmedSequence: this.#confirmedSequence,
        }),
      },
      { kind: 'closeLink' },
      ...suppressed.map((block): ReplicaEffect => ({ kind: 'sendOutputs', incarnation, block })),
      { kind: 'promoteMachine' },
    ];
  }
}
