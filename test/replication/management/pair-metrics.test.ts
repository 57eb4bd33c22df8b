// The figures in Prometheus' text format.
import test from 'ava';
import { PairHistory } from '../../../replication/management/pair-history.js';
import { PairMetrics } from '../../../replication/management/pair-metrics.js';
import type { PairStatus } from '../../../replication/management/pair-status.js';
import type { ReplicaFigures } from '../../../replication/replica-figures.js';
import { WHOLE_PAIR } from '../../support/pair-status.js';

const FIGURES: ReplicaFigures = {
  logBytes: 1000,
  logBatches: 10,
  heartbeatsSent: 50,
  heartbeatsMissed: 2,
  lastBatch: 9,
  acknowledgedBatch: 7,
  heldOutputs: 3,
  heldBytes: 120,
  activity: 'running',
  executedCount: 400_000,
  threadCount: 5,
  heapBytes: 1 << 20,
};

const replica = (
  id: string,
  role: 'primary' | 'backup',
  state: 'running' | 'lost',
  skewEpochs: number | null,
) => ({
  id,
  role,
  pid: 1,
  state,
  epoch: 30,
  skewEpochs,
  figures: FIGURES,
});

test('what is told', async (t) => {
  const history = new PairHistory(2, 0);
  let status: PairStatus = {
    ...WHOLE_PAIR,
    replicas: [replica('a', 'primary', 'running', null), replica('b', 'backup', 'running', 4)],
  };
  const metrics = new PairMetrics(() => status, history);
  t.regex(metrics.contentType, /^text\/plain; version=0\.0\.4/);
  const first = await metrics.text();
  for (const line of [
    'rjvm_incarnation 1',
    'rjvm_health{health="whole"} 1',
    'rjvm_health{health="degraded"} 0',
    'rjvm_replicas{state="running"} 2',
    'rjvm_role{replica="a",role="primary"} 1',
    'rjvm_epoch{replica="b"} 30',
    'rjvm_skew_epochs{replica="b"} 4',
    'rjvm_acknowledged_batch{replica="a"} 7',
    'rjvm_held_outputs{replica="a"} 3',
    'rjvm_held_output_bytes{replica="a"} 120',
    '# TYPE rjvm_log_bytes_total counter',
    'rjvm_log_bytes_total{replica="a"} 1000',
    'rjvm_heartbeats_missed_total{replica="b"} 2',
    'rjvm_take_overs_total 0',
    'rjvm_take_over_seconds_count 0',
  ])
    t.true(first.split('\n').includes(line), line);
  t.false(first.includes('rjvm_skew_epochs{replica="a"}'));

  const entry = { id: 'a', role: 'primary', pid: 1, epoch: 30 } as const;
  history.registerChanged([{ ...entry, state: 'running' }], 1, 0);
  history.registerChanged([{ ...entry, state: 'lost' }], 2, 1000);
  history.tookOver('b', 1150);
  status = {
    ...status,
    health: 'degraded',
    incarnation: 2,
    takeOvers: history.takeOvers,
    replicas: [replica('a', 'primary', 'lost', null), replica('b', 'primary', 'running', null)],
  };
  const second = await metrics.text();
  for (const line of [
    'rjvm_incarnation 2',
    'rjvm_health{health="whole"} 0',
    'rjvm_health{health="degraded"} 1',
    'rjvm_replicas{state="lost"} 1',
    'rjvm_take_overs_total 1',
    'rjvm_take_over_seconds_sum 0.15',
    'rjvm_take_over_seconds_bucket{le="0.1"} 0',
    'rjvm_take_over_seconds_bucket{le="0.2"} 1',
    'rjvm_role{replica="b",role="primary"} 1',
    'rjvm_log_bytes_total{replica="b"} 1000',
  ])
    t.true(second.split('\n').includes(line), line);
  t.false(second.includes('replica="a"'));
  t.false(second.includes('role="backup"'));
});
