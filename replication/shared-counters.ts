// The block of counters that a replica's main thread and its machine's thread share: progress one way, flow the other,
// and a bell that wakes the machine's thread.
import type { Vitals } from '../jvm/environment.js';
import type { Flow } from './execution.js';
import { ACTIVITIES, type Activity, type Pulse } from './pulse.js';

const COUNTERS = {
  epoch: 0,
  backupEpoch: 1,
  confirmedSequence: 2,
  acknowledgedBatch: 3,
  activity: 4,
  executedCount: 5,
  threadCount: 6,
  stackBytes: 7,
  heapBytes: 8,
  outputChecksum: 9,
  threadStates: 10,
} as const;

/** Counters for the number of threads in each state, from COUNTERS.threadStates on. */
const THREAD_STATES = 16;
const COUNTER_COUNT = COUNTERS.threadStates + THREAD_STATES;

const BELL_BYTES = 8;

export class SharedCounters implements Flow {
  /** Give it to the other thread, which makes its own SharedCounters of it. */
  readonly buffer: SharedArrayBuffer;
  readonly #bell: Int32Array<SharedArrayBuffer>;
  readonly #counters: BigInt64Array<SharedArrayBuffer>;

  constructor(buffer?: SharedArrayBuffer) {
    const counterBytes = COUNTER_COUNT * BigInt64Array.BYTES_PER_ELEMENT;
    this.buffer = buffer ?? new SharedArrayBuffer(BELL_BYTES + counterBytes);
    this.#bell = new Int32Array(this.buffer, 0, 1);
    this.#counters = new BigInt64Array(this.buffer, BELL_BYTES);
    if (buffer === undefined) {
      this.#set(COUNTERS.confirmedSequence, -1);
      this.#set(COUNTERS.acknowledgedBatch, -1);
    }
  }

  get epoch(): number {
    return this.#get(COUNTERS.epoch);
  }
  set epoch(value: number) {
    this.#set(COUNTERS.epoch, value);
  }

  get backupEpoch(): number {
    return this.#get(COUNTERS.backupEpoch);
  }
  set backupEpoch(value: number) {
    this.#set(COUNTERS.backupEpoch, value);
  }

  get confirmedSequence(): number {
    return this.#get(COUNTERS.confirmedSequence);
  }
  set confirmedSequence(value: number) {
    this.#set(COUNTERS.confirmedSequence, value);
  }

  get acknowledgedBatch(): number {
    return this.#get(COUNTERS.acknowledgedBatch);
  }
  set acknowledgedBatch(value: number) {
    this.#set(COUNTERS.acknowledgedBatch, value);
  }

  get activity(): Activity {
    return ACTIVITIES[this.#get(COUNTERS.activity)]!;
  }
  set activity(value: Activity) {
    this.#set(COUNTERS.activity, ACTIVITIES.indexOf(value));
  }

  /** What the machine's thread has last told of the machine. */
  get pulse(): Pulse {
    return {
      epoch: this.epoch,
      activity: this.activity,
      executedCount: this.#get(COUNTERS.executedCount),
      threadCount: this.#get(COUNTERS.threadCount),
      threadStates: this.#threadStates(),
      stackBytes: this.#get(COUNTERS.stackBytes),
      heapBytes: this.#get(COUNTERS.heapBytes),
      outputChecksum: this.#get(COUNTERS.outputChecksum),
    };
  }

  /** Up to the last state in which there are threads. */
  #threadStates(): number[] {
    const counts = Array.from({ length: THREAD_STATES }, (_, state) =>
      this.#get(COUNTERS.threadStates + state),
    );
    while (counts.at(-1) === 0) counts.pop();
    return counts;
  }

  /** The machine's thread tells of it, from time to time. */
  tell(vitals: Vitals, outputChecksum: number): void {
    this.#set(COUNTERS.executedCount, vitals.executedCount);
    this.#set(COUNTERS.threadCount, vitals.threadCount);
    this.#set(COUNTERS.stackBytes, vitals.stackBytes);
    this.#set(COUNTERS.heapBytes, vitals.heapBytes);
    this.#set(COUNTERS.outputChecksum, outputChecksum);
    vitals.threadStates.slice(0, THREAD_STATES).forEach((count, state) => {
      this.#set(COUNTERS.threadStates + state, count);
    });
  }

  /** How often the bell has been rung; read it before looking for work, and wait from there. */
  get rings(): number {
    return Atomics.load(this.#bell, 0);
  }

  /** Wakes the machine's thread, or keeps it from falling asleep. */
  ring(): void {
    Atomics.add(this.#bell, 0, 1);
    Atomics.notify(this.#bell, 0);
  }

  /** Blocks until the bell has been rung since `rings` was read, or the time is over. */
  wait(rings: number, timeoutMs: number): void {
    Atomics.wait(this.#bell, 0, rings, timeoutMs);
  }

  #get(index: number): number {
    return Number(Atomics.load(this.#counters, index));
  }

  #set(index: number, value: number): void {
    Atomics.store(this.#counters, index, BigInt(value));
  }
}
