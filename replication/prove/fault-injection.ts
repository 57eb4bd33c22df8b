// Carries a fault out at its exact moment: the replica kills or stops its own process.
import { writeFileSync } from 'node:fs';
import type { OutputBlock } from '../outputs.js';
import type { Fault, Instruments, Point } from './instruments.js';

type OutputPhase = Extract<Point, { kind: 'output' }>['phase'];

/** The main thread and the machine's thread of a replica have one each: every point belongs to one of them. */
export class FaultInjection {
  readonly #mark: string;
  #fault: Fault | null;

  private constructor({ mark }: Instruments, fault: Fault) {
    this.#mark = mark;
    this.#fault = fault;
  }

  /** null where no fault is asked for. */
  static of(instruments: Instruments | undefined): FaultInjection | null {
    if (instruments?.fault == null) return null;
    return new FaultInjection(instruments, instruments.fault);
  }

  /** The machine has come to an epoch. */
  epoch(epoch: number): void {
    const point = this.#fault?.point;
    if (point?.kind === 'epoch' && epoch >= point.epoch) this.#happen();
  }

  /** Outputs have come to a phase. */
  outputs(phase: OutputPhase, block: OutputBlock): void {
    const point = this.#fault?.point;
    if (point?.kind === 'output' && point.phase === phase && block.lastSequence >= point.sequence) {
      this.#happen();
    }
  }

  /** A killed process does not come back from here; a stopped one does if it is woken up. */
  #happen(): void {
    const { signal } = this.#fault!;
    this.#fault = null;
    writeFileSync(this.#mark, String(Date.now()));
    process.kill(process.pid, signal);
  }
}
