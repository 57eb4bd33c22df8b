// The figures of a pair for Prometheus, by prom-client. Loaded where --manage asks for it, and nowhere else.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ReplicaFigures } from '../replica-figures.js';
import type { PairHistory } from './pair-history.js';
import type { Health, PairStatus } from './pair-status.js';

const HEALTHS: readonly Health[] = ['starting', 'whole', 'degraded', 'ended'];
const STATES: readonly PairStatus['replicas'][number]['state'][] = [
  'starting',
  'reintegrating',
  'running',
  'lost',
  'exited',
];
const TAKE_OVER_BUCKETS_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 5];
const REINTEGRATION_BUCKETS_SECONDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60];

type Figure = {
  readonly [Name in keyof ReplicaFigures]: ReplicaFigures[Name] extends number ? Name : never;
}[keyof ReplicaFigures];

/** Each is told for every replica that is alive. */
const REPLICA_GAUGES: readonly (readonly [figure: Figure, name: string, help: string])[] = [
  ['lastBatch', 'last_batch', 'Last log batch that the replica holds; -1: none'],
  ['acknowledgedBatch', 'acknowledged_batch', 'Last log batch that its backups have acknowledged; -1: none'],
  ['heldOutputs', 'held_outputs', 'Outputs that wait for the backups'],
  ['heldBytes', 'held_output_bytes', 'Their size'],
  ['threadCount', 'threads', 'Java threads'],
  ['heapBytes', 'heap_bytes', 'Java heap in use'],
];
const REPLICA_COUNTERS: readonly (readonly [figure: Figure, name: string, help: string])[] = [
  ['logBytes', 'log_bytes_total', 'Log sent to backups'],
  ['logBatches', 'log_batches_total', 'Batches of log sent to backups'],
  ['heartbeatsSent', 'heartbeats_sent_total', 'Heartbeats sent to other replicas'],
  [
    'heartbeatsMissed',
    'heartbeats_missed_total',
    'Heartbeat intervals in which nothing came from another replica',
  ],
  ['executedCount', 'executed_total', 'Backward branches and method entries'],
];

export class PairMetrics {
  readonly #registry = new Registry();
  readonly #status: () => PairStatus;
  /** Bring their metrics up to a status. */
  readonly #updates: ((status: PairStatus) => void)[] = [];

  /** Durations are taken from the history from now on. */
  constructor(status: () => PairStatus, history: PairHistory) {
    this.#status = status;
    this.#definePair();
    this.#defineReplicas();
    this.#defineDurations(history);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** In Prometheus' text format. */
  async text(): Promise<string> {
    const status = this.#status();
    for (const update of this.#updates) update(status);
    return this.#registry.metrics();
  }

  #definePair(): void {
    const incarnation = this.#gauge('incarnation', 'Incarnation of the primary');
    const health = this.#gauge('health', 'Health of the pair, 1 for what it is', ['health']);
    const replicas = this.#gauge('replicas', 'Replicas in each state', ['state']);
    const takeOvers = this.#counter('take_overs_total', 'Primaries that were succeeded');
    const reintegrations = this.#counter('reintegrations_total', 'New backups that have become whole');
    this.#updates.push((status) => {
      incarnation.set(status.incarnation);
      for (const each of HEALTHS) health.set({ health: each }, each === status.health ? 1 : 0);
      for (const state of STATES) {
        replicas.set({ state }, status.replicas.filter((replica) => replica.state === state).length);
      }
      setTo(takeOvers, {}, status.takeOvers.count);
      setTo(reintegrations, {}, status.reintegrations.count);
    });
  }

  #defineReplicas(): void {
    const role = this.#gauge('role', 'Roles of the replicas that are alive', ['replica', 'role']);
    const epoch = this.#gauge('epoch', 'Epoch of the replica', ['replica']);
    const skew = this.#gauge('skew_epochs', 'Epochs that the backup is behind the primary', ['replica']);
    const gauges = REPLICA_GAUGES.map(
      ([figure, name, help]) => [figure, this.#gauge(name, help, ['replica'])] as const,
    );
    const counters = REPLICA_COUNTERS.map(
      ([figure, name, help]) => [figure, this.#counter(name, help, ['replica'])] as const,
    );
    const all = [
      role,
      epoch,
      skew,
      ...gauges.map(([, gauge]) => gauge),
      ...counters.map(([, counter]) => counter),
    ];
    this.#updates.push(({ replicas }) => {
      // Of a replica that is gone nothing more is said.
      for (const metric of all) metric.reset();
      for (const { id: replica, role: its, state, epoch: epochNumber, skewEpochs, figures } of replicas) {
        if (state === 'lost' || state === 'exited') continue;
        role.set({ replica, role: its }, 1);
        if (epochNumber !== null) epoch.set({ replica }, epochNumber);
        if (skewEpochs !== null) skew.set({ replica }, skewEpochs);
        if (figures === null) continue;
        for (const [figure, gauge] of gauges) gauge.set({ replica }, figures[figure]);
        for (const [figure, counter] of counters) setTo(counter, { replica }, figures[figure]);
      }
    });
  }

  #defineDurations(history: PairHistory): void {
    const registers = [this.#registry];
    const takeOver = new Histogram({
      name: 'rjvm_take_over_seconds',
      help: 'From the loss of a primary to the take-over point of its successor',
      buckets: TAKE_OVER_BUCKETS_SECONDS,
      registers,
    });
    const reintegration = new Histogram({
      name: 'rjvm_reintegration_seconds',
      help: 'From the start of a new backup to where it could take over',
      buckets: REINTEGRATION_BUCKETS_SECONDS,
      registers,
    });
    history.follow(({ kind, detail: { durationMs } }) => {
      if (typeof durationMs !== 'number') return;
      if (kind === 'takeOver') takeOver.observe(durationMs / 1000);
      else if (kind === 'reintegrated') reintegration.observe(durationMs / 1000);
    });
  }

  #gauge<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    return new Gauge({ name: `rjvm_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #counter<Label extends string = never>(
    name: string,
    help: string,
    labelNames: Label[] = [],
  ): Counter<Label> {
    return new Counter({ name: `rjvm_${name}`, help, labelNames, registers: [this.#registry] });
  }
}

/** The counting is done elsewhere. */
function setTo<Label extends string>(
  counter: Counter<Label>,
  labels: Partial<Record<Label, string>>,
  value: number,
): void {
  counter.remove(labels);
  counter.inc(labels, value);
}
