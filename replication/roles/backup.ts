// The backup's role: holds the log for its machine, keeps copies of suppressed outputs, and stands ready to take over.
import type { LogBatch } from '../log.js';
import { decodeBatch } from '../log.js';
import type { OutputBlock } from '../outputs.js';
import { PeerError } from '../peer-error.js';
import { Primary } from './primary.js';
import type { ReplicaEffect, ReplicaEvent, ReplicaRole } from './role.js';

export class Backup implements ReplicaRole {
  readonly name = 'backup';
  readonly holding = false;
  readonly #incarnation: number;
  #linkLost = false;
  #batchNumber = -1;
  #epoch = 0;
  /** Outputs that this replica has come to and that the gateway has not confirmed. */
  #suppressed: OutputBlock[] = [];
  #confirmedSequence = -1;

  constructor(options: { readonly incarnation: number }) {
    this.#incarnation = options.incarnation;
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
        return [{ kind: 'suspect', incarnation: this.#incarnation }];
      case 'acknowledged':
        throw new PeerError('ORDER', 'a primary acknowledges no log');
      case 'action':
        throw new PeerError('ORDER', 'external actions are for the primary');
      case 'tookOver':
      case 'alone':
        throw new Error(`a backup cannot be ${event.kind}`);
    }
  }

  /** Holding a batch is enough to acknowledge it: the replica fails as one, with its machine and its queue. */
  #accept(batch: LogBatch): ReplicaEffect[] {
    const { number } = decodeBatch(batch.bytes);
    if (number !== this.#batchNumber + 1) {
      throw new PeerError('ORDER', `log batch ${number} follows batch ${this.#batchNumber}`);
    }
    this.#batchNumber = number;
    return [
      { kind: 'acknowledge', batchNumber: number, epoch: this.#epoch },
      { kind: 'feedMachine', batch },
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
    if (epoch === this.#epoch || this.#linkLost) return [];
    this.#epoch = epoch;
    return [{ kind: 'acknowledge', batchNumber: this.#batchNumber, epoch }];
  }

  /** The take-over. Outputs that may or may not have happened are sent again; the gateway drops what it has. What
   *  the old primary sent and this replica has not taken in yet was never released, and is forgotten. */
  #promote(incarnation: number): ReplicaEffect[] {
    const suppressed = this.#suppressed;
    this.#suppressed = [];
    return [
      { kind: 'become', role: new Primary({ incarnation, alone: true }) },
      { kind: 'closeLink' },
      ...suppressed.map((block): ReplicaEffect => ({ kind: 'sendOutputs', incarnation, block })),
      { kind: 'promoteMachine' },
    ];
  }
}
