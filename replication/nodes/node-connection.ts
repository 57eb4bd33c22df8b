// A launcher's connection to the agent of one node: compares what the program needs, sends what is missing, has replicas
// started and ended, and tells when the node is lost.
import { createReadStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import type { BirthRecord } from '../../jvm/birth-record.js';
import { UserError } from '../../lib/errors.js';
import { versionTerm } from '../code-digest.js';
import { LAUNCHER, type ReplicaId } from '../contracts.js';
import { AGENT_TIMEOUT_MS, FILE_CHUNK_BYTES } from '../limits.js';
import { type Address, showAddress, type TlsFiles } from '../links/address.js';
import type { Link } from '../links/link.js';
import { connectLink } from '../links/link-dialler.js';
import { HANG_UP, SPEAKS_NO_TLS } from '../links/plain-error.js';
import { type FromAgent, parseFromAgent, type ToAgent, VERSION_TERM } from './agent-messages.js';
import { Beats } from './beats.js';
import type { ManifestFile } from './class-path-manifest.js';
import type { Node } from './node-list.js';
import type { ReplicaOrder, SpawnedReplica, SpawnerOptions } from './replica-spawner.js';
import { seal } from './seal.js';

export interface NodeOptions extends SpawnerOptions {
  readonly record: BirthRecord;
  /** What the agents know as well. */
  readonly token: string;
  readonly tls?: TlsFiles | undefined;
  /** Time without a word from an agent after which its node is taken for lost. */
  readonly silenceMs: number;
  /** AGENT_TIMEOUT_MS where absent. */
  readonly agentTimeoutMs?: number;
}

/** A replica that runs on the node, or is to. */
interface Remote {
  readonly standardError: PassThrough;
  spawned(pid: number, port: number): void;
  ended(how: string): void;
}

export class NodeConnection {
  readonly #node: Node;
  readonly #options: NodeOptions;
  readonly #manifest: readonly ManifestFile[];
  readonly #link: Link;
  readonly #beats: Beats;
  readonly #replicas = new Map<ReplicaId, Remote>();
  /** Settled when the agent has what the program needs. */
  #prepared: { ready(): void; goesOn(): void; unfit(reason: string): void } | null = null;
  #lose: (reason: string) => void = () => {};
  #isLost = false;
  /** Resolves to the reason when the agent cannot be reached any more. */
  readonly lost: Promise<string>;

  /** Reaches the agent and makes it ready for the program. UserError NODE with a sentence. */
  static async open(
    node: Node,
    options: NodeOptions,
    manifest: readonly ManifestFile[],
  ): Promise<NodeConnection> {
    const { tls, report } = options;
    const identity = {
      id: LAUNCHER,
      token: options.token,
      peerPort: 0,
      terms: { [VERSION_TERM]: versionTerm() },
    };
    const changed = (sentence: string) => report(`node ${node.name}: ${sentence}`);
    let connection: NodeConnection | null = null;
    try {
      const link = await connectLink(node.addresses, identity, { tls, changed });
      connection = new NodeConnection(node, options, manifest, link);
      await connection.#prepare();
      return connection;
    } catch (error) {
      connection?.close();
      if (error instanceof UserError && error.code !== 'NODE') throw error;
      const where = node.addresses.map(showAddress).join(', ');
      const { message } = error as Error;
      throw new UserError(
        'NODE',
        `the agent of node ${node.name} (${where}): ${message}${hint(message, tls)}`,
      );
    }
  }

  private constructor(node: Node, options: NodeOptions, manifest: readonly ManifestFile[], link: Link) {
    this.#node = node;
    this.#options = options;
    this.#manifest = manifest;
    this.#link = link;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.#beats = new Beats(link, options.silenceMs, () => this.#lost('it does not answer'));
    link.open({
      text: (text) => {
        this.#beats.heard();
        this.#take(parseFromAgent(text));
      },
      frame: () => this.#lost('it sends what it should not'),
      closed: (error) => this.#lost(error?.message ?? 'its agent is gone'),
    });
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  #lost(reason: string): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#beats.stop();
    this.#link.close(reason);
    for (const replica of [...this.#replicas.values()]) replica.ended(reason);
    this.#lose(reason);
  }

  close(): void {
    this.#lost('the launcher is done');
  }

  async #prepare(): Promise<void> {
    const { record } = this.#options;
    const { mainClass, jdk } = record;
    await this.#withinTime('it does not get ready', (goesOn) => {
      const ready = new Promise<void>((resolve, reject) => {
        const unfit = (reason: string) => reject(new UserError('NODE', reason));
        this.#prepared = { ready: resolve, goesOn, unfit };
        // The link may be down already.
        void this.lost.then(unfit);
      });
      const { version, digest } = jdk;
      this.#tell({ kind: 'prepare', mainClass, jdk: { version, digest }, files: this.#manifest });
      return ready;
    });
  }

  #take(message: FromAgent): void {
    switch (message.kind) {
      case 'lacks':
        this.#prepared?.goesOn();
        this.#sendFiles(message.digests).catch((error: Error) => this.#lost(error.message));
        return;
      case 'taken':
        this.#prepared?.goesOn();
        return;
      case 'ready':
        this.#prepared?.ready();
        return;
      case 'unfit':
        this.#prepared?.unfit(message.reason);
        return;
      case 'spawned':
        this.#replicas.get(message.id)?.spawned(message.pid, message.port);
        return;
      case 'ended':
        this.#replicas.get(message.id)?.ended(message.how);
        return;
      case 'stderr':
        this.#replicas.get(message.id)?.standardError.write(message.text);
        return;
      case 'beat':
        return;
    }
  }

  async #sendFiles(digests: readonly string[]): Promise<void> {
    for (const digest of digests) {
      const file = this.#manifest.find((each) => each.digest === digest);
      if (file === undefined) throw new UserError('NODE', 'it wants a file that the program has not');
      const { byteCount } = file;
      this.#tell({ kind: 'file', digest, byteCount });
      let sentBytes = 0;
      for await (const chunk of createReadStream(file.path, { highWaterMark: FILE_CHUNK_BYTES })) {
        sentBytes += (chunk as Buffer).length;
        await new Promise<void>((resolve) => this.#link.send(chunk as Buffer, resolve));
      }
      if (sentBytes !== byteCount) throw new UserError('NODE', `${file.path} was changed while it was sent`);
    }
  }

  /** Has a replica started. UserError NODE where it is not. */
  async spawn(order: ReplicaOrder): Promise<SpawnedReplica> {
    if (this.#isLost) throw new UserError('NODE', `node ${this.#node.name} is lost`);
    const { id } = order;
    if (this.#replicas.has(id))
      throw new UserError('NODE', `node ${this.#node.name} has not ended a process that was late`);
    const standardError = new PassThrough();
    let settleLost = () => {};
    const lost = new Promise<void>((resolve) => {
      settleLost = resolve;
    });
    const spawned = new Promise<{ pid: number; port: number }>((resolve, reject) => {
      this.#replicas.set(id, {
        standardError,
        spawned: (pid, port) => resolve({ pid, port }),
        ended: (how) => {
          this.#replicas.delete(id);
          reject(new UserError('NODE', `on node ${this.#node.name}: ${how}`));
          standardError.end();
          settleLost();
        },
      });
    });
    this.#tell({ kind: 'spawn', id, birth: seal(this.#link.key(), JSON.stringify(order)) });
    const kill = () => this.#tell({ kind: 'kill', id });
    const late = `node ${this.#node.name} starts no process`;
    const { pid, port } = await this.#withinTime(late, () => spawned, kill);
    return {
      id,
      pid,
      node: this.#node.name,
      lost,
      ended: lost,
      standardError,
      kill,
      linked: this.#linkWith(port, kill),
      addresses: (peerPort) => this.#addresses(peerPort),
      isStopped: () => false,
    };
  }

  #addresses(port: number): readonly Address[] {
    return this.#node.addresses.map(({ host }) => ({ host, port }));
  }

  /** A replica that cannot be reached is ended, and its end is told of. */
  #linkWith(port: number, kill: () => void): Promise<Link> {
    const { identity, tls, report } = this.#options;
    return new Promise((resolve) => {
      connectLink(this.#addresses(port), identity, { tls }).then(resolve, (error: Error) => {
        report(`a replica on node ${this.#node.name} cannot be reached: ${error.message}`);
        kill();
      });
    });
  }

  #tell(message: ToAgent): void {
    this.#link.sendJson(message);
  }

  /** goesOn: begins the time anew. UserError NODE where it passes without an answer. */
  async #withinTime<T>(
    what: string,
    begin: (goesOn: () => void) => Promise<T>,
    tooLate = () => {},
  ): Promise<T> {
    const timeoutMs = this.#options.agentTimeoutMs ?? AGENT_TIMEOUT_MS;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        tooLate();
        reject(new UserError('NODE', `${what} within ${timeoutMs / 1000} s`));
      }, timeoutMs);
    });
    try {
      return await Promise.race([begin(() => void timer?.refresh()), late]);
    } finally {
      clearTimeout(timer);
      timer = undefined;
    }
  }
}

/** What may be behind it: a server that does not take a client's certificate, or misses one, says no more than that. */
function hint(message: string, tls: TlsFiles | undefined): string {
  if (message === SPEAKS_NO_TLS) return '; start it with --tls-cert and its like';
  if (message !== HANG_UP && !message.endsWith('ECONNRESET')) return '';
  if (tls === undefined) return '; does it want --tls-cert and its like?';
  return `; does its --tls-ca certify ${tls.certificate}?`;
}
