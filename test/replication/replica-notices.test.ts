// What replicas say, as the launcher reports it.
import { Readable } from 'node:stream';
import test from 'ava';
import { MAXIMUM_NOTICE_CHARACTERS } from '../../replication/limits.js';
import { ReplicaNotices } from '../../replication/replica-notices.js';

async function reported(...texts: readonly (readonly [id: string, pieces: readonly string[]])[]) {
  const lines: string[] = [];
  const notices = new ReplicaNotices((line) => lines.push(line));
  for (const [id, pieces] of texts) {
    const stream = Readable.from(pieces.map((piece) => Buffer.from(piece)));
    notices.read(id, stream);
    await new Promise((resolve) => stream.once('close', resolve));
  }
  return lines;
}

test('lines in pieces, with and without our name', async (t) => {
  const pieces = ['rjvm: on', 'e\nrjvm: zw\u00f6lf\n', 'Error: x\n  at y\nrjvm: without end'];
  t.deepEqual(await reported(['a', pieces]), [
    'one',
    'zw\u00f6lf',
    'replica a: Error: x',
    'replica a:   at y',
    'without end',
  ]);
});

test('what two replicas say is said once, what one says twice is said twice', async (t) => {
  t.deepEqual(await reported(['a', ['rjvm: x\nrjvm: x\n']], ['b', ['rjvm: x\nrjvm: y\n']]), ['x', 'x', 'y']);
});

test('a line without an end is cut', async (t) => {
  const piece = 'z'.repeat(1000);
  const lines = await reported(['a', Array(40).fill(piece)]);
  t.true(lines.length > 1);
  t.true(lines.every((line) => line.length < 2 * MAXIMUM_NOTICE_CHARACTERS));
  t.is(lines.map((line) => line.replace('replica a: ', '')).join(''), piece.repeat(40));
});
