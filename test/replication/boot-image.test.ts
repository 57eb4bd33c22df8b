// The boot image: that it changes nothing but the time of a start, for which machines it holds, and what becomes of one
// that is missing, damaged or cannot be written.
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { newBirthRecord } from '../../bin/new-birth-record.js';
import type { BirthRecord } from '../../jvm/birth-record.js';
import { bootRecordOf, UNKNOWN } from '../../jvm/boot-record.js';
import { Machine } from '../../jvm/machine.js';
import { encodeSavedMachine } from '../../jvm/snapshot/saved-machine.js';
import { imageFile, readImage, writeImage } from '../../replication/boot-image.js';
import { realHost } from '../../replication/host-environment.js';
import { machineFactory, machineParts } from '../../replication/machine-factory.js';
import { divergence, recordRun, replayRun } from '../jvm/machine-harness.js';
import { temporaryFolder } from '../lib/temporary.js';
import { cleanEnvironment, PROJECT, runRjvm } from '../support/command.js';

const DEMOS = join(PROJECT, 'demos');
const MEBIBYTE = 1 << 20;

const cacheFolder = mkdtempSync(join(tmpdir(), 'rjvm-cache-'));
process.env.XDG_CACHE_HOME = cacheFolder;
test.after.always(() => rmSync(cacheFolder, { recursive: true, force: true }));

function birthRecord(program: string, systemProperties: Record<string, string> = {}): BirthRecord {
  const request = {
    program,
    programArguments: ['one', 'two'],
    classPath: DEMOS,
    systemProperties,
    heapBytes: 256 * MEBIBYTE,
    stackBytes: MEBIBYTE,
    jdkOption: undefined,
  };
  return newBirthRecord(request, cleanEnvironment(), DEMOS);
}

const noEnvironment = { perform: () => null };

function booted(record: BirthRecord): Machine {
  const machine = new Machine(record, machineParts(record, noEnvironment));
  machine.boot();
  return machine;
}

test.serial('a machine from the image does at every epoch what one does that has booted itself', (t) => {
  const record = birthRecord('Arguments', { 'app.name': 'x' });
  const file = imageFile(record)!;
  t.true(writeImage(file, booted(record).save()));
  const fromImage = recordRun(record, realHost);
  const fromScratch = replayRun(record, fromImage, {
    host: realHost,
    createMachine: (_, environment) => new Machine(record, machineParts(record, environment)),
  });
  t.is(divergence(fromImage, fromScratch), undefined);
  t.is(fromImage.exitCode, 0);
});

test.serial('two boots give the same bytes, whatever the program is', (t) => {
  const record = birthRecord('Hello');
  const other = {
    ...birthRecord('Strings', { 'app.name': 'y' }),
    environmentVariables: { A: 'b' },
    classPath: ['/nowhere'],
  };
  const bytes = Buffer.from(encodeSavedMachine(booted(record).save()));
  t.true(bytes.equals(Buffer.from(encodeSavedMachine(booted(other).save()))));
  t.is(imageFile(record), imageFile(other));
});

test.serial('nothing of the placeholders is left when a program runs', (t) => {
  const record = birthRecord('Hello');
  const machine = machineFactory.create(record, {
    perform: ({ request }) =>
      request.kind === 'writeStandard' ? undefined : realHost.perform(request as never),
  }) as Machine;
  t.true(placeholders(machine).length > 0, 'there are some at first');
  while (machine.run() !== 'exited') machine.deliver([]);
  machine.collector.collect(true);
  t.deepEqual(placeholders(machine), []);
});

/** Addresses of placeholders in live objects. */
function placeholders(machine: Machine): readonly number[] {
  const { memory } = machine;
  const found: number[] = [];
  const needle = Buffer.from(UNKNOWN.slice(1), 'latin1');
  const [start, end] = memory.usedRanges()[1]!;
  // The collector leaves the bytes of dead objects where they are.
  const heap = Buffer.from(memory.buffer, start, end - start);
  const free = [...machine.heap.freeSpans()];
  for (let at = heap.indexOf(needle); at >= 0; at = heap.indexOf(needle, at + 1)) {
    const address = start + at;
    if (!free.some((span) => address >= span.start && address < span.start + span.byteCount))
      found.push(address);
  }
  return found;
}

test('the image depends on options, JDK and host, not on the program', (t) => {
  const record = birthRecord('Hello');
  const file = imageFile(record);
  const options = { ...record.options, heapBytes: 128 * MEBIBYTE };
  t.not(imageFile({ ...record, options }), file);
  t.not(imageFile({ ...record, jdk: { ...record.jdk, digest: 'other' } }), file);
  const hostProperties = { ...record.hostProperties, 'user.home': '/other' };
  t.not(imageFile({ ...record, hostProperties }), file);
  t.is(imageFile({ ...record, hostProperties: { ...record.hostProperties, 'user.dir': '/other' } }), file);
  t.not(imageFile({ ...record, systemProperties: { 'user.language': 'fr' } }), file);
  t.is(bootRecordOf({ ...record, systemProperties: { 'java.security.manager': 'allow' } }), null);
});

test('a damaged image is told from a missing one', (t) => {
  const file = join(temporaryFolder(t), 'image');
  t.is(readImage(file), 'none');
  t.true(writeImage(file, { tables: Uint8Array.of(1, 2), memory: [] }));
  t.deepEqual(readImage(file), { tables: Buffer.of(1, 2), memory: [] });
  const bytes = readFileSync(file);
  for (let i = 0; i < bytes.length; i++) {
    const damaged = Buffer.from(bytes);
    damaged[i]! ^= 1;
    writeFileSync(file, damaged);
    t.is(readImage(file), 'damaged');
  }
  for (let length = 0; length < bytes.length; length++) {
    writeFileSync(file, bytes.subarray(0, length));
    t.is(readImage(file), 'damaged');
  }
});

test('old images go away, and what was left of ones that were never finished', (t) => {
  const folder = temporaryFolder(t);
  const named = (index: number) => `boot-${index.toString(16).padStart(40, '0')}.image`;
  const make = (name: string, ageMs: number) => {
    writeFileSync(join(folder, name), '');
    const written = new Date(Date.now() - ageMs);
    utimesSync(join(folder, name), written, written);
  };
  for (let index = 1; index <= 9; index++) make(named(index), index * 60_000);
  make(`${named(0)}.9211.2054412930465`, 2 * 3_600_000);
  make(`${named(0)}.9212.2054412930466`, 60_000);
  make(`${named(0)}.mine`, 100 * 3_600_000);
  t.true(writeImage(join(folder, named(0)), { tables: Uint8Array.of(1), memory: [] }));
  const kept = Array.from({ length: 8 }, (_, index) => named(index));
  t.deepEqual(
    readdirSync(folder).sort(),
    [...kept, `${named(0)}.9212.2054412930466`, `${named(0)}.mine`].sort(),
  );
});

test.serial('the command makes, uses, repairs and does without an image', async (t) => {
  const cache = temporaryFolder(t);
  const environment = { XDG_CACHE_HOME: cache };
  const words = [join(DEMOS, 'Hello.class')];
  const run = () => runRjvm(words, { environment });
  const first = await run();
  t.is(first.stdout, 'Hello, world!\n');
  const [name] = readdirSync(join(cache, 'rjvm'));
  const file = join(cache, 'rjvm', name!);
  const whole = readFileSync(file);

  const second = await run();
  t.deepEqual([second.stdout, second.stderr, second.exit], ['Hello, world!\n', '', 0]);

  writeFileSync(file, whole.subarray(0, 1000));
  const third = await run();
  t.is(third.stdout, 'Hello, world!\n');
  t.true(third.stderr.startsWith(`rjvm: the boot image ${file} is damaged; it is made again\n`));
  t.true(readFileSync(file).equals(whole));

  const made = await runRjvm(['image'], { environment });
  t.deepEqual([made.stdout, made.stderr, made.exit], [`${file}\n`, '', 0]);
  t.true(readFileSync(file).equals(whole));

  // A folder stands in the way even of a user who may write everywhere.
  const closed = temporaryFolder(t);
  writeFileSync(join(closed, 'rjvm'), '');
  const fourth = await runRjvm(words, { environment: { XDG_CACHE_HOME: closed } });
  t.deepEqual([fourth.stdout, fourth.stderr, fourth.exit], ['Hello, world!\n', '', 0]);
});
