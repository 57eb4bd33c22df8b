// What an agent does for one launcher: looks whether it has what the program needs, takes in what is missing, and runs
// replicas, which live no longer than the link to the launcher.
import type { ChildProcess } from 'node:child_process';
import { UserError } from '../../lib/errors.js';
import type { Jdk } from '../../lib/jdk.js';
import type { LocalPaths } from '../contracts.js';
import { LAUNCHER_SILENCE_MS, MAXIMUM_STDERR_TEXT } from '../limits.js';
import type { TlsFiles } from '../links/address.js';
import type { Link } from '../links/link.js';
import { decoding, PeerError } from '../peer-error.js';
import { BIRTH_BY_MESSAGE, type NodePart } from '../replica-birth.js';
import { type FromAgent, parseToAgent, type ToAgent } from './agent-messages.js';
import { Beats } from './beats.js';
import { CopyWriter, cacheFolder, findFiles } from './class-path-cache.js';
import { type ReplicaProcess, startReplicaProcess } from './replica-process.js';
import { unseal } from './seal.js';

/** What the agent's replicas have in common. */
export interface AgentSurroundings {
  readonly hosts: readonly string[];
  readonly tls: TlsFiles | undefined;
  readonly jdk: Jdk;
  readonly report: (line: string) => void;
}

interface SessionHooks {
  /** Whether one more replica may be started. */
  readonly mayStart: () => boolean;
  readonly over: () => void;
}

export class AgentSession {
  readonly #link: Link;
  readonly #surroundings: AgentSurroundings;
  readonly #hooks: SessionHooks;
  readonly #beats: Beats;
  readonly #children = new Map<string, ChildProcess>();
  /** What is looked for, and what is being received of it. */
  #wanted = new Set<string>();
  #writer: CopyWriter | null = null;
  #receiving = '';
  /** Where the program's files are here; null before all of them are. */
  #paths: LocalPaths | null = null;
  #prepared: LocalPaths | null = null;
  /** Of the program; empty before it is known. */
  #mainClass = '';
  #isOver = false;

  constructor(link: Link, surroundings: AgentSurroundings, hooks: SessionHooks) {
    this.#link = link;
    this.#surroundings = surroundings;
    this.#hooks = hooks;
    this.#beats = new Beats(link, LAUNCHER_SILENCE_MS, () => this.end('the launcher is silent'));
  }

  /** Begins; it may be over at once, where the link is closed already. */
  open(): void {
    this.#link.open({
      text: (text) => {
        this.#beats.heard();
        this.#take(parseToAgent(text));
      },
      frame: (bytes) => {
        this.#beats.heard();
        this.#append(bytes);
        this.#tell({ kind: 'taken' });
      },
      closed: (error) => this.end(error?.message ?? null),
    });
  }

  get replicaCount(): number {
    return this.#children.size;
  }

  /** The launcher is gone, or unwanted: its replicas have nobody to run for. reason: null where it has just gone. */
  end(reason: string | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#beats.stop();
    this.#writer?.abandon();
    for (const child of this.#children.values()) child.kill('SIGKILL');
    if (reason === null) this.#surroundings.report(`the launcher${this.#which()} is gone`);
    else {
      this.#surroundings.report(`the link to the launcher${this.#which()} is closed: ${reason}`);
      this.#link.close(reason);
    }
    this.#hooks.over();
  }

  /** Of the launcher: its program, and where it is. */
  #which(): string {
    const { from } = this.#link;
    return `${this.#mainClass === '' ? '' : ` of ${this.#mainClass}`}${from === undefined ? '' : ` at ${from}`}`;
  }

  #take(message: ToAgent): void {
    switch (message.kind) {
      case 'prepare':
        if (this.#prepared !== null) throw new PeerError('ORDER', 'a session has one program');
        this.#prepare(message).catch((error: Error) => this.#tell({ kind: 'unfit', reason: error.message }));
        return;
      case 'file':
        this.#beginFile(message);
        return;
      case 'spawn':
        this.#spawn(message.id, message.birth);
        return;
      case 'kill':
        this.#children.get(message.id)?.kill('SIGKILL');
        return;
      case 'beat':
        return;
    }
  }

  async #prepare({ mainClass, jdk: wanted, files }: ToAgent & { kind: 'prepare' }): Promise<void> {
    const { jdk, report } = this.#surroundings;
    this.#mainClass = mainClass;
    this.#prepared = { jdkHome: jdk.home, files: {}, standIn: cacheFolder() };
    if (wanted.digest !== jdk.digest) {
      const differs = wanted.version === jdk.version ? 'is another build of it' : `is ${jdk.version}`;
      const reason = `the program was started with JDK ${wanted.version}, and the JDK at ${jdk.home} ${differs}`;
      report(`the launcher${this.#which()} is refused: ${reason}`);
      this.#tell({ kind: 'unfit', reason });
      return;
    }
    const { copies, lacking } = await findFiles(files);
    this.#prepared = { ...this.#prepared, files: copies };
    this.#wanted = new Set(lacking);
    if (lacking.length > 0) this.#tell({ kind: 'lacks', digests: lacking });
    else this.#ready();
    const count = `${files.length} class path files, ${lacking.length} to be sent`;
    report(`the launcher${this.#which()} is let in (${count})`);
  }

  #ready(): void {
    this.#paths = this.#prepared;
    this.#tell({ kind: 'ready' });
  }

  #beginFile(file: ToAgent & { kind: 'file' }): void {
    if (this.#writer !== null || !this.#wanted.has(file.digest)) {
      throw new PeerError('ORDER', 'no such file is wanted now');
    }
    try {
      this.#writer = new CopyWriter(file);
    } catch (error) {
      throw new PeerError('LINK', `class path files cannot be kept here: ${(error as Error).message}`);
    }
    this.#receiving = file.digest;
    if (file.byteCount === 0) this.#append(new Uint8Array(0));
  }

  #append(bytes: Uint8Array): void {
    if (this.#writer === null) throw new PeerError('ORDER', 'these bytes belong to no file');
    if (!this.#write(this.#writer, bytes)) return;
    this.#writer = null;
    this.#wanted.delete(this.#receiving);
    if (this.#wanted.size === 0) this.#ready();
  }

  #write(writer: CopyWriter, bytes: Uint8Array): boolean {
    try {
      return writer.append(bytes);
    } catch (error) {
      if (error instanceof PeerError) throw error;
      throw new PeerError('LINK', `class path files cannot be kept here: ${(error as Error).message}`);
    }
  }

  #spawn(id: string, sealed: string): void {
    const paths = this.#paths;
    if (paths === null || this.#children.has(id))
      throw new PeerError('ORDER', 'no replica can be started now');
    if (!this.#hooks.mayStart()) {
      this.#tell({ kind: 'ended', id, how: 'the agent runs too many replicas' });
      return;
    }
    const birth = decoding('the birth of a replica is damaged', (): unknown =>
      JSON.parse(unseal(this.#link.key(), sealed)),
    );
    const replica = this.#start(id);
    if (replica === null) return;
    const { child, standardError } = replica;
    this.#children.set(id, child);
    const { hosts, tls } = this.#surroundings;
    const node: NodePart = { hosts: [...hosts], tls, paths };
    child.on('message', (port) => {
      this.#surroundings.report(`replica ${id} of ${this.#mainClass} runs (pid ${child.pid})`);
      this.#tell({ kind: 'spawned', id, pid: child.pid!, port: port as number });
    });
    child.on('error', (error) => this.#gone(id, error.message));
    // Its last words come before its end.
    child.on('close', (code, signal) => this.#gone(id, signal ?? `exit code ${code}`));
    standardError.setEncoding('utf8').on('data', (text: string) => this.#pass(id, text));
    child.send({ birth, node }, () => {});
  }

  /** null: this node has no means for it, and the launcher is told so. */
  #start(id: string): ReplicaProcess | null {
    try {
      return startReplicaProcess(BIRTH_BY_MESSAGE, true);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#tell({ kind: 'ended', id, how: error.message });
      return null;
    }
  }

  #gone(id: string, how: string): void {
    if (!this.#children.delete(id)) return;
    this.#surroundings.report(`replica ${id} of ${this.#mainClass} has ended (${how})`);
    this.#tell({ kind: 'ended', id, how });
  }

  #pass(id: string, text: string): void {
    for (let start = 0; start < text.length; start += MAXIMUM_STDERR_TEXT) {
      this.#tell({ kind: 'stderr', id, text: text.slice(start, start + MAXIMUM_STDERR_TEXT) });
    }
  }

  #tell(message: FromAgent): void {
    this.#link.sendJson(message);
  }
}
