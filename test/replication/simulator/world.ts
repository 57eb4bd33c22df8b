// What all parts of a simulation share: time, chance, the program, and what it does to the world.
import type { Configuration } from '../../../replication/configuration.js';
import { EventQueue } from './event-queue.js';
import { Files } from './files.js';
import { History } from './history.js';
import type { Script } from './script-machine.js';

/** How slow things are at most, in microseconds, and how often one is much slower. */
export interface Pace {
  readonly messageUs: number;
  readonly threadUs: number;
  readonly startUs: number;
  readonly epochUs: number;
  readonly diskUs: number;
  /** Share of messages and timers that take SLOWNESS times as long. */
  readonly slowShare: number;
}

const SLOWNESS = 12;

export const USUAL_PACE: Pace = {
  messageUs: 400,
  threadUs: 100,
  startUs: 3000,
  epochUs: 3000,
  diskUs: 0,
  slowShare: 0,
};

export interface WorldOptions {
  readonly random: () => number;
  readonly script: Script;
  readonly parameters: Configuration;
  readonly pace: Pace;
  /** Takes a line for each event, where a run is looked at. */
  readonly trace: ((line: string) => void) | null;
}

export class World {
  readonly queue = new EventQueue();
  readonly files = new Files();
  readonly history = new History();
  readonly random: () => number;
  readonly script: Script;
  readonly parameters: Configuration;
  readonly pace: Pace;
  readonly #trace: ((line: string) => void) | null;

  constructor({ random, script, parameters, pace, trace }: WorldOptions) {
    this.random = random;
    this.script = script;
    this.parameters = parameters;
    this.pace = pace;
    this.#trace = trace;
  }

  /** A number from 0 up to a limit. */
  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  /** One of several. */
  pick<T>(choices: readonly T[]): T | undefined {
    return choices[this.below(choices.length)];
  }

  /** A time up to a maximum, now and then a much longer one. */
  delayUs(maximumUs: number): number {
    const { slowShare } = this.pace;
    const delayUs = this.below(maximumUs);
    return slowShare > 0 && this.chance(slowShare) ? delayUs * SLOWNESS : delayUs;
  }

  get isTraced(): boolean {
    return this.#trace !== null;
  }

  trace(line: string): void {
    this.#trace?.(`${String(this.queue.nowUs).padStart(9)} ${line}`);
  }
}

/** An event or effect in one line, without the bytes that it carries. */
export function describe(thing: { readonly kind: string }): string {
  const words = Object.entries<unknown>(thing).map(([key, value]) => {
    if (key === 'kind') return String(value);
    if (value instanceof Uint8Array) return `${key}=${value.length} bytes`;
    if (typeof value !== 'object' || value === null) return `${key}=${String(value)}`;
    if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) return `${key}=[${value}]`;
    return `${key}={${briefly(value)}}`;
  });
  return words.join(' ');
}

function briefly(value: object): string {
  const plain = Object.entries(value).filter(([, each]) => typeof each !== 'object' || each === null);
  return plain.map(([key, each]) => `${key}=${String(each)}`).join(' ');
}
