// Streams and disks that fail, as real processes meet them: closed, full, without a reader, read-only, removed. What the
// program sees is what it sees on `java`: alone, on a pair, and on a pair whose primary is killed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { waitForReplica } from '../../bin/state-file.js';
import { cleanEnvironment, jdkProgram, limiter, PROJECT, RJVM } from '../support/command.js';

const limited = limiter(1);
const folder = mkdtempSync(join(tmpdir(), 'rjvm-faults-'));
const classes = join(PROJECT, 'dist', 'test-classes');
const TIMEOUT_MS = 120_000;
const POLL_MS = 20;

const MODES = ['java', 'alone', 'pair', 'killed'] as const;
type Mode = (typeof MODES)[number];

interface Ending {
  readonly exit: number | null;
  readonly stdout: string;
  /** Without rjvm's own lines. */
  readonly stderr: string;
}

interface Run {
  readonly mode: Mode;
  /** Shell words in which "$@" is the program. */
  readonly script: string;
  /** $0 of the script. */
  readonly name?: string;
  readonly words: readonly string[];
  /** Whether the kill may come, and the line of standard input after it. */
  readonly ready: (stdout: string) => boolean;
  /** Reads no more than the first line of standard output. */
  readonly leaves?: boolean;
}

let runCount = 0;

/** Runs a program under a shell. When it is ready the primary is killed where that is asked for, and it gets a line. */
async function run({ mode, script, name = 'sh', words, ready, leaves = false }: Run): Promise<Ending> {
  const stateFile = join(folder, `state-${runCount++}.json`);
  const program =
    mode === 'java'
      ? [jdkProgram('java')]
      : [RJVM, ...(mode === 'alone' ? [] : ['--pair', '--state-file', stateFile])];
  const child = spawn('sh', ['-c', script, name, ...program, '-cp', classes, ...words], {
    env: cleanEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  // With all that it has started.
  const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), TIMEOUT_MS);
  let stdout = '';
  let stderr = '';
  child.stdin.on('error', () => {});
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (leaves && stdout.includes('\n')) child.stdout.destroy();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  let ended = false;
  void closed.then(() => {
    ended = true;
  });
  while (!ended && !ready(stdout)) await delay(POLL_MS);
  if (mode === 'killed' && !ended) {
    const { pid } = await waitForReplica(stateFile, 'primary', TIMEOUT_MS);
    process.kill(pid, 'SIGKILL');
  }
  child.stdin.end('go\n');
  const exit = await closed;
  clearTimeout(timer);
  const own = /^rjvm: .*\n/gm;
  return { exit, stdout, stderr: stderr.replace(own, '') };
}

/** What a run comes to, with all that it leaves behind. */
async function outcome(options: Run, report?: string): Promise<string> {
  const { exit, stdout, stderr } = await limited(() => run(options));
  return JSON.stringify({
    exit,
    stdout,
    stderr,
    report: report === undefined ? '' : readFileSync(report, 'utf8'),
  });
}

for (const redirection of ['>/dev/full', '2>/dev/full', '>&-', '2>&-', '>/dev/null', '</etc']) {
  test(`standard streams: ${redirection}`, async (t) => {
    t.timeout(10 * TIMEOUT_MS);
    const results: Record<string, string> = {};
    for (const mode of MODES) {
      const report = join(folder, `report-${runCount}`);
      results[mode] = await outcome(
        {
          mode,
          script: `exec "$@" ${redirection}`,
          words: ['StreamFaults', report],
          ready: () => existsSync(report) && readFileSync(report, 'utf8').startsWith('begun'),
        },
        report,
      );
    }
    t.deepEqual(results, Object.fromEntries(MODES.map((mode) => [mode, results.java!])));
  });
}

test('a closed standard input is no file to read from', async (t) => {
  t.timeout(10 * TIMEOUT_MS);
  for (const mode of ['alone', 'pair'] as const) {
    // OpenJDK gives the descriptor to the first file that it opens, so that a program reads the JDK's own modules.
    const report = join(folder, `report-${runCount}`);
    const text = await outcome(
      { mode, script: 'exec "$@" <&-', words: ['StreamFaults', report], ready: () => true },
      report,
    );
    t.true(text.includes('in: java.io.IOException: Bad file descriptor'), text);
  }
});

test('a reader that goes away is told to the program', async (t) => {
  t.timeout(10 * TIMEOUT_MS);
  for (const mode of MODES) {
    const ready = (stdout: string) => stdout.includes('\n');
    const ending = await limited(() =>
      run({ mode, script: 'exec "$@"', words: ['StreamFaults', '-'], ready, leaves: true }),
    );
    t.is(ending.exit, 3, mode);
    t.is(ending.stderr, 'nobody reads\n', mode);
  }
});

/** A small disk in a namespace of its own, which becomes read-only when the program has come so far. $0: its folder. */
const ON_SMALL_DISK = `
mount -t tmpfs -o size=2m none "$0" || exit 77
mkfifo "$0.fifo"
"$@" "$0" <"$0.fifo" &
program=$!
exec 3>"$0.fifo"
read line
# A replica that was killed may still be on its way out.
for try in 1 2 3 4 5 6 7 8 9 10; do
  mount -o remount,ro "$0" 2>/dev/null && break
  sleep 0.5
done
echo "$line" >&3
wait $program`;

const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

(canMount ? test : test.skip)(
  `a full disk, removed files, a folder that becomes read-only${canMount ? '' : ': skipped, a namespace with a disk of its own cannot be made here'}`,
  async (t) => {
    t.timeout(10 * TIMEOUT_MS);
    const results: Record<string, string> = {};
    // The same folder every time: its name is in the messages.
    const name = join(folder, 'disk');
    mkdirSync(name);
    for (const mode of MODES) {
      const script = `exec unshare -rm sh -c '${ON_SMALL_DISK}' "$0" "$@"`;
      const ready = (stdout: string) => stdout.includes('kept: kept');
      results[mode] = await outcome({ mode, script, name, words: ['DiskFaults'], ready });
      spawnSync('rm', ['-f', `${name}.fifo`]);
    }
    t.regex(results.java!, /No space left on device.*Read-only file system/);
    t.deepEqual(results, Object.fromEntries(MODES.map((mode) => [mode, results.java!])));
  },
);

/** What java.io.File, java.nio.file and file channels offer and rjvm has not: each says so. */
const MISSING: Readonly<Record<string, RegExp>> = {
  'FileChannel.map write': /^java.io.IOException: rjvm cannot map files for writing$/,
  'FileChannel.lock': /rjvm has no native sun\/nio\/ch\/FileKey/,
  'FileChannel.tryLock': /rjvm has no native sun\/nio\/ch\/FileKey/,
  'FileChannel.lock shared': /rjvm has no native sun\/nio\/ch\/FileKey/,
  'user view': /Unable to get list of extended attributes: Operation not supported$/,
  'user view write': /rjvm has no native .*fsetxattr0/,
  'dos attributes': /rjvm has no native .*fgetxattr0/,
  FileStore: /rjvm has no native .*setmntent0/,
  'FileSystem.stores': /rjvm has no native .*setmntent0/,
  SecureDirectoryStream: /^false$/,
  'SecureDirectoryStream.open': /^java.lang.ClassCastException/,
  WatchService: /rjvm has no native .*inotifyInit/,
  'zip file system': /rjvm has no native java\/util\/zip\/Deflater/,
  Deflater: /rjvm has no native java\/util\/zip\/Deflater/,
};

for (const mode of ['alone', 'pair'] as const) {
  test(`the reach of the file classes is java's, or says what is missing: ${mode}`, async (t) => {
    t.timeout(10 * TIMEOUT_MS);
    const lines: Record<string, string[]> = {};
    for (const each of ['java', mode] as const) {
      const where = join(folder, `reach-${mode}-${each}`);
      mkdirSync(where);
      const { stdout, exit } = await limited(() =>
        run({ mode: each, script: 'exec "$@"', words: ['FileReach', where], ready: () => true }),
      );
      t.is(exit, 0);
      lines[each] = stdout.replaceAll(where, '<folder>').split('\n');
    }
    t.is(lines[mode]!.length, lines.java!.length);
    for (const [index, line] of lines.java!.entries()) {
      const own = lines[mode]![index]!;
      if (own === line) continue;
      const [title = '', ...rest] = own.split(' = ');
      t.regex(rest.join(' = '), MISSING[title] ?? /^as java has it$/, `${title}: ${line}`);
    }
  });
}
