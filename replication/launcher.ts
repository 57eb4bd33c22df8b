// The launcher of a pair: starts the replica processes, sees them die, and is their gateway to the environment.
import { randomBytes } from 'node:crypto';
import type { BirthRecord } from '../jvm/birth-record.js';
import { BinaryWriter } from '../lib/binary.js';
import { ParameterError, UserError } from '../lib/errors.js';
import { writeAction } from './action-codec.js';
import { type Configuration, configurationDigest, DEFAULT_CONFIGURATION } from './configuration.js';
import { LAUNCHER, type ReplicaId } from './contracts.js';
import { END_SIGNALS } from './exit-codes.js';
import { silenceMs } from './heartbeat.js';
import {
  PROBE_TURNS,
  SIGNAL_STUCK_TURNS,
  SIGNAL_TURN_MS,
  SIGNAL_WATCH_TURNS,
  START_TIMEOUT_MS,
} from './limits.js';
import type { Address } from './links/address.js';
import type { Link } from './links/link.js';
import { type ManageAddress, Manager } from './management/manager.js';
import { decodeFrame, encodeFrame, parseToLauncher, type ToLauncher, type ToReplica } from './messages.js';
import { LocalSpawner } from './nodes/local-spawner.js';
import { NodeSpawner, type NodeSpawnerOptions } from './nodes/node-spawner.js';
import type { ReplicaSpawner, SpawnedReplica } from './nodes/replica-spawner.js';
import { decodeOutputs } from './outputs.js';
import { PeerError } from './peer-error.js';
import type { Instruments } from './prove/instruments.js';
import { ReplicaNotices } from './replica-notices.js';
import { Gateway } from './roles/gateway.js';
import { describeReplica, type GatewayEffect, type GatewayEvent, processOf } from './roles/gateway-step.js';
import { replicaName } from './roles/register.js';
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
  /** Where replicas run; on this host where absent. */
  readonly nodes?: Pick<NodeSpawnerOptions, 'nodes' | 'token' | 'tls'>;
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

interface Replica {
  readonly process: SpawnedReplica;
  link: Link | null;
}

/** Replicas with files of their own take nodes of their own. */
function checkNodes({ files, replicas }: Configuration, nodeCount: number): void {
  if (files === 'shared' || nodeCount >= replicas) return;
  throw new ParameterError(
    'files',
    `replicated takes a node for each of the ${replicas} replicas, and there are ${nodeCount}: name them by --nodes`,
  );
}

class Launcher {
  readonly #options: PairOptions;
  readonly #configuration: Configuration;
  readonly #token = randomBytes(32).toString('hex');
  readonly #output: StandardOutput;
  readonly #input = new StandardInput();
  readonly #notices = new ReplicaNotices((line) => this.#report(line));
  readonly #replicas = new Map<ReplicaId, Replica>();
  /** Replicas that are suspected and have not answered. */
  readonly #probes = new Map<number, (alive: boolean) => void>();
  #probeCount = 0;
  readonly #spawner: ReplicaSpawner;
  /** Why the last replacement could not be started. */
  #spawnFailure: string | null = null;
  /** Since when a replacement is on its way, in milliseconds of performance.now(). */
  #degradedSinceMs: number | null = null;
  #gateway: Gateway | null = null;
  #stateFile: StateFile | null = null;
  readonly #manager: Manager;
  #startWatch: NodeJS.Timeout | undefined;
  #stopping = false;
  /** Writes that have come to their end. */
  #writtenCount = 0;
  #end: (exitCode: number) => void = () => {};

  constructor(options: PairOptions) {
    this.#options = options;
    this.#configuration = options.configuration ?? DEFAULT_CONFIGURATION;
    checkNodes(this.#configuration, options.nodes?.nodes.length ?? 0);
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
      kill: (id) => this.#replicas.get(id)?.process.kill(),
      notify: (id) => this.#step({ kind: 'notified', id }),
    });
    this.#spawner = this.#newSpawner();
  }

  #newSpawner(): ReplicaSpawner {
    const { nodes, record } = this.#options;
    const terms = { configuration: configurationDigest(this.#configuration) };
    const identity = { id: LAUNCHER, token: this.#token, peerPort: 0, terms };
    const report = (sentence: string) => this.#report(sentence);
    if (nodes === undefined) return new LocalSpawner({ identity, report });
    const isExclusive = this.#configuration.files === 'replicated';
    const patienceMs = silenceMs(this.#configuration) + this.#configuration.timeouts.probeMs;
    return new NodeSpawner({ ...nodes, identity, report, record, silenceMs: patienceMs, isExclusive });
  }

  async run(): Promise<number> {
    const onSignal = (signal: EndSignal, number: number) => this.#interrupted(signal, number);
    try {
      const ended = new Promise<number>((resolve) => {
        this.#end = resolve;
      });
      for (const signal of END_SIGNALS) process.on(signal, onSignal);
      if (this.#options.manage !== undefined) await this.#manager.serve(this.#options.manage);
      await this.#spawner.start();
      await this.#start();
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
      clearInterval(this.#startWatch);
      this.#input.close();
      await this.#stateFile?.close();
      this.#spawner.close();
      for (const signal of END_SIGNALS) process.removeListener(signal, onSignal);
    }
  }

  async #start(): Promise<void> {
    const names = Array.from({ length: this.#configuration.replicas }, (_, index) => replicaName(index));
    const replicas = await Promise.all(names.map((id, index) => this.#spawn(id, index === 0)));
    // A process that could not be started has no id; its end follows.
    const reintegrates = this.#options.reintegrates ?? true;
    const { outputRule } = this.#configuration;
    this.#gateway = new Gateway(replicas, { reintegrates, outputRule });
    for (const replica of replicas) this.#follow(replica);
    this.#startWatch = setInterval(() => this.#watchStarts(), silenceMs(this.#configuration));
    const { stateFile } = this.#options;
    if (stateFile !== undefined) {
      this.#stateFile = new StateFile(
        stateFile,
        () => this.#state(),
        (sentence) => this.#report(sentence),
      );
    }
  }

  /** One that is stopped before its first word is missed by nobody else. */
  #watchStarts(): void {
    for (const [id, { process, link }] of this.#replicas) {
      if (link !== null || !process.isStopped()) continue;
      this.#manager.fault(id, 'it is stopped before it has said a word');
      process.kill();
    }
  }

  #state(): State {
    const gateway = this.#gateway!;
    return { launcher: process.pid, incarnation: gateway.incarnation, replicas: [...gateway.register()] };
  }

  async #spawn(id: ReplicaId, leads = false): Promise<SpawnedReplica> {
    const replica = await this.#spawner.spawn({
      id,
      token: this.#token,
      factoryModule: this.#options.factoryModule,
      configuration: this.#configuration,
      leads,
      instruments: this.#options.proof?.instruments(id),
    });
    this.#notices.read(id, replica.standardError);
    this.#replicas.set(id, { process: replica, link: null });
    return replica;
  }

  /** From here on the gateway knows of the replica. */
  #follow({ id, linked, lost, ended }: SpawnedReplica): void {
    // Nobody else would notice one that stops on its way to the first word.
    const tooLate = setTimeout(() => this.#replicas.get(id)?.process.kill(), START_TIMEOUT_MS);
    void Promise.race([linked, lost]).then(() => clearTimeout(tooLate));
    void linked.then((link) => this.#accept(id, link));
    void lost.then(() => this.#step({ kind: 'lost', id }));
    void ended.then(() => this.#replicas.delete(id));
  }

  /** A replacement, where it can be started. */
  async #spawnReplacement(id: ReplicaId): Promise<void> {
    if (this.#stopping) return;
    try {
      const replica = await this.#spawn(id);
      if (this.#stopping) replica.kill();
      this.#spawnFailure = null;
      this.#step({ kind: 'spawned', ...processOf(replica) });
      this.#follow(replica);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (this.#stopping) return;
      // It is tried again and again; what has been said need not be said again.
      if (error.message !== this.#spawnFailure) this.#report(error.message);
      this.#spawnFailure = error.message;
      this.#step({ kind: 'notSpawned', id });
    }
  }

  #accept(id: ReplicaId, link: Link): void {
    const replica = this.#replicas.get(id);
    if (replica === undefined) return;
    replica.link = link;
    const { node } = replica.process;
    const where = node === undefined ? id : `${id} on node ${node}`;
    link.open({
      text: (text) => {
        const message = parseToLauncher(text);
        if (message.kind === 'tookOver') this.#manager.tookOver(id);
        if (message.kind === 'status' && message.figures !== undefined)
          this.#manager.figures(id, message.figures);
        // Replicas fail the same way where the machine is at fault; it is said once.
        if (message.kind === 'failed')
          this.#notices.say(id, message.text, `replica ${where} has failed: ${message.text}`);
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
        replica.process.kill();
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
        this.#tell(effect.id, {
          ...effect,
          primaryAddresses: this.#addressesOf(effect.primary, effect.primaryPort),
          record: this.#options.record,
        });
        return;
      case 'follow':
        this.#tell(effect.id, {
          ...effect,
          primaryAddresses: this.#addressesOf(effect.primary, effect.primaryPort),
        });
        return;
      case 'promote':
        this.#degradedSinceMs ??= performance.now();
        this.#tell(effect.id, effect);
        return;
      case 'poll':
      case 'drop':
        this.#tell(effect.id, effect);
        return;
      case 'spawn': {
        const { id, delayMs } = effect;
        this.#degradedSinceMs ??= performance.now();
        if (delayMs === 0) void this.#spawnReplacement(id);
        else setTimeout(() => void this.#spawnReplacement(id), delayMs).unref();
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
        this.#replicas.get(effect.id)?.process.kill();
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
    if (replica === undefined || replica.process.isStopped()) {
      answer(false);
      return;
    }
    // One that is starting cannot be asked; it has its time for that.
    if (replica.link === null) {
      answer(true);
      return;
    }
    const probe = this.#probeCount++;
    this.#probes.set(probe, (alive) => {
      if (this.#probes.delete(probe)) answer(alive);
    });
    this.#tell(id, { kind: 'probe', probe });
    this.#awaitAnswer(probe, PROBE_TURNS);
  }

  /** In turns, each of which looks at what has come: a host that has no time for this process, or had it stopped, has
   *  none for the replica either. */
  #awaitAnswer(probe: number, turns: number): void {
    const conclude = this.#probes.get(probe);
    if (conclude === undefined) return;
    if (turns === 0) {
      conclude(false);
      return;
    }
    const turn = () => setImmediate(() => this.#awaitAnswer(probe, turns - 1));
    setTimeout(turn, this.#configuration.timeouts.probeMs / PROBE_TURNS).unref();
  }

  #reportWhole(effect: GatewayEffect & { kind: 'whole' }): void {
    const { replicaCount, replicaGoal } = effect;
    const tookMs = Math.round(performance.now() - (this.#degradedSinceMs ?? performance.now()));
    const isWhole = replicaCount === replicaGoal;
    if (isWhole) this.#degradedSinceMs = null;
    const now = !isWhole
      ? `${replicaCount} of ${replicaGoal} replicas run`
      : `${replicaGoal === 2 ? 'the pair is whole' : `all ${replicaGoal} replicas run`} again after ${tookMs} ms`;
    this.#report(`${describeReplica(effect)} is the new backup; ${now}`);
  }

  /** A line for people. */
  #report(line: string): void {
    this.#output.report(line);
    this.#manager.notice(line);
  }

  /** Where other replicas reach this one. */
  #addressesOf(id: ReplicaId | null, port: number | null): readonly Address[] {
    if (id === null || port === null) return [];
    return this.#replicas.get(id)?.process.addresses(port) ?? [];
  }

  #tell(id: ReplicaId, message: ToReplica): void {
    this.#replicas.get(id)?.link?.sendJson(message);
  }

  /** Replicas hold nothing that an end could damage, so they are ended the way that always works. */
  async #stopReplicas(): Promise<void> {
    this.#stopping = true;
    const replicas = [...this.#replicas.values()];
    for (const { process } of replicas) process.kill();
    for (const { process } of replicas) await process.ended;
  }

  /** A signal is the program's to handle. But where a reader that has stopped reading holds up the output, the program
   *  may never come to it, and this process could not end in good order: then the signal itself ends it. */
  #interrupted(signal: EndSignal, number: number): void {
    if (!this.#gateway?.hasBegun) {
      // There is no program yet that it could be told. A terminal's goes to the replicas as well, and ends those that
      // are not yet there to take it.
      void this.#endBy(signal);
      return;
    }
    this.#step({ kind: 'signal', signal: number });
    this.#watchOutput(signal, SIGNAL_WATCH_TURNS);
  }

  /** Looks for a time whether the output moves on. */
  #watchOutput(signal: EndSignal, turns: number, stuckTurns = 0): void {
    if (stuckTurns === SIGNAL_STUCK_TURNS) void this.#endBy(signal);
    if (stuckTurns === SIGNAL_STUCK_TURNS || turns === 0) return;
    const writtenCount = this.#writtenCount;
    const { waiting } = this.#output;
    setTimeout(() => {
      const isStuck = waiting && this.#writtenCount === writtenCount;
      this.#watchOutput(signal, turns - 1, isStuck ? stuckTurns + 1 : 0);
    }, SIGNAL_TURN_MS).unref();
  }

  async #endBy(signal: EndSignal): Promise<void> {
    await this.#stopReplicas();
    await this.#manager.close(null);
    await this.#stateFile?.close();
    for (const each of END_SIGNALS) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  }
}
