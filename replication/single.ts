// One machine without replication, in the calling thread: requests are performed, outputs written, timers waited for.
import { writeSync } from 'node:fs';
import type { BirthRecord } from '../jvm/birth-record.js';
import type { Action, ActionResult, Environment, ExternalAction } from '../jvm/environment.js';
import { posixCode } from '../lib/errors.js';
import type { MachineFactory } from './contracts.js';
import { realHost } from './host-environment.js';
import type { StandardStream } from './outputs.js';
import { TimerTable } from './timer-table.js';
import { sleep, waitMs } from './wait.js';

const NO_ACTIONS: readonly ExternalAction[] = [];
/** A terminal or pipe that is set not to block is asked again after this time. */
const RETRY_MS = 2;

/** Runs the program to its end. Answers its exit code. A program that waits for what never comes, as a deadlock does,
 *  waits for ever, as with java. */
export async function runSingle(record: BirthRecord, factory: MachineFactory): Promise<number> {
  const environment = new SingleEnvironment();
  const { timers } = environment;
  const machine = factory.create(record, environment);
  for (;;) {
    switch (machine.run()) {
      case 'epoch':
        machine.deliver(timers.size === 0 ? NO_ACTIONS : expired(timers));
        break;
      case 'idle': {
        let actions = expired(timers);
        while (actions.length === 0) {
          const deadlineNs = timers.nextDeadlineNs();
          sleep(waitMs(deadlineNs === null ? null : deadlineNs - realHost.monotonicNs()));
          actions = expired(timers);
        }
        machine.deliver(actions);
        break;
      }
      case 'exited':
        return machine.exitCode;
      case 'stalled':
        throw new Error('a single machine has all answers, yet it has stalled');
    }
  }
}

function expired(timers: TimerTable): readonly ExternalAction[] {
  return timers.takeExpired(realHost.monotonicNs()).map((id) => ({ kind: 'timer', id }));
}

class SingleEnvironment implements Environment {
  readonly timers = new TimerTable();

  perform({ request }: Action): ActionResult {
    switch (request.kind) {
      case 'writeStandard':
        writeStandard(request.stream, request.bytes);
        return undefined;
      case 'startTimer':
        this.timers.start(request.id, realHost.monotonicNs() + request.durationNs);
        return undefined;
      case 'cancelTimer':
        this.timers.remove(request.id);
        return undefined;
      default:
        return realHost.perform(request);
    }
  }
}

/** Writes all bytes. A reader that has gone away, or a full disk, is not the program's affair: as with java's
 *  PrintStream the bytes are lost and it goes on. */
export function writeStandard(stream: StandardStream, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += writeSync(stream, bytes, offset);
    } catch (error) {
      const code = posixCode(error);
      if (code === 'EAGAIN') sleep(RETRY_MS);
      else if (code !== 'EINTR') return;
    }
  }
}
