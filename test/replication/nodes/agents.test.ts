// Agents and what depends on them, over the loopback interface: replicas run through them, and nobody outlives whom it
// should not.
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { findJdk } from '../../../lib/jdk.js';
import { connectLink } from '../../../replication/links/link-dialler.js';
import { VERSION_TERM } from '../../../replication/nodes/agent-messages.js';
import { readToken } from '../../../replication/nodes/token-file.js';
import { RJVM, runCommand } from '../../support/command.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { hasOpenssl, makeAuthority } from '../links/certificates.js';
import { isAlive, PairProcess, type PairSetting } from '../pair-process.js';
import { contradiction, type Program } from '../toy-machine.js';
import { AgentProcess, newTokenFile } from './agent-process.js';

const SPOKEN: Program = {
  steps: [
    { op: 'clock' },
    { op: 'compute', epochs: 3, spin: 5000 },
    { op: 'start', id: 1, durationMs: 5 },
    { op: 'await' },
    { op: 'print' },
  ],
  rounds: 2000,
};
const ENDLESS: Program = { ...SPOKEN, rounds: 1_000_000 };

async function twoAgents(t: ExecutionContext, words: readonly string[] = []) {
  const tokenFile = newTokenFile();
  const agents = await Promise.all([1, 2].map(() => AgentProcess.start({ tokenFile, words })));
  t.teardown(() => Promise.all(agents.map((agent) => agent.end('SIGKILL'))));
  const [a, b] = agents as [AgentProcess, AgentProcess];
  return { a, b, tokenFile, nodes: { list: `A=${a.address},B=${b.address}`, tokenFile } };
}

async function gone(pids: readonly number[]): Promise<boolean> {
  for (let attempt = 0; attempt < 400 && pids.some(isAlive); attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return !pids.some(isAlive);
}

test.serial(
  'a pair on two nodes survives kill after kill, and each node has one of the first replicas',
  async (t) => {
    const { a, b, nodes } = await twoAgents(t);
    const pair = new PairProcess(ENDLESS, 'pair', {}, { nodes });
    // As the state file has it, which may be a little behind.
    const isWhole = () => {
      const present = pair.state().replicas.filter(({ state }) => state !== 'lost');
      return present.length === 2 && present.every(({ state, pid }) => state === 'running' && isAlive(pid));
    };
    await pair.untilRunning();
    t.deepEqual(
      pair.state().replicas.map(({ id, node }) => `${id} on ${node}`),
      ['a on A', 'b on B'],
    );
    for (const role of ['primary', 'backup', 'primary'] as const) {
      await pair.until(isWhole);
      await pair.untilLines(pair.stdout.split('\n').length + 3);
      const { pid } = pair.state().replicas.find((each) => each.role === role && each.state === 'running')!;
      process.kill(pid, 'SIGKILL');
      await pair.until(() => !isAlive(pid));
    }
    await pair.until(() => (pair.stderr.match(/whole again/g)?.length ?? 0) === 3);
    await pair.untilLines(pair.stdout.split('\n').length + 20);
    pair.child.kill('SIGTERM');
    const { code, stdout, stderr } = await pair.end();
    t.is(code, 143, stderr);
    t.is(contradiction(stdout), null);
    t.is(stderr.match(/ takes over at /g)?.length, 2, stderr);
    t.regex(
      stderr,
      /^rjvm: primary a \(pid \d+ on node A\) lost; .*\nrjvm: c \(pid \d+ on node [AB]\) is the new/,
    );
    for (const agent of [a, b])
      t.regex(
        agent.stderr,
        /the launcher of Toy at 127\.0\.0\.1 is let in \(0 class path files, 0 to be sent\)/,
      );
  },
);

test.serial(
  'an agent that is killed takes its replicas with it; the other node carries on, alone and then with two',
  async (t) => {
    const { a, nodes } = await twoAgents(t);
    const pair = new PairProcess(SPOKEN, 'pair', {}, { nodes });
    await pair.untilLines(3);
    await pair.untilRunning();
    const primary = pair.state().replicas.find(({ role }) => role === 'primary')!;
    await a.end('SIGKILL');
    t.true(await gone([primary.pid]));
    await pair.until(() => /whole again/.test(pair.stderr));
    const { code, stdout, stderr } = await pair.end();
    t.is(code, 0, stderr);
    t.is(contradiction(stdout), null);
    t.is(stdout.split('\n').length, SPOKEN.rounds + 1);
    t.regex(stderr, /node A is lost: /);
    t.regex(stderr, /primary a .* lost; b takes over/);
  },
);

test.serial(
  'where nodes run one replica each, a new one waits for the end of the one before, and for a node that is gone',
  async (t) => {
    const { b, nodes, tokenFile } = await twoAgents(t);
    const pair = new PairProcess(ENDLESS, 'pair', { files: 'replicated' }, { nodes });
    await pair.untilRunning();
    for (const count of [1, 2]) {
      await pair.untilRunning();
      pair.kill('backup');
      await pair.until(() => (pair.stderr.match(/whole again/g)?.length ?? 0) === count);
    }
    const replaced = (lost: string, next: string) =>
      `rjvm: backup ${lost} \\(.*\\) lost; running alone \\(degraded\\)\nrjvm: ${next} \\(.*\\) is the new backup; .*\n`;
    t.regex(pair.stderr, new RegExp(`^${replaced('b', 'c')}${replaced('c', 'd')}$`));
    const before = pair.stderr;
    await b.end('SIGKILL');
    await pair.until(() => /none is free\n/.test(pair.stderr));
    // Several times it is tried in vain.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    t.true(pair.state().replicas.every(({ pid }) => pid > 0));
    const again = await AgentProcess.start({ tokenFile, listen: b.address });
    t.teardown(() => again.end('SIGKILL'));
    await pair.until(() => /whole again/.test(pair.stderr.slice(before.length)));
    const said = pair.stderr.slice(before.length).split('\n');
    t.deepEqual(
      said.map((line) => /lost|none is free|back$|new backup/.exec(line)?.[0] ?? line).sort(),
      ['', 'back', 'lost', 'lost', 'new backup', 'none is free'],
      said.join('\n'),
    );
    t.is(pair.state().replicas[1]?.id, 'e');
    pair.child.kill('SIGTERM');
    const { code, stdout } = await pair.end();
    t.is(code, 143);
    t.is(contradiction(stdout), null);
  },
);

test.serial(
  'a launcher that dies takes its replicas on other nodes with it; an agent told to end does so cleanly',
  async (t) => {
    const { a, b, nodes } = await twoAgents(t);
    const pair = new PairProcess(ENDLESS, 'pair', {}, { nodes });
    await pair.untilLines(3);
    const pids = pair.state().replicas.map(({ pid }) => pid);
    t.true(pids.every(isAlive));
    pair.child.kill('SIGKILL');
    t.true(await gone(pids));
    await pair.end();
    // They serve the next one.
    const second = new PairProcess(ENDLESS, 'pair', {}, { nodes });
    await second.untilLines(3);
    const [primary] = second.state().replicas;
    t.is(await a.end('SIGTERM'), 0);
    t.true(await gone([primary!.pid]));
    await second.until(() => /takes over/.test(second.stderr));
    t.is(await b.end('SIGTERM'), 0);
    t.is((await second.end()).code, 70);
  },
);

test.serial('strangers, other tokens and other JDKs are refused with one line on both sides', async (t) => {
  const { a, nodes, tokenFile } = await twoAgents(t);
  const launch = async (changes: Partial<typeof nodes>) =>
    new PairProcess(ENDLESS, 'pair', {}, { nodes: { ...nodes, ...changes } }).end();
  const other = await launch({ tokenFile: newTokenFile() });
  t.is(other.code, 1);
  t.regex(other.stderr, /the agent of node A .*: it refuses: its token is wrong/);
  await a.untilSaid(/a connection from 127\.0\.0\.1 was refused: its token is wrong\n/);
  const [host, port] = a.address.split(':');
  const stranger = {
    id: 'launcher',
    token: readToken(tokenFile),
    peerPort: 0,
    terms: { [VERSION_TERM]: '9.9' },
  };
  await t.throwsAsync(connectLink([{ host: host!, port: Number(port) }], stranger), {
    message: /^it refuses: its version of rjvm is 9\.9, and here it is \d/,
  });
  await a.untilSaid(
    /a connection from 127\.0\.0\.1 was refused: its version of rjvm is 9\.9, and here it is .*\n/,
  );

  // The same JDK, but for a line in what it says of itself.
  const { home } = findJdk({ environment: process.env });
  const otherHome = temporaryFolder('jdk');
  mkdirSync(join(otherHome, 'lib'));
  symlinkSync(join(home, 'lib', 'modules'), join(otherHome, 'lib', 'modules'));
  writeFileSync(join(otherHome, 'release'), `${readFileSync(join(home, 'release'), 'utf8')}PATCHED="yes"\n`);
  const patched = await AgentProcess.start({ tokenFile, words: ['--jdk', otherHome] });
  t.teardown(() => patched.end('SIGKILL'));
  const unfit = await launch({ list: `P=${patched.address}` });
  t.is(unfit.code, 1);
  const sentence = /the program was started with JDK \S+, and the JDK at \S+ is another build of it\n/;
  t.regex(unfit.stderr, sentence);
  t.regex(patched.stderr, sentence);
  const nobody = await launch({ list: 'C=127.0.0.1:1' });
  t.regex(nobody.stderr, /the agent of node C \(127\.0\.0\.1:1\): connect ECONNREFUSED/);

  const open = join(temporaryFolder('open'), 'token');
  writeFileSync(open, 'x'.repeat(40));
  chmodSync(open, 0o644);
  const short = newTokenFile();
  writeFileSync(short, 'short');
  for (const [words, sentence] of [
    [['--token-file', tokenFile], /say where to listen: --listen HOST:PORT/],
    [['--listen', '127.0.0.1:0'], /name the file of the token/],
    [['--listen', '127.0.0.1:0', '--token-file', open], /is open to other users: chmod 600/],
    [['--listen', '127.0.0.1:0', '--token-file', short], /has 5 characters, fewer than 32; make one with/],
    [['--listen', '127.0.0.1:0', '--token-file', '/none'], /\/none cannot be read \(ENOENT\); make one with/],
    [['--listen', 'nonsense:x', '--token-file', tokenFile], /nonsense:x is no address/],
    [['--listen', '127.0.0.1:0', '--token-file', tokenFile, '--tls-cert', 'c'], /TLS takes all three/],
    [['--listen', '192.0.2.1:0', '--token-file', tokenFile], /the agent cannot listen at 192\.0\.2\.1:0/],
  ] as const) {
    const { exit, stderr } = await runCommand(RJVM, ['agent', ...words]);
    t.is(exit, 1);
    t.regex(stderr, sentence);
    t.is(stderr.split('\n').length, 2, stderr);
  }
});

test.serial('an agent whose lines nobody reads any more goes on', async (t) => {
  const tokenFile = newTokenFile();
  const agent = await AgentProcess.start({ tokenFile });
  t.teardown(() => agent.end('SIGKILL'));
  const [host, port] = agent.address.split(':');
  const address = { host: host!, port: Number(port) };
  const stranger = { id: 'launcher', token: 'another one', peerPort: 0, terms: {} };
  agent.child.stderr!.destroy();
  for (let round = 1; round <= 3; round++) {
    await t.throwsAsync(connectLink([address], stranger), { message: 'it refuses: its token is wrong' });
  }
  t.is(await agent.end('SIGTERM'), 0);
});

if (!hasOpenssl()) test.skip('agents over TLS: skipped, because there is no openssl command', () => {});
(hasOpenssl() ? test.serial : test.skip)(
  'everything between launcher, agents and replicas goes over TLS where asked',
  async (t) => {
    const authority = makeAuthority();
    const files = authority.certify('127.0.0.1');
    const words = ['--tls-cert', files.certificate, '--tls-key', files.key, '--tls-ca', files.authority];
    const { a, nodes } = await twoAgents(t, words);
    const pair = new PairProcess(
      SPOKEN,
      'pair',
      {},
      { nodes: { ...nodes, tls: authority.certify('127.0.0.1') } },
    );
    await pair.untilRunning();
    await pair.untilLines(5);
    pair.kill('primary');
    const { code, stdout, stderr } = await pair.end();
    t.is(code, 0, stderr);
    t.is(contradiction(stdout), null);
    const refused = async (changes: Partial<NonNullable<PairSetting['nodes']>>, line: RegExp) => {
      const ended = await new PairProcess(SPOKEN, 'pair', {}, { nodes: { ...nodes, ...changes } }).end();
      t.is(ended.code, 1);
      t.regex(ended.stderr, line);
      t.is(ended.stderr.split('\n').length, 2, ended.stderr);
    };
    await refused(
      {},
      /^rjvm: the agent of node A \(.*\): socket hang up; does it want --tls-cert and its like\?\n$/,
    );
    await a.untilSaid(/^\S+ rjvm agent: a connection from 127\.0\.0\.1 was refused: it speaks no TLS\n/m);
    const foreign = { ...makeAuthority().certify('127.0.0.1'), authority: files.authority };
    await refused(
      { tls: foreign },
      /^rjvm: the agent of node A \(.*\): .*; does its --tls-ca certify \S*node-0\.pem\?\n$/,
    );
    await a.untilSaid(/refused: its certificate does not count here \(.*\)\n/);
    t.true(
      a.stderr
        .split('\n')
        .every((line) => line === '' || /^\d{4}-\d\d-\d\dT[\d:.]+Z rjvm agent: /.test(line)),
      a.stderr,
    );
    await refused(
      { tls: { ...files, key: foreign.key } },
      /^rjvm: \S*-key\.pem is not the key of the certificate in \S*\.pem\n$/,
    );
    const clear = await twoAgents(t);
    await refused(
      { ...clear.nodes, tls: files },
      /^rjvm: the agent of node A \(.*\): it speaks no TLS; start it with --tls-cert and its like\n$/,
    );
    await clear.a.untilSaid(
      /from 127\.0\.0\.1 was refused: it speaks TLS, and there are no certificates here\n/,
    );
  },
);
