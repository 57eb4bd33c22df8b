// The primary's role: ships the log, and holds outputs back until the backup could come to them by itself.
import type { Post } from '../execution.js';
import type { LogBatch } from '../log.js';
import type { OutputBlock } from '../outputs.js';
import { PeerError } from '../peer-error.js';
import type { ReplicaEffect, ReplicaEvent, ReplicaRole } from './role.js';

interface HeldOutput {
  /** The log batch that has to be acknowledged first; -1 where nothing has been logged yet. */
  readonly batchNumber: number;
  readonly block: OutputBlock;
}

export class Primary implements ReplicaRole {
  readonly name = 'primary';
  readonly #incarnation: number;
  #alone: boolean;
  #linked = false;
  /** Log of the time before the backup was linked; bounded by the limit on unreplayed log. */
  #unsent: LogBatch[] = [];
  #held: HeldOutput[] = [];
  #lastBatchNumber = -1;
  #sentBatchNumber = -1;
  #acknowledgedBatchNumber = -1;

  /** alone: there is no backup, outputs are released at once. */
  constructor(options: { readonly incarnation: number; readonly alone: boolean }) {
    this.#incarnation = options.incarnation;
    this.#alone = options.alone;
  }

  get holding(): boolean {
    return this.#held.length > 0;
  }

  step(event: ReplicaEvent): readonly ReplicaEffect[] {
    switch (event.kind) {
      case 'posted':
        return this.#accept(event.post);
      case 'linked':
        return this.#link();
      case 'acknowledged':
        return this.#acknowledge(event.batchNumber, event.epoch);
      case 'confirmed':
        return [{ kind: 'flowConfirmed', sequence: event.sequence }];
      case 'action':
        return [{ kind: 'feedAction', bytes: event.bytes }];
      case 'alone':
        return this.#goAlone();
      case 'linkLost':
        this.#linked = false;
        return this.#alone ? [] : [{ kind: 'suspect', incarnation: this.#incarnation }];
      case 'tookOver':
        return [{ kind: 'reportTakeOver', incarnation: this.#incarnation, epoch: event.epoch }];
      case 'log':
        // A promoted backup may still find in its socket what the old primary said last: none of it was released.
        if (this.#alone) return [];
        throw new PeerError('ORDER', 'a backup sends no log');
      case 'progress':
        return [];
      case 'promoted':
        throw new Error('a primary cannot be promoted');
    }
  }

  #accept(post: Post): ReplicaEffect[] {
    const effects: ReplicaEffect[] = [];
    if (post.log !== null && !this.#alone) {
      this.#lastBatchNumber = post.log.number;
      if (this.#linked) {
        this.#sentBatchNumber = post.log.number;
        effects.push({ kind: 'sendLog', batch: post.log });
      } else this.#unsent.push(post.log);
    }
    if (post.outputs !== null) {
      this.#held.push({ batchNumber: this.#lastBatchNumber, block: post.outputs });
      effects.push(...this.#release());
    }
    return effects;
  }

  #link(): ReplicaEffect[] {
    if (this.#alone) return [{ kind: 'closeLink' }];
    this.#linked = true;
    const unsent = this.#unsent;
    this.#unsent = [];
    this.#sentBatchNumber = this.#lastBatchNumber;
    return unsent.map((batch) => ({ kind: 'sendLog', batch }));
  }

  #acknowledge(batchNumber: number, epoch: number): ReplicaEffect[] {
    if (this.#alone) return [];
    if (batchNumber > this.#sentBatchNumber || batchNumber < this.#acknowledgedBatchNumber) {
      throw new PeerError(
        'ORDER',
        `log batch ${batchNumber} is acknowledged, but ${this.#acknowledgedBatchNumber} has been before and ` +
          `${this.#sentBatchNumber} is the last one sent`,
      );
    }
    this.#acknowledgedBatchNumber = batchNumber;
    return [{ kind: 'flowBackup', batchNumber, epoch }, ...this.#release()];
  }

  #goAlone(): ReplicaEffect[] {
    this.#alone = true;
    this.#unsent = [];
    return [{ kind: 'stopRecording' }, { kind: 'closeLink' }, ...this.#release()];
  }

  /** The output rule: an output is released when the backup has acknowledged every log record before it. */
  #release(): ReplicaEffect[] {
    let count = 0;
    for (const { batchNumber } of this.#held) {
      if (!this.#alone && batchNumber > this.#acknowledgedBatchNumber) break;
      count++;
    }
    const released = this.#held.splice(0, count);
    return released.map(({ block }) => ({ kind: 'sendOutputs', incarnation: this.#incarnation, block }));
  }
}
