// Two nodes and a launcher with real cables between them, which are pulled out.
import test, { type ExecutionContext } from 'ava';
import { isAlive, PairProcess } from '../pair-process.js';
import { contradiction, type Program } from '../toy-machine.js';
import { AgentProcess, newTokenFile } from './agent-process.js';
import { Network, networkObstacle } from './network.js';

const obstacle = networkObstacle();
if (obstacle !== null) test.skip(`cables that are cut: skipped, because ${obstacle}`, () => {});
const onNetwork = obstacle === null ? test.serial : test.skip;

/** A line each 20 ms or so, of values that must agree among themselves. */
const SPOKEN: Program = {
  steps: [
    { op: 'clock' },
    { op: 'compute', epochs: 2, spin: 5000 },
    { op: 'start', id: 1, durationMs: 20 },
    { op: 'await' },
    { op: 'print' },
  ],
  rounds: 1_000_000,
};

const LINKS = ['node A', 'node B', 'link to replica a'];

let networkCount = 0;

/** A pair on the nodes A and B, each with two addresses or one, started from L. */
async function onTwoNodes(t: ExecutionContext, pathCount: 1 | 2, rounds: number) {
  const network = new Network(networkCount++);
  const tokenFile = newTokenFile();
  const addresses = (host: 'A' | 'B') =>
    ([0, 1] as const)
      .slice(0, pathCount)
      .map((path) => `${network.address(host, path)}:7411`)
      .join('/');
  const agents = await Promise.all(
    (['A', 'B'] as const).map((host) =>
      AgentProcess.start({ tokenFile, listen: addresses(host), prefix: network.prefix(host) }),
    ),
  );
  const nodes = { list: `A=${addresses('A')},B=${addresses('B')}`, tokenFile };
  const pair = new PairProcess({ ...SPOKEN, rounds }, 'pair', {}, { nodes, prefix: network.prefix('L') });
  t.teardown(async () => {
    pair.child.kill('SIGKILL');
    await Promise.all(agents.map((agent) => agent.end('SIGKILL')));
    network.close();
  });
  await pair.untilRunning();
  await pair.untilLines(3);
  return { network, pair, agents, replicas: pair.state().replicas };
}

function lineCount(pair: PairProcess): number {
  return pair.stdout.split('\n').length - 1;
}

async function moreLines(pair: PairProcess, count: number): Promise<void> {
  await pair.untilLines(lineCount(pair) + count);
}

onNetwork(
  'one of two paths is cut, everywhere: the program does not notice, and the path is taken again',
  async (t) => {
    const { network, pair, replicas } = await onTwoNodes(t, 2, 1200);
    const uses = (who: string, path: number) =>
      pair.stderr.match(new RegExp(`${who}: the path 10\\.77\\.${path}\\.\\d:\\d+ works now`, 'g'))?.length ??
      0;
    t.is(pair.stderr, '', 'two paths from the start are no news');
    for (const path of [0, 1] as const) {
      const before = LINKS.map((who) => uses(who, path));
      for (const [a, b] of [
        ['L', 'A'],
        ['L', 'B'],
        ['A', 'B'],
      ] as const)
        network.cut(a, b, path);
      const address = network.address('A', path).replaceAll('.', '\\.');
      await pair.until(() =>
        new RegExp(`node A: the path ${address}:7411 is lost; 1 of 2 left`).test(pair.stderr),
      );
      await moreLines(pair, 30);
      for (const [a, b] of [
        ['L', 'A'],
        ['L', 'B'],
        ['A', 'B'],
      ] as const)
        network.mend(a, b, path);
      for (const [index, who] of LINKS.entries()) await pair.until(() => uses(who, path) > before[index]!);
      await moreLines(pair, 30);
    }
    t.deepEqual(
      pair.state().replicas.map(({ pid }) => pid),
      replicas.map(({ pid }) => pid),
    );
    const { code, stdout, stderr } = await pair.end();
    t.is(code, 0, stderr);
    t.is(contradiction(stdout), null);
    t.notRegex(stderr, /primary|backup|node . is lost/);
  },
);

onNetwork('the nodes lose each other while the launcher reaches both: exactly one goes on', async (t) => {
  const { network, pair, replicas } = await onTwoNodes(t, 2, 800);
  for (const path of [0, 1] as const) network.cut('A', 'B', path);
  await pair.until(() => /degraded|takes over/.test(pair.stderr));
  const aliveCount = () => replicas.filter(({ pid }) => isAlive(pid)).length;
  // Outputs that were held back come at once, and the end of the other process may come a little later.
  await pair.until(() => aliveCount() < 2);
  await moreLines(pair, 20);
  t.is(aliveCount(), 1);
  for (const path of [0, 1] as const) network.mend('A', 'B', path);
  const { code, stdout, stderr } = await pair.end();
  t.is(code, 0, stderr);
  t.is(contradiction(stdout), null);
  t.is(stdout.split('\n').length, 801);
});

onNetwork(
  'the node of the primary is cut off from everything: take-over, and it is not heard when the cable is back',
  async (t) => {
    const { network, pair, agents, replicas } = await onTwoNodes(t, 1, 800);
    network.cut('A', 'B', 0);
    network.cut('L', 'A', 0);
    await pair.until(() => /takes over/.test(pair.stderr));
    await moreLines(pair, 20);
    // Nobody has told it yet.
    t.true(isAlive(replicas[0]!.pid));
    network.mend('A', 'B', 0);
    network.mend('L', 'A', 0);
    await pair.until(() => !isAlive(replicas[0]!.pid));
    await pair.until(() => /node A is back/.test(pair.stderr));
    const { code, stdout, stderr } = await pair.end();
    t.is(code, 0, stderr);
    t.is(contradiction(stdout), null);
    t.is(stdout.split('\n').length, 801);
    t.regex(stderr, /node A is lost: it does not answer/);
    t.regex(stderr, /primary a .* lost; b takes over at epoch \d+, incarnation 2/);
    t.is(agents[0]!.child.exitCode, null);
  },
);
