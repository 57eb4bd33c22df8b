// The gateway's role: the register of who is primary, and the one place where outputs become visible.
// It outlives any replica. Granting an incarnation happens here alone, so two primaries are never both heard.
import type { ExternalAction } from '../../jvm/environment.js';
import type { ReplicaId } from '../contracts.js';
import { INTERNAL_ERROR_EXIT_CODE } from '../exit-codes.js';
import { MAXIMUM_KEPT_SIGNALS } from '../limits.js';
import type { OutputItem } from '../outputs.js';
import type { InputValue } from '../standard-input.js';

export type ReplicaState = 'starting' | 'running' | 'lost' | 'exited';

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
  /** A replica cannot reach the other one. */
  | { readonly kind: 'suspect'; readonly id: ReplicaId; readonly incarnation: number }
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
      /** For a backup: where its primary is. */
      readonly peerPort: number | null;
    }
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
}

export class Gateway {
  readonly #replicas: readonly Replica[];
  #primary: Replica;
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

  /** The first replica is the primary, the second one its backup. */
  constructor(
    processes: readonly [primary: { id: ReplicaId; pid: number }, backup: { id: ReplicaId; pid: number }],
  ) {
    const [primary, backup] = processes;
    this.#primary = { ...primary, state: 'starting', role: 'primary', epoch: 0, peerPort: null };
    this.#replicas = [
      this.#primary,
      { ...backup, state: 'starting', role: 'backup', epoch: 0, peerPort: null },
    ];
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
    const replica = this.#find(event.id);
    switch (event.kind) {
      case 'hello':
        return this.#hello(replica, event.peerPort);
      case 'outputs':
        return this.#outputs(replica, event.incarnation, event.items);
      case 'lost':
        return this.#lose(replica);
      case 'suspect':
        return this.#suspect(replica, event.incarnation);
      case 'tookOver':
        return this.#tookOver(replica, event.incarnation, event.epoch);
      case 'status':
        replica.epoch = event.epoch;
        return [];
    }
  }

  #find(id: ReplicaId): Replica {
    const replica = this.#replicas.find((candidate) => candidate.id === id);
    if (replica === undefined) throw new Error(`no replica is called ${id}`);
    return replica;
  }

  #other(replica: Replica): Replica {
    return this.#replicas.find((candidate) => candidate !== replica)!;
  }

  #alive(replica: Replica): boolean {
    return replica.state === 'starting' || replica.state === 'running';
  }

  /** A backup is started when its primary can be reached; a primary does not wait for its backup. */
  #hello(replica: Replica, peerPort: number): GatewayEffect[] {
    if (replica.state !== 'starting' || replica.peerPort !== null) {
      return [{ kind: 'terminate', id: replica.id, reason: 'it is not expected to start' }];
    }
    replica.peerPort = peerPort;
    const other = this.#other(replica);
    if (replica === this.#primary) {
      const started = this.#start(replica, !this.#alive(other));
      return other.peerPort !== null && this.#alive(other)
        ? [...started, ...this.#start(other, false)]
        : started;
    }
    return this.#primary.peerPort !== null ? this.#start(replica, false) : [];
  }

  #start(replica: Replica, alone: boolean): GatewayEffect[] {
    replica.state = 'running';
    const { id, role } = replica;
    const peerPort = role === 'backup' ? this.#primary.peerPort : null;
    return [
      { kind: 'start', id, role, incarnation: this.#incarnation, alone, peerPort },
      { kind: 'changed' },
      ...(role === 'primary' ? this.#resend(replica) : []),
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

  /** The test-and-set: of a pair in this incarnation, the first one that is believed decides who goes on. */
  #suspect(replica: Replica, incarnation: number): GatewayEffect[] {
    const other = this.#other(replica);
    if (incarnation !== this.#incarnation || !this.#alive(replica) || !this.#alive(other)) return [];
    const reason = `replica ${replica.id} cannot reach it`;
    return [{ kind: 'terminate', id: other.id, reason }, ...this.#lose(other)];
  }

  #lose(replica: Replica): GatewayEffect[] {
    // Once the program's exit has been taken in, no replica is needed for what is left to do.
    if (!this.#alive(replica) || this.#exit !== null) return [];
    replica.state = 'lost';
    const other = this.#other(replica);
    const effects: GatewayEffect[] = [{ kind: 'changed' }];
    if (!this.#alive(other)) {
      this.#ended = true;
      if (this.#succeeded !== null) {
        const line = `primary ${describe(this.#succeeded)} lost; ${replica.id} was to take over`;
        effects.push({ kind: 'report', line });
      }
      const line = `${replica.role} ${describe(replica)} lost as well; no replica is left and the program has ended`;
      return [...effects, { kind: 'report', line }, { kind: 'end', exitCode: INTERNAL_ERROR_EXIT_CODE }];
    }
    if (replica !== this.#primary) {
      effects.push({ kind: 'report', line: `backup ${describe(replica)} lost; running alone (degraded)` });
      if (other.state === 'running') effects.push({ kind: 'alone', id: other.id });
      return effects;
    }
    this.#incarnation++;
    this.#primary = other;
    other.role = 'primary';
    this.#succeeded = replica;
    if (other.state === 'running') {
      effects.push({ kind: 'promote', id: other.id, incarnation: this.#incarnation });
      return [...effects, ...this.#resend(other)];
    }
    // It has not begun: it starts as a primary without a backup.
    effects.push(...this.#reportTakeOver('epoch 0'));
    return other.peerPort === null ? effects : [...effects, ...this.#start(other, true)];
  }

  #tookOver(replica: Replica, incarnation: number, epoch: number): GatewayEffect[] {
    if (replica !== this.#primary || incarnation !== this.#incarnation || !this.#alive(replica)) return [];
    replica.epoch = epoch;
    return this.#reportTakeOver(`epoch ${epoch}`);
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

function describe(replica: Replica): string {
  return `${replica.id} (pid ${replica.pid})`;
}
