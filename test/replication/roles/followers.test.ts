// How far a primary's backups have come, and what follows from it.
import test from 'ava';
import { PeerError } from '../../../replication/peer-error.js';
import { Followers, NOBODY } from '../../../replication/roles/followers.js';

const batch = (number: number) => ({ number, bytes: new Uint8Array(1) });

function followersOf(ids: readonly string[], majority = false): Followers {
  const followers = new Followers({ majority, log: [], lastBatch: -1 });
  for (const id of ids) {
    followers.add(id, 'greeting');
    followers.greet(followers.get(id)!, -1);
  }
  return followers;
}

function hold(followers: Followers, held: Readonly<Record<string, number>>): void {
  for (const follower of followers) {
    for (const _ of followers.unsent(follower));
    followers.acknowledge(follower, held[follower.id]!, held[follower.id]! * 10);
  }
}

test('what an output waits for: all, a majority with the primary, or nobody', (t) => {
  const all = followersOf(['b', 'c', 'd']);
  const majority = followersOf(['b', 'c', 'd'], true);
  for (const followers of [all, majority]) {
    for (let number = 0; number < 5; number++) followers.append(batch(number));
    hold(followers, { b: 4, c: 2, d: 1 });
    t.is(followers.stableBatch, 1);
  }
  t.is(all.heldBatch, 1);
  t.is(majority.heldBatch, 2);
  t.deepEqual(all.pace, { batchNumber: 1, epoch: 10 });
  t.is(followersOf([]).heldBatch, NOBODY);
  t.deepEqual(followersOf([]).pace, { batchNumber: NOBODY, epoch: NOBODY });
  all.remove('d');
  t.is(all.heldBatch, 2);
});

test('log is kept while a follower may need it, and each is sent what it has not been sent', (t) => {
  const followers = followersOf(['b', 'c']);
  for (let number = 0; number < 3; number++) followers.append(batch(number));
  const numbers = (id: string) => [...followers.unsent(followers.get(id)!)].map(({ number }) => number);
  t.deepEqual(numbers('b'), [0, 1, 2]);
  t.deepEqual(numbers('b'), []);
  followers.acknowledge(followers.get('b')!, 2, 0);
  t.deepEqual(numbers('c'), [0, 1, 2], 'one that is behind still gets it all');
  followers.acknowledge(followers.get('c')!, 1, 0);
  followers.append(batch(3));
  t.deepEqual(numbers('c'), [3]);
  t.is(followers.stableBatch, 1);
});

test('acknowledgements that cannot be are refused', (t) => {
  const followers = followersOf(['b']);
  for (let number = 0; number < 3; number++) followers.append(batch(number));
  const backup = followers.get('b')!;
  t.throws(() => followers.acknowledge(backup, 0, 0), { instanceOf: PeerError }, 'nothing was sent');
  for (const _ of followers.unsent(backup));
  followers.acknowledge(backup, 1, 0);
  t.throws(() => followers.acknowledge(backup, 0, 0), { instanceOf: PeerError }, 'it goes back');
  t.throws(() => followers.acknowledge(backup, 3, 0), { instanceOf: PeerError }, 'it was not sent');
  t.throws(() => followers.add('b', 'expected'));
});

test('a new backup that is on its way holds nobody up', (t) => {
  const followers = followersOf(['b']);
  followers.append(batch(0));
  hold(followers, { b: 0 });
  followers.add('c', 'expected');
  t.is(followers.heldBatch, 0);
  t.true(followers.isLogNeeded);
  followers.remove('b');
  t.false(followers.isLogNeeded);
  followers.get('c')!.backing = 'saving';
  t.true(followers.isLogNeeded);
  t.is(followers.heldBatch, NOBODY);
});

test('an output is remembered for all who are recorded, and for nobody where there is none', (t) => {
  const followers = followersOf(['b', 'c']);
  followers.get('b')!.comparedSequence = 7;
  followers.get('c')!.comparedSequence = 3;
  followers.add('d', 'expected');
  t.is(followers.settledSequence, 3);
  followers.get('d')!.backing = 'sending';
  t.is(followers.settledSequence, -1);
  for (const id of ['b', 'c', 'd']) followers.remove(id);
  t.is(followers.settledSequence, NOBODY);
});
