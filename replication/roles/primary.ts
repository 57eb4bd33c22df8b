// The primary's role: sends the log to its backups, and releases outputs once they hold the log before them.
// A replica that runs alone is a primary without backups, and gives new ones its state (patent fig. 10).
import type { ReplicaId } from '../contracts.js';
import type { LogBatch } from '../log.js';
import type { Post } from '../outbox.js';
import type { OutputBlock } from '../outputs.js';
import { PeerError } from '../peer-error.js';
import type { RoleFigures } from '../replica-figures.js';
import { Comparison } from './comparison.js';
import { type Follower, Followers } from './followers.js';
import type { ReplicaEffect, ReplicaEvent, ReplicaRole, RoleParameters, Suspicion } from './role.js';

interface HeldOutput {
  /** The last log batch posted before it. */
  readonly batchNumber: number;
  readonly block: OutputBlock;
}

export interface PrimaryOptions {
  readonly incarnation: number;
  readonly parameters: RoleParameters;
  /** Backups from birth, or those of the former primary; where there are none, outputs are released at once. */
  readonly followers: readonly ReplicaId[];
  /** What the backups of a former primary may not hold of its log, up to lastBatch. */
  readonly log?: readonly LogBatch[];
  readonly lastBatch?: number;
  /** Outputs that it came to as a backup and that the gateway has not confirmed. */
  readonly unconfirmed?: readonly OutputBlock[];
  readonly confirmedSequence?: number;
}

export class Primary implements ReplicaRole {
  readonly name = 'primary';
  readonly incarnation: number;
  readonly #parameters: RoleParameters;
  readonly #followers: Followers;
  readonly #comparison = new Comparison();
  #held: HeldOutput[] = [];
  /** Released, but not confirmed: a new backup inherits them. Bounded by the limit on unconfirmed outputs. */
  #released: OutputBlock[] = [];
  #confirmedSequence: number;

  constructor(options: PrimaryOptions) {
    this.incarnation = options.incarnation;
    this.#parameters = options.parameters;
    this.#followers = new Followers({
      majority: options.parameters.acknowledgedBy === 'majority',
      log: options.log ?? [],
      lastBatch: options.lastBatch ?? -1,
    });
    for (const id of options.followers) this.#followers.add(id, 'greeting');
    const unconfirmed = options.unconfirmed ?? [];
    // Any of them may depend on log that no other replica holds yet: to release it now could contradict the next one.
    const batchNumber = this.#followers.lastBatch;
    this.#held = unconfirmed.map((block) => ({ batchNumber, block }));
    this.#confirmedSequence = options.confirmedSequence ?? -1;
    // A promoted backup's own outputs, against which those of the others are held from here on.
    if (options.parameters.compareOutputs)
      for (const block of unconfirmed) this.#comparison.addOutputs(block);
    for (const follower of this.#followers) follower.comparedSequence = this.#confirmedSequence;
  }

  /** Of the outputs that it came to as a backup, those that need not wait for others. */
  begin(): readonly ReplicaEffect[] {
    return this.#release();
  }

  get holding(): boolean {
    return this.#held.length > 0;
  }

  awaits(peer: ReplicaId): boolean {
    const follower = this.#followers.get(peer);
    if (follower === undefined) return false;
    if (follower.acknowledgedBatch < this.#followers.lastBatch) return true;
    const lastHeld = this.#held.at(-1)?.block.lastSequence ?? -1;
    return this.#parameters.compareOutputs && follower.comparedSequence < lastHeld;
  }

  get figures(): RoleFigures {
    const { lastBatch, heldBatch } = this.#followers;
    const figures = {
      lastBatch,
      acknowledgedBatch: Math.min(heldBatch, lastBatch),
      heldOutputs: 0,
      heldBytes: 0,
    };
    for (const { block } of this.#held) {
      figures.heldOutputs += block.lastSequence - block.firstSequence + 1;
      figures.heldBytes += block.bytes.length;
    }
    return figures;
  }

  step(event: ReplicaEvent): readonly ReplicaEffect[] {
    switch (event.kind) {
      case 'posted':
        return this.#accept(event.post);
      case 'linked':
        return this.#link(event.peer);
      case 'acknowledged':
        return this.#acknowledge(event.peer, event.batchNumber, event.epoch);
      case 'compared':
        return this.#compare(event.peer, event.firstSequence, event.checksums);
      case 'checked':
        this.#comparison.addCheckpoint(event.checkpoint);
        return [];
      case 'peerChecked':
        return this.#comparison.isSame(event.checkpoint) ? [] : this.#suspect(event.peer, 'disagrees');
      case 'confirmed':
        return this.#confirm(event.sequence);
      case 'action':
        return [{ kind: 'feedAction', bytes: event.bytes }];
      case 'dropped':
        return this.#drop(event.peer);
      case 'linkLost':
        return this.#suspect(event.peer, 'linkLost');
      case 'peerFaulty':
        return this.#suspect(event.peer, event.suspicion);
      case 'tookOver':
        return [{ kind: 'reportTakeOver', incarnation: this.incarnation, epoch: event.epoch }];
      case 'reintegrate':
        this.#followers.add(event.peer, 'expected');
        return [];
      case 'saved':
        return this.#saved(event);
      case 'stateSent':
        return this.#stateSent(event.peer);
      case 'peerRestored':
        return this.#peerRestored(event.peer, event.epoch);
      case 'joining':
        return this.#join(event.peer, event.batchNumber);
      case 'log':
        // A promoted backup may still find in its socket what the old primary said last: none of it was released.
        if (this.#followers.get(event.peer) === undefined) return [];
        throw new PeerError('ORDER', 'a backup sends no log');
      case 'progress':
        return [];
      case 'inherited':
        throw new PeerError('ORDER', 'a backup has no state to hand over');
      case 'polled':
      case 'promoted':
      case 'succeeded':
      case 'restored':
        throw new Error(`a primary cannot be ${event.kind}`);
    }
  }

  #accept(post: Post): ReplicaEffect[] {
    const effects: ReplicaEffect[] = [];
    if (post.log !== null) {
      this.#followers.append(post.log);
      for (const follower of this.#followers) effects.push(...this.#sendUnsent(follower));
    }
    if (post.outputs !== null) {
      this.#held.push({ batchNumber: this.#followers.lastBatch, block: post.outputs });
      if (this.#parameters.compareOutputs) {
        for (const id of this.#comparison.addOutputs(post.outputs))
          effects.push(...this.#suspect(id, 'disagrees'));
      }
      effects.push(...this.#release());
    }
    return effects;
  }

  #sendUnsent(follower: Follower): ReplicaEffect[] {
    const { stableBatch } = this.#followers;
    return [...this.#followers.unsent(follower)].map((batch) => ({
      kind: 'sendLog',
      peer: follower.id,
      batch,
      stableBatch,
    }));
  }

  #link(peer: ReplicaId): ReplicaEffect[] {
    const follower = this.#followers.get(peer);
    if (follower === undefined) return [{ kind: 'closeLink', peer }];
    if (follower.backing !== 'expected') return [];
    follower.backing = 'saving';
    return [this.#pace(), { kind: 'saveMachine', peer }];
  }

  #suspect(peer: ReplicaId, suspicion: Suspicion): ReplicaEffect[] {
    if (this.#followers.get(peer) === undefined) return [];
    return [{ kind: 'suspect', incarnation: this.incarnation, peer, suspicion }];
  }

  #pace(): ReplicaEffect {
    return { kind: 'flowBackup', ...this.#followers.pace };
  }

  #acknowledge(peer: ReplicaId, batchNumber: number, epoch: number): ReplicaEffect[] {
    const follower = this.#followers.get(peer);
    if (follower === undefined) return [];
    const effects: ReplicaEffect[] = [];
    if (follower.backing === 'greeting') {
      this.#followers.greet(follower, batchNumber);
      effects.push(...this.#sendUnsent(follower));
    }
    this.#followers.acknowledge(follower, batchNumber, epoch);
    return [...effects, this.#pace(), ...this.#release(), ...this.#checkWhole()];
  }

  #compare(peer: ReplicaId, firstSequence: number, checksums: readonly number[]): ReplicaEffect[] {
    const follower = this.#followers.get(peer);
    if (follower === undefined || checksums.length === 0) return [];
    if (!this.#comparison.areSame(peer, firstSequence, checksums)) return this.#suspect(peer, 'disagrees');
    follower.comparedSequence = Math.max(follower.comparedSequence, firstSequence + checksums.length - 1);
    return this.#release();
  }

  /** What is out need not wait any more, whoever sent it. */
  #confirm(sequence: number): ReplicaEffect[] {
    this.#confirmedSequence = sequence;
    const keep = this.#released.findIndex((block) => block.lastSequence > sequence);
    this.#released.splice(0, keep === -1 ? this.#released.length : keep);
    const held = this.#held.findIndex(({ block }) => block.lastSequence > sequence);
    this.#held.splice(0, held === -1 ? this.#held.length : held);
    return [{ kind: 'flowConfirmed', sequence }, ...this.#release()];
  }

  #drop(peer: ReplicaId): ReplicaEffect[] {
    this.#followers.remove(peer);
    this.#comparison.forgetReplica(peer);
    const { isLogNeeded } = this.#followers;
    return [
      this.#pace(),
      { kind: 'dropBackup', peer, isLogNeeded },
      { kind: 'closeLink', peer },
      ...this.#release(),
      ...this.#checkWhole(),
    ];
  }

  /** The machine goes on already; its log waits here until all of the state is on its way, and then follows it. */
  #saved({ peer, state, batchNumber }: ReplicaEvent & { kind: 'saved' }): ReplicaEffect[] {
    const follower = this.#followers.get(peer);
    if (follower?.backing !== 'saving') return [];
    follower.backing = 'sending';
    follower.sentBatch = batchNumber;
    follower.acknowledgedBatch = batchNumber;
    follower.stateBatch = batchNumber;
    follower.comparedSequence = state.execution.outputs.nextSequence - 1;
    const unconfirmed = [...this.#released, ...this.#held.map(({ block }) => block)];
    const confirmedSequence = this.#confirmedSequence;
    return [{ kind: 'sendState', peer, inheritance: { state, batchNumber, confirmedSequence, unconfirmed } }];
  }

  #stateSent(peer: ReplicaId): ReplicaEffect[] {
    const follower = this.#followers.get(peer);
    if (follower?.backing !== 'sending') return [];
    follower.backing = 'restoring';
    return this.#sendUnsent(follower);
  }

  #peerRestored(peer: ReplicaId, epoch: number): ReplicaEffect[] {
    const follower = this.#followers.get(peer);
    if (follower === undefined) return [];
    if (follower.backing !== 'restoring') throw new PeerError('ORDER', 'it has got no state to restore');
    follower.backing = 'ruling';
    follower.epoch = epoch;
    return [this.#pace(), { kind: 'requireBackup', peer }];
  }

  #join(peer: ReplicaId, batchNumber: number): ReplicaEffect[] {
    const follower = this.#followers.get(peer);
    if (follower?.backing !== 'ruling') return [];
    follower.backing = 'joining';
    follower.joinBatch = batchNumber;
    return this.#checkWhole();
  }

  /** A new backup is whole when it holds the log of everything that was released before the output rule held for it, and
   *  when all others hold what its state has in it: if it takes over, they have to be able to follow it. */
  #checkWhole(): ReplicaEffect[] {
    const effects: ReplicaEffect[] = [];
    const { stableBatch } = this.#followers;
    for (const follower of this.#followers) {
      const { backing, acknowledgedBatch, joinBatch, stateBatch, id: peer } = follower;
      if (backing !== 'joining' || acknowledgedBatch < joinBatch || stableBatch < stateBatch) continue;
      follower.backing = 'whole';
      effects.push({ kind: 'reportWhole', incarnation: this.incarnation, peer });
    }
    return effects;
  }

  /** The output rule: an output is released when the backups have acknowledged every log record before it. */
  #release(): ReplicaEffect[] {
    const { outputRule, compareOutputs } = this.#parameters;
    const heldBatch = outputRule === 'relaxed' ? Infinity : this.#followers.heldBatch;
    const comparedSequence = compareOutputs ? this.#followers.comparedSequence : Infinity;
    if (compareOutputs) this.#comparison.forgetOutputs(this.#followers.settledSequence);
    let count = 0;
    for (const { batchNumber, block } of this.#held) {
      if (batchNumber > heldBatch || block.lastSequence > comparedSequence) break;
      count++;
    }
    const blocks = this.#held.splice(0, count).map(({ block }) => block);
    for (const block of blocks) if (block.lastSequence > this.#confirmedSequence) this.#released.push(block);
    return blocks.map((block) => ({ kind: 'sendOutputs', incarnation: this.incarnation, block }));
  }
}
