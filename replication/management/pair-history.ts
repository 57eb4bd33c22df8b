// What has happened to a pair since its start: told by the register's changes, kept for those who watch it.
// It knows no time and no processes: the launcher tells it both.
import { MAXIMUM_KEPT_EVENTS } from '../limits.js';
import { describeReplica, type RegisterEntry, type ReplicaState } from '../roles/gateway-step.js';
import type { Health, PairEvent, Tally } from './pair-status.js';

type Detail = PairEvent['detail'];

interface Known {
  readonly state: ReplicaState;
  readonly role: RegisterEntry['role'];
  /** When its process was first seen. */
  readonly sinceMs: number;
}

export class PairHistory {
  readonly startMs: number;
  readonly #replicaCount: number;
  readonly #events: PairEvent[] = [];
  readonly #listeners = new Set<(event: PairEvent) => void>();
  #eventCount = 0;
  #known: ReadonlyMap<string, Known> = new Map();
  #incarnation = 1;
  #health: Health = 'starting';
  #healthSinceMs: number;
  #primaryLostMs: number | null = null;
  #takeOvers: Tally = { count: 0, lastTime: null, lastMs: null };
  #reintegrations: Tally = { count: 0, lastTime: null, lastMs: null };

  /** replicaCount: how many make the pair whole. Times are milliseconds since 1970. */
  constructor(replicaCount: number, nowMs: number) {
    this.#replicaCount = replicaCount;
    this.startMs = nowMs;
    this.#healthSinceMs = nowMs;
  }

  get health(): Health {
    return this.#health;
  }

  get takeOvers(): Tally {
    return this.#takeOvers;
  }

  get reintegrations(): Tally {
    return this.#reintegrations;
  }

  /** The latest changes, at most MAXIMUM_KEPT_EVENTS. */
  get events(): readonly PairEvent[] {
    return this.#events;
  }

  /** Calls the listener with every change from now on, until the function that is answered is called. */
  follow(listener: (event: PairEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The register as it is now; what is different from the last time has happened. */
  registerChanged(entries: readonly RegisterEntry[], incarnation: number, nowMs: number): void {
    const before = this.#known;
    this.#known = new Map(
      entries.map(({ id, state, role }) => [id, { state, role, sinceMs: before.get(id)?.sinceMs ?? nowMs }]),
    );
    // A loss comes before what follows from it.
    const losses = entries.filter(({ state }) => state === 'lost');
    for (const entry of new Set([...losses, ...entries])) this.#compare(entry, before.get(entry.id), nowMs);
    if (incarnation !== this.#incarnation) {
      this.#incarnation = incarnation;
      this.#primaryLostMs ??= nowMs;
      this.#takeOvers = tallied(this.#takeOvers, nowMs, null);
    }
    this.#updateHealth(entries, nowMs);
  }

  #compare(entry: RegisterEntry, before: Known | undefined, nowMs: number): void {
    const { id: replica, role, state } = entry;
    if (before?.state === state && before.role === role) return;
    const text = `replica ${describeReplica(entry)}, ${role}: ${state}`;
    this.#add('replica', text, { ...detailOf(entry), state }, nowMs);
    // Its successor may still have to be found.
    if (role === 'primary' && state === 'lost') this.#primaryLostMs ??= nowMs;
    if (before?.state !== 'reintegrating' || state !== 'running') return;
    const durationMs = Math.round(nowMs - before.sinceMs);
    this.#reintegrations = tallied(this.#reintegrations, nowMs, durationMs);
    const told = `replica ${replica} is re-integrated, ${durationMs} ms after its start`;
    this.#add('reintegrated', told, { replica, durationMs }, nowMs);
  }

  #updateHealth(entries: readonly RegisterEntry[], nowMs: number): void {
    const running = entries.filter(({ state }) => state === 'running').length;
    const isStarting = this.#health === 'starting' && entries.every(({ state }) => state !== 'lost');
    if (running >= this.#replicaCount) this.#setHealth('whole', `${running} replicas`, nowMs);
    else if (entries.length > 0 && entries.every(({ state }) => state === 'exited' || state === 'lost'))
      return;
    else if (!isStarting) this.#setHealth('degraded', `${running} of ${this.#replicaCount} replicas`, nowMs);
  }

  #setHealth(health: Health, text: string, nowMs: number): void {
    if (health === this.#health) return;
    const detail: Detail = { health };
    if (this.#health === 'degraded') detail.durationMs = Math.round(nowMs - this.#healthSinceMs);
    const after = detail.durationMs === undefined ? '' : `, degraded for ${detail.durationMs} ms`;
    this.#health = health;
    this.#healthSinceMs = nowMs;
    this.#add('health', `${health}: ${text}${after}`, detail, nowMs);
  }

  /** The new primary has come to its take-over point. */
  tookOver(replica: string, nowMs: number): void {
    if (this.#primaryLostMs === null) return;
    const durationMs = Math.round(nowMs - this.#primaryLostMs);
    this.#primaryLostMs = null;
    this.#takeOvers = { ...this.#takeOvers, lastMs: durationMs };
    const incarnation = this.#incarnation;
    const text = `replica ${replica} has taken over, incarnation ${incarnation}, after ${durationMs} ms`;
    this.#add('takeOver', text, { replica, incarnation, durationMs }, nowMs);
  }

  /** A replica is found faulty, and is being ended. */
  fault(replica: string, reason: string, nowMs: number): void {
    this.#add('fault', `replica ${replica} is ended: ${reason}`, { replica }, nowMs);
  }

  /** A line has been written to standard error. */
  notice(line: string, nowMs: number): void {
    this.#add('notice', line, {}, nowMs);
  }

  /** Somebody has asked for something. */
  command(text: string, detail: Detail, nowMs: number): void {
    this.#add('command', text, detail, nowMs);
  }

  ended(exitCode: number | null, nowMs: number): void {
    this.#health = 'ended';
    const detail: Detail = exitCode === null ? { health: 'ended' } : { health: 'ended', exitCode };
    const text = exitCode === null ? 'ended' : `ended with exit code ${exitCode}`;
    this.#add('health', text, detail, nowMs);
  }

  #add(kind: PairEvent['kind'], text: string, detail: Detail, nowMs: number): void {
    const event = { number: this.#eventCount++, time: timeText(nowMs), kind, text, detail };
    this.#events.push(event);
    if (this.#events.length > MAXIMUM_KEPT_EVENTS) this.#events.shift();
    for (const listener of this.#listeners) listener(event);
  }
}

/** Which replica it is, for programs. */
export function detailOf({ id: replica, pid, node, role }: RegisterEntry): Detail {
  return { replica, pid, ...(node === undefined ? {} : { node }), role };
}

function tallied({ count }: Tally, nowMs: number, lastMs: number | null): Tally {
  return { count: count + 1, lastTime: timeText(nowMs), lastMs };
}

/** ISO 8601 in UTC. */
export function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
