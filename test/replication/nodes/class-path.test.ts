// Class path and JDK on nodes: compared by digest, sent where they are missing, and seen by programs under one path.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import test from 'ava';
import { waitForReplica } from '../../../bin/state-file.js';
import type { BirthRecord } from '../../../jvm/birth-record.js';
import { HostError } from '../../../jvm/environment.js';
import { findJdk } from '../../../lib/jdk.js';
import { realHost } from '../../../replication/host-environment.js';
import { CopyWriter, cacheFolder, findFiles } from '../../../replication/nodes/class-path-cache.js';
import { readManifest } from '../../../replication/nodes/class-path-manifest.js';
import { LocalHost } from '../../../replication/nodes/local-host.js';
import { parseNodes } from '../../../replication/nodes/node-list.js';
import { seal, unseal } from '../../../replication/nodes/seal.js';
import { PeerError } from '../../../replication/peer-error.js';
import { type CommandOptions, PROJECT, RJVM, runCommand } from '../../support/command.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { AgentProcess, newTokenFile } from './agent-process.js';
import { mountObstacle } from './mounts.js';

// Copies made here are nobody else's.
process.env.XDG_CACHE_HOME = temporaryFolder('cache');

const PATIENCE_MS = 120_000;

const newFolder = () => temporaryFolder('class-path');

test.serial('a manifest has all files of folders, and the jars that jars name', async (t) => {
  const folder = newFolder();
  mkdirSync(join(folder, 'classes', 'shop'), { recursive: true });
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'classes', 'shop', 'Checkout.class'), 'code');
  writeFileSync(join(folder, 'classes', 'prices.txt'), '');
  writeFileSync(join(folder, 'lib', 'other.jar'), 'no jar at all');
  writeFileSync(
    join(folder, 'manifest'),
    'Class-Path: lib/other.jar lib/none.jar http://example.com/x.jar\n',
  );
  execFileSync(join(findJdk({ environment: process.env }).home, 'bin', 'jar'), [
    'cfm',
    join(folder, 'main.jar'),
    join(folder, 'manifest'),
    '-C',
    folder,
    'manifest',
  ]);
  const manifest = await readManifest([
    join(folder, 'classes'),
    join(folder, 'missing'),
    join(folder, 'main.jar'),
  ]);
  t.deepEqual(
    manifest.map(({ path }) => path.slice(folder.length + 1)),
    ['classes/prices.txt', 'classes/shop/Checkout.class', 'main.jar', 'lib/other.jar'],
  );
  t.like(manifest[1], {
    byteCount: 4,
    digest: '5694d08a2e53ffcae0c3103e5ad6f6076abd960eb1f8a56577040bc1028f702b',
  });
});

test.serial('what a node has is used, what it lacks is taken in whole or not at all', async (t) => {
  const folder = newFolder();
  const [here, there] = [join(folder, 'here'), join(folder, 'there')];
  writeFileSync(here, 'same');
  writeFileSync(there, 'sent');
  const manifest = await readManifest([here, there]);
  writeFileSync(there, 'else');
  const [, { digest, byteCount }] = manifest as [unknown, (typeof manifest)[0]];
  const copy = join(cacheFolder(), digest);
  t.deepEqual(await findFiles(manifest), { copies: { [there]: copy }, lacking: [digest] });
  for (const wrong of ['tons of it', 'same']) {
    const writer = new CopyWriter({ digest, byteCount });
    t.throws(() => writer.append(Buffer.from(wrong)), { instanceOf: PeerError });
    writer.abandon();
  }
  t.deepEqual(readdirSync(cacheFolder()), []);
  const writer = new CopyWriter({ digest, byteCount });
  t.false(writer.append(Buffer.from('se')));
  t.true(writer.append(Buffer.from('nt')));
  t.deepEqual(await findFiles(manifest), { copies: { [there]: copy }, lacking: [] });
  // A copy that has been spoilt is no copy.
  writeFileSync(copy, 'evil');
  t.deepEqual((await findFiles(manifest)).lacking, [digest]);
});

test.serial('a writer that fails in the end closes no file but its own', (t) => {
  const bytes = Buffer.from('a class');
  const digest = createHash('sha256').update(bytes).digest('hex');
  // Nothing can take the place of this.
  mkdirSync(join(cacheFolder(), digest, 'in the way'), { recursive: true });
  const writer = new CopyWriter({ digest, byteCount: bytes.length });
  t.throws(() => writer.append(bytes), { code: 'EISDIR' });
  // The system gives away the lowest number that is free.
  const other = openSync('/dev/null', 'r');
  writer.abandon();
  t.notThrows(() => closeSync(other));
  t.deepEqual(
    readdirSync(cacheFolder()).filter((name) => name.startsWith(digest)),
    [digest],
  );
});

test.serial('a program sees the paths of its birth record, whatever is read in their place', (t) => {
  const folder = newFolder();
  const [jdkHome, standIn, copy] = [
    join(folder, 'jdk'),
    join(folder, 'cache'),
    join(folder, 'cache', 'copy'),
  ];
  mkdirSync(join(jdkHome, 'lib'), { recursive: true });
  mkdirSync(standIn);
  writeFileSync(join(jdkHome, 'release'), 'JDK');
  writeFileSync(copy, 'classes');
  const record = { jdk: { home: '/jdk/elsewhere' } } as BirthRecord;
  const own = join(folder, 'own');
  mkdirSync(own);
  writeFileSync(join(own, 'data'), 'own');
  const files = { '/app/shop/Main.class': copy, [join(own, 'Sent.class')]: copy };
  const host = new LocalHost(realHost, record, { jdkHome, files, standIn });
  const text = (path: string) =>
    Buffer.from(
      host.perform({ kind: 'readFile', path, position: 0, byteCount: 99 }) as Uint8Array,
    ).toString();
  t.is(text('/jdk/elsewhere/release'), 'JDK');
  t.is(text('/app/shop/Main.class'), 'classes');
  t.is(text(join(own, 'data')), 'own');
  t.like(host.perform({ kind: 'readFileStatus', path: '/app/shop' }), { 0: 2n });
  t.is(host.perform({ kind: 'readFileStatus', path: '/app/none' }), null);
  t.is(host.perform({ kind: 'readFileStatus', path: '/jdk/elsewhere2' }), null);
  t.deepEqual(host.perform({ kind: 'readDirectory', path: '/app' }), ['shop']);
  t.deepEqual(host.perform({ kind: 'readDirectory', path: own }), ['Sent.class', 'data']);
  t.deepEqual(host.perform({ kind: 'readDirectory', path: '/jdk/elsewhere' }), ['lib', 'release']);
  for (const path of ['/jdk/elsewhere/lib', '/app/shop', '/app/shop/Main.class']) {
    t.is(host.perform({ kind: 'readCanonicalPath', path }), path);
  }
  const readOnly = new HostError('EROFS', 'Read-only file system');
  t.deepEqual(host.perform({ kind: 'deleteFile', path: '/app/shop/Main.class' }), readOnly);
  t.deepEqual(
    host.perform({ kind: 'renameFile', path: join(own, 'data'), target: '/jdk/elsewhere/x' }),
    readOnly,
  );
  t.is(host.perform({ kind: 'deleteFile', path: join(own, 'data') }), null);
  t.true(statSync(copy).isFile());
});

test('nodes are named with one address or several, and nonsense is refused', (t) => {
  t.deepEqual(parseNodes('alpha,B=10.0.0.1/[fe80::1]:9'), [
    { name: 'alpha', addresses: [{ host: 'alpha', port: 7411 }] },
    {
      name: 'B',
      addresses: [
        { host: '10.0.0.1', port: 7411 },
        { host: 'fe80::1', port: 9 },
      ],
    },
  ]);
  for (const text of ['', 'a,,b', 'a=', '=b', 'a=b=c', 'a,a=b', 'a:99999', 'a:b', 'fe80::1']) {
    t.throws(() => parseNodes(text), { name: 'UserError' }, text);
  }
});

test('what is sealed can be opened with its key alone, unchanged', (t) => {
  const key = Buffer.alloc(32, 7);
  const sealed = seal(key, 'the token');
  t.false(Buffer.from(sealed, 'base64').includes('token'));
  t.is(unseal(key, sealed), 'the token');
  const bytes = Buffer.from(sealed, 'base64');
  bytes[14]! ^= 1;
  for (const [otherKey, text] of [
    [Buffer.alloc(32), sealed],
    [key, bytes.toString('base64')],
    [key, ''],
  ] as const) {
    t.throws(() => unseal(otherKey, text), { instanceOf: PeerError });
  }
});

const obstacle = mountObstacle();
if (obstacle !== null) test.skip(`a node without the classes: skipped, because ${obstacle}`, () => {});
(obstacle === null ? test.serial : test.skip)(
  'a Java program runs on nodes that have neither its classes nor the JDK where they were, and survives its primary',
  async (t) => {
    const folder = newFolder();
    const [classes, otherJdk, state] = [
      join(folder, 'classes'),
      join(folder, 'other-jdk'),
      join(folder, 'state.json'),
    ];
    mkdirSync(classes);
    mkdirSync(otherJdk);
    for (const from of ['demos/Hello.class', 'dist/test-classes/CopyLines.class'])
      cpSync(join(PROJECT, from), join(classes, basename(from)));
    const jdk = findJdk({ environment: process.env });
    // On this node the JDK is somewhere else, and where the classes were there is nothing.
    const script = `mount --bind ${jdk.home} ${otherJdk} && mount -t tmpfs none ${jdk.home} && mount -t tmpfs none ${classes} && exec "$@"`;
    const prefix = ['unshare', '-m', 'sh', '-c', script, 'sh'];
    const tokenFile = newTokenFile();
    const agents = await Promise.all(
      [1, 2].map((number) =>
        AgentProcess.start({
          tokenFile,
          prefix,
          words: ['--jdk', otherJdk],
          environment: { XDG_CACHE_HOME: join(folder, `cache-${number}`) },
        }),
      ),
    );
    t.teardown(async () => {
      await Promise.all(agents.map((agent) => agent.end('SIGKILL')));
      rmSync(folder, { recursive: true });
    });
    const [a, b] = agents as [AgentProcess, AgentProcess];
    const nodes = ['--nodes', `A=${a.address},B=${b.address}`, '--token-file', tokenFile];
    const run = (words: string[], options?: CommandOptions) =>
      runCommand(RJVM, ['--pair', ...nodes, '-cp', classes, ...words], options);
    const hello = await run(['Hello']);
    t.deepEqual([hello.exit, hello.stdout], [0, 'Hello, world!\n'], hello.stderr);
    t.regex(a.stderr, /the launcher of Hello at 127\.0\.0\.1 is let in \(2 class path files, 2 to be sent\)/);
    await a.untilSaid(/the launcher of Hello at 127\.0\.0\.1 is gone\n/);
    await a.untilSaid(/replica a of Hello has ended \(.*\)\n/);
    t.regex(a.stderr, /replica a of Hello runs \(pid \d+\)\n/);
    // The program waits for its input until the primary is no more.
    const input = killPrimary(state).then(() => 'one\ntwo\n');
    const copied = await run(['--state-file', state, 'CopyLines'], { input });
    t.deepEqual([copied.exit, copied.stdout], [0, '1 one\n2 two\nend\n'], copied.stderr);
    t.regex(copied.stderr, /lost; b takes over/);
    t.regex(
      b.stderr,
      /the launcher of CopyLines at 127\.0\.0\.1 is let in \(2 class path files, 0 to be sent\)/,
    );
  },
);

/** Ends the primary's process once both replicas run. */
async function killPrimary(stateFile: string): Promise<void> {
  await waitForReplica(stateFile, 'backup', PATIENCE_MS);
  const { pid } = await waitForReplica(stateFile, 'primary', PATIENCE_MS);
  process.kill(pid, 'SIGKILL');
}
