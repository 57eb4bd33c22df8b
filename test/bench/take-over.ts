// Measures take-overs: from SIGKILL, or SIGSTOP, of the primary to the next byte of output that the new primary sends.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitForReplica } from '../../bin/state-file.js';
import { cleanEnvironment, PROJECT, RJVM } from '../support/command.js';

const LINES_BEFORE_KILL = 20;
/** Both replicas have come to full speed. */
export const SETTLING_MS = 3000;
const ROUND_TIMEOUT_MS = 60_000;

/** Times in ms of the rounds that succeeded; onFailure is told of the others. settlingMs: from the first lines to the
 *  kill. */
export async function measureTakeOvers(
  signal: 'SIGKILL' | 'SIGSTOP',
  settlingMs: number,
  rounds: number,
  onFailure: (round: number, why: string) => void,
): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rjvm-bench-'));
  const times: number[] = [];
  try {
    for (let round = 1; round <= rounds; round++) {
      try {
        times.push(await measureTakeOver(signal, settlingMs, join(folder, `${round}.json`), round));
      } catch (error) {
        onFailure(round, error instanceof Error ? error.message : String(error));
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return times;
}

/** One pair, one kill. The delay before the kill differs from round to round, so that it meets different moments. */
async function measureTakeOver(
  signal: 'SIGKILL' | 'SIGSTOP',
  settlingMs: number,
  stateFile: string,
  round: number,
): Promise<number> {
  const classes = join(PROJECT, 'dist', 'bench-classes');
  const child = spawn(
    process.execPath,
    [RJVM, '--pair', '--state-file', stateFile, '-cp', classes, 'Ticker', '1000000'],
    { env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise((resolve) => child.once('close', resolve));
  const output = new OutputWatch();
  child.stdout.setEncoding('latin1').on('data', (text: string) => output.onStdout(text));
  child.stderr.setEncoding('latin1').on('data', (text: string) => output.onStderr(text));
  try {
    await within(output.enoughLines, 'no output before the kill', output);
    await sleep(settlingMs + ((round * 7) % 50));
    const primary = await waitForReplica(stateFile, 'primary', ROUND_TIMEOUT_MS);
    const killedAt = performance.now();
    process.kill(primary.pid, signal);
    const elapsedMs =
      (await within(output.firstAfterTakeOver, 'no output after the kill', output)) - killedAt;
    output.requireConsecutiveLines();
    return elapsedMs;
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** What has come out of the pair, and the two moments that matter. */
class OutputWatch {
  readonly enoughLines: Promise<void>;
  /** Time of the first output after the launcher has announced the take-over: what the dead primary had sent before, and
   *  is still on its way, does not count. */
  readonly firstAfterTakeOver: Promise<number>;
  #stdout = '';
  #stderr = '';
  #sawEnoughLines: () => void = () => {};
  #sawOutput: (atMs: number) => void = () => {};

  constructor() {
    this.enoughLines = new Promise((resolve) => {
      this.#sawEnoughLines = resolve;
    });
    this.firstAfterTakeOver = new Promise((resolve) => {
      this.#sawOutput = resolve;
    });
  }

  get stderr(): string {
    return this.#stderr;
  }

  onStdout(text: string): void {
    if (this.#stderr.includes('takes over')) this.#sawOutput(performance.now());
    this.#stdout += text;
    if (this.#stdout.split('\n').length > LINES_BEFORE_KILL) this.#sawEnoughLines();
  }

  onStderr(text: string): void {
    this.#stderr += text;
  }

  requireConsecutiveLines(): void {
    const numbers = this.#stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => Number.parseInt(line, 10));
    const wrong = numbers.findIndex((number, index) => number !== index);
    if (wrong >= 0) throw new Error(`line ${wrong} is numbered ${numbers[wrong]}`);
  }
}

async function within<T>(promise: Promise<T>, complaint: string, output: OutputWatch): Promise<T> {
  const tooLate = new AbortController();
  const timeout = sleep(ROUND_TIMEOUT_MS, undefined, { signal: tooLate.signal }).then(() => {
    throw new Error(`${complaint}; stderr: ${output.stderr.split('\n')[0]}`);
  });
  // The timer's abortion, once the promise has won, is nobody's concern.
  timeout.catch(() => {});
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    tooLate.abort();
  }
}
