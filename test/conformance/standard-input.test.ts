// Standard input of real processes: no line is lost or read twice when a replica of the pair is killed, memory stays
// bounded, and the program alone reads like `java`.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { waitForReplica } from '../../bin/state-file.js';
import { cleanEnvironment, limiter, PROJECT, RJVM, runCommand } from '../support/command.js';

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

/** The writer of the named pipe has gone before the program first reads. $0: the pipe. */
const FORMER_WRITER = `
mkfifo "$0"
exec 5<>"$0"
printf 'one\\ntwo\\n' >&5
"$@" <"$0" 5>&- &
exec 5>&-
wait $!`;

for (const options of [[], ['--pair']]) {
  test(`a named pipe whose writer has gone has an end${options.length > 0 ? ', on a pair' : ''}`, async (t) => {
    t.timeout(10 * 60_000);
    const pipe = join(folder, `pipe${options.length}`);
    const words = [
      '-c',
      FORMER_WRITER,
      pipe,
      process.execPath,
      RJVM,
      ...options,
      '-cp',
      classes,
      'CopyLines',
    ];
    const { stdout, exit } = await limited(() => runCommand('sh', words, { timeoutMs: TIMEOUT_MS }));
    t.is(stdout, '1 one\n2 two\nend\n');
    t.is(exit, 0);
  });
}
