// Nothing reaches the environment without a descriptor, or with one that contradicts what its native declares: the machine
// itself sees to it, so every program of the other tests proves it of the natives that it uses.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { newBirthRecord } from '../../bin/new-birth-record.js';
import { nativeTables } from '../../classpath-stubs/index.js';
import {
  checkDescriptor,
  contradiction,
  decodeDescriptor,
  encodeDescriptor,
  input,
  internal,
  localInput,
  output,
} from '../../jvm/actions.js';
import { ASYNCHRONOUS_ACTIONS, SYNCHRONOUS_ACTIONS } from '../../jvm/external-actions.js';
import { Machine } from '../../jvm/machine.js';
import type { NativeTable } from '../../jvm/natives.js';
import { realHost } from '../../replication/host-environment.js';
import { machineParts } from '../../replication/machine-factory.js';
import { cleanEnvironment, PROJECT } from '../support/command.js';

const DEMOS = join(PROJECT, 'demos');
const MAXIMUM_EPOCHS = 200;

/** Runs the demo Clock to its end with System.nanoTime declared as that. */
function runClock(action: NativeTable[string]['action']): void {
  const request = {
    program: 'Clock',
    programArguments: [],
    classPath: DEMOS,
    systemProperties: {},
    heapBytes: 64 << 20,
    stackBytes: 1 << 20,
    jdkOption: undefined,
  };
  const record = newBirthRecord(request, cleanEnvironment(), DEMOS);
  const environment = {
    perform: ({ request: asked }: { readonly request: { readonly kind: string } }) =>
      asked.kind === 'writeStandard' ? undefined : realHost.perform(asked as never),
  };
  const parts = machineParts(record, environment);
  const system = nativeTables.get('java/lang/System')!;
  const nanoTime = { ...system['nanoTime()J']!, action };
  const natives = new Map(nativeTables).set('java/lang/System', { ...system, 'nanoTime()J': nanoTime });
  const machine = new Machine(record, { ...parts, natives });
  for (let epoch = 0; epoch < MAXIMUM_EPOCHS && machine.run() === 'epoch'; epoch++) machine.deliver([]);
}

test('a native that is declared to be internal does not reach the environment', (t) => {
  t.throws(() => runClock(internal), {
    message:
      'java.lang.System.nanoTime()J asks for readMonotonicClock, yet it is declared to stay inside the machine',
  });
  t.throws(() => runClock(localInput()), { message: /nanoTime\(\)J .* it is declared to be local$/ });
  t.notThrows(() => runClock(input()));
});

test('what a native may perform follows from what it declares', (t) => {
  const timed = output({ asynchronous: true, acknowledged: true });
  t.is(contradiction(output(), input()), null);
  t.is(contradiction(input(), localInput()), null);
  t.is(contradiction(input(), timed), null);
  t.is(contradiction(output({ asynchronous: true }), output()), null);
  for (const performed of [input(), localInput(), output(), timed]) {
    t.truthy(contradiction(internal, performed));
  }
  t.truthy(contradiction(input(), output()));
  t.truthy(contradiction(localInput(), input()));
  t.truthy(contradiction({ ...output(), suppressedAtBackup: false }, output()));
  t.truthy(contradiction(output(), { ...output(), suppressedAtBackup: false }));
});

test('natives whose code turns to the environment declare it', (t) => {
  const turning = /\.perform\(|\.readMonotonicClock\(|\.readWallClock\(|\.fileChanges\.|\.startTimer\(/;
  let found = 0;
  for (const [className, table] of nativeTables) {
    for (const [key, native] of Object.entries(table)) {
      if (!turning.test(String('call' in native ? native.call : native.raw))) continue;
      found++;
      t.true(native.action.io, `${className}.${key}`);
    }
  }
  t.true(found > 10, `${found} natives`);
});

test('external actions have legal descriptors', (t) => {
  for (const { descriptor } of Object.values({ ...SYNCHRONOUS_ACTIONS, ...ASYNCHRONOUS_ACTIONS })) {
    t.notThrows(() => checkDescriptor(descriptor));
    t.deepEqual(decodeDescriptor(encodeDescriptor(descriptor)), descriptor);
  }
});

test('the machine throws what is in the table of implicit exceptions as such', (t) => {
  const strays: string[] = [];
  for (const name of readdirSync(join(PROJECT, 'jvm'), { recursive: true }) as string[]) {
    if (!name.endsWith('.ts')) continue;
    const text = readFileSync(join(PROJECT, 'jvm', name), 'utf8');
    for (const [, thrown] of text.matchAll(/throwNew\(\s*'([^']+)'/g)) {
      if (Object.hasOwn(SYNCHRONOUS_ACTIONS, thrown!)) strays.push(`${name}: ${thrown}`);
    }
  }
  // A failed load may be reported as the general error.
  t.deepEqual(
    strays.filter((stray) => !stray.endsWith('LinkageError')),
    [],
  );
});
