// The management of a running pair: joins the launcher, which tells and does, with the endpoints that people ask.
import { chmodSync, rmSync } from 'node:fs';
import { posixCode, UserError } from '../../lib/errors.js';
import type { ReplicaId } from '../contracts.js';
import type { ReplicaFigures } from '../replica-figures.js';
import {
  describeReplica,
  processOf,
  type RegisterEntry,
  type ReplicaProcessId,
} from '../roles/gateway-step.js';
import { liveSockets, ownSocketPath } from './control-folder.js';
import { CommandRefused, HttpEndpoint, type Managed } from './http-endpoint.js';
import { detailOf, PairHistory, timeText } from './pair-history.js';
import type { PairMetrics } from './pair-metrics.js';
import type { PairStatus } from './pair-status.js';

/** Where HTTP is to be served; port 0: any. */
export interface ManageAddress {
  readonly host: string;
  readonly port: number;
}

/** What the launcher gives its manager. */
export interface ManagerOptions {
  readonly program: string;
  readonly replicaCount: number;
  readonly register: () => { readonly entries: readonly RegisterEntry[]; readonly incarnation: number };
  /** Ends the process of a replica by SIGKILL. */
  readonly kill: (id: ReplicaId) => void;
  /** A detector outside says that a replica has failed. */
  readonly notify: (id: ReplicaId) => void;
}

/** Milliseconds since 1970 that never go back. */
function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

function isAlive({ state }: RegisterEntry): boolean {
  return state !== 'lost' && state !== 'exited';
}

/** Sockets that this process has open: only where one launcher follows another in it is there more than one. */
const openPaths = new Set<string>();

export class Manager implements Managed {
  readonly history: PairHistory;
  readonly #options: ManagerOptions;
  readonly #endpoints: HttpEndpoint[] = [];
  #socketPath: string | null = null;
  #address: string | null = null;
  #isClosed = false;
  readonly #figures = new Map<ReplicaId, ReplicaFigures>();
  #metrics: PairMetrics | null = null;

  constructor(options: ManagerOptions) {
    this.#options = options;
    this.history = new PairHistory(options.replicaCount, nowMs());
  }

  get metrics(): PairMetrics | null {
    return this.#metrics;
  }

  /** Opens the control socket for this user's commands. A host that has no place for one runs pairs all the same. */
  async openControl(): Promise<void> {
    const path = ownSocketPath();
    if (path === null || openPaths.has(path)) return;
    openPaths.add(path);
    this.#socketPath = path;
    const endpoint = new HttpEndpoint({ managed: this, takesCommands: true });
    try {
      // Left behind by a process that had this id.
      rmSync(path, { force: true });
      await endpoint.listen({ path });
      chmodSync(path, 0o600);
    } catch {
      return;
    }
    if (this.#isClosed) {
      rmSync(path, { force: true });
      void endpoint.close();
    } else {
      this.#endpoints.push(endpoint);
      // Which removes what killed launchers have left behind.
      await liveSockets();
    }
  }

  /** Serves status, events and metrics over HTTP. UserError MANAGE where the address cannot be had. */
  async serve({ host, port }: ManageAddress): Promise<void> {
    // Loaded only where somebody wants to measure.
    const { PairMetrics } = await import('./pair-metrics.js');
    this.#metrics = new PairMetrics(() => this.status(), this.history);
    const endpoint = new HttpEndpoint({ managed: this, takesCommands: false });
    try {
      this.#address = await endpoint.listen({ host, port });
    } catch (error) {
      throw new UserError('MANAGE', `--manage ${host}:${port}: it cannot be opened (${posixCode(error)})`);
    }
    this.#endpoints.push(endpoint);
  }

  /** The register may have changed. */
  changed(): void {
    const { entries, incarnation } = this.#options.register();
    this.history.registerChanged(entries, incarnation, nowMs());
    const isThere = (id: ReplicaId) => entries.some((entry) => entry.id === id);
    for (const id of this.#figures.keys()) if (!isThere(id)) this.#figures.delete(id);
  }

  /** What a replica tells of its work. */
  figures(id: ReplicaId, figures: ReplicaFigures): void {
    this.#figures.set(id, figures);
  }

  tookOver(id: ReplicaId): void {
    this.history.tookOver(id, nowMs());
  }

  /** A replica is found faulty, and is being ended. */
  fault(id: ReplicaId, reason: string): void {
    this.history.fault(id, reason, nowMs());
  }

  notice(line: string): void {
    this.history.notice(line, nowMs());
  }

  /** exitCode: of the program; null where a signal or an error ends the launcher. */
  async close(exitCode: number | null): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // At once, since a signal may be on its way.
    if (this.#socketPath !== null) {
      rmSync(this.#socketPath, { force: true });
      openPaths.delete(this.#socketPath);
    }
    this.history.ended(exitCode, nowMs());
    await Promise.all(this.#endpoints.map((endpoint) => endpoint.close()));
  }

  status(): PairStatus {
    const { entries, incarnation } = this.#options.register();
    const primary = entries.find(({ role, state }) => role === 'primary' && state === 'running');
    return {
      launcher: process.pid,
      program: this.#options.program,
      startTime: timeText(this.history.startMs),
      manage: this.#address,
      health: this.history.health,
      incarnation,
      takeOvers: this.history.takeOvers,
      reintegrations: this.history.reintegrations,
      replicas: entries.map((entry) => {
        const { id, role, state, epoch } = entry;
        const isKnown = role === 'backup' && state === 'running' && epoch !== null;
        const skewEpochs = isKnown && primary?.epoch ? Math.max(0, primary.epoch - epoch) : null;
        return {
          ...processOf(entry),
          role,
          state,
          epoch,
          skewEpochs,
          figures: this.#figures.get(id) ?? null,
        };
      }),
    };
  }

  kill(target: string): ReplicaProcessId {
    const found = this.#find(target);
    this.history.command(`kill ${found.role} ${describeReplica(found)}`, detailOf(found), nowMs());
    this.#options.kill(found.id);
    return processOf(found);
  }

  /** The patent's external failure notification: some other detector has found a replica faulty. */
  notify(target: string): ReplicaProcessId {
    const found = this.#find(target);
    const { id, role, state } = found;
    const running = this.#options.register().entries.filter((entry) => entry.state === 'running');
    if (state === 'running' && running.length === 1) {
      throw new CommandRefused(
        `${id} is the only replica that is whole; without it the program would be lost`,
      );
    }
    this.history.command(
      `${role} ${describeReplica(found)} is reported to have failed`,
      detailOf(found),
      nowMs(),
    );
    this.#options.notify(id);
    return processOf(found);
  }

  #find(target: string): RegisterEntry {
    const alive = this.#options.register().entries.filter(isAlive);
    const isRole = target === 'primary' || target === 'backup';
    const found = isRole
      ? (alive.find(({ role, state }) => role === target && state === 'running') ??
        alive.find(({ role }) => role === target))
      : alive.find(({ id }) => id === target);
    if (found !== undefined) return found;
    const names = alive.map(({ id, role }) => `${id} (${role})`).join(', ');
    const there = names === '' ? 'no replica is alive' : `alive are ${names}`;
    throw new CommandRefused(`there is no ${isRole ? target : `replica ${target}`}; ${there}`);
  }
}
