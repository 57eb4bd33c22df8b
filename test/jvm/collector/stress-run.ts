// Runs programs in this process, on machines whose collections are counted, timed and followed by a check of the whole
// heap. Time is virtual: while all threads wait, the earliest timer fires at once.
import v8 from 'node:v8';
import vm from 'node:vm';
import { parseCommandLine } from '../../../bin/command-line.js';
import { newBirthRecord } from '../../../bin/new-birth-record.js';
import { verifyHeap } from '../../../jvm/collector/verify-heap.js';
import type { Action, ActionResult, Environment, ExternalAction } from '../../../jvm/environment.js';
import { Machine } from '../../../jvm/machine.js';
import { REGISTERS } from '../../../jvm/memory.js';
import type { HostRequest } from '../../../replication/contracts.js';
import { realHost } from '../../../replication/host-environment.js';
import { machineParts } from '../../../replication/machine-factory.js';
import { TimerTable } from '../../../replication/timer-table.js';
import { cleanEnvironment, PROJECT } from '../../support/command.js';
import { checkOffHeap } from '../off-heap-check.js';

/** So many allocations are made by no test. */
const NEVER = 2 ** 30;
/** A machine reserves gigabytes of address space, which only a collection of this process's garbage gives back. */
const MACHINES_BETWEEN_COLLECTIONS = 4;
const MAXIMUM_RUN_MS = 600_000;

export interface StressOptions {
  /** A collection is forced before every Nth allocation; never where absent. */
  readonly collectEvery?: number;
  /** Allocations before the first one that counts, as those of the boot. */
  readonly skippedAllocations?: number;
  /** The heap is checked after every Nth collection; after each where absent. */
  readonly verifyEvery?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What is seen of a run. */
export interface StressRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly collectionCount: number;
  /** Allocations that were counted, where collections could be forced. */
  readonly allocationCount: number;
  readonly longestPauseMs: number;
  /** Largest amount of live bytes after a collection. */
  readonly liveBytes: number;
}

class StressEnvironment implements Environment {
  readonly texts = { 1: '', 2: '' };
  readonly #timers = new TimerTable();
  #skippedNs = 0n;

  perform({ request }: Action): ActionResult {
    switch (request.kind) {
      case 'writeStandard':
        this.texts[request.stream] += Buffer.from(request.bytes).toString('latin1');
        return undefined;
      case 'startTimer':
        this.#timers.start(request.id, this.#nowNs() + request.durationNs);
        return undefined;
      case 'cancelTimer':
        this.#timers.remove(request.id);
        return undefined;
      case 'readMonotonicClock':
      case 'readWallClock':
        return (realHost.perform(request) as bigint) + this.#skippedNs;
      default:
        return realHost.perform(request as HostRequest);
    }
  }

  #nowNs(): bigint {
    return realHost.monotonicNs() + this.#skippedNs;
  }

  /** Timers that have run out; while the machine is idle, at least the earliest. */
  boundary(isIdle: boolean): readonly ExternalAction[] {
    if (isIdle) {
      const deadlineNs = this.#timers.nextDeadlineNs();
      if (deadlineNs === null) throw new Error('all threads wait, and no timer is outstanding');
      const aheadNs = deadlineNs - this.#nowNs();
      if (aheadNs > 0n) this.#skippedNs += aheadNs;
    }
    return this.#timers.takeExpired(this.#nowNs()).map((id) => ({ kind: 'timer', id }));
  }
}

let machineCount = 0;

/** Collects this process's own garbage, the machines of earlier runs above all. */
function collectGarbage(): void {
  v8.setFlagsFromString('--expose-gc');
  (vm.runInNewContext('gc') as () => void)();
}

/** A machine for `rjvm words…` that has not run yet, and its world. */
function newMachine(words: readonly string[], options: StressOptions): [Machine, StressEnvironment] {
  const command = parseCommandLine([...words]);
  if (command.kind !== 'run') throw new Error(`no program in ${words.join(' ')}`);
  const record = newBirthRecord(command, cleanEnvironment(options.environment), PROJECT);
  const environment = new StressEnvironment();
  const machineOptions = { ...record.options, collectEvery: options.collectEvery ?? 0 };
  if (++machineCount % MACHINES_BETWEEN_COLLECTIONS === 0) collectGarbage();
  const stressed = { ...record, options: machineOptions };
  // Without the boot image: the boot is to be collected too.
  const machine = new Machine(stressed, machineParts(stressed, environment));
  if (options.skippedAllocations !== undefined) {
    machine.memory.i32[REGISTERS.allocationsLeft] = options.skippedAllocations;
  }
  return [machine, environment];
}

/** The machine of a program that has run to its end. */
export function finishedMachine(words: readonly string[]): Machine {
  const [machine, environment] = newMachine(words, {});
  runToEnd(machine, environment);
  return machine;
}

/** Runs `rjvm words…` to its end. Throws HeapCorruption where a collection leaves the heap in disorder. */
export function stressRun(words: readonly string[], options: StressOptions = {}): StressRun {
  const [machine, environment] = newMachine(words, options);
  const watch = watchCollections(machine, options.verifyEvery ?? 1);
  const { i32 } = machine.memory;
  runToEnd(machine, environment);
  return {
    stdout: environment.texts[1],
    stderr: environment.texts[2],
    exitCode: machine.exitCode,
    collectionCount: i32[REGISTERS.collectionCount]!,
    allocationCount: options.collectEvery === NEVER ? NEVER - i32[REGISTERS.allocationsLeft]! : 0,
    ...watch,
  };
}

/** Allocations that a program makes, its boot included. */
export function countAllocations(words: readonly string[]): number {
  return stressRun(words, { collectEvery: NEVER }).allocationCount;
}

/** Times every collection and checks the heap behind it. The result fills up while the machine runs. */
function watchCollections(
  machine: Machine,
  verifyEvery: number,
): { longestPauseMs: number; liveBytes: number } {
  const seen = { longestPauseMs: 0, liveBytes: 0 };
  const { collector, memory } = machine;
  const collect = collector.collect.bind(collector);
  let count = 0;
  collector.collect = (clearSoft) => {
    const startMs = performance.now();
    collect(clearSoft);
    seen.longestPauseMs = Math.max(seen.longestPauseMs, performance.now() - startMs);
    if (++count % verifyEvery === 0) {
      verifyHeap(machine);
      checkOffHeap(memory);
    }
    let freeBytes = 0;
    for (const { byteCount } of machine.heap.freeSpans()) freeBytes += byteCount;
    seen.liveBytes = Math.max(seen.liveBytes, memory.heapLimit - memory.heapStart - freeBytes);
  };
  return seen;
}

function runToEnd(machine: Machine, environment: StressEnvironment): void {
  const startMs = performance.now();
  for (let stop = machine.run(); stop !== 'exited'; stop = machine.run()) {
    if (stop === 'stalled') throw new Error('stalled with all answers at hand');
    if (performance.now() - startMs > MAXIMUM_RUN_MS) throw new Error(`no end after epoch ${machine.epoch}`);
    machine.deliver(environment.boundary(stop === 'idle'));
  }
}
