// One machine without replication, in the calling thread: requests are performed, outputs written, timers waited for.
import { writeSync } from 'node:fs';
import type { BirthRecord } from '../jvm/birth-record.js';
import type { Action, ActionResult, Environment, ExternalAction } from '../jvm/environment.js';
import { HostError } from '../jvm/environment.js';
import { posixCode } from '../lib/errors.js';
import { strerror } from '../lib/strerror.js';
import { Arrivals } from './arrivals.js';
import type { MachineFactory } from './contracts.js';
import { END_SIGNALS } from './exit-codes.js';
import { realHost } from './host-environment.js';
import type { StandardStream } from './outputs.js';
import { StandardInput } from './standard-input.js';
import { TimerTable } from './timer-table.js';
import { sleep, waitMs } from './wait.js';

const EVENT_LOOP_TIMER_MS = 2;
/** A terminal or pipe that is set not to block is asked again after this time. */
const RETRY_MS = 2;

/** Runs the program to its end. Answers its exit code. A program that waits for what never comes, as a deadlock does,
 *  waits for ever, as with java. */
export async function runSingle(record: BirthRecord, factory: MachineFactory): Promise<number> {
  const environment = new SingleEnvironment();
  const { arrivals } = environment;
  const machine = factory.create(record, environment);
  try {
    environment.listen();
    for (;;) {
      switch (machine.run()) {
        case 'epoch':
          if (arrivals.isTurnDue) await arrivals.turn();
          machine.deliver(environment.takeActions());
          break;
        case 'idle':
          machine.deliver(await environment.awaitActions());
          break;
        case 'exited':
          return machine.exitCode;
        case 'stalled':
          throw new Error('a single machine has all answers, yet it has stalled');
      }
    }
  } finally {
    environment.close();
  }
}

class SingleEnvironment implements Environment {
  readonly arrivals = new Arrivals();
  readonly #timers = new TimerTable();
  readonly #input = new StandardInput();
  #signalCount = 0;
  readonly #onSignal = (_name: NodeJS.Signals, signal: number): void => {
    this.arrivals.add({ kind: 'signal', id: ++this.#signalCount, signal });
  };

  /** The external actions that are due. */
  takeActions(): readonly ExternalAction[] {
    const arrived = this.arrivals.take();
    if (this.#timers.size === 0) return arrived;
    const ids = this.#timers.takeExpired(realHost.monotonicNs());
    return ids.length === 0 ? arrived : [...arrived, ...ids.map((id) => ({ kind: 'timer', id }) as const)];
  }

  /** As takeActions, but waits for one. */
  async awaitActions(): Promise<readonly ExternalAction[]> {
    for (;;) {
      const actions = this.takeActions();
      if (actions.length > 0) return actions;
      const deadlineNs = this.#timers.nextDeadlineNs();
      const durationMs = waitMs(deadlineNs === null ? null : deadlineNs - realHost.monotonicNs());
      // Timers of the event loop count whole milliseconds.
      if (durationMs < EVENT_LOOP_TIMER_MS && !this.arrivals.isTurnDue) sleep(durationMs);
      else await this.arrivals.wait(durationMs);
    }
  }

  /** Signals that end programs go to the program. */
  listen(): void {
    for (const signal of END_SIGNALS) process.on(signal, this.#onSignal);
  }

  close(): void {
    for (const signal of END_SIGNALS) process.removeListener(signal, this.#onSignal);
    this.#input.close();
  }

  perform({ request }: Action): ActionResult {
    switch (request.kind) {
      case 'writeStandard':
        return writeStandard(request.stream, request.bytes);
      case 'readStandardInput': {
        const { id, byteCount, wait } = request;
        this.#input.request(byteCount, wait, (value) => this.arrivals.add({ kind: 'input', id, value }));
        return undefined;
      }
      case 'startTimer':
        this.#timers.start(request.id, realHost.monotonicNs() + request.durationNs);
        return undefined;
      case 'cancelTimer':
        this.#timers.remove(request.id);
        return undefined;
      default:
        return realHost.perform(request);
    }
  }
}

/** Writes all bytes; what the host says where it cannot. */
export function writeStandard(stream: StandardStream, bytes: Uint8Array): undefined | HostError {
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += writeSync(stream, bytes, offset);
    } catch (error) {
      const code = posixCode(error);
      if (code === 'EAGAIN') sleep(RETRY_MS);
      else if (code !== 'EINTR') return new HostError(code, strerror(code));
    }
  }
  return undefined;
}
