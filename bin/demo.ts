// `npm run demo`: Hello as a pair, then a counter whose primary is killed on the way. Checks the output to the byte.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../lib/errors.js';
import { findJdk } from '../lib/jdk.js';
import { waitForReplica } from './state-file.js';

const project = fileURLToPath(new URL('../..', import.meta.url));
const rjvm = join(project, 'bin', 'rjvm');
const COUNTER_ARGUMENTS = ['40', '20000'];
const KILL_AFTER_LINES = 8;
const STATE_TIMEOUT_MS = 30_000;
const RUN_TIMEOUT_MS = 300_000;

function tell(text: string): void {
  process.stderr.write(`demo: ${text}\n`);
}

interface PairRun {
  readonly stdout: string;
  readonly exitCode: number | null;
}

/** Runs a demo as a pair, its output shown as it comes. onOutput is called with all the output so far. */
function runPair(words: readonly string[], onOutput: (stdout: string) => void = () => {}): Promise<PairRun> {
  tell(`rjvm ${words.join(' ')}`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [rjvm, ...words], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), RUN_TIMEOUT_MS);
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      process.stdout.write(text);
      stdout += text;
      onOutput(stdout);
    });
    child.on('error', reject);
    child.on('close', (exitCode) => {
      clearTimeout(timer);
      resolve({ stdout, exitCode });
    });
  });
}

/** What the JDK's own `java` prints for a demo. */
function expectedOutput(mainClass: string, words: readonly string[]): string {
  const java = join(findJdk({ environment: process.env }).home, 'bin', 'java');
  const { stdout, status, error } = spawnSync(java, ['-cp', join(project, 'demos'), mainClass, ...words], {
    encoding: 'utf8',
  });
  if (error || status !== 0) throw new UserError('DEMO', `${java} could not run ${mainClass} for comparison`);
  return stdout;
}

function check(run: PairRun, expected: string): boolean {
  if (run.exitCode === 0 && run.stdout === expected) return true;
  const lines = run.stdout.split('\n').length - 1;
  const wanted = expected.split('\n').length - 1;
  tell(`exit code ${run.exitCode}, ${lines} lines of ${wanted}, and not what java prints`);
  return false;
}

async function helloAsPair(): Promise<boolean> {
  const run = await runPair(['demos/Hello.class', '--pair']);
  return check(run, expectedOutput('Hello', []));
}

/** Kills the primary with SIGKILL in the middle of the count. */
async function counterWithKill(folder: string): Promise<boolean> {
  const stateFile = join(folder, 'state.json');
  let killing: Promise<void> | undefined;
  const kill = async (lines: number): Promise<void> => {
    const primary = await waitForReplica(stateFile, 'primary', STATE_TIMEOUT_MS);
    tell(`after ${lines} lines: kill -9 ${primary.pid}, the primary (replica ${primary.id})`);
    process.kill(primary.pid, 'SIGKILL');
  };
  const words = ['demos/Counter.class', '--pair', '--state-file', stateFile, ...COUNTER_ARGUMENTS];
  const run = await runPair(words, (stdout) => {
    const lines = stdout.split('\n').length - 1;
    if (lines >= KILL_AFTER_LINES) killing ??= kill(lines);
  });
  if (killing === undefined) {
    tell('the counter ended before its primary could be killed');
    return false;
  }
  await killing;
  return check(run, expectedOutput('Counter', COUNTER_ARGUMENTS));
}

async function demo(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'rjvm-demo-'));
  try {
    if (!(await helloAsPair())) return false;
    tell('Hello ran on two replicas. Now a long count, whose primary will be killed on the way.');
    if (!(await counterWithKill(folder))) return false;
    tell('The primary was killed, the backup took over, and no line is missing, doubled or changed.');
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  const isRight = await demo();
  tell(isRight ? 'PASSED' : 'FAILED');
  process.exitCode = isRight ? 0 : 1;
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  tell(`FAILED: ${error.message}`);
  process.exitCode = 1;
}
