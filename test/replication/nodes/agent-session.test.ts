// What an agent does for one launcher, message by message: whatever the launcher says, or the host refuses, the agent and
// its other launchers are none the worse for it.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { DEFAULT_CONFIGURATION } from '../../../replication/configuration.js';
import type { Channel, ChannelHandler } from '../../../replication/links/channel.js';
import { Link } from '../../../replication/links/link.js';
import type { FromAgent, ToAgent } from '../../../replication/nodes/agent-messages.js';
import { AgentSession } from '../../../replication/nodes/agent-session.js';
import { LocalSpawner } from '../../../replication/nodes/local-spawner.js';
import { seal } from '../../../replication/nodes/seal.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

// Copies made here are nobody else's.
process.env.XDG_CACHE_HOME = temporaryFolder('cache');

const KEY = randomBytes(32);
const JDK = { home: '/jdk', version: '17', digest: 'of the JDK' };
const IDENTITY = { id: 'launcher', token: 'secret', peerPort: 0 };

/** More than an environment variable of a new process may have: the host refuses it at once. */
const TOO_LARGE = 'x'.repeat(1 << 20);

/** The launcher's end of a link, in this process. */
class Launcher implements Channel {
  readonly heard: FromAgent[] = [];
  #handler: ChannelHandler | null = null;
  #wake = () => {};

  constructor(private isClosed = false) {}

  open(handler: ChannelHandler): void {
    this.#handler = handler;
    if (this.isClosed) handler.closed(null);
  }

  send(data: string | Uint8Array): void {
    const message = JSON.parse(String(data)) as FromAgent;
    if (message.kind !== 'beat') this.heard.push(message);
    this.#wake();
  }

  close(): void {
    this.isClosed = true;
    this.#handler?.closed(null);
  }

  say(message: ToAgent | Uint8Array): void {
    if (message instanceof Uint8Array) this.#handler!.message(Buffer.from(message), true);
    else this.#handler!.message(Buffer.from(JSON.stringify(message)), false);
  }

  async until(kind: FromAgent['kind']): Promise<void> {
    while (!this.heard.some((message) => message.kind === kind)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** An agent's session, and what is said and done on its side. */
function newSession(t: ExecutionContext, launcher = new Launcher()) {
  const reports: string[] = [];
  const session: { value?: AgentSession; endCount: number } = { endCount: 0 };
  const link = new Link(launcher, { ...IDENTITY, terms: {} } as unknown as Link['peer'], () => KEY);
  const report = (line: string) => void reports.push(line);
  session.value = new AgentSession(
    link,
    { hosts: ['127.0.0.1'], tls: undefined, jdk: JDK as never, report },
    { mayStart: () => true, over: () => session.endCount++ },
  );
  t.teardown(() => session.value!.end('the test is over'));
  return { launcher, session, reports };
}

const prepare = (files: (ToAgent & { kind: 'prepare' })['files']): ToAgent => {
  const { version, digest } = JDK;
  return { kind: 'prepare', mainClass: 'Main', jdk: { version, digest }, files };
};

const spawn = (id: string, birth: string): ToAgent => ({ kind: 'spawn', id, birth: seal(KEY, birth) });

async function readySession(t: ExecutionContext) {
  const parts = newSession(t);
  parts.session.value!.open();
  parts.launcher.say(prepare([]));
  await parts.launcher.until('ready');
  return parts;
}

test('a birth that is no JSON ends the link to that launcher, with one line', async (t) => {
  const { launcher, session, reports } = await readySession(t);
  reports.length = 0;
  t.notThrows(() => launcher.say(spawn('a', 'a birth')));
  t.is(session.endCount, 1);
  t.is(reports.length, 1);
  t.regex(reports[0]!, /^the link to the launcher of Main is closed: the birth of a replica is damaged: /);
});

test('the agent tells which launchers and replicas come and go', async (t) => {
  const { launcher, session, reports } = newSession(t);
  session.value!.open();
  launcher.say(prepare([]));
  await launcher.until('ready');
  launcher.say(spawn('a', '{}'));
  await launcher.until('ended');
  launcher.close();
  const nobody = newSession(t, new Launcher(true));
  nobody.session.value!.open();
  t.deepEqual(reports, [
    'the launcher of Main is let in (0 class path files, 0 to be sent)',
    'replica a of Main has ended (exit code 1)',
    'the launcher of Main is gone',
  ]);
  t.deepEqual(nobody.reports, ['the launcher is gone']);
});

test('the last words of a replica come before its end', async (t) => {
  const { launcher } = await readySession(t);
  // A process that shares the replica's standard error has what it says come late for certain.
  const late = join(temporaryFolder('late'), 'late.cjs');
  const command = ['sh', ['-c', 'sleep 1; echo the last words >&2'], { stdio: ['ignore', 'ignore', 2] }];
  const words = command.map((word) => JSON.stringify(word)).join(', ');
  writeFileSync(late, `require('node:child_process').spawn(${words}).unref();`);
  process.env.NODE_OPTIONS = `--require ${late}`;
  // No birth at all: the replica says so at length, and ends.
  launcher.say(spawn('a', '{}'));
  delete process.env.NODE_OPTIONS;
  await launcher.until('ended');
  t.deepEqual(launcher.heard.at(-1), { kind: 'ended', id: 'a', how: 'exit code 1' });
  const said = launcher.heard.map((message) => (message.kind === 'stderr' ? message.text : '')).join('');
  t.regex(said, /ZodError.*the last words\n$/s);
});

test.serial(
  'a host that starts no process is what a launcher hears of, not the end of the agent',
  async (t) => {
    const { launcher } = await readySession(t);
    const spawner = new LocalSpawner({ identity: { ...IDENTITY, terms: {} }, report: () => {} });
    await spawner.start();
    t.teardown(() => spawner.close());
    const sentence = "a replica's process cannot be started: Argument list too long (E2BIG)";
    process.env.RJVM_TEST = TOO_LARGE;
    try {
      launcher.say(spawn('a', '{}'));
      const order = { id: 'a', token: 'secret', configuration: DEFAULT_CONFIGURATION, leads: true };
      await t.throwsAsync(spawner.spawn(order), { name: 'UserError', message: sentence });
    } finally {
      delete process.env.RJVM_TEST;
    }
    t.deepEqual(launcher.heard.at(-1), { kind: 'ended', id: 'a', how: sentence });
    // It serves as before.
    launcher.say(spawn('b', '{}'));
    await launcher.until('stderr');
  },
);

test.serial('a process that the host fails to start later on is refused with the reason', async (t) => {
  const spawner = new LocalSpawner({ identity: { ...IDENTITY, terms: {} }, report: () => {} });
  await spawner.start();
  t.teardown(() => spawner.close());
  const { execPath } = process;
  process.execPath = '/none/node';
  try {
    const order = { id: 'a', token: 'secret', configuration: DEFAULT_CONFIGURATION, leads: true };
    const message = "a replica's process cannot be started: No such file or directory (ENOENT)";
    await t.throwsAsync(spawner.spawn(order), { name: 'UserError', message });
  } finally {
    process.execPath = execPath;
  }
});

test('a host without descriptors starts no process, and that is all', (t) => {
  const script = `
    import { openSync } from 'node:fs';
    import { startReplicaProcess } from '${new URL('../../../replication/nodes/replica-process.js', import.meta.url)}';
    try {
      for (;;) openSync('/dev/null');
    } catch {}
    for (const withChannel of [true, false]) {
      try {
        startReplicaProcess('', withChannel);
      } catch (error) {
        process.stdout.write(error.name + ': ' + error.message + '\\n');
      }
    }`;
  const node = [process.execPath, '--input-type=module', '-e', script];
  const said = execFileSync('sh', ['-c', 'ulimit -n 1024; exec "$@"', 'sh', ...node], { encoding: 'utf8' });
  const sentence = "UserError: a replica's process cannot be started: Too many open files (EMFILE)\n";
  t.is(said, sentence.repeat(2));
});

test('a session whose link is closed already is over when it is opened, and not before', (t) => {
  const { session } = newSession(t, new Launcher(true));
  t.is(session.endCount, 0);
  session.value!.open();
  t.is(session.endCount, 1);
});

test('each frame of a class path file is told to have been taken', async (t) => {
  const { launcher, session } = newSession(t);
  session.value!.open();
  const bytes = randomBytes(3000);
  const digest = createHash('sha256').update(bytes).digest('hex');
  launcher.say(prepare([{ path: '/none/x.jar', byteCount: bytes.length, digest }]));
  await launcher.until('lacks');
  launcher.say({ kind: 'file', byteCount: bytes.length, digest });
  for (let start = 0; start < bytes.length; start += 1000) launcher.say(bytes.subarray(start, start + 1000));
  const kinds = launcher.heard.map(({ kind }) => kind);
  t.is(kinds.filter((kind) => kind === 'taken').length, 3);
  t.true(kinds.includes('ready'));
});
