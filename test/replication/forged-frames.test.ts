// Frames that are truncated or forged, from a peer that knows the token: they close the link with one line, cost at most
// the replica that the peer passes for, and the program goes on.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { generator } from '../../lib/generator.js';
import { configurationDigest } from '../../replication/configuration.js';
import { loopback } from '../../replication/links/address.js';
import type { Identity } from '../../replication/links/handshake.js';
import type { Link } from '../../replication/links/link.js';
import { connectLink } from '../../replication/links/link-dialler.js';
import { decodeFrame, encodeFrame, type Frame } from '../../replication/messages.js';
import { PeerError } from '../../replication/peer-error.js';
import { listeningPorts, PairProcess } from './pair-process.js';
import { contradiction, type Program } from './toy-machine.js';

const SOME = Uint8Array.of(9, 200, 7);
const FRAMES: readonly Frame[] = [
  { kind: 'log', stableBatch: 4, bytes: SOME },
  { kind: 'acknowledged', batchNumber: 1 << 20, epoch: 300 },
  { kind: 'compared', firstSequence: 3, checksums: [1, 2, 3] },
  { kind: 'checked', epoch: 300, signature: 'abc' },
  { kind: 'outputs', incarnation: 7, bytes: SOME },
  { kind: 'action', bytes: SOME },
  { kind: 'confirmed', sequence: 300 },
  { kind: 'stateBegin', byteCount: 70_000 },
  { kind: 'state', bytes: SOME },
  { kind: 'stateEnd', digest: 'abc' },
  { kind: 'restored', epoch: 300 },
];

/** A frame, or the typed error; whatever else it throws fails the test. */
function decoded(bytes: Uint8Array): Frame | PeerError {
  try {
    return decodeFrame(bytes);
  } catch (error) {
    if (error instanceof PeerError) return error;
    throw error;
  }
}

test('frames that are cut off or changed are frames or typed errors', (t) => {
  const random = generator(5);
  for (const frame of FRAMES) {
    const bytes = encodeFrame(frame);
    t.deepEqual({ ...decoded(bytes) } as Frame, frame);
    for (let length = 0; length < bytes.length; length++) decoded(bytes.slice(0, length));
    for (let round = 0; round < 300; round++) {
      const changed = bytes.slice();
      changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
      decoded(changed);
    }
  }
  t.true(decoded(new Uint8Array(0)) instanceof PeerError);
});

const PROGRAM: Program = {
  steps: [{ op: 'clock' }, { op: 'compute', epochs: 3, spin: 100_000 }, { op: 'print' }],
  rounds: 1_000_000,
};

/** What the replicas of a pair show each other and the launcher, as a process of the same user can find it. */
function secretsOf(replicaPid: number): Pick<Identity, 'token' | 'terms'> {
  const variables = readFileSync(`/proc/${replicaPid}/environ`, 'utf8').split('\0');
  const birth = variables.find((text) => text.startsWith('RJVM_REPLICA='))!;
  const { token, configuration } = JSON.parse(birth.slice(birth.indexOf('=') + 1));
  return { token, terms: { configuration: configurationDigest(configuration) } };
}

/** Opens a link, sends, and waits for its end. */
async function sendAndWait(link: Link, send: (link: Link) => void): Promise<void> {
  await new Promise<void>((resolve) => {
    link.open({ text: () => {}, frame: () => {}, closed: () => resolve() });
    send(link);
  });
}

test.serial('one who knows the token, but is not expected, is turned away', async (t) => {
  const pair = new PairProcess({ ...PROGRAM, rounds: 400, exitCode: 4 });
  t.teardown(() => pair.child.kill('SIGKILL'));
  await pair.untilRunning();
  const { launcher, replicas } = pair.state();
  const secrets = secretsOf(replicas[0]!.pid);
  for (const id of ['a', 'b', 'z']) {
    for (const frame of FRAMES) {
      const link = await connectLink(loopback(listeningPorts(launcher)[0]!), { id, ...secrets, peerPort: 1 });
      await sendAndWait(link, () => link.send(encodeFrame(frame)));
    }
  }
  const { code, stdout, stderr } = await pair.end();
  t.deepEqual([code, stderr], [4, '']);
  t.is(contradiction(stdout), null);
  t.is(stdout.split('\n').length, 401);
});

test.serial('one who passes for a new backup costs no more than that backup', async (t) => {
  t.timeout(300_000);
  const pair = new PairProcess(PROGRAM);
  t.teardown(() => pair.child.kill('SIGKILL'));
  await pair.untilRunning();
  const { launcher, replicas } = pair.state();
  const secrets = secretsOf(replicas[0]!.pid);
  const port = listeningPorts(launcher)[0]!;
  pair.kill('backup');
  const forgeries: readonly ((link: Link) => void)[] = [
    (link) => link.send(encodeFrame(FRAMES[0]!)),
    (link) => link.send(encodeFrame(FRAMES[4]!)),
    (link) => link.send(Uint8Array.of(99)),
    (link) => link.sendJson({ kind: 'whole', incarnation: 'one' }),
  ];
  for (const [index, forge] of forgeries.entries()) {
    const lost = () => pair.stderr.match(/the link to replica [c-z] is closed: /g)?.length ?? 0;
    // The replica's own process needs longer for its start than this one for its hello; before it is there, though, its
    // name is not expected.
    while (lost() <= index) {
      let newcomer = '';
      await pair.until(() => {
        newcomer = pair.state().replicas.find(({ state }) => state === 'starting')?.id ?? '';
        return newcomer !== '';
      });
      const link = await connectLink(loopback(port), { id: newcomer, ...secrets, peerPort: 1 });
      await sendAndWait(link, forge);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    t.is(lost(), index + 1, pair.stderr);
  }
  // The next one is let come, and the pair is whole.
  await pair.until(() => pair.stderr.includes('the new backup'));
  const lines = pair.stdout.split('\n').length;
  await pair.untilLines(lines + 5);
  t.is(contradiction(pair.stdout.slice(0, pair.stdout.lastIndexOf('\n') + 1)), null);
  pair.child.kill('SIGTERM');
  const { code } = await pair.end();
  t.is(code, 143);
});
