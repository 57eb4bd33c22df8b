// What the primary knows of its backups: how far each has come, and what that means for the output rule and the skew.
import type { ReplicaId } from '../contracts.js';
import type { LogBatch } from '../log.js';
import { PeerError } from '../peer-error.js';

/**
 * What a backup is to its primary. expected: a new one is going to link. saving: the machine is asked for its state.
 * sending: the state is under way. restoring: the new backup makes its machine of it. ruling: the machine is asked to
 * keep the output rule for it. joining: it does, and the new backup gets the log that it has missed. greeting: one from
 * birth, or of a former primary, that has not linked yet or has not said what it holds. whole: it could take over.
 */
export type Backing =
  | 'expected'
  | 'saving'
  | 'sending'
  | 'restoring'
  | 'ruling'
  | 'joining'
  | 'greeting'
  | 'whole';

export interface Follower {
  readonly id: ReplicaId;
  backing: Backing;
  /** The last log batch that it is known to hold, and the last one that it has been sent. */
  acknowledgedBatch: number;
  sentBatch: number;
  /** The epoch that its machine has come to. */
  epoch: number;
  /** The last batch that the state of a new backup has in it: it could not give others what comes before. */
  stateBatch: number;
  /** What a new backup has to hold before it could take over. */
  joinBatch: number;
  /** The last output that it has come to as well; of use where outputs are compared. */
  comparedSequence: number;
}

/** For whom the machine keeps a log. */
const RECORDED: ReadonlySet<Backing> = new Set([
  'sending',
  'restoring',
  'ruling',
  'joining',
  'greeting',
  'whole',
]);
/** For whom the machine itself keeps the output rule and the skew. */
const PACED: ReadonlySet<Backing> = new Set(['ruling', 'joining', 'greeting', 'whole']);
/** For whom outputs wait. */
const RULED: ReadonlySet<Backing> = new Set(['joining', 'greeting', 'whole']);
/** To whom log may be sent as it comes. */
const STREAMED: ReadonlySet<Backing> = new Set(['restoring', 'ruling', 'joining', 'whole']);

/** Further than anything comes; a number that shared counters can hold. */
export const NOBODY = Number.MAX_SAFE_INTEGER;

export class Followers {
  readonly #followers = new Map<ReplicaId, Follower>();
  /** Batches that some recorded follower is not known to hold, in order; bounded by the limits on unreplayed log. */
  #log: LogBatch[];
  #lastBatch: number;
  readonly #majority: boolean;

  /** log: batches up to lastBatch that followers may need. majority: an output needs more than half of the replicas. */
  constructor(options: {
    readonly majority: boolean;
    readonly log: readonly LogBatch[];
    readonly lastBatch: number;
  }) {
    this.#majority = options.majority;
    this.#log = [...options.log];
    this.#lastBatch = options.lastBatch;
  }

  add(id: ReplicaId, backing: 'expected' | 'greeting'): void {
    if (this.#followers.has(id)) throw new Error(`${id} is a backup already`);
    const firstBatch = this.#log[0]?.number ?? this.#lastBatch + 1;
    this.#followers.set(id, {
      id,
      backing,
      acknowledgedBatch: firstBatch - 1,
      sentBatch: firstBatch - 1,
      epoch: 0,
      stateBatch: -1,
      joinBatch: -1,
      comparedSequence: -1,
    });
  }

  get(id: ReplicaId): Follower | undefined {
    return this.#followers.get(id);
  }

  remove(id: ReplicaId): void {
    this.#followers.delete(id);
    this.#forget();
  }

  /** The last batch that the machine has posted; -1 before the first. */
  get lastBatch(): number {
    return this.#lastBatch;
  }

  /** Whether the machine has anybody to keep a log for, now or soon. */
  get isLogNeeded(): boolean {
    return this.#some((backing) => RECORDED.has(backing) || backing === 'saving');
  }

  /** The machine has posted a batch; answers the followers that it can be sent to. */
  append(batch: LogBatch): void {
    this.#lastBatch = batch.number;
    if (this.#some((backing) => RECORDED.has(backing))) this.#log.push(batch);
  }

  /** The batches that a follower may be sent now, in order; they count as sent. */
  *unsent(follower: Follower): Generator<LogBatch> {
    if (!STREAMED.has(follower.backing)) return;
    const first = this.#log[0];
    if (first === undefined) return;
    for (let index = follower.sentBatch + 1 - first.number; index < this.#log.length; index++) {
      const batch = this.#log[index]!;
      follower.sentBatch = batch.number;
      yield batch;
    }
  }

  [Symbol.iterator](): Iterator<Follower> {
    return this.#followers.values();
  }

  /** Its link is up and it says what it holds. Throws PeerError where its log could not go on from there. */
  greet(follower: Follower, batchNumber: number): void {
    const first = this.#log[0]?.number ?? this.#lastBatch + 1;
    if (batchNumber < first - 1 || batchNumber > this.#lastBatch) {
      throw new PeerError(
        'ORDER',
        `it holds the log up to batch ${batchNumber}, and ${first} to ${this.#lastBatch} are there`,
      );
    }
    follower.backing = 'whole';
    follower.sentBatch = batchNumber;
    follower.acknowledgedBatch = batchNumber;
  }

  /** It holds the log up to a batch. Throws PeerError where that cannot be. */
  acknowledge(follower: Follower, batchNumber: number, epoch: number): void {
    const { sentBatch, acknowledgedBatch } = follower;
    if (batchNumber > sentBatch || batchNumber < acknowledgedBatch) {
      throw new PeerError(
        'ORDER',
        `log batch ${batchNumber} is acknowledged, but ${acknowledgedBatch} has been before and ` +
          `${sentBatch} is the last one sent`,
      );
    }
    follower.acknowledgedBatch = batchNumber;
    follower.epoch = epoch;
    this.#forget();
  }

  #forget(): void {
    const stable = this.stableBatch;
    const count = this.#log.findIndex(({ number }) => number > stable);
    this.#log.splice(0, count === -1 ? this.#log.length : count);
  }

  /** Up to this batch every follower holds the log. */
  get stableBatch(): number {
    let stable = this.#lastBatch;
    for (const { backing, acknowledgedBatch } of this) {
      if (RECORDED.has(backing)) stable = Math.min(stable, acknowledgedBatch);
    }
    return stable;
  }

  /** Up to this batch the log is held by as many as an output needs (patent: the output rule); NOBODY where there is
   *  none to wait for. */
  get heldBatch(): number {
    return this.#held((backing) => RULED.has(backing));
  }

  /** The same for outputs that the machine performs itself, and the epoch of the slowest follower. */
  get pace(): { readonly batchNumber: number; readonly epoch: number } {
    const isPaced = (backing: Backing) => PACED.has(backing);
    let epoch = NOBODY;
    for (const follower of this) if (isPaced(follower.backing)) epoch = Math.min(epoch, follower.epoch);
    return { batchNumber: this.#held(isPaced), epoch };
  }

  #held(counts: (backing: Backing) => boolean): number {
    const batches: number[] = [];
    for (const { backing, acknowledgedBatch } of this) if (counts(backing)) batches.push(acknowledgedBatch);
    if (batches.length === 0) return NOBODY;
    if (batches.length === 1) return batches[0]!;
    batches.sort((left, right) => right - left);
    // More than half of all replicas, of which the primary is one.
    const needed = this.#majority ? Math.floor((batches.length + 1) / 2) : batches.length;
    return batches[needed - 1]!;
  }

  /** The last output that all followers have come to as well. */
  get comparedSequence(): number {
    let compared = NOBODY;
    for (const { backing, comparedSequence } of this) {
      if (RULED.has(backing)) compared = Math.min(compared, comparedSequence);
    }
    return compared;
  }

  /** The last output that is remembered for nobody: all who follow, or are about to, have come to it as well. */
  get settledSequence(): number {
    let settled = NOBODY;
    for (const { backing, comparedSequence } of this) {
      if (RECORDED.has(backing)) settled = Math.min(settled, comparedSequence);
    }
    return settled;
  }

  #some(condition: (backing: Backing) => boolean): boolean {
    for (const { backing } of this.#followers.values()) if (condition(backing)) return true;
    return false;
  }
}
