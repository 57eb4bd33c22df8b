// Real programs as a pair, with the primary or the backup killed by SIGKILL at random moments: the output and the exit
// code are those of an undisturbed run.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { waitForReplica } from '../../bin/state-file.js';
import { generator } from '../../lib/generator.js';
import {
  cleanEnvironment,
  jdkProgram,
  limiter,
  type Outcome,
  PROJECT,
  RJVM,
  runCommand,
  runRjvm,
} from '../support/command.js';
import { contradictionOfValues, withoutValues } from '../support/witness.js';

const limited = limiter(1);
const folder = mkdtempSync(join(tmpdir(), 'rjvm-kill-'));
const demos = join(PROJECT, 'demos');
const tests = join(PROJECT, 'dist', 'test-classes');
const TIMEOUT_MS = 180_000;
/** A program may end before the kill comes to it; then it is run, and killed, once more. */
const MAXIMUM_ATTEMPTS = 4;
/** Latest kill after the output that it waits for. */
const MAXIMUM_DELAY_MS = 25;
const NOTICE = /rjvm: .*\n/g;

/** What the program has written to standard error, the launcher's own lines left out. Where the program had begun a line,
 *  a notice begins with a line end of its own, which only what is expected tells from the program's. */
function withoutNotices(stderr: string, expected: string): string {
  let text = '';
  for (const piece of stderr.split(NOTICE)) {
    const isOwnLineEnd =
      text.endsWith('\n') && !expected.startsWith(text) && expected.startsWith(text.slice(0, -1));
    text = (isOwnLineEnd ? text.slice(0, -1) : text) + piece;
  }
  return text;
}

interface Ending {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | string;
  /** What the launcher says of lost replicas. */
  readonly notices: readonly string[];
}

/** When a replica is killed: so many bytes have come out, and so much time has passed since. */
interface Moment {
  readonly role: 'primary' | 'backup';
  readonly afterBytes: number;
  readonly delayMs: number;
}

/** Runs a program as a pair and kills a replica. */
async function runAndKill(words: readonly string[], moment: Moment, stateFile: string): Promise<Ending> {
  const child: ChildProcess = spawn(process.execPath, [RJVM, '--pair', '--state-file', stateFile, ...words], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  let stdout = '';
  let stderr = '';
  let hasEnded = false;
  // Known as early as possible, so that nothing lies between the moment and the kill.
  const replica = waitForReplica(stateFile, moment.role, TIMEOUT_MS);
  // A pair that ends before it has begun is noticed by what it has printed.
  replica.catch(() => {});
  let isDue = false;
  const killWhenDue = (): void => {
    if (isDue || stdout.length < moment.afterBytes) return;
    isDue = true;
    void replica.then(async ({ pid }) => {
      if (moment.delayMs > 0) await sleep(moment.delayMs);
      if (!hasEnded) killProcess(pid);
    });
  };
  child.stdout?.setEncoding('latin1').on('data', (text: string) => {
    stdout += text;
    killWhenDue();
  });
  child.stderr?.setEncoding('latin1').on('data', (text: string) => {
    stderr += text;
  });
  killWhenDue();
  const exit = await new Promise<number | string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  hasEnded = true;
  clearTimeout(timer);
  // A notice comes at once, so it may stand within a line that the program writes piece by piece.
  const notices = stderr.match(NOTICE) ?? [];
  return { stdout, stderr, exit, notices };
}

/** Sends SIGKILL; to a process that is gone already, nothing. */
function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

interface KilledProgram {
  readonly words: readonly string[];
  readonly seeds: readonly number[];
  /** It goes on for long enough to be killed between two outputs. */
  readonly delayed?: boolean;
  /** What to compare in place of standard output itself. */
  readonly shape?: (text: string) => string;
  readonly contradiction?: (text: string) => string | null;
}

const PROGRAMS: readonly KilledProgram[] = [
  { words: ['-cp', demos, 'Counter', '60', '20000'], seeds: [1, 2, 3, 4, 5, 6, 7], delayed: true },
  {
    words: ['-cp', tests, 'Witness', '8'],
    seeds: [11, 12, 13, 14, 15, 16],
    delayed: true,
    shape: withoutValues,
    contradiction: contradictionOfValues,
  },
  { words: ['-cp', demos, 'Threads'], seeds: [21] },
  { words: ['-cp', demos, 'Sleeper'], seeds: [22, 23] },
  { words: ['-cp', demos, 'Uncaught'], seeds: [24, 25] },
];

const references = new Map<KilledProgram, Promise<Outcome>>();

/** What `java` does with the program. */
function reference(program: KilledProgram): Promise<Outcome> {
  const outcome = references.get(program) ?? runCommand(jdkProgram('java'), program.words);
  references.set(program, outcome);
  return outcome;
}

// The first start of a build leaves something for later ones, and says so.
test.before(async (t) => {
  t.timeout(TIMEOUT_MS);
  await runRjvm(['-cp', demos, 'Hello']);
});

for (const program of PROGRAMS) {
  const { words, seeds, delayed = false, shape = String, contradiction = () => null } = program;
  for (const seed of seeds) {
    for (const role of ['primary', 'backup'] as const) {
      const title = `${words.slice(2).join(' ')}: the ${role} is killed, seed ${seed}`;
      test(title, async (t) => {
        t.timeout(30 * 60_000);
        const expected = await reference(program);
        const random = generator(seed);
        // From before the first byte on; the last tenth may come out faster than a process can be killed.
        const afterBytes = Math.floor(random() * 0.9 * expected.stdout.length);
        const delayMs = delayed ? Math.floor(random() * MAXIMUM_DELAY_MS) : 0;
        let notices: readonly string[] = [];
        for (let attempt = 0; attempt < MAXIMUM_ATTEMPTS && notices.length === 0; attempt++) {
          const stateFile = join(folder, `${words[2]}-${role}-${seed}-${attempt}.json`);
          const ending = await limited(() => runAndKill(words, { role, afterBytes, delayMs }, stateFile));
          t.is(shape(ending.stdout), shape(expected.stdout), ending.stderr);
          t.is(contradiction(ending.stdout), null);
          t.is(withoutNotices(ending.stderr, expected.stderr), expected.stderr);
          t.is(ending.exit, expected.exit, ending.stderr);
          notices = ending.notices;
        }
        t.not(notices.length, 0, 'the program has always ended before it could be killed');
        // The program may end before its new backup is whole.
        t.true(notices.length <= 2, notices.join('\n'));
        if (notices.length === 2) t.regex(notices[1]!, /^rjvm: c \(pid \d+\) is the new backup/);
        t.regex(notices[0] ?? '', role === 'primary' ? /takes over/ : /degraded/);
      });
    }
  }
}
