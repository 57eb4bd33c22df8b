// Standard output and error as the machine holds them: what has been told of writes that failed. A program that runs
// on replicas does not wait for its output, so it hears of a failure at a later write.
import type { BinaryReader, BinaryWriter } from '../lib/binary.js';
import type { BirthRecord } from './birth-record.js';
import { HostError } from './environment.js';

export type StandardStream = 1 | 2;

interface Failure {
  readonly error: HostError;
  /** Every later write fails as well: nobody reads the stream any more. */
  readonly lasting: boolean;
}

export class StandardOutputs {
  readonly #actor: { readonly birthRecord: BirthRecord };
  readonly #failures: Record<StandardStream, Failure | null> = { 1: null, 2: null };

  constructor(actor: { readonly birthRecord: BirthRecord }) {
    this.#actor = actor;
  }

  /** A write has failed outside. */
  failed(stream: StandardStream, error: HostError, lasting: boolean): void {
    if (this.#failures[stream]?.lasting !== true) this.#failures[stream] = { error, lasting };
  }

  /** What the next write to a stream fails with, null where nothing is known against it. */
  failure(stream: StandardStream): HostError | null {
    const atBirth = this.#actor.birthRecord.standardOutputErrors?.[stream];
    if (atBirth !== undefined) return new HostError(atBirth.code, atBirth.message);
    return this.#failures[stream]?.error ?? null;
  }

  /** The program has been told of the failure. */
  told(stream: StandardStream): void {
    if (this.#failures[stream]?.lasting !== true) this.#failures[stream] = null;
  }

  /** Appends this state; see restore. */
  save(writer: BinaryWriter): void {
    for (const stream of [1, 2] as const) {
      const failure = this.#failures[stream];
      writer.boolean(failure !== null);
      if (failure === null) continue;
      writer.string(failure.error.code).string(failure.error.message).boolean(failure.lasting);
    }
  }

  restore(reader: BinaryReader): void {
    for (const stream of [1, 2] as const) {
      if (!reader.boolean()) this.#failures[stream] = null;
      else {
        const error = new HostError(reader.string(), reader.string());
        this.#failures[stream] = { error, lasting: reader.boolean() };
      }
    }
  }
}
