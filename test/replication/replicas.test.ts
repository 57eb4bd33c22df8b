// More replicas than two, and every parameter of a pair, in real processes that are killed and stopped.
import test from 'ava';
import type { ConfigurationInput } from '../../replication/configuration.js';
import { isAlive, PairProcess } from './pair-process.js';
import type { Program } from './toy-machine.js';
import { contradiction } from './toy-machine.js';

const PROGRAM: Program = {
  steps: [
    { op: 'clock' },
    { op: 'compute', epochs: 3, spin: 20_000 },
    { op: 'entropy', byteCount: 2 },
    { op: 'print' },
  ],
  rounds: 1_000_000,
};
/** So slow that only what a test does makes a replica suspect. */
const PATIENT: ConfigurationInput = { heartbeat: { intervalMs: 1000, missed: 100 } };

function running(pair: PairProcess): string {
  const replicas = pair.state().replicas.filter(({ state }) => state === 'running');
  return replicas.map(({ id, role }) => `${id} ${role}`).join(', ');
}

function pidOf(pair: PairProcess, id: string): number {
  return pair.state().replicas.find((replica) => replica.id === id)!.pid;
}

/** Waits until the state file tells of so many replicas that could go on. */
async function untilRunning(pair: PairProcess, count: number): Promise<void> {
  await pair.until(() => {
    try {
      return running(pair).split(',').length === count && running(pair) !== '';
    } catch {
      return false;
    }
  });
}

async function untilMoreLines(pair: PairProcess): Promise<void> {
  await pair.untilLines(pair.stdout.split('\n').length + 3);
}

async function finish(pair: PairProcess): Promise<{ stdout: string; stderr: string; code: number | null }> {
  pair.child.kill('SIGTERM');
  return pair.end();
}

test.serial(
  'three replicas: failures one after the other down to the last one, and back up to three',
  async (t) => {
    const pair = new PairProcess(PROGRAM, 'pair', { replicas: 3 });
    await untilRunning(pair, 3);
    await untilMoreLines(pair);
    t.is(running(pair), 'a primary, b backup, c backup');
    process.kill(pidOf(pair, 'a'), 'SIGKILL');
    process.kill(pidOf(pair, 'b'), 'SIGKILL');
    await pair.until(() => /c takes over at epoch/.test(pair.stderr));
    await untilMoreLines(pair);
    await pair.until(() => /all 3 replicas run again after \d+ ms/.test(pair.stderr));
    await untilRunning(pair, 3);
    t.is(running(pair), 'c primary, d backup, e backup');
    process.kill(pidOf(pair, 'c'), 'SIGKILL');
    await pair.until(() => /primary c \(pid \d+\) lost; [de] takes over/.test(pair.stderr));
    await untilMoreLines(pair);
    const { code, stdout } = await finish(pair);
    t.is(code, 143);
    t.is(contradiction(stdout), null);
  },
);

test.serial('five replicas lose two of their backups and the primary at once', async (t) => {
  const pair = new PairProcess(PROGRAM, 'pair', { replicas: 5, acknowledgedBy: 'majority' });
  await untilRunning(pair, 5);
  await untilMoreLines(pair);
  for (const id of ['b', 'a', 'd']) process.kill(pidOf(pair, id), 'SIGKILL');
  await pair.until(() => /takes over at/.test(pair.stderr));
  await untilMoreLines(pair);
  await untilRunning(pair, 5);
  const { code, stdout } = await finish(pair);
  t.is(code, 143);
  t.is(contradiction(stdout), null);
});

test.serial(
  'by majority a backup that is stopped holds no output up; where all have to acknowledge, it does',
  async (t) => {
    const pair = new PairProcess(PROGRAM, 'pair', {
      ...PATIENT,
      replicas: 3,
      acknowledgedBy: 'majority',
      skew: { maximumEpochs: 1_000_000, maximumMs: 3_600_000 },
    });
    await untilRunning(pair, 3);
    await untilMoreLines(pair);
    const stopped = pidOf(pair, 'b');
    process.kill(stopped, 'SIGSTOP');
    await untilMoreLines(pair);
    t.is(running(pair), 'a primary, b backup, c backup');
    process.kill(stopped, 'SIGCONT');
    await untilMoreLines(pair);
    t.is(pair.stderr, '');
    const { stdout } = await finish(pair);
    t.is(contradiction(stdout), null);
  },
);

for (const role of ['primary', 'backup'] as const) {
  test.serial(`a ${role} that is stopped is found, and is gone when it is continued`, async (t) => {
    const pair = new PairProcess(PROGRAM, 'pair', { heartbeat: { intervalMs: 50, missed: 3 } });
    await untilRunning(pair, 2);
    await untilMoreLines(pair);
    const stopped = pidOf(pair, role === 'primary' ? 'a' : 'b');
    process.kill(stopped, 'SIGSTOP');
    await pair.until(() =>
      pair.stderr.includes(role === 'primary' ? 'b takes over at' : 'running alone (degraded)'),
    );
    await untilMoreLines(pair);
    // SIGKILL ends a stopped process too.
    await pair.until(() => !isAlive(stopped));
    const { code, stdout } = await finish(pair);
    t.is(code, 143);
    t.is(contradiction(stdout), null);
  });
}

const PARAMETERS: Record<string, ConfigurationInput> = {
  'a backup that keeps its distance': { skew: { minimumEpochs: 20 } },
  'a backup that follows at once, and a primary that hardly leads': {
    skew: { maximumEpochs: 1, maximumMs: 50 },
  },
  'inputs as synchronisation points': { inputSynchronises: true },
  'outputs that are compared': { compareOutputs: true },
  'deep checks': { deepCheckEpochs: 10 },
  'many of them, with three replicas': {
    replicas: 3,
    skew: { maximumEpochs: 50 },
    inputSynchronises: true,
    compareOutputs: true,
    deepCheckEpochs: 7,
  },
};

for (const [name, configuration] of Object.entries(PARAMETERS)) {
  test.serial(`${name}: kills of primary and backup`, async (t) => {
    const pair = new PairProcess(PROGRAM, 'pair', configuration);
    const count = configuration.replicas ?? 2;
    for (const role of ['primary', 'backup', 'primary'] as const) {
      await untilRunning(pair, count);
      await untilMoreLines(pair);
      const before = pair.stderr.match(/run again|whole again/g)?.length ?? 0;
      pair.kill(role);
      await pair.until(() => (pair.stderr.match(/run again|whole again/g)?.length ?? 0) > before);
    }
    await untilMoreLines(pair);
    const { code, stdout, stderr } = await finish(pair);
    t.is(code, 143);
    t.is(contradiction(stdout), null);
    t.notRegex(stderr, /disagree|diverged/);
  });
}

test.serial('relaxed, outputs wait for nobody', async (t) => {
  const pair = new PairProcess(PROGRAM, 'pair', {
    ...PATIENT,
    outputRule: 'relaxed',
    skew: { maximumEpochs: 1_000_000, maximumMs: 3_600_000 },
  });
  await untilRunning(pair, 2);
  await untilMoreLines(pair);
  process.kill(pidOf(pair, 'b'), 'SIGSTOP');
  await untilMoreLines(pair);
  process.kill(pidOf(pair, 'b'), 'SIGCONT');
  const { stdout } = await finish(pair);
  t.is(contradiction(stdout), null);
});
