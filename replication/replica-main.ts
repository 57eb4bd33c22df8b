// The main thread of a replica process: carries out the effects of its role over its links and its machine's thread.
// It computes nothing, so it answers at once however busy the program is.
import type { BirthRecord } from '../jvm/birth-record.js';
import type { ReplicaId } from './contracts.js';
import { INTERNAL_ERROR_EXIT_CODE } from './exit-codes.js';
import { Heartbeat } from './heartbeat.js';
import { FAILURE_GRACE_MS, PROGRESS_INTERVAL_MS, STATUS_INTERVAL_MS } from './limits.js';
import { loopback } from './links/address.js';
import type { Identity } from './links/handshake.js';
import type { Link } from './links/link.js';
import { connectLink } from './links/link-dialler.js';
import { listenForLinks } from './links/link-server.js';
import { type MachineNews, MachineThread } from './machine-thread.js';
import { decodeFrame, encodeFrame, parseToReplica, type ToLauncher, type ToReplica } from './messages.js';
import { PeerError } from './peer-error.js';
import { FaultInjection } from './prove/fault-injection.js';
import { parseReplicaBirth, REPLICA_VARIABLE, type ReplicaBirth } from './replica-birth.js';
import { Backup } from './roles/backup.js';
import { Primary } from './roles/primary.js';
import type { ReplicaEffect, ReplicaEvent, ReplicaRole } from './roles/role.js';
import { StateReceiver, sendState } from './state-transfer.js';

class Replica {
  readonly #id: ReplicaId;
  readonly #missedHeartbeats: number;
  readonly #machine: MachineThread;
  readonly #faults: FaultInjection | null;
  #launcher: Link | null = null;
  #role: ReplicaRole | null = null;
  /** The link to the other replica. */
  #peer: Link | null = null;
  /** A link that came before the gateway told to expect it. */
  #early: Link | null = null;
  /** The name of the replica that a link may come from. */
  #expected: ReplicaId | null = null;
  #record: BirthRecord | null = null;
  #receiver: StateReceiver | null = null;
  #takenPosts = 0;
  #failure: string | null = null;
  #isShortOfMemory = false;

  constructor({ id, factoryModule, missedHeartbeats, instruments }: ReplicaBirth) {
    this.#id = id;
    this.#missedHeartbeats = missedHeartbeats;
    this.#faults = FaultInjection.of(instruments);
    this.#machine = new MachineThread(factoryModule, (report) => this.#machineReport(report), instruments);
  }

  async run(options: ReplicaBirth): Promise<void> {
    const { token, launcherPort } = options;
    let peerPort = 0;
    const identity = () => ({ id: this.#id, token, peerPort });
    const server = await listenForLinks({
      identity,
      accepted: (link) => this.#acceptPeer(link),
      refused: (sentence) => this.#complain(sentence),
    });
    peerPort = server.port;
    this.#launcher = await connectLink(loopback(launcherPort), identity());
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
    setInterval(
      () => this.#tell({ kind: 'status', epoch: this.#machine.counters.epoch }),
      STATUS_INTERVAL_MS,
    );
  }

  #command(message: ToReplica, identity: () => Identity): void {
    switch (message.kind) {
      case 'start':
        this.#start(message);
        if (message.peerPort === null) return;
        connectLink(loopback(message.peerPort), identity()).then(
          (link) => this.#openPeer(link),
          (error: Error) => {
            // A primary that is just gone is no news of its own: the launcher tells of it.
            if (!(error instanceof PeerError && error.code === 'LINK'))
              this.#complain(`the primary cannot be reached: ${error.message}`);
            this.#step({ kind: 'linkLost' });
          },
        );
        return;
      case 'promote':
        this.#step({ kind: 'promoted', incarnation: message.incarnation });
        return;
      case 'alone':
        this.#step({ kind: 'alone' });
        return;
      case 'reintegrate':
        this.#expected = message.peer;
        this.#step({ kind: 'reintegrate', peer: message.peer });
        this.#openExpected();
        return;
      case 'probe':
        this.#tell({ kind: 'alive', probe: message.probe });
        return;
      case 'terminate':
        this.#complain(`it has been told to terminate: ${message.reason}`);
        process.exit(0);
    }
  }

  #start(message: ToReplica & { kind: 'start' }): void {
    if (this.#role !== null) throw new PeerError('ORDER', 'a replica is started once');
    const { role, incarnation, alone, record, reintegrating } = message;
    const peer = message.peer ?? '';
    this.#record = record;
    if (role === 'primary') {
      this.#role = new Primary({ incarnation, alone, peer });
      this.#expected = message.peer;
    } else this.#role = new Backup({ incarnation, peer, reintegrating });
    if (!reintegrating) {
      this.#machine.send({ kind: 'start', role, recording: role === 'primary' && !alone, record });
    }
    if (role === 'backup') {
      setInterval(() => {
        if (this.#peer !== null) this.#step({ kind: 'progress', epoch: this.#machine.counters.epoch });
      }, PROGRESS_INTERVAL_MS);
    } else this.#openExpected();
  }

  /** A backup may find its primary before that has been told of it. */
  #acceptPeer(link: Link): void {
    this.#early?.close('another replica has come');
    this.#early = link;
    this.#openExpected();
  }

  #openExpected(): void {
    const link = this.#early;
    if (link === null || this.#expected === null) return;
    this.#early = null;
    if (link.peer.id !== this.#expected) {
      link.close('another replica is expected');
      return;
    }
    this.#expected = null;
    this.#openPeer(link);
  }

  #openPeer(link: Link): void {
    this.#peer = link;
    const heartbeat = new Heartbeat(
      this.#missedHeartbeats,
      () => this.#beat(link),
      () => this.#step({ kind: 'peerSilent' }),
    );
    link.open({
      text: () => {
        throw new PeerError('ORDER', 'replicas have nothing to say in JSON but hello');
      },
      frame: (bytes) => {
        heartbeat.heard();
        if (this.#peer === link) this.#peerFrame(bytes);
      },
      closed: (error) => {
        heartbeat.stop();
        if (this.#peer !== link) return;
        this.#peer = null;
        if (error !== null) this.#complain(`the link to replica ${link.peer.id} is closed: ${error.message}`);
        this.#step({ kind: 'linkLost' });
      },
    });
    this.#step({ kind: 'linked' });
  }

  #beat(link: Link): void {
    const incarnation = this.#role?.incarnation ?? 0;
    link.send(encodeFrame({ kind: 'heartbeat', incarnation, epoch: this.#machine.counters.epoch }));
  }

  #peerFrame(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    switch (frame.kind) {
      case 'acknowledged':
        return this.#step(frame);
      case 'log':
        // A copy of its own: the bytes are the socket's, and the machine's thread takes the buffer.
        return this.#step({ kind: 'log', batch: { number: -1, bytes: new Uint8Array(frame.bytes) } });
      case 'heartbeat':
        if (frame.incarnation !== this.#role?.incarnation)
          throw new PeerError('ORDER', `it is of incarnation ${frame.incarnation}`);
        return;
      case 'restored':
        return this.#step({ kind: 'peerRestored', epoch: frame.epoch });
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
    const link = this.#peer;
    const isWanted = () => link !== null && this.#peer === link;
    this.#machine.save(peer, isWanted, (why) => {
      // Said once: another backup will be tried again and again.
      if (!this.#isShortOfMemory) this.#complain(why);
      this.#isShortOfMemory = true;
      link?.close('there is no memory for a copy of the state');
    });
  }

  #sendState({ peer, inheritance }: ReplicaEffect & { kind: 'sendState' }): void {
    const link = this.#peer;
    sendState(
      inheritance,
      (frame, handedOver) => link?.send(encodeFrame(frame), handedOver),
      () => link !== null && this.#peer === link,
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
    if (report.kind === 'posted') this.#machine.counters.takenPosts = ++this.#takenPosts;
    this.#step(report);
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
      case 'sendLog':
        this.#peer?.send(encodeFrame({ kind: 'log', bytes: effect.batch.bytes }));
        return;
      case 'acknowledge':
        this.#peer?.send(encodeFrame({ ...effect, kind: 'acknowledged' }));
        return;
      case 'sendOutputs':
        this.#sendOutputs(effect);
        return;
      case 'suspect':
        this.#tell(effect);
        return;
      case 'reportTakeOver':
        this.#tell({ ...effect, kind: 'tookOver' });
        return;
      case 'feedMachine':
        this.#machine.send({ kind: 'log', bytes: effect.batch.bytes }, [effect.batch.bytes.buffer]);
        return;
      case 'feedAction':
        this.#machine.send({ kind: 'action', bytes: effect.bytes });
        return;
      case 'promoteMachine':
        this.#machine.send({ kind: 'promote' });
        return;
      case 'stopRecording':
        this.#machine.send({ kind: 'stopRecording' });
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
        const peer = this.#peer;
        this.#peer = null;
        this.#expected = null;
        peer?.close('this replica goes on alone');
        return;
      }
      case 'saveMachine':
        this.#saveMachine(effect.peer);
        return;
      case 'sendState':
        this.#sendState(effect);
        return;
      case 'restoreMachine': {
        const state = effect.bytes;
        this.#machine.send({ kind: 'restore', record: this.#record!, state }, [state.buffer as ArrayBuffer]);
        return;
      }
      case 'reportRestored':
        this.#peer?.send(encodeFrame({ kind: 'restored', epoch: effect.epoch }));
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

  #tell(message: ToLauncher): void {
    this.#launcher?.sendJson(message);
  }

  #complain(sentence: string): void {
    process.stderr.write(`rjvm: replica ${this.#id}: ${sentence}\n`);
  }
}

// A terminal's Ctrl-C and hang-up go to the whole process group; the launcher tells the program of them.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('SIGTERM', () => {});

const options = parseReplicaBirth(process.env[REPLICA_VARIABLE]);
delete process.env[REPLICA_VARIABLE];
// A launcher that is gone before the link is up leaves nobody to tell.
await new Replica(options).run(options).catch(() => process.exit(0));
