// Epochs that end where try and catch blocks end: at the right instructions, as often as they should, and with nothing
// else about the program changed.
import { join } from 'node:path';
import test from 'ava';
import { newBirthRecord } from '../../bin/new-birth-record.js';
import type { BirthRecord, EpochEnds } from '../../jvm/birth-record.js';
import { blockEnds } from '../../jvm/block-ends.js';
import { parseClassFile } from '../../jvm/class-file/class-file.js';
import { Machine } from '../../jvm/machine.js';
import { realHost } from '../../replication/host-environment.js';
import { machineParts } from '../../replication/machine-factory.js';
import { cleanEnvironment, PROJECT } from '../support/command.js';
import { compileJava } from './javac.js';
import { withOptions } from './machine-harness.js';

const CLASSES = join(PROJECT, 'dist', 'test-classes');
const MAXIMUM_EPOCHS = 100_000;

function birthRecord(epochEnds: EpochEnds, rounds: number): BirthRecord {
  const request = {
    program: 'BlockEnds',
    programArguments: [`${rounds}`],
    classPath: CLASSES,
    systemProperties: {},
    heapBytes: 64 << 20,
    stackBytes: 1 << 20,
    jdkOption: undefined,
  };
  return withOptions(newBirthRecord(request, cleanEnvironment(), CLASSES), { epochEnds });
}

function runBlockEnds(epochEnds: EpochEnds, rounds: number) {
  let stdout = '';
  const record = birthRecord(epochEnds, rounds);
  const environment = {
    perform: ({ request }: { readonly request: { readonly kind: string; readonly bytes?: Uint8Array } }) => {
      if (request.kind !== 'writeStandard') return realHost.perform(request as never);
      stdout += Buffer.from(request.bytes!).toString();
      return undefined;
    },
  };
  const machine = new Machine(record, machineParts(record, environment));
  let stop = machine.run();
  for (let epoch = 0; stop === 'epoch' && epoch < MAXIMUM_EPOCHS; epoch++) {
    machine.deliver([]);
    stop = machine.run();
  }
  return { stop, stdout, epochs: machine.epoch, executedCount: machine.vitals().executedCount };
}

test('the program does the same with and without forced ends, which come where blocks end', (t) => {
  const few = runBlockEnds('application', 30);
  const more = runBlockEnds('application', 60);
  const none = runBlockEnds('none', 30);
  const all = runBlockEnds('all', 30);
  t.is(none.stop, 'exited');
  for (const other of [few, all]) {
    t.is(other.stop, 'exited');
    t.is(other.stdout, none.stdout);
    t.is(other.executedCount, none.executedCount);
  }
  // Each round leaves at least the blocks of caught, returned, nested, recursive and lambda.
  t.true(few.epochs - none.epochs >= 5 * 30, `${none.epochs} epochs became ${few.epochs}`);
  t.true(more.epochs - few.epochs >= 5 * 30, `${few.epochs} epochs became ${more.epochs}`);
  t.true(all.epochs > few.epochs, `${few.epochs} epochs became ${all.epochs}`);
});

const SOURCE = `
  class Blocks {
    static int field;
    static native void a();
    static native void b();
    static void tried() { try { a(); field = 1; } catch (RuntimeException e) { b(); } field = 2; }
    static void locked() { synchronized (Blocks.class) { a(); } }
    static void plain() { a(); }
    // The return itself is behind the block that javac writes down.
    static int returned() { try { return field; } catch (RuntimeException e) { a(); return 3; } }
  }`;

test('ends of blocks are found: the last instruction in each, synchronized blocks aside', (t) => {
  const bytes = compileJava('Blocks.java', SOURCE).get('Blocks')!;
  const opcodes = (name: string) => {
    const code = parseClassFile(bytes, 'Blocks').methods.find((method) => method.name === name)!.code!;
    return blockEnds(code).map((pc) => code.code[pc]);
  };
  const [getstatic, putstatic, invokestatic] = [0xb2, 0xb3, 0xb8];
  t.deepEqual(opcodes('tried'), [putstatic, invokestatic]);
  t.deepEqual(opcodes('locked'), []);
  t.deepEqual(opcodes('plain'), []);
  t.deepEqual(opcodes('returned'), [getstatic]);
});
