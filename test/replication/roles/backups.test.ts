// A primary with several backups, and what they become when it is lost, as scripted conversations.
import test from 'ava';
import { checkConfiguration, DEFAULT_CONFIGURATION } from '../../../replication/configuration.js';
import { Backup } from '../../../replication/roles/backup.js';
import { outputChecksums } from '../../../replication/roles/comparison.js';
import { Primary } from '../../../replication/roles/primary.js';
import type { ReplicaEvent, ReplicaRole } from '../../../replication/roles/role.js';
import { brief, Poster, SAVED } from './conversation.js';

const parameters = DEFAULT_CONFIGURATION;

const stepper = (role: ReplicaRole) => (event: ReplicaEvent) => brief(role.step(event));
const sent = (effects: readonly string[]) => effects.filter((effect) => !effect.startsWith('flow'));

test('an output waits for all backups, or for as many as make a majority with the primary', (t) => {
  for (const acknowledgedBy of ['all', 'majority'] as const) {
    const poster = new Poster();
    const rule = checkConfiguration({ acknowledgedBy }, 'the test');
    const step = stepper(new Primary({ incarnation: 1, parameters: rule, followers: ['b', 'c', 'd', 'e'] }));
    for (const peer of ['b', 'c', 'd', 'e']) {
      step({ kind: 'linked', peer });
      step({ kind: 'acknowledged', peer, batchNumber: -1, epoch: 0 });
    }
    t.is(step({ kind: 'posted', post: poster.post('both') }).length, 4);
    const released = ['b', 'c', 'd', 'e'].filter((peer) =>
      step({ kind: 'acknowledged', peer, batchNumber: 0, epoch: 0 }).includes('sendOutputs 1/0'),
    );
    t.deepEqual(released, acknowledgedBy === 'all' ? ['e'] : ['c']);
  }
});

test('a backup that is polled takes nothing more from the lost primary, even over a link that comes up late', (t) => {
  const poster = new Poster();
  const backup = new Backup({ incarnation: 1, parameters, primary: 'a' });
  const step = stepper(backup);
  t.deepEqual(step({ kind: 'polled' }), ['closeLink', 'reportHeld']);
  t.deepEqual(step({ kind: 'linked', peer: 'a' }), ['closeLink']);
  t.deepEqual(step({ kind: 'log', peer: 'a', batch: poster.post('log').log!, stableBatch: -1 }), []);
  t.deepEqual(step({ kind: 'linkLost', peer: 'a' }), []);
  t.deepEqual(step({ kind: 'succeeded', incarnation: 2, primary: 'c' }), []);
  t.deepEqual(step({ kind: 'linked', peer: 'a' }), ['closeLink']);
  t.deepEqual(step({ kind: 'linked', peer: 'c' }), ['acknowledge -1']);
  t.is(backup.incarnation, 2);
  t.deepEqual(step({ kind: 'linkLost', peer: 'c' }), ['suspect 2']);
});

test('a new primary releases what it came to as a backup only when its followers hold the log before it', (t) => {
  const poster = new Poster();
  const own = new Poster();
  const backup = new Backup({ incarnation: 1, parameters, primary: 'a' });
  backup.step({ kind: 'linked', peer: 'a' });
  for (let count = 0; count < 2; count++)
    backup.step({ kind: 'log', peer: 'a', batch: poster.post('log').log!, stableBatch: -1 });
  backup.step({ kind: 'posted', post: own.post('output') });
  backup.step({ kind: 'posted', post: own.post('output') });
  backup.step({ kind: 'polled' });
  const effects = backup.step({ kind: 'promoted', incarnation: 2, followers: ['c'] });
  t.deepEqual(brief(effects), ['become primary', 'closeLink', 'promoteMachine']);
  const step = stepper(effects[0]!.kind === 'become' ? effects[0].role : backup);
  step({ kind: 'linked', peer: 'c' });
  t.deepEqual(sent(step({ kind: 'acknowledged', peer: 'c', batchNumber: 0, epoch: 0 })), ['sendLog 1']);
  // The former primary had it released.
  t.deepEqual(step({ kind: 'confirmed', sequence: 0 }), ['flowConfirmed 0']);
  t.deepEqual(sent(step({ kind: 'acknowledged', peer: 'c', batchNumber: 1, epoch: 0 })), ['sendOutputs 2/1']);
});

test('a new backup is not whole before all others hold what its state has in it', (t) => {
  const poster = new Poster();
  const step = stepper(new Primary({ incarnation: 1, parameters, followers: ['b'] }));
  step({ kind: 'linked', peer: 'b' });
  step({ kind: 'acknowledged', peer: 'b', batchNumber: -1, epoch: 0 });
  for (let count = 0; count < 2; count++) step({ kind: 'posted', post: poster.post('log') });
  step({ kind: 'reintegrate', peer: 'c' });
  step({ kind: 'linked', peer: 'c' });
  step({ kind: 'saved', peer: 'c', state: SAVED, batchNumber: 1 });
  step({ kind: 'stateSent', peer: 'c' });
  step({ kind: 'peerRestored', peer: 'c', epoch: 0 });
  t.deepEqual(step({ kind: 'joining', peer: 'c', batchNumber: 1 }), []);
  const acknowledge = (batchNumber: number) =>
    sent(step({ kind: 'acknowledged', peer: 'b', batchNumber, epoch: 0 }));
  t.deepEqual(acknowledge(0), []);
  t.deepEqual(acknowledge(1), ['reportWhole']);
  t.deepEqual(acknowledge(1), []);
});

test('a follower that was told to expect more log than there is, is turned away', (t) => {
  const poster = new Poster();
  const log = [poster.post('log').log!, poster.post('log').log!];
  const primary = new Primary({
    incarnation: 2,
    parameters,
    followers: ['c'],
    log: log.slice(1),
    lastBatch: 1,
  });
  t.throws(() => primary.step({ kind: 'acknowledged', peer: 'c', batchNumber: -1, epoch: 0 }), {
    message: /holds the log up to batch -1, and 1 to 1 are there/,
  });
});

test('outputs that are compared wait for the same ones of all backups; another one is suspected', (t) => {
  const rule = checkConfiguration({ compareOutputs: true }, 'the test');
  const poster = new Poster();
  const own = new Poster();
  const primary = new Primary({ incarnation: 1, parameters: rule, followers: ['b'] });
  const step = stepper(primary);
  const backup = new Backup({ incarnation: 1, parameters: rule, primary: 'a' });
  backup.step({ kind: 'linked', peer: 'a' });
  const [first] = backup.step({ kind: 'posted', post: own.post('output') });
  if (first?.kind !== 'sendCompared') return t.fail();
  step({ kind: 'linked', peer: 'b' });
  step({ kind: 'acknowledged', peer: 'b', batchNumber: -1, epoch: 0 });
  // The backup may be there first.
  t.deepEqual(step({ ...first, kind: 'compared', peer: 'b' }), []);
  t.deepEqual(step({ kind: 'posted', post: poster.post('output') }), ['sendOutputs 1/0']);
  t.deepEqual(step({ kind: 'posted', post: poster.post('output') }), []);
  t.deepEqual(step({ kind: 'compared', peer: 'b', firstSequence: 1, checksums: [0] }), ['suspect 1']);
  t.deepEqual(sent(step({ kind: 'dropped', peer: 'b' })), ['dropBackup', 'closeLink', 'sendOutputs 1/1']);
});

test('a backup whose checkpoint is another one is suspected', (t) => {
  const step = stepper(new Primary({ incarnation: 1, parameters, followers: ['b'] }));
  const checkpoint = { epoch: 1024, signature: 'x' };
  t.deepEqual(step({ kind: 'checked', checkpoint }), []);
  t.deepEqual(step({ kind: 'peerChecked', peer: 'b', checkpoint }), []);
  t.deepEqual(step({ kind: 'peerChecked', peer: 'b', checkpoint: { epoch: 1024, signature: 'y' } }), [
    'suspect 1',
  ]);
});

test('a primary that stands still waits for those alone who lack something', (t) => {
  const poster = new Poster();
  const primary = new Primary({ incarnation: 1, parameters, followers: ['b', 'c'] });
  for (const peer of ['b', 'c']) {
    primary.step({ kind: 'linked', peer });
    primary.step({ kind: 'acknowledged', peer, batchNumber: -1, epoch: 0 });
  }
  t.false(primary.awaits('b'));
  primary.step({ kind: 'posted', post: poster.post('both') });
  primary.step({ kind: 'acknowledged', peer: 'b', batchNumber: 0, epoch: 1 });
  t.true(primary.holding);
  t.false(primary.awaits('b'));
  t.true(primary.awaits('c'));
  t.false(primary.awaits('d'));
});

test('where outputs are compared, it waits for those as well who have not come to the same ones', (t) => {
  const poster = new Poster();
  const compareOutputs = { ...parameters, compareOutputs: true };
  const primary = new Primary({ incarnation: 1, parameters: compareOutputs, followers: ['b'] });
  primary.step({ kind: 'linked', peer: 'b' });
  primary.step({ kind: 'acknowledged', peer: 'b', batchNumber: -1, epoch: 0 });
  const post = poster.post('both');
  primary.step({ kind: 'posted', post });
  primary.step({ kind: 'acknowledged', peer: 'b', batchNumber: 0, epoch: 1 });
  t.true(primary.awaits('b'));
  const checksums = outputChecksums(post.outputs!);
  primary.step({ kind: 'compared', peer: 'b', firstSequence: 0, checksums });
  t.false(primary.awaits('b'));
  t.false(primary.holding);
});
