// Signals to real processes: the program alone and as a pair handles them, ends and exits as with `java`, also where the
// primary is killed in between.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { waitForReplica } from '../../bin/state-file.js';
import { cleanEnvironment, jdkProgram, limiter, PROJECT, RJVM } from '../support/command.js';

const limited = limiter(1);
const folder = mkdtempSync(join(tmpdir(), 'rjvm-signals-'));
const stateFile = join(folder, 'state.json');
const classes = join(PROJECT, 'dist', 'test-classes');
const TIMEOUT_MS = 120_000;

const MODES = {
  java: [jdkProgram('java')],
  alone: [process.execPath, RJVM],
  pair: [process.execPath, RJVM, '--pair', '--state-file', stateFile],
} as const;

interface Step {
  readonly signal: NodeJS.Signals;
  /** How often a line with this text must have come out before the next step. */
  readonly until?: { readonly text: string; readonly count: number };
  /** The primary of a pair is killed at once after the signal. */
  readonly killPrimary?: boolean;
}

interface Ending {
  readonly stdout: string;
  readonly exit: number | NodeJS.Signals | null;
}

async function run(mode: keyof typeof MODES, argument: string, steps: readonly Step[]): Promise<Ending> {
  const [program, ...words] = MODES[mode];
  const child = spawn(program!, [...words, '-cp', classes, 'OutsideSignals', argument], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const closed = new Promise<Ending['exit']>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  );
  const until = async (text: string, count: number) => {
    while (stdout.split(text).length <= count && child.exitCode === null) await delay(5);
  };
  await until('ready\n', 1);
  for (const step of steps) {
    child.kill(step.signal);
    if (step.killPrimary && mode === 'pair') {
      process.kill((await waitForReplica(stateFile, 'primary', TIMEOUT_MS)).pid, 'SIGKILL');
    }
    if (step.until !== undefined) await until(step.until.text, step.until.count);
  }
  const exit = await closed;
  clearTimeout(timer);
  return { stdout, exit };
}

const handled = (count: number): Step => ({ signal: 'SIGHUP', until: { text: 'handled', count } });

const CASES: Readonly<Record<string, readonly [argument: string, steps: readonly Step[]]>> = {
  'SIGTERM while it sleeps': ['sleep', [{ signal: 'SIGTERM' }]],
  'SIGINT while it computes': ['busy', [{ signal: 'SIGINT' }]],
  'SIGHUP while it sleeps': ['sleep', [{ signal: 'SIGHUP' }]],
  'a handler of its own': ['handle-busy', [handled(1), handled(2), { signal: 'SIGTERM' }]],
  'a handler of its own, and a kill': [
    'handle-sleep',
    [{ ...handled(1), killPrimary: true }, handled(2), { signal: 'SIGINT' }],
  ],
  'SIGTERM, and a kill': ['sleep', [{ signal: 'SIGTERM', killPrimary: true }]],
};

for (const [title, [argument, steps]] of Object.entries(CASES)) {
  test(title, async (t) => {
    t.timeout(10 * 60_000);
    await limited(async () => {
      const expected = await run('java', argument, steps);
      t.true(expected.stdout.endsWith('hook\n'));
      t.deepEqual(await run('alone', argument, steps), expected);
      t.deepEqual(await run('pair', argument, steps), expected);
    });
  });
}

/** A terminal's Ctrl-C goes to launcher and replicas alike, also to those that are only being started. */
test.serial('Ctrl-C while the pair starts ends it as it ends `java`', async (t) => {
  for (let delayMs = 40; delayMs <= 400; delayMs += 40) {
    const [program, ...words] = MODES.pair;
    const child = spawn(program!, [...words, '-cp', classes, 'OutsideSignals', 'sleep'], {
      env: cleanEnvironment(),
      stdio: 'ignore',
      detached: true,
    });
    const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), TIMEOUT_MS);
    const closed = new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)));
    await delay(delayMs);
    process.kill(-child.pid!, 'SIGINT');
    const exit = await closed;
    clearTimeout(timer);
    t.true(exit === 130 || exit === 'SIGINT', `${delayMs} ms: ${exit}`);
  }
});
