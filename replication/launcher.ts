// The launcher of a pair: starts the replica processes, sees them die, and is their gateway to the environment.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BirthRecord } from '../jvm/birth-record.js';
import { BinaryWriter } from '../lib/binary.js';
import { writeAction } from './action-codec.js';
import { type Configuration, configurationDigest, DEFAULT_CONFIGURATION } from './configuration.js';
import type { ReplicaId } from './contracts.js';
import { END_SIGNALS } from './exit-codes.js';
import { SIGNAL_GRACE_MS } from './limits.js';
import type { Link } from './links/link.js';
import { type LinkServer, listenForLinks } from './links/link-server.js';
import { type ManageAddress, Manager } from './management/manager.js';
import { decodeFrame, encodeFrame, parseToLauncher, type ToLauncher, type ToReplica } from './messages.js';
import { decodeOutputs } from './outputs.js';
import { PeerError } from './peer-error.js';
import type { Instruments } from './prove/instruments.js';
import { REPLICA_VARIABLE, type ReplicaBirth } from './replica-birth.js';
import { ReplicaNotices } from './replica-notices.js';
import { Gateway, replicaName } from './roles/gateway.js';
import type { GatewayEffect, GatewayEvent } from './roles/gateway-step.js';
import { StandardInput } from './standard-input.js';
import { type OutputFailed, StandardOutput } from './standard-output.js';
import { type State, StateFile } from './state-file.js';

export interface PairOptions {
  readonly record: BirthRecord;
  /** File that always holds the present state of the pair, as JSON; see state-file.ts. */
  readonly stateFile?: string;
  /** Where status, events and metrics are served over HTTP; nowhere where absent. */
  readonly manage?: ManageAddress;
  /** URL of the module whose `machineFactory` makes the machines; that of Java machines where absent. */
  readonly factoryModule?: string;
  readonly configuration?: Configuration;
  /** Whether a lost replica is replaced, as it is where nothing is said. */
  readonly reintegrates?: boolean;
  readonly proof?: Proof;
}

/** What a proof asks of a launcher. */
export interface Proof {
  /** For each replica at its birth. */
  instruments(id: ReplicaId): Instruments;
  /** Told of all that the gateway does. */
  observe(effect: GatewayEffect, gateway: Gateway): void;
  /** Descriptor that the pair's own lines go to; standard error holds what the program writes, and nothing else. */
  readonly reports: number;
}

/** Runs a program on two replicas to its end. Answers its exit code, and 70 where both replicas are lost. The
 *  program is told of SIGINT, SIGTERM and SIGHUP. Throws UserError where it cannot begin. */
export async function launchPair(options: PairOptions): Promise<number> {
  const launcher = new Launcher(options);
  return launcher.run();
}

type EndSignal = (typeof END_SIGNALS)[number];

interface ReplicaProcess {
  readonly id: ReplicaId;
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  link: Link | null;
}

/** Of this process's own Node options, the ones that are of use to replicas. */
function isInherited(option: string): boolean {
  return option === '--enable-source-maps';
}

/** Whether a process of this host is stopped, as by SIGSTOP: it cannot answer, and there is no need to wait for it. */
function isStopped(pid: number): boolean {
  try {
    return /\) [Tt] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    // A host without /proc, or no such process: waiting for an answer tells.
    return false;
  }
}

class Launcher {
  readonly #options: PairOptions;
  readonly #configuration: Configuration;
  readonly #token = randomBytes(32).toString('hex');
  readonly #output: StandardOutput;
  readonly #input = new StandardInput();
  readonly #notices = new ReplicaNotices((line) => this.#report(line));
  readonly #replicas = new Map<ReplicaId, ReplicaProcess>();
  /** Replicas that are suspected and have not answered. */
  readonly #probes = new Map<number, (alive: boolean) => void>();
  #probeCount = 0;
  #launcherPort = 0;
  /** Since when a replacement is on its way, in milliseconds of performance.now(). */
  #degradedSinceMs: number | null = null;
  #gateway: Gateway | null = null;
  #stateFile: StateFile | null = null;
  readonly #manager: Manager;
  #stopping = false;
  /** Writes that have come to their end, and whether one is watched because of a signal. */
  #writtenCount = 0;
  #forcing = false;
  #end: (exitCode: number) => void = () => {};

  constructor(options: PairOptions) {
    this.#options = options;
    this.#configuration = options.configuration ?? DEFAULT_CONFIGURATION;
    const written = (sequence: number) => {
      this.#writtenCount++;
      this.#step({ kind: 'written', sequence });
    };
    const failed: OutputFailed = (stream, error, lasting) =>
      this.#step({ kind: 'outputFailed', stream, error, lasting });
    this.#output = new StandardOutput(written, failed, undefined, options.proof?.reports);
    this.#manager = new Manager({
      program: options.record.mainClass,
      replicaCount: this.#configuration.replicas,
      register: () => ({
        entries: this.#gateway?.register() ?? [],
        incarnation: this.#gateway?.incarnation ?? 1,
      }),
      kill: (id) => this.#replicas.get(id)?.child.kill('SIGKILL'),
      notify: (id) => this.#step({ kind: 'notified', id }),
    });
  }

  async run(): Promise<number> {
    const terms = { configuration: configurationDigest(this.#configuration) };
    const server = await listenForLinks({
      identity: () => ({ id: 'launcher', token: this.#token, peerPort: 0, terms }),
      accepted: (link) => this.#accept(link),
      refused: (sentence) => this.#report(sentence),
    });
    const onSignal = (signal: EndSignal, number: number) => this.#interrupted(signal, number);
    try {
      const ended = new Promise<number>((resolve) => {
        this.#end = resolve;
      });
      for (const signal of END_SIGNALS) process.on(signal, onSignal);
      if (this.#options.manage !== undefined) await this.#manager.serve(this.#options.manage);
      this.#start(server);
      this.#manager.changed();
      void this.#manager.openControl();
      const exitCode = await ended;
      await this.#stopReplicas();
      await this.#output.drain();
      await this.#manager.close(exitCode);
      return exitCode;
    } finally {
      await this.#manager.close(null);
      await this.#stopReplicas();
      this.#input.close();
      await this.#stateFile?.close();
      server.close();
      for (const signal of END_SIGNALS) process.removeListener(signal, onSignal);
    }
  }

  #start(server: LinkServer): void {
    this.#launcherPort = server.port;
    const names = Array.from({ length: this.#configuration.replicas }, (_, index) => replicaName(index));
    // A process that could not be started has no id; its 'error' event follows.
    const replicas = names.map((id) => ({ id, pid: this.#spawn(id).child.pid ?? 0 }));
    this.#gateway = new Gateway(replicas, { reintegrates: this.#options.reintegrates ?? true });
    const { stateFile } = this.#options;
    if (stateFile !== undefined) {
      this.#stateFile = new StateFile(
        stateFile,
        () => this.#state(),
        (sentence) => this.#report(sentence),
      );
    }
  }

  #state(): State {
    const gateway = this.#gateway!;
    return { launcher: process.pid, incarnation: gateway.incarnation, replicas: [...gateway.register()] };
  }

  #spawn(id: ReplicaId): ReplicaProcess {
    const factoryModule =
      this.#options.factoryModule ?? new URL('./machine-factory.js', import.meta.url).href;
    const birth: ReplicaBirth = {
      id,
      token: this.#token,
      launcherPort: this.#launcherPort,
      factoryModule,
      configuration: this.#configuration,
      instruments: this.#options.proof?.instruments(id),
    };
    const main = fileURLToPath(new URL('./replica-main.js', import.meta.url));
    const child = spawn(process.execPath, [...process.execArgv.filter(isInherited), main], {
      env: { ...process.env, [REPLICA_VARIABLE]: JSON.stringify(birth) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#notices.read(id, child.stderr!);
    const exited = new Promise<void>((resolve) => {
      const gone = () => this.#step({ kind: 'lost', id });
      const closed = () => {
        gone();
        this.#replicas.delete(id);
        resolve();
      };
      child.once('exit', gone);
      child.once('error', closed);
      // When its last words have been read.
      child.once('close', closed);
    });
    const replica = { id, child, exited, link: null };
    this.#replicas.set(id, replica);
    return replica;
  }

  /** A replacement; where its process cannot be started, it is lost at once. */
  #spawnReplacement(id: ReplicaId): void {
    if (this.#stopping) return;
    const { child } = this.#spawn(id);
    this.#step({ kind: 'spawned', id, pid: child.pid ?? 0 });
  }

  #accept(link: Link): void {
    const replica = this.#replicas.get(link.peer.id);
    if (replica === undefined || replica.link !== null) {
      link.close('this replica is not expected');
      return;
    }
    const { id } = replica;
    replica.link = link;
    link.open({
      text: (text) => {
        const message = parseToLauncher(text);
        if (message.kind === 'tookOver') this.#manager.tookOver(id);
        if (message.kind === 'status' && message.figures !== undefined)
          this.#manager.figures(id, message.figures);
        // Replicas fail the same way where the machine is at fault; it is said once.
        if (message.kind === 'failed')
          this.#notices.say(id, message.text, `replica ${id} has failed: ${message.text}`);
        else if (message.kind === 'alive') this.#probes.get(message.probe)?.(true);
        else if (message.kind === 'suspect') this.#suspected(id, message);
        else this.#step({ ...message, id });
      },
      frame: (bytes) => {
        const frame = decodeFrame(bytes);
        if (frame.kind !== 'outputs') throw new PeerError('ORDER', `a replica sends no ${frame.kind}`);
        const items = decodeOutputs(frame.bytes);
        this.#step({ kind: 'outputs', id, incarnation: frame.incarnation, items });
      },
      closed: (error) => {
        if (error !== null) this.#report(`the link to replica ${id} is closed: ${error.message}`);
        replica.child.kill('SIGKILL');
        this.#step({ kind: 'lost', id });
      },
    });
    this.#step({ kind: 'hello', id, peerPort: link.peer.peerPort });
  }

  #step(event: GatewayEvent): void {
    // What happens while the replicas are being stopped is no event of the pair.
    if (this.#gateway === null || this.#stopping) return;
    for (const effect of this.#gateway.step(event)) this.#carryOut(effect);
  }

  #carryOut(effect: GatewayEffect): void {
    this.#options.proof?.observe(effect, this.#gateway!);
    switch (effect.kind) {
      case 'start':
        this.#tell(effect.id, { ...effect, record: this.#options.record });
        return;
      case 'promote':
        this.#degradedSinceMs ??= performance.now();
        this.#tell(effect.id, effect);
        return;
      case 'poll':
      case 'follow':
      case 'drop':
        this.#tell(effect.id, effect);
        return;
      case 'spawn': {
        const { id, delayMs } = effect;
        this.#degradedSinceMs ??= performance.now();
        if (delayMs === 0) this.#spawnReplacement(id);
        else setTimeout(() => this.#spawnReplacement(id), delayMs).unref();
        return;
      }
      case 'reintegrate':
        this.#tell(effect.id, { kind: 'reintegrate', peer: effect.peer });
        return;
      case 'whole':
        this.#reportWhole(effect);
        return;
      case 'write':
        this.#output.enqueue(effect.item);
        return;
      case 'readInput': {
        const { requestId, byteCount, wait } = effect;
        this.#input.request(byteCount, wait, (value) => this.#step({ kind: 'input', requestId, value }));
        return;
      }
      case 'sendAction': {
        const writer = new BinaryWriter();
        writeAction(writer, effect.action);
        const frame = encodeFrame({ kind: 'action', bytes: writer.finish() });
        this.#replicas.get(effect.id)?.link?.send(frame);
        return;
      }
      case 'confirm': {
        const frame = encodeFrame({ kind: 'confirmed', sequence: effect.sequence });
        for (const replica of this.#replicas.values()) replica.link?.send(frame);
        return;
      }
      case 'terminate':
        this.#manager.fault(effect.id, effect.reason);
        this.#tell(effect.id, { kind: 'terminate', reason: effect.reason });
        this.#replicas.get(effect.id)?.child.kill('SIGKILL');
        return;
      case 'report':
        this.#report(effect.line);
        return;
      case 'changed':
        void this.#stateFile?.update();
        this.#manager.changed();
        return;
      case 'end':
        this.#end(effect.exitCode);
    }
  }

  /** One that is silent, or that cannot be reached, may only be slow, or be cut off from its accuser alone: it is asked
   *  whether it is alive. */
  #suspected(id: ReplicaId, message: ToLauncher & { kind: 'suspect' }): void {
    if (message.suspicion === 'stuck' || message.suspicion === 'disagrees') {
      this.#step({ ...message, id, alive: false });
      return;
    }
    this.#probe(message.peer, (alive) => {
      if (!alive || message.suspicion !== 'silent') this.#step({ ...message, id, alive });
    });
  }

  #probe(id: ReplicaId, answer: (alive: boolean) => void): void {
    const replica = this.#replicas.get(id);
    if (replica === undefined || isStopped(replica.child.pid ?? 0)) {
      answer(false);
      return;
    }
    const probe = this.#probeCount++;
    this.#probes.set(probe, (alive) => {
      if (this.#probes.delete(probe)) answer(alive);
    });
    this.#tell(id, { kind: 'probe', probe });
    setTimeout(() => {
      // After what has come meanwhile: this process itself may have been stopped.
      setImmediate(() => this.#probes.get(probe)?.(false));
    }, this.#configuration.timeouts.probeMs).unref();
  }

  #reportWhole(effect: GatewayEffect & { kind: 'whole' }): void {
    const { id, pid, replicaCount, replicaGoal } = effect;
    const tookMs = Math.round(performance.now() - (this.#degradedSinceMs ?? performance.now()));
    const isWhole = replicaCount === replicaGoal;
    if (isWhole) this.#degradedSinceMs = null;
    const now = !isWhole
      ? `${replicaCount} of ${replicaGoal} replicas run`
      : `${replicaGoal === 2 ? 'the pair is whole' : `all ${replicaGoal} replicas run`} again after ${tookMs} ms`;
    this.#report(`${id} (pid ${pid}) is the new backup; ${now}`);
  }

  /** A line for people. */
  #report(line: string): void {
    this.#output.report(line);
    this.#manager.notice(line);
  }

  #tell(id: ReplicaId, message: ToReplica): void {
    this.#replicas.get(id)?.link?.sendJson(message);
  }

  /** Replicas hold nothing that an end could damage, so they are ended the way that always works. */
  async #stopReplicas(): Promise<void> {
    this.#stopping = true;
    const replicas = [...this.#replicas.values()];
    for (const { child } of replicas) child.kill('SIGKILL');
    for (const { exited } of replicas) await exited;
  }

  /** A signal is the program's to handle. But where a reader that has stopped reading holds up the output, the program
   *  may never come to it, and this process could not end in good order: then the signal itself ends it. */
  #interrupted(signal: EndSignal, number: number): void {
    this.#step({ kind: 'signal', signal: number });
    const { waiting } = this.#output;
    if (!waiting || this.#forcing) return;
    this.#forcing = true;
    const writtenCount = this.#writtenCount;
    setTimeout(() => {
      this.#forcing = false;
      if (this.#writtenCount === writtenCount) void this.#endBy(signal);
    }, SIGNAL_GRACE_MS).unref();
  }

  async #endBy(signal: EndSignal): Promise<void> {
    await this.#stopReplicas();
    await this.#manager.close(null);
    await this.#stateFile?.close();
    for (const each of END_SIGNALS) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  }
}
