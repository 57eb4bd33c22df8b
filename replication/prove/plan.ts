// Which strikes a proof makes: at every epoch, at every output, at random times, or at one named moment.

import { generator } from '../../lib/generator.js';
import type { Moment, Strike, Victim } from './case.js';
import type { FaultSignal } from './instruments.js';

/** More runs than that are not made; where there are more moments, so many are taken evenly. */
export const MAXIMUM_RUNS = 200;

/** In one run, the time from the pair being whole to the next strike is at most this. */
export const LONGEST_PAUSE_MS = 300;

export type Points =
  | { readonly kind: 'random'; readonly count: number }
  | { readonly kind: 'epochs' }
  | { readonly kind: 'outputs' }
  | { readonly kind: 'moment'; readonly moment: Moment; readonly wakeAfterMs: number | null };

export interface PlanOptions {
  readonly points: Points;
  readonly victims: readonly Victim[];
  readonly signals: readonly FaultSignal[];
  readonly seed: number;
  /** Most runs; see MAXIMUM_RUNS. */
  readonly limit: number;
}

/** What is known of the program from a run that nobody disturbed. */
export interface Measured {
  /** From the pair being whole to the end of the program. */
  readonly durationMs: number;
  readonly epochCount: number;
  readonly outputCount: number;
  /** Time in which a stopped replica is found. */
  readonly detectionMs: number;
}

export interface Plan {
  readonly strikes: readonly Strike[];
  /** Moments that there are; more than strikes where only some are taken. */
  readonly momentCount: number;
}

/** One strike for each run. Victims and signals take turns. */
export function planRuns(options: PlanOptions, measured: Measured): Plan {
  const random = generator(options.seed);
  const { points, victims, signals, limit } = options;
  const momentCount = countMoments(points, measured);
  const count = Math.min(momentCount, limit);
  const strikes = Array.from({ length: count }, (_, index): Strike => {
    const victim = victims[index % victims.length]!;
    const signal = signals[Math.floor(index / victims.length) % signals.length]!;
    // Evenly, the first and the last one among them.
    const nth = count < 2 ? 0 : Math.round((index * (momentCount - 1)) / (count - 1));
    const moment = momentOf(points, nth, victim, measured, random);
    const wakes = signal === 'SIGSTOP' && random() < 0.5;
    const wakeAfterMs = wakes ? Math.round(random() * 2 * measured.detectionMs) : null;
    return points.kind === 'moment'
      ? { moment, victim, signal, wakeAfterMs: points.wakeAfterMs }
      : { moment, victim, signal, wakeAfterMs };
  });
  return { strikes, momentCount };
}

function countMoments(points: Points, { epochCount, outputCount }: Measured): number {
  switch (points.kind) {
    case 'random':
      return points.count;
    case 'epochs':
      return Math.max(1, epochCount);
    case 'outputs':
      return outputCount;
    case 'moment':
      return 1;
  }
}

function momentOf(
  points: Points,
  nth: number,
  victim: Victim,
  measured: Measured,
  random: () => number,
): Moment {
  switch (points.kind) {
    case 'random':
      return { kind: 'time', ms: Math.floor(random() * measured.durationMs) };
    case 'epochs':
      return { kind: 'epoch', epoch: nth + 1 };
    case 'outputs': {
      const phase = victim === 'backup' ? 'made' : (['made', 'released', 'sent'] as const)[nth % 3]!;
      return { kind: 'output', sequence: nth, phase };
    }
    case 'moment':
      return points.moment;
  }
}

/** All strikes of one run, each some time after the pair was whole. */
export function planOneRun({ victims, signals, seed }: PlanOptions, count: number): Strike[] {
  const random = generator(seed);
  return Array.from({ length: count }, (_, index) => ({
    moment: { kind: 'time', ms: Math.floor(random() * LONGEST_PAUSE_MS) },
    victim: victims[index % victims.length]!,
    signal: signals[Math.floor(index / victims.length) % signals.length]!,
    wakeAfterMs: null,
  }));
}

/** Another try for a moment that came after the end of the program: earlier, as far as that run went. */
export function earlier(strike: Strike, durationMs: number, random: () => number): Strike {
  return { ...strike, moment: { kind: 'time', ms: Math.floor(random() * durationMs) } };
}
