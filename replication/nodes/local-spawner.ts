// Runs replicas as child processes of the launcher; they find their way to it over the loopback interface.
import { readFileSync } from 'node:fs';
import type { ReplicaId } from '../contracts.js';
import { END_SIGNALS } from '../exit-codes.js';
import { OWN_SIGNAL_MS } from '../limits.js';
import { loopback } from '../links/address.js';
import type { Link } from '../links/link.js';
import { type LinkServer, listenForLinks } from '../links/link-server.js';
import type { ReplicaBirth } from '../replica-birth.js';
import { startReplicaProcess, whenStarted } from './replica-process.js';
import type { ReplicaOrder, ReplicaSpawner, SpawnedReplica, SpawnerOptions } from './replica-spawner.js';

export class LocalSpawner implements ReplicaSpawner {
  readonly #options: SpawnerOptions;
  readonly #expected = new Map<ReplicaId, (link: Link) => void>();
  #server: LinkServer | null = null;

  constructor(options: SpawnerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#server = await listenForLinks({
      identity: () => this.#options.identity,
      accepted: (link) => this.#accept(link),
      refused: this.#options.report,
    });
  }

  #accept(link: Link): void {
    const expected = this.#expected.get(link.peer.id);
    if (expected === undefined) {
      link.close('this replica is not expected');
      return;
    }
    this.#expected.delete(link.peer.id);
    expected(link);
  }

  async spawn(order: ReplicaOrder): Promise<SpawnedReplica> {
    const { id } = order;
    const birth: ReplicaBirth = { ...order, launcherPort: this.#server!.port };
    const { child, standardError } = startReplicaProcess(JSON.stringify(birth), false);
    const linked = new Promise<Link>((resolve) => {
      this.#expected.set(id, resolve);
    });
    const lost = new Promise<void>((resolve) => {
      child.once('exit', (_code, signal) => {
        if (isEndSignal(signal)) setTimeout(resolve, OWN_SIGNAL_MS);
        else resolve();
      });
      child.once('error', () => resolve());
    });
    void lost.then(() => this.#expected.delete(id));
    const ended = new Promise<void>((resolve) => {
      child.once('error', () => resolve());
      child.once('close', () => resolve());
    });
    await whenStarted(child);
    const pid = child.pid!;
    return {
      id,
      pid,
      linked,
      lost,
      ended,
      standardError,
      addresses: loopback,
      isStopped: () => isStopped(pid),
      kill: () => child.kill('SIGKILL'),
    };
  }

  close(): void {
    this.#server?.close();
  }
}

/** A replica that is just starting cannot take a terminal's Ctrl-C yet, which goes to all processes at once. */
function isEndSignal(signal: NodeJS.Signals | null): boolean {
  return END_SIGNALS.some((each) => each === signal);
}

function isStopped(pid: number): boolean {
  try {
    return /\) [Tt] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    // A host without /proc, or no such process: waiting for an answer tells.
    return false;
  }
}
