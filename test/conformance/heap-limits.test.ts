// Replicas with memories of different sizes, as real processes: the program runs out of memory where its primary does, and
// goes on; a backup that alone runs out of memory ends, or goes on, as the action's descriptor has it.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { waitForReplica } from '../../bin/state-file.js';
import { cleanEnvironment, PROJECT, RJVM, runRjvm } from '../support/command.js';

const PATIENCE_MS = 90_000;
const classes = join(PROJECT, 'dist', 'test-classes');
const folder = mkdtempSync(join(tmpdir(), 'rjvm-heap-'));

test.before(async () => {
  await runRjvm(['-Xmx64m', '-cp', join(PROJECT, 'demos'), 'Hello']);
});

test.after.always(() => rmSync(folder, { recursive: true }));

/** The program HeapLimits as a pair, told what to do line by line. */
class Conversation {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #stateFile: string;
  readonly #lines: string[] = [];
  readonly #closed: Promise<number | null>;
  stderr = '';

  constructor(name: string, settings: readonly string[]) {
    this.#stateFile = join(folder, `${name}.json`);
    const set = settings.flatMap((setting) => ['--set', setting]);
    const words = [
      '-Xmx64m',
      '--pair',
      '--state-file',
      this.#stateFile,
      ...set,
      '-cp',
      classes,
      'HeapLimits',
    ];
    this.#child = spawn(process.execPath, [RJVM, ...words], { env: cleanEnvironment() });
    let rest = '';
    this.#child.stdout.setEncoding('latin1').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      this.#lines.push(...lines);
    });
    this.#child.stderr.setEncoding('latin1').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#closed = new Promise((resolve) => this.#child.on('close', resolve));
  }

  /** Gives the program a line; what it prints for it. */
  async tell(line: string): Promise<string> {
    const { length } = this.#lines;
    this.#child.stdin.write(`${line}\n`);
    await this.until(() => this.#lines.length > length);
    return this.#lines.at(-1)!;
  }

  async until(condition: () => boolean): Promise<void> {
    const endMs = performance.now() + PATIENCE_MS;
    while (!condition()) {
      if (this.#child.exitCode !== null || performance.now() > endMs) throw new Error(this.stderr);
      await delay(5);
    }
  }

  async kill(role: 'primary' | 'backup'): Promise<void> {
    const { pid } = await waitForReplica(this.#stateFile, role, PATIENCE_MS);
    process.kill(pid, 'SIGKILL');
  }

  async whole(): Promise<void> {
    await waitForReplica(this.#stateFile, 'backup', PATIENCE_MS);
  }

  /** Ends the input and waits for the program. */
  async end(): Promise<number | null> {
    this.#child.stdin.end();
    return this.#closed;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}

async function converse(
  name: string,
  settings: readonly string[],
  talk: (pair: Conversation) => Promise<void>,
): Promise<void> {
  const pair = new Conversation(name, settings);
  try {
    await pair.whole();
    await talk(pair);
  } finally {
    pair.stop();
  }
}

test.serial(
  'the limit of the primary is that of the program, and another one that of who takes over',
  async (t) => {
    t.timeout(5 * 60_000);
    await converse('smaller-primary', ['heapMib.a=24'], async (pair) => {
      t.is(await pair.tell('fill 10'), 'kept 10');
      t.is(await pair.tell('max'), '24 MiB');
      t.is(await pair.tell('fill 20'), 'no room: Java heap space');
      await pair.kill('primary');
      t.is(await pair.tell('fill 10'), 'kept 10', 'the objects are still there, and there is more room');
      t.is(await pair.tell('max'), 'the limit at first');
      t.is(await pair.tell('fill 15'), 'kept 15');
      t.is(await pair.end(), 0, pair.stderr);
    });
  },
);

test.serial('a backup that cannot hold the heap ends, and is replaced', async (t) => {
  t.timeout(5 * 60_000);
  await converse('smaller-backup', ['heapMib.b=24'], async (pair) => {
    t.is(await pair.tell('fill 10'), 'kept 10');
    t.is(await pair.tell('fill 25'), 'kept 25');
    await pair.until(() => pair.stderr.includes('whole again'));
    t.regex(
      pair.stderr,
      /replica b has failed: the heap takes \d+ MiB, and this replica can hold 24 \(heapMib\)/,
    );
    t.notRegex(pair.stderr, /replica a has failed/);
    await pair.kill('primary');
    t.is(await pair.tell('max'), 'the limit at first');
    t.is(await pair.tell('drop'), 'dropped');
    t.is(await pair.end(), 0, pair.stderr);
  });
});

test.serial('a backup that goes on regardless limits the program when it leads', async (t) => {
  t.timeout(5 * 60_000);
  const settings = ['heapMib.b=24', 'actions.java.lang.OutOfMemoryError.kill=false'];
  await converse('regardless', settings, async (pair) => {
    t.is(await pair.tell('fill 35'), 'kept 35');
    t.is(await pair.tell('max'), 'the limit at first');
    t.notRegex(pair.stderr, /failed/);
    await pair.kill('primary');
    await pair.until(() => pair.stderr.includes('whole again'));
    t.is(await pair.tell('max'), '24 MiB');
    t.is(await pair.end(), 0, pair.stderr);
  });
});
