// For tests: a machine that is saved, sent as bytes and restored again and again while it runs.
import type { BirthRecord } from '../../../jvm/birth-record.js';
import type {
  Environment,
  ExternalAction,
  ReplicableMachine,
  StopReason,
  Vitals,
} from '../../../jvm/environment.js';
import { Machine, type MachineParts } from '../../../jvm/machine.js';
import { decodeSavedMachine, encodeSavedMachine } from '../../../jvm/snapshot/saved-machine.js';
import { machineParts } from '../../../replication/machine-factory.js';
import { collectGarbage } from '../machine-harness.js';

const RESTORES_BETWEEN_COLLECTIONS = 6;

/** A machine that is saved and restored at every Nth epoch boundary. */
export class RestoredMachine implements ReplicableMachine {
  restores = 0;
  readonly #parts: MachineParts;
  #machine: Machine;

  constructor(
    readonly record: BirthRecord,
    environment: Environment,
    readonly everyEpochs: number,
  ) {
    this.#parts = machineParts(record, environment);
    this.#machine = new Machine(record, this.#parts);
  }

  run(): StopReason {
    return this.#machine.run();
  }

  deliver(actions: readonly ExternalAction[]): void {
    // Before and after the delivery of a boundary in turn: both are moments to save at.
    const isFirst = this.restores % 2 === 0;
    const isDue = (this.epoch + 1) % this.everyEpochs === 0;
    if (isDue && isFirst) this.#restore();
    this.#machine.deliver(actions);
    if (isDue && !isFirst) this.#restore();
  }

  #restore(): void {
    const before = this.digest();
    const bytes = encodeSavedMachine(this.#machine.save());
    this.#machine = Machine.restore(decodeSavedMachine(bytes), this.record, this.#parts);
    if (this.digest() !== before) throw new Error(`another digest after the restore in epoch ${this.epoch}`);
    if (++this.restores % RESTORES_BETWEEN_COLLECTIONS === 0) collectGarbage();
  }

  get epoch(): number {
    return this.#machine.epoch;
  }

  get exitCode(): number {
    return this.#machine.exitCode;
  }

  digest(): string {
    return this.#machine.digest();
  }

  vitals(): Vitals {
    return this.#machine.vitals();
  }
}
