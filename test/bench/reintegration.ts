// Measures re-integration as a program's user sees it: the longest time without output while a lost backup is replaced.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitForReplica } from '../../bin/state-file.js';
import { cleanEnvironment, PROJECT, RJVM } from '../support/command.js';

const LIVE_MEGABYTES = 100;
const ROUNDS = 5;
/** Lines before the first kill: the program has filled its heap, and both replicas have warmed up. */
const FIRST_LINES = 100;
/** Watched before each kill, for comparison: about as long as a replacement and what is watched after it. */
export const QUIET_MS = 8000;
/** Watched after the pair is whole: the new backup catches up during that. */
const CATCH_UP_MS = 8000;
const PATIENCE_MS = 60_000;
const POLL_MS = 5;

/** Small objects are a list of nodes, large ones arrays of a megabyte. */
export type LiveObjects = 'small' | 'large';

/** One replacement, in ms. */
export interface Reintegration {
  /** Longest gap between outputs in QUIET_MS without a replacement. */
  readonly quietGapMs: number;
  /** From SIGKILL of the backup to the first output after its loss was told. */
  readonly lossGapMs: number;
  /** Longest gap from there until CATCH_UP_MS after the pair is whole again. */
  readonly longestGapMs: number;
}

/** The replacements in one run of a pair that succeeded; onFailure is told why others did not. */
export async function measureReintegrations(
  live: LiveObjects,
  onFailure: (why: string) => void,
): Promise<Reintegration[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rjvm-bench-'));
  const stateFile = join(folder, 'state.json');
  const classes = join(PROJECT, 'dist', 'bench-classes');
  const words = ['--pair', '--state-file', stateFile, '-cp', classes, 'Pulse'];
  const child = spawn(process.execPath, [RJVM, ...words, live, `${LIVE_MEGABYTES}`, '1000000'], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const watch = new GapWatch();
  child.stdout.on('data', (bytes: Buffer) => watch.onStdout(bytes));
  child.stderr.setEncoding('latin1').on('data', (text: string) => watch.onStderr(text));
  const measured: Reintegration[] = [];
  try {
    await watch.until(() => watch.lineCount >= FIRST_LINES, 'output');
    for (let round = 1; round <= ROUNDS; round++) measured.push(await measure(watch, stateFile, round));
  } catch (error) {
    onFailure(error instanceof Error ? error.message : String(error));
  } finally {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
  return measured;
}

async function measure(watch: GapWatch, stateFile: string, round: number): Promise<Reintegration> {
  const { pid } = await waitForReplica(stateFile, 'backup', PATIENCE_MS);
  const quietFromMs = performance.now();
  await sleep(QUIET_MS);
  const killedAtMs = performance.now();
  process.kill(pid, 'SIGKILL');
  await watch.until(() => watch.lossesAtMs.length >= round, 'notice of the loss');
  const toldAtMs = watch.lossesAtMs[round - 1]!;
  await watch.until(() => watch.replacementCount >= round, 'replacement');
  await sleep(CATCH_UP_MS);
  const resumedAtMs = watch.firstOutputSince(toldAtMs);
  return {
    quietGapMs: watch.longestGapMs(quietFromMs, killedAtMs),
    lossGapMs: resumedAtMs - killedAtMs,
    longestGapMs: watch.longestGapMs(resumedAtMs, performance.now()),
  };
}

/** When output has come, and what the launcher has said of its replicas. */
class GapWatch {
  readonly #outputsAtMs: number[] = [];
  lineCount = 0;
  readonly lossesAtMs: number[] = [];
  replacementCount = 0;
  #stderr = '';

  onStdout(bytes: Buffer): void {
    this.#outputsAtMs.push(performance.now());
    for (const byte of bytes) if (byte === 0x0a) this.lineCount++;
  }

  onStderr(text: string): void {
    this.#stderr += text;
    while (this.lossesAtMs.length < count(this.#stderr, 'running alone')) {
      this.lossesAtMs.push(performance.now());
    }
    this.replacementCount = count(this.#stderr, 'whole again');
  }

  firstOutputSince(atMs: number): number {
    const found = this.#outputsAtMs.find((time) => time >= atMs);
    if (found === undefined) throw new Error('no output comes after the loss of the backup');
    return found;
  }

  /** Longest time without output in a span, at its beginning and end as well. */
  longestGapMs(fromMs: number, toMs: number): number {
    const times = [fromMs, ...this.#outputsAtMs.filter((time) => time > fromMs && time < toMs), toMs];
    return Math.max(...times.slice(1).map((time, index) => time - times[index]!));
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    for (let waitedMs = 0; !condition(); waitedMs += POLL_MS) {
      if (waitedMs > PATIENCE_MS) throw new Error(`no ${what}; stderr: ${this.#stderr.trim()}`);
      await sleep(POLL_MS);
    }
  }
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
