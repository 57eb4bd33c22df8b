// Saved machines: a machine that is saved, sent as bytes and restored again and again does at every later epoch what one
// does that was left alone, digests of its memory included.
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { newBirthRecord } from '../../../bin/new-birth-record.js';
import type { BirthRecord, MachineOptions } from '../../../jvm/birth-record.js';
import { Machine } from '../../../jvm/machine.js';
import { SaveRoom } from '../../../jvm/snapshot/save-room.js';
import { decodeSavedMachine, encodeSavedMachine } from '../../../jvm/snapshot/saved-machine.js';
import { UserError } from '../../../lib/errors.js';
import { realHost } from '../../../replication/host-environment.js';
import { machineParts } from '../../../replication/machine-factory.js';
import { cleanEnvironment, PROJECT } from '../../support/command.js';
import { collectGarbage, divergence, recordRun, replayRun, withOptions } from '../machine-harness.js';
import { RestoredMachine } from './restored-machine.js';

const DEMOS = join(PROJECT, 'demos');
const TEST_CLASSES = join(PROJECT, 'dist', 'test-classes');
const MEBIBYTE = 1 << 20;

/** Demos with the number of epochs from one restore to the next, and options other than the usual. */
const PROGRAMS: readonly (readonly [string, number, Partial<MachineOptions>])[] = [
  ['Hello', 1, { maximumEpochCount: 20_000 }],
  ['Lambdas', 4, { maximumEpochCount: 40_000 }],
  ['Strings', 5, { maximumEpochCount: 40_000 }],
  ['Records', 3, { maximumEpochCount: 40_000 }],
  ['Generics', 3, { maximumEpochCount: 40_000 }],
  ['Collections', 4, { maximumEpochCount: 40_000 }],
  ['Exceptions', 4, { maximumEpochCount: 40_000 }],
  ['Exceptions', 40, { epochEnds: 'application' }],
  ['Strings', 400, { epochEnds: 'all' }],
  ['Threads', 2, { maximumEpochCount: 20_000, quantumCount: 50 }],
  ['Sleeper', 2, {}],
  ['Clock', 2, {}],
  ['Uncaught', 2, {}],
  ['ExitCode', 2, {}],
];

function birthRecord(
  program: string,
  options: Partial<MachineOptions>,
  programArguments: readonly string[] = [],
  classPath = DEMOS,
): BirthRecord {
  const request = {
    program,
    programArguments,
    classPath,
    systemProperties: {},
    heapBytes: 256 * MEBIBYTE,
    stackBytes: MEBIBYTE,
    jdkOption: undefined,
  };
  return withOptions(newBirthRecord(request, cleanEnvironment(), DEMOS), options);
}

for (const [program, everyEpochs, options] of PROGRAMS) {
  const { epochEnds = 'none' } = options;
  const ends = epochEnds === 'none' ? '' : `, epochs ending at the blocks of ${epochEnds}`;
  test.serial(`${program}, restored at every epoch number divisible by ${everyEpochs}${ends}`, (t) => {
    compareRestored(t, birthRecord(program, options), everyEpochs);
  });
}

test.serial('direct buffers and thread stacks in the same room, restored at every fourth epoch', (t) => {
  const record = birthRecord('NativeMemory', { maximumEpochCount: 20_000 }, ['100'], TEST_CLASSES);
  compareRestored(t, record, 4);
});

function compareRestored(t: ExecutionContext, record: BirthRecord, everyEpochs: number): void {
  const recorded = recordRun(record, realHost);
  const machines: RestoredMachine[] = [];
  const run = replayRun(record, recorded, {
    host: realHost,
    createMachine: (_, environment) => {
      const machine = new RestoredMachine(record, environment, everyEpochs);
      machines.push(machine);
      return machine;
    },
  });
  t.is(divergence(recorded, run), undefined);
  t.true(machines[0]!.restores > 0, 'too few epochs for a restore');
  collectGarbage();
}

test('a machine saved twice gives the same bytes, and a restored one the bytes it came from', (t) => {
  const record = birthRecord('Hello', { maximumEpochCount: 50_000 });
  const parts = machineParts(record, { perform: ({ request }) => realHost.perform(request as never) });
  const machine = new Machine(record, parts);
  t.is(machine.run(), 'epoch');
  const bytes = encodeSavedMachine(machine.save());
  t.deepEqual(Buffer.from(encodeSavedMachine(machine.save())), Buffer.from(bytes));
  const restored = Machine.restore(decodeSavedMachine(bytes), record, parts);
  t.deepEqual(Buffer.from(encodeSavedMachine(restored.save())), Buffer.from(bytes));
});

test('a machine saved into room of any size gives the same bytes, copied', (t) => {
  const record = birthRecord('Collections', { maximumEpochCount: 50_000 });
  const parts = machineParts(record, { perform: ({ request }) => realHost.perform(request as never) });
  const machine = new Machine(record, parts);
  t.is(machine.run(), 'epoch');
  const { stateBytes } = machine;
  for (const roomBytes of [0, 5000, stateBytes >> 1, stateBytes, 2 * stateBytes]) {
    const plain = Buffer.from(encodeSavedMachine(machine.save()));
    // What was in the room before must not show.
    const room = new Uint8Array(roomBytes).fill(0xa5);
    const saved = machine.save(new SaveRoom(room));
    const inRoom = saved.memory.filter(({ bytes }) => bytes.buffer === room.buffer);
    if (roomBytes === 0) t.is(inRoom.length, 0);
    if (roomBytes >= stateBytes) t.true(inRoom.length > 0);
    // The machine goes on, and what was saved stays as it is.
    t.is(machine.run(), 'epoch');
    t.true(Buffer.from(encodeSavedMachine(saved)).equals(plain), `room of ${roomBytes} bytes`);
    machine.deliver([]);
  }
});

test('bytes that end too early are refused', (t) => {
  const saved = {
    tables: Uint8Array.of(1, 2, 3),
    memory: [{ address: 4096, bytes: Uint8Array.of(4, 5, 6, 7) }],
  };
  const bytes = encodeSavedMachine(saved);
  t.deepEqual(decodeSavedMachine(bytes), saved);
  for (let length = 0; length < bytes.length; length++) {
    t.throws(() => decodeSavedMachine(bytes.subarray(0, length)), { instanceOf: UserError });
  }
});
