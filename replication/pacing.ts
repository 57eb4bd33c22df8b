// How far the primary may be ahead of its backups: D of the skew (patent, "Epoch skew"), as epochs and as time, the
// limits of the queues that its lead fills, and how it gives way before it comes to them.
import { Backlog } from './backlog.js';
import type { Configuration } from './configuration.js';
import type { Flow } from './execution.js';
import {
  CATCH_UP_SHARE,
  EASY_LAG_NS,
  LAG_SPAN_NS,
  MAXIMUM_UNCONFIRMED_OUTPUT_BYTES,
  MAXIMUM_UNREPLAYED_LOG_BYTES,
  MAXIMUM_UNRESTORED_LOG_BYTES,
  SHORTEST_BREAK_NS,
} from './limits.js';
import type { LogBatch } from './log.js';
import type { OutputBlock } from './outputs.js';
import { SkewTime } from './skew-time.js';

const NS_PER_MS = 1_000_000n;

export class Pacing {
  readonly #skew: Configuration['skew'];
  readonly #flow: Flow;
  /** By the epoch in which it was posted: a backup past that epoch has used it up. */
  readonly #unreplayedLog = new Backlog();
  readonly #unconfirmedOutputs = new Backlog();
  readonly #skewTime = new SkewTime();
  /** How far a new backup may be behind at present, more than other ones may; it shrinks as the program goes on, so that
   *  the program does not stand still until all that was missed is caught up. */
  #catchUp = { epochs: 0, logBytes: 0, lagNs: 0n };
  /** Log that a new backup has to keep until it has restored the state; null where there is none. */
  #unrestoredBytes: number | null = null;
  /** Time of the host's clock at the last call of `passed`, null before the first, and whether the primary waited then. */
  #passedAtNs: bigint | null = null;
  #waited = false;
  /** Time in which the primary was let run, in nanoseconds: what lag is measured in. By the host's clock, a primary that
   *  waits would have to wait until its backup has caught up with all of it: the lag of one that is just as fast would
   *  stay the same meanwhile. */
  #runningNs = 0n;
  #waits = false;
  /** Nanoseconds that the primary is to give up, and until when it does, by the host's clock. */
  #owedNs = 0;
  #breakEndNs = 0n;

  constructor(skew: Configuration['skew'], flow: Flow) {
    this.#skew = skew;
    this.#flow = flow;
  }

  /** Whether the primary has to wait at the boundary before this epoch; recording: it has backups. Called once per
   *  epoch. */
  mustWait(epoch: number, recording: boolean): boolean {
    this.#waits = this.isFull || (recording && this.#isTooFarAhead(epoch));
    return this.#waits;
  }

  /** Nanoseconds for which the primary is to let its backup catch up a little, at a boundary at which it need not wait;
   *  0: none. nowNs: of the host's clock. */
  breakNs(nowNs: bigint): bigint {
    if (this.#owedNs >= SHORTEST_BREAK_NS) {
      this.#breakEndNs = nowNs + BigInt(Math.round(this.#owedNs));
      this.#owedNs = 0;
    }
    this.#waits = nowNs < this.#breakEndNs;
    return this.#waits ? this.#breakEndNs - nowNs : 0n;
  }

  /** Whether the world is slow to take the outputs. */
  get isFull(): boolean {
    this.#unconfirmedOutputs.settle(this.#flow.confirmedSequence);
    return this.#unconfirmedOutputs.byteCount > MAXIMUM_UNCONFIRMED_OUTPUT_BYTES;
  }

  #isTooFarAhead(epoch: number): boolean {
    const { backupEpoch } = this.#flow;
    if ((this.#unrestoredBytes ?? 0) > MAXIMUM_UNRESTORED_LOG_BYTES) return true;
    this.#unreplayedLog.settle(backupEpoch - 1);
    const { epochs, logBytes } = this.#catchUp;
    const lead = epoch - backupEpoch;
    return (
      this.#unreplayedLog.byteCount > Math.max(MAXIMUM_UNREPLAYED_LOG_BYTES, logBytes) ||
      lead > Math.max(this.#skew.maximumEpochs, epochs) ||
      this.#isTooLate(lead)
    );
  }

  /** D as time. What the backup has to keep as its distance takes the time that it takes. */
  #isTooLate(lead: number): boolean {
    if (lead <= this.#skew.minimumEpochs + 1) return false;
    const allowedNs = BigInt(this.#skew.maximumMs) * NS_PER_MS + this.#catchUp.lagNs;
    return this.#skewTime.lagNs(this.#flow.backupEpoch, this.#runningNs) > allowedNs;
  }

  /** The primary was in this epoch at this time (host clock, nanoseconds); recording: it has backups. */
  passed(epoch: number, nowNs: bigint, recording: boolean): void {
    if (this.#passedAtNs !== null && !this.#waited) this.#ran(nowNs - this.#passedAtNs);
    this.#passedAtNs = nowNs;
    this.#waited = this.#waits;
    if (recording) this.#skewTime.passed(epoch, this.#runningNs);
  }

  #ran(durationNs: bigint): void {
    // Before anything is added: what has been posted since is what the backup could not have come to.
    this.#owedNs += Number(durationNs) * this.#share;
    this.#runningNs += durationNs;
    const { lagNs } = this.#catchUp;
    const spentNs = BigInt(Math.round(Number(durationNs) * CATCH_UP_SHARE));
    this.#catchUp.lagNs = lagNs > spentNs ? lagNs - spentNs : 0n;
  }

  /** How much of its speed the primary gives up, by the backup's distance from where the primary last posted its log. */
  get #share(): number {
    const lagNs = Number(this.#skewTime.lagNs(this.#flow.backupEpoch, this.#runningNs));
    return Math.min(1, Math.max(0, lagNs - EASY_LAG_NS) / LAG_SPAN_NS) * CATCH_UP_SHARE;
  }

  /** An epoch has ended. */
  ended(): void {
    this.#catchUp.epochs -= CATCH_UP_SHARE;
  }

  posted(epoch: number, log: LogBatch | null, outputs: OutputBlock | null): void {
    if (log !== null) {
      const byteCount = log.bytes.length;
      this.#unreplayedLog.add(epoch, byteCount);
      this.#catchUp.logBytes -= byteCount * CATCH_UP_SHARE;
      if (this.#unrestoredBytes !== null) this.#unrestoredBytes += byteCount;
    }
    this.#unconfirmedOutputs.settle(this.#flow.confirmedSequence);
    if (outputs !== null) this.#unconfirmedOutputs.add(outputs.lastSequence, outputs.bytes.length);
  }

  /** The state has been saved for a new backup. */
  saved(): void {
    this.#unrestoredBytes = 0;
  }

  /** The new backup is lost before it could go on from the state. */
  unsaved(): void {
    this.#unrestoredBytes = null;
  }

  /** The new backup goes on from the state. A new process has to warm up as well: it is slower at first than the one
   *  that it follows. */
  joined(epoch: number): void {
    const { backupEpoch } = this.#flow;
    const { maximumEpochs, maximumMs } = this.#skew;
    this.#unrestoredBytes = null;
    this.#catchUp = {
      epochs: epoch - backupEpoch + maximumEpochs,
      logBytes: MAXIMUM_UNRESTORED_LOG_BYTES,
      lagNs: this.#skewTime.lagNs(backupEpoch, this.#runningNs) + BigInt(maximumMs) * NS_PER_MS,
    };
  }

  /** There are no backups any more, or none yet. */
  clear(): void {
    this.#unrestoredBytes = null;
    this.#unreplayedLog.clear();
    this.#skewTime.clear();
    this.#owedNs = 0;
  }
}
