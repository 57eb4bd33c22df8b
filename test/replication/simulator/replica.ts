// A simulated replica process: the real role, with the shell around it that replica.ts is for real ones.
import { BinaryReader } from '../../../lib/binary.js';
import { readAction } from '../../../replication/action-codec.js';
import { MAXIMUM_EARLY_LINKS } from '../../../replication/limits.js';
import { decodeOutputs } from '../../../replication/outputs.js';
import { Backup } from '../../../replication/roles/backup.js';
import type { GatewayEffect, GatewayEvent } from '../../../replication/roles/gateway-step.js';
import { Primary } from '../../../replication/roles/primary.js';
import type { ReplicaEffect, ReplicaEvent, ReplicaRole } from '../../../replication/roles/role.js';
import { encodeState } from '../../../replication/saved-execution.js';
import { type Actor, Channel, stopUntil } from './event-queue.js';
import { Link, type LinkEnd } from './link.js';
import { type MachineOwner, SimulatedMachine } from './machine-thread.js';
import { describe, type World } from './world.js';

/** The launcher as its replicas see it. */
export interface LauncherSide {
  readonly actor: Actor;
  step(event: GatewayEvent): void;
  /** A replica takes another one for faulty. */
  suspected(from: string, effect: ReplicaEffect & { readonly kind: 'suspect' }): void;
  named(id: string): SimulatedReplica;
}

type Command = Extract<
  GatewayEffect,
  { readonly kind: 'start' | 'poll' | 'promote' | 'follow' | 'drop' | 'reintegrate' }
>;

const PROGRESS_US = 10_000;

export class SimulatedReplica implements LinkEnd, MachineOwner {
  readonly id: string;
  readonly main: Actor = { stoppedUntilUs: 0 };
  readonly machine: SimulatedMachine;
  readonly fromLauncher: Channel;
  readonly #world: World;
  readonly #launcher: LauncherSide;
  readonly #toLauncher: Channel;
  #alive = true;
  isCondemned = false;
  breaksAtDisk = false;
  /** The primary that it has last been told to follow. */
  primary: string | null = null;
  #role: ReplicaRole | null = null;
  /** All connections that it has a part in. */
  readonly #links = new Set<Link>();
  /** As in replica.ts: open ones, ones that nobody has told to expect, and the names that may come. */
  readonly #peers = new Map<string, Link>();
  readonly #early = new Map<string, Link>();
  readonly #expected = new Set<string>();

  constructor(world: World, launcher: LauncherSide, id: string) {
    this.#world = world;
    this.#launcher = launcher;
    this.id = id;
    this.machine = new SimulatedMachine(world, this);
    this.fromLauncher = new Channel(this.main);
    this.#toLauncher = new Channel(launcher.actor);
  }

  get alive(): boolean {
    return this.#alive;
  }

  get roleName(): 'primary' | 'backup' | null {
    return this.#role?.name ?? null;
  }

  /** The links that are open at this side. */
  get openLinks(): readonly Link[] {
    return [...this.#peers.values()];
  }

  sayHello(): void {
    this.#tell({ kind: 'hello', id: this.id, peerPort: 1 }, this.#world.pace.startUs);
  }

  #tell(event: GatewayEvent, maximumUs = this.#world.pace.messageUs): void {
    this.#toGateway(() => this.#launcher.step(event), maximumUs);
  }

  #toGateway(run: () => void, maximumUs: number): void {
    this.#world.queue.send(this.#toLauncher, this.#world.delayUs(maximumUs), run);
  }

  /** As by SIGKILL. */
  die(why: string): void {
    if (!this.#alive) return;
    const { queue } = this.#world;
    this.#world.trace(`${this.id} is killed: ${why}`);
    this.#alive = false;
    this.#toLauncher.cutUs = queue.nowUs + this.#world.below(300);
    for (const link of this.#links) link.break(this);
    // The exit of the process is seen at any time, also before what it said last.
    queue.after(
      this.#world.below(1000),
      () => this.#launcher.step({ kind: 'lost', id: this.id }),
      this.#launcher.actor,
    );
  }

  /** Both its threads stop for a while, as by SIGSTOP and SIGCONT. */
  stop(durationUs: number): void {
    const untilUs = this.#world.queue.nowUs + durationUs;
    stopUntil(this.main, untilUs);
    stopUntil(this.machine.actor, untilUs);
  }

  get isStopped(): boolean {
    return this.main.stoppedUntilUs > this.#world.queue.nowUs;
  }

  /** What the launcher tells it. */
  command(command: Command): void {
    if (this.#world.isTraced) this.#world.trace(`${this.id} is told ${describe(command)}`);
    switch (command.kind) {
      case 'start':
        return this.#start(command);
      case 'poll':
        return this.step({ kind: 'polled' });
      case 'promote':
        for (const id of command.followers) this.#expected.add(id);
        this.step({ kind: 'promoted', incarnation: command.incarnation, followers: command.followers });
        return this.#openExpected();
      case 'follow':
        this.step({ kind: 'succeeded', incarnation: command.incarnation, primary: command.primary });
        return this.#follow(command.primary);
      case 'drop':
        return this.step({ kind: 'dropped', peer: command.peer });
      case 'reintegrate':
        this.#expected.add(command.peer);
        this.step({ kind: 'reintegrate', peer: command.peer });
        return this.#openExpected();
    }
  }

  #start({ role, incarnation, followers, primary, reintegrating }: Command & { kind: 'start' }): void {
    const { parameters } = this.#world;
    if (role === 'primary') {
      this.#role = new Primary({ incarnation, parameters, followers });
      for (const id of followers) this.#expected.add(id);
    } else this.#role = new Backup({ incarnation, parameters, primary: primary!, reintegrating });
    if (!reintegrating) this.machine.start(role, followers.length > 0);
    if (role === 'primary') return this.#openExpected();
    this.#progressLater();
    this.#follow(primary!);
  }

  #progressLater(): void {
    this.#world.queue.after(
      PROGRESS_US,
      () => {
        if (!this.#alive || this.#role?.name !== 'backup') return;
        this.step({ kind: 'progress', epoch: this.machine.epoch });
        this.#progressLater();
      },
      this.main,
    );
  }

  /** To the primary that it has been told of. */
  #follow(primary: string): void {
    this.primary = primary;
    this.dial(primary);
  }

  /** Goes to another replica's door. */
  dial(id: string): void {
    const other = this.#launcher.named(id);
    const link = new Link(this.#world, this, other);
    this.#links.add(link);
    other.#links.add(link);
    if (!other.alive) link.break(other);
    else link.send(this, () => other.#accept(link), 2 * this.#world.pace.messageUs);
  }

  #accept(link: Link): void {
    if (this.#early.size >= MAXIMUM_EARLY_LINKS) return link.close(this);
    const { id } = link.from;
    this.#early.get(id)?.close(this);
    this.#early.set(id, link);
    this.#openExpected();
  }

  #openExpected(): void {
    for (const [id, link] of this.#early) {
      if (!this.#expected.delete(id)) continue;
      this.#early.delete(id);
      // The other side hears of it as the answer to its own hello.
      link.send(this, () => link.from.opened(link));
      this.opened(link);
    }
  }

  opened(link: Link): void {
    const { id } = link.other(this);
    this.#peers.set(id, link);
    this.step({ kind: 'linked', peer: id });
  }

  closed(link: Link): void {
    const { id } = link.other(this);
    this.#links.delete(link);
    if (this.#early.get(id) === link) this.#early.delete(id);
    const isOpen = this.#peers.get(id) === link;
    if (isOpen) this.#peers.delete(id);
    // One that never opened is what the side that has dialled is told of as well.
    else if (link.from !== this || this.#peers.has(id)) return;
    this.step({ kind: 'linkLost', peer: id });
  }

  step(event: ReplicaEvent): void {
    // Nothing concerns a replica that has not been told its role.
    if (this.#role === null) return;
    if (this.#world.isTraced) this.#world.trace(`${this.id} <- ${describe(event)}`);
    for (const effect of this.#step(this.#role, event)) this.#carryOut(effect);
  }

  #step(role: ReplicaRole, event: ReplicaEvent): readonly ReplicaEffect[] {
    try {
      return role.step(event);
    } catch (error) {
      // What a machine says that has diverged by a fault may be nonsense.
      const peer = 'peer' in event ? this.#launcher.named(event.peer) : null;
      if (peer?.machine.hasDiverged !== true && !this.machine.hasDiverged)
        throw new Error(`${this.id} takes ${describe(event)} amiss`, { cause: error });
      this.#close(this.machine.hasDiverged || peer === null ? '' : peer.id);
      return this.machine.hasDiverged ? [] : role.step({ kind: 'linkLost', peer: peer!.id });
    }
  }

  #close(id: string): void {
    const link = this.#peers.get(id);
    this.#peers.delete(id);
    this.#expected.delete(id);
    link?.close(this);
  }

  /** A message over the link, which is heard for as long as both sides have it. */
  #toPeer(id: string, event: ReplicaEvent, maximumUs?: number): void {
    const link = this.#peers.get(id);
    if (link === undefined) return;
    const other = this.#launcher.named(id);
    link.send(
      this,
      () => {
        if (other.#peers.get(this.id) === link) other.step(event);
      },
      maximumUs,
    );
  }

  /** A backup has one link, the one to its primary. */
  #toPrimary(event: ReplicaEvent): void {
    for (const id of this.#peers.keys()) this.#toPeer(id, event);
  }

  #carryOut(effect: ReplicaEffect): void {
    const { id, machine } = this;
    switch (effect.kind) {
      case 'sendLog': {
        const { batch, stableBatch } = effect;
        return this.#toPeer(effect.peer, { kind: 'log', peer: id, batch, stableBatch });
      }
      case 'acknowledge': {
        const { batchNumber } = effect;
        return this.#toPrimary({ kind: 'acknowledged', peer: id, batchNumber, epoch: machine.epoch });
      }
      case 'sendCompared': {
        const { firstSequence, checksums } = effect;
        return this.#toPrimary({ kind: 'compared', peer: id, firstSequence, checksums });
      }
      case 'sendChecked':
        return this.#toPrimary({ kind: 'peerChecked', peer: id, checkpoint: effect.checkpoint });
      case 'sendOutputs': {
        const items = decodeOutputs(effect.block.bytes);
        return this.#tell({ kind: 'outputs', id, incarnation: effect.incarnation, items });
      }
      case 'suspect':
        return this.#toGateway(() => this.#launcher.suspected(id, effect), this.#world.pace.messageUs);
      case 'reportHeld':
        return this.#tell({ kind: 'held', id, batchNumber: effect.batchNumber });
      case 'reportTakeOver': {
        const { incarnation, epoch } = effect;
        return this.#tell({ kind: 'tookOver', id, incarnation, epoch });
      }
      case 'reportWhole': {
        const { incarnation, peer } = effect;
        return this.#tell({ kind: 'whole', id, incarnation, peer });
      }
      case 'feedMachine':
        return machine.tell((execution) => execution.append(effect.batch.bytes));
      case 'feedAction':
        return machine.tell((execution) => execution.occur(readAction(new BinaryReader(effect.bytes))));
      case 'promoteMachine':
        return machine.tell((execution) => execution.promote(effect.followed));
      case 'dropBackup':
        return machine.tell((execution) => execution.dropBackup(effect.peer, effect.isLogNeeded));
      case 'saveMachine':
        return machine.tell((execution) => execution.saveFor(effect.peer));
      case 'requireBackup':
        return machine.tell((execution) => execution.requireBackup(effect.peer));
      case 'flowBackup':
        machine.flow.backupEpoch = effect.epoch;
        machine.flow.acknowledgedBatch = effect.batchNumber;
        return machine.ring();
      case 'flowConfirmed':
        machine.flow.confirmedSequence = effect.sequence;
        return machine.ring();
      case 'closeLink':
        return this.#close(effect.peer);
      case 'sendState':
        return this.#sendState(effect);
      case 'restoreMachine':
        return machine.restore(effect.bytes, effect.batchNumber);
      case 'reportRestored':
        return this.#toPrimary({ kind: 'peerRestored', peer: id, epoch: effect.epoch });
      case 'become':
        this.#role = effect.role;
    }
  }

  /** The state takes its time, and the log waits for it. */
  #sendState({ peer, inheritance }: ReplicaEffect & { kind: 'sendState' }): void {
    const link = this.#peers.get(peer);
    const state = Buffer.concat(encodeState(inheritance.state));
    const delayUs = this.#world.below(this.#world.pace.startUs);
    const send = () => {
      if (!this.#alive || link === undefined || this.#peers.get(peer) !== link) return;
      this.#toPeer(peer, { kind: 'inherited', inheritance: { ...inheritance, state } });
      this.step({ kind: 'stateSent', peer });
    };
    this.#world.queue.after(delayUs, send, this.main);
  }
}
