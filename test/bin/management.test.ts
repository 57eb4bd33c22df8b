// Running pairs watched and steered from outside, as a user does it: rjvm status, events, kill and notify.
import { type ChildProcess, spawn } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { COMMAND_SUMMARIES } from '../../bin/commands/names.js';
import {
  type PairStatus,
  pairEventSchema,
  pairStatusSchema,
} from '../../replication/management/pair-status.js';
import { PairProcess } from '../replication/pair-process.js';
import type { Program } from '../replication/toy-machine.js';
import { cleanEnvironment, jdkProgram, PROJECT, RJVM, runCommand, runRjvm } from '../support/command.js';

/** The control sockets of these tests are here, and nobody else's. */
const runtime = mkdtempSync(join(tmpdir(), 'rjvm-m-'));
process.env.RJVM_RUNTIME_DIR = runtime;
test.after.always(() => rmSync(runtime, { recursive: true, force: true }));

const ENDLESS: Program = {
  steps: [{ op: 'clock' }, { op: 'compute', epochs: 3, spin: 100_000 }, { op: 'print' }],
  rounds: 1_000_000,
};
/** Only what these tests do to a replica is to end it, however slow the host is. */
const PATIENT = {
  heartbeat: { missed: 1000 },
  timeouts: { probeMs: 600_000, progressMs: 0, synchronisationMs: 0 },
};
const PATIENT_FLAGS = [
  '--pair',
  ...Object.entries(PATIENT).flatMap(([group, values]) =>
    Object.entries(values).flatMap(([key, value]) => ['--set', `${group}.${key}=${value}`]),
  ),
];
const PATIENCE_MS = 120_000;
const POLL_MS = 20;

async function statuses(): Promise<PairStatus[]> {
  const { stdout, exit } = await runRjvm(['status', '--json']);
  if (exit !== 0) return [];
  return (JSON.parse(stdout) as unknown[]).map((each) => pairStatusSchema.parse(each));
}

/** The pair of that launcher as soon as it is as wanted. */
async function statusWhen(launcher: number, isWanted: (status: PairStatus) => boolean): Promise<PairStatus> {
  for (const deadline = Date.now() + PATIENCE_MS; ; ) {
    const found = (await statuses()).find((status) => status.launcher === launcher);
    if (found !== undefined && isWanted(found)) return found;
    if (Date.now() > deadline) throw new Error(`it does not come to it: ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; !condition(); ) {
    if (Date.now() > deadline) throw new Error('it does not come to it');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function refuses(t: ExecutionContext, words: readonly string[], message: RegExp): Promise<void> {
  const { stdout, stderr, exit } = await runRjvm(words);
  t.regex(stderr, message);
  t.deepEqual([stdout, stderr.split('\n').length, exit], ['', 2, 1]);
}

async function endAll(pairs: readonly PairProcess[]): Promise<void> {
  for (const pair of pairs) pair.child.kill('SIGTERM');
  for (const pair of pairs) await pair.end();
}

test.serial('no pair is running', async (t) => {
  t.deepEqual(await runRjvm(['status']), {
    stdout: 'no pair of this user is running\n',
    stderr: '',
    exit: 0,
  });
  t.is((await runRjvm(['status', '--json'])).stdout, '[]\n');
  await refuses(t, ['kill', 'primary'], /^rjvm: no pair of this user is running\n$/);
  await refuses(t, ['status', '4194303'], /^rjvm: no launcher 4194303 of a pair is running; none is\n$/);
  await refuses(t, ['events', 'x'], /^rjvm: x is no process id\n$/);
  await refuses(t, ['events', '--frob'], /^rjvm: unknown option '--frob'; see rjvm events --help\n$/);
  await refuses(t, ['kill'], /^rjvm: missing required argument 'replica'; see rjvm kill --help\n$/);
  await refuses(t, ['kill', '1', 'a', 'b'], /^rjvm: too many arguments: b; see rjvm kill --help\n$/);
  await refuses(t, ['notify', 'primary', 'slow'], /^rjvm: say what has happened: .*failed/);
});

test.serial('every command has its help', async (t) => {
  const overview = await runRjvm(['--help']);
  for (const name of Object.keys(COMMAND_SUMMARIES)) {
    t.regex(overview.stdout, new RegExp(`^ {2}${name} `, 'm'));
    const { stdout, stderr, exit } = await runRjvm([name, '--help']);
    t.regex(stdout, /^Usage: rjvm /);
    t.deepEqual([stderr, exit], ['', 0]);
  }
});

test.serial('several pairs, of which one is to be named', async (t) => {
  const pairs = [new PairProcess(ENDLESS, 'pair', PATIENT), new PairProcess(ENDLESS, 'pair', PATIENT)];
  try {
    for (const pair of pairs) await statusWhen(pair.child.pid!, ({ health }) => health === 'whole');
    const [first, second] = pairs.map(({ child }) => child.pid!).sort((a, b) => a - b);
    const both = `${first} \\(Toy\\), ${second} \\(Toy\\)`;
    await refuses(
      t,
      ['kill', 'primary'],
      new RegExp(`^rjvm: several pairs .*: say which launcher, ${both}\n$`),
    );
    await refuses(t, ['events'], /several pairs/);
    t.regex((await runRjvm(['status'])).stdout, /^Toy: whole, incarnation 1, launcher (?:.|\n)*^Toy: whole/m);
    await refuses(
      t,
      ['kill', String(first), 'z'],
      /^rjvm: there is no replica z; alive are a \(primary\), b \(backup\)\n$/,
    );
    t.regex((await runRjvm(['kill', String(first), 'b'])).stdout, /^killed: replica b \(pid \d+\)\n$/);
    const after = await statusWhen(first!, ({ reintegrations }) => reintegrations.count === 1);
    t.deepEqual(after.replicas.map(({ id, state }) => `${id} ${state}`).sort(), [
      'a running',
      'b lost',
      'c running',
    ]);
    t.is(after.takeOvers.count, 0);
    const other = (await statuses()).find(({ launcher }) => launcher === second);
    t.is(other?.health, 'whole');
    t.is(other?.replicas.length, 2);
  } finally {
    await endAll(pairs);
  }
  t.deepEqual(readdirSync(runtime), []);
});

test.serial(
  'control sockets are for this user alone, and are removed when their launcher is gone',
  async (t) => {
    const pair = new PairProcess(ENDLESS, 'pair', PATIENT);
    const path = join(runtime, `${pair.child.pid}.sock`);
    await statusWhen(pair.child.pid!, ({ health }) => health === 'whole');
    t.is(lstatSync(path).mode & 0o777, 0o600);
    t.is(lstatSync(runtime).mode & 0o777, 0o700);
    pair.child.kill('SIGKILL');
    await pair.end();
    t.deepEqual(await statuses(), []);
    t.true(lstatSync(path).isSocket());
    utimesSync(path, 1, 1);
    t.deepEqual(await statuses(), []);
    t.throws(() => lstatSync(path), { code: 'ENOENT' });
  },
);

test.serial('a primary that is reported to have failed is replaced', async (t) => {
  const pair = new PairProcess(ENDLESS, 'pair', PATIENT);
  try {
    await statusWhen(pair.child.pid!, ({ health }) => health === 'whole');
    t.regex((await runRjvm(['notify', 'primary', 'failed'])).stdout, /^told: replica a \(pid \d+\)\n$/);
    const after = await statusWhen(pair.child.pid!, ({ health }) => health === 'whole');
    t.is(after.incarnation, 2);
    t.is(after.takeOvers.count, 1);
  } finally {
    await endAll([pair]);
  }
  t.regex(pair.stderr, /^rjvm: primary a \(pid \d+\) lost; b takes over at /);
});

/** A program of its own words as a pair, with all that it prints. */
class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor(words: readonly string[]) {
    this.child = spawn(process.execPath, [RJVM, ...words], { env: cleanEnvironment(), cwd: PROJECT });
    this.child.stdout?.setEncoding('latin1').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('latin1').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
  }
}

test.serial('a Java program as a pair, watched, and its replicas killed and reported', async (t) => {
  t.timeout(10 * 60_000);
  const program = ['-cp', join(PROJECT, 'dist', 'test-classes'), 'Survivor', join(runtime, 'records')];
  const pair = new Running([...PATIENT_FLAGS, '--manage', '0', ...program]);
  const launcher = pair.child.pid!;
  // It works as long as it is given lines, so that it outlives what is done to it, however slow the host is.
  let input = '';
  const feeding = setInterval(() => {
    const line = `line ${input.length}\n`;
    input += line;
    pair.child.stdin?.write(line);
  }, POLL_MS).unref();
  const first = await statusWhen(launcher, ({ health }) => health === 'whole');
  t.is(first.program, 'Survivor');
  const following = new Running(['events', '--follow', '--json']);
  t.regex((await runRjvm(['kill', 'primary'])).stdout, /^killed: replica a \(pid \d+\)\n$/);
  await statusWhen(launcher, ({ reintegrations }) => reintegrations.count === 1);
  t.regex((await runRjvm(['notify', String(launcher), 'c', 'failed'])).stdout, /^told: replica c /);
  // A replica tells of its figures every other second: what b did as the primary shows a little later.
  const last = await statusWhen(
    launcher,
    ({ reintegrations, replicas }) =>
      reintegrations.count === 2 &&
      replicas.some(({ id, figures }) => id === 'b' && figures?.logBytes && figures.heartbeatsSent),
  );
  t.deepEqual([last.health, last.incarnation, last.takeOvers.count], ['whole', 2, 1]);
  t.deepEqual(last.replicas.map(({ id, role, state }) => `${id} ${role} ${state}`).sort(), [
    'a primary lost',
    'b primary running',
    'c backup lost',
    'd backup running',
  ]);
  const url = `http://${last.manage}`;
  t.is(pairStatusSchema.parse(await (await fetch(`${url}/status`)).json()).launcher, launcher);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  t.regex(metrics, /^rjvm_incarnation 2$/m);
  t.regex(metrics, /^rjvm_take_overs_total 1$/m);
  t.regex(metrics, /^rjvm_reintegrations_total 2$/m);
  t.regex(metrics, /^rjvm_log_bytes_total\{replica="b"\} [1-9]\d*$/m);
  t.regex(metrics, /^rjvm_heartbeats_sent_total\{replica="b"\} [1-9]\d*$/m);
  t.is((await fetch(`${url}/kill?replica=primary`, { method: 'POST' })).status, 405);
  clearInterval(feeding);
  pair.child.stdin?.end();
  t.is(await pair.ended, 0);
  t.is(await following.ended, 0);
  const events = following.stdout
    .trimEnd()
    .split('\n')
    .map((line) => pairEventSchema.parse(JSON.parse(line)));
  t.deepEqual(
    events.map(({ number }) => number),
    [...events.keys()],
  );
  t.deepEqual(
    events.filter(({ kind }) => kind === 'command').map(({ text }) => text.replace(/\d+/, 'N')),
    ['kill primary a (pid N)', 'backup c (pid N) is reported to have failed'],
  );
  t.deepEqual(
    events.filter(({ kind }) => kind === 'fault').map(({ text }) => text),
    ['replica c is ended: it was notified to have failed'],
  );
  t.is(events.filter(({ kind }) => kind === 'takeOver').length, 1);
  t.is(events.filter(({ kind }) => kind === 'reintegrated').length, 2);
  t.is(events.at(-1)?.text, 'ended with exit code 0');
  const java = await runCommand(jdkProgram('java'), program, { input });
  t.is(pair.stdout, java.stdout);
  const health = pair.stderr.split('\n').filter((line) => line !== '' && !line.includes('boot image'));
  t.is(health.length, 4, pair.stderr);
  t.deepEqual(
    events.filter(({ kind }) => kind === 'notice').map(({ text }) => `rjvm: ${text}`),
    health,
  );
});

test.serial('a notice never stands in a line that the program has begun', async (t) => {
  const pair = new Running([...PATIENT_FLAGS, '-cp', join(PROJECT, 'dist', 'test-classes'), 'HalfLines']);
  const launcher = pair.child.pid!;
  await statusWhen(launcher, ({ health }) => health === 'whole');
  await until(() => pair.stderr.includes('begun 0'));
  await runRjvm(['kill', String(launcher), 'backup']);
  await statusWhen(launcher, ({ reintegrations }) => reintegrations.count === 1);
  pair.child.stdin?.end('x');
  t.is(await pair.ended, 0);
  const notices = /rjvm: backup b \(pid \d+\) lost; .*\nrjvm: c \(pid \d+\) is the new backup; .*\n/.source;
  // Of a first start, which leaves something for later ones.
  const said = pair.stderr.replace(/^rjvm: the boot image .*\n/gm, '').replace(/^begun 0\n\n/, 'begun 0\n');
  t.regex(said, new RegExp(`^begun 0\n${notices}, finished\nbegun 1\n$`));
  t.is(pair.stdout, 'asked 0, answered\nasked 1');
});

test.serial('an address that is taken is refused before anything runs', async (t) => {
  const pair = new Running([...PATIENT_FLAGS, '--manage', '0', 'demos/Counter.class', '400', '60000']);
  try {
    const { manage } = await statusWhen(pair.child.pid!, (status) => status.manage !== null);
    await refuses(t, ['--pair', '--manage', String(manage), 'demos/Hello.class'], /EADDRINUSE/);
  } finally {
    pair.child.kill('SIGKILL');
    await pair.ended;
  }
});
