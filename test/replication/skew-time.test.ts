// How far a backup is behind, as a time.
import test from 'ava';
import { SkewTime } from '../../replication/skew-time.js';

const MS = 1_000_000n;

test('the lag is the time since the primary left the epoch in which the backup is', (t) => {
  const skew = new SkewTime();
  t.is(skew.lagNs(0, 5n * MS), 0n);
  for (let epoch = 1; epoch <= 5; epoch++) skew.passed(epoch, BigInt(epoch) * 100n * MS);
  t.is(skew.lagNs(0, 600n * MS), 500n * MS);
  t.is(skew.lagNs(2, 600n * MS), 300n * MS);
  t.is(skew.lagNs(5, 600n * MS), 0n);
  skew.passed(6, 700n * MS);
  t.is(skew.lagNs(5, 750n * MS), 50n * MS);
  skew.clear();
  t.is(skew.lagNs(5, 900n * MS), 0n);
});

test('epochs that follow each other closely are not all noted', (t) => {
  const skew = new SkewTime();
  for (let epoch = 1; epoch <= 1000; epoch++) skew.passed(epoch, BigInt(epoch) * (MS / 10n));
  // The backup is in epoch 500: the lag is told to within what is noted.
  const lagNs = skew.lagNs(500, 100n * MS);
  t.true(lagNs <= 50n * MS && lagNs >= 30n * MS, `${lagNs}`);
});
