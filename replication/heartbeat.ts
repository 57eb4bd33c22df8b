// One-way heartbeats between the main threads of two replicas: when they are sent, and when what comes, or does not
// come, says that the other side has failed (patent, "fd-state").
import type { Configuration } from './configuration.js';
import { SILENCES_BEFORE_CUT } from './limits.js';
import type { Activity, Pulse } from './pulse.js';
import type { Suspicion } from './roles/role.js';

export type HeartbeatParameters = Pick<Configuration, 'heartbeat' | 'timeouts'>;

/** Time after which a replica of which nothing comes is suspected. */
export function silenceMs({ heartbeat }: Pick<Configuration, 'heartbeat'>): number {
  return heartbeat.intervalMs * (heartbeat.missed + 1);
}

/** Judges the other side of a link. It counts its own turns, one for each heartbeat interval, and not the time: so a
 *  replica which has itself been stopped does not take the other one's words, which wait in the socket, for silence. */
export class FailureDetector {
  readonly #missedMaximum: number;
  /** Turns without progress that are too many; Infinity: none are. */
  readonly #progressTurns: number;
  readonly #synchronisationTurns: number;
  #missed = 0;
  #silences = 0;
  #pulse: Pulse | null = null;
  #idleTurns = 0;
  #waitingTurns = 0;

  constructor({ heartbeat, timeouts }: HeartbeatParameters) {
    const { intervalMs, missed } = heartbeat;
    this.#missedMaximum = missed;
    this.#progressTurns = turns(timeouts.progressMs, intervalMs);
    this.#synchronisationTurns = turns(timeouts.synchronisationMs, intervalMs);
  }

  /** Intervals that have begun since anything came from the other side. */
  get missed(): number {
    return this.#missed;
  }

  /** Whether its machine was last heard to be at the end of the log that it has. */
  get hasReplayed(): boolean {
    return this.#pulse?.activity === 'awaitingLog';
  }

  /** Anything has come from the other side. */
  heard(): void {
    this.#missed = 0;
    this.#silences = 0;
  }

  /** Its heartbeat has come. */
  beat(pulse: Pulse): void {
    if (this.#pulse === null || pulse.epoch !== this.#pulse.epoch || !mustProgress(pulse.activity)) {
      this.#idleTurns = 0;
    }
    if (pulse.epoch !== this.#pulse?.epoch) this.#waitingTurns = 0;
    this.#pulse = pulse;
  }

  /** One interval is over. waits: this replica waits for the other one, with its machine or with outputs that it holds.
   *  Answers what is wrong with the other side; said again only after as long a time. */
  turn(waits: boolean): Suspicion | null {
    if (++this.#missed > this.#missedMaximum) {
      this.#missed = 0;
      return ++this.#silences % SILENCES_BEFORE_CUT === 0 ? 'linkLost' : 'silent';
    }
    this.#waitingTurns = waits ? this.#waitingTurns + 1 : 0;
    if (++this.#idleTurns < this.#progressTurns && this.#waitingTurns < this.#synchronisationTurns)
      return null;
    const isStuck = this.#waitingTurns >= this.#synchronisationTurns || this.#mustProgress;
    this.#idleTurns = 0;
    this.#waitingTurns = 0;
    return isStuck ? 'stuck' : null;
  }

  get #mustProgress(): boolean {
    return this.#pulse !== null && mustProgress(this.#pulse.activity);
  }
}

/** Whether a machine that is about this comes to the end of an epoch before long. */
function mustProgress(activity: Activity): boolean {
  return activity === 'running';
}

function turns(durationMs: number, intervalMs: number): number {
  return durationMs === 0 ? Infinity : Math.ceil(durationMs / intervalMs);
}
