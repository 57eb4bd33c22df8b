// The gateway with three replicas and more, as scripted conversations: who takes over, and what becomes of the others.
import test from 'ava';
import { Gateway } from '../../../replication/roles/gateway.js';
import type { GatewayEffect, GatewayEvent } from '../../../replication/roles/gateway-step.js';
import { kinds, plain } from './conversation.js';

function gatewayOf(count: number, started = count, outputRule: 'strong' | 'relaxed' = 'strong'): Gateway {
  const ids = ['a', 'b', 'c', 'd', 'e'].slice(0, count);
  const gateway = new Gateway(
    ids.map((id, index) => ({ id, pid: index + 10 })),
    { outputRule },
  );
  for (const id of ids.slice(0, started)) gateway.step({ kind: 'hello', id, peerPort: 1 });
  return gateway;
}

const briefly = (gateway: Gateway, event: GatewayEvent) =>
  kinds(gateway.step(event)).filter((kind) => kind !== 'changed' && kind !== 'report');

const of = <Kind extends GatewayEffect['kind']>(effects: readonly GatewayEffect[], kind: Kind) =>
  effects.filter((effect): effect is GatewayEffect & { kind: Kind } => effect.kind === kind);

test('of replicas the primary is named first, and the lost ones last, whoever they were', (t) => {
  const gateway = gatewayOf(4);
  const named = () => gateway.register().map(({ id, role, state }) => `${id} ${role} ${state}`);
  gateway.step({ kind: 'lost', id: 'c' });
  gateway.step({ kind: 'lost', id: 'a' });
  t.deepEqual(named(), ['b backup running', 'd backup running', 'c backup lost', 'a primary lost']);
  for (const [id, batchNumber] of [
    ['b', 1],
    ['d', 2],
  ] as const)
    gateway.step({ kind: 'held', id, batchNumber });
  t.deepEqual(named(), ['d primary running', 'b backup running', 'c backup lost', 'a primary lost']);
});

test('the candidate that holds most of the log is promoted, and the others are told to follow it', (t) => {
  const gateway = gatewayOf(4);
  t.deepEqual(briefly(gateway, { kind: 'lost', id: 'a' }), ['poll b', 'poll c', 'poll d']);
  t.deepEqual(briefly(gateway, { kind: 'held', id: 'b', batchNumber: 7 }), []);
  t.deepEqual(briefly(gateway, { kind: 'held', id: 'd', batchNumber: 8 }), []);
  const effects = plain(gateway.step({ kind: 'held', id: 'c', batchNumber: 9 }));
  t.deepEqual(effects, [
    { kind: 'promote', id: 'c', incarnation: 2, followers: ['b', 'd'] },
    { kind: 'follow', id: 'b', incarnation: 2, primary: 'c', primaryPort: 1 },
    { kind: 'follow', id: 'd', incarnation: 2, primary: 'c', primaryPort: 1 },
  ]);
  t.deepEqual(briefly(gateway, { kind: 'held', id: 'b', batchNumber: 100 }), []);
  t.deepEqual(briefly(gateway, { kind: 'tookOver', id: 'c', incarnation: 2, epoch: 5 }), ['spawn e']);
});

test('candidates that die do not hold up the election', (t) => {
  const gateway = gatewayOf(4);
  gateway.step({ kind: 'lost', id: 'a' });
  gateway.step({ kind: 'held', id: 'b', batchNumber: 7 });
  t.deepEqual(briefly(gateway, { kind: 'lost', id: 'd' }), []);
  t.deepEqual(briefly(gateway, { kind: 'lost', id: 'c' }), ['promote b']);
  // A second primary is lost before it has come to its take-over point.
  const second = gatewayOf(3);
  second.step({ kind: 'lost', id: 'a' });
  second.step({ kind: 'held', id: 'b', batchNumber: 7 });
  t.deepEqual(briefly(second, { kind: 'held', id: 'c', batchNumber: 6 }), ['promote b', 'follow c']);
  t.deepEqual(briefly(second, { kind: 'lost', id: 'b' }), ['promote c']);
  t.deepEqual(briefly(second, { kind: 'tookOver', id: 'b', incarnation: 2, epoch: 1 }), []);
  t.deepEqual(briefly(second, { kind: 'tookOver', id: 'c', incarnation: 3, epoch: 1 }), ['spawn d']);
  // The last candidate is lost as well.
  const none = gatewayOf(3);
  none.step({ kind: 'lost', id: 'a' });
  none.step({ kind: 'lost', id: 'b' });
  t.deepEqual(briefly(none, { kind: 'lost', id: 'c' }), ['end']);
});

test('one that has not started takes over only where nobody else can, and follows otherwise', (t) => {
  const follower = gatewayOf(3, 2);
  const promoted = of(follower.step({ kind: 'lost', id: 'a' }), 'promote');
  t.deepEqual(promoted, [{ kind: 'promote', id: 'b', incarnation: 2, followers: ['c'] }]);
  t.like(of(follower.step({ kind: 'hello', id: 'c', peerPort: 3 }), 'start')[0], {
    primary: 'b',
    incarnation: 2,
    reintegrating: false,
  });
  const starter = gatewayOf(3, 1);
  t.deepEqual(briefly(starter, { kind: 'lost', id: 'a' }), ['spawn d']);
  t.like(of(starter.step({ kind: 'hello', id: 'b', peerPort: 3 }), 'start')[0], {
    role: 'primary',
    incarnation: 2,
    followers: ['c'],
  });
});

test('suspicions of each kind: who is terminated', (t) => {
  const cases = [
    ['b', 'a', 'linkLost', true, 'b'],
    ['b', 'a', 'linkLost', false, 'a'],
    ['a', 'b', 'linkLost', true, 'b'],
    ['b', 'a', 'silent', false, 'a'],
    ['b', 'a', 'stuck', false, 'a'],
    ['a', 'b', 'stuck', false, 'b'],
    ['a', 'b', 'disagrees', false, 'b'],
    ['b', 'a', 'disagrees', false, 'b'],
  ] as const;
  for (const [id, peer, suspicion, alive, faulty] of cases) {
    const gateway = gatewayOf(3);
    const effects = gateway.step({ kind: 'suspect', id, incarnation: 1, peer, suspicion, alive });
    t.deepEqual(
      of(effects, 'terminate').map((effect) => effect.id),
      [faulty],
      `${id} says ${peer} ${suspicion}`,
    );
    t.is(of(effects, 'poll').length, faulty === 'a' ? 2 : 0);
  }
  const gateway = gatewayOf(3);
  const suspicion = { kind: 'suspect', incarnation: 1, suspicion: 'linkLost', alive: false } as const;
  t.deepEqual(gateway.step({ ...suspicion, id: 'b', peer: 'c' }), [], 'backups have no link');
  t.deepEqual(gateway.step({ ...suspicion, id: 'b', peer: 'a', incarnation: 7 }), []);
  gateway.step({ kind: 'lost', id: 'a' });
  t.deepEqual(gateway.step({ ...suspicion, id: 'b', peer: 'a' }), [], 'while a successor is found');
  t.deepEqual(of(gatewayOf(2).step({ kind: 'notified', id: 'b' }), 'terminate').length, 1);
});

test('news of a replacement may come in any order, and its start may fail', (t) => {
  const late = gatewayOf(2);
  t.deepEqual(briefly(late, { kind: 'lost', id: 'b' }), ['drop a', 'spawn c']);
  t.deepEqual(briefly(late, { kind: 'hello', id: 'c', peerPort: 1 }), ['reintegrate a', 'start c']);
  t.deepEqual(briefly(late, { kind: 'spawned', id: 'c', pid: 12 }), []);
  t.is(late.register()[1]?.pid, 12);
  t.deepEqual(briefly(late, { kind: 'whole', id: 'a', incarnation: 1, peer: 'c' }), ['whole c']);
  const gone = gatewayOf(2);
  gone.step({ kind: 'lost', id: 'b' });
  const retry = gone.step({ kind: 'lost', id: 'c' });
  t.deepEqual(retry, [{ kind: 'spawn', id: 'd', delayMs: 100 }]);
  t.deepEqual(gone.step({ kind: 'spawned', id: 'c', pid: 12 }), []);
  t.deepEqual(gone.step({ kind: 'hello', id: 'c', peerPort: 1 }), []);
  t.deepEqual(briefly(gone, { kind: 'spawned', id: 'd', pid: 13 }), []);
  t.deepEqual(briefly(gone, { kind: 'hello', id: 'd', peerPort: 1 }), ['reintegrate a', 'start d']);
});

test('a replacement that could not be started was none: nothing is said of it, and the next one has its name', (t) => {
  const gateway = gatewayOf(2);
  gateway.step({ kind: 'lost', id: 'b' });
  const before = gateway.register();
  for (const delayMs of [100, 200, 400]) {
    const retry = gateway.step({ kind: 'notSpawned', id: 'c' });
    t.deepEqual(retry, [{ kind: 'spawn', id: 'c', delayMs }]);
    t.deepEqual(gateway.register(), before);
  }
  gateway.step({ kind: 'spawned', id: 'c', pid: 12 });
  t.deepEqual(gateway.step({ kind: 'notSpawned', id: 'c' }), []);
  t.deepEqual(briefly(gateway, { kind: 'hello', id: 'c', peerPort: 1 }), ['reintegrate a', 'start c']);
});

const write = (sequence: number, offset: number) =>
  ({ kind: 'write', sequence, stream: 1, offset, bytes: Buffer.from('x') }) as const;
const read = (sequence: number, id: number) =>
  ({ kind: 'readInput', sequence, id, byteCount: 1, wait: true }) as const;

test('relaxed output rule: after a take-over the program goes on, though the world has seen more', (t) => {
  const gateway = gatewayOf(2, 2, 'relaxed');
  const outputs = (id: string, incarnation: number, items: Parameters<typeof JSON.stringify>[0]) =>
    plain(gateway.step({ kind: 'outputs', id, incarnation, items }));
  outputs('a', 1, [write(0, 0), read(1, 1)]);
  gateway.step({ kind: 'input', requestId: 1, value: Uint8Array.of(1) });
  outputs('a', 1, [write(2, 1), read(3, 2)]);
  gateway.step({ kind: 'written', sequence: 3 });
  gateway.step({ kind: 'input', requestId: 2, value: Uint8Array.of(2) });
  // Both answers are told: the successor may have come to neither request.
  t.deepEqual(briefly(gateway, { kind: 'lost', id: 'a' }), ['promote b', 'sendAction b', 'sendAction b']);
  // What it came to as a backup is a duplicate; what follows the news of its take-over is not.
  t.deepEqual(outputs('b', 2, [write(0, 0)]), []);
  gateway.step({ kind: 'tookOver', id: 'b', incarnation: 2, epoch: 1 });
  t.deepEqual(kinds(outputs('b', 2, [read(1, 1)])), ['write'], 'that was read already');
  t.like(outputs('b', 2, [write(2, 7)])[0], { kind: 'write', item: { sequence: 5 } });
  t.deepEqual(gateway.step({ kind: 'written', sequence: 5 }), [{ kind: 'confirm', sequence: 2 }]);
  t.deepEqual(kinds(outputs('b', 2, [read(3, 2), write(4, 8), read(5, 3)])), [
    'write',
    'write',
    'write',
    'readInput',
  ]);
});
