// The simulated launcher: the real gateway, with the shell around it that launcher.ts is for real processes.
import { BinaryWriter } from '../../../lib/binary.js';
import { writeAction } from '../../../replication/action-codec.js';
import type { OutputItem } from '../../../replication/outputs.js';
import { Gateway } from '../../../replication/roles/gateway.js';
import type { GatewayEffect, GatewayEvent } from '../../../replication/roles/gateway-step.js';
import { replicaName } from '../../../replication/roles/register.js';
import type { ReplicaEffect } from '../../../replication/roles/role.js';
import { type Actor, Channel } from './event-queue.js';
import { type LauncherSide, SimulatedReplica } from './replica.js';
import { membershipValue } from './tokens.js';
import { describe, type World } from './world.js';

/** How the start of a replacement goes wrong. dies: its process ends before it says hello. never: it cannot be started.
 *  late: it says hello before the news of its start have come. */
export type SpawnFault = 'dies' | 'never' | 'late';

/** What the faults want to know. */
export interface LauncherNews {
  /** An output of the program is taken in. */
  released(): void;
  condemned(replica: SimulatedReplica): void;
}

/** Retries wait so much shorter than in fact: nothing else happens meanwhile. */
const RETRY_US_PER_MS = 1;

export class SimulatedLauncher implements LauncherSide {
  readonly actor: Actor = { stoppedUntilUs: 0 };
  readonly gateway: Gateway;
  readonly reports: string[] = [];
  readonly #world: World;
  readonly #news: LauncherNews;
  readonly #replicas = new Map<string, SimulatedReplica>();
  readonly #writer = new Channel(this.actor);
  readonly #reader = new Channel(this.actor);
  #inputCount = 0;
  #exitCode: number | null = null;
  #refusedCount = 0;
  #wholeCount = 0;
  /** Who was heard in each incarnation. */
  readonly #heard = new Map<number, string>();
  #lastHeard = 0;
  /** What is going to happen to the next replacements. */
  readonly spawnFaults: SpawnFault[] = [];

  constructor(world: World, news: LauncherNews) {
    this.#world = world;
    this.#news = news;
    const ids = Array.from({ length: world.parameters.replicas }, (_, index) => replicaName(index));
    for (const id of ids) this.#replicas.set(id, new SimulatedReplica(world, this, id));
    const { outputRule } = world.parameters;
    this.gateway = new Gateway(
      ids.map((id, index) => ({ id, pid: index + 1 })),
      { outputRule },
    );
    for (const replica of this.#replicas.values()) replica.sayHello();
  }

  /** null while the program runs. */
  get exitCode(): number | null {
    return this.#exitCode;
  }

  /** Messages of former primaries that the gateway has refused. */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  get wholeCount(): number {
    return this.#wholeCount;
  }

  get replicas(): Iterable<SimulatedReplica> {
    return this.#replicas.values();
  }

  named(id: string): SimulatedReplica {
    const replica = this.#replicas.get(id);
    if (replica === undefined) throw new Error(`there is no replica ${id}`);
    return replica;
  }

  step(event: GatewayEvent): void {
    if (this.#exitCode !== null) return;
    if (this.#world.isTraced) this.#world.trace(`gateway <- ${describe(event)}`);
    const effects = this.gateway.step(event);
    if (event.kind === 'outputs') this.#checkHeard(event.id, event.incarnation, effects);
    for (const effect of effects) this.#carryOut(effect);
  }

  /** Never are two replicas heard in one incarnation, nor one of an incarnation that is over. */
  #checkHeard(id: string, incarnation: number, effects: readonly GatewayEffect[]): void {
    if (!effects.some(({ kind }) => kind === 'write')) return;
    const heard = this.#heard.get(incarnation) ?? id;
    if (heard !== id) throw new Error(`${heard} and ${id} are both heard in incarnation ${incarnation}`);
    if (incarnation < this.#lastHeard) throw new Error(`incarnation ${incarnation} is heard after its end`);
    this.#heard.set(incarnation, id);
    this.#lastHeard = incarnation;
  }

  /** The accused is asked whether it is alive; a stopped one does not answer. */
  suspected(id: string, effect: ReplicaEffect & { readonly kind: 'suspect' }): void {
    const { suspicion, peer, incarnation } = effect;
    const decide = (alive: boolean) => {
      if (!alive || suspicion !== 'silent')
        this.step({ kind: 'suspect', id, incarnation, peer, suspicion, alive });
    };
    if (suspicion === 'stuck' || suspicion === 'disagrees') return decide(false);
    const accused = this.named(peer);
    this.#later(this.#world.below(1000), () => decide(accused.alive && !accused.isStopped));
  }

  #later(delayUs: number, run: () => void): void {
    this.#world.queue.after(delayUs, run, this.actor);
  }

  #command(command: Parameters<SimulatedReplica['command']>[0]): void {
    const replica = this.named(command.id);
    const { queue, pace } = this.#world;
    queue.send(replica.fromLauncher, this.#world.delayUs(pace.messageUs), () => {
      if (replica.alive) replica.command(command);
    });
  }

  #tell(replica: SimulatedReplica, event: Parameters<SimulatedReplica['step']>[0]): void {
    if (!replica.alive) return;
    const { queue, pace } = this.#world;
    queue.send(replica.fromLauncher, this.#world.delayUs(pace.messageUs), () => {
      if (replica.alive) replica.step(event);
    });
  }

  #carryOut(effect: GatewayEffect): void {
    if (this.#world.isTraced && effect.kind !== 'changed')
      this.#world.trace(`gateway -> ${describe(effect)}`);
    switch (effect.kind) {
      case 'start':
      case 'poll':
      case 'promote':
      case 'follow':
      case 'drop':
      case 'reintegrate':
        return this.#command(effect);
      case 'spawn':
        return this.#later(effect.delayMs * RETRY_US_PER_MS, () => this.#spawn(effect.id));
      case 'whole':
        this.#wholeCount++;
        return;
      case 'write':
        return this.#write(effect.item);
      case 'readInput':
        return this.#readInput(effect.requestId, effect.wait);
      case 'sendAction': {
        const { action } = effect;
        if (action.kind === 'membership') {
          const { id, change, replicaCount } = action;
          this.#world.history.expectMembership(membershipValue(id, change, replicaCount));
        }
        const writer = new BinaryWriter();
        writeAction(writer, action);
        return this.#tell(this.named(effect.id), { kind: 'action', bytes: writer.finish() });
      }
      case 'confirm':
        for (const replica of this.#replicas.values()) {
          this.#tell(replica, { kind: 'confirmed', sequence: effect.sequence });
        }
        return;
      case 'terminate':
        return this.#terminate(this.named(effect.id), effect.reason);
      case 'report':
        this.reports.push(effect.line);
        return;
      case 'changed':
        return;
      case 'end':
        this.#exitCode = effect.exitCode;
    }
  }

  /** It lives on for a while and goes on talking. */
  #terminate(replica: SimulatedReplica, reason: string): void {
    this.#refusedCount++;
    if (replica.isCondemned) return;
    replica.isCondemned = true;
    this.#news.condemned(replica);
    this.#world.queue.after(this.#world.below(3000), () => replica.die(reason));
  }

  #spawn(id: string): void {
    const fault = this.spawnFaults.shift();
    if (fault === 'never')
      return this.#later(this.#world.below(1000), () => this.step({ kind: 'notSpawned', id }));
    const replica = new SimulatedReplica(this.#world, this, id);
    this.#replicas.set(id, replica);
    this.#forget();
    const spawned = () => this.step({ kind: 'spawned', id, pid: this.#replicas.size });
    if (fault === 'late') this.#later(2 * this.#world.pace.startUs, spawned);
    else spawned();
    if (fault === 'dies') replica.die('it ends as it starts');
    else replica.sayHello();
  }

  /** Those that are gone for long; the register names fewer. */
  #forget(): void {
    if (this.#replicas.size < 64) return;
    for (const [id, { alive }] of this.#replicas) {
      if (this.#replicas.size < 32) return;
      if (!alive) this.#replicas.delete(id);
    }
  }

  #write(item: OutputItem): void {
    if (item.kind === 'write') {
      if (this.#world.parameters.outputRule === 'strong') this.#world.history.add(item.bytes);
      this.#news.released();
    }
    const { queue, pace } = this.#world;
    const { sequence } = item;
    queue.send(this.#writer, this.#world.below(pace.messageUs), () =>
      this.step({ kind: 'written', sequence }),
    );
  }

  /** Input is the numbers from 0 on. */
  #readInput(requestId: number, wait: boolean): void {
    const { queue, pace } = this.#world;
    const hasNone = !wait && this.#world.chance(0.5);
    const value = hasNone ? null : numberBytes(this.#inputCount++);
    queue.send(this.#reader, this.#world.delayUs(pace.startUs), () =>
      this.step({ kind: 'input', requestId, value }),
    );
  }
}

function numberBytes(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}
