// Measures what a pair costs while nothing happens to it: its log, and what it uses when its program does nothing.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitForReplica } from '../../bin/state-file.js';
import type { PairStatus } from '../../replication/management/pair-status.js';
import { cleanEnvironment, PROJECT, RJVM, runCommand } from '../support/command.js';

/** Both replicas have come to full speed, or to rest. */
const SETTLING_MS = 4000;
const WATCHED_MS = 10_000;
const PATIENCE_MS = 60_000;
/** Of the processor time that /proc tells: Linux's USER_HZ. */
const TICKS_PER_SECOND = 100;

/** What the program does: compute, read the clock every 5,000 rounds of a loop, or sleep. */
export type Steadiness = 'compute' | 'clock' | 'idle';

export interface SteadyState {
  readonly logBytesPerSecond: number;
  /** Of one core, by launcher and replicas together. */
  readonly processorShare: number;
  /** What the host's loopback interface has carried meanwhile, for whomever. */
  readonly loopbackBytesPerSecond: number;
}

/** Runs a pair for some seconds. Rejects where it does not come up. */
export async function measureSteadyState(steadiness: Steadiness): Promise<SteadyState> {
  const folder = mkdtempSync(join(tmpdir(), 'rjvm-bench-'));
  const stateFile = join(folder, 'state.json');
  const classes = join(PROJECT, 'dist', 'bench-classes');
  const words = ['--pair', '--state-file', stateFile, '-cp', classes, 'Steady', steadiness];
  const child = spawn(process.execPath, [RJVM, ...words], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    await waitForReplica(stateFile, 'backup', PATIENCE_MS);
    await sleep(SETTLING_MS);
    const before = await sample(child);
    await sleep(WATCHED_MS);
    const after = await sample(child);
    const seconds = (after.atMs - before.atMs) / 1000;
    return {
      logBytesPerSecond: (after.logBytes - before.logBytes) / seconds,
      processorShare: (after.processorTicks - before.processorTicks) / TICKS_PER_SECOND / seconds,
      loopbackBytesPerSecond: (after.loopbackBytes - before.loopbackBytes) / seconds,
    };
  } finally {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function sample(child: ChildProcess) {
  // Asked for first: it costs processor time itself.
  const { stdout } = await runCommand(process.execPath, [RJVM, 'status', '--json', `${child.pid}`], {
    timeoutMs: PATIENCE_MS,
  });
  const answer = JSON.parse(stdout) as PairStatus | PairStatus[];
  const status = Array.isArray(answer) ? answer[0]! : answer;
  const primary = status.replicas.find(({ role }) => role === 'primary');
  const pids = [child.pid!, ...status.replicas.map(({ pid }) => pid)];
  return {
    atMs: performance.now(),
    logBytes: primary?.figures?.logBytes ?? Number.NaN,
    processorTicks: pids.reduce((sum, pid) => sum + processorTicks(pid), 0),
    loopbackBytes: loopbackBytes(),
  };
}

/** User and system time of a process, by proc(5). */
function processorTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function loopbackBytes(): number {
  const line = /^\s*lo:\s*(\d+)/m.exec(readFileSync('/proc/net/dev', 'latin1'));
  return Number(line?.[1]);
}
