// What the register's changes come to.
import test from 'ava';
import { MAXIMUM_KEPT_EVENTS } from '../../../replication/limits.js';
import { PairHistory } from '../../../replication/management/pair-history.js';
import type { RegisterEntry } from '../../../replication/roles/gateway-step.js';

const START_MS = Date.UTC(2030, 0, 1);

const entry = (words: string): RegisterEntry => {
  const [id, role, state] = words.split(' ') as [string, RegisterEntry['role'], RegisterEntry['state']];
  return { id, role, state, pid: 100 + id.charCodeAt(0), epoch: 5 };
};

test('a primary is lost and replaced', (t) => {
  const history = new PairHistory(2, START_MS);
  const told: string[] = [];
  const unfollow = history.follow(({ kind, text }) => told.push(`${kind}: ${text}`));
  const at = (ms: number, incarnation: number, ...entries: string[]) =>
    history.registerChanged(entries.map(entry), incarnation, START_MS + ms);
  at(0, 1, 'a primary starting', 'b backup starting');
  t.is(history.health, 'starting');
  at(5, 1, 'a primary running', 'b backup running');
  t.is(history.health, 'whole');
  at(6, 1, 'a primary running', 'b backup running');
  at(100, 2, 'b primary running', 'a primary lost');
  t.is(history.health, 'degraded');
  t.deepEqual(history.takeOvers, { count: 1, lastTime: '2030-01-01T00:00:00.100Z', lastMs: null });
  history.tookOver('b', START_MS + 140);
  t.is(history.takeOvers.lastMs, 40);
  history.tookOver('b', START_MS + 150);
  at(150, 2, 'a primary lost', 'b primary running', 'c backup starting');
  at(160, 2, 'a primary lost', 'b primary running', 'c backup reintegrating');
  history.notice('a line', START_MS + 350);
  at(350, 2, 'a primary lost', 'b primary running', 'c backup running');
  t.is(history.health, 'whole');
  t.deepEqual(history.reintegrations, { count: 1, lastTime: '2030-01-01T00:00:00.350Z', lastMs: 200 });
  at(400, 2, 'a primary lost', 'b primary exited', 'c backup exited');
  history.ended(3, START_MS + 401);
  t.is(history.health, 'ended');
  t.deepEqual(told, [
    'replica: replica a (pid 197), primary: starting',
    'replica: replica b (pid 198), backup: starting',
    'replica: replica a (pid 197), primary: running',
    'replica: replica b (pid 198), backup: running',
    'health: whole: 2 replicas',
    'replica: replica a (pid 197), primary: lost',
    'replica: replica b (pid 198), primary: running',
    'health: degraded: 1 of 2 replicas',
    'takeOver: replica b has taken over, incarnation 2, after 40 ms',
    'replica: replica c (pid 199), backup: starting',
    'replica: replica c (pid 199), backup: reintegrating',
    'notice: a line',
    'replica: replica c (pid 199), backup: running',
    'reintegrated: replica c is re-integrated, 200 ms after its start',
    'health: whole: 2 replicas, degraded for 250 ms',
    'replica: replica b (pid 198), primary: exited',
    'replica: replica c (pid 199), backup: exited',
    'health: ended with exit code 3',
  ]);
  unfollow();
  history.notice('nobody hears it', START_MS);
  t.is(told.length, 18);
});

test('a replica is lost before the pair was ever whole', (t) => {
  const history = new PairHistory(3, START_MS);
  history.registerChanged([entry('a primary running'), entry('b backup starting')], 1, START_MS);
  t.is(history.health, 'starting');
  history.registerChanged([entry('a primary running'), entry('b backup lost')], 1, START_MS);
  t.is(history.health, 'degraded');
});

test('old events are forgotten, but still counted', (t) => {
  const history = new PairHistory(2, START_MS);
  for (let index = 0; index < MAXIMUM_KEPT_EVENTS + 7; index++) history.notice(`line ${index}`, START_MS);
  t.is(history.events.length, MAXIMUM_KEPT_EVENTS);
  t.deepEqual([history.events[0]?.number, history.events[0]?.text], [7, 'line 7']);
});
