// Real programs as a pair, with the primary or the backup killed by SIGKILL at random moments: the output and the exit
// code are those of an undisturbed run.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { waitForReplica } from '../../bin/state-file.js';
import { cleanEnvironment, jdkProgram, limiter, PROJECT, RJVM, runCommand } from '../support/command.js';

const limited = limiter(1);
const folder = mkdtempSync(join(tmpdir(), 'rjvm-kill-'));
const demos = join(PROJECT, 'demos');
const TIMEOUT_MS = 180_000;

/** Numbers from 0 to 1 that the seed determines (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Ending {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | string;
  readonly killed: boolean;
}

/** Runs a program as a pair and kills the replica of that role once so many bytes have come out. */
async function runAndKill(
  words: readonly string[],
  role: 'primary' | 'backup',
  afterBytes: number,
  name: string,
): Promise<Ending> {
  const stateFile = join(folder, `${name}.json`);
  const child: ChildProcess = spawn(process.execPath, [RJVM, '--pair', '--state-file', stateFile, ...words], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  let stdout = '';
  let stderr = '';
  let killing: Promise<boolean> | undefined;
  const killWhenDue = (): void => {
    if (killing === undefined && stdout.length >= afterBytes) killing = killReplica(stateFile, role);
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    killWhenDue();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  killWhenDue();
  const exit = await new Promise<number | string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  clearTimeout(timer);
  return { stdout, stderr, exit, killed: (await killing) ?? false };
}

async function killReplica(stateFile: string, role: 'primary' | 'backup'): Promise<boolean> {
  const replica = await waitForReplica(stateFile, role, TIMEOUT_MS);
  try {
    process.kill(replica.pid, 'SIGKILL');
    return true;
  } catch {
    // The program has ended first; the caller notices.
    return false;
  }
}

const PROGRAMS = [
  { words: ['-cp', demos, 'Counter', '60', '20000'], seeds: [1, 2, 3, 4, 5] },
  { words: ['-cp', demos, 'Threads'], seeds: [6] },
  { words: ['-cp', demos, 'Sleeper'], seeds: [7, 8] },
  { words: ['-cp', demos, 'Uncaught'], seeds: [9] },
] as const;

for (const { words, seeds } of PROGRAMS) {
  for (const seed of seeds) {
    for (const role of ['primary', 'backup'] as const) {
      const title = `${words.slice(2).join(' ')}: the ${role} is killed, seed ${seed}`;
      test(title, async (t) => {
        t.timeout(30 * 60_000);
        const expected = await runCommand(jdkProgram('java'), words);
        // From before the first byte on; the last tenth may come out faster than a process can be killed.
        const afterBytes = Math.floor(randomNumbers(seed)() * 0.9 * expected.stdout.length);
        const name = `${words[2]}-${role}-${seed}`;
        const ending = await limited(() => runAndKill(words, role, afterBytes, name));
        t.true(ending.killed, 'the program ended before it could be killed');
        t.is(ending.stdout, expected.stdout);
        t.is(ending.exit, expected.exit);
        const notices = ending.stderr.split('\n').filter((line) => line.startsWith('rjvm: '));
        t.is(notices.length, 1, ending.stderr);
        t.regex(notices[0] ?? '', role === 'primary' ? /takes over/ : /degraded/);
        const others = ending.stderr.split('\n').filter((line) => !line.startsWith('rjvm: '));
        t.is(others.join('\n'), expected.stderr);
      });
    }
  }
}
