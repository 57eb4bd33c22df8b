// Files that each replica keeps on its own node: the same on all, also on that of a new backup.
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { type FileChange, HostError } from '../../../jvm/environment.js';
import { BinaryReader } from '../../../lib/binary.js';
import { generator } from '../../../lib/generator.js';
import type { Host } from '../../../replication/contracts.js';
import { realHost } from '../../../replication/host-environment.js';
import { decodeFiles, encodeFiles, FileMirror } from '../../../replication/nodes/file-mirror.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { PairProcess } from '../pair-process.js';
import { contradiction, type Program } from '../toy-machine.js';
import { AgentProcess, newTokenFile } from './agent-process.js';
import { mountObstacle } from './mounts.js';

/** A node: what programs know as /data is a folder of its own. */
function newNode(): { readonly folder: string; readonly host: Host; readonly mirror: FileMirror } {
  const folder = temporaryFolder('node');
  const here = (path: string) => path.replace(/^\/data/, folder);
  const host: Host = {
    monotonicNs: realHost.monotonicNs,
    perform: (request) => {
      if (!('path' in request)) return realHost.perform(request);
      const moved = { ...request, path: here(request.path) };
      if (moved.kind === 'renameFile' || moved.kind === 'createLink') {
        return realHost.perform({ ...moved, target: here(moved.target) });
      }
      const answer = realHost.perform(moved);
      return request.kind === 'readCanonicalPath' ? String(answer).replace(folder, '/data') : answer;
    },
  };
  return { folder, host, mirror: new FileMirror(host) };
}

/** All that is in a folder, by path. */
function tree(folder: string, prefix = ''): Record<string, string> {
  const entries = readdirSync(folder, { withFileTypes: true }).map((entry): Record<string, string> => {
    const [name, path] = [`${prefix}${entry.name}`, join(folder, entry.name)];
    if (entry.isSymbolicLink()) return { [name]: `-> ${readlinkSync(path)}` };
    const mode = (statSync(path).mode & 0o7777).toString(8);
    if (entry.isDirectory()) return { [name]: `folder ${mode}`, ...tree(path, `${name}/`) };
    return { [name]: `${mode} ${readFileSync(path, 'latin1')}` };
  });
  return Object.assign({}, ...entries);
}

const OPENING = { alsoReading: false, followLinks: true, mode: 0o640 } as const;

/** A change that a program may ask for, sensible or not. */
function anyChange(random: () => number): FileChange {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!;
  const path = `/data/${pick(['a', 'b', 'c', 'd', 'd/a', 'd/b', 'e', 'e/a'])}`;
  const other = `/data/${pick(['a', 'b', 'e', 'f', 'd/c'])}`;
  const position = Math.floor(random() * 30);
  const changes: readonly FileChange[] = [
    {
      kind: 'openForWriting',
      path,
      create: true,
      exclusive: random() < 0.5,
      truncate: random() < 0.5,
      ...OPENING,
    },
    { kind: 'writeFile', path, position, bytes: Buffer.from(`<${position}>`) },
    { kind: 'writeFile', path, position, bytes: Buffer.from(`(${position})`) },
    { kind: 'truncateFile', path, byteCount: position },
    { kind: 'createDirectory', path, mode: 0o750 },
    { kind: 'deleteFile', path },
    { kind: 'deleteDirectory', path },
    { kind: 'renameFile', path, target: other },
    { kind: 'createSymbolicLink', path, target: 'a' },
    { kind: 'setFileMode', path, mode: pick([0o600, 0o644, 0o700]) },
  ];
  return pick(changes);
}

test('replicas that follow have the same files, and so has one that comes later', (t) => {
  let doneCount = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const random = generator(seed);
    const [primary, backup, late] = [newNode(), newNode(), newNode()];
    for (let step = 0; step < 120; step++) {
      const change = anyChange(random);
      const answer = primary.host.perform(change);
      primary.mirror.performed(change, answer);
      backup.mirror.follow(change, answer);
      if (!(answer instanceof HostError)) doneCount++;
    }
    const saved = Buffer.concat(encodeFiles(primary.mirror.save()));
    late.mirror.restore(decodeFiles(new BinaryReader(saved)));
    const expected = tree(primary.folder);
    t.deepEqual(tree(late.folder), expected, `seed ${seed}`);
    t.deepEqual(tree(backup.folder), expected, `seed ${seed}`);
    t.deepEqual(late.mirror.save(), primary.mirror.save());
  }
  t.true(doneCount > 1000, `${doneCount}`);
});

test('what an earlier run has left on one node alone gives way to a file that is new', (t) => {
  const [primary, backup] = [newNode(), newNode()];
  writeFileSync(join(backup.folder, 'x'), 'old', { mode: 0o640 });
  const create = {
    kind: 'openForWriting',
    path: '/data/x',
    create: true,
    exclusive: true,
    truncate: false,
  } as const;
  const write = { kind: 'writeFile', path: '/data/x', position: 0, bytes: Buffer.from('n') } as const;
  for (const change of [{ ...create, ...OPENING }, write]) {
    backup.mirror.follow(change, primary.host.perform(change));
  }
  t.deepEqual(tree(backup.folder), tree(primary.folder));
});

test('a node that cannot follow says so, and a damaged state is refused', (t) => {
  const [primary, backup] = [newNode(), newNode()];
  mkdirSync(join(primary.folder, 'only-here'));
  const change: FileChange = {
    kind: 'openForWriting',
    path: '/data/only-here/x',
    create: true,
    exclusive: false,
    truncate: false,
    ...OPENING,
  };
  const answer = primary.host.perform(change);
  t.is(answer, null);
  t.throws(() => backup.mirror.follow(change, answer), {
    message:
      /^this node cannot do to its files what the primary's did: openForWriting .*only-here\/x: No such file/,
  });
  primary.mirror.performed(change, answer);
  t.throws(() => backup.mirror.restore(primary.mirror.save()), { message: /cannot be made on this node/ });
  t.throws(() => decodeFiles(new BinaryReader(Uint8Array.of(1, 1, 97, 9))));
  // What the primary could not do either, nobody does.
  backup.mirror.follow(change, new HostError('ENOENT', 'No such file or directory'));
  t.deepEqual(tree(backup.folder), {});
});

const obstacle = mountObstacle();
if (obstacle !== null) test.skip(`nodes with files of their own: skipped, because ${obstacle}`, () => {});
(obstacle === null ? test.serial : test.skip)(
  'a program whose nodes have no storage in common finds its files after take-overs',
  async (t) => {
    const folder = temporaryFolder('data');
    const prefix = ['unshare', '-m', 'sh', '-c', `mount -t tmpfs none ${folder} && exec "$@"`, 'sh'];
    const tokenFile = newTokenFile();
    const agents = await Promise.all([1, 2, 3].map(() => AgentProcess.start({ tokenFile, prefix })));
    t.teardown(() => Promise.all(agents.map((agent) => agent.end('SIGKILL'))));
    const list = agents.map(({ address }, index) => `${'ABC'[index]}=${address}`).join(',');
    const path = join(folder, 'out');
    const program: Program = {
      steps: [
        { op: 'look', path },
        { op: 'create', path },
        { op: 'append', path },
        { op: 'start', id: 1, durationMs: 10 },
        { op: 'await' },
        { op: 'print' },
      ],
      rounds: 6000,
    };
    const pair = new PairProcess(program, 'pair', { files: 'replicated' }, { nodes: { list, tokenFile } });
    await pair.untilRunning();
    for (const count of [1, 2]) {
      await pair.untilLines(pair.stdout.split('\n').length + 20);
      await pair.untilRunning();
      const { pid } = pair
        .state()
        .replicas.find(({ role, state }) => role === 'primary' && state === 'running')!;
      process.kill(pid, 'SIGKILL');
      await pair.until(() => (pair.stderr.match(/whole again/g)?.length ?? 0) === count);
    }
    const { code, stdout, stderr } = await pair.end();
    t.is(code, 0, stderr);
    t.is(contradiction(stdout), null);
    const files = agents
      .map(({ child }) => join('/proc', String(child.pid), 'root', path))
      .map((file) => readFileSync(file, { encoding: 'latin1', flag: 'a+' }));
    // Two nodes have run the end of it.
    const longest = files.reduce((long, file) => (file.length > long.length ? file : long));
    t.is(files.filter((file) => file === longest).length, 2);
    t.true(files.every((file) => longest.startsWith(file)));
    t.throws(() => readFileSync(path));
    const crowded = await new PairProcess(
      program,
      'pair',
      { files: 'replicated' },
      { nodes: { list: list.split(',')[0]!, tokenFile } },
    ).end();
    t.regex(crowded.stderr, /files: replicated takes a node for each of the 2 replicas, and there are 1/);
  },
);
