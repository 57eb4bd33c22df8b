// A pair of real machines in one process and in virtual time, cut short: the primary runs once and its posts are kept;
// then a backup gets as many of them as had left the primary when it died, takes over and runs to the end.
import type { BirthRecord } from '../../jvm/birth-record.js';
import type { ActionResult } from '../../jvm/environment.js';
import { generator } from '../../lib/generator.js';
import { DEFAULT_CONFIGURATION } from '../../replication/configuration.js';
import type { Host, HostRequest } from '../../replication/contracts.js';
import { Execution, type Flow, type Sink } from '../../replication/execution.js';
import { realHost } from '../../replication/host-environment.js';
import { FLUSH_LOG_INTERVAL_NS } from '../../replication/limits.js';
import { decodeBatch, LogWriter, settledBefore } from '../../replication/log.js';
import { machineFactory } from '../../replication/machine-factory.js';
import type { Post } from '../../replication/outbox.js';
import { decodeOutputs, type OutputBlock } from '../../replication/outputs.js';
import { Backup } from '../../replication/roles/backup.js';
import { Gateway } from '../../replication/roles/gateway.js';
import type { GatewayEffect, GatewayEvent } from '../../replication/roles/gateway-step.js';
import { Primary } from '../../replication/roles/primary.js';
import type { ReplicaEffect, ReplicaEvent, ReplicaRole } from '../../replication/roles/role.js';
import { collectGarbage } from '../jvm/machine-harness.js';

/** A machine reserves gigabytes of address space, which only a collection of garbage gives back. */
const MACHINES_BETWEEN_COLLECTIONS = 4;
/** A program that has more epochs than this never ends. */
const MAXIMUM_EPOCHS = 10_000;
/** Each reading of the clock takes as long as a post may wait for company: so everything is posted as soon as it is
 *  there, and the primary can be cut short at every epoch. */
const READING_NS = FLUSH_LOG_INTERVAL_NS;

/** A host of its own: what it answers to the program differs from what any other one answers. */
class VirtualHost implements Host {
  readonly #number: number;
  readonly #random: () => number;
  #nowNs: bigint;

  /** Hosts of higher numbers have clocks that are behind. */
  constructor(number: number) {
    this.#number = number;
    this.#random = generator(number);
    this.#nowNs = 1_000_000_000_000n / BigInt(number);
  }

  monotonicNs(): bigint {
    this.#nowNs += READING_NS;
    return this.#nowNs;
  }

  skip(durationNs: bigint): void {
    if (durationNs > 0n) this.#nowNs += durationNs;
  }

  perform(request: HostRequest): ActionResult {
    switch (request.kind) {
      case 'readMonotonicClock':
        return this.monotonicNs();
      case 'readWallClock':
        return 1_700_000_000_000_000_000n + this.monotonicNs();
      case 'readEntropy':
        return Uint8Array.from({ length: request.byteCount }, () => Math.floor(this.#random() * 256));
      case 'readProcessId':
        return 1000 + this.#number;
      default:
        return realHost.perform(request);
    }
  }
}

function notReintegrated(): never {
  throw new Error('no new backup is asked for');
}

let machineCount = 0;

function createExecution(
  role: 'primary' | 'backup',
  record: BirthRecord,
  host: Host,
  flow: Flow,
  sink: Pick<Sink, 'post' | 'tookOver'>,
): Execution {
  if (++machineCount % MACHINES_BETWEEN_COLLECTIONS === 0) collectGarbage();
  return new Execution({
    role,
    recording: role === 'primary',
    parameters: DEFAULT_CONFIGURATION,
    host,
    flow,
    sink: {
      ...sink,
      saved: notReintegrated,
      unsaved: notReintegrated,
      joining: notReintegrated,
      checked: () => {},
    },
    createMachine: (environment) => machineFactory.create(record, environment),
  });
}

/** Goes on until the machine has exited or needs log. Time passes where it only waits for a timer. */
function runOn(execution: Execution, host: VirtualHost): 'exited' | 'awaitingLog' {
  for (;;) {
    const progress = execution.advance();
    if (progress.kind === 'exited' || progress.kind === 'awaitingLog') return progress.kind;
    if (progress.kind === 'blocked') throw new Error(`blocked in epoch ${execution.epoch}`);
    if (progress.kind === 'idle') {
      if (progress.timerInNs === null) throw new Error(`idle for ever in epoch ${execution.epoch}`);
      host.skip(progress.timerInNs);
    }
    if (execution.epoch > MAXIMUM_EPOCHS) throw new Error(`no end after epoch ${execution.epoch}`);
  }
}

/** One post of a primary. */
export interface RecordedPost {
  readonly post: Post;
  /** Whether it is one that the primary made, or the last part of one; else the beginning or middle of one. */
  readonly isWhole: boolean;
  /** The epoch in which a backup takes over that has got the log up to this post: the first one left open. */
  readonly openEpoch: number;
}

export interface RecordedPrimary {
  readonly record: BirthRecord;
  readonly posts: readonly RecordedPost[];
  /** Epoch in which the program ended. */
  readonly lastEpoch: number;
}

/** Runs a program to its end as a primary whose posts are taken at once. */
export function recordPrimary(record: BirthRecord): RecordedPrimary {
  const host = new VirtualHost(1);
  const posts: Post[] = [];
  let confirmedSequence = -1;
  let acknowledgedBatch = -1;
  const flow: Flow = {
    get backupEpoch() {
      return execution.epoch;
    },
    get confirmedSequence() {
      return confirmedSequence;
    },
    get acknowledgedBatch() {
      return acknowledgedBatch;
    },
  };
  const sink = {
    post: (post: Post) => {
      posts.push(post);
      if (post.log !== null) acknowledgedBatch = post.log.number;
      if (post.outputs !== null) confirmedSequence = post.outputs.lastSequence;
    },
    tookOver: () => {
      throw new Error('a primary takes nothing over');
    },
  };
  const execution = createExecution('primary', record, host, flow, sink);
  if (runOn(execution, host) !== 'exited') throw new Error('a primary awaits no log');
  return { record, posts: inParts(posts), lastEpoch: execution.epoch };
}

/** The same posts with every log record as a batch of its own, as a primary would post them whose batches are full
 *  after one record: so it can be cut short between any two. */
function inParts(posts: readonly Post[]): RecordedPost[] {
  const writer = new LogWriter();
  const parts: RecordedPost[] = [];
  let openEpoch = 0;
  for (const { log, outputs } of posts) {
    const records = log === null ? [] : decodeBatch(log.bytes).records;
    if (records.length === 0) parts.push({ post: { log: null, outputs }, isWhole: true, openEpoch });
    for (const [index, record] of records.entries()) {
      const isWhole = index === records.length - 1;
      openEpoch = settledBefore(record);
      writer.append(record);
      const post = { log: writer.take(), outputs: isWhole ? outputs : null };
      parts.push({ post, isWhole, openEpoch });
    }
  }
  return parts;
}

/** What the world sees of a pair. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  /** Lines of the gateway's own. */
  readonly reports: readonly string[];
  /** Outputs that came again and that the gateway had. */
  readonly duplicateCount: number;
}

/** The real gateway, with nothing behind it that could be slow. */
class World {
  readonly #gateway = new Gateway(
    [
      { id: 'a', pid: 1 },
      { id: 'b', pid: 2 },
    ],
    { reintegrates: false },
  );
  readonly #texts = { 1: '', 2: '' };
  readonly #decoder = new TextDecoder();
  readonly #reports: string[] = [];
  deadId: string | null = null;
  #exitCode: number | null = null;
  #writtenCount = 0;
  #offeredCount = 0;
  /** Tells replicas what the gateway has for them. */
  readonly #tell: (id: string, event: ReplicaEvent) => void;

  constructor(tell: (id: string, event: ReplicaEvent) => void) {
    this.#tell = tell;
    for (const id of ['a', 'b']) this.step({ kind: 'hello', id, peerPort: 1 });
  }

  step(event: GatewayEvent): void {
    for (const effect of this.#gateway.step(event)) this.#carryOut(effect);
  }

  outputs(id: string, incarnation: number, block: OutputBlock): void {
    const items = decodeOutputs(block.bytes);
    this.#offeredCount += items.length;
    this.step({ kind: 'outputs', id, incarnation, items });
  }

  outcome(): Outcome {
    return {
      stdout: this.#texts[1],
      stderr: this.#texts[2],
      exitCode: this.#exitCode,
      reports: this.#reports,
      duplicateCount: this.#offeredCount - this.#writtenCount,
    };
  }

  #carryOut(effect: GatewayEffect): void {
    switch (effect.kind) {
      case 'start':
      case 'changed':
        return;
      case 'promote':
        this.#tell(effect.id, { ...effect, kind: 'promoted' });
        return;
      case 'drop':
        this.#tell(effect.id, { kind: 'dropped', peer: effect.peer });
        return;
      case 'poll':
      case 'follow':
        throw new Error('a pair has one backup');
      case 'write': {
        const { item } = effect;
        this.#writtenCount++;
        if (item.kind === 'write') this.#texts[item.stream] += this.#decoder.decode(item.bytes);
        this.step({ kind: 'written', sequence: item.sequence });
        return;
      }
      case 'confirm':
        for (const id of ['a', 'b']) this.#tell(id, { kind: 'confirmed', sequence: effect.sequence });
        return;
      case 'report':
        this.#reports.push(effect.line);
        return;
      case 'terminate':
        // One that is suspected is told so as well, which a dead one does not hear.
        if (effect.id !== this.deadId)
          throw new Error(`replica ${effect.id} is told to terminate: ${effect.reason}`);
        return;
      case 'end':
        this.#exitCode = effect.exitCode;
        return;
      case 'spawn':
      case 'reintegrate':
      case 'whole':
        return notReintegrated();
      case 'sendAction':
        // No program here has signals or membership to see.
        return;
      case 'readInput':
        throw new Error('no program here reads standard input');
    }
  }
}

/** Who notices that a replica has died: the launcher sees its process end, the other replica their link. */
export type Noticing = 'launcher' | 'replica';

/** How a primary dies. */
export interface Death {
  /** Posts that it has made. Their logs have all come to the backup, and their outputs to the gateway. */
  readonly postCount: number;
  /** The outputs of the last post have not: the primary died before it heard that the backup has the log. */
  readonly outputsLost: boolean;
  /** Whether the backup's machine has followed the log before, or has it all still before it. */
  readonly following: boolean;
  readonly noticedBy: Noticing;
  /** Breaks the output rule: the backup gets only that many of the posts' logs, whatever has been released. */
  readonly logCount?: number;
}

/** What became of a pair whose primary died, and where its backup took over. */
export interface TakeOver extends Outcome {
  /** Both streams as they were at the death. */
  readonly before: Pick<Outcome, 'stdout' | 'stderr'>;
  readonly takeOverEpoch: number | null;
  /** The backup had come to the program's exit before the primary died. */
  readonly wasAtEnd: boolean;
}

/** The roles of both replicas, the machine of the backup, and the world. Everything arrives at once. */
class RecordedPair {
  readonly #host = new VirtualHost(2);
  readonly #world = new World((id, event) => this.#tell(id, event));
  readonly #execution: Execution | null;
  #primary: ReplicaRole | null = new Primary({
    incarnation: 1,
    parameters: DEFAULT_CONFIGURATION,
    followers: ['b'],
  });
  #backup: ReplicaRole | null = new Backup({
    incarnation: 1,
    parameters: DEFAULT_CONFIGURATION,
    primary: 'a',
  });
  readonly #flow = { backupEpoch: 0, confirmedSequence: -1, acknowledgedBatch: -1 };
  /** What of the post under way does get through. */
  #passes = { log: true, outputs: true };
  takeOverEpoch: number | null = null;

  /** hasMachine: whether the backup has one, as it needs to take over. */
  constructor(record: BirthRecord, hasMachine: boolean) {
    const sink = {
      post: (post: Post) => this.#toBackup({ kind: 'posted', post }),
      tookOver: (epoch: number) => {
        if (this.takeOverEpoch !== null) throw new Error('a replica takes over once');
        this.takeOverEpoch = epoch;
        this.#toBackup({ kind: 'tookOver', epoch });
      },
    };
    this.#execution = hasMachine ? createExecution('backup', record, this.#host, this.#flow, sink) : null;
    this.#toPrimary({ kind: 'linked', peer: 'b' });
    this.#toBackup({ kind: 'linked', peer: 'a' });
  }

  /** The primary makes a post; what does not pass is lost on its way. */
  post(post: Post, passes = { log: true, outputs: true }): void {
    this.#passes = passes;
    this.#toPrimary({ kind: 'posted', post });
    this.#passes = { log: true, outputs: true };
  }

  /** The backup's machine does all that it can. */
  run(): 'exited' | 'awaitingLog' {
    return runOn(this.#execution!, this.#host);
  }

  /** The primary dies, or the backup does. */
  kill(id: 'a' | 'b'): void {
    this.#world.deadId = id;
    if (id === 'a') this.#primary = null;
    else this.#backup = null;
  }

  /** It is noticed that a replica has died: the other one goes on alone. */
  notice(by: Noticing): void {
    const id = this.#world.deadId!;
    if (by === 'launcher') this.#world.step({ kind: 'lost', id });
    else if (id === 'a') this.#toBackup({ kind: 'linkLost', peer: 'a' });
    else this.#toPrimary({ kind: 'linkLost', peer: 'b' });
  }

  outcome(): Outcome {
    return this.#world.outcome();
  }

  #tell(id: string, event: ReplicaEvent): void {
    if (id === 'a') this.#toPrimary(event);
    else this.#toBackup(event);
  }

  #toPrimary(event: ReplicaEvent): void {
    for (const effect of this.#primary?.step(event) ?? []) this.#carryOut('a', effect);
  }

  #toBackup(event: ReplicaEvent): void {
    for (const effect of this.#backup?.step(event) ?? []) this.#carryOut('b', effect);
  }

  #carryOut(id: 'a' | 'b', effect: ReplicaEffect): void {
    switch (effect.kind) {
      case 'sendLog':
        if (this.#passes.log) this.#toBackup({ ...effect, kind: 'log', peer: 'a' });
        // An acknowledgement without the log behind it: only for breaking the output rule.
        else this.#toPrimary({ kind: 'acknowledged', peer: 'b', batchNumber: effect.batch.number, epoch: 0 });
        return;
      case 'acknowledge':
        this.#toPrimary({
          ...effect,
          kind: 'acknowledged',
          peer: 'b',
          epoch: this.#execution?.epoch ?? 0,
        });
        return;
      case 'sendOutputs':
        if (this.#passes.outputs) this.#world.outputs(id, effect.incarnation, effect.block);
        return;
      case 'suspect':
        this.#world.step({ ...effect, kind: 'suspect', id, alive: false });
        return;
      case 'reportTakeOver':
        this.#world.step({ ...effect, kind: 'tookOver', id });
        return;
      case 'feedMachine':
        this.#execution?.append(effect.batch.bytes);
        return;
      case 'promoteMachine':
        this.#execution!.promote(effect.followed);
        return;
      case 'flowConfirmed':
        this.#flow.confirmedSequence = effect.sequence;
        return;
      case 'become':
        this.#backup = effect.role;
        return;
      case 'dropBackup':
      case 'flowBackup':
      case 'closeLink':
      case 'sendCompared':
      case 'sendChecked':
      case 'reportHeld':
        return;
      case 'saveMachine':
      case 'sendState':
      case 'restoreMachine':
      case 'reportRestored':
      case 'requireBackup':
      case 'reportWhole':
        return notReintegrated();
      case 'feedAction':
        throw new Error('no program here reads standard input');
    }
  }
}

/** The backup gets what had left the primary, and goes on alone. Throws where its machine diverges from the log, and
 *  where the gateway finds that its outputs contradict those before. */
export function afterDeathOfPrimary(recorded: RecordedPrimary, death: Death): TakeOver {
  const pair = new RecordedPair(recorded.record, true);
  let wasAtEnd = false;
  for (const [index, { post }] of recorded.posts.slice(0, death.postCount).entries()) {
    const log = index < (death.logCount ?? death.postCount);
    pair.post(post, { log, outputs: !death.outputsLost || index < death.postCount - 1 });
    if (death.following) wasAtEnd = pair.run() === 'exited';
  }
  const { stdout, stderr } = pair.outcome();
  pair.kill('a');
  pair.notice(death.noticedBy);
  if (pair.run() !== 'exited') throw new Error('a promoted backup awaits no log');
  return { ...pair.outcome(), before: { stdout, stderr }, takeOverEpoch: pair.takeOverEpoch, wasAtEnd };
}

/** The backup dies when the primary has made so many posts, which notices it, or is told, some posts later. */
export function afterDeathOfBackup(
  recorded: RecordedPrimary,
  death: { readonly postCount: number; readonly noticedAfter: number; readonly noticedBy: Noticing },
): Outcome {
  const pair = new RecordedPair(recorded.record, false);
  const { posts } = recorded;
  const noticedAt = Math.min(posts.length, death.postCount + death.noticedAfter);
  for (let index = 0; index <= posts.length; index++) {
    if (index === death.postCount) pair.kill('b');
    if (index === noticedAt) pair.notice(death.noticedBy);
    const next = posts[index];
    if (next !== undefined) pair.post(next.post);
  }
  return pair.outcome();
}
