// Many bytes through every channel, on a pair whose primary is killed on the way: none is lost, doubled or changed. And
// 100 MB through some of them, in memory that does not grow with what was moved.
import { spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { readStateFile, waitForReplica } from '../../bin/state-file.js';
import { crc32 } from '../../lib/checksums.js';
import { cleanEnvironment, limiter, PROJECT, RJVM } from '../support/command.js';

const limited = limiter(1);
const folder = mkdtempSync(join(tmpdir(), 'rjvm-bulk-'));
const classes = join(PROJECT, 'dist', 'test-classes');
const TIMEOUT_MS = 170_000;
const POLL_MS = 20;
const MB = 1 << 20;
const HEAP_MB = 64;
/** What a process may take beside the heap: Node, code, queues. */
const CONSTANT_MB = 320;
const SMALL_MB = 6;
const LARGE_MB = 100;

const source = join(folder, 'source');
const target = join(folder, 'target');

test.after.always(() => rmSync(folder, { recursive: true, force: true }));

/** Bytes in which no two pieces of a megabyte are the same. */
function makeSource(byteCount: number): void {
  const bytes = Buffer.alloc(byteCount);
  for (let at = 0; at < byteCount; at += 4) bytes.writeUInt32LE(Math.imul(at + 1, 0x9e3779b1) >>> 0, at);
  writeFileSync(source, bytes);
}

interface Moved {
  readonly exit: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Most resident memory of any process of the pair, in megabytes. */
  readonly peakMb: number;
  readonly killed: boolean;
}

/** Most resident memory that a process has had so far, in megabytes; 0 for one that is gone. */
function peakOf(pid: number): number {
  try {
    const [, kilobytes = '0'] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) >> 10;
  } catch {
    return 0;
  }
}

/** killAt: the share of the bytes after which the primary is killed, where that can be seen; null: not at all. */
async function move(channel: string, byteCount: number, killAt: number | null): Promise<Moved> {
  rmSync(target, { force: true });
  const stateFile = join(folder, 'state.json');
  rmSync(stateFile, { force: true });
  const words = ['--pair', '--state-file', stateFile, `-Xmx${HEAP_MB}m`, '-cp', classes];
  const child = spawn(
    process.execPath,
    [RJVM, ...words, 'BulkTransfer', channel, String(byteCount), folder],
    { env: cleanEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  const seen = { in: 0, out: 0, err: 0 };
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => {
    out.push(bytes);
    seen.out += bytes.length;
  });
  child.stderr.on('data', (bytes: Buffer) => {
    err.push(bytes);
    seen.err += bytes.length;
  });
  child.stdin.on('error', () => {});
  if (channel.startsWith('stdin')) {
    createReadStream(source)
      .on('data', (bytes) => {
        seen.in += bytes.length;
      })
      .pipe(child.stdin);
  } else child.stdin.end();
  let exit: number | null | undefined;
  child.on('close', (code) => {
    exit = code;
  });
  /** Readers of files show nothing on their way: for them it is some time. */
  const progress = (sinceMs: number) => {
    const written = statSync(target, { throwIfNoEntry: false })?.size ?? 0;
    const shown = Math.max(seen.in, seen.out, seen.err, written);
    return shown > 0 ? shown / byteCount : sinceMs / 1500;
  };
  let killed = false;
  let peakMb = 0;
  await waitForReplica(stateFile, 'backup', TIMEOUT_MS);
  const startMs = performance.now();
  while (exit === undefined) {
    const replicas = readStateFile(stateFile)?.replicas ?? [];
    for (const pid of [child.pid!, ...replicas.map((each) => each.pid)])
      peakMb = Math.max(peakMb, peakOf(pid));
    if (killAt !== null && !killed && progress(performance.now() - startMs) > killAt) {
      const primary = replicas.find(({ role, state }) => role === 'primary' && state === 'running');
      if (primary !== undefined) process.kill(primary.pid, 'SIGKILL');
      killed = primary !== undefined;
    }
    await delay(POLL_MS);
  }
  clearTimeout(timer);
  const stderr = Buffer.concat(err).toString('latin1');
  return { exit, stdout: Buffer.concat(out), stderr, peakMb, killed };
}

/** What the program says of itself; standard streams that it fills are looked at apart. */
const REPORT = /^(\S+) has moved (\d+) bytes, checksum ([0-9a-f]+)$/m;
const CHANNELS = {
  reads: [
    'stdin',
    'stdin-large',
    'input-stream',
    'input-stream-large',
    'buffered',
    'random-access-read',
    'channel-read',
    'read-all',
  ],
  writes: ['output-stream', 'output-stream-large', 'random-access-write', 'channel-write'],
  copies: ['copy', 'transfer'],
  streams: ['stdout', 'stdout-large', 'stderr'],
};

function checksum(bytes: Uint8Array): string {
  return crc32(0, bytes).toString(16);
}

for (const channel of Object.values(CHANNELS).flat()) {
  test(`${channel}: ${SMALL_MB} MB, and the primary is killed on the way`, async (t) => {
    t.timeout(20 * TIMEOUT_MS);
    await limited(async () => {
      makeSource(SMALL_MB * MB);
      const { exit, stdout, stderr } = await move(channel, SMALL_MB * MB, 0.3);
      t.is(exit, 0, stderr.slice(-500));
      const [, name, moved, sum = ''] = REPORT.exec(stderr) ?? REPORT.exec(stdout.toString('latin1')) ?? [];
      t.deepEqual([name, moved], [channel, String(SMALL_MB * MB)], stderr.slice(-500));
      if (CHANNELS.reads.includes(channel)) t.is(sum, checksum(readFileSync(source)));
      if (CHANNELS.copies.includes(channel)) t.true(readFileSync(target).equals(readFileSync(source)));
      if (CHANNELS.writes.includes(channel)) t.is(checksum(readFileSync(target)), sum);
      if (channel.startsWith('stdout')) t.is(checksum(stdout), sum);
      if (channel === 'stderr') {
        const written = stderr.replace(/^rjvm: .*\n/gm, '');
        t.is(checksum(Buffer.from(written, 'latin1')), sum);
      }
    });
  });
}

for (const channel of ['copy', 'stdin-large']) {
  test(`${channel}: ${LARGE_MB} MB in bounded memory`, async (t) => {
    t.timeout(20 * TIMEOUT_MS);
    await limited(async () => {
      makeSource(LARGE_MB * MB);
      const { exit, peakMb, stderr } = await move(channel, LARGE_MB * MB, null);
      t.is(exit, 0, stderr.slice(-500));
      t.true(peakMb > 0 && peakMb < HEAP_MB + CONSTANT_MB, `${peakMb} MB`);
      t.log(`${peakMb} MB at most`);
    });
  });
}
