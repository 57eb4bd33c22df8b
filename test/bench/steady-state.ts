// Measures what a pair costs while nothing happens to it: its log, and what it uses when its program does nothing.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitForReplica } from '../../bin/state-file.js';
import type { PairStatus } from '../../replication/management/pair-status.js';
import { cleanEnvironment, PROJECT, RJVM, runCommand } from '../support/command.js';

/** Both replicas have come to full speed, or to rest: V8 tidies up for some seconds after a process has become idle. */
const SETTLING_MS = 20_000;
const WATCHED_MS = 20_000;
const PATIENCE_MS = 60_000;

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
    // Asking for the status costs processor time itself: not while the watch is on.
    const first = await askStatus(child);
    const before = sample(first.pids);
    await sleep(WATCHED_MS);
    const after = sample(first.pids);
    const last = await askStatus(child);
    const seconds = (after.atMs - before.atMs) / 1000;
    return {
      logBytesPerSecond: (last.logBytes - first.logBytes) / ((last.atMs - first.atMs) / 1000),
      processorShare: (after.processorNs - before.processorNs) / 1e9 / seconds,
      loopbackBytesPerSecond: (after.loopbackBytes - before.loopbackBytes) / seconds,
    };
  } finally {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function askStatus(child: ChildProcess) {
  const { stdout } = await runCommand(process.execPath, [RJVM, 'status', '--json', `${child.pid}`], {
    timeoutMs: PATIENCE_MS,
  });
  const answer = JSON.parse(stdout) as PairStatus | PairStatus[];
  const { replicas } = Array.isArray(answer) ? answer[0]! : answer;
  const primary = replicas.find(({ role }) => role === 'primary');
  return {
    atMs: performance.now(),
    pids: [child.pid!, ...replicas.map(({ pid }) => pid)],
    logBytes: primary?.figures?.logBytes ?? Number.NaN,
  };
}

function sample(pids: readonly number[]) {
  return {
    atMs: performance.now(),
    processorNs: pids.reduce((sum, pid) => sum + processorNs(pid), 0),
    loopbackBytes: loopbackBytes(),
  };
}

/** Nanoseconds for which a process' threads have run, by proc(5): the ticks of its stat are too coarse. */
function processorNs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const runNs = (id: string) => Number(readFileSync(`${tasks}/${id}/schedstat`, 'latin1').split(' ')[0]);
  return readdirSync(tasks).reduce((sum, id) => sum + runNs(id), 0);
}

function loopbackBytes(): number {
  const line = /^\s*lo:\s*(\d+)/m.exec(readFileSync('/proc/net/dev', 'latin1'));
  return Number(line?.[1]);
}
