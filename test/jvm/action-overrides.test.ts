// What users set for single actions: what becomes of descriptors, what is refused with which words, and what the machine
// then performs.
import { join } from 'node:path';
import test from 'ava';
import { newBirthRecord } from '../../bin/new-birth-record.js';
import { nativeTables } from '../../classpath-stubs/index.js';
import { type ActionOverride, externalDescriptor, withOverrides } from '../../jvm/action-overrides.js';
import type { Action, Environment } from '../../jvm/environment.js';
import { Machine } from '../../jvm/machine.js';
import { decodeSavedMachine, encodeSavedMachine } from '../../jvm/snapshot/saved-machine.js';
import { UserError } from '../../lib/errors.js';
import { realHost } from '../../replication/host-environment.js';
import { machineParts } from '../../replication/machine-factory.js';
import { cleanEnvironment, PROJECT } from '../support/command.js';
import { withOptions } from './machine-harness.js';

const CLASSES = join(PROJECT, 'dist', 'test-classes');
const NANO_TIME = 'java.lang.System.nanoTime()J';
const PROCESS_ID = 'java.lang.ProcessHandleImpl.getCurrentPid0()J';
const WRITE = 'java.io.FileOutputStream.writeBytes([BIIZ)V';
const MAXIMUM_EPOCHS = 1000;

test('an override changes its bits and leaves the rest', (t) => {
  const natives = withOverrides(nativeTables, {
    [NANO_TIME]: { suppressedAtBackup: false },
    [WRITE]: { compared: true },
  });
  const before = nativeTables.get('java/lang/System')!;
  const after = natives.get('java/lang/System')!;
  t.deepEqual(after['nanoTime()J']!.action, { ...before['nanoTime()J']!.action, suppressedAtBackup: false });
  t.is(after['currentTimeMillis()J'], before['currentTimeMillis()J']);
  t.true(natives.get('java/io/FileOutputStream')!['writeBytes([BIIZ)V']!.action.compared);
  t.is(withOverrides(nativeTables, {}), nativeTables);
});

test('whether running out of memory ends a backup can be set', (t) => {
  const overrides = { 'java.lang.OutOfMemoryError': { kill: false } };
  t.is(withOverrides(nativeTables, overrides), nativeTables);
  t.true(externalDescriptor('java/lang/OutOfMemoryError', {}).kill);
  t.false(externalDescriptor('java/lang/OutOfMemoryError', overrides).kill);
});

const REFUSED: readonly (readonly [string, ActionOverride, RegExp])[] = [
  [
    'java.lang.System.nanotime()J',
    { compared: true },
    /^actions\..*nanotime\(\)J: there is no such action; is java\.lang\.System\.nanoTime\(\)J meant\?$/,
  ],
  [
    'java.io.FileOutputStream.writeBytes',
    { compared: true },
    /; is java\.io\.FileOutputStream\.writeBytes\(\[BIIZ\)V meant\?$/,
  ],
  ['java.lang.OutOfMemoryErorr', { kill: true }, /; is java\.lang\.OutOfMemoryError meant\?$/],
  ['foo', { compared: true }, /^actions\.foo: there is no such action; rjvm actions lists them$/],
  [
    NANO_TIME,
    { compared: true },
    /^actions\.java\.lang\.System\.nanoTime\(\)J\.compared: .*are for outputs$/,
  ],
  ['java.lang.Thread.sleep(J)V', { suppressedAtBackup: false }, /suppressedAtBackup: must be true/],
  ['java.lang.Object.hashCode()I', { suppressedAtBackup: true }, /does not leave the machine/],
  [NANO_TIME, { suppressedAtBackup: false, virtualised: true }, /virtualised: .*only where .* suppressed/],
  [PROCESS_ID, { virtualised: false }, /virtualised: must be true/],
  [WRITE, { virtualised: true }, /virtualised: is for inputs/],
  ['timer', { suppressedAtBackup: false }, /of an external action only kill can be set/],
  ['timer', { kill: true }, /kill: is for synchronous weakly global actions/],
  ['java.lang.ArithmeticException', { kill: true }, /kill: is for synchronous weakly global actions/],
  [NANO_TIME, { kill: true }, /kill: is for external actions/],
];

for (const [name, override, message] of REFUSED) {
  test(`refused: ${name} ${JSON.stringify(override)}`, (t) => {
    const error = t.throws(() => withOverrides(nativeTables, { [name]: override }), {
      instanceOf: UserError,
      message,
    });
    t.is(error?.code, 'CONFIGURATION');
  });
}

/** Runs a program to its end with overrides, saved and restored at each boundary; what it asked of the environment. */
function run(program: string, actions: Readonly<Record<string, ActionOverride>>): Action[] {
  const request = {
    program,
    programArguments: [],
    classPath: `${CLASSES}:${join(PROJECT, 'demos')}`,
    systemProperties: {},
    heapBytes: 32 << 20,
    stackBytes: 1 << 20,
    jdkOption: undefined,
  };
  const record = withOptions(newBirthRecord(request, cleanEnvironment(), CLASSES), { actions });
  const performed: Action[] = [];
  const environment: Environment = {
    perform: (action) => {
      performed.push(action);
      return action.request.kind === 'writeStandard' ? undefined : realHost.perform(action.request as never);
    },
  };
  const parts = machineParts(record, environment);
  let machine = new Machine(record, parts);
  for (let epoch = 0; epoch < MAXIMUM_EPOCHS && machine.run() === 'epoch'; epoch++) {
    machine.deliver([]);
    const saved = decodeSavedMachine(encodeSavedMachine(machine.save()));
    machine = Machine.restore(saved, record, parts);
  }
  return performed;
}

function descriptorsOf(performed: readonly Action[], kind: string): Action['descriptor'][] {
  return performed.filter(({ request }) => request.kind === kind).map(({ descriptor }) => descriptor);
}

test('the machine performs actions as they are overridden', (t) => {
  const usual = run('Clock', {});
  const clocks = descriptorsOf(usual, 'readMonotonicClock');
  t.true(clocks.length > 1);
  t.true(clocks.every(({ suppressedAtBackup }) => suppressedAtBackup));
  const performed = run('Clock', {
    [NANO_TIME]: { suppressedAtBackup: false },
    [WRITE]: { compared: true, suppressedAtBackup: false },
  });
  t.true(
    descriptorsOf(performed, 'readMonotonicClock').some(({ suppressedAtBackup }) => !suppressedAtBackup),
  );
  // What goes to the standard streams stays the primary's.
  const writes = descriptorsOf(performed, 'writeStandard');
  t.true(writes.length > 0);
  t.true(writes.every(({ compared, suppressedAtBackup }) => compared && suppressedAtBackup));
});

test('of a virtualised input the environment is asked once, by restored machines as well', (t) => {
  const performed = run('Clock', { [NANO_TIME]: { virtualised: true } });
  const virtualised = descriptorsOf(performed, 'readMonotonicClock').filter((each) => each.virtualised);
  t.is(virtualised.length, 1);
});
