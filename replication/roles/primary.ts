// The primary's role: ships the log, holds outputs back until the backup could come to them by itself, and hands its
// state to a new backup where the old one is lost (patent fig. 10).
import type { ReplicaId } from '../contracts.js';
import type { Post } from '../execution.js';
import type { LogBatch } from '../log.js';
import type { OutputBlock } from '../outputs.js';
import { PeerError } from '../peer-error.js';
import type { SavedState } from '../saved-execution.js';
import type { ReplicaEffect, ReplicaEvent, ReplicaRole } from './role.js';

interface HeldOutput {
  /** The log batch that has to be acknowledged first; -1 where nothing has been logged yet. */
  readonly batchNumber: number;
  readonly block: OutputBlock;
}

/**
 * How far the backup is one. none: there is no backup. expected: a new one is going to link. saving: the machine is
 * asked for its state. sending: the state is under way. restoring: the new backup makes its machine of it. ruling: the
 * machine is asked to keep the output rule. joining: it does, and the new backup gets the log that it has missed.
 * whole: the backup could take over.
 */
type Backing = 'none' | 'expected' | 'saving' | 'sending' | 'restoring' | 'ruling' | 'joining' | 'whole';

/** What the machine logs is for this backup. */
const RECORDED: ReadonlySet<Backing> = new Set(['sending', 'restoring', 'ruling', 'joining', 'whole']);

export interface PrimaryOptions {
  readonly incarnation: number;
  /** There is no backup, outputs are released at once. */
  readonly alone: boolean;
  /** Name of the backup where there is one. */
  readonly peer?: ReplicaId;
  /** Outputs that have been sent and that the gateway has not confirmed. */
  readonly unconfirmed?: readonly OutputBlock[];
  readonly confirmedSequence?: number;
}

export class Primary implements ReplicaRole {
  readonly name = 'primary';
  readonly incarnation: number;
  #backing: Backing;
  #peer: ReplicaId;
  #linked = false;
  /** Log of the time before the backup could take it; bounded by the limit on unreplayed log. */
  #unsent: LogBatch[] = [];
  #held: HeldOutput[] = [];
  /** Released, but not confirmed: a new backup inherits them. Bounded by the limit on unconfirmed outputs. */
  #released: OutputBlock[];
  #confirmedSequence: number;
  #lastBatchNumber = -1;
  #sentBatchNumber = -1;
  #acknowledgedBatchNumber = -1;
  /** What a new backup has to hold before it could take over. */
  #joinBatchNumber = -1;

  constructor(options: PrimaryOptions) {
    this.incarnation = options.incarnation;
    this.#backing = options.alone ? 'none' : 'whole';
    this.#peer = options.peer ?? '';
    this.#released = [...(options.unconfirmed ?? [])];
    this.#confirmedSequence = options.confirmedSequence ?? -1;
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
        return this.#confirm(event.sequence);
      case 'action':
        return [{ kind: 'feedAction', bytes: event.bytes }];
      case 'alone':
        return this.#goAlone();
      case 'linkLost':
        this.#linked = false;
        return this.#suspect(false);
      case 'peerSilent':
        return this.#suspect(true);
      case 'tookOver':
        return [{ kind: 'reportTakeOver', incarnation: this.incarnation, epoch: event.epoch }];
      case 'reintegrate':
        return this.#expect(event.peer);
      case 'saved':
        return this.#saved(event.peer, event.state);
      case 'stateSent':
        return this.#stateSent(event.peer);
      case 'peerRestored':
        return this.#peerRestored(event.epoch);
      case 'joining':
        return this.#join(event.peer, event.batchNumber);
      case 'log':
        // A promoted backup may still find in its socket what the old primary said last: none of it was released.
        if (this.#backing === 'none') return [];
        throw new PeerError('ORDER', 'a backup sends no log');
      case 'progress':
        return [];
      case 'inherited':
        throw new PeerError('ORDER', 'a backup has no state to hand over');
      case 'promoted':
      case 'restored':
        throw new Error(`a primary cannot be ${event.kind}`);
    }
  }

  #accept(post: Post): ReplicaEffect[] {
    const effects: ReplicaEffect[] = [];
    if (post.log !== null && RECORDED.has(this.#backing)) {
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
    if (this.#backing === 'none') return [{ kind: 'closeLink' }];
    if (this.#backing === 'expected') {
      this.#backing = 'saving';
      return [{ kind: 'saveMachine', peer: this.#peer }];
    }
    return this.#sendUnsent();
  }

  #sendUnsent(): ReplicaEffect[] {
    this.#linked = true;
    const unsent = this.#unsent;
    this.#unsent = [];
    this.#sentBatchNumber = this.#lastBatchNumber;
    return unsent.map((batch) => ({ kind: 'sendLog', batch }));
  }

  #suspect(silent: boolean): ReplicaEffect[] {
    if (this.#backing === 'none') return [];
    return [{ kind: 'suspect', incarnation: this.incarnation, peer: this.#peer, silent }];
  }

  #acknowledge(batchNumber: number, epoch: number): ReplicaEffect[] {
    if (!RECORDED.has(this.#backing)) return [];
    if (batchNumber > this.#sentBatchNumber || batchNumber < this.#acknowledgedBatchNumber) {
      throw new PeerError(
        'ORDER',
        `log batch ${batchNumber} is acknowledged, but ${this.#acknowledgedBatchNumber} has been before and ` +
          `${this.#sentBatchNumber} is the last one sent`,
      );
    }
    this.#acknowledgedBatchNumber = batchNumber;
    return [{ kind: 'flowBackup', batchNumber, epoch }, ...this.#release(), ...this.#checkWhole()];
  }

  #confirm(sequence: number): ReplicaEffect[] {
    this.#confirmedSequence = sequence;
    const keep = this.#released.findIndex((block) => block.lastSequence > sequence);
    this.#released.splice(0, keep === -1 ? this.#released.length : keep);
    return [{ kind: 'flowConfirmed', sequence }];
  }

  #goAlone(): ReplicaEffect[] {
    this.#backing = 'none';
    this.#linked = false;
    this.#unsent = [];
    return [{ kind: 'stopRecording' }, { kind: 'closeLink' }, ...this.#release()];
  }

  #expect(peer: ReplicaId): ReplicaEffect[] {
    if (this.#backing !== 'none') throw new Error(`${peer} is to be a backup beside ${this.#peer}`);
    this.#backing = 'expected';
    this.#peer = peer;
    return [];
  }

  /** The machine goes on already; its log waits here until all of the state is on its way, and then follows it. */
  #saved(peer: ReplicaId, state: SavedState): ReplicaEffect[] {
    if (this.#backing !== 'saving' || peer !== this.#peer) return [];
    this.#backing = 'sending';
    this.#lastBatchNumber = -1;
    this.#sentBatchNumber = -1;
    this.#acknowledgedBatchNumber = -1;
    const unconfirmed = [...this.#released];
    const inheritance = { state, confirmedSequence: this.#confirmedSequence, unconfirmed };
    return [
      { kind: 'flowBackup', batchNumber: -1, epoch: 0 },
      { kind: 'sendState', peer, inheritance },
    ];
  }

  #stateSent(peer: ReplicaId): ReplicaEffect[] {
    if (this.#backing !== 'sending' || peer !== this.#peer) return [];
    this.#backing = 'restoring';
    return this.#sendUnsent();
  }

  #peerRestored(epoch: number): ReplicaEffect[] {
    if (this.#backing === 'none') return [];
    if (this.#backing !== 'restoring') throw new PeerError('ORDER', 'it has got no state to restore');
    this.#backing = 'ruling';
    return [
      { kind: 'flowBackup', batchNumber: this.#acknowledgedBatchNumber, epoch },
      { kind: 'requireBackup', peer: this.#peer },
    ];
  }

  #join(peer: ReplicaId, batchNumber: number): ReplicaEffect[] {
    if (this.#backing !== 'ruling' || peer !== this.#peer) return [];
    this.#backing = 'joining';
    this.#joinBatchNumber = batchNumber;
    return this.#checkWhole();
  }

  /** The new backup is whole when it holds the log of everything that was released before the output rule held again. */
  #checkWhole(): ReplicaEffect[] {
    if (this.#backing !== 'joining' || this.#acknowledgedBatchNumber < this.#joinBatchNumber) return [];
    this.#backing = 'whole';
    return [{ kind: 'reportWhole', incarnation: this.incarnation, peer: this.#peer }];
  }

  /** The output rule: an output is released when the backup has acknowledged every log record before it. */
  #release(): ReplicaEffect[] {
    const isRuled = this.#backing === 'whole' || this.#backing === 'joining';
    let count = 0;
    for (const { batchNumber } of this.#held) {
      if (isRuled && batchNumber > this.#acknowledgedBatchNumber) break;
      count++;
    }
    const blocks = this.#held.splice(0, count).map(({ block }) => block);
    for (const block of blocks) if (block.lastSequence > this.#confirmedSequence) this.#released.push(block);
    return blocks.map((block) => ({ kind: 'sendOutputs', incarnation: this.incarnation, block }));
  }
}
