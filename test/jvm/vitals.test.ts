// The vitals that heartbeats carry: true of the machine, in so far as a walk of the heap and its threads can tell.
import { join } from 'node:path';
import test from 'ava';
import { newBirthRecord } from '../../bin/new-birth-record.js';
import { THREAD_STATE } from '../../jvm/layout.js';
import { Machine } from '../../jvm/machine.js';
import type { HostRequest } from '../../replication/contracts.js';
import { realHost } from '../../replication/host-environment.js';
import { machineParts } from '../../replication/machine-factory.js';
import { cleanEnvironment, PROJECT } from '../support/command.js';
import { withOptions } from './machine-harness.js';

const DEMOS = join(PROJECT, 'demos');
const MAXIMUM_EPOCHS = 2000;
const OUTPUTS = new Set(['writeStandard', 'startTimer', 'cancelTimer', 'readStandardInput']);

/** A program at each of its epoch boundaries. Timers never fire, so it may end idle. */
function* epochsOf(program: string): Generator<Machine> {
  const request = {
    program,
    programArguments: [],
    classPath: DEMOS,
    systemProperties: {},
    heapBytes: 64 << 20,
    stackBytes: 1 << 20,
    jdkOption: undefined,
    pair: false,
    stateFile: undefined,
  };
  const record = withOptions(newBirthRecord(request, cleanEnvironment(), DEMOS), {
    maximumEpochCount: 20_000,
  });
  const environment = {
    perform: ({ request: asked }: { readonly request: { readonly kind: string } }) =>
      OUTPUTS.has(asked.kind) ? undefined : realHost.perform(asked as HostRequest),
  };
  const machine = new Machine(record, machineParts(record, environment));
  for (let epoch = 0; epoch < MAXIMUM_EPOCHS && machine.run() === 'epoch'; epoch++) {
    yield machine;
    machine.deliver([]);
  }
}

test('heap in use is what a walk of the free space leaves', (t) => {
  let checked = 0;
  for (const machine of epochsOf('Collections')) {
    const { heapLimit, heapStart } = machine.memory;
    let free = 0;
    for (const { byteCount } of machine.heap.freeSpans()) free += byteCount;
    t.is(machine.vitals().heapBytes, heapLimit - heapStart - free);
    checked++;
  }
  t.true(checked > 10, `${checked} epochs`);
});

test('threads, their states and stacks are counted, and what they execute', (t) => {
  let before = 0;
  let most = 0;
  for (const machine of epochsOf('Threads')) {
    const { executedCount, threadCount, threadStates, stackBytes } = machine.vitals();
    t.true(executedCount > before, `${executedCount} after ${before}`);
    before = executedCount;
    most = Math.max(most, threadCount);
    t.is(threadStates.length, Object.keys(THREAD_STATE).length);
    t.is(
      threadStates.reduce((sum, count) => sum + count, 0),
      threadCount,
    );
    t.true(stackBytes > 0 && stackBytes < threadCount << 20, `${stackBytes} bytes of stack`);
  }
  t.true(most > 3, `${most} threads at most`);
});
