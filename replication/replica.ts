// The main thread of a replica process: carries out the effects of its role over its links and its machine's thread.
// It computes nothing, so it answers at once however busy the program is.
import type { BirthRecord } from '../jvm/birth-record.js';
import { offerAsVictim } from '../lib/out-of-memory.js';
import { complain } from '../lib/standard-streams.js';
import { type Configuration, comparesOutputs, configurationDigest } from './configuration.js';
import { LAUNCHER, type ReplicaId } from './contracts.js';
import { INTERNAL_ERROR_EXIT_CODE } from './exit-codes.js';
import { FailureDetector } from './heartbeat.js';
import {
  FAILURE_GRACE_MS,
  FIGURES_EVERY,
  MAXIMUM_EARLY_LINKS,
  STATES_OF_NEWCOMER,
  STATUS_INTERVAL_MS,
} from './limits.js';
import { type Address, loopback } from './links/address.js';
import type { Identity } from './links/handshake.js';
import type { Link } from './links/link.js';
import { connectLink } from './links/link-dialler.js';
import { listenForLinks } from './links/link-server.js';
import type { MachineNews, MachineThread } from './machine-thread.js';
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  parseToReplica,
  type ToLauncher,
  type ToReplica,
} from './messages.js';
import { PeerError } from './peer-error.js';
import { FaultInjection } from './prove/fault-injection.js';
import type { NodePart, ReplicaBirth } from './replica-birth.js';
import { LinkCounts, type ReplicaFigures } from './replica-figures.js';
import { Backup } from './roles/backup.js';
import { Primary } from './roles/primary.js';
import type { ReplicaEffect, ReplicaEvent, ReplicaRole } from './roles/role.js';
import { StateReceiver, sendState } from './state-transfer.js';

export class Replica {
  readonly #id: ReplicaId;
  readonly #configuration: Configuration;
  readonly #node: NodePart | undefined;
  readonly #machine: MachineThread;
  readonly #faults: FaultInjection | null;
  #launcher: Link | null = null;
  #role: ReplicaRole | null = null;
  /** The links to other replicas: to all backups, or to the primary. */
  readonly #peers = new Map<ReplicaId, Link>();
  /** Links that came before the gateway told to expect them. */
  readonly #early = new Map<ReplicaId, Link>();
  /** The names of the replicas that a link may come from. */
  readonly #expected = new Set<ReplicaId>();
  /** The ends of watches over other replicas: each is watched from when a link to it is expected. */
  readonly #watches = new Map<ReplicaId, () => void>();
  #record: BirthRecord | null = null;
  #receiver: StateReceiver | null = null;
  readonly #counts = new LinkCounts();
  #toldEpoch = -1;
  #failure: string | null = null;
  #hasRefusedState = false;
  #takeBackOffer = (): void => {};

  /** machine: of this replica; where it leads, it has begun. */
  constructor({ id, configuration, instruments }: ReplicaBirth, machine: MachineThread, node?: NodePart) {
    this.#id = id;
    this.#node = node;
    this.#configuration = configuration;
    this.#faults = FaultInjection.of(instruments);
    this.#machine = machine;
    machine.open((message) => this.#machineReport(message));
  }

  /** Links with the launcher and begins. Rejects where it is not there any more. */
  async run({ token, launcherPort }: ReplicaBirth): Promise<void> {
    let peerPort = 0;
    const terms = { configuration: configurationDigest(this.#configuration) };
    const identity = () => ({ id: this.#id, token, peerPort, terms });
    const { hosts, tls } = this.#node ?? {};
    let launcherCame = (_link: Link) => {};
    const launcher = new Promise<Link>((resolve) => {
      launcherCame = resolve;
    });
    const server = await listenForLinks({
      identity,
      accepted: (link) => (link.peer.id === LAUNCHER ? launcherCame(link) : this.#acceptPeer(link)),
      refused: (sentence) => this.#complain(sentence),
      at: hosts?.map((host) => ({ host, port: 0 })),
      tls,
    });
    peerPort = server.port;
    process.send?.(peerPort);
    this.#launcher = await (launcherPort === undefined
      ? launcher
      : connectLink(loopback(launcherPort), identity()));
    this.#launcher.open({
      text: (text) => this.#command(parseToReplica(text), identity),
      frame: (bytes) => {
        const frame = decodeFrame(bytes);
        if (frame.kind === 'confirmed') this.#step(frame);
        else if (frame.kind === 'action') this.#step({ kind: 'action', bytes: new Uint8Array(frame.bytes) });
        else throw new PeerError('ORDER', `a gateway sends no ${frame.kind}`);
      },
      // Without the gateway there is nobody to run for.
      closed: () => process.exit(0),
    });
    let statusCount = 0;
    setInterval(() => this.#tellStatus(statusCount++ % FIGURES_EVERY === 0), STATUS_INTERVAL_MS);
  }

  #tellStatus(withFigures: boolean): void {
    const { epoch } = this.#machine.counters;
    const role = this.#role;
    // An idle replica has little new to tell.
    if (epoch === this.#toldEpoch && !withFigures) return;
    this.#toldEpoch = epoch;
    if (role === null || !withFigures) this.#tell({ kind: 'status', epoch });
    else this.#tell({ kind: 'status', epoch, figures: this.#figures(role) });
  }

  #figures(role: ReplicaRole): ReplicaFigures {
    const { activity, executedCount, threadCount, heapBytes } = this.#machine.counters.pulse;
    return { ...this.#counts, ...role.figures, activity, executedCount, threadCount, heapBytes };
  }

  #command(message: ToReplica, identity: () => Identity): void {
    switch (message.kind) {
      case 'start':
        this.#start(message);
        if (message.primary !== null) this.#connect(message.primary, message.primaryAddresses, identity());
        return;
      case 'poll':
        this.#step({ kind: 'polled' });
        return;
      case 'promote':
        for (const id of message.followers) this.#expect(id);
        this.#step({ kind: 'promoted', incarnation: message.incarnation, followers: message.followers });
        this.#openExpected();
        return;
      case 'follow':
        this.#step({ kind: 'succeeded', incarnation: message.incarnation, primary: message.primary });
        this.#connect(message.primary, message.primaryAddresses, identity());
        return;
      case 'drop':
        this.#step({ kind: 'dropped', peer: message.peer });
        return;
      case 'reintegrate':
        this.#expect(message.peer);
        this.#step({ kind: 'reintegrate', peer: message.peer });
        this.#openExpected();
        return;
      case 'probe':
        this.#tell({ kind: 'alive', probe: message.probe });
        return;
      case 'terminate':
        // The launcher has told why.
        process.exit(0);
    }
  }

  #start(message: ToReplica & { kind: 'start' }): void {
    if (this.#role !== null) throw new PeerError('ORDER', 'a replica is started once');
    const { role, incarnation, followers, primary, record, reintegrating } = message;
    const parameters = { ...this.#configuration, compareOutputs: comparesOutputs(this.#configuration) };
    this.#record = record;
    if (role === 'primary') {
      this.#role = new Primary({ incarnation, parameters, followers });
      for (const id of followers) this.#expect(id);
    } else this.#role = new Backup({ incarnation, parameters, primary: primary ?? '', reintegrating });
    // Of all replicas a new backup, while it holds the state twice, is the one that the program can do without.
    if (reintegrating) this.#takeBackOffer = offerAsVictim();
    else this.#machine.send({ kind: 'start', role, recording: followers.length > 0, record });
    if (role === 'primary') {
      this.#machine.begin();
      this.#openExpected();
    }
  }

  /** To the primary. */
  #connect(primary: ReplicaId, addresses: readonly Address[], identity: Identity): void {
    if (addresses.length === 0) return;
    const changed = (sentence: string) => this.#complain(`link to replica ${primary}: ${sentence}`);
    this.#watch(primary);
    connectLink(addresses, identity, { tls: this.#node?.tls, changed }).then(
      (link) => this.#openPeer(link),
      (error: Error) => {
        // A primary that is just gone is no news of its own: the launcher tells of it.
        if (!(error instanceof PeerError && error.code === 'LINK'))
          this.#complain(`the primary cannot be reached: ${error.message}`);
        this.#unwatch(primary);
        this.#step({ kind: 'linkLost', peer: primary });
      },
    );
  }

  #expect(peer: ReplicaId): void {
    this.#expected.add(peer);
    this.#watch(peer);
  }

  /** A backup may find its primary before that has been told of it. */
  #acceptPeer(link: Link): void {
    if (this.#early.size >= MAXIMUM_EARLY_LINKS) {
      link.close('this replica is not expected');
      return;
    }
    this.#early.get(link.peer.id)?.close('another replica of that name has come');
    this.#early.set(link.peer.id, link);
    this.#openExpected();
  }

  #openExpected(): void {
    for (const [id, link] of this.#early) {
      if (!this.#expected.delete(id)) continue;
      this.#early.delete(id);
      this.#openPeer(link);
    }
  }

  #openPeer(link: Link): void {
    const peer = link.peer.id;
    this.#peers.set(peer, link);
    this.#machine.begin();
    const detector = this.#watch(peer);
    link.open({
      text: () => {
        throw new PeerError('ORDER', 'replicas have nothing to say in JSON but hello');
      },
      frame: (bytes) => {
        detector.heard();
        const frame = decodeFrame(bytes);
        if (this.#peers.get(peer) !== link) return;
        if (frame.kind === 'heartbeat') this.#heartbeat(frame, detector);
        else this.#peerFrame(peer, frame);
      },
      closed: (error) => {
        if (this.#peers.get(peer) !== link) return;
        this.#peers.delete(peer);
        this.#unwatch(peer);
        if (error !== null) this.#complain(`the link to replica ${peer} is closed: ${error.message}`);
        this.#step({ kind: 'linkLost', peer });
      },
    });
    this.#step({ kind: 'linked', peer });
  }

  /** From now on another replica is judged by what comes from it, or does not. */
  #watch(peer: ReplicaId): FailureDetector {
    this.#unwatch(peer);
    const detector = new FailureDetector(this.#configuration);
    const turns = setInterval(() => this.#turn(peer, detector), this.#configuration.heartbeat.intervalMs);
    this.#watches.set(peer, () => clearInterval(turns));
    return detector;
  }

  #unwatch(peer: ReplicaId): void {
    this.#watches.get(peer)?.();
    this.#watches.delete(peer);
  }

  /** A heartbeat's interval is over. */
  #turn(peer: ReplicaId, detector: FailureDetector): void {
    const link = this.#peers.get(peer);
    if (link === undefined) {
      // On its way it may be slow, which the launcher finds out, but it cannot be cut off.
      if (detector.turn(false) !== null) this.#step({ kind: 'peerFaulty', peer, suspicion: 'silent' });
      return;
    }
    // A primary that waits for it need not hear of more than this and of the end of the log.
    if (this.#role?.name === 'backup') this.#step({ kind: 'progress', epoch: this.#machine.counters.epoch });
    this.#beat(link);
    if (detector.missed > 0) this.#counts.heartbeatsMissed++;
    const suspicion = detector.turn(this.#waitsFor(peer, detector));
    if (suspicion !== null) this.#step({ kind: 'peerFaulty', peer, suspicion });
  }

  /** Whether this replica stands at a synchronisation point for another one: not for one that has all there is. */
  #waitsFor(peer: ReplicaId, detector: FailureDetector): boolean {
    const role = this.#role;
    if (role === null || !(role.holding || this.#machine.counters.activity === 'blocked')) return false;
    return role.awaits(peer) || !detector.hasReplayed;
  }

  #beat(link: Link): void {
    const incarnation = this.#role?.incarnation ?? 0;
    this.#counts.heartbeatsSent++;
    link.send(encodeFrame({ kind: 'heartbeat', incarnation, ...this.#machine.counters.pulse }));
  }

  #heartbeat(frame: Frame & { kind: 'heartbeat' }, detector: FailureDetector): void {
    if (frame.incarnation !== this.#role?.incarnation)
      throw new PeerError('ORDER', `it is of incarnation ${frame.incarnation}`);
    detector.beat(frame);
  }

  #peerFrame(peer: ReplicaId, frame: Frame): void {
    switch (frame.kind) {
      case 'acknowledged':
      case 'compared':
        return this.#step({ ...frame, peer });
      case 'checked': {
        const { epoch, signature } = frame;
        return this.#step({ kind: 'peerChecked', peer, checkpoint: { epoch, signature } });
      }
      case 'log': {
        // A copy of its own: the bytes are the socket's.
        const batch = { number: -1, bytes: new Uint8Array(frame.bytes) };
        return this.#step({ kind: 'log', peer, batch, stableBatch: frame.stableBatch });
      }
      case 'restored':
        return this.#step({ kind: 'peerRestored', peer, epoch: frame.epoch });
      case 'stateBegin':
        if (this.#role?.name !== 'backup' || this.#receiver !== null)
          throw new PeerError('ORDER', 'no state is expected');
        this.#receiver = new StateReceiver(frame.byteCount);
        return;
      case 'state':
      case 'stateEnd': {
        const receiver = this.#receiver;
        if (receiver === null) throw new PeerError('ORDER', 'a state has no beginning');
        if (frame.kind === 'state') receiver.append(frame.bytes);
        else this.#step({ kind: 'inherited', inheritance: receiver.finish(frame.digest) });
        return;
      }
      default:
        throw new PeerError('ORDER', `a replica sends no ${frame.kind}`);
    }
  }

  #saveMachine(peer: ReplicaId): void {
    const link = this.#peers.get(peer);
    this.#machine.save(peer, {
      otherStates: this.#node === undefined ? STATES_OF_NEWCOMER : 0,
      isWanted: () => link !== undefined && this.#peers.get(peer) === link,
      refused: (why) => this.#refuseState(peer, why),
    });
  }

  /** The program goes on without the new backup. */
  #refuseState(peer: ReplicaId, why: string): void {
    // Said once: another backup will be tried again and again.
    if (!this.#hasRefusedState) this.#complain(why);
    this.#hasRefusedState = true;
    this.#peers.get(peer)?.close('there can be no copy of the state');
  }

  #sendState({ peer, inheritance }: ReplicaEffect & { kind: 'sendState' }): void {
    const link = this.#peers.get(peer);
    sendState(
      inheritance,
      (frame, handedOver) => link?.send(encodeFrame(frame), handedOver),
      () => link !== undefined && this.#peers.get(peer) === link,
      () => this.#step({ kind: 'stateSent', peer }),
    );
  }

  #machineReport(report: MachineNews): void {
    if (report.kind === 'failed') {
      this.#failure = report.text;
      setTimeout(() => this.#exitFailed(report.text), FAILURE_GRACE_MS);
      this.#endIfFailed();
      return;
    }
    if (report.kind === 'unsaved') this.#refuseState(report.peer, report.why);
    else this.#step(report);
  }

  #step(event: ReplicaEvent): void {
    if (this.#role === null) return;
    for (const effect of this.#role.step(event)) this.#carryOut(effect);
    this.#endIfFailed();
  }

  /** A machine has failed for good. What it had written before is the program's output, and is released first. */
  #endIfFailed(): void {
    if (this.#failure !== null && this.#role?.holding !== true) this.#exitFailed(this.#failure);
  }

  #exitFailed(text: string): void {
    const exit = () => process.exit(INTERNAL_ERROR_EXIT_CODE);
    if (this.#launcher === null) exit();
    else this.#launcher.sendJson({ kind: 'failed', text } satisfies ToLauncher, exit);
  }

  #carryOut(effect: ReplicaEffect): void {
    const { counters } = this.#machine;
    switch (effect.kind) {
      case 'sendLog': {
        const { batch, stableBatch } = effect;
        if (this.#peers.has(effect.peer)) this.#counts.sentLog(batch.bytes.length);
        this.#peers.get(effect.peer)?.send(encodeFrame({ kind: 'log', stableBatch, bytes: batch.bytes }));
        return;
      }
      case 'acknowledge':
        this.#sendToPrimary({ kind: 'acknowledged', batchNumber: effect.batchNumber, epoch: counters.epoch });
        return;
      case 'sendCompared':
        this.#sendToPrimary({ ...effect, kind: 'compared' });
        return;
      case 'sendChecked':
        this.#sendToPrimary({ ...effect.checkpoint, kind: 'checked' });
        return;
      case 'sendOutputs':
        this.#sendOutputs(effect);
        return;
      case 'suspect':
        this.#tell(effect);
        return;
      case 'reportHeld':
        this.#tell({ kind: 'held', batchNumber: effect.batchNumber });
        return;
      case 'reportTakeOver':
        this.#tell({ ...effect, kind: 'tookOver' });
        return;
      case 'feedMachine':
        // Copied: other backups may ask for it, should this one become their primary.
        this.#machine.send({ kind: 'log', bytes: effect.batch.bytes });
        return;
      case 'feedAction':
        this.#machine.send({ kind: 'action', bytes: effect.bytes });
        return;
      case 'promoteMachine':
        this.#machine.begin();
        this.#machine.send({ kind: 'promote', followed: effect.followed });
        return;
      case 'dropBackup':
        this.#machine.send(effect);
        return;
      case 'flowBackup':
        counters.backupEpoch = effect.epoch;
        counters.acknowledgedBatch = effect.batchNumber;
        counters.ring();
        return;
      case 'flowConfirmed':
        counters.confirmedSequence = effect.sequence;
        counters.ring();
        return;
      case 'closeLink': {
        const link = this.#peers.get(effect.peer);
        this.#peers.delete(effect.peer);
        this.#expected.delete(effect.peer);
        this.#unwatch(effect.peer);
        link?.close('this replica goes on without it');
        return;
      }
      case 'saveMachine':
        this.#saveMachine(effect.peer);
        return;
      case 'sendState':
        this.#sendState(effect);
        return;
      case 'restoreMachine': {
        const { bytes: state, batchNumber } = effect;
        const record = this.#record!;
        this.#machine.send({ kind: 'restore', record, state, batchNumber }, [state.buffer as ArrayBuffer]);
        return;
      }
      case 'reportRestored':
        this.#takeBackOffer();
        this.#sendToPrimary({ kind: 'restored', epoch: effect.epoch });
        return;
      case 'requireBackup':
        this.#machine.send({ kind: 'requireBackup', peer: effect.peer });
        return;
      case 'reportWhole':
        this.#tell({ kind: 'whole', incarnation: effect.incarnation, peer: effect.peer });
        return;
      case 'become':
        this.#role = effect.role;
    }
  }

  #sendOutputs({ incarnation, block }: ReplicaEffect & { kind: 'sendOutputs' }): void {
    const frame = encodeFrame({ kind: 'outputs', incarnation, bytes: block.bytes });
    const faults = this.#faults;
    faults?.outputs('released', block);
    this.#launcher?.send(frame, faults === null ? undefined : () => faults.outputs('sent', block));
  }

  /** A backup has one link, the one to its primary. */
  #sendToPrimary(frame: Frame): void {
    for (const link of this.#peers.values()) link.send(encodeFrame(frame));
  }

  #tell(message: ToLauncher): void {
    this.#launcher?.sendJson(message);
  }

  #complain(sentence: string): void {
    complain(`rjvm: replica ${this.#id}: ${sentence}`);
  }
}
