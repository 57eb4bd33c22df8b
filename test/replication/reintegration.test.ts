// Re-integration in real processes: kill after kill in one run, each after the pair is whole again.
import test from 'ava';
import { generator } from '../../lib/generator.js';
import { isAlive, PairProcess } from './pair-process.js';
import type { Program } from './toy-machine.js';
import { contradiction } from './toy-machine.js';

const SEED = Number(process.env.RJVM_SEED ?? Date.now() % 1_000_000);
const KILLS = 20;

/** Runs until it is told to stop: its input ends it. */
const ENDLESS: Program = {
  steps: [
    { op: 'clock' },
    { op: 'start', id: 1, durationMs: 3 },
    { op: 'compute', epochs: 3, spin: 20_000 },
    { op: 'print' },
    { op: 'await' },
    { op: 'entropy', byteCount: 2 },
    { op: 'print', stream: 2 },
  ],
  rounds: 1_000_000,
};

function wholeCount(pair: PairProcess): number {
  return pair.stderr.match(/the pair is whole again after \d+ ms/g)?.length ?? 0;
}

/** The lines of the program, which come over both streams in one order; those of rjvm left out. */
function programLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('rjvm: '));
}

test.serial(`${KILLS} kills of either replica in one run lose and double nothing`, async (t) => {
  const random = generator(SEED);
  const pair = new PairProcess({ ...ENDLESS, rounds: 1_000_000, ballastBytes: 3_000_000 });
  await pair.untilRunning();
  let takeOvers = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await new Promise((resolve) => setTimeout(resolve, random() * 60));
    const role = random() < 0.5 ? 'primary' : 'backup';
    if (role === 'primary') takeOvers++;
    pair.kill(role);
    await pair.until(() => wholeCount(pair) > kill);
    await pair.untilRunning();
    const lines = programLines(pair.stdout).length;
    await pair.until(() => programLines(pair.stdout).length > lines + 1);
  }
  pair.child.kill('SIGTERM');
  const { code, stdout, stderr } = await pair.end();
  t.is(code, 143);
  const health = stderr.split('\n').filter((line) => line.startsWith('rjvm: '));
  t.is(health.filter((line) => / takes over at /.test(line)).length, takeOvers, `seed ${SEED}`);
  t.is(health.length, 2 * KILLS, health.join('\n'));
  t.is(contradiction(interleaved(stdout, stderr)), null, `seed ${SEED}`);
});

/** Lines of round r, step 3 stand on standard output, those of step 6 on standard error: their order is known. */
function interleaved(stdout: string, stderr: string): string {
  const errors = programLines(stderr);
  const all = programLines(stdout).flatMap((line, index) => [line, ...errors.slice(index, index + 1)]);
  return all.map((line) => `${line}\n`).join('');
}

test.serial('a new backup that is killed on its way is replaced in turn', async (t) => {
  const pair = new PairProcess({ ...ENDLESS, ballastBytes: 50_000_000 });
  await pair.untilRunning();
  pair.kill('backup');
  const killed = new Set<string>();
  for (let round = 0; round < 4; round++) {
    await pair.until(() => {
      const newcomer = pair
        .state()
        .replicas.find(
          ({ id, state }) => (state === 'starting' || state === 'reintegrating') && !killed.has(id),
        );
      if (newcomer === undefined) return false;
      if (round % 2 === 0 && newcomer.state === 'starting') return false;
      killed.add(newcomer.id);
      process.kill(newcomer.pid, 'SIGKILL');
      return true;
    });
  }
  await pair.until(() => wholeCount(pair) === 1);
  const lines = pair.stdout.length;
  await pair.until(() => pair.stdout.length > lines);
  pair.kill('primary');
  await pair.until(() => wholeCount(pair) === 2);
  pair.child.kill('SIGTERM');
  const { stdout, stderr } = await pair.end();
  t.is(stderr.match(/lost before it was whole; running alone \(degraded\)/g)?.length, 4, stderr);
  t.is(contradiction(interleaved(stdout, stderr)), null);
});

test.serial('a program that sleeps, or waits for input, is taken over by a new backup', async (t) => {
  const program: Program = {
    steps: [
      { op: 'clock' },
      { op: 'print' },
      { op: 'start', id: 1, durationMs: 6000 },
      { op: 'await' },
      { op: 'clock' },
      { op: 'print' },
    ],
    rounds: 1,
  };
  const pair = new PairProcess(program);
  await pair.untilRunning();
  await pair.untilLines(1);
  pair.kill('backup');
  await pair.until(() => wholeCount(pair) === 1);
  pair.kill('primary');
  const { code, stdout, stderr } = await pair.end();
  t.is(code, 0, stderr);
  t.regex(stderr, /primary a .* c takes over/);
  t.is(contradiction(stdout), null);
  const [before, after] = [...stdout.matchAll(/m(\d+)/g)].map(([, reading]) => Number(reading) / 1e6);
  t.true(after! - before! >= 6000, `slept ${after! - before!} ms`);
});

for (const role of ['primary', 'backup'] as const) {
  test.serial(`a stopped ${role} is found by its missing heartbeats, and replaced`, async (t) => {
    const pair = new PairProcess(ENDLESS);
    await pair.untilRunning();
    await pair.untilLines(10);
    const { pid } = pair.state().replicas.find((replica) => replica.role === role)!;
    process.kill(pid, 'SIGSTOP');
    const start = performance.now();
    await pair.until(() => pair.stderr.includes('rjvm: '));
    const noticedMs = performance.now() - start;
    const lines = pair.stdout.length;
    await pair.until(() => pair.stdout.length > lines);
    const goesOnMs = performance.now() - start;
    await pair.until(() => wholeCount(pair) === 1);
    // Found faulty, it was ended: it cannot wake up again.
    t.false(isAlive(pid));
    pair.child.kill('SIGTERM');
    const { stdout, stderr } = await pair.end();
    t.regex(stderr, role === 'primary' ? /takes over/ : /backup b .* lost; running alone/);
    t.is(contradiction(interleaved(stdout, stderr)), null);
    t.log(`noticed after ${noticedMs.toFixed()} ms, output after ${goesOnMs.toFixed()} ms`);
    t.true(noticedMs > 250 && noticedMs < 3000, `${noticedMs} ms`);
  });
}

test.serial('a new backup that stops on its way is given up and replaced', async (t) => {
  const pair = new PairProcess({ ...ENDLESS, ballastBytes: 50_000_000 });
  await pair.untilRunning();
  pair.kill('backup');
  let stopped = 0;
  await pair.until(() => {
    const newcomer = pair.state().replicas.find(({ state }) => state === 'reintegrating');
    if (newcomer === undefined) return false;
    stopped = newcomer.pid;
    process.kill(stopped, 'SIGSTOP');
    return true;
  });
  await pair.until(() => wholeCount(pair) > 0);
  // It may have been whole a moment before it was stopped, and is then lost as any backup.
  await pair.until(() => !isAlive(stopped));
  await pair.untilRunning();
  pair.child.kill('SIGTERM');
  t.is((await pair.end()).code, 143);
});
