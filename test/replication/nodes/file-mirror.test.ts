// Files that each replica keeps on its own node: the same on all, also on that of a new backup.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { type FileChange, HostError } from '../../../jvm/environment.js';
import { BinaryReader } from '../../../lib/binary.js';
import { UserError } from '../../../lib/errors.js';
import { generator } from '../../../lib/generator.js';
import { DEFAULT_CONFIGURATION } from '../../../replication/configuration.js';
import type { Host, SavableMachine } from '../../../replication/contracts.js';
import { Execution } from '../../../replication/execution.js';
import { realHost } from '../../../replication/host-environment.js';
import { FileMirror } from '../../../replication/nodes/file-mirror.js';
import { decodeFiles, encodeFiles } from '../../../replication/nodes/saved-file.js';
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
  // A link that is moved by way of itself would be missed: where it went cannot be seen afterwards.
  const isWay = ['/data/a', '/data/d', '/data/e'].includes(path);
  const other = `/data/${pick(['a', 'b', 'e', 'f', isWay ? 'f' : 'd/c'])}`;
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
    { kind: 'createSymbolicLink', path, target: pick(['a', 'd', 'e']) },
    { kind: 'setFileMode', path, mode: pick([0o600, 0o644, 0o700]) },
  ];
  return pick(changes);
}

test('replicas that follow have the same files, and so has one that comes later', (t) => {
  let doneCount = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const random = generator(seed);
    const [primary, backup, late, used] = [newNode(), newNode(), newNode(), newNode()];
    for (let step = 0; step < 120; step++) {
      const change = anyChange(random);
      const answer = primary.host.perform(change);
      primary.mirror.performed(change, answer);
      backup.mirror.follow(change, answer);
      // This node loses its replica early, and gets another one at the end.
      if (step < 60) used.mirror.follow(change, answer);
      if (!(answer instanceof HostError)) doneCount++;
    }
    const saved = Buffer.concat(encodeFiles(primary.mirror.save()));
    late.mirror.restore(decodeFiles(new BinaryReader(saved)));
    new FileMirror(used.host).restore(decodeFiles(new BinaryReader(saved)));
    const expected = tree(primary.folder);
    t.deepEqual(tree(late.folder), expected, `seed ${seed}`);
    t.deepEqual(tree(used.folder), expected, `seed ${seed}`);
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

/** Makes changes on the primary's node, and nowhere else. */
function change({ host, mirror }: ReturnType<typeof newNode>, changes: readonly FileChange[]): void {
  for (const each of changes) {
    const answer = host.perform(each);
    if (answer instanceof HostError) throw new Error(`${each.kind} ${each.path}: ${answer.message}`);
    mirror.performed(each, answer);
  }
}

const newFile = (path: string, mode = 0o640): FileChange => ({
  kind: 'openForWriting',
  path,
  create: true,
  exclusive: false,
  truncate: false,
  ...OPENING,
  mode,
});

const text = (path: string, words: string): FileChange => ({
  kind: 'writeFile',
  path,
  position: 0,
  bytes: Buffer.from(words),
});

test('what a lost backup has left on a node gives way, with all that is in it', (t) => {
  const [primary, node] = [newNode(), newNode()];
  change(primary, [
    { kind: 'createDirectory', path: '/data/d', mode: 0o750 },
    { kind: 'createDirectory', path: '/data/d/in', mode: 0o750 },
    newFile('/data/d/in/f'),
    { kind: 'createDirectory', path: '/data/e', mode: 0o750 },
    newFile('/data/e/f'),
    newFile('/data/x'),
  ]);
  node.mirror.restore(primary.mirror.save());
  t.deepEqual(tree(node.folder), tree(primary.folder));
  change(primary, [
    { kind: 'deleteFile', path: '/data/d/in/f' },
    { kind: 'deleteDirectory', path: '/data/d/in' },
    { kind: 'deleteDirectory', path: '/data/d' },
    { kind: 'renameFile', path: '/data/e', target: '/data/moved' },
    // What was a folder is a file, and what was a file is a folder.
    newFile('/data/d'),
    { kind: 'deleteFile', path: '/data/x' },
    { kind: 'createDirectory', path: '/data/x', mode: 0o750 },
    newFile('/data/x/f'),
  ]);
  // Another backup's mirror, on the same node.
  new FileMirror(node.host).restore(primary.mirror.save());
  t.deepEqual(tree(node.folder), tree(primary.folder));
});

test('a link may lead to what comes after it, and what is left over is not followed', (t) => {
  const [primary, node] = [newNode(), newNode()];
  const elsewhere = temporaryFolder('elsewhere');
  writeFileSync(join(elsewhere, 'f'), "somebody else's");
  symlinkSync(elsewhere, join(node.folder, 'd'));
  change(primary, [
    { kind: 'createDirectory', path: '/data/v2', mode: 0o750 },
    { kind: 'createSymbolicLink', path: '/data/current', target: 'v2' },
    newFile('/data/current/log'),
    text('/data/current/log', 'written through a link'),
    { kind: 'createDirectory', path: '/data/current/in', mode: 0o750 },
    { kind: 'createSymbolicLink', path: '/data/current/in/link', target: '../log' },
    { kind: 'createDirectory', path: '/data/d', mode: 0o750 },
    newFile('/data/d/f'),
    { kind: 'deleteFile', path: '/data/d/f' },
  ]);
  node.mirror.restore(primary.mirror.save());
  t.deepEqual(tree(node.folder), tree(primary.folder));
  t.is(readFileSync(join(elsewhere, 'f'), 'utf8'), "somebody else's");
});

/** Runs as a user who is not above permissions, where this process can be one. */
function asAnybody(action: () => void): void {
  const NOBODY = 65534;
  if (process.geteuid!() !== 0) return action();
  process.seteuid!(NOBODY);
  try {
    action();
  } finally {
    process.seteuid!(0);
  }
}

test.serial('files and folders that may not be written to are restored all the same', (t) => {
  const [primary, empty, used] = [newNode(), newNode(), newNode()];
  for (const { folder } of [primary, empty, used]) chmodSync(folder, 0o777);
  asAnybody(() => {
    change(primary, [
      { kind: 'createDirectory', path: '/data/d', mode: 0o750 },
      newFile('/data/d/f', 0o444),
      newFile('/data/d/gone', 0o444),
      { kind: 'createDirectory', path: '/data/d/in', mode: 0o750 },
      newFile('/data/d/in/f', 0o400),
      { kind: 'setFileMode', path: '/data/d/in', mode: 0o500 },
      { kind: 'setFileMode', path: '/data/d', mode: 0o555 },
    ]);
    used.mirror.restore(primary.mirror.save());
    change(primary, [
      { kind: 'setFileMode', path: '/data/d', mode: 0o755 },
      { kind: 'setFileMode', path: '/data/d/f', mode: 0o644 },
      text('/data/d/f', 'more'),
      { kind: 'setFileMode', path: '/data/d/f', mode: 0o444 },
      { kind: 'deleteFile', path: '/data/d/gone' },
      { kind: 'setFileMode', path: '/data/d', mode: 0o555 },
    ]);
    for (const { host } of [empty, used]) new FileMirror(host).restore(primary.mirror.save());
  });
  for (const { folder } of [empty, used]) t.deepEqual(tree(folder), tree(primary.folder));
});

test('a device or a named pipe that the program has opened is the business of each node', (t) => {
  const [primary, node] = [newNode(), newNode()];
  for (const { folder } of [primary, node]) execFileSync('mkfifo', [join(folder, 'pipe')]);
  change(primary, [{ ...newFile('/data/pipe'), alsoReading: true } as FileChange, newFile('/data/x')]);
  t.is(primary.mirror.byteCount, 0);
  node.mirror.restore(primary.mirror.save());
  t.true(statSync(join(node.folder, 'pipe')).isFIFO());
  t.deepEqual(readdirSync(node.folder), ['pipe', 'x']);
  // Until the program itself deletes it.
  change(primary, [{ kind: 'deleteFile', path: '/data/pipe' }]);
  node.mirror.restore(primary.mirror.save());
  t.deepEqual(readdirSync(node.folder), ['x']);
});

/** A machine that has nothing to do: what an execution does beside it is looked at. */
function idleMachine(): SavableMachine {
  let epoch = 0;
  const never = (): never => {
    throw new Error('nobody asks for that here');
  };
  return {
    run: () => 'epoch',
    deliver: () => void epoch++,
    get epoch() {
      return epoch;
    },
    digest: never,
    vitals: never,
    exitCode: 0,
    heapLimitBytes: 0,
    stateBytes: 0,
    save: () => ({ tables: new Uint8Array(), memory: [] }),
  } as unknown as SavableMachine;
}

test.serial('a primary whose files cannot be sent says why, and goes on without a new backup', (t) => {
  const { folder, host, mirror } = newNode();
  chmodSync(folder, 0o777);
  const said: string[] = [];
  const execution = new Execution({
    role: 'primary',
    recording: false,
    parameters: DEFAULT_CONFIGURATION,
    host,
    mirror,
    flow: { backupEpoch: Infinity, acknowledgedBatch: -1, confirmedSequence: -1 },
    sink: {
      post: () => {},
      tookOver: () => {},
      joining: () => {},
      checked: () => {},
      saved: (peer, { execution: { files } }) => said.push(`${peer} has ${files.map(({ path }) => path)}`),
      unsaved: (peer, why) => said.push(`${peer}: ${why}`),
    },
    createMachine: idleMachine,
  });
  const saveFor = (peer: string) => {
    execution.saveFor(peer);
    t.is(execution.advance().kind, 'ran');
    t.is(execution.advance().kind, 'ran');
  };
  asAnybody(() => {
    change({ folder, host, mirror }, [
      newFile('/data/large'),
      // More than any array holds; a file may well have holes.
      { kind: 'truncateFile', path: '/data/large', byteCount: 2 ** 43 },
    ]);
    saveFor('b');
    change({ folder, host, mirror }, [
      { kind: 'truncateFile', path: '/data/large', byteCount: 1 },
      newFile('/data/secret', 0o200),
      text('/data/secret', 'for other eyes'),
    ]);
    saveFor('c');
    change({ folder, host, mirror }, [{ kind: 'setFileMode', path: '/data/secret', mode: 0o600 }]);
    saveFor('d');
  });
  t.deepEqual(said, [
    "b: a copy of the program's file /data/large, 8388608 MB, is too much for this host",
    "c: the program's file /data/secret cannot be read for a new backup: Permission denied",
    'd has /data/large,/data/secret',
  ]);
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
    instanceOf: UserError,
    message:
      /^this node cannot do to its files what the primary's did: openForWriting .*only-here\/x: No such file/,
  });
  primary.mirror.performed(change, answer);
  t.throws(() => backup.mirror.restore(primary.mirror.save()), {
    instanceOf: UserError,
    message: /cannot be made on this node/,
  });
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
    // A folder that one node lacks is the user's to mend: one line, without the stack of a fault of ours.
    const [here] = agents;
    mkdirSync(join('/proc', String(here!.child.pid), 'root', folder, 'sub'));
    const lacking: Program = {
      steps: [
        { op: 'create', path: join(folder, 'sub', 'out') },
        { op: 'start', id: 1, durationMs: 10 },
        { op: 'await' },
        { op: 'print' },
      ],
      rounds: 200,
    };
    const alone = new PairProcess(lacking, 'pair', { files: 'replicated' }, { nodes: { list, tokenFile } });
    await alone.until(() => /cannot be made/.test(alone.stderr));
    alone.child.kill('SIGTERM');
    const { stderr: complaints } = await alone.end();
    t.regex(
      complaints,
      /^rjvm: replica b on node B has failed: this node cannot do to its files .*: openForWriting .*No such file .*$/m,
    );
    t.notRegex(complaints, /^rjvm: replica \S+: |^\s|Error:/m, complaints);
    const crowded = await new PairProcess(
      program,
      'pair',
      { files: 'replicated' },
      { nodes: { list: list.split(',')[0]!, tokenFile } },
    ).end();
    t.regex(crowded.stderr, /files: replicated takes a node for each of the 2 replicas, and there are 1/);
  },
);
