// The main thread of a replica process: carries out the effects of its role over its links and its machine's thread.
// It computes nothing, so it answers at once however busy the program is.
import type { ReplicaId } from './contracts.js';
import { INTERNAL_ERROR_EXIT_CODE } from './exit-codes.js';
import { FAILURE_GRACE_MS, PROGRESS_INTERVAL_MS, STATUS_INTERVAL_MS } from './limits.js';
import { connectLink, type Link, listenForLinks } from './link.js';
import { MachineThread } from './machine-thread.js';
import type { MachineReport } from './machine-worker.js';
import { decodeFrame, encodeFrame, parseToReplica, type ToLauncher, type ToReplica } from './messages.js';
import { PeerError } from './peer-error.js';
import { parseReplicaBirth, REPLICA_VARIABLE, type ReplicaBirth } from './replica-birth.js';
import { Backup } from './roles/backup.js';
import { Primary } from './roles/primary.js';
import type { ReplicaEffect, ReplicaEvent, ReplicaRole } from './roles/role.js';

class Replica {
  readonly #id: ReplicaId;
  readonly #machine: MachineThread;
  #launcher: Link | null = null;
  #role: ReplicaRole | null = null;
  /** The link to the other replica. */
  #peer: Link | null = null;
  #takenPosts = 0;
  #failure: string | null = null;

  constructor(id: ReplicaId, factoryModule: string) {
    this.#id = id;
    this.#machine = new MachineThread(factoryModule, (report) => this.#machineReport(report));
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
    this.#launcher = await connectLink(launcherPort, identity());
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

  #command(message: ToReplica, identity: () => { id: string; token: string; peerPort: number }): void {
    switch (message.kind) {
      case 'start':
        this.#start(message);
        if (message.peerPort === null) return;
        connectLink(message.peerPort, identity()).then(
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
      case 'terminate':
        this.#complain(`it has been told to terminate: ${message.reason}`);
        process.exit(0);
    }
  }

  #start({ role, incarnation, alone, record }: ToReplica & { kind: 'start' }): void {
    if (this.#role !== null) throw new PeerError('ORDER', 'a replica is started once');
    this.#role = role === 'primary' ? new Primary({ incarnation, alone }) : new Backup({ incarnation });
    this.#machine.send({ kind: 'start', role, recording: role === 'primary' && !alone, record });
    if (role === 'backup') {
      setInterval(() => {
        if (this.#peer !== null) this.#step({ kind: 'progress', epoch: this.#machine.counters.epoch });
      }, PROGRESS_INTERVAL_MS);
    } else if (this.#peer !== null) this.#openPeer(this.#peer);
  }

  /** A backup may find its primary before that has been told that it is one. */
  #acceptPeer(link: Link): void {
    if (this.#peer !== null || this.#role?.name === 'backup') {
      link.close('no link is expected');
      return;
    }
    this.#peer = link;
    if (this.#role !== null) this.#openPeer(link);
  }

  #openPeer(link: Link): void {
    this.#peer = link;
    link.open({
      text: () => {
        throw new PeerError('ORDER', 'replicas have nothing to say in JSON but hello');
      },
      frame: (bytes) => this.#peerFrame(bytes),
      closed: (error) => {
        if (this.#peer !== link) return;
        this.#peer = null;
        if (error !== null) this.#complain(`the link to replica ${link.peer.id} is closed: ${error.message}`);
        this.#step({ kind: 'linkLost' });
      },
    });
    this.#step({ kind: 'linked' });
  }

  #peerFrame(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if (frame.kind === 'acknowledged') this.#step(frame);
    else if (frame.kind === 'log') {
      // A copy of its own: the bytes are the socket's, and the machine's thread takes the buffer.
      this.#step({ kind: 'log', batch: { number: -1, bytes: new Uint8Array(frame.bytes) } });
    } else throw new PeerError('ORDER', `a replica sends no ${frame.kind}`);
  }

  #machineReport(report: MachineReport): void {
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
        this.#launcher?.send(
          encodeFrame({ kind: 'outputs', incarnation: effect.incarnation, bytes: effect.block.bytes }),
        );
        return;
      case 'suspect':
        this.#tell({ kind: 'suspect', incarnation: effect.incarnation });
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
        peer?.close('this replica goes on alone');
        return;
      }
      case 'become':
        this.#role = effect.role;
    }
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
await new Replica(options.id, options.factoryModule).run(options).catch(() => process.exit(0));
