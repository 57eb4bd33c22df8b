// The pair in real processes, killed by SIGKILL: nothing is lost, nothing comes twice, and it is said in one line.
import test from 'ava';
import { generator } from '../../lib/generator.js';
import { isAlive, PairProcess } from './pair-process.js';
import type { Program } from './toy-machine.js';
import { contradiction } from './toy-machine.js';

const SEED = Number(process.env.RJVM_SEED ?? Date.now() % 1_000_000);

const COUNTER: Program = {
  steps: [{ op: 'compute', epochs: 5, spin: 200_000 }, { op: 'print' }],
  rounds: 60,
  exitCode: 7,
};

const CURIOUS: Program = {
  steps: [
    { op: 'clock' },
    { op: 'wall' },
    { op: 'start', id: 1, durationMs: 4 },
    { op: 'entropy', byteCount: 4 },
    { op: 'start', id: 2, durationMs: 9 },
    { op: 'compute', epochs: 4, spin: 100_000 },
    { op: 'print' },
    { op: 'cancel', id: 1 },
    { op: 'await' },
    { op: 'clock' },
    { op: 'print' },
  ],
  rounds: 25,
  exitCode: 42,
};

// The program may end before its new backup is whole.
const WHOLE_AGAIN = '(rjvm: c \\(pid \\d+\\) is the new backup; the pair is whole again after \\d+ ms\\n)?$';
const DEGRADED = new RegExp(
  `^rjvm: backup b \\(pid \\d+\\) lost; running alone \\(degraded\\)\\n${WHOLE_AGAIN}`,
);
const TAKEN_OVER = new RegExp(
  `^rjvm: primary a \\(pid \\d+\\) lost; b takes over at epoch \\d+, incarnation 2\\n${WHOLE_AGAIN}`,
);

async function unharmed(program: Program): Promise<string> {
  return (await new PairProcess(program, 'single').end()).stdout;
}

test.serial(
  'a pair prints what a single machine prints, with its exit code and without a word of its own',
  async (t) => {
    const single = await new PairProcess(COUNTER, 'single').end();
    const pair = new PairProcess(COUNTER);
    await pair.untilRunning();
    t.deepEqual(
      pair.state().replicas.map(({ id, role }) => [id, role]),
      [
        ['a', 'primary'],
        ['b', 'backup'],
      ],
    );
    const ended = await pair.end();
    t.deepEqual(ended, single);
    t.is(ended.code, 7);
    t.is(ended.stdout.split('\n').length, 61);
  },
);

test.serial('a program that asks for the time and waits tells one history', async (t) => {
  const { code, stdout, stderr } = await new PairProcess(CURIOUS).end();
  t.deepEqual([code, stderr, stdout.split('\n').length], [42, '', 51]);
  t.is(contradiction(stdout), null);
});

test.serial('standard output and error keep their order', async (t) => {
  // Both streams are one pipe here, as behind 2>&1.
  const program: Program = {
    steps: [{ op: 'print' }, { op: 'print', stream: 2 }, { op: 'clock' }, { op: 'print', stream: 2 }],
    rounds: 30,
  };
  const { spawnSync } = await import('node:child_process');
  const command = new URL('./toy-pair.js', import.meta.url).pathname;
  const { stdout } = spawnSync('sh', [
    '-c',
    '"$0" "$1" pair "$2" 2>&1',
    process.execPath,
    command,
    JSON.stringify(program),
  ]);
  t.is(contradiction(stdout.toString()), null);
  t.is(stdout.toString().split('\n').length, 91);
});

for (const role of ['primary', 'backup'] as const) {
  test.serial(`SIGKILL of the ${role} at random moments`, async (t) => {
    const random = generator(SEED);
    const expected = await unharmed(COUNTER);
    let missed = 0;
    for (let round = 0; round < 8; round++) {
      const program = round % 2 === 0 ? COUNTER : CURIOUS;
      const context = `seed ${SEED}, round ${round}`;
      const pair = new PairProcess(program);
      await pair.untilRunning();
      await pair.untilLines(Math.floor(random() * 30));
      await new Promise((resolve) => setTimeout(resolve, random() * 20));
      pair.kill(role);
      const { code, stdout, stderr } = await pair.end();
      t.is(code, program.exitCode ?? 0, `${context}: ${stderr}`);
      // On a busy host the program may end before its lines are seen here, and nobody is there to be killed.
      if (stderr === '' && missed++ < 20) {
        round--;
        continue;
      }
      if (program === COUNTER) t.is(stdout, expected, context);
      else t.is(contradiction(stdout), null, context);
      t.is(stdout.split('\n').length, program === COUNTER ? 61 : 51, context);
      t.regex(stderr, role === 'primary' ? TAKEN_OVER : DEGRADED, context);
    }
  });
}

/** From a process without a word of its own to one that is linked with everybody. */
const START_DELAYS_MS = [0, 10, 25, 50, 100];

for (const role of ['primary', 'backup'] as const) {
  test.serial(`a ${role} that is stopped while it starts is missed like any other`, async (t) => {
    const expected = await unharmed(COUNTER);
    for (const delayMs of START_DELAYS_MS) {
      const pair = new PairProcess(COUNTER);
      let pid = 0;
      await pair.until(() => {
        pid = startedAs(pair, role);
        return pid > 0;
      });
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      process.kill(pid, 'SIGSTOP');
      const { code, stdout, stderr } = await pair.end();
      t.deepEqual([code, stdout], [COUNTER.exitCode!, expected], `${delayMs} ms: ${stderr}`);
      t.false(isAlive(pid));
    }
  });
}

function startedAs(pair: PairProcess, role: 'primary' | 'backup'): number {
  try {
    return pair.state().replicas.find((replica) => replica.role === role)?.pid ?? 0;
  } catch {
    return 0;
  }
}

test.serial('SIGKILL of the primary after each of the first lines', async (t) => {
  const program: Program = {
    steps: [{ op: 'compute', epochs: 1, spin: 50_000 }, { op: 'print' }],
    rounds: 12,
  };
  const expected = await unharmed(program);
  for (let line = 0; line < 10; line++) {
    const pair = new PairProcess(program);
    await pair.untilRunning();
    await pair.untilLines(line);
    pair.kill('primary');
    const { code, stdout } = await pair.end();
    t.deepEqual([code, stdout], [0, expected], `line ${line}`);
  }
});

test.serial('a kill while the program sleeps: its timer is not lost', async (t) => {
  const program: Program = {
    steps: [
      { op: 'clock' },
      { op: 'print' },
      { op: 'start', id: 1, durationMs: 1000 },
      { op: 'await' },
      { op: 'clock' },
      { op: 'print' },
    ],
    rounds: 1,
  };
  const pair = new PairProcess(program);
  await pair.untilLines(1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  pair.kill('primary');
  const { code, stdout, stderr } = await pair.end();
  t.is(code, 0);
  t.regex(stderr, TAKEN_OVER);
  t.is(contradiction(stdout), null);
  const [before, after] = [...stdout.matchAll(/m(\d+)/g)].map(([, reading]) => Number(reading) / 1e6);
  t.true(after! - before! >= 1000, `slept ${after! - before!} ms`);
  t.true(after! - before! < 5000, `slept ${after! - before!} ms`);
});

test.serial('the state file tells of a take-over, and is always whole', async (t) => {
  const pair = new PairProcess({ ...COUNTER, rounds: 400 });
  await pair.untilLines(5);
  const before = pair.state();
  pair.kill('primary');
  let reads = 0;
  await pair.until(() => {
    reads++;
    return pair.state().incarnation === 2;
  });
  t.true(reads > 0);
  const after = pair.state();
  t.deepEqual(
    [after.replicas[0]!, after.replicas.at(-1)!].map(({ id, role, state }) => [id, role, state]),
    [
      ['b', 'primary', 'running'],
      ['a', 'primary', 'lost'],
    ],
  );
  t.is(after.launcher, pair.child.pid!);
  t.is(after.replicas[0]!.pid, before.replicas[1]!.pid);
  pair.kill('primary');
  const { code, stderr } = await pair.end();
  t.is(code, 70);
  t.regex(
    stderr,
    /^rjvm: primary a .* lost; b .*\nrjvm: primary b \(pid \d+\) lost (as well|before c \(pid \d+\) was whole); no replica is left and the program has ended\n$/,
  );
});
