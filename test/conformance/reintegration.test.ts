// A real program as a pair whose replicas are killed one after the other, each time after the pair is whole again:
// its input is read once, its files are written once, and its output is that of `java`.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { waitForReplica } from '../../bin/state-file.js';
import { cleanEnvironment, jdkProgram, PROJECT, RJVM, runCommand, runRjvm } from '../support/command.js';

const KILLS = Number(process.env.RJVM_KILLS ?? 20);
const LINE_INTERVAL_MS = 12;
const PATIENCE_MS = 60_000;
const classes = join(PROJECT, 'dist', 'test-classes');
const folder = mkdtempSync(join(tmpdir(), 'rjvm-reintegration-'));

test.after.always(() => rmSync(folder, { recursive: true }));

/** Writes lines until it is stopped; answers all that it has written. */
function feed(child: ChildProcessWithoutNullStreams): { stop(): string } {
  let input = '';
  const timer = setInterval(() => {
    const line = `line ${input.length} of ${'x'.repeat(input.length % 50)}\n`;
    input += line;
    child.stdin.write(line);
  }, LINE_INTERVAL_MS);
  return {
    stop: () => {
      clearInterval(timer);
      child.stdin.end();
      return input;
    },
  };
}

test(`${KILLS} kills in one run of a program with threads, timers, input and files`, async (t) => {
  t.timeout(30 * 60_000);
  // The first start of a build leaves something for later ones, and says so.
  await runRjvm(['-cp', join(PROJECT, 'demos'), 'Hello']);
  const stateFile = join(folder, 'state.json');
  const records = join(folder, 'records');
  const words = ['--pair', '--state-file', stateFile, '-cp', classes, 'Survivor', records];
  const child = spawn(process.execPath, [RJVM, ...words], { env: cleanEnvironment() });
  let stdout = '';
  let stderr = '';
  const ending: { exit?: number | string | null } = {};
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('latin1').on('data', (text: string) => {
    stderr += text;
  });
  const closed = new Promise<void>((resolve) => {
    child.on('close', (code, signal) => {
      ending.exit = code ?? signal;
      resolve();
    });
  });
  const until = async (condition: () => boolean) => {
    for (let waitedMs = 0; !condition(); waitedMs += 5) {
      if (ending.exit !== undefined || waitedMs > PATIENCE_MS)
        throw new Error(`exit ${ending.exit}: ${stderr}`);
      await delay(5);
    }
  };
  const wholeTimes = () =>
    [...stderr.matchAll(/whole again after (\d+) ms/g)].map((match) => Number(match[1]));
  const feeding = feed(child);
  try {
    await waitForReplica(stateFile, 'backup', PATIENCE_MS);
    for (let kill = 0; kill < KILLS; kill++) {
      const { length } = stdout;
      await until(() => stdout.length > length);
      await delay((kill * 37) % 90);
      // Three times the primary, then the backup.
      const { pid } = await waitForReplica(stateFile, kill % 4 === 3 ? 'backup' : 'primary', PATIENCE_MS);
      process.kill(pid, 'SIGKILL');
      await until(() => wholeTimes().length > kill);
    }
  } finally {
    const input = feeding.stop();
    await closed;
    const ownRecords = readFileSync(records, 'latin1');
    const java = await runCommand(jdkProgram('java'), ['-cp', classes, 'Survivor', records], { input });
    t.is(stdout, java.stdout, stderr);
    t.is(ownRecords, readFileSync(records, 'latin1'));
    t.is(ending.exit, 0);
    t.is(stderr.split('\n').length - 1, 2 * KILLS, stderr);
    const times = wholeTimes().sort((left, right) => left - right);
    t.log(`whole again after, in ms: ${times.join(' ')}`);
  }
});
