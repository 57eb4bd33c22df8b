// Files written by real processes: no record is lost or written twice, and nothing that happens only once fails, when a
// replica of the pair is killed in the middle of it.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { waitForReplica } from '../../bin/state-file.js';
import { generator } from '../../lib/generator.js';
import { cleanEnvironment, limiter, PROJECT, RJVM } from '../support/command.js';

const limited = limiter(1);
const folder = mkdtempSync(join(tmpdir(), 'rjvm-files-'));
const classes = join(PROJECT, 'dist', 'test-classes');
const TIMEOUT_MS = 120_000;
const RECORD_COUNT = 600;

const numbers = Array.from({ length: RECORD_COUNT }, (_, index) => index);
const EXPECTED_RECORDS = numbers.map((number) => `record ${number}\n`).join('');
const EXPECTED_OUTPUT = `${numbers
  .filter((number) => number % 10 === 9)
  .map((number) => `${number}\n`)
  .join('')}state ${RECORD_COUNT - 4} done\n`;
const EXPECTED_NAMES = ['records', ...numbers.filter((n) => n % 10 === 8).map((n) => `folder${n}`)].sort();

interface Ending {
  readonly stdout: string;
  readonly exit: number | null;
  readonly killed: boolean;
  readonly files: string;
}

/** Kills the replica of that role some milliseconds after so many lines have come out. */
async function writeAndKill(role: 'primary' | 'backup', seed: number): Promise<Ending> {
  const random = generator(seed);
  const afterLines = Math.floor(random() * 50);
  const delayMs = random() * 30;
  const stateFile = join(folder, `${role}-${seed}.json`);
  const files = join(folder, `${role}-${seed}`);
  mkdirSync(files);
  const words = [
    '--pair',
    '--state-file',
    stateFile,
    '-cp',
    classes,
    'FileRecords',
    files,
    `${RECORD_COUNT}`,
  ];
  const child = spawn(process.execPath, [RJVM, ...words], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  const kill = async () => {
    const { pid } = await waitForReplica(stateFile, role, TIMEOUT_MS);
    await delay(delayMs);
    process.kill(pid, 'SIGKILL');
  };
  let stdout = '';
  let killing: Promise<void> | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (stdout.split('\n').length > afterLines) killing ??= kill();
  });
  const exit = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  const killed = await (killing?.then(
    () => true,
    () => false,
  ) ?? false);
  return { stdout, exit, killed, files };
}

for (const role of ['primary', 'backup'] as const) {
  for (const seed of role === 'primary' ? [1, 2, 3, 4, 5, 6] : [7, 8]) {
    test(`the ${role} is killed while the program writes files, seed ${seed}`, async (t) => {
      t.timeout(10 * 60_000);
      const ending = await limited(() => writeAndKill(role, seed));
      t.true(ending.killed);
      t.is(ending.stdout, EXPECTED_OUTPUT);
      t.is(ending.exit, 0);
      t.is(readFileSync(join(ending.files, 'records'), 'utf8'), EXPECTED_RECORDS);
      t.deepEqual(readdirSync(ending.files).sort(), EXPECTED_NAMES);
    });
  }
}

for (const end of ['return', 'exit']) {
  for (const options of [[], ['--pair']]) {
    test(`files deleted while open are gone after ${['rjvm', ...options].join(' ')} and ${end}`, async (t) => {
      t.timeout(10 * TIMEOUT_MS);
      const files = mkdtempSync(join(folder, 'open-'));
      const words = [RJVM, ...options, '-cp', classes, 'OpenAtTheEnd', end, files];
      const run = await limited(
        () =>
          new Promise<{ exit: number; stdout: string }>((resolve) => {
            const child = execFile(
              process.execPath,
              words,
              { env: cleanEnvironment(), timeout: TIMEOUT_MS },
              (_error, stdout) => resolve({ exit: child.exitCode!, stdout }),
            );
          }),
      );
      t.deepEqual(run, { exit: end === 'exit' ? 3 : 0, stdout: '1 2\n' });
      t.deepEqual(readdirSync(files), []);
    });
  }
}
