// The simulator: the real roles and executions with toy machines in virtual time, under a seeded generator that
// chooses delays, losses in flight and the moment of faults. The same seed gives the same run.

import type { ActionResult } from '../../jvm/environment.js';
import { HostError } from '../../jvm/environment.js';
import { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import { generator } from '../../lib/generator.js';
import { readAction, writeAction } from '../../replication/action-codec.js';
import {
  type Configuration,
  type ConfigurationInput,
  checkConfiguration,
} from '../../replication/configuration.js';
import type { HostRequest } from '../../replication/contracts.js';
import { Execution } from '../../replication/execution.js';
import { decodeOutputs } from '../../replication/outputs.js';
import { Backup } from '../../replication/roles/backup.js';
import { Gateway, replicaName } from '../../replication/roles/gateway.js';
import type { GatewayEffect, GatewayEvent } from '../../replication/roles/gateway-step.js';
import { Primary } from '../../replication/roles/primary.js';
import type { ReplicaEffect, ReplicaEvent, ReplicaRole } from '../../replication/roles/role.js';
import { decodeState, encodeState, type SavedState } from '../../replication/saved-execution.js';
import type { Program } from './toy-machine.js';
import { ToyMachine } from './toy-machine.js';

export interface Fault {
  /** It happens before the event of this number. */
  readonly atEvent: number;
  /** killPrimary, killBackup: as by SIGKILL, the backup in whatever state it is. splitLink: the replicas lose their link while both live. */
  readonly kind: 'killPrimary' | 'killBackup' | 'splitLink';
}

export interface Outcome {
  /** All bytes that became visible, both streams in their order. */
  readonly text: string;
  readonly exitCode: number;
  /** Contents by path at the end. */
  readonly files: ReadonlyMap<string, string>;
  readonly reports: readonly string[];
  readonly eventCount: number;
  /** Outputs of an old incarnation that the gateway refused. */
  readonly refusedCount: number;
  /** How often there were two replicas again. */
  readonly wholeCount: number;
  /** Changes of files that were found to have been made already. */
  readonly settledCount: number;
}

interface SimulatedReplica {
  readonly id: string;
  /** The other ends of its links. */
  readonly links: Set<SimulatedReplica>;
  /** Who may link with it, and who wanted to before that was known. */
  readonly expected: Set<string>;
  readonly earlyLinks: Set<SimulatedReplica>;
  alive: boolean;
  role: ReplicaRole | null;
  execution: Execution | null;
  /** What came before it was told its role: links come up in any order. */
  early: ReplicaEvent[];
  machineWakes: number;
  readonly flow: {
    backupEpoch: number;
    acknowledgedBatch: number;
    confirmedSequence: number;
    takenPosts: number;
  };
  readonly clockOriginNs: bigint;
}

/** Faults that follow each re-integration: so many in all, each within a time after it. */
export interface Chain {
  readonly count: number;
  readonly withinUs: number;
}

/** The longest run that a test means; beyond it something is stuck. */
const MAXIMUM_EVENTS = 300_000;

export { generator };

interface ScheduledEvent {
  readonly timeUs: number;
  readonly order: number;
  readonly run: () => void;
}

export class Simulation {
  readonly #random: () => number;
  readonly #program: Program;
  readonly #faults: Fault[];
  readonly #queue: ScheduledEvent[] = [];
  readonly #channels = new Map<string, { lastUs: number; cutUs: number }>();
  readonly #gateway: Gateway;
  readonly #parameters: Configuration;
  readonly #replicas: SimulatedReplica[];
  #chained: number;
  readonly #chainWithinUs: number;
  #wholeCount = 0;
  readonly #decoder = new TextDecoder();
  #nowUs = 0;
  #order = 0;
  #text = '';
  /** The one file system of both replicas. */
  readonly #files = new Map<string, Uint8Array>();
  #inputCount = 0;
  #reports: string[] = [];
  #exitCode: number | null = null;
  #refusedCount = 0;
  #settledCount = 0;

  constructor(
    seed: number,
    program: Program,
    faults: readonly Fault[],
    chain?: Chain,
    configuration: ConfigurationInput = {},
  ) {
    this.#parameters = checkConfiguration(configuration, 'the simulation');
    this.#chained = chain?.count ?? 0;
    this.#chainWithinUs = chain?.withinUs ?? 0;
    this.#random = generator(seed);
    this.#program = program;
    this.#faults = [...faults].sort((left, right) => left.atEvent - right.atEvent);
    const ids = Array.from({ length: this.#parameters.replicas }, (_, index) => replicaName(index));
    this.#replicas = ids.map((id) => this.#newReplica(id));
    this.#gateway = new Gateway(ids.map((id, index) => ({ id, pid: index + 1 })));
  }

  #newReplica(id: string): SimulatedReplica {
    return {
      id,
      links: new Set(),
      expected: new Set(),
      earlyLinks: new Set(),
      alive: true,
      role: null,
      execution: null,
      early: [],
      machineWakes: 0,
      flow: { backupEpoch: 0, acknowledgedBatch: -1, confirmedSequence: -1, takenPosts: 0 },
      // Every host counts its monotonic clock from another origin.
      clockOriginNs: BigInt(Math.floor(this.#random() * 1e12)),
    };
  }

  run(): Outcome {
    for (const replica of this.#replicas) this.#sayHello(replica);
    if (this.#chained > 0) this.#chainFault();
    let eventCount = 0;
    while (this.#exitCode === null) {
      for (; this.#faults[0]?.atEvent === eventCount; this.#faults.shift()) this.#inject(this.#faults[0]);
      const event = this.#takeEvent();
      if (event === undefined) throw new Error(`nothing happens any more at ${this.#nowUs} us`);
      if (++eventCount > MAXIMUM_EVENTS) throw new Error('the run does not end');
      this.#nowUs = event.timeUs;
      event.run();
    }
    return {
      text: this.#text,
      exitCode: this.#exitCode,
      files: new Map([...this.#files].map(([path, bytes]) => [path, this.#decoder.decode(bytes)])),
      reports: this.#reports,
      eventCount,
      refusedCount: this.#refusedCount,
      settledCount: this.#settledCount,
      wholeCount: this.#wholeCount,
    };
  }

  #sayHello({ id }: SimulatedReplica): void {
    this.#send(id, 'gateway', () => this.#toGateway({ kind: 'hello', id, peerPort: 1 }), 5000);
  }

  #chainFault(): void {
    if (this.#chained === 0) return;
    this.#chained--;
    const kind = (['killPrimary', 'killBackup', 'splitLink'] as const)[Math.floor(this.#random() * 3)]!;
    const delayUs = Math.floor(this.#random() * this.#chainWithinUs);
    this.#at(this.#nowUs + delayUs, () => this.#inject({ atEvent: -1, kind }));
  }

  // A binary heap would be faster; the queue holds a few dozen events.
  #takeEvent(): ScheduledEvent | undefined {
    let best = 0;
    for (let index = 1; index < this.#queue.length; index++) {
      const event = this.#queue[index]!;
      const first = this.#queue[best]!;
      if (event.timeUs < first.timeUs || (event.timeUs === first.timeUs && event.order < first.order))
        best = index;
    }
    return this.#queue.splice(best, 1)[0];
  }

  #at(timeUs: number, run: () => void): void {
    this.#queue.push({ timeUs, order: this.#order++, run });
  }

  /** Sends in order per channel. What a killed sender had under way may arrive, or only the beginning of it. */
  #send(from: string, to: string, run: () => void, maximumUs = 400): void {
    const channel = this.#channel(from, to);
    channel.lastUs = Math.max(channel.lastUs, this.#nowUs + Math.floor(this.#random() * maximumUs));
    const arrivalUs = channel.lastUs;
    this.#at(arrivalUs, () => {
      if (arrivalUs <= channel.cutUs) run();
    });
  }

  #channel(from: string, to: string): { lastUs: number; cutUs: number } {
    const name = `${from}>${to}`;
    let channel = this.#channels.get(name);
    if (channel === undefined) this.#channels.set(name, (channel = { lastUs: 0, cutUs: Infinity }));
    return channel;
  }

  #inject(fault: Fault): void {
    const register = this.#gateway.register();
    if (fault.kind === 'splitLink') {
      // At least one of the two notices it.
      const linked = this.#replicas.filter(({ alive, links }) => alive && links.size > 0);
      const first = linked[Math.floor(this.#random() * linked.length)];
      const [second] = first?.links ?? [];
      if (first === undefined || second === undefined) return;
      const lose = (replica: SimulatedReplica, other: SimulatedReplica) =>
        this.#at(this.#nowUs + Math.floor(this.#random() * 500), () => this.#loseLink(replica, other));
      lose(first, second);
      if (this.#random() < 0.5) lose(second, first);
      return;
    }
    const role = fault.kind === 'killPrimary' ? 'primary' : 'backup';
    const entries = register.filter((candidate) => candidate.role === role && candidate.state !== 'lost');
    const entry = entries.length > 1 ? entries[Math.floor(this.#random() * entries.length)] : entries[0];
    const victim = this.#replicas.find((replica) => replica.id === entry?.id);
    if (victim?.alive) this.#kill(victim);
  }

  #kill(victim: SimulatedReplica): void {
    if (!victim.alive) return;
    victim.alive = false;
    for (const to of ['gateway', ...this.#replicas.map(({ id }) => id)]) {
      if (to === victim.id) continue;
      const channel = this.#channel(victim.id, to);
      channel.cutUs = this.#nowUs + Math.floor(this.#random() * 300);
      // The closed socket is seen after what was in it; the exit of the process at any time.
      if (to !== 'gateway') this.#at(channel.cutUs + 1, () => this.#loseLink(this.#named(to), victim));
    }
    const delayUs = Math.floor(this.#random() * 1000);
    this.#at(this.#nowUs + delayUs, () => this.#toGateway({ kind: 'lost', id: victim.id }));
  }

  #loseLink(replica: SimulatedReplica, other: SimulatedReplica): void {
    if (replica.links.delete(other)) this.#toReplica(replica, { kind: 'linkLost', peer: other.id });
  }

  /** A backup has come to its primary's door. */
  #openLink(primary: SimulatedReplica, backup: SimulatedReplica): void {
    if (!primary.alive || !backup.alive) {
      this.#loseLink(backup, primary);
      return;
    }
    primary.earlyLinks.add(backup);
    this.#openExpected(primary);
  }

  #openExpected(primary: SimulatedReplica): void {
    for (const backup of primary.earlyLinks) {
      if (!primary.expected.delete(backup.id)) continue;
      primary.earlyLinks.delete(backup);
      primary.links.add(backup);
      this.#toReplica(primary, { kind: 'linked', peer: backup.id });
      // It hears of the open link as the answer to its own hello.
      this.#send(primary.id, backup.id, () => {
        if (backup.links.has(primary)) this.#toReplica(backup, { kind: 'linked', peer: primary.id });
      });
      if (!backup.alive) this.#loseLink(primary, backup);
    }
  }

  /** A backup goes to its primary's door. */
  #connect(backup: SimulatedReplica, primary: SimulatedReplica): void {
    backup.links.add(primary);
    this.#send(backup.id, primary.id, () => this.#openLink(primary, backup), 3000);
  }

  /** A message over the link, for as long as both ends have it. */
  #toPeer(replica: SimulatedReplica, peer: string, event: ReplicaEvent, maximumUs?: number): void {
    const { id } = replica;
    const other = this.#named(peer);
    if (!replica.links.has(other)) return;
    this.#send(
      id,
      peer,
      () => {
        if (other.links.has(replica)) this.#toReplica(other, event);
      },
      maximumUs,
    );
  }

  /** A backup has one link, the one to its primary. */
  #toPrimary(replica: SimulatedReplica, event: ReplicaEvent): void {
    for (const { id } of replica.links) this.#toPeer(replica, id, event);
  }

  #toGateway(event: GatewayEvent): void {
    for (const effect of this.#gateway.step(event)) this.#gatewayEffect(effect);
  }

  #gatewayEffect(effect: GatewayEffect): void {
    switch (effect.kind) {
      case 'start': {
        const replica = this.#named(effect.id);
        this.#send('gateway', effect.id, () => this.#start(replica, effect.role, effect));
        return;
      }
      case 'promote': {
        const { id, incarnation, followers } = effect;
        this.#send('gateway', id, () => {
          const replica = this.#named(id);
          if (!replica.alive) return;
          for (const follower of followers) replica.expected.add(follower);
          this.#toReplica(replica, { kind: 'promoted', incarnation, followers });
          this.#openExpected(replica);
        });
        return;
      }
      case 'poll':
        this.#tell(effect.id, { kind: 'polled' });
        return;
      case 'follow': {
        const { id, incarnation, primary } = effect;
        this.#send('gateway', id, () => {
          const replica = this.#named(id);
          if (!replica.alive) return;
          this.#toReplica(replica, { kind: 'succeeded', incarnation, primary });
          this.#connect(replica, this.#named(primary));
        });
        return;
      }
      case 'drop':
        this.#tell(effect.id, { kind: 'dropped', peer: effect.peer });
        return;
      case 'spawn': {
        const startUs = effect.delayMs * 1000 + Math.floor(this.#random() * 8000);
        this.#at(this.#nowUs + startUs, () => {
          const replica = this.#newReplica(effect.id);
          this.#replicas.push(replica);
          this.#toGateway({ kind: 'spawned', id: effect.id, pid: this.#replicas.length });
          this.#sayHello(replica);
        });
        return;
      }
      case 'reintegrate': {
        const { id, peer } = effect;
        this.#send('gateway', id, () => {
          const replica = this.#named(id);
          if (!replica.alive) return;
          replica.expected.add(peer);
          this.#toReplica(replica, { kind: 'reintegrate', peer });
          this.#openExpected(replica);
        });
        return;
      }
      case 'whole':
        this.#wholeCount++;
        this.#chainFault();
        return;
      case 'write': {
        const { item } = effect;
        if (item.kind === 'write') this.#text += this.#decoder.decode(item.bytes);
        this.#send('gateway', 'writer', () => this.#toGateway({ kind: 'written', sequence: item.sequence }));
        return;
      }
      case 'readInput': {
        const { requestId, wait } = effect;
        // Input is the numbers from 0 on.
        const value =
          !wait && this.#random() < 0.5 ? null : new TextEncoder().encode(String(this.#inputCount++));
        this.#send('input', 'gateway', () => this.#toGateway({ kind: 'input', requestId, value }), 3000);
        return;
      }
      case 'sendAction': {
        // The toy programs have no membership to see.
        if (effect.action.kind === 'membership') return;
        const writer = new BinaryWriter();
        writeAction(writer, effect.action);
        this.#tell(effect.id, { kind: 'action', bytes: writer.finish() });
        return;
      }
      case 'confirm':
        for (const { id } of this.#replicas) this.#tell(id, { kind: 'confirmed', sequence: effect.sequence });
        return;
      case 'terminate': {
        this.#refusedCount++;
        const replica = this.#named(effect.id);
        // A terminated replica lives on for a while and goes on talking.
        this.#at(this.#nowUs + Math.floor(this.#random() * 5000), () => this.#kill(replica));
        return;
      }
      case 'report':
        this.#reports.push(effect.line);
        return;
      case 'changed':
        return;
      case 'end':
        this.#exitCode = effect.exitCode;
    }
  }

  #named(id: string): SimulatedReplica {
    return this.#replicas.find((replica) => replica.id === id)!;
  }

  #tell(id: string, event: ReplicaEvent): void {
    this.#send('gateway', id, () => this.#toReplica(this.#named(id), event));
  }

  #start(
    replica: SimulatedReplica,
    role: 'primary' | 'backup',
    { incarnation, followers, primary, reintegrating }: GatewayEffect & { kind: 'start' },
  ): void {
    if (!replica.alive) return;
    const parameters = this.#parameters;
    replica.role =
      role === 'primary'
        ? new Primary({ incarnation, parameters, followers })
        : new Backup({ incarnation, parameters, primary: primary!, reintegrating });
    if (!reintegrating) {
      this.#newExecution(replica, role, followers.length > 0, null);
      this.#wakeMachine(replica);
    }
    const { early } = replica;
    replica.early = [];
    for (const event of early) this.#toReplica(replica, event);
    if (role === 'backup') {
      this.#connect(replica, this.#named(primary!));
      this.#progressLater(replica);
    } else {
      for (const id of followers) replica.expected.add(id);
      this.#openExpected(replica);
    }
  }

  #newExecution(
    replica: SimulatedReplica,
    role: 'primary' | 'backup',
    recording: boolean,
    saved: { readonly state: SavedState; readonly batchNumber: number } | null,
  ): void {
    const { id, flow } = replica;
    const main = (run: () => void) => this.#send(`${id}.machine`, id, run, 100);
    replica.execution = new Execution({
      role,
      recording,
      parameters: this.#parameters,
      flow,
      host: {
        monotonicNs: () => this.#clockNs(replica),
        perform: (request) => this.#perform(replica, request),
      },
      sink: {
        post: (post) =>
          main(() => {
            flow.takenPosts++;
            this.#toReplica(replica, { kind: 'posted', post });
          }),
        tookOver: (epoch) => main(() => this.#toReplica(replica, { kind: 'tookOver', epoch })),
        saved: (peer, state, batchNumber) =>
          main(() => this.#toReplica(replica, { kind: 'saved', peer, state, batchNumber })),
        checked: (checkpoint) => main(() => this.#toReplica(replica, { kind: 'checked', checkpoint })),
        joining: (peer, batchNumber) =>
          main(() => this.#toReplica(replica, { kind: 'joining', peer, batchNumber })),
      },
      createMachine: (environment) =>
        saved === null
          ? new ToyMachine(this.#program, environment)
          : ToyMachine.restore(this.#program, environment, saved.state.machine),
      ...(saved === null
        ? {}
        : { restored: { execution: saved.state.execution, batchNumber: saved.batchNumber } }),
    });
    if (saved !== null) {
      const { epoch } = replica.execution;
      main(() => this.#toReplica(replica, { kind: 'restored', epoch }));
    }
  }

  #progressLater(replica: SimulatedReplica): void {
    this.#at(this.#nowUs + 10_000, () => {
      if (!replica.alive || replica.role?.name !== 'backup') return;
      this.#toReplica(replica, { kind: 'progress', epoch: replica.execution?.epoch ?? 0 });
      this.#progressLater(replica);
    });
  }

  #clockNs(replica: SimulatedReplica): bigint {
    return replica.clockOriginNs + BigInt(this.#nowUs) * 1000n;
  }

  #perform(replica: SimulatedReplica, request: HostRequest) {
    switch (request.kind) {
      case 'readMonotonicClock':
        return this.#clockNs(replica);
      case 'readWallClock':
        return BigInt(this.#nowUs) * 1000n;
      case 'readEntropy':
        return Uint8Array.from({ length: request.byteCount }, () => Math.floor(this.#random() * 256));
      default:
        return this.#changeFile(request);
    }
  }

  #changeFile(request: HostRequest): ActionResult {
    const files = this.#files;
    const signs = { gone: new HostError('ENOENT', ''), taken: new HostError('EEXIST', '') };
    const sign = (name: keyof typeof signs) => {
      this.#settledCount++;
      return signs[name];
    };
    switch (request.kind) {
      case 'readFileAttributes':
        return files.has(request.path) ? [0n] : signs.gone;
      case 'openForWriting':
        if (request.exclusive && files.has(request.path)) return sign('taken');
        files.set(request.path, new Uint8Array(0));
        return null;
      case 'writeFile': {
        const old = files.get(request.path) ?? new Uint8Array(0);
        const { bytes, position } = request;
        const bytesNow = new Uint8Array(Math.max(old.length, position! + bytes.length));
        bytesNow.set(old);
        bytesNow.set(bytes, position!);
        files.set(request.path, bytesNow);
        return bytes.length;
      }
      case 'deleteFile':
        return files.delete(request.path) ? null : sign('gone');
      case 'renameFile': {
        const bytes = files.get(request.path);
        if (bytes === undefined) return sign('gone');
        files.delete(request.path);
        files.set(request.target, bytes);
        return null;
      }
      default:
        throw new Error(`the simulated host does not know ${request.kind}`);
    }
  }

  #toReplica(replica: SimulatedReplica, event: ReplicaEvent): void {
    if (!replica.alive) return;
    if (replica.role === null) {
      replica.early.push(event);
      return;
    }
    for (const effect of replica.role.step(event)) this.#replicaEffect(replica, effect);
  }

  #replicaEffect(replica: SimulatedReplica, effect: ReplicaEffect): void {
    const { id, flow } = replica;
    const toMachine = (run: () => void, maximumUs = 100) =>
      this.#send(
        id,
        `${id}.machine`,
        () => {
          run();
          this.#wakeMachine(replica);
        },
        maximumUs,
      );
    switch (effect.kind) {
      case 'sendLog':
        this.#toPeer(replica, effect.peer, { ...effect, kind: 'log', peer: id });
        return;
      case 'acknowledge':
        this.#toPrimary(replica, { ...effect, kind: 'acknowledged', peer: id });
        return;
      case 'sendCompared':
        this.#toPrimary(replica, { ...effect, kind: 'compared', peer: id });
        return;
      case 'sendChecked':
        this.#toPrimary(replica, { ...effect, kind: 'peerChecked', peer: id });
        return;
      case 'sendOutputs': {
        const items = decodeOutputs(effect.block.bytes);
        const event = { kind: 'outputs', id, incarnation: effect.incarnation, items } as const;
        this.#send(id, 'gateway', () => this.#toGateway(event));
        return;
      }
      case 'suspect':
        // The launcher asks the accused, which may take its time.
        this.#send(id, 'gateway', () => {
          const accused = this.#named(effect.peer);
          this.#at(this.#nowUs + Math.floor(this.#random() * 1000), () =>
            this.#toGateway({ ...effect, kind: 'suspect', id, alive: accused.alive }),
          );
        });
        return;
      case 'reportHeld':
        this.#send(id, 'gateway', () => this.#toGateway({ ...effect, kind: 'held', id }));
        return;
      case 'reportTakeOver':
        this.#send(id, 'gateway', () => this.#toGateway({ ...effect, kind: 'tookOver', id }));
        return;
      case 'feedMachine':
        toMachine(() => replica.execution!.append(effect.batch.bytes));
        return;
      case 'feedAction':
        toMachine(() => replica.execution!.occur(readAction(new BinaryReader(effect.bytes))));
        return;
      case 'promoteMachine':
        toMachine(() => replica.execution!.promote(effect.followed));
        return;
      case 'stopRecording':
        toMachine(() => replica.execution!.stopRecording());
        return;
      case 'flowBackup':
        flow.backupEpoch = effect.epoch;
        flow.acknowledgedBatch = effect.batchNumber;
        this.#wakeMachine(replica);
        return;
      case 'flowConfirmed':
        flow.confirmedSequence = effect.sequence;
        this.#wakeMachine(replica);
        return;
      case 'closeLink': {
        const other = this.#named(effect.peer);
        replica.links.delete(other);
        replica.expected.delete(effect.peer);
        this.#send(id, other.id, () => this.#loseLink(other, replica));
        return;
      }
      case 'saveMachine':
        toMachine(() => replica.execution!.saveFor(effect.peer));
        return;
      case 'sendState':
        this.#sendState(replica, effect);
        return;
      case 'restoreMachine':
        toMachine(() => {
          const { bytes, batchNumber } = effect;
          this.#newExecution(replica, 'backup', false, { state: decodeState(bytes), batchNumber });
        }, 3000);
        return;
      case 'reportRestored':
        this.#toPrimary(replica, { kind: 'peerRestored', peer: id, epoch: effect.epoch });
        return;
      case 'requireBackup':
        toMachine(() => replica.execution!.requireBackup(effect.peer));
        return;
      case 'reportWhole':
        this.#send(id, 'gateway', () => this.#toGateway({ ...effect, kind: 'whole', id }));
        return;
      case 'become':
        replica.role = effect.role;
    }
  }

  /** The state takes its time, and the log waits for it. */
  #sendState(replica: SimulatedReplica, { peer, inheritance }: ReplicaEffect & { kind: 'sendState' }): void {
    const other = this.#named(peer);
    const state = Buffer.concat(encodeState(inheritance.state));
    this.#at(this.#nowUs + Math.floor(this.#random() * 4000), () => {
      if (!replica.links.has(other) || !replica.alive) return;
      this.#toPeer(replica, peer, { kind: 'inherited', inheritance: { ...inheritance, state } });
      this.#toReplica(replica, { kind: 'stateSent', peer });
    });
  }

  /** Something may have changed for a machine that waits. A later wake makes an earlier one void. */
  #wakeMachine(replica: SimulatedReplica, delayUs = Math.floor(this.#random() * 60)): void {
    const wake = ++replica.machineWakes;
    this.#at(this.#nowUs + delayUs, () => {
      if (wake !== replica.machineWakes || !replica.alive || replica.execution === null) return;
      const progress = replica.execution.advance();
      if (progress.kind === 'ran') this.#wakeMachine(replica, 1 + Math.floor(this.#random() ** 4 * 3000));
      else if (progress.kind === 'idle' && progress.timerInNs !== null) {
        this.#wakeMachine(replica, Math.max(0, Math.ceil(Number(progress.timerInNs) / 1000)));
      }
    });
  }
}
