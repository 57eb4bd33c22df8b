// Runs replicas on other nodes through their agents: in turn at first, and a replacement where the fewest are.
import { UserError } from '../../lib/errors.js';
import { AGENT_REDIAL_MS, AGENT_TIMEOUT_MS } from '../limits.js';
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
  /** Settled when a replica that was told to end has ended. */
  readonly ends: Set<Promise<void>>;
}

export class NodeSpawner implements ReplicaSpawner {
  readonly #options: NodeSpawnerOptions;
  readonly #places: readonly Place[];
  #manifest: readonly ManifestFile[] = [];
  #isClosed = false;

  constructor(options: NodeSpawnerOptions) {
    this.#options = options;
    this.#places = options.nodes.map((node) => ({
      node,
      connection: null,
      replicaCount: 0,
      ends: new Set(),
    }));
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
    const untried = new Set(this.#places);
    for (;;) {
      const place = this.#leastUsed(untried);
      const connection = place?.connection;
      if (!place || !connection) {
        if (await isOneEnded(untried)) continue;
        break;
      }
      untried.delete(place);
      place.replicaCount++;
      try {
        return counted(await connection.spawn(order), place);
      } catch (error) {
        place.replicaCount--;
        // That a node is lost is told without this.
        if (!connection.isLost) failures.push((error as Error).message);
      }
    }
    throw new UserError('NODES', `no node can run another replica: ${failures.join('; ') || 'none is free'}`);
  }

  /** Of those that may run one more. */
  #leastUsed(places: Iterable<Place>): Place | undefined {
    const free = [...places].filter(
      ({ connection, replicaCount }) =>
        connection !== null && !(this.#options.isExclusive && replicaCount > 0),
    );
    return free.sort((one, other) => one.replicaCount - other.replicaCount)[0];
  }

  close(): void {
    this.#isClosed = true;
    for (const { connection } of this.#places) connection?.close();
  }
}

/** The replica takes its place up until it has ended. */
function counted(replica: SpawnedReplica, place: Place): SpawnedReplica {
  let isThere = true;
  const end = replica.ended.then(() => {
    isThere = false;
    place.replicaCount--;
    place.ends.delete(end);
  });
  const kill = () => {
    if (isThere) place.ends.add(end);
    replica.kill();
  };
  return { ...replica, kill };
}

/** Waits for one of the replicas there that have been told to end, which makes room. false: there is none such, or it
 *  does not end. */
async function isOneEnded(places: Iterable<Place>): Promise<boolean> {
  const ends = [...places].flatMap((place) => (place.connection === null ? [] : [...place.ends]));
  if (ends.length === 0) return false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, AGENT_TIMEOUT_MS, false);
  });
  const isEnded = await Promise.race([Promise.race(ends).then(() => true), late]);
  clearTimeout(timer);
  return isEnded;
}
