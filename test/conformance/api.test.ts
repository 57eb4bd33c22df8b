// The API on real processes: a program hears of its replicas, whichever of them is killed, and says so once.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { waitForReplica } from '../../bin/state-file.js';
import { cleanEnvironment, limiter, PROJECT, RJVM } from '../support/command.js';

const PATIENCE_MS = 120_000;
const ROUNDS = 100_000;
const folder = mkdtempSync(join(tmpdir(), 'rjvm-api-'));
const limited = limiter(1);

test.after.always(() => rmSync(folder, { recursive: true }));

interface Heard {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the demo as a pair, kills a replica of that role, and ends the program when it has heard of the next one. */
function killAndListen(role: 'primary' | 'backup'): Promise<Heard> {
  const stateFile = join(folder, `${role}.json`);
  const words = ['--pair', '--state-file', stateFile, '-cp', join(PROJECT, 'demos'), 'Recovery', `${ROUNDS}`];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [RJVM, ...words], { env: cleanEnvironment() });
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    let stdout = '';
    let stderr = '';
    let isKilled = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (!isKilled && stdout.includes('round 3:')) {
        isKilled = true;
        waitForReplica(stateFile, role, PATIENCE_MS).then(({ pid }) => process.kill(pid, 'SIGKILL'), reject);
      }
      if (/^joined .*\n(?:.*\n){3}/m.test(stdout)) child.kill('SIGTERM');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      resolve({ stdout, stderr });
    });
  });
}

for (const [role, name] of [
  ['primary', 'a'],
  ['backup', 'b'],
] as const) {
  test(`the ${role} is killed, and replaced: both are exceptions where the program catches them`, async (t) => {
    t.timeout(10 * 60_000);
    const { stdout, stderr } = await limited(() => killAndListen(role));
    const heard = stdout.split('\n').filter((line) => /^(?:lost|joined|replicas)/.test(line));
    t.deepEqual(
      heard,
      ['replicas: 2', `lost ${name}, degraded: true`, 'joined c, degraded: false'],
      `${stdout}\n${stderr}`,
    );
    // The round in which that was heard is done again: none is missing or told twice.
    const rounds = [...stdout.matchAll(/^round (\d+):/gm)].map((match) => Number(match[1]));
    t.deepEqual(
      rounds,
      Array.from({ length: rounds.length }, (_, index) => index + 1),
    );
  });
}
