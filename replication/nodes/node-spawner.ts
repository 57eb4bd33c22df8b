// Runs replicas on other nodes through their agents: in turn at first, and a replacement where the fewest are.
import { UserError } from '../../lib/errors.js';
import { AGENT_REDIAL_MS } from '../limits.js';
import { type ManifestFile, readManifest } from './class-path-manifest.js';
import { NodeConnection, type NodeOptions } from './node-connection.js';
import type { Node } from './node-list.js';
import type { ReplicaOrder, ReplicaSpawner, SpawnedReplica } from './replica-spawner.js';

export interface NodeSpawnerOptions extends NodeOptions {
  readonly nodes: readonly Node[];
  /** Two replicas never run on one node: each has files of its own. */
  readonly isExclusive: boolean;
}

/** A node as the launcher knows it. */
interface Place {
  readonly node: Node;
  connection: NodeConnection | null;
  replicaCount: number;
}

export class NodeSpawner implements ReplicaSpawner {
  readonly #options: NodeSpawnerOptions;
  readonly #places: readonly Place[];
  #manifest: readonly ManifestFile[] = [];
  #isClosed = false;

  constructor(options: NodeSpawnerOptions) {
    this.#options = options;
    this.#places = options.nodes.map((node) => ({ node, connection: null, replicaCount: 0 }));
  }

  /** A program begins only when all of its nodes are there. */
  async start(): Promise<void> {
    this.#manifest = await readManifest(this.#options.record.classPath);
    const tries = await Promise.allSettled(this.#places.map((place) => this.#connect(place)));
    for (const one of tries) if (one.status === 'rejected') throw one.reason;
  }

  async #connect(place: Place): Promise<void> {
    const connection = await NodeConnection.open(place.node, this.#options, this.#manifest);
    if (this.#isClosed) {
      connection.close();
      return;
    }
    place.connection = connection;
    void connection.lost.then((reason) => {
      place.connection = null;
      if (this.#isClosed) return;
      this.#options.report(`node ${place.node.name} is lost: ${reason}`);
      this.#reconnect(place);
    });
  }

  /** One that comes back runs replacements again. */
  #reconnect(place: Place): void {
    setTimeout(() => {
      if (this.#isClosed) return;
      this.#connect(place).then(
        () => this.#options.report(`node ${place.node.name} is back`),
        () => this.#reconnect(place),
      );
    }, AGENT_REDIAL_MS).unref();
  }

  async spawn(order: ReplicaOrder): Promise<SpawnedReplica> {
    const failures: string[] = [];
    const untried = new Set(this.#places.filter((place) => this.#isFree(place)));
    while (untried.size > 0) {
      const place = [...untried].reduce((least, other) =>
        other.replicaCount < least.replicaCount ? other : least,
      );
      untried.delete(place);
      const { connection } = place;
      if (connection === null || !this.#isFree(place)) continue;
      place.replicaCount++;
      try {
        const replica = await connection.spawn(order);
        void replica.ended.then(() => place.replicaCount--);
        return replica;
      } catch (error) {
        place.replicaCount--;
        failures.push((error as Error).message);
      }
    }
    throw new UserError('NODES', `no node can run another replica: ${failures.join('; ') || 'none is free'}`);
  }

  #isFree({ connection, replicaCount }: Place): boolean {
    return connection !== null && !(this.#options.isExclusive && replicaCount > 0);
  }

  close(): void {
    this.#isClosed = true;
    for (const { connection } of this.#places) connection?.close();
  }
}
