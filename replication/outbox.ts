// What a machine has come to and its replica has not handed over: log records first, then the outputs that depend on them.
// Each post wakes a thread here and one elsewhere, so what is in no hurry waits a little for company.
import type { Host } from './contracts.js';
import { FLUSH_INTERVAL_NS, FLUSH_LOG_BYTES, FLUSH_LOG_INTERVAL_NS, FLUSH_OUTPUT_BYTES } from './limits.js';
import { type LogBatch, type LogRecord, LogWriter } from './log.js';
import { type OutputBlock, OutputWriter } from './outputs.js';

/** What an execution hands to its role. */
export interface Post {
  readonly log: LogBatch | null;
  readonly outputs: OutputBlock | null;
}

export class Outbox {
  readonly #host: Host;
  /** Numbers them: the same on every replica, whoever has them released. */
  readonly outputs = new OutputWriter();
  #log = new LogWriter();
  #isRecording: boolean;
  #lastBatch: number;
  #takenAtNs: bigint;

  /** isRecording: a log is kept. lastBatch: the last one of the log so far; -1 before the first. */
  constructor(host: Host, isRecording: boolean, lastBatch: number) {
    this.#host = host;
    this.#isRecording = isRecording;
    this.#lastBatch = lastBatch;
    this.#takenAtNs = host.monotonicNs();
  }

  /** A primary with backups records what it decides; alone it has nobody to tell. */
  get isRecording(): boolean {
    return this.#isRecording;
  }

  /** Number of the last log batch that was taken, or that has come from the primary; -1 before the first. */
  get lastBatch(): number {
    return this.#lastBatch;
  }

  /** A batch of the primary's log has come. */
  follow(batchNumber: number): void {
    this.#lastBatch = batchNumber;
  }

  /** Batches go on from the last one. */
  beginLog(): void {
    this.#log = new LogWriter(this.#lastBatch + 1);
    this.#isRecording = true;
  }

  endLog(): void {
    this.#log.discard();
    this.#isRecording = false;
  }

  record(record: LogRecord): void {
    if (this.#isRecording) this.#log.append(record);
  }

  /** So much has collected that it is not to wait for the end of an epoch. */
  get isFull(): boolean {
    return this.outputs.byteCount >= FLUSH_OUTPUT_BYTES || this.#log.byteCount >= FLUSH_LOG_BYTES;
  }

  /** Whether it is to be taken where the machine goes on. */
  get isDue(): boolean {
    if (this.isFull) return true;
    const hasOutputs = this.outputs.byteCount > 0;
    if (!this.#isRecording && !hasOutputs) return false;
    return (
      this.#host.monotonicNs() - this.#takenAtNs >= (hasOutputs ? FLUSH_INTERVAL_NS : FLUSH_LOG_INTERVAL_NS)
    );
  }

  /** Takes what has collected up to this epoch; null where there is nothing. The log ends with how far the boundaries are
   *  decided, since an output may be seen only when the backup would come to it the same way. */
  take(epoch: number, nowNs: bigint): Post | null {
    this.#takenAtNs = nowNs;
    if (this.#isRecording && this.#log.settledBefore < epoch) this.#log.append({ kind: 'settled', epoch });
    const log = this.#isRecording ? this.#log.take() : null;
    const outputs = this.outputs.take();
    if (log !== null) this.#lastBatch = log.number;
    return log === null && outputs === null ? null : { log, outputs };
  }
}
