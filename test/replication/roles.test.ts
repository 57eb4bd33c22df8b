// The roles as scripted conversations: what each one answers to each event.
import test from 'ava';
import { DEFAULT_CONFIGURATION } from '../../replication/configuration.js';
import { PeerError } from '../../replication/peer-error.js';
import { Backup } from '../../replication/roles/backup.js';
import { Gateway } from '../../replication/roles/gateway.js';
import { Primary } from '../../replication/roles/primary.js';
import { brief, kinds, Poster, plain, SAVED } from './roles/conversation.js';

const parameters = DEFAULT_CONFIGURATION;

test('primary: an output is released when every log batch before it is acknowledged', (t) => {
  const poster = new Poster();
  const primary = new Primary({ incarnation: 1, parameters, followers: ['b'] });
  const step = (event: Parameters<Primary['step']>[0]) => brief(primary.step(event));
  // Nothing has been decided before it: any backup comes to it by itself.
  t.deepEqual(step({ kind: 'posted', post: poster.post('output') }), ['sendOutputs 1/0']);
  t.deepEqual(step({ kind: 'posted', post: poster.post('both') }), []);
  t.deepEqual(step({ kind: 'posted', post: poster.post('log') }), []);
  t.deepEqual(step({ kind: 'linked', peer: 'b' }), []);
  // A backup says first what it holds.
  t.deepEqual(step({ kind: 'acknowledged', peer: 'b', batchNumber: -1, epoch: 0 }), [
    'sendLog 0',
    'sendLog 1',
    'flowBackup -1 0',
  ]);
  t.deepEqual(step({ kind: 'posted', post: poster.post('both') }), ['sendLog 2']);
  t.deepEqual(step({ kind: 'acknowledged', peer: 'b', batchNumber: 0, epoch: 3 }), [
    'flowBackup 0 3',
    'sendOutputs 1/1',
  ]);
  t.deepEqual(step({ kind: 'acknowledged', peer: 'b', batchNumber: 2, epoch: 4 }), [
    'flowBackup 2 4',
    'sendOutputs 1/2',
  ]);
  t.deepEqual(step({ kind: 'posted', post: poster.post('output') }), ['sendOutputs 1/3']);
  t.deepEqual(step({ kind: 'confirmed', sequence: 3 }), ['flowConfirmed 3']);
});

test('primary: alone it releases all, and records no more', (t) => {
  const poster = new Poster();
  const primary = new Primary({ incarnation: 1, parameters, followers: ['b'] });
  const step = (event: Parameters<Primary['step']>[0]) => brief(primary.step(event));
  step({ kind: 'linked', peer: 'b' });
  step({ kind: 'acknowledged', peer: 'b', batchNumber: -1, epoch: 0 });
  t.deepEqual(step({ kind: 'posted', post: poster.post('both') }), ['sendLog 0']);
  t.deepEqual(step({ kind: 'linkLost', peer: 'b' }), ['suspect 1']);
  t.deepEqual(step({ kind: 'posted', post: poster.post('both') }), ['sendLog 1']);
  t.deepEqual(step({ kind: 'dropped', peer: 'b' }), [
    'flowBackup',
    'dropBackup',
    'closeLink',
    'sendOutputs 1/0',
    'sendOutputs 1/1',
  ]);
  t.deepEqual(step({ kind: 'posted', post: poster.post('both') }), ['sendOutputs 1/2']);
  t.deepEqual(step({ kind: 'linkLost', peer: 'b' }), []);
});

test('primary: an acknowledgement of what was never sent is refused and changes nothing', (t) => {
  const poster = new Poster();
  const primary = new Primary({ incarnation: 1, parameters, followers: ['b'] });
  primary.step({ kind: 'linked', peer: 'b' });
  primary.step({ kind: 'acknowledged', peer: 'b', batchNumber: -1, epoch: 0 });
  primary.step({ kind: 'posted', post: poster.post('both') });
  for (const batchNumber of [1, 1000]) {
    t.throws(() => primary.step({ kind: 'acknowledged', peer: 'b', batchNumber, epoch: 0 }), {
      instanceOf: PeerError,
    });
  }
  primary.step({ kind: 'acknowledged', peer: 'b', batchNumber: 0, epoch: 0 });
  t.throws(() => primary.step({ kind: 'acknowledged', peer: 'b', batchNumber: -1, epoch: 0 }), {
    instanceOf: PeerError,
  });
  const { log } = poster.post('log');
  t.throws(() => primary.step({ kind: 'log', peer: 'b', batch: log!, stableBatch: -1 }), {
    instanceOf: PeerError,
  });
});

test('backup: acknowledges in order, suppresses outputs, and sends the unconfirmed ones again', (t) => {
  const poster = new Poster();
  const own = new Poster();
  const backup = new Backup({ incarnation: 1, parameters, primary: 'a' });
  const step = (event: Parameters<Backup['step']>[0]) => brief(backup.step(event));
  t.deepEqual(step({ kind: 'linked', peer: 'a' }), ['acknowledge -1']);
  const batches = [poster.post('log').log!, poster.post('log').log!, poster.post('log').log!];
  t.deepEqual(step({ kind: 'log', peer: 'a', batch: batches[0]!, stableBatch: -1 }), [
    'acknowledge 0',
    'feedMachine 0',
  ]);
  t.throws(() => step({ kind: 'log', peer: 'a', batch: batches[2]!, stableBatch: -1 }), {
    instanceOf: PeerError,
  });
  t.throws(() => step({ kind: 'log', peer: 'a', batch: batches[0]!, stableBatch: -1 }), {
    instanceOf: PeerError,
  });
  t.throws(
    () =>
      step({ kind: 'log', peer: 'a', batch: { number: 1, bytes: new Uint8Array([1, 1]) }, stableBatch: -1 }),
    {
      instanceOf: PeerError,
    },
  );
  t.deepEqual(step({ kind: 'progress', epoch: 2 }), ['acknowledge 0']);
  t.deepEqual(step({ kind: 'progress', epoch: 2 }), []);
  t.deepEqual(step({ kind: 'log', peer: 'a', batch: batches[1]!, stableBatch: -1 }), [
    'acknowledge 1',
    'feedMachine 1',
  ]);
  t.deepEqual(step({ kind: 'posted', post: own.post('output') }), []);
  t.deepEqual(step({ kind: 'posted', post: own.post('output') }), []);
  t.deepEqual(step({ kind: 'confirmed', sequence: 0 }), ['flowConfirmed 0']);
  t.deepEqual(step({ kind: 'linkLost', peer: 'a' }), ['suspect 1']);
  const effects = backup.step({ kind: 'promoted', incarnation: 2, followers: [] });
  t.deepEqual(brief(effects), ['become primary', 'closeLink', 'sendOutputs 2/1', 'promoteMachine']);
  const successor = effects[0]!.kind === 'become' ? effects[0].role : null;
  t.deepEqual(brief(successor!.step({ kind: 'posted', post: own.post('output') })), ['sendOutputs 2/2']);
  // What the old primary said last was never released.
  t.deepEqual(brief(successor!.step({ kind: 'log', peer: 'a', batch: batches[2]!, stableBatch: -1 })), []);
});

test('backup: an output that is confirmed before it gets there is not kept', (t) => {
  const own = new Poster();
  const backup = new Backup({ incarnation: 1, parameters, primary: 'a' });
  backup.step({ kind: 'confirmed', sequence: 1 });
  for (let count = 0; count < 3; count++) backup.step({ kind: 'posted', post: own.post('output') });
  t.deepEqual(brief(backup.step({ kind: 'promoted', incarnation: 2, followers: [] })), [
    'become primary',
    'closeLink',
    'sendOutputs 2/2',
    'promoteMachine',
  ]);
});

test('primary: hands its state to a new backup, and holds outputs back once that could come to them', (t) => {
  const primary = new Primary({ incarnation: 2, parameters, followers: [] });
  const step = (event: Parameters<Primary['step']>[0]) => brief(primary.step(event));
  const before = new Poster();
  t.deepEqual(step({ kind: 'posted', post: before.post('output') }), ['sendOutputs 2/0']);
  t.deepEqual(step({ kind: 'posted', post: before.post('output') }), ['sendOutputs 2/1']);
  step({ kind: 'confirmed', sequence: 0 });
  t.deepEqual(step({ kind: 'reintegrate', peer: 'c' }), []);
  t.deepEqual(step({ kind: 'linked', peer: 'c' }), ['flowBackup', 'saveMachine']);
  // Asked for by an earlier one that has been lost since.
  t.deepEqual(step({ kind: 'saved', peer: 'b', state: SAVED, batchNumber: -1 }), []);
  const sending = primary.step({ kind: 'saved', peer: 'c', state: SAVED, batchNumber: -1 });
  t.deepEqual(brief(sending), ['sendState']);
  t.like(sending[0], { inheritance: { confirmedSequence: 0, unconfirmed: [{ firstSequence: 1 }] } });
  const after = new Poster();
  t.deepEqual(step({ kind: 'posted', post: after.post('both') }), ['sendOutputs 2/0']);
  t.deepEqual(step({ kind: 'stateSent', peer: 'c' }), ['sendLog 0']);
  t.deepEqual(step({ kind: 'acknowledged', peer: 'c', batchNumber: 0, epoch: 0 }), ['flowBackup']);
  t.deepEqual(step({ kind: 'posted', post: after.post('both') }), ['sendLog 1', 'sendOutputs 2/1']);
  t.deepEqual(step({ kind: 'peerRestored', peer: 'c', epoch: 5 }), ['flowBackup 0 5', 'requireBackup']);
  t.deepEqual(step({ kind: 'posted', post: after.post('both') }), ['sendLog 2', 'sendOutputs 2/2']);
  t.deepEqual(step({ kind: 'joining', peer: 'c', batchNumber: 2 }), []);
  t.deepEqual(step({ kind: 'posted', post: after.post('both') }), ['sendLog 3']);
  t.deepEqual(step({ kind: 'acknowledged', peer: 'c', batchNumber: 1, epoch: 6 }), ['flowBackup 1 6']);
  // What was released before the output rule held again is known to the new backup now.
  t.deepEqual(step({ kind: 'acknowledged', peer: 'c', batchNumber: 2, epoch: 6 }), [
    'flowBackup 2 6',
    'reportWhole',
  ]);
  t.deepEqual(step({ kind: 'acknowledged', peer: 'c', batchNumber: 3, epoch: 6 }), [
    'flowBackup 3 6',
    'sendOutputs 2/3',
  ]);
  t.deepEqual(step({ kind: 'linkLost', peer: 'c' }), ['suspect 2']);
});

test('primary: a new backup that is lost at any step of its way changes nothing', (t) => {
  const way: Parameters<Primary['step']>[0][] = [
    { kind: 'reintegrate', peer: 'c' },
    { kind: 'linked', peer: 'c' },
    { kind: 'saved', peer: 'c', state: SAVED, batchNumber: -1 },
    { kind: 'stateSent', peer: 'c' },
    { kind: 'peerRestored', peer: 'c', epoch: 5 },
    { kind: 'joining', peer: 'c', batchNumber: -1 },
  ];
  for (let length = 0; length <= way.length; length++) {
    const primary = new Primary({ incarnation: 2, parameters, followers: [] });
    const step = (event: Parameters<Primary['step']>[0]) => brief(primary.step(event));
    for (const event of way.slice(0, length)) step(event);
    t.deepEqual(step({ kind: 'linkLost', peer: 'c' }), length === 0 ? [] : ['suspect 2']);
    t.deepEqual(step({ kind: 'dropped', peer: 'c' }), ['flowBackup', 'dropBackup', 'closeLink']);
    // What its machine or its link still say of the lost one.
    for (const event of way.slice(Math.max(2, length))) t.deepEqual(step(event), [], event.kind);
    const poster = new Poster();
    t.deepEqual(step({ kind: 'posted', post: poster.post('both') }), ['sendOutputs 2/0']);
    t.deepEqual(step({ kind: 'reintegrate', peer: 'd' }), []);
    t.deepEqual(step({ kind: 'linked', peer: 'd' }), ['flowBackup', 'saveMachine']);
  }
});

test('backup: a new one gets the state first, and has the outputs before it to send again', (t) => {
  const poster = new Poster();
  const backup = new Backup({ incarnation: 2, parameters, primary: 'a', reintegrating: true });
  const step = (event: Parameters<Backup['step']>[0]) => brief(backup.step(event));
  step({ kind: 'linked', peer: 'a' });
  t.deepEqual(step({ kind: 'confirmed', sequence: 0 }), ['flowConfirmed 0']);
  t.deepEqual(step({ kind: 'progress', epoch: 3 }), []);
  const batch = new Poster().post('log').log!;
  t.throws(() => step({ kind: 'log', peer: 'a', batch, stableBatch: -1 }), { instanceOf: PeerError });
  const unconfirmed = [poster.post('output').outputs!, poster.post('output').outputs!];
  const inheritance = { state: new Uint8Array(0), batchNumber: -1, confirmedSequence: -1, unconfirmed };
  t.deepEqual(step({ kind: 'inherited', inheritance }), ['restoreMachine']);
  t.throws(() => step({ kind: 'inherited', inheritance }), { instanceOf: PeerError });
  t.deepEqual(step({ kind: 'log', peer: 'a', batch, stableBatch: -1 }), ['acknowledge 0', 'feedMachine 0']);
  t.deepEqual(step({ kind: 'restored', epoch: 7 }), ['reportRestored', 'acknowledge 0']);
  t.deepEqual(step({ kind: 'posted', post: poster.post('output') }), []);
  t.deepEqual(step({ kind: 'linkLost', peer: 'a' }), ['suspect 2']);
  const effects = backup.step({ kind: 'promoted', incarnation: 3, followers: [] });
  t.deepEqual(brief(effects), [
    'become primary',
    'closeLink',
    'sendOutputs 3/1',
    'sendOutputs 3/2',
    'promoteMachine',
  ]);
});

/** The link of two replicas is down, and the accused one does not answer the launcher either. */
const CUT = { suspicion: 'linkLost', alive: false } as const;

function startedGateway(options: { readonly reintegrates?: boolean } = {}): Gateway {
  const gateway = new Gateway(
    [
      { id: 'a', pid: 10 },
      { id: 'b', pid: 11 },
    ],
    options,
  );
  gateway.step({ kind: 'hello', id: 'a', peerPort: 1 });
  gateway.step({ kind: 'hello', id: 'b', peerPort: 2 });
  return gateway;
}

const write = (sequence: number, offset: number, text: string) =>
  ({ kind: 'write', sequence, stream: 1, offset, bytes: Buffer.from(text) }) as const;

test('gateway: the backup is started when its primary can be reached, whoever comes first', (t) => {
  for (const order of [
    ['a', 'b'],
    ['b', 'a'],
  ]) {
    const gateway = new Gateway([
      { id: 'a', pid: 10 },
      { id: 'b', pid: 11 },
    ]);
    const effects = order.flatMap((id) => gateway.step({ kind: 'hello', id, peerPort: id === 'a' ? 1 : 2 }));
    t.like(effects, {
      0: { kind: 'start', id: 'a', role: 'primary', incarnation: 1, followers: ['b'], primaryPort: null },
      2: { kind: 'start', id: 'b', role: 'backup', incarnation: 1, primary: 'a', primaryPort: 1 },
    });
    t.deepEqual(kinds(gateway.step({ kind: 'hello', id: 'a', peerPort: 3 })), ['terminate a']);
  }
});

test('gateway: a replica that is lost before it was started is done without', (t) => {
  const lostPrimary = new Gateway([
    { id: 'a', pid: 10 },
    { id: 'b', pid: 11 },
  ]);
  lostPrimary.step({ kind: 'lost', id: 'a' });
  t.like(lostPrimary.step({ kind: 'hello', id: 'b', peerPort: 2 }), {
    0: { kind: 'start', id: 'b', role: 'primary', incarnation: 2, followers: [] },
  });
  const lostBackup = new Gateway([
    { id: 'a', pid: 10 },
    { id: 'b', pid: 11 },
  ]);
  lostBackup.step({ kind: 'lost', id: 'b' });
  t.like(lostBackup.step({ kind: 'hello', id: 'a', peerPort: 1 }), {
    0: { kind: 'start', id: 'a', role: 'primary', incarnation: 1, followers: [] },
  });
});

test('gateway: duplicates are dropped, gaps and contradictions end their sender', (t) => {
  const gateway = startedGateway();
  const outputs = (items: ReturnType<typeof write>[]) =>
    gateway.step({ kind: 'outputs', id: 'a', incarnation: 1, items });
  t.deepEqual(kinds(outputs([write(0, 0, 'one'), write(1, 3, 'two')])), ['write', 'write']);
  t.deepEqual(kinds(outputs([write(0, 0, 'one'), write(1, 3, 'two'), write(2, 6, '!')])), ['write']);
  t.deepEqual(kinds(gateway.step({ kind: 'written', sequence: 2 })), ['confirm']);
  t.deepEqual(kinds(outputs([write(4, 7, 'gap')])), ['terminate a', 'changed', 'promote b']);
  t.deepEqual(kinds(gateway.step({ kind: 'outputs', id: 'b', incarnation: 2, items: [write(3, 9, 'x')] })), [
    'terminate b',
    'changed',
    'report',
    'report',
    'end',
  ]);
});

test('gateway: an old incarnation is refused, and told to terminate', (t) => {
  const gateway = startedGateway();
  gateway.step({ kind: 'outputs', id: 'a', incarnation: 1, items: [write(0, 0, 'one')] });
  t.deepEqual(kinds(gateway.step({ kind: 'outputs', id: 'b', incarnation: 1, items: [write(1, 3, 'x')] })), [
    'terminate b',
  ]);
  t.deepEqual(kinds(gateway.step({ kind: 'suspect', id: 'b', incarnation: 1, peer: 'a', ...CUT })), [
    'terminate a',
    'changed',
    'promote b',
  ]);
  t.is(gateway.incarnation, 2);
  for (const incarnation of [1, 2, 3]) {
    t.deepEqual(kinds(gateway.step({ kind: 'outputs', id: 'a', incarnation, items: [write(1, 3, 'x')] })), [
      'terminate a',
    ]);
  }
  t.deepEqual(kinds(gateway.step({ kind: 'outputs', id: 'b', incarnation: 1, items: [write(1, 3, 'x')] })), [
    'terminate b',
  ]);
});

test('gateway: of two that suspect each other only the first is believed', (t) => {
  for (const [first, second] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    const gateway = startedGateway();
    t.is(
      kinds(gateway.step({ kind: 'suspect', id: first, incarnation: 1, peer: second, ...CUT }))[0],
      `terminate ${second}`,
    );
    t.deepEqual(gateway.step({ kind: 'suspect', id: second, incarnation: 1, peer: first, ...CUT }), []);
    t.is(gateway.incarnation, first === 'a' ? 1 : 2);
  }
  const gateway = startedGateway();
  t.deepEqual(gateway.step({ kind: 'suspect', id: 'b', incarnation: 0, peer: 'a', ...CUT }), []);
});

test('gateway: the program has ended when its exit is written; no loss matters from when it is taken in', (t) => {
  const gateway = startedGateway();
  const exit = { kind: 'exit', sequence: 1, exitCode: 5 } as const;
  gateway.step({ kind: 'outputs', id: 'a', incarnation: 1, items: [write(0, 0, 'one'), exit] });
  t.deepEqual(gateway.step({ kind: 'lost', id: 'a' }), []);
  t.deepEqual(gateway.step({ kind: 'lost', id: 'b' }), []);
  t.deepEqual(kinds(gateway.step({ kind: 'written', sequence: 0 })), ['confirm']);
  t.deepEqual(gateway.step({ kind: 'written', sequence: 1 }).at(-1), { kind: 'end', exitCode: 5 });
});

test('gateway: a successor that has been at the end of the program all along is named as well', (t) => {
  const gateway = startedGateway();
  gateway.step({ kind: 'outputs', id: 'a', incarnation: 1, items: [write(0, 0, 'one')] });
  gateway.step({ kind: 'lost', id: 'a' });
  // What it held back, it sends before its machine tells where it takes over.
  const items = [write(0, 0, 'one'), { kind: 'exit', sequence: 1, exitCode: 5 } as const];
  gateway.step({ kind: 'outputs', id: 'b', incarnation: 2, items });
  gateway.step({ kind: 'written', sequence: 0 });
  t.deepEqual(gateway.step({ kind: 'written', sequence: 1 }), [
    {
      kind: 'report',
      line: 'primary a (pid 10) lost; b takes over at the end of the program, incarnation 2',
    },
    { kind: 'changed' },
    { kind: 'changed' },
    { kind: 'end', exitCode: 5 },
  ]);
});

test('gateway: says who is lost, who takes over, and where', (t) => {
  const gateway = startedGateway();
  t.deepEqual(kinds(gateway.step({ kind: 'lost', id: 'a' })), ['changed', 'promote b']);
  t.deepEqual(gateway.step({ kind: 'tookOver', id: 'b', incarnation: 2, epoch: 456 }), [
    { kind: 'report', line: 'primary a (pid 10) lost; b takes over at epoch 456, incarnation 2' },
    { kind: 'changed' },
    { kind: 'spawn', id: 'c', delayMs: 0 },
  ]);
  t.deepEqual(gateway.step({ kind: 'tookOver', id: 'b', incarnation: 2, epoch: 457 }), []);
  t.deepEqual(gateway.step({ kind: 'lost', id: 'a' }), []);
  t.deepEqual(gateway.register(), [
    { id: 'b', role: 'primary', pid: 11, epoch: 456, state: 'running' },
    { id: 'a', role: 'primary', pid: 10, epoch: null, state: 'lost' },
  ]);
  const degraded = startedGateway();
  t.deepEqual(plain(degraded.step({ kind: 'lost', id: 'b' })).slice(1), [
    { kind: 'report', line: 'backup b (pid 11) lost; running alone (degraded)' },
    { kind: 'drop', id: 'a', peer: 'b' },
    { kind: 'spawn', id: 'c', delayMs: 0 },
  ]);
  const parted = startedGateway();
  const suspect = { kind: 'suspect', id: 'a', incarnation: 1, peer: 'b', alive: false } as const;
  t.like(plain(parted.step({ ...suspect, suspicion: 'disagrees' })), {
    0: { kind: 'terminate', id: 'b', reason: 'replicas a and b disagree: one of them has diverged' },
    2: {
      kind: 'report',
      line: 'backup b (pid 11) lost: replicas a and b disagree; running alone (degraded)',
    },
  });
  const satisfied = startedGateway({ reintegrates: false });
  t.deepEqual(kinds(satisfied.step({ kind: 'lost', id: 'b' })), ['changed', 'report', 'drop a']);
});

test('gateway: an epoch is known when it has been told, and no backup is ahead of its primary', (t) => {
  const gateway = startedGateway();
  const epochs = () => gateway.register().map(({ id, epoch }) => `${id} ${epoch}`);
  t.deepEqual(epochs(), ['a null', 'b null']);
  gateway.step({ kind: 'status', id: 'a', epoch: 2428 });
  gateway.step({ kind: 'status', id: 'b', epoch: 2621 });
  t.deepEqual(epochs(), ['a 2621', 'b 2621']);
  gateway.step({ kind: 'status', id: 'a', epoch: 2700 });
  t.deepEqual(epochs(), ['a 2700', 'b 2621']);
  gateway.step({ kind: 'lost', id: 'b' });
  gateway.step({ kind: 'spawned', id: 'c', pid: 12 });
  gateway.step({ kind: 'hello', id: 'c', peerPort: 3 });
  gateway.step({ kind: 'status', id: 'c', epoch: 0 });
  gateway.step({ kind: 'whole', id: 'a', incarnation: 1, peer: 'c' });
  t.deepEqual(epochs(), ['a 2700', 'c null', 'b 2621']);
  // What comes late of one that is lost is no news of another.
  gateway.step({ kind: 'status', id: 'b', epoch: 2800 });
  t.deepEqual(epochs(), ['a 2700', 'c null', 'b 2800']);
});

test('gateway: says on which nodes the replicas are, where it knows', (t) => {
  const gateway = new Gateway([
    { id: 'a', pid: 10, node: 'A' },
    { id: 'b', pid: 10, node: 'B' },
  ]);
  for (const id of ['a', 'b']) gateway.step({ kind: 'hello', id, peerPort: 1 });
  const lost = gateway.step({ kind: 'lost', id: 'b' });
  t.like(
    lost.find(({ kind }) => kind === 'report'),
    {
      line: 'backup b (pid 10 on node B) lost; running alone (degraded)',
    },
  );
  gateway.step({ kind: 'spawned', id: 'c', pid: 11, node: 'B' });
  t.deepEqual(
    gateway.register().map(({ id, node }) => `${id} ${node}`),
    ['a A', 'c B', 'b B'],
  );
  gateway.step({ kind: 'hello', id: 'c', peerPort: 1 });
  const [whole] = gateway.step({ kind: 'whole', id: 'a', incarnation: 1, peer: 'c' });
  t.like(whole, { kind: 'whole', id: 'c', pid: 11, node: 'B' });
});

/** A gateway whose new backup c has been told to get the primary's state. */
function reintegratingGateway(lost: 'a' | 'b'): Gateway {
  const gateway = startedGateway();
  gateway.step({ kind: 'lost', id: lost });
  const survivor = lost === 'a' ? 'b' : 'a';
  if (lost === 'a') gateway.step({ kind: 'tookOver', id: 'b', incarnation: 2, epoch: 1 });
  gateway.step({ kind: 'spawned', id: 'c', pid: 12 });
  const effects = gateway.step({ kind: 'hello', id: 'c', peerPort: 3 });
  if (!kinds(effects).includes(`reintegrate ${survivor}`)) throw new Error(kinds(effects).join());
  return gateway;
}

test('gateway: a new backup is whole when the primary says so, and only then may it take over', (t) => {
  for (const lost of ['a', 'b'] as const) {
    const primary = lost === 'a' ? 'b' : 'a';
    const incarnation = lost === 'a' ? 2 : 1;
    const unfinished = reintegratingGateway(lost);
    t.is(unfinished.register()[1]?.state, 'reintegrating');
    t.like(unfinished.step({ kind: 'lost', id: primary }), {
      0: { kind: 'changed' },
      1: {
        kind: 'report',
        line:
          `primary ${primary} (pid ${lost === 'a' ? 11 : 10}) lost before c (pid 12) was whole; ` +
          'no replica is left and the program has ended',
      },
      2: { kind: 'end', exitCode: 70 },
    });
    const gateway = reintegratingGateway(lost);
    const whole = { kind: 'whole', id: primary, incarnation, peer: 'c' } as const;
    t.deepEqual(gateway.step({ ...whole, incarnation: 7 }), []);
    t.deepEqual(gateway.step({ ...whole, peer: 'b' }), []);
    t.deepEqual(plain(gateway.step(whole)), [
      { kind: 'whole', id: 'c', pid: 12, replicaCount: 2, replicaGoal: 2 },
      { kind: 'changed' },
    ]);
    t.deepEqual(gateway.step(whole), []);
    t.deepEqual(kinds(gateway.step({ kind: 'lost', id: primary })), ['changed', 'promote c']);
  }
});

test('gateway: a new backup that is lost on its way is replaced, slower and slower, until one is whole', (t) => {
  const gateway = reintegratingGateway('b');
  const delays: number[] = [];
  for (const id of ['c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm']) {
    const spawn = gateway.step({ kind: 'lost', id }).at(-1);
    if (spawn?.kind !== 'spawn') return t.fail(`nothing follows ${id}`);
    delays.push(spawn.delayMs);
    gateway.step({ kind: 'spawned', id: spawn.id, pid: 1 });
    // Some are lost before they have said hello.
    if (id > 'd') gateway.step({ kind: 'hello', id: spawn.id, peerPort: 1 });
  }
  t.deepEqual(delays, [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000, 10_000]);
  gateway.step({ kind: 'whole', id: 'a', incarnation: 1, peer: 'n' });
  t.like(gateway.step({ kind: 'lost', id: 'n' }).at(-1), { kind: 'spawn', id: 'o', delayMs: 0 });
  // The ones that were lost last are still shown, behind what is alive.
  t.deepEqual(
    gateway.register().map(({ id }) => id),
    ['a', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n'],
  );
});

test('gateway: where a primary and its unfinished backup cannot reach each other, the primary goes on', (t) => {
  for (const [id, peer] of [
    ['b', 'c'],
    ['c', 'b'],
  ] as const) {
    const gateway = reintegratingGateway('a');
    t.deepEqual(gateway.step({ kind: 'suspect', id, incarnation: 1, peer, ...CUT }), []);
    t.deepEqual(gateway.step({ kind: 'suspect', id: 'b', incarnation: 2, peer: 'a', ...CUT }), []);
    t.deepEqual(kinds(gateway.step({ kind: 'suspect', id, incarnation: 2, peer, ...CUT })), [
      'terminate c',
      'changed',
      'report',
      'drop b',
      'spawn d',
    ]);
  }
});

test('gateway: an answer of standard input is kept until the next request, and told to a new primary', (t) => {
  const gateway = startedGateway();
  const request = (sequence: number, id: number) =>
    gateway.step({
      kind: 'outputs',
      id: 'a',
      incarnation: 1,
      items: [{ kind: 'readInput', sequence, id, byteCount: 10, wait: true }],
    });
  const answer = { kind: 'input', requestId: 1, value: Uint8Array.of(7) } as const;
  t.deepEqual(kinds(request(0, 1)), ['write', 'readInput']);
  t.deepEqual(kinds(request(0, 1)), []);
  t.deepEqual(kinds(gateway.step(answer)), ['sendAction a']);
  t.deepEqual(kinds(gateway.step({ kind: 'lost', id: 'a' })), ['changed', 'promote b', 'sendAction b']);
});

test('gateway: a second request before the answer ends its sender', (t) => {
  const gateway = startedGateway();
  const items = [1, 2].map(
    (id) => ({ kind: 'readInput', sequence: id - 1, id, byteCount: 10, wait: true }) as const,
  );
  const effects = gateway.step({ kind: 'outputs', id: 'a', incarnation: 1, items });
  t.deepEqual(kinds(effects), ['write', 'readInput', 'terminate a', 'changed', 'promote b']);
});

test('gateway: signals wait for the first primary, and are told to the next one again', (t) => {
  const gateway = new Gateway([
    { id: 'a', pid: 10 },
    { id: 'b', pid: 11 },
  ]);
  t.deepEqual(gateway.step({ kind: 'signal', signal: 15 }), []);
  const started = gateway.step({ kind: 'hello', id: 'a', peerPort: 1 });
  t.deepEqual(kinds(started), ['start a', 'changed', 'sendAction a']);
  gateway.step({ kind: 'hello', id: 'b', peerPort: 2 });
  t.deepEqual(gateway.step({ kind: 'signal', signal: 1 }), [
    { kind: 'sendAction', id: 'a', action: { kind: 'signal', id: 2, signal: 1 } },
  ]);
  const lost = gateway.step({ kind: 'lost', id: 'a' });
  t.deepEqual(kinds(lost), ['changed', 'promote b', 'sendAction b', 'sendAction b']);
});
