// Standard input of real processes: no line is lost or read twice when a replica of the pair is killed, memory stays
// bounded, and the program alone reads like `java`.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { waitForReplica } from '../../bin/state-file.js';
import { cleanEnvironment, limiter, PROJECT, RJVM } from '../support/command.js';

const limited = limiter(1);
const folder = mkdtempSync(join(tmpdir(), 'rjvm-input-'));
const classes = join(PROJECT, 'dist', 'test-classes');
const TIMEOUT_MS = 120_000;

const LINES = Array.from({ length: 800 }, (_, index) => `line ${index} ${'x'.repeat(index % 50)}`);
const EXPECTED = `${LINES.map((line, index) => `${index + 1} ${line}\n`).join('')}end\n`;

/** Feeds the lines bit by bit, and kills the replica of that role once so many lines have come out. */
async function copyAndKill(
  role: 'primary' | 'backup',
  afterLines: number,
): Promise<{ stdout: string; exit: number | null; killed: boolean }> {
  const stateFile = join(folder, `${role}-${afterLines}.json`);
  const words = ['--pair', '--state-file', stateFile, '-cp', classes, 'CopyLines'];
  const child = spawn(process.execPath, [RJVM, ...words], {
    env: cleanEnvironment(),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  let stdout = '';
  let killing: Promise<void> | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (stdout.split('\n').length > afterLines) killing ??= kill();
  });
  const kill = async () => {
    const { pid } = await waitForReplica(stateFile, role, TIMEOUT_MS);
    process.kill(pid, 'SIGKILL');
  };
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  for (const [index, line] of LINES.entries()) {
    child.stdin.write(`${line}\n`);
    await (index % 16 === 0 ? delay(2) : nextTurn());
  }
  // The kill comes while the program still waits for more.
  while (killing === undefined && child.exitCode === null) await delay(10);
  await killing;
  child.stdin.end();
  const exit = await closed;
  clearTimeout(timer);
  return { stdout, exit, killed: killing !== undefined };
}

for (const role of ['primary', 'backup'] as const) {
  for (const afterLines of [1, 60, 400, 800]) {
    test(`the ${role} is killed after ${afterLines} lines were copied`, async (t) => {
      t.timeout(10 * 60_000);
      const ending = await limited(() => copyAndKill(role, afterLines));
      t.true(ending.killed);
      t.is(ending.stdout, EXPECTED);
      t.is(ending.exit, 0);
    });
  }
}
