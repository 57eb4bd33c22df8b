// SHA-1 against its published values, over shared and private memory, in pieces and in one.
import test from 'ava';
import { Digest, digestHex } from '../../lib/digest.js';

const ABC = 'a9993e364706816aba3e25717850c26c9cd0d89d';

test('gives the published values', (t) => {
  t.is(digestHex(Buffer.from('abc')), ABC);
  t.is(digestHex(new Uint8Array()), 'da39a3ee5e6b4b0d3255bfef95601890afd80709');
});

test('may be read on the way', (t) => {
  const digest = new Digest().update(Buffer.from('ab'));
  t.not(digest.hex(), ABC);
  t.is(digest.update(Buffer.from('c')).hex(), ABC);
  t.is(digest.hex(), ABC);
});

test('takes views over shared memory of 2 GiB', (t) => {
  const all = new Uint8Array(new SharedArrayBuffer(2 ** 31));
  const part = all.subarray(1 << 30, (1 << 30) + 3);
  part.set(Buffer.from('abc'));
  t.is(digestHex(part), ABC);
  const before = digestHex(all);
  all[2 ** 31 - 1] = 1;
  t.not(digestHex(all), before);
});
