// Faults of every kind: what each one does to a simulation, and how many of them the program has to survive.
import type { Suspicion } from '../../../replication/roles/role.js';
import { stopUntil } from './event-queue.js';
import type { SimulatedLauncher } from './launcher.js';
import type { Link } from './link.js';
import type { SimulatedReplica } from './replica.js';
import type { World } from './world.js';

/** killNewcomer: a replacement, in whatever state. killSeveral: as many at once as there may be. splitLink: two replicas
 *  lose their link while both live; one or both notice. stop...: as by SIGSTOP, and on again after a while, unless told
 *  to end meanwhile. suspect: a replica takes another for faulty that is not. notify: a detector outside does. redial: a
 *  backup dials its primary twice. ghost: one that was lost, or that nobody expects, dials the primary. breakAtDisk: the
 *  process is killed within its next file output. diverge: a backup's machine goes wrong. failSpawn: the start of the
 *  next replacement goes wrong. */
export const FAULT_KINDS = [
  'killPrimary',
  'killBackup',
  'killNewcomer',
  'killSeveral',
  'splitLink',
  'stopReplica',
  'stopMachine',
  'stopLauncher',
  'suspect',
  'notify',
  'redial',
  'ghost',
  'breakAtDisk',
  'diverge',
  'failSpawn',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault that is going to cost one of some replicas, and has not yet. */
interface Doom {
  readonly replicas: readonly SimulatedReplica[];
  readonly untilUs: number;
}

/** By then the launcher has decided, or it does not; and where messages may be slow. */
const DOOM_US = 10_000;
const SLOW_DOOM_US = 25_000;
/** Heartbeats tell after so long that a replica is silent, at least and in addition at most. */
const SILENCE_US = 300;
const FURTHER_SILENCE_US = 900;

export class Faults {
  readonly #world: World;
  readonly #launcher: SimulatedLauncher;
  readonly #isSurvivable: boolean;
  #dooms: Doom[] = [];
  /** Those that could go on when the last output was released, as its primary may have known: some may be lost since. */
  #released = new Set<string>();
  /** When one that could go on was lost last. */
  #lostUs = -Infinity;
  readonly counts: Record<FaultKind, number>;

  /** isSurvivable: never so many at once that the program is lost. */
  constructor(world: World, launcher: SimulatedLauncher, isSurvivable: boolean) {
    this.#world = world;
    this.#launcher = launcher;
    this.#isSurvivable = isSurvivable;
    this.counts = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Record<FaultKind, number>;
    this.released();
  }

  /** All faults that have been injected. */
  get count(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** Those that could go on, though none of them was ever told to end. */
  get survivors(): string[] {
    return this.#fit.map(({ id }) => id);
  }

  /** Whether as many replicas as there shall be could go on, and nothing is pending that may change that. */
  get areAllThere(): boolean {
    const { nowUs } = this.#world.queue;
    const isUndecided = this.#dooms.some(({ untilUs }) => untilUs > nowUs);
    const hasDiverged = this.#fit.some(({ machine }) => machine.hasDiverged);
    return !isUndecided && !hasDiverged && this.#fit.length === this.#world.parameters.replicas;
  }

  /** An output has been released: see mayLose. */
  released(): void {
    if (this.#world.parameters.acknowledgedBy === 'all') return;
    const isSettled = this.#world.queue.nowUs - this.#lostUs > this.#doomUs;
    this.#released = new Set([...(isSettled ? [] : this.#released), ...this.#fitIds()]);
  }

  condemned(replica: SimulatedReplica): void {
    this.#dooms = this.#dooms.filter(({ replicas }) => !replicas.includes(replica));
    this.#lostUs = this.#world.queue.nowUs;
  }

  /** Injects a fault; false where there is nothing that it could happen to, or where it would be one too many. */
  inject(kind: FaultKind): boolean {
    const count = this.#inject(kind);
    if (count > 0) this.#lostUs = this.#world.queue.nowUs;
    this.counts[kind] += count;
    return count > 0;
  }

  #inject(kind: FaultKind): number {
    switch (kind) {
      case 'killPrimary':
        return this.#kill(this.#fit.filter(({ roleName }) => roleName === 'primary'));
      case 'killBackup':
        return this.#kill(this.#fit.filter(({ roleName }) => roleName !== 'primary'));
      case 'killNewcomer':
        return this.#killNewcomer();
      case 'killSeveral':
        return this.#killSeveral();
      case 'splitLink':
        return this.#splitLink();
      case 'stopReplica':
        return this.#stop((victim, durationUs) => victim.stop(durationUs), 'silent');
      case 'stopMachine':
        return this.#stop((victim, durationUs) => {
          stopUntil(victim.machine.actor, this.#world.queue.nowUs + durationUs);
        }, 'stuck');
      case 'stopLauncher':
        stopUntil(this.#launcher.actor, this.#world.queue.nowUs + this.#world.below(5000));
        return 1;
      case 'suspect':
        return this.#suspect();
      case 'notify':
        return this.#notify();
      case 'redial':
        return this.#dial(this.#fit.filter(({ primary }) => primary === this.#primaryId));
      case 'ghost':
        return this.#dial(this.#ghosts());
      case 'breakAtDisk':
        return this.#breakAtDisk();
      case 'diverge':
        return this.#diverge();
      case 'failSpawn':
        if (this.#launcher.spawnFaults.length > 2) return 0;
        this.#launcher.spawnFaults.push(this.#world.pick(['dies', 'never', 'late'])!);
        return 1;
    }
  }

  /** Replicas that could go on with the program, as the gateway has them, and that are alive in fact. */
  get #fit(): SimulatedReplica[] {
    return this.#fitIds()
      .map((id) => this.#launcher.named(id))
      .filter(({ alive, isCondemned, breaksAtDisk }) => alive && !isCondemned && !breaksAtDisk);
  }

  #fitIds(): string[] {
    const { replicas } = this.#world.parameters;
    const entries = this.#launcher.gateway.register();
    // The first ones have names of one letter, in order; others that start have no state yet.
    const isFirst = (id: string) => id.length === 1 && id.charCodeAt(0) - 97 < replicas;
    return entries
      .filter(({ id, state }) => state === 'running' || (state === 'starting' && isFirst(id)))
      .map(({ id }) => id);
  }

  /**
   * Whether so many of the replicas that are fit may be lost now. What the product promises: one that is left is enough.
   * Where a majority's acknowledgement is: half of those that were fit when the last output was released.
   */
  #mayLose(victims: readonly SimulatedReplica[]): boolean {
    if (!this.#isSurvivable) return true;
    const { nowUs } = this.#world.queue;
    this.#dooms = this.#dooms.filter(({ untilUs }) => untilUs > nowUs);
    const left = this.#fit.filter((replica) => !victims.includes(replica));
    if (left.some(({ machine }) => machine.hasDiverged)) return false;
    if (left.length - this.#dooms.length < 1) return false;
    if (this.#world.parameters.acknowledgedBy === 'all') return true;
    // Outputs that a primary performs itself, as on files, may have been performed at any time.
    this.released();
    const still = left.filter(({ id }) => this.#released.has(id)).length - this.#dooms.length;
    return still >= this.#released.size / 2;
  }

  get #doomUs(): number {
    return this.#world.pace.slowShare > 0 ? SLOW_DOOM_US : DOOM_US;
  }

  #doom(replicas: readonly SimulatedReplica[]): void {
    const { queue } = this.#world;
    const waitedUs = Math.max(0, this.#launcher.actor.stoppedUntilUs - queue.nowUs);
    this.#dooms.push({ replicas, untilUs: queue.nowUs + waitedUs + this.#doomUs });
  }

  #kill(candidates: readonly SimulatedReplica[]): number {
    const victim = this.#world.pick(candidates);
    if (victim === undefined || !this.#mayLose([victim])) return 0;
    victim.die('a fault');
    return 1;
  }

  #killNewcomer(): number {
    const fit = this.#fit;
    const newcomers = [...this.#launcher.replicas].filter(
      (replica) => replica.alive && !replica.isCondemned && !fit.includes(replica),
    );
    const victim = this.#world.pick(newcomers);
    victim?.die('a fault');
    return victim === undefined ? 0 : 1;
  }

  #killSeveral(): number {
    const fit = this.#fit;
    const victims = fit.filter(() => this.#world.chance(0.6));
    if (victims.length < 2 || !this.#mayLose(victims)) return 0;
    for (const victim of victims) victim.die('a fault, with others');
    return victims.length;
  }

  /** Links that are open at one side at least. */
  #links(): Link[] {
    const links = new Set<Link>();
    for (const replica of this.#launcher.replicas) {
      if (replica.alive && !replica.isCondemned) for (const link of replica.openLinks) links.add(link);
    }
    return [...links].filter(({ from, to }) => from.alive && to.alive);
  }

  #splitLink(): number {
    const link = this.#world.pick(this.#links());
    if (link === undefined) return 0;
    const ends = [this.#launcher.named(link.from.id), this.#launcher.named(link.to.id)];
    if (!this.#mayLoseOneOf(ends)) return 0;
    const noticed = this.#world.pick([[link.from], [link.to], [link.from, link.to]])!;
    link.split(noticed);
    return 1;
  }

  /** Whether one of these may be lost, whichever it is; it is taken to be. */
  #mayLoseOneOf(ends: readonly SimulatedReplica[]): boolean {
    const fit = this.#fit;
    const concerned = ends.filter((end) => fit.includes(end));
    if (!concerned.every((end) => this.#mayLose([end]))) return false;
    this.#doom(ends);
    return true;
  }

  /** Stops a replica; its peers suspect it, if they are told to in time. */
  #stop(stop: (victim: SimulatedReplica, durationUs: number) => void, suspicion: Suspicion): number {
    const victim = this.#world.pick([...this.#launcher.replicas].filter(({ alive }) => alive));
    if (victim === undefined || victim.isStopped) return 0;
    if (this.#fit.includes(victim) && !this.#mayLose([victim])) return 0;
    this.#doom([victim]);
    const { queue } = this.#world;
    const durationUs = this.#world.below(5000);
    stop(victim, durationUs);
    const untilUs = queue.nowUs + durationUs;
    for (const link of victim.openLinks) {
      const peer = this.#launcher.named(link.other(victim).id);
      const delayUs = SILENCE_US + this.#world.below(FURTHER_SILENCE_US);
      queue.after(
        delayUs,
        () => {
          if (peer.alive && queue.nowUs < untilUs)
            peer.step({ kind: 'peerFaulty', peer: victim.id, suspicion });
        },
        peer.main,
      );
    }
    return 1;
  }

  #suspect(): number {
    const link = this.#world.pick(this.#links());
    if (link === undefined) return 0;
    const ends = [this.#launcher.named(link.from.id), this.#launcher.named(link.to.id)];
    if (!this.#mayLoseOneOf(ends)) return 0;
    const suspicion = this.#world.pick(['silent', 'stuck', 'linkLost'] as const)!;
    const [accuser, accused] = this.#world.chance(0.5) ? ends : ends.toReversed();
    accuser!.step({ kind: 'peerFaulty', peer: accused!.id, suspicion });
    return 1;
  }

  #notify(): number {
    const fit = this.#fit;
    const victim = this.#world.pick(
      [...this.#launcher.replicas].filter(({ alive, isCondemned }) => alive && !isCondemned),
    );
    if (victim === undefined || (fit.includes(victim) && !this.#mayLose([victim]))) return 0;
    this.#launcher.step({ kind: 'notified', id: victim.id });
    return 1;
  }

  /** Those that nobody waits for: condemned ones that are not gone yet, and replacements that are linked already. */
  #ghosts(): SimulatedReplica[] {
    const fit = this.#fit;
    return [...this.#launcher.replicas].filter((replica) => {
      return replica.roleName !== null && !fit.includes(replica);
    });
  }

  get #primaryId(): string | undefined {
    return this.#launcher.gateway
      .register()
      .find(({ role, state }) => role === 'primary' && state === 'running')?.id;
  }

  #dial(candidates: readonly SimulatedReplica[]): number {
    const caller = this.#world.pick(candidates.filter(({ alive }) => alive));
    const primary = this.#primaryId;
    if (caller === undefined || primary === undefined || caller.id === primary) return 0;
    caller.dial(primary);
    return 1;
  }

  #breakAtDisk(): number {
    const primary = this.#fit.find(({ roleName }) => roleName === 'primary');
    const hasFiles = this.#world.script.steps.some(({ op }) => op === 'append');
    if (primary === undefined || !hasFiles || !this.#mayLose([primary])) return 0;
    primary.breaksAtDisk = true;
    return 1;
  }

  /** Only where it is found before the backup could take over: nothing else may happen until then. */
  #diverge(): number {
    const { compareOutputs, deepCheckEpochs } = this.#world.parameters;
    const victim = this.#world.pick(
      this.#fit.filter(({ roleName, machine }) => roleName === 'backup' && !machine.hasDiverged),
    );
    const primary = this.#fit.find(({ roleName }) => roleName === 'primary');
    if (victim === undefined || primary === undefined || !this.#isSurvivable) return 0;
    if (!compareOutputs && deepCheckEpochs === 0) return 0;
    const entry = this.#launcher.gateway.register().find(({ id }) => id === primary.id);
    if (entry?.role !== 'primary' || !this.#mayLose([victim]) || this.#dooms.length > 0) return 0;
    victim.machine.diverge();
    return victim.machine.hasDiverged ? 1 : 0;
  }
}
