// The launcher's duties beside take-over: ends and signals, readers that go away, strangers, machines that fail.
import test from 'ava';
import { WebSocket } from 'ws';
import { DEFAULT_CONFIGURATION } from '../../replication/configuration.js';
import { launchPair } from '../../replication/launcher.js';
import { PROTOCOL_VERSION } from '../../replication/messages.js';
import { isAlive, listeningPorts, PairProcess } from './pair-process.js';
import type { Program } from './toy-machine.js';
import { contradiction, toyRecord } from './toy-machine.js';

const ENDLESS: Program = {
  steps: [{ op: 'clock' }, { op: 'compute', epochs: 3, spin: 100_000 }, { op: 'print' }],
  rounds: 1_000_000,
};
const BUSY: Program = {
  steps: [{ op: 'print' }, { op: 'compute', epochs: 1, spin: 4_000_000_000 }],
  rounds: 1,
};

/** Resolves when none of the processes is left; fails after a while. */
async function gone(pids: readonly number[]): Promise<boolean> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (!pids.some(isAlive)) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

for (const [name, program] of Object.entries({ ENDLESS, BUSY })) {
  test.serial(`a killed launcher takes its replicas with it: ${name}`, async (t) => {
    const pair = new PairProcess(program);
    await pair.untilRunning();
    if (program === ENDLESS) await pair.untilLines(3);
    const pids = pair.state().replicas.map(({ pid }) => pid);
    t.true(pids.every(isAlive));
    pair.child.kill('SIGKILL');
    t.true(await gone(pids));
    await pair.end();
  });
}

test.serial('a replica that is stopped when its launcher is killed ends when it goes on', async (t) => {
  const pair = new PairProcess(ENDLESS);
  await pair.untilRunning();
  await pair.untilLines(3);
  const pids = pair.state().replicas.map(({ pid }) => pid);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  pair.child.kill('SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 200));
  t.true(pids.every(isAlive));
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  t.true(await gone(pids));
  await pair.end();
});

test.serial('a launcher that is stopped for a while loses nothing, and suspects nobody', async (t) => {
  const pair = new PairProcess({ ...ENDLESS, rounds: 400, exitCode: 6 });
  await pair.untilRunning();
  await pair.untilLines(3);
  pair.child.kill('SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 3000));
  pair.child.kill('SIGCONT');
  const { code, stdout, stderr } = await pair.end();
  t.deepEqual([code, stderr], [6, '']);
  t.is(contradiction(stdout), null);
  t.is(stdout.split('\n').length, 401);
});

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test.serial(`${signal} ends the pair with exit code ${code}`, async (t) => {
    const pair = new PairProcess(ENDLESS);
    await pair.untilRunning();
    await pair.untilLines(1);
    const pids = pair.state().replicas.map(({ pid }) => pid);
    pair.child.kill(signal);
    const ended = await pair.end();
    t.deepEqual([ended.code, ended.stderr], [code, '']);
    t.true(await gone(pids));
  });
}

test.serial('a reader that has stopped reading holds up neither SIGTERM nor a take-over', async (t) => {
  const pair = new PairProcess({ steps: [{ op: 'print', pad: 30_000 }], rounds: 1_000_000 });
  pair.child.stdout!.pause();
  await pair.untilRunning();
  await new Promise((resolve) => setTimeout(resolve, 500));
  pair.kill('primary');
  await pair.until(() => pair.stderr !== '');
  t.regex(pair.stderr, /takes over/);
  const pids = pair.state().replicas.map(({ pid }) => pid);
  pair.child.kill('SIGTERM');
  await new Promise((resolve) => pair.child.once('exit', resolve));
  t.true(pair.child.exitCode === 143 || pair.child.signalCode === 'SIGTERM');
  t.true(await gone(pids));
  pair.child.stdout!.resume();
  await pair.end();
});

test.serial('much output through a slow reader arrives whole', async (t) => {
  const program: Program = {
    steps: [{ op: 'clock' }, { op: 'print', pad: 300_000 }],
    rounds: 60,
    exitCode: 1,
  };
  const pair = new PairProcess(program);
  pair.child.stdout!.pause();
  await pair.untilRunning();
  await new Promise((resolve) => setTimeout(resolve, 300));
  pair.kill('primary');
  pair.child.stdout!.resume();
  const { code, stdout } = await pair.end();
  t.is(code, 1);
  t.is(contradiction(stdout), null);
  t.is(stdout.length, 60 * 300_001);
});

for (const mode of ['pair', 'single'] as const) {
  test.serial(`a reader that has gone away does not stop the program: ${mode}`, async (t) => {
    const pair = new PairProcess(
      {
        steps: [{ op: 'print' }, { op: 'print', stream: 2 }, { op: 'compute', epochs: 1, spin: 10_000 }],
        rounds: 300,
        exitCode: 9,
      },
      mode,
    );
    await pair.untilLines(2);
    pair.child.stdout!.destroy();
    const { code, stderr } = await pair.end();
    t.is(code, 9);
    t.is(stderr.split('\n').length, 301);
  });
}

test.serial('a machine that fails on both replicas is reported once', async (t) => {
  const { code, stdout, stderr } = await new PairProcess({
    steps: [{ op: 'print' }, { op: 'crash' }],
    rounds: 1,
  }).end();
  t.is(code, 70);
  t.is(stdout.split('\n').length, 2);
  t.is(stderr.match(/told to crash/g)?.length, 1);
  t.regex(stderr, /no replica is left and the program has ended\n$/);
});

test.serial('a primary waits for a backup that is too far behind, and goes on with it', async (t) => {
  const program: Program = {
    steps: [{ op: 'compute', epochs: 60_000, spin: 200 }, { op: 'print' }],
    rounds: 4,
  };
  // One that is stopped is as slow as can be, and is not to be taken for one that has failed.
  const pair = new PairProcess(program, 'pair', {
    heartbeat: { missed: 1000, intervalMs: 1000 },
    timeouts: { synchronisationMs: 0 },
    skew: { maximumMs: 3_600_000 },
  });
  await pair.untilRunning();
  const backup = pair.state().replicas[1]!.pid;
  process.kill(backup, 'SIGSTOP');
  const epochs = () => pair.state().replicas.map(({ epoch }) => epoch ?? 0);
  // Until the file shows a primary that has stood still for longer than the file's age can explain.
  let last = epochs()[0]!;
  for (let same = 0; same < 2; ) {
    await new Promise((resolve) => setTimeout(resolve, 1300));
    const now = epochs()[0]!;
    same = now === last ? same + 1 : 0;
    last = now;
  }
  const [primaryEpoch, backupEpoch] = epochs() as [number, number];
  t.true(primaryEpoch < 240_000, `the primary is in epoch ${primaryEpoch}`);
  t.true(
    primaryEpoch - backupEpoch >= DEFAULT_CONFIGURATION.skew.maximumEpochs,
    `${primaryEpoch} and ${backupEpoch}`,
  );
  process.kill(backup, 'SIGCONT');
  const { code, stdout, stderr } = await pair.end();
  t.deepEqual([code, stdout.split('\n').length, stderr], [0, 5, '']);
});

test.serial('a state file that cannot be written is a clear error, and leaves nothing behind', async (t) => {
  const record = toyRecord({ steps: [], rounds: 1 });
  await t.throwsAsync(launchPair({ record, stateFile: '/nowhere/at/all/state.json' }), {
    message: 'The state file /nowhere/at/all/state.json cannot be written (ENOENT).',
  });
});

test.serial('strangers are turned away with one line each, and nobody is harmed', async (t) => {
  const pair = new PairProcess({ ...ENDLESS, rounds: 300, exitCode: 4 });
  await pair.untilLines(1);
  const { launcher, replicas } = pair.state();
  const ports = [launcher, ...replicas.map(({ pid }) => pid)].flatMap(listeningPorts);
  t.is(ports.length, 3);
  const greetings = [
    JSON.stringify({ kind: 'hello', protocol: PROTOCOL_VERSION, speaker: '{}', proof: 'guessed' }),
    JSON.stringify({ kind: 'start' }),
    'nonsense',
    new Uint8Array([3, 1, 0, 0]),
  ];
  for (const port of ports) {
    for (const greeting of greetings) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`);
      socket.on('error', () => {});
      socket.on('open', () => socket.send(greeting));
      const answers: unknown[] = [];
      socket.on('message', (answer) => answers.push(JSON.parse(String(answer)).kind));
      await new Promise((resolve) => socket.on('close', resolve));
      t.deepEqual(answers, ['challenge']);
    }
  }
  const { code, stdout, stderr } = await pair.end();
  t.is(code, 4);
  t.is(contradiction(stdout), null);
  t.is(stdout.split('\n').length, 301);
  t.is(
    stderr.match(/^rjvm: .*a connection from 127\.0\.0\.1 was refused: .*$/gm)?.length,
    ports.length * greetings.length,
  );
  t.is(stderr.split('\n').length, ports.length * greetings.length + 1, stderr);
});
