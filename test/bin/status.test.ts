// What rjvm status shows of a pair.
import test from 'ava';
import { pairText } from '../../bin/commands/status.js';
import type { PairStatus } from '../../replication/management/pair-status.js';
import { WHOLE_PAIR } from '../support/pair-status.js';

type Replica = PairStatus['replicas'][number];

const replica = (id: string, changes: Partial<Replica> = {}): Replica => ({
  id,
  role: 'backup',
  pid: 10,
  state: 'running',
  epoch: 5,
  skewEpochs: null,
  figures: null,
  ...changes,
});

/** The rows of the table, the title first, in words. */
function table(...replicas: Replica[]): string[] {
  const text = pairText({ ...WHOLE_PAIR, replicas });
  return text
    .trimEnd()
    .split('\n')
    .slice(2)
    .map((line) => line.replace(/ {2,}/g, ' '));
}

test('what is not known yet is not shown', (t) => {
  const [a, b] = table(replica('a', { role: 'primary' }), replica('b', { epoch: null })).slice(1);
  t.is(a, 'a primary 10 running 5 - - - - -');
  t.is(b, 'b backup 10 running - - - - - -');
});

test('the node of each replica is shown where replicas run on nodes', (t) => {
  const [a, b] = table(replica('a', { role: 'primary', node: 'A' }), replica('b', { node: 'B' })).slice(1);
  t.regex(a!, /^a primary 10 A running /);
  t.regex(b!, /^b backup 10 B running /);
  const [title, alone] = table(replica('a'));
  t.notRegex(title!, /node/);
  t.regex(alone!, /^a backup 10 running /);
});
