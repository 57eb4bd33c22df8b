// Which replica a command means, and which commands are refused.
import test from 'ava';
import { CommandRefused } from '../../../replication/management/http-endpoint.js';
import { Manager } from '../../../replication/management/manager.js';
import type { RegisterEntry } from '../../../replication/roles/gateway-step.js';

function managerOf(...replicas: string[]) {
  const entries = replicas.map((words, index): RegisterEntry => {
    const [id, role, state] = words.split(' ') as [string, RegisterEntry['role'], RegisterEntry['state']];
    return { id, role, state, pid: 100 + index, epoch: 10 - index };
  });
  const done: string[] = [];
  const manager = new Manager({
    program: 'Main',
    replicaCount: 2,
    register: () => ({ entries, incarnation: 3 }),
    kill: (id) => done.push(`kill ${id}`),
    notify: (id) => done.push(`notify ${id}`),
  });
  return { manager, done, entries };
}

const LOST = ['a primary lost', 'b primary running'];

test('a role or a name', (t) => {
  const { manager, done } = managerOf(...LOST, 'c backup reintegrating', 'd backup running');
  t.deepEqual(manager.kill('primary'), { id: 'b', pid: 101 });
  t.deepEqual(manager.kill('backup'), { id: 'd', pid: 103 });
  t.deepEqual(manager.kill('c'), { id: 'c', pid: 102 });
  t.deepEqual(manager.notify('primary'), { id: 'b', pid: 101 });
  t.deepEqual(done, ['kill b', 'kill d', 'kill c', 'notify b']);
  t.deepEqual(
    manager.history.events.map(({ kind }) => kind),
    ['command', 'command', 'command', 'command'],
  );
});

test('a replica that is not there', (t) => {
  const { manager, done } = managerOf(...LOST);
  t.throws(() => manager.kill('a'), {
    instanceOf: CommandRefused,
    message: 'there is no replica a; alive are b (primary)',
  });
  t.throws(() => manager.kill('backup'), { message: 'there is no backup; alive are b (primary)' });
  t.throws(() => managerOf('a primary lost').manager.kill('primary'), {
    message: 'there is no primary; no replica is alive',
  });
  t.deepEqual(done, []);
});

test('the last whole replica is not taken for failed on hearsay', (t) => {
  const { manager, done } = managerOf(...LOST, 'c backup reintegrating');
  const message = 'b is the only replica that is whole; without it the program would be lost';
  t.throws(() => manager.notify('b'), { instanceOf: CommandRefused, message });
  manager.notify('c');
  manager.kill('b');
  t.deepEqual(done, ['notify c', 'kill b']);
});

test('where a replica has not told of its epoch, it is not said, nor the skew', (t) => {
  const { manager, entries } = managerOf('a primary running', 'b backup running');
  const told = () => manager.status().replicas.map(({ id, epoch, skewEpochs }) => [id, epoch, skewEpochs]);
  t.deepEqual(told(), [
    ['a', 10, null],
    ['b', 9, 1],
  ]);
  entries[1] = { ...entries[1]!, epoch: null };
  t.deepEqual(told()[1], ['b', null, null]);
  entries.splice(0, 2, { ...entries[0]!, epoch: null }, { ...entries[1]!, epoch: 5 });
  t.deepEqual(told(), [
    ['a', null, null],
    ['b', 5, null],
  ]);
});

test('the status', (t) => {
  const { manager } = managerOf(...LOST, 'c backup running');
  const { program, incarnation, replicas } = manager.status();
  t.deepEqual([program, incarnation], ['Main', 3]);
  t.deepEqual(
    replicas.map(({ id, epoch, skewEpochs }) => [id, epoch, skewEpochs]),
    [
      ['a', 10, null],
      ['b', 9, null],
      ['c', 8, 1],
    ],
  );
});
