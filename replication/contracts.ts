// What replication asks of its surroundings: a host that performs requests, and a factory that makes machines.
import type { BirthRecord } from '../jvm/birth-record.js';
import type { ActionResult, Environment, ReplicableMachine, Request } from '../jvm/environment.js';
import type { SaveRoom } from '../jvm/snapshot/save-room.js';
import type { SavedMachine } from '../jvm/snapshot/saved-machine.js';

/** The requests that the host itself answers. The standard streams and timers belong to replication, since they are
 *  outputs that have to be released, and external actions that have to be delivered. */
export type HostRequest = Exclude<
  Request,
  { readonly kind: 'writeStandard' | 'readStandardInput' | 'startTimer' | 'cancelTimer' }
>;

/** The real world of one replica, reached synchronously. */
export interface Host {
  /** Performs one request now. A failed one answers HostError; nothing is thrown. */
  perform(request: HostRequest): ActionResult;
  /** Monotonic clock of this host in nanoseconds, for timers and flushing; not what the program sees. */
  monotonicNs(): bigint;
}

/** Where a birth record's JDK and class path are on this host, as far as they are not where the record says. */
export interface LocalPaths {
  readonly jdkHome: string;
  /** Paths of the record and what is read instead of them. */
  readonly files: Readonly<Record<string, string>>;
  /** A folder that stands for those of the class path which this host has not. */
  readonly standIn: string;
}

/** A machine that can be made again elsewhere as it is at an epoch boundary. */
export interface SavableMachine extends ReplicableMachine {
  /** run() has returned 'epoch' or 'idle', or deliver() was called since, or the machine has not run yet. */
  save(room?: SaveRoom): SavedMachine;
  /** About as many bytes as the memory of the saved machine will have. */
  readonly stateBytes: number;
}

/** Makes the machine that a birth record describes. Every replica makes its own. jdkHome: where the record's JDK is on
 *  this host; as the record says where absent. */
export interface MachineFactory {
  /** May throw UserError where the birth record cannot be fulfilled here (a JDK that is gone). */
  create(record: BirthRecord, environment: Environment, jdkHome?: string): SavableMachine;
  /** A machine that goes on where a saved one of the same birth record stood. */
  restore(
    record: BirthRecord,
    environment: Environment,
    saved: SavedMachine,
    jdkHome?: string,
  ): SavableMachine;
}

/** The module that a replica's worker loads to get its machine. */
export interface MachineFactoryModule {
  readonly machineFactory: MachineFactory;
}

/** Names a replica process: 'a', 'b' and so on at first; a replacement gets the next letter. */
export type ReplicaId = string;

/** The name of the launcher on links. */
export const LAUNCHER = 'launcher';
