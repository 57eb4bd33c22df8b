// The gateway's role: the register of who is primary, and the one place where outputs become visible.
// It outlives any replica. Granting an incarnation happens here alone, so two primaries are never both heard.
import type { ExternalAction } from '../../jvm/environment.js';
import type { ReplicaId } from '../contracts.js';
import { INTERNAL_ERROR_EXIT_CODE } from '../exit-codes.js';
import { FIRST_RETRY_MS, LONGEST_RETRY_MS, MAXIMUM_KEPT_SIGNALS, MAXIMUM_LOST_SHOWN } from '../limits.js';
import type { OutputItem } from '../outputs.js';
import type { InputValue } from '../standard-input.js';

/** reintegrating: a new backup that gets the state of the primary, and could not take over yet. */
export type ReplicaState = 'starting' | 'reintegrating' | 'running' | 'lost' | 'exited';

/** One line of the register, as the state file shows it. */
export interface RegisterEntry {
  readonly id: ReplicaId;
  readonly role: 'primary' | 'backup';
  readonly pid: number;
  readonly epoch: number;
  readonly state: ReplicaState;
}

export type GatewayEvent =
  /** A replica has said hello; peerPort is where another replica can reach it. */
  | { readonly kind: 'hello'; readonly id: ReplicaId; readonly peerPort: number }
  | {
      readonly kind: 'outputs';
      readonly id: ReplicaId;
      readonly incarnation: number;
      readonly items: readonly OutputItem[];
    }
  /** Outputs up to this one have been written. */
  | { readonly kind: 'written'; readonly sequence: number }
  /** The replica's process has ended, or its link has. */
  | { readonly kind: 'lost'; readonly id: ReplicaId }
  /** A replica cannot reach its peer. */
  | {
      readonly kind: 'suspect';
      readonly id: ReplicaId;
      readonly incarnation: number;
      readonly peer: ReplicaId;
    }
  /** The process of a new backup that was asked for has been started. */
  | { readonly kind: 'spawned'; readonly id: ReplicaId; readonly pid: number }
  /** The primary says that its new backup could take over from here on. */
  | {
      readonly kind: 'whole';
      readonly id: ReplicaId;
      readonly incarnation: number;
      readonly peer: ReplicaId;
    }
  | {
      readonly kind: 'tookOver';
      readonly id: ReplicaId;
      readonly incarnation: number;
      readonly epoch: number;
    }
  | { readonly kind: 'status'; readonly id: ReplicaId; readonly epoch: number }
  /** Standard input has answered the request of that number. */
  | { readonly kind: 'input'; readonly requestId: number; readonly value: InputValue }
  /** A signal for the program, by its number. */
  | { readonly kind: 'signal'; readonly signal: number };

export type GatewayEffect =
  | {
      readonly kind: 'start';
      readonly id: ReplicaId;
      readonly role: 'primary' | 'backup';
      readonly incarnation: number;
      /** A primary without a backup. */
      readonly alone: boolean;
      /** The other replica, where there is one. */
      readonly peer: ReplicaId | null;
      /** For a backup: where its primary is. */
      readonly peerPort: number | null;
      /** A backup that joins a program which runs already: it gets the primary's state first. */
      readonly reintegrating: boolean;
    }
  /** A replica is to be started after a time, for the one that was lost; 'spawned' answers. */
  | { readonly kind: 'spawn'; readonly id: ReplicaId; readonly delayMs: number }
  /** To the primary: this new backup is going to link with it. */
  | { readonly kind: 'reintegrate'; readonly id: ReplicaId; readonly peer: ReplicaId }
  /** There are two replicas again. */
  | { readonly kind: 'whole'; readonly id: ReplicaId; readonly pid: number }
  | { readonly kind: 'promote'; readonly id: ReplicaId; readonly incarnation: number }
  | { readonly kind: 'alone'; readonly id: ReplicaId }
  | { readonly kind: 'write'; readonly item: OutputItem }
  /** Standard input is asked; the answer is an event. */
  | {
      readonly kind: 'readInput';
      readonly requestId: number;
      readonly byteCount: number;
      readonly wait: boolean;
    }
  | { readonly kind: 'sendAction'; readonly id: ReplicaId; readonly action: ExternalAction }
  /** To all replicas. */
  | { readonly kind: 'confirm'; readonly sequence: number }
  /** The replica is not heard any more and has to end: told so, and killed. */
  | { readonly kind: 'terminate'; readonly id: ReplicaId; readonly reason: string }
  /** A line for people, without the program's name and the line end. */
  | { readonly kind: 'report'; readonly line: string }
  /** The register has changed. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'end'; readonly exitCode: number };

interface Replica {
  readonly id: ReplicaId;
  readonly pid: number;
  state: ReplicaState;
  role: 'primary' | 'backup';
  epoch: number;
  peerPort: number | null;
  /** A replacement that is not whole yet: it could not take over. */
  isUnfit: boolean;
}

export class Gateway {
  /** All that are alive, and the ones that were lost last, in the order of their start. */
  #replicas: readonly Replica[];
  #primary: Replica;
  /** The other one that is alive, or the last one that was. */
  #backup: Replica;
  #replicaCount = 2;
  /** The replica that is to be started. */
  #spawning: ReplicaId | null = null;
  /** New backups that were lost one after the other before they were whole. */
  #failedTries = 0;
  readonly #reintegrates: boolean;
  #incarnation = 1;
  #nextSequence = 0;
  readonly #offsets = { 1: 0, 2: 0 };
  #confirmedSequence = -1;
  #exit: { readonly sequence: number; readonly exitCode: number } | null = null;
  #ended = false;
  readonly #signals: ExternalAction[] = [];
  #signalCount = 0;
  /** The last request for standard input, and its answer: kept until the next request says that it is in the log of
   *  whoever may take over. */
  #input: { readonly requestId: number; answer: ExternalAction | null } | null = null;
  /** The primary whose successor has been granted its incarnation but has not come to its take-over point. */
  #succeeded: Replica | null = null;

  /** The first replica is the primary, the second one its backup. reintegrates: a lost one is replaced. */
  constructor(
    processes: readonly [primary: { id: ReplicaId; pid: number }, backup: { id: ReplicaId; pid: number }],
    options: { readonly reintegrates?: boolean } = {},
  ) {
    const [primary, backup] = processes;
    this.#primary = {
      ...primary,
      state: 'starting',
      role: 'primary',
      epoch: 0,
      peerPort: null,
      isUnfit: false,
    };
    this.#backup = { ...backup, state: 'starting', role: 'backup', epoch: 0, peerPort: null, isUnfit: false };
    this.#replicas = [this.#primary, this.#backup];
    this.#reintegrates = options.reintegrates ?? true;
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  register(): readonly RegisterEntry[] {
    return this.#replicas.map(({ id, role, pid, epoch, state }) => ({ id, role, pid, epoch, state }));
  }

  step(event: GatewayEvent): readonly GatewayEffect[] {
    if (this.#ended) return [];
    if (event.kind === 'written') return this.#written(event.sequence);
    if (event.kind === 'input') return this.#answer(event.requestId, event.value);
    if (event.kind === 'signal') return this.#signal(event.signal);
    if (event.kind === 'spawned') return this.#spawned(event.id, event.pid);
    const replica = this.#replicas.find(({ id }) => id === event.id);
    // One that was lost long ago: whatever it says, it is not heard.
    if (replica === undefined) return [];
    switch (event.kind) {
      case 'hello':
        return this.#hello(replica, event.peerPort);
      case 'outputs':
        return this.#outputs(replica, event.incarnation, event.items);
      case 'lost':
        return this.#lose(replica);
      case 'suspect':
        return this.#suspect(replica, event.incarnation, event.peer);
      case 'whole':
        return this.#whole(replica, event.incarnation, event.peer);
      case 'tookOver':
        return this.#tookOver(replica, event.incarnation, event.epoch);
      case 'status':
        replica.epoch = event.epoch;
        return [];
    }
  }

  #alive(replica: Replica): boolean {
    return replica.state !== 'lost' && replica.state !== 'exited';
  }

  /** A backup is started when its primary can be reached; a primary does not wait for its backup. */
  #hello(replica: Replica, peerPort: number): GatewayEffect[] {
    if (replica.state !== 'starting' || replica.peerPort !== null) {
      return [{ kind: 'terminate', id: replica.id, reason: 'it is not expected to start' }];
    }
    replica.peerPort = peerPort;
    const effects = replica === this.#primary ? this.#startPrimary() : [];
    const backup = this.#backup;
    if (this.#primary.state === 'running' && backup.state === 'starting' && backup.peerPort !== null) {
      effects.push(...this.#startBackup(backup));
    }
    return effects;
  }

  /** A backup that is there at the birth of the program follows it from there; another one is re-integrated. */
  #startPrimary(): GatewayEffect[] {
    const primary = this.#primary;
    const hasBackup = this.#alive(this.#backup) && !this.#backup.isUnfit;
    primary.state = 'running';
    const incarnation = this.#incarnation;
    const peer = hasBackup ? this.#backup.id : null;
    return [
      {
        kind: 'start',
        id: primary.id,
        role: 'primary',
        incarnation,
        alone: !hasBackup,
        peer,
        peerPort: null,
        reintegrating: false,
      },
      { kind: 'changed' },
      ...this.#resend(primary),
    ];
  }

  #startBackup(backup: Replica): GatewayEffect[] {
    const { id, peerPort } = this.#primary;
    const reintegrating = backup.isUnfit;
    backup.state = reintegrating ? 'reintegrating' : 'running';
    const start: GatewayEffect = {
      kind: 'start',
      id: backup.id,
      role: 'backup',
      incarnation: this.#incarnation,
      alone: false,
      peer: id,
      peerPort,
      reintegrating,
    };
    return [
      ...(reintegrating ? [{ kind: 'reintegrate', id, peer: backup.id } as const] : []),
      start,
      { kind: 'changed' },
    ];
  }

  #outputs(replica: Replica, incarnation: number, items: readonly OutputItem[]): GatewayEffect[] {
    if (replica !== this.#primary || incarnation !== this.#incarnation || !this.#alive(replica)) {
      const reason = `incarnation ${incarnation} is over, ${this.#incarnation} has been granted`;
      return [{ kind: 'terminate', id: replica.id, reason }];
    }
    const effects: GatewayEffect[] = [];
    for (const item of items) {
      // A duplicate: the former primary had it released before it was lost.
      if (item.sequence < this.#nextSequence) continue;
      const contradiction = this.#contradiction(item);
      if (contradiction !== null) {
        return [
          ...effects,
          { kind: 'terminate', id: replica.id, reason: contradiction },
          ...this.#lose(replica),
        ];
      }
      this.#nextSequence++;
      if (item.kind === 'write') this.#offsets[item.stream] += item.bytes.length;
      else if (item.kind === 'exit') this.#exit = item;
      effects.push({ kind: 'write', item });
      if (item.kind === 'readInput') effects.push(this.#readInput(item));
    }
    return effects;
  }

  #readInput({ id: requestId, byteCount, wait }: OutputItem & { kind: 'readInput' }): GatewayEffect {
    this.#input = { requestId, answer: null };
    return { kind: 'readInput', requestId, byteCount, wait };
  }

  #answer(requestId: number, value: InputValue): GatewayEffect[] {
    if (this.#input?.requestId !== requestId) throw new Error(`request ${requestId} is answered late`);
    this.#input.answer = { kind: 'input', id: requestId, value };
    const { id, state } = this.#primary;
    return state === 'running' ? [{ kind: 'sendAction', id, action: this.#input.answer }] : [];
  }

  #signal(signal: number): GatewayEffect[] {
    const action: ExternalAction = { kind: 'signal', id: ++this.#signalCount, signal };
    this.#signals.push(action);
    if (this.#signals.length > MAXIMUM_KEPT_SIGNALS) this.#signals.shift();
    const { id, state } = this.#primary;
    return state === 'running' ? [{ kind: 'sendAction', id, action }] : [];
  }

  /** What a new primary may not have: it knows from its log what it has already been told. */
  #resend({ id }: Replica): GatewayEffect[] {
    const answer = this.#input?.answer ?? null;
    const actions = answer === null ? this.#signals : [answer, ...this.#signals];
    return actions.map((action) => ({ kind: 'sendAction', id, action }));
  }

  /** Why an output cannot be the next one; null where it can. */
  #contradiction(item: OutputItem): string | null {
    if (this.#exit !== null) return 'its program writes after it has ended';
    if (item.sequence > this.#nextSequence) return `output ${this.#nextSequence} is missing from its outputs`;
    if (item.kind === 'readInput' && this.#input !== null && this.#input.answer === null) {
      return 'it asks for standard input twice at once';
    }
    if (item.kind === 'write' && item.offset !== this.#offsets[item.stream]) {
      return `its output ${item.sequence} contradicts what has been written before`;
    }
    return null;
  }

  #written(sequence: number): GatewayEffect[] {
    if (sequence <= this.#confirmedSequence) throw new Error(`output ${sequence} is written twice`);
    this.#confirmedSequence = sequence;
    if (this.#exit === null || sequence < this.#exit.sequence) return [{ kind: 'confirm', sequence }];
    this.#ended = true;
    // A successor that had come to the exit before it was one: it has nothing to decide, and is not heard any more.
    const report = this.#reportTakeOver('the end of the program');
    for (const replica of this.#replicas) if (this.#alive(replica)) replica.state = 'exited';
    return [...report, { kind: 'changed' }, { kind: 'end', exitCode: this.#exit.exitCode }];
  }

  /** The test-and-set: of two that are whole, the first one that is believed decides who goes on. One that is not
   *  whole cannot go on. */
  #suspect(replica: Replica, incarnation: number, peer: ReplicaId): GatewayEffect[] {
    const other = replica === this.#primary ? this.#backup : this.#primary;
    if (incarnation !== this.#incarnation || other.id !== peer) return [];
    if (!this.#alive(replica) || !this.#alive(other)) return [];
    const faulty = replica.state === 'reintegrating' ? replica : other;
    const reason = `replicas ${replica.id} and ${other.id} cannot reach each other`;
    return [{ kind: 'terminate', id: faulty.id, reason }, ...this.#lose(faulty)];
  }

  #lose(replica: Replica): GatewayEffect[] {
    // Once the program's exit has been taken in, no replica is needed for what is left to do.
    if (!this.#alive(replica) || this.#exit !== null) return [];
    const wasWhole = !replica.isUnfit;
    replica.state = 'lost';
    if (replica === this.#primary) return [{ kind: 'changed' }, ...this.#losePrimary(replica)];
    const effects: GatewayEffect[] = [{ kind: 'changed' }];
    const primary = this.#primary;
    const what = wasWhole ? 'lost' : 'lost before it was whole';
    effects.push({
      kind: 'report',
      line: `backup ${describe(replica)} ${what}; running alone (degraded)`,
    });
    // A primary that has not begun is told when it starts.
    if (primary.state === 'running') effects.push({ kind: 'alone', id: primary.id });
    this.#failedTries = wasWhole ? 0 : this.#failedTries + 1;
    return [...effects, ...this.#spawn()];
  }

  #losePrimary(lost: Replica): GatewayEffect[] {
    const successor = this.#backup;
    if (!this.#alive(successor) || successor.isUnfit) {
      return this.#loseAll(lost);
    }
    this.#incarnation++;
    this.#primary = successor;
    this.#backup = lost;
    successor.role = 'primary';
    this.#succeeded = lost;
    const { id } = successor;
    if (successor.state === 'running') {
      const promotion: GatewayEffect = { kind: 'promote', id, incarnation: this.#incarnation };
      return [promotion, ...this.#resend(successor)];
    }
    // It has not begun: it starts as a primary without a backup.
    const report = this.#reportTakeOver('epoch 0');
    return [...report, ...(successor.peerPort === null ? [] : this.#startPrimary()), ...this.#spawn()];
  }

  #loseAll(lost: Replica): GatewayEffect[] {
    this.#ended = true;
    const effects: GatewayEffect[] = [];
    if (this.#succeeded !== null) {
      const line = `primary ${describe(this.#succeeded)} lost; ${lost.id} was to take over`;
      effects.push({ kind: 'report', line });
    }
    const other = this.#backup;
    const isUnfinished = this.#alive(other);
    if (isUnfinished) other.state = 'exited';
    const how = isUnfinished ? `lost before ${describe(other)} was whole` : 'lost as well';
    const line = `primary ${describe(lost)} ${how}; no replica is left and the program has ended`;
    return [...effects, { kind: 'report', line }, { kind: 'end', exitCode: INTERNAL_ERROR_EXIT_CODE }];
  }

  /** A replacement for the lost replica; the tries come slower and slower where they fail. */
  #spawn(): GatewayEffect[] {
    if (!this.#reintegrates) return [];
    this.#spawning = replicaName(this.#replicaCount++);
    const delayMs =
      this.#failedTries === 0 ? 0 : Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failedTries - 1));
    return [{ kind: 'spawn', id: this.#spawning, delayMs }];
  }

  #spawned(id: ReplicaId, pid: number): GatewayEffect[] {
    if (id !== this.#spawning) return [];
    this.#spawning = null;
    const backup: Replica = {
      id,
      pid,
      state: 'starting',
      role: 'backup',
      epoch: 0,
      peerPort: null,
      isUnfit: true,
    };
    this.#backup = backup;
    const lost = this.#replicas.filter((each) => !this.#alive(each)).slice(-MAXIMUM_LOST_SHOWN);
    this.#replicas = [...this.#replicas.filter((each) => this.#alive(each) || lost.includes(each)), backup];
    return [{ kind: 'changed' }];
  }

  /** From here on a failure of the primary is survived again. */
  #whole(replica: Replica, incarnation: number, peer: ReplicaId): GatewayEffect[] {
    const backup = this.#backup;
    if (replica !== this.#primary || incarnation !== this.#incarnation || !this.#alive(replica)) return [];
    if (backup.id !== peer || backup.state !== 'reintegrating') return [];
    backup.state = 'running';
    backup.isUnfit = false;
    this.#failedTries = 0;
    return [{ kind: 'whole', id: backup.id, pid: backup.pid }, { kind: 'changed' }];
  }

  #tookOver(replica: Replica, incarnation: number, epoch: number): GatewayEffect[] {
    if (replica !== this.#primary || incarnation !== this.#incarnation || !this.#alive(replica)) return [];
    if (this.#succeeded === null) return [];
    replica.epoch = epoch;
    // Not before: the start of a process would take its time from the take-over.
    return [...this.#reportTakeOver(`epoch ${epoch}`), ...this.#spawn()];
  }

  #reportTakeOver(point: string): GatewayEffect[] {
    const lost = this.#succeeded;
    if (lost === null) return [];
    this.#succeeded = null;
    const line =
      `primary ${describe(lost)} lost; ${this.#primary.id} takes over at ${point}, ` +
      `incarnation ${this.#incarnation}`;
    return [{ kind: 'report', line }, { kind: 'changed' }];
  }
}

/** Names in order: a to z, then aa, ab and so on. */
function replicaName(index: number): ReplicaId {
  const letter = String.fromCharCode(97 + (index % 26));
  return index < 26 ? letter : replicaName(Math.floor(index / 26) - 1) + letter;
}

function describe(replica: Replica): string {
  return `${replica.id} (pid ${replica.pid})`;
}
