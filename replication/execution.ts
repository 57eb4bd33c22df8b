// One replica's execution: the machine, its environment as primary or as backup, and the decisions at epoch
// boundaries. Synchronous and without I/O of its own, so that worker threads and the simulator run the same code.
import type {
  Action,
  ActionResult,
  Environment,
  ExternalAction,
  StopReason,
  Vitals,
} from '../jvm/environment.js';
import { STALLED } from '../jvm/environment.js';
import type { SaveRoom } from '../jvm/snapshot/save-room.js';
import { UserError } from '../lib/errors.js';
import type { Configuration } from './configuration.js';
import type { Host, HostRequest, ReplicaId, SavableMachine } from './contracts.js';
import { DueActions } from './due-actions.js';
import type { HeapAllowance } from './heap-allowance.js';
import { CHECKPOINT_EPOCHS, MAXIMUM_OUTPUT_ITEM_BYTES, MAXIMUM_READ_BYTES } from './limits.js';
import { decodeBatch, type Position, ReplayLog } from './log.js';
import type { FileMirror } from './nodes/file-mirror.js';
import type { SavedFile } from './nodes/saved-file.js';
import { Outbox, type Post } from './outbox.js';
import type { StandardStream } from './outputs.js';
import { Pacing } from './pacing.js';
import { ProgramClock } from './program-clock.js';
import { requestChecksum } from './request-checksum.js';
import type { Checkpoint } from './roles/role.js';
import type { SavedExecution, SavedState } from './saved-execution.js';
import { settle } from './settlement.js';
import { TimerTable } from './timer-table.js';

/** How far the others have come, as the role knows it. Read at epoch boundaries. */
export interface Flow {
  /** Epoch that the slowest backup's machine is known to have reached; beyond all where there is none. */
  readonly backupEpoch: number;
  /** Last output sequence number that the gateway has confirmed; -1 before the first. */
  readonly confirmedSequence: number;
  /** Last log batch that the backups hold, as many of them as an output needs; -1 before the first. */
  readonly acknowledgedBatch: number;
}

export interface Sink {
  post(post: Post): void;
  /** The backup has become the primary: from this epoch on it decides (the take-over point). */
  tookOver(epoch: number): void;
  /** The state for a new backup, with the log up to this batch in it (-1: none). */
  saved(peer: ReplicaId, state: SavedState, batchNumber: number): void;
  /** The new backup cannot have the state, and the program goes on without it; why: a sentence for people. */
  unsaved(peer: ReplicaId, why: string): void;
  /** Outputs posted from here on wait for the new backup; everything before them depends on the log up to this batch
   *  (-1: on none). */
  joining(peer: ReplicaId, batchNumber: number): void;
  /** What the machine is at an epoch at which replicas are compared. */
  checked(checkpoint: Checkpoint): void;
}

/** What became of one advance().
 *  ran: an epoch has ended, go on at once. awaitingLog: the backup needs more log, or its promotion. blocked: the
 *  primary is too far ahead, or its next output waits for the backup to hold the log.
 *  full: the world has not taken the outputs yet. onBreak: the primary lets its backup catch up for a little time.
 *  idle: nothing to do before a timer; null: no timer is outstanding. exited: for good. */
export type Progress =
  | { readonly kind: 'ran' | 'awaitingLog' | 'blocked' | 'full' | 'exited' }
  | { readonly kind: 'idle'; readonly timerInNs: bigint | null }
  | { readonly kind: 'onBreak'; readonly forNs: bigint };

/** Follows an execution from within, whether it leads or follows the log: all that its machine has been told. */
export interface Witness {
  /** The machine has got the value of an input, or the result of an output. */
  input(position: Position, value: ActionResult): void;
  /** External actions, at least one, are delivered at the end of an epoch. */
  boundary(epoch: number, actions: readonly ExternalAction[]): void;
  /** The state as it is here has been copied out for a new backup. */
  saved(peer: ReplicaId): void;
  /** From here on this replica decides: at its birth, or from its take-over point. */
  leads(): void;
  /** What follows from all that was told so far is about to leave this replica; nextSequence: of its outputs. */
  posting(epoch: number, nextSequence: number | null): void;
}

/** What of the configuration concerns the execution. */
export type ExecutionParameters = Pick<
  Configuration,
  'skew' | 'inputSynchronises' | 'outputRule' | 'compareOutputs' | 'deepCheckEpochs'
>;

export interface ExecutionOptions {
  readonly role: 'primary' | 'backup';
  /** A primary with backups records what it decides; alone it has nobody to tell. */
  readonly recording: boolean;
  readonly parameters: ExecutionParameters;
  readonly host: Host;
  readonly flow: Flow;
  readonly sink: Sink;
  readonly createMachine: (environment: Environment) => SavableMachine;
  /** Where each replica keeps the program's files on its own node. */
  readonly mirror?: FileMirror | undefined;
  /** For a new backup: where the machine, which is a restored one, left off. */
  readonly restored?: { readonly execution: SavedExecution; readonly batchNumber: number };
  readonly witness?: Witness | null;
  /** null, or absent: as much of the heap as the birth record says. */
  readonly heapAllowance?: HeapAllowance | null;
}

const RAN: Progress = { kind: 'ran' };
const AWAITING_LOG: Progress = { kind: 'awaitingLog' };
const BLOCKED: Progress = { kind: 'blocked' };
const FULL: Progress = { kind: 'full' };
const EXITED: Progress = { kind: 'exited' };

export class Execution implements Environment {
  readonly #host: Host;
  readonly #flow: Flow;
  readonly #sink: Sink;
  readonly #witness: Witness | null;
  readonly #machine: SavableMachine;
  readonly #timers = new TimerTable();
  readonly #clock = new ProgramClock();
  readonly #outbox: Outbox;
  readonly #replay = new ReplayLog();
  readonly #parameters: ExecutionParameters;
  readonly #mirror: FileMirror | undefined;
  readonly #pacing: Pacing;
  readonly #heapAllowance: HeapAllowance | null;
  /** Whether this replica decides: the primary, or a promoted backup that has used up its log. */
  #leading: boolean;
  #promoted = false;
  /** Other backups follow this one when it takes over. */
  #followed = false;
  /** The new backup that waits for the state, and the one that has got it. */
  #newcomer: ReplicaId | null = null;
  #room: SaveRoom | undefined;
  #savedFor: ReplicaId | null = null;
  /** An input that is logged and that the program does not see before the backups hold it. */
  #awaitedInput: { readonly value: ActionResult } | null = null;
  /** Sequence number by which the output under way was announced, where replicas compare it. */
  #announced: number | null = null;
  /** The output that the machine is about to perform may have been performed by the lost primary. */
  #isUncertain = false;
  /** Logged inputs of the current epoch. */
  #ordinal = 0;
  readonly #due = new DueActions();
  /** Why the machine stopped, while what follows from it is not done. */
  #stop: StopReason | null = null;
  /** The machine has stopped within an epoch. */
  #stalled = false;

  constructor(options: ExecutionOptions) {
    this.#host = options.host;
    this.#flow = options.flow;
    this.#sink = options.sink;
    this.#witness = options.witness ?? null;
    this.#leading = options.role === 'primary';
    this.#parameters = options.parameters;
    this.#mirror = options.mirror;
    this.#pacing = new Pacing(options.parameters.skew, options.flow);
    this.#heapAllowance = options.heapAllowance ?? null;
    this.#outbox = new Outbox(options.host, options.recording, options.restored?.batchNumber ?? -1);
    if (options.restored !== undefined) this.#restore(options.restored.execution);
    this.#machine = options.createMachine(this);
    if (this.#leading) this.#witness?.leads();
  }

  #restore(saved: SavedExecution): void {
    const nowNs = this.#host.monotonicNs();
    for (const [id, durationNs] of saved.timers) this.#timers.start(id, nowNs + durationNs);
    this.#clock.restore(saved.clock, this.#hostClockNs());
    this.#outbox.outputs.restore(saved.outputs);
    this.#due.restore(saved);
    this.#stop = saved.isIdle ? 'idle' : null;
    this.#mirror?.restore(saved.files);
  }

  get epoch(): number {
    return this.#machine.epoch;
  }

  /** About as many bytes as a copy of the machine's memory, and of the program's files where they go with it, takes. */
  get stateBytes(): number {
    return this.#machine.stateBytes + (this.#mirror?.byteCount ?? 0);
  }

  /** The machine's vitals; null within an epoch. */
  vitals(): Vitals | null {
    return this.#stalled ? null : this.#machine.vitals();
  }

  /** CRC-32 of all that the program has written. */
  get outputChecksum(): number {
    return this.#outbox.outputs.checksum;
  }

  /** Digest of the machine's state: equal on replicas at equal epochs. */
  digest(): string {
    return this.#machine.digest();
  }

  /** A batch of the primary's log has come. Throws PeerError for damaged bytes. */
  append(batchBytes: Uint8Array): void {
    const { number, records } = decodeBatch(batchBytes);
    this.#outbox.follow(number);
    this.#replay.append(records);
  }

  /** Something has happened outside: it is delivered at the end of an epoch. */
  occur(action: ExternalAction): void {
    this.#due.occur(action);
  }

  /** The gateway has granted this backup the next incarnation: it takes over where its log ends. followed: there are
   *  other backups, for which the log goes on. */
  promote(followed: boolean): void {
    this.#promoted = true;
    this.#followed = followed;
    if (this.#stop === 'exited') this.#takeOver();
  }

  /** A backup, or one that was to become it, is none any more. isLogNeeded: others are left; else nothing is logged from
   *  here on. */
  dropBackup(peer: ReplicaId, isLogNeeded: boolean): void {
    if (this.#newcomer === peer) {
      this.#newcomer = null;
      this.#room = undefined;
    }
    if (this.#savedFor === peer) {
      this.#savedFor = null;
      this.#pacing.unsaved();
    }
    if (isLogNeeded) return;
    this.#followed = false;
    this.#outbox.endLog();
    this.#pacing.clear();
  }

  /** A new backup waits for the state: it is saved at the next epoch boundary at which this replica decides.
   *  room: for copies of the machine's memory and of the program's files, see SaveRoom. */
  saveFor(peer: ReplicaId, room?: SaveRoom): void {
    this.#newcomer = peer;
    this.#room = room;
  }

  /** The new backup goes on from the state that it has got: outputs wait for it from here on. */
  requireBackup(peer: ReplicaId): void {
    if (this.#savedFor !== peer) return;
    this.flush();
    this.#savedFor = null;
    this.#pacing.joined(this.#machine.epoch);
    this.#sink.joining(peer, this.#outbox.lastBatch);
  }

  /** Patent fig. 10, S102 to S104: the state is copied out, and the machine goes on, recorded for the new backup. */
  #saveNow(peer: ReplicaId): void {
    const room = this.#room;
    this.#newcomer = null;
    this.#room = undefined;
    const files = this.#saveFiles(peer, room);
    if (files === null) return;
    this.flush();
    const execution: SavedExecution = {
      isIdle: this.#stop === 'idle',
      timers: this.#timers.remaining(this.#host.monotonicNs()),
      clock: this.#clock.save(this.#hostClockNs()),
      outputs: this.#outbox.outputs.position,
      ...this.#due.save(),
      files,
    };
    const machine = this.#machine.save(room);
    this.#savedFor = peer;
    if (!this.#outbox.isRecording) this.#beginLog();
    this.#pacing.saved();
    this.#witness?.saved(peer);
    this.#sink.saved(peer, { execution, machine }, this.#outbox.lastBatch);
  }

  /** null: they cannot be read, or are too much for this host, which must not be the end of the program. */
  #saveFiles(peer: ReplicaId, room: SaveRoom | undefined): readonly SavedFile[] | null {
    try {
      return this.#mirror?.save(room) ?? [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#sink.unsaved(peer, error.message);
      return null;
    }
  }

  /** Performs (primary) or replays (backup) an action; see Environment. Outputs are collected by both. */
  perform(action: Action): ActionResult | typeof STALLED {
    const { descriptor, request } = action;
    switch (request.kind) {
      case 'writeStandard':
        this.#write(request.stream, request.bytes);
        return undefined;
      case 'readStandardInput':
        this.#outbox.outputs.readInput(request.id, request.byteCount, request.wait);
        this.#due.asked(request.id);
        return undefined;
      case 'startTimer':
        this.#timers.start(request.id, this.#host.monotonicNs() + request.durationNs);
        this.#clock.startTimer(request.id, request.durationNs);
        return undefined;
      case 'cancelTimer':
        this.#timers.remove(request.id);
        this.#clock.cancelTimer(request.id);
        return undefined;
    }
    if (!descriptor.suppressedAtBackup) return this.#host.perform(limited(request));
    if (descriptor.output && (descriptor.compared || this.#parameters.compareOutputs)) {
      this.#announced ??= this.#outbox.outputs.announce(requestChecksum(request));
    }
    const value = this.#decide(request, descriptor.output);
    if (value !== STALLED) this.#announced = null;
    return value;
  }

  #beginLog(): void {
    this.#outbox.beginLog();
    this.#pacing.clear();
  }

  /** An input, or an output whose result the program needs, which is logged as an input is. */
  #decide(request: HostRequest, isOutput: boolean): ActionResult | typeof STALLED {
    const position: Position = { epoch: this.#machine.epoch, ordinal: this.#ordinal };
    if (!this.#leading) {
      const record = this.#replay.takeInput(position);
      if (record !== undefined) {
        this.#ordinal++;
        this.#witness?.input(position, record.value);
        if (isOutput) this.#mirror?.follow(request, record.value);
        if (request.kind === 'readMonotonicClock') {
          this.#clock.follow(asNs(record.value), this.#hostClockNs());
        }
        return record.value;
      }
      if (!this.#promoted) return STALLED;
      this.#takeOver();
      this.#isUncertain = isOutput;
    }
    if (this.#awaitedInput !== null) return this.#takeAwaitedInput();
    if (isOutput && !(this.#isLogHeld() && this.#isAgreed())) return STALLED;
    const value = this.#answer(request, this.#isUncertain);
    this.#isUncertain = false;
    this.#witness?.input(position, value);
    this.#outbox.record({ kind: 'input', position, value });
    if (this.#outbox.isRecording && this.#parameters.inputSynchronises && !isOutput) {
      this.#awaitedInput = { value };
      return this.#takeAwaitedInput();
    }
    this.#ordinal++;
    if (this.#outbox.isFull) this.flush();
    return value;
  }

  /** An input as a synchronisation point (patent, "input actions"): the program sees it when the backups hold it. */
  #takeAwaitedInput(): ActionResult | typeof STALLED {
    if (this.#awaitedInput === null || !this.#isLogHeld()) return STALLED;
    const { value } = this.#awaitedInput;
    this.#awaitedInput = null;
    this.#ordinal++;
    return value;
  }

  #answer(request: HostRequest, uncertain: boolean): ActionResult {
    if (request.kind === 'readMonotonicClock') return this.#clock.read(this.#hostClockNs());
    // On a node of its own it cannot have been performed.
    const isUnsettled = uncertain && this.#mirror === undefined;
    const value = isUnsettled ? settle(this.#host, request) : this.#host.perform(limited(request));
    this.#mirror?.performed(request, value);
    return value;
  }

  /** The output rule for an output that is performed here: the backups hold every log record before it. So where the
   *  log of a backup that takes over ends just before an output, that one alone may have been performed. */
  #isLogHeld(): boolean {
    if (!this.#outbox.isRecording || this.#parameters.outputRule === 'relaxed') return true;
    this.flush();
    return this.#flow.acknowledgedBatch >= this.#outbox.lastBatch;
  }

  /** The backups have come to the same output, where it is compared: the gateway has heard of it. */
  #isAgreed(): boolean {
    if (this.#announced === null || !this.#outbox.isRecording) return true;
    if (this.#outbox.outputs.byteCount > 0) this.flush();
    return this.#flow.confirmedSequence >= this.#announced;
  }

  #hostClockNs(): bigint {
    return asNs(this.#host.perform({ kind: 'readMonotonicClock' }));
  }

  /** Bytes are copied: they may be the machine's memory. */
  #write(stream: StandardStream, bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; start += MAXIMUM_OUTPUT_ITEM_BYTES) {
      this.#outbox.outputs.write(stream, bytes.subarray(start, start + MAXIMUM_OUTPUT_ITEM_BYTES));
      if (this.#outbox.isFull) this.flush();
    }
  }

  /** Runs the machine to its next stop and does what follows from it. Never blocks; see Progress. */
  advance(): Progress {
    if (this.#newcomer !== null && this.#leading && !this.#stalled && this.#stop !== 'exited') {
      this.#saveNow(this.#newcomer);
    }
    if (this.#stop === null) {
      // Within an epoch the others may be waiting for its end.
      const isBetween = this.#leading && !this.#stalled;
      const { isRecording } = this.#outbox;
      if (isBetween && this.#pacing.mustWait(this.#machine.epoch, isRecording))
        return this.#pause(this.#pacing.isFull ? FULL : BLOCKED);
      const breakNs = isBetween && isRecording ? this.#pacing.breakNs(this.#host.monotonicNs()) : 0n;
      if (breakNs > 0n) return this.#pause({ kind: 'onBreak', forNs: breakNs });
      const stop = this.#machine.run();
      this.#stalled = stop === 'stalled';
      if (stop === 'stalled') {
        return this.#pause(this.#leading ? BLOCKED : AWAITING_LOG);
      }
      if (stop === 'exited') this.#exit();
      else if (!this.#leading) this.#heapAllowance?.check(this.#machine);
      this.#stop = stop;
    }
    if (this.#stop === 'exited') return EXITED;
    return this.#endEpoch(this.#stop === 'idle');
  }

  /** An epoch boundary (patent fig. 9 at the primary, fig. 13 at the backup). */
  #endEpoch(idle: boolean): Progress {
    if (!this.#leading) {
      if (this.#promoted || this.#keepsDistance()) {
        const actions = this.#replay.takeBoundary(this.#machine.epoch);
        if (actions !== undefined) return this.#deliver(actions, idle);
      }
      if (!this.#promoted) return this.#pause(AWAITING_LOG);
      this.#takeOver();
    }
    const actions = this.#takeExternalActions();
    if (idle && actions.length === 0) {
      this.flush();
      const deadlineNs = this.#timers.nextDeadlineNs();
      return { kind: 'idle', timerInNs: deadlineNs === null ? null : deadlineNs - this.#host.monotonicNs() };
    }
    if (actions.length > 0) this.#outbox.record({ kind: 'boundary', epoch: this.#machine.epoch, actions });
    return this.#deliver(actions, idle);
  }

  #deliver(actions: readonly ExternalAction[], idle: boolean): Progress {
    if (idle && actions.length === 0) {
      throw new Error(
        `this replica has diverged: it is idle in epoch ${this.#machine.epoch}, which the log runs on from`,
      );
    }
    if (actions.length > 0) this.#witness?.boundary(this.#machine.epoch, actions);
    for (const action of actions) {
      if (action.kind === 'timer') {
        this.#timers.remove(action.id);
        this.#clock.expireTimer(action.id, this.#hostClockNs());
      } else this.#due.delivered(action);
    }
    this.#machine.deliver(actions);
    this.#pacing.ended();
    this.#ordinal = 0;
    this.#stop = null;
    this.#check();
    if (this.#outbox.isDue) this.flush();
    return RAN;
  }

  /** At certain epochs, the same ones everywhere, it is told what the machine is, for replicas to be compared. */
  #check(): void {
    const { epoch } = this.#machine;
    const { deepCheckEpochs } = this.#parameters;
    const isDeep = deepCheckEpochs > 0 && epoch % deepCheckEpochs === 0;
    if (!isDeep && epoch % CHECKPOINT_EPOCHS !== 0) return;
    const vitals = Object.values(this.#machine.vitals()).join(' ');
    const signature = `${vitals} ${this.outputChecksum}${isDeep ? ` ${this.#machine.digest()}` : ''}`;
    this.#sink.checked({ epoch, signature });
  }

  #takeExternalActions(): readonly ExternalAction[] {
    const limit = this.#heapAllowance?.limit(this.#machine) ?? null;
    if (limit !== null) return [limit];
    const occurred = this.#due.take();
    if (this.#timers.size === 0) return occurred;
    const ids = this.#timers.takeExpired(this.#host.monotonicNs());
    return ids.length === 0 ? occurred : [...occurred, ...ids.map((id) => ({ kind: 'timer', id }) as const)];
  }

  /** Patent fig. 17: the first synchronisation point for which there is no record. Timers go on from the time at
   *  which this replica saw them start, and so never run out early. */
  #takeOver(): void {
    // What it has come to as a backup comes before the news of the take-over.
    this.flush();
    this.#leading = true;
    this.#witness?.leads();
    if (this.#followed) this.#beginLog();
    this.#sink.tookOver(this.#machine.epoch);
  }

  #exit(): void {
    this.#outbox.outputs.exit(this.#machine.exitCode | 0);
    // A backup whose log held everything to the very end decides nothing any more, yet it is the one that goes on.
    if (this.#promoted && !this.#leading) this.#takeOver();
    this.flush();
  }

  /** d of the skew: the backup's distance from where it last heard the primary to be. */
  #keepsDistance(): boolean {
    const { minimumEpochs } = this.#parameters.skew;
    return minimumEpochs === 0 || this.#replay.settledBefore - this.#machine.epoch >= minimumEpochs;
  }

  #pause(progress: Progress): Progress {
    this.flush();
    return progress;
  }

  /** Posts what has collected, as advance() does by itself where it has to. */
  flush(): void {
    const { epoch } = this.#machine;
    const nowNs = this.#host.monotonicNs();
    this.#pacing.passed(epoch, nowNs, this.#outbox.isRecording && this.#leading);
    const post = this.#outbox.take(epoch, nowNs);
    if (post === null) return;
    this.#pacing.posted(epoch, post.log, post.outputs);
    this.#witness?.posting(epoch, post.outputs === null ? null : post.outputs.lastSequence + 1);
    this.#sink.post(post);
  }
}

function limited(request: HostRequest): HostRequest {
  if (request.kind !== 'readFile' || request.byteCount <= MAXIMUM_READ_BYTES) return request;
  return { ...request, byteCount: MAXIMUM_READ_BYTES };
}

function asNs(value: ActionResult): bigint {
  if (typeof value !== 'bigint') throw new Error('the monotonic clock answers nanoseconds as bigint');
  return value;
}
