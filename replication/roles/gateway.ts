// The gateway's role: the register of who is primary, and the one place where outputs become visible.
// It outlives any replica. Granting an incarnation happens here alone, so two primaries are never both heard.
import type { ExternalAction } from '../../jvm/environment.js';
import type { Configuration } from '../configuration.js';
import type { ReplicaId } from '../contracts.js';
import { INTERNAL_ERROR_EXIT_CODE } from '../exit-codes.js';
import { FIRST_RETRY_MS, LONGEST_RETRY_MS, MAXIMUM_LOST_SHOWN } from '../limits.js';
import type { OutputItem } from '../outputs.js';
import {
  describeReplica,
  type GatewayEffect,
  type GatewayEvent,
  processOf,
  type RegisterEntry,
  type ReplicaProcessId,
} from './gateway-step.js';
import { Occurrences } from './occurrences.js';
import { newReplica, type Replica, registerOf, replicaName } from './register.js';
import { ReleasedOutputs } from './released-outputs.js';
import type { Suspicion } from './role.js';

type Suspecting = GatewayEvent & { readonly kind: 'suspect' };

/** A candidate that has not said what it holds. */
const UNKNOWN = -2;
/** Of a replica that has said hello before it is known to have been started. */
const UNKNOWN_PID = 0;

export class Gateway {
  /** All that are alive, in the order of their start, and the ones that were lost last, in the order of their loss. */
  #replicas: readonly Replica[];
  /** Alive, except while its successor is being found. */
  #primary: Replica;
  /** How many there were at first, and shall be. */
  readonly #goal: number;
  #startedCount: number;
  /** The replica that is to be started. */
  #spawning: ReplicaId | null = null;
  /** New backups that were lost one after the other before they were whole. */
  #failedTries = 0;
  readonly #reintegrates: boolean;
  readonly #isRelaxed: boolean;
  #incarnation = 1;
  readonly #released = new ReleasedOutputs();
  readonly #occurrences: Occurrences;
  #ended = false;
  /** The primary whose successor has been granted its incarnation but has not come to its take-over point. */
  #succeeded: Replica | null = null;
  /** While a successor is being found: what the candidates hold, or UNKNOWN. */
  #election: Map<Replica, number> | null = null;

  /** The first replica is the primary, the others are its backups. reintegrates: a lost one is replaced. */
  constructor(
    processes: readonly ReplicaProcessId[],
    options: { readonly reintegrates?: boolean; readonly outputRule?: Configuration['outputRule'] } = {},
  ) {
    this.#replicas = processes.map((process, index) =>
      newReplica(process, index === 0 ? 'primary' : 'backup'),
    );
    const [primary] = this.#replicas;
    if (primary === undefined) throw new Error('there is no machine without a replica');
    this.#primary = primary;
    this.#goal = processes.length;
    this.#startedCount = processes.length;
    this.#reintegrates = options.reintegrates ?? true;
    this.#isRelaxed = options.outputRule === 'relaxed';
    this.#occurrences = new Occurrences({ isRelaxed: this.#isRelaxed });
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  /** Whether a primary has been told to begin with the program. */
  get hasBegun(): boolean {
    return this.#primary.state !== 'starting';
  }

  register(): readonly RegisterEntry[] {
    return registerOf(this.#replicas, this.#primary);
  }

  step(event: GatewayEvent): readonly GatewayEffect[] {
    if (this.#ended) return [];
    if (event.kind === 'written') return this.#written(event.sequence);
    if (event.kind === 'input') return this.#tell(this.#occurrences.answer(event.requestId, event.value));
    if (event.kind === 'signal') return this.#tell(this.#occurrences.signal(event.signal));
    if (event.kind === 'outputFailed') return this.#tell(this.#occurrences.outputFailed(event));
    if (event.kind === 'spawned') return this.#spawned(event);
    if (event.kind === 'notSpawned') return this.#notSpawned(event.id);
    const replica = this.#replicas.find(({ id }) => id === event.id);
    if (replica === undefined) return this.#unknown(event);
    switch (event.kind) {
      case 'hello':
        return this.#hello(replica, event.peerPort);
      case 'outputs':
        return this.#outputs(replica, event.incarnation, event.items);
      case 'lost':
        return this.#lose(replica);
      case 'suspect':
        return this.#suspect(replica, event);
      case 'notified':
        return this.#condemn(replica, 'it was notified to have failed');
      case 'held':
        return this.#held(replica, event.batchNumber);
      case 'whole':
        return this.#whole(replica, event.incarnation, event.peer);
      case 'tookOver':
        return this.#tookOver(replica, event.incarnation, event.epoch);
      case 'status':
        return this.#status(replica, event.epoch);
    }
  }

  /** No backup is ahead of its primary: what it tells is news of that one as well. A new backup tells 0 while it waits
   *  for its state, which is where no machine is. */
  #status(replica: Replica, epoch: number): GatewayEffect[] {
    if (epoch === 0) return [];
    const told = this.#alive(replica) ? [replica, this.#primary] : [replica];
    for (const each of told) each.epoch = Math.max(each.epoch ?? 0, epoch);
    return [];
  }

  /** One that was lost long ago is not heard, whatever it says. But of one that is being started other news may come
   *  before those of its start, or instead of them. */
  #unknown(event: GatewayEvent & { readonly id: ReplicaId }): readonly GatewayEffect[] {
    if (event.id !== this.#spawning) return [];
    if (event.kind === 'hello')
      return [...this.#spawned({ id: event.id, pid: UNKNOWN_PID }), ...this.step(event)];
    if (event.kind !== 'lost' && event.kind !== 'notified') return [];
    this.#spawning = null;
    this.#failedTries++;
    return this.#spawn();
  }

  #alive(replica: Replica): boolean {
    return replica.state !== 'lost' && replica.state !== 'exited';
  }

  /** The backups that are alive. */
  get #backups(): Replica[] {
    return this.#replicas.filter((replica) => replica !== this.#primary && this.#alive(replica));
  }

  /** Replicas that could go on with the program. */
  get #fitCount(): number {
    return this.#replicas.filter((replica) => this.#alive(replica) && !replica.isUnfit).length;
  }

  /** A backup is started when its primary can be reached; a primary does not wait for its backups. */
  #hello(replica: Replica, peerPort: number): GatewayEffect[] {
    if (replica.state !== 'starting' || replica.peerPort !== null) {
      return [{ kind: 'terminate', id: replica.id, reason: 'it is not expected to start' }];
    }
    replica.peerPort = peerPort;
    const isPrimary = replica === this.#primary && this.#election === null;
    return [...(isPrimary ? this.#startPrimary() : []), ...this.#startBackups()];
  }

  #startPrimary(): GatewayEffect[] {
    const primary = this.#primary;
    primary.state = 'running';
    return [
      {
        kind: 'start',
        id: primary.id,
        role: 'primary',
        incarnation: this.#incarnation,
        followers: this.#backups.filter(({ isUnfit }) => !isUnfit).map(({ id }) => id),
        primary: null,
        primaryPort: null,
        reintegrating: false,
      },
      { kind: 'changed' },
      ...this.#resend(primary),
    ];
  }

  /** A backup that is there at the birth of the program follows it from there; another one is re-integrated. */
  #startBackups(): GatewayEffect[] {
    if (this.#primary.state !== 'running') return [];
    const ready = this.#backups.filter(({ state, peerPort }) => state === 'starting' && peerPort !== null);
    return ready.flatMap((backup) => this.#startBackup(backup));
  }

  #startBackup(backup: Replica): GatewayEffect[] {
    const { id, peerPort } = this.#primary;
    const reintegrating = backup.isUnfit;
    backup.state = reintegrating ? 'reintegrating' : 'running';
    const start: GatewayEffect = {
      kind: 'start',
      id: backup.id,
      role: 'backup',
      incarnation: this.#incarnation,
      followers: [],
      primary: id,
      primaryPort: peerPort,
      reintegrating,
    };
    return [
      ...(reintegrating ? [{ kind: 'reintegrate', id, peer: backup.id } as const] : []),
      start,
      { kind: 'changed' },
    ];
  }

  #outputs(replica: Replica, incarnation: number, items: readonly OutputItem[]): GatewayEffect[] {
    if (replica !== this.#primary || incarnation !== this.#incarnation || !this.#alive(replica)) {
      const reason = `incarnation ${incarnation} is over, ${this.#incarnation} has been granted`;
      return [{ kind: 'terminate', id: replica.id, reason }];
    }
    const effects: GatewayEffect[] = [];
    for (const numbered of items) {
      const item = this.#released.number(numbered);
      if (item === null) continue;
      const contradiction = this.#contradiction(item);
      if (contradiction !== null) {
        return [
          ...effects,
          { kind: 'terminate', id: replica.id, reason: contradiction },
          ...this.#lose(replica),
        ];
      }
      this.#released.add(item);
      effects.push({ kind: 'write', item });
      if (item.kind === 'readInput') {
        const { id: requestId, byteCount, wait } = item;
        const isToBeRead = this.#occurrences.asked(requestId);
        if (isToBeRead) effects.push({ kind: 'readInput', requestId, byteCount, wait });
      }
    }
    return effects;
  }

  #contradiction(item: OutputItem): string | null {
    if (item.kind === 'readInput' && this.#occurrences.isAsking && !this.#isRelaxed)
      return 'it asks for standard input twice at once';
    return this.#released.contradiction(item);
  }

  #membership(change: 'lost' | 'whole', { id }: Replica): GatewayEffect[] {
    return this.#tell(this.#occurrences.membership(change, id, this.#fitCount));
  }

  /** To the primary where there is one; a later one is told as well. */
  #tell(action: ExternalAction): GatewayEffect[] {
    const { id, state } = this.#primary;
    return state === 'running' ? [{ kind: 'sendAction', id, action }] : [];
  }

  /** What a new primary may not have: it knows from its log what it has already been told. */
  #resend({ id }: Replica): GatewayEffect[] {
    return this.#occurrences.kept.map((action) => ({ kind: 'sendAction', id, action }));
  }

  #written(sequence: number): GatewayEffect[] {
    const { sequence: own, exitCode } = this.#released.confirm(sequence);
    if (exitCode === null) return [{ kind: 'confirm', sequence: own }];
    this.#ended = true;
    // A successor that had come to the exit before it was one: it has nothing to decide, and is not heard any more.
    const report = this.#reportTakeOver('the end of the program');
    for (const replica of this.#replicas) if (this.#alive(replica)) replica.state = 'exited';
    return [...report, { kind: 'changed' }, { kind: 'end', exitCode }];
  }

  /** The test-and-set: only one who is heard may accuse, and the first one that is believed decides who goes on. One
   *  that answers is no worse than its accuser: then the primary goes on, which needs no take-over. */
  #suspect(replica: Replica, { incarnation, peer, suspicion, alive }: Suspecting): GatewayEffect[] {
    const accused = this.#replicas.find(({ id }) => id === peer);
    if (accused === undefined || incarnation !== this.#incarnation || this.#election !== null) return [];
    if (!this.#alive(replica) || !this.#alive(accused)) return [];
    if (replica !== this.#primary && accused !== this.#primary) return [];
    const isBackupFaulty = suspicion === 'disagrees' || alive || replica.isUnfit;
    const faulty = isBackupFaulty && accused === this.#primary ? replica : accused;
    const cause = suspicion === 'disagrees' ? `: ${disagreement(replica, accused)}` : '';
    return this.#condemn(faulty, reasonOf(suspicion, replica, accused), cause);
  }

  /** A replica found faulty is terminated. cause: what the line about the loss says of it, where the program or its
   *  parameters are to blame and not the replica's host. */
  #condemn(replica: Replica, reason: string, cause = ''): GatewayEffect[] {
    if (!this.#alive(replica)) return [];
    return [{ kind: 'terminate', id: replica.id, reason }, ...this.#lose(replica, cause)];
  }

  #lose(replica: Replica, cause = ''): GatewayEffect[] {
    // Once the program's exit has been taken in, no replica is needed for what is left to do.
    if (!this.#alive(replica) || this.#released.hasExit) return [];
    const wasRunning = replica.state === 'running';
    this.#enterLost(replica);
    if (replica === this.#primary) return [{ kind: 'changed' }, ...this.#losePrimary(replica, wasRunning)];
    if (this.#election !== null) return [{ kind: 'changed' }, ...this.#loseCandidate(replica)];
    return [{ kind: 'changed' }, ...this.#loseBackup(replica, cause)];
  }

  #enterLost(replica: Replica): void {
    replica.state = 'lost';
    this.#replicas = [...this.#replicas.filter((each) => each !== replica), replica];
  }

  #loseBackup(replica: Replica, cause: string): GatewayEffect[] {
    const wasWhole = !replica.isUnfit;
    const what = wasWhole ? 'lost' : 'lost before it was whole';
    const line = `backup ${describeReplica(replica)} ${what}${cause}; ${this.#remainder()} (degraded)`;
    this.#failedTries = wasWhole ? 0 : this.#failedTries + 1;
    // A primary that has not begun is told when it starts.
    const { id, state } = this.#primary;
    const effects: GatewayEffect[] = [{ kind: 'report', line }];
    if (state === 'running') effects.push({ kind: 'drop', id, peer: replica.id });
    if (wasWhole) effects.push(...this.#membership('lost', replica));
    return [...effects, ...this.#spawn()];
  }

  #remainder(): string {
    const count = this.#fitCount;
    return count === 1 ? 'running alone' : `${count} of ${this.#goal} replicas are left`;
  }

  /** wasRunning: it had begun with the program, so that only a backup that follows it can go on. */
  #losePrimary(lost: Replica, wasRunning: boolean): GatewayEffect[] {
    const effects: GatewayEffect[] = [];
    // A new backup that is linked with the lost primary will not get the rest of its state.
    for (const unfinished of this.#backups.filter(({ state }) => state === 'reintegrating')) {
      if (this.#fitCount === 0) break;
      this.#enterLost(unfinished);
      const reason = `its primary ${lost.id} is lost before it was whole`;
      effects.push({ kind: 'terminate', id: unfinished.id, reason });
    }
    const fit = this.#backups.filter(({ isUnfit }) => !isUnfit);
    const running = fit.filter(({ state }) => state === 'running');
    if (fit.length === 0) return [...effects, ...this.#loseAll(lost)];
    if (running.length > 1) {
      this.#election = new Map(running.map((replica) => [replica, UNKNOWN]));
      return [...effects, ...running.map(({ id }): GatewayEffect => ({ kind: 'poll', id }))];
    }
    const [successor] = running;
    if (successor !== undefined) return [...effects, ...this.#promote(lost, successor)];
    return [...effects, ...this.#startInstead(lost, fit[0]!, wasRunning)];
  }

  #loseCandidate(replica: Replica): GatewayEffect[] {
    const line = `backup ${describeReplica(replica)} lost as well`;
    this.#election?.delete(replica);
    return [{ kind: 'report', line }, ...this.#elect()];
  }

  #held(replica: Replica, batchNumber: number): GatewayEffect[] {
    if (this.#election?.has(replica) !== true) return [];
    this.#election.set(replica, batchNumber);
    return this.#elect();
  }

  /** The one that holds most of the log goes on, so that all others can follow it. */
  #elect(): GatewayEffect[] {
    const candidates = [...(this.#election ?? [])];
    if (candidates.some(([, batchNumber]) => batchNumber === UNKNOWN)) return [];
    this.#election = null;
    const lost = this.#primary;
    if (candidates.length === 0) {
      const [starting] = this.#backups.filter(({ isUnfit }) => !isUnfit);
      return starting === undefined ? this.#loseAll(lost) : this.#startInstead(lost, starting, true);
    }
    const [successor] = candidates.reduce((best, next) => (next[1] > best[1] ? next : best));
    return this.#promote(lost, successor);
  }

  #promote(lost: Replica, successor: Replica): GatewayEffect[] {
    this.#succeed(lost, successor);
    const { id, peerPort } = successor;
    const incarnation = this.#incarnation;
    const followers = this.#backups.filter(({ isUnfit }) => !isUnfit);
    const following = followers
      .filter(({ state }) => state === 'running')
      .map((each): GatewayEffect => {
        return { kind: 'follow', id: each.id, incarnation, primary: id, primaryPort: peerPort! };
      });
    return [
      { kind: 'promote', id, incarnation, followers: followers.map((each) => each.id) },
      ...following,
      ...this.#resend(successor),
      ...this.#membership('lost', lost),
      ...this.#startBackups(),
    ];
  }

  #succeed(lost: Replica, successor: Replica): void {
    this.#incarnation++;
    this.#released.succeed();
    this.#primary = successor;
    successor.role = 'primary';
    this.#succeeded = lost;
  }

  /** The successor has not begun: it starts as a primary. Nothing has been released without it. */
  #startInstead(lost: Replica, successor: Replica, wasRunning: boolean): GatewayEffect[] {
    this.#succeed(lost, successor);
    const report = this.#reportTakeOver('epoch 0');
    if (this.#isRelaxed) this.#released.beginAnew();
    const start = successor.peerPort === null ? [] : [...this.#startPrimary(), ...this.#startBackups()];
    return [...report, ...start, ...(wasRunning ? this.#membership('lost', lost) : []), ...this.#spawn()];
  }

  #loseAll(lost: Replica): GatewayEffect[] {
    this.#ended = true;
    const effects: GatewayEffect[] = [];
    if (this.#succeeded !== null) {
      const line = `primary ${describeReplica(this.#succeeded)} lost; ${lost.id} was to take over`;
      effects.push({ kind: 'report', line });
    }
    const unfinished = this.#backups;
    for (const each of unfinished) each.state = 'exited';
    const how =
      unfinished.length > 0
        ? `lost before ${unfinished.map(describeReplica).join(', ')} was whole`
        : 'lost as well';
    const line = `primary ${describeReplica(lost)} ${how}; no replica is left and the program has ended`;
    return [...effects, { kind: 'report', line }, { kind: 'end', exitCode: INTERNAL_ERROR_EXIT_CODE }];
  }

  /** A replacement where a replica is missing, one at a time; the tries come slower and slower where they fail. */
  #spawn(): GatewayEffect[] {
    const isBusy = this.#spawning !== null || this.#backups.some(({ isUnfit }) => isUnfit);
    if (!this.#reintegrates || isBusy || this.#backups.length + 1 >= this.#goal) return [];
    this.#spawning = replicaName(this.#startedCount++);
    const delayMs =
      this.#failedTries === 0 ? 0 : Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failedTries - 1));
    return [{ kind: 'spawn', id: this.#spawning, delayMs }];
  }

  #spawned({ id, pid, node }: ReplicaProcessId): GatewayEffect[] {
    const known = this.#replicas.find((replica) => replica.id === id && replica.pid === UNKNOWN_PID);
    if (known !== undefined) Object.assign(known, { pid, node });
    if (id !== this.#spawning) return known === undefined ? [] : [{ kind: 'changed' }];
    this.#spawning = null;
    const backup = { ...newReplica({ id, pid, node }, 'backup'), isUnfit: true };
    const lost = this.#replicas.filter((each) => !this.#alive(each)).slice(-MAXIMUM_LOST_SHOWN);
    this.#replicas = [...this.#replicas.filter((each) => this.#alive(each) || lost.includes(each)), backup];
    return [{ kind: 'changed' }];
  }

  /** Nobody has had its name: the next try may. */
  #notSpawned(id: ReplicaId): GatewayEffect[] {
    if (id !== this.#spawning) return [];
    this.#spawning = null;
    this.#startedCount--;
    this.#failedTries++;
    return this.#spawn();
  }

  /** From here on one failure more is survived again. */
  #whole(replica: Replica, incarnation: number, peer: ReplicaId): GatewayEffect[] {
    const backup = this.#backups.find(({ id }) => id === peer);
    if (replica !== this.#primary || incarnation !== this.#incarnation || !this.#alive(replica)) return [];
    if (backup?.state !== 'reintegrating') return [];
    backup.state = 'running';
    backup.isUnfit = false;
    this.#failedTries = 0;
    return [
      { kind: 'whole', ...processOf(backup), replicaCount: this.#fitCount, replicaGoal: this.#goal },
      { kind: 'changed' },
      ...this.#membership('whole', backup),
      ...this.#spawn(),
    ];
  }

  #tookOver(replica: Replica, incarnation: number, epoch: number): GatewayEffect[] {
    if (replica !== this.#primary || incarnation !== this.#incarnation || !this.#alive(replica)) return [];
    if (this.#succeeded === null) return [];
    if (this.#isRelaxed) this.#released.beginAnew();
    replica.epoch = epoch;
    // Not before: the start of a process would take its time from the take-over.
    return [...this.#reportTakeOver(`epoch ${epoch}`), ...this.#spawn()];
  }

  #reportTakeOver(point: string): GatewayEffect[] {
    const lost = this.#succeeded;
    if (lost === null) return [];
    this.#succeeded = null;
    const line =
      `primary ${describeReplica(lost)} lost; ${this.#primary.id} takes over at ${point}, ` +
      `incarnation ${this.#incarnation}`;
    return [{ kind: 'report', line }, { kind: 'changed' }];
  }
}

function reasonOf(suspicion: Suspicion, accuser: Replica, accused: Replica): string {
  switch (suspicion) {
    case 'linkLost':
      return `replicas ${accuser.id} and ${accused.id} cannot reach each other`;
    case 'silent':
      return `replica ${accuser.id} has heard nothing of ${accused.id}`;
    case 'stuck':
      return `replica ${accused.id} makes no progress, as ${accuser.id} sees it`;
    case 'disagrees':
      return `${disagreement(accuser, accused)}: one of them has diverged`;
  }
}

function disagreement(one: Replica, other: Replica): string {
  return `replicas ${one.id} and ${other.id} disagree`;
}
