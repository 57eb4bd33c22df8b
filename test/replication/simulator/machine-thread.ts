// The simulated thread of a replica's machine: runs the real execution, epoch by epoch, in virtual time.
import type { ActionResult } from '../../../jvm/environment.js';
import type { HostRequest } from '../../../replication/contracts.js';
import { Execution } from '../../../replication/execution.js';
import type { ReplicaEvent } from '../../../replication/roles/role.js';
import { decodeState, type SavedState } from '../../../replication/saved-execution.js';
import { type Actor, Channel } from './event-queue.js';
import { ScriptMachine } from './script-machine.js';
import type { World } from './world.js';

/** The replica that the machine belongs to. */
export interface MachineOwner {
  readonly id: string;
  readonly alive: boolean;
  /** Told to end, and perhaps not gone yet. */
  readonly isCondemned: boolean;
  /** Its process is killed while it performs the next file output. */
  readonly breaksAtDisk: boolean;
  /** Its main thread. */
  readonly main: Actor;
  step(event: ReplicaEvent): void;
  die(why: string): void;
}

/** Thrown out of the host where the process is killed within a request. */
class Killed extends Error {}

const DISK_SHARE = 0.3;

export class SimulatedMachine {
  readonly actor: Actor = { stoppedUntilUs: 0 };
  readonly flow = { backupEpoch: 0, acknowledgedBatch: -1, confirmedSequence: -1 };
  readonly #world: World;
  readonly #owner: MachineOwner;
  readonly #toMain: Channel;
  /** Every host counts its monotonic clock from another origin; nanoseconds. */
  readonly #clockOriginNs: bigint;
  /** Messages from the main thread, by arrival: fetched between epochs. */
  #inbox: { readonly atUs: number; readonly run: () => void }[] = [];
  #inboxUs = 0;
  /** When the next turn is due, and the turn that counts. */
  #wakeUs = Infinity;
  #wakes = 0;
  #busyUntilUs = 0;
  #diskUs = 0;
  #machine: ScriptMachine | null = null;
  #execution: Execution | null = null;
  /** It was made to diverge: what it does may be wrong. */
  #hasDiverged = false;

  constructor(world: World, owner: MachineOwner) {
    this.#world = world;
    this.#owner = owner;
    this.#toMain = new Channel(owner.main);
    this.#clockOriginNs = BigInt(world.below(1e12));
  }

  get epoch(): number {
    return this.#execution?.epoch ?? 0;
  }

  get hasDiverged(): boolean {
    return this.#hasDiverged;
  }

  /** A fault of the host that changes the machine's state. */
  diverge(): void {
    this.#hasDiverged = this.#machine !== null;
    this.#machine?.diverge();
  }

  start(role: 'primary' | 'backup', recording: boolean): void {
    this.#make(role, recording, null);
    this.ring();
  }

  restore(bytes: Uint8Array, batchNumber: number): void {
    this.#post(this.#world.below(this.#world.pace.startUs), () => {
      this.#make('backup', false, { state: decodeState(bytes), batchNumber });
      const { epoch } = this;
      this.#tellMain({ kind: 'restored', epoch });
    });
  }

  /** A message of the main thread. */
  tell(what: (execution: Execution) => void): void {
    this.#post(this.#world.below(this.#world.pace.threadUs), () => what(this.#execution!));
  }

  #post(delayUs: number, run: () => void): void {
    this.#inboxUs = Math.max(this.#inboxUs, this.#world.queue.nowUs + delayUs);
    this.#inbox.push({ atUs: this.#inboxUs, run });
    this.#wake(this.#inboxUs);
  }

  /** Something that it looks at between epochs may have changed. */
  ring(): void {
    this.#wake(this.#world.queue.nowUs + this.#world.below(60));
  }

  #wake(timeUs: number): void {
    const { queue } = this.#world;
    const wakeUs = Math.max(timeUs, this.#busyUntilUs);
    if (wakeUs >= this.#wakeUs) return;
    this.#wakeUs = wakeUs;
    const wake = ++this.#wakes;
    queue.after(
      wakeUs - queue.nowUs,
      () => {
        if (wake === this.#wakes && this.#owner.alive) this.#turn();
      },
      this.actor,
    );
  }

  #turn(): void {
    this.#wakeUs = Infinity;
    try {
      this.#fetch();
      if (this.#owner.alive && this.#execution !== null) this.#advance(this.#execution);
      const next = this.#inbox[0];
      if (next !== undefined) this.#wake(next.atUs);
    } catch (error) {
      if (error instanceof Killed) return;
      if (!this.#hasDiverged) throw new Error(`the machine of ${this.#owner.id} fails`, { cause: error });
      this.#owner.die('its machine, which has diverged, fails');
    }
  }

  #fetch(): void {
    const { nowUs } = this.#world.queue;
    const inbox = this.#inbox;
    let count = 0;
    while (count < inbox.length && inbox[count]!.atUs <= nowUs) inbox[count++]!.run();
    if (count > 0) inbox.splice(0, count);
  }

  #advance(execution: Execution): void {
    const { queue, random, pace } = this.#world;
    const progress = execution.advance();
    const { nowUs } = queue;
    if (this.#diskUs > 0) {
      this.#busyUntilUs = nowUs + this.#diskUs;
      this.#toMain.lastUs = Math.max(this.#toMain.lastUs, this.#busyUntilUs);
      this.#diskUs = 0;
    }
    if (progress.kind === 'ran') {
      const epochUs = 1 + Math.floor(random() ** 3 * pace.epochUs);
      this.#busyUntilUs = Math.max(this.#busyUntilUs, nowUs + epochUs);
      this.#wake(this.#busyUntilUs);
      return;
    }
    const waitNs =
      progress.kind === 'idle' ? progress.timerInNs : progress.kind === 'onBreak' ? progress.forNs : null;
    if (waitNs !== null) {
      const timerUs = Math.max(0, Math.ceil(Number(waitNs) / 1000));
      this.#wake(nowUs + timerUs + this.#world.delayUs(50));
    }
  }

  #make(
    role: 'primary' | 'backup',
    recording: boolean,
    saved: { readonly state: SavedState; readonly batchNumber: number } | null,
  ): void {
    const { script, parameters } = this.#world;
    this.#execution = new Execution({
      role,
      recording,
      parameters,
      flow: this.flow,
      host: {
        monotonicNs: () => this.#clockNs(),
        perform: (request) => this.#perform(request),
      },
      sink: {
        post: (post) => {
          this.#toMainThread(() => {
            this.#owner.step({ kind: 'posted', post });
          });
        },
        tookOver: (epoch) => this.#tellMain({ kind: 'tookOver', epoch }),
        saved: (peer, state, batchNumber) => this.#tellMain({ kind: 'saved', peer, state, batchNumber }),
        unsaved: (_peer, why) => {
          throw new Error(why);
        },
        checked: (checkpoint) => this.#tellMain({ kind: 'checked', checkpoint }),
        joining: (peer, batchNumber) => this.#tellMain({ kind: 'joining', peer, batchNumber }),
      },
      createMachine: (environment) => {
        this.#machine =
          saved === null
            ? new ScriptMachine(script, environment)
            : ScriptMachine.restore(script, environment, saved.state.machine);
        return this.#machine;
      },
      ...(saved === null
        ? {}
        : { restored: { execution: saved.state.execution, batchNumber: saved.batchNumber } }),
    });
  }

  #toMainThread(run: () => void): void {
    const { queue, pace } = this.#world;
    queue.send(this.#toMain, this.#world.below(pace.threadUs), () => {
      if (this.#owner.alive) run();
    });
  }

  #tellMain(event: ReplicaEvent): void {
    this.#toMainThread(() => this.#owner.step(event));
  }

  #clockNs(): bigint {
    return this.#clockOriginNs + BigInt(this.#world.queue.nowUs) * 1000n;
  }

  #perform(request: HostRequest): ActionResult {
    switch (request.kind) {
      case 'readMonotonicClock':
        return this.#clockNs();
      case 'readWallClock':
        return BigInt(this.#world.queue.nowUs) * 1000n;
      case 'readEntropy':
        return Uint8Array.from({ length: request.byteCount }, () => this.#world.below(256));
      case 'readFileAttributes':
        return this.#world.files.perform(request);
      default:
        return this.#change(request);
    }
  }

  /** A file output takes its time, and the process may be killed within: then it is done or not. */
  #change(request: HostRequest): ActionResult {
    const { files, pace } = this.#world;
    // On the host of the files a SIGKILL is heard at once.
    if (this.#owner.isCondemned) this.#break('on its way into a file output');
    if (this.#owner.breaksAtDisk) {
      const isDone = this.#world.chance(0.5);
      if (isDone) files.perform(request);
      this.#break(`within a file output, which is ${isDone ? 'done' : 'not done'}`);
    }
    const result = files.perform(request);
    if (pace.diskUs > 0 && this.#world.chance(DISK_SHARE)) this.#diskUs = this.#world.below(pace.diskUs);
    return result;
  }

  #break(where: string): never {
    this.#owner.die(where);
    throw new Killed();
  }
}
