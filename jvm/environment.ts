// What the machine needs of the world: one way to perform an action, and the shapes of requests, results and events.
// The primary's environment does things, the backup's replays the log; the machine cannot tell which it has.
import type { InternalDescriptor } from './actions.js';

/**
 * Outputs that change files, performed by the primary before the program goes on. Each answers null, or HostError;
 * writeFile the number of bytes written. Made to be done again: positions are explicit, and before what can happen
 * only once (create exclusively, delete, rename) the machine has read that it had not happened yet.
 */
export type FileChange =
  /** Opens a file for writing, which may make or empty it. mode: permission bits of a new file before the mask. */
  | {
      readonly kind: 'openForWriting';
      readonly path: string;
      readonly create: boolean;
      readonly exclusive: boolean;
      readonly truncate: boolean;
      readonly alsoReading: boolean;
      readonly followLinks: boolean;
      readonly mode: number;
    }
  /** position null: to a device, which has none. */
  | {
      readonly kind: 'writeFile';
      readonly path: string;
      readonly position: number | null;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'truncateFile'; readonly path: string; readonly byteCount: number }
  | { readonly kind: 'syncFile'; readonly path: string }
  | { readonly kind: 'createDirectory'; readonly path: string; readonly mode: number }
  | { readonly kind: 'deleteFile'; readonly path: string }
  | { readonly kind: 'deleteDirectory'; readonly path: string }
  | { readonly kind: 'renameFile'; readonly path: string; readonly target: string }
  /** A second name, path, of the file target. */
  | { readonly kind: 'createLink'; readonly path: string; readonly target: string }
  | { readonly kind: 'createSymbolicLink'; readonly path: string; readonly target: string }
  | { readonly kind: 'setFileMode'; readonly path: string; readonly mode: number }
  /** -1 leaves an id as it is. */
  | {
      readonly kind: 'setFileOwner';
      readonly path: string;
      readonly userId: number;
      readonly groupId: number;
      readonly followLinks: boolean;
    }
  /** Times since 1970. */
  | {
      readonly kind: 'setFileTimes';
      readonly path: string;
      readonly accessNs: bigint;
      readonly modificationNs: bigint;
      readonly followLinks: boolean;
    };

/** What an action asks of the host. Requests carry no host handles: files are named by path and offset, so that a
 *  request may be repeated by another replica. Paths are absolute. */
export type Request =
  /** Monotonic clock: bigint nanoseconds from an arbitrary origin. */
  | { readonly kind: 'readMonotonicClock' }
  /** Wall clock: bigint nanoseconds since 1970-01-01T00:00Z. */
  | { readonly kind: 'readWallClock' }
  /** Random bytes: Uint8Array of that length. */
  | { readonly kind: 'readEntropy'; readonly byteCount: number }
  /** Writes to the standard output (1) or error (2) stream; no result, except a HostError where it is known at once that
   *  it fails. */
  | { readonly kind: 'writeStandard'; readonly stream: 1 | 2; readonly bytes: Uint8Array }
  /** Asks for standard input; no result. Acknowledged by the event { kind: 'input', id }; wait: only once there is
   *  something to tell, else soon, with null where there is nothing yet. At most one is outstanding. */
  | {
      readonly kind: 'readStandardInput';
      readonly id: number;
      readonly byteCount: number;
      readonly wait: boolean;
    }
  /** FileStatus encoded as [type, byteCount, lastModifiedMs, permission bits 4 read | 2 write | 1 execute], as the
   *  bigints of a number list; null where there is no such file. type: 1 regular file, 2 directory, 3 other. */
  | { readonly kind: 'readFileStatus'; readonly path: string }
  /** At most byteCount bytes of a file from a position: Uint8Array, empty at the end. */
  | {
      readonly kind: 'readFile';
      readonly path: string;
      readonly position: number;
      readonly byteCount: number;
    }
  /** Names in a directory, sorted by code unit, without . and ..: string[]; null where it is no directory. */
  | { readonly kind: 'readDirectory'; readonly path: string }
  /** The path with symbolic links resolved as far as it exists: string. */
  | { readonly kind: 'readCanonicalPath'; readonly path: string }
  /** What stat, or lstat where links are not followed, says: bigints [mode, inode, device, device represented, links,
   *  user id, group id, byteCount, accessNs, modificationNs, changeNs, birthNs], times since 1970. */
  | { readonly kind: 'readFileAttributes'; readonly path: string; readonly followLinks: boolean }
  | FileChange
  /** The program has closed a file: what the host has open of that path is closed; null. Every replica does this for
   *  itself. */
  | { readonly kind: 'releaseFile'; readonly path: string }
  /** Bytes of the file system that holds a path: bigints [all, free, free for this user]. */
  | { readonly kind: 'readFileSpace'; readonly path: string }
  /** Target of a symbolic link: string. */
  | { readonly kind: 'readLink'; readonly path: string }
  /** Number of the process that runs the program: number. */
  | { readonly kind: 'readProcessId' }
  /** Starts a one-shot timer; acknowledged by the event { kind: 'timer', id } once durationNs have passed. */
  | { readonly kind: 'startTimer'; readonly id: number; readonly durationNs: bigint }
  /** The timer is no longer of interest: its event, where it comes, is ignored by the machine. */
  | { readonly kind: 'cancelTimer'; readonly id: number };

/** A host call that failed. code: the POSIX name (ENOENT, EACCES, ...); message: as strerror gives it. */
export class HostError {
  constructor(
    readonly code: string,
    readonly message: string,
  ) {}
}

/** The patent's transient error, as an answer to an output that was under way when a primary was lost: it may have happened
 *  or not. Natives tell it from all others by its code, which no host has. */
export const TRANSIENT_ERROR = new HostError(
  'ETRANSIENT',
  'transient error: a replica was lost, and whether this was written cannot be known',
);

/** What a request answers. `undefined` for outputs without a result. */
export type ActionResult =
  | undefined
  | null
  | number
  | bigint
  | string
  | Uint8Array
  | readonly string[]
  | readonly bigint[]
  | HostError;

/** One action at the machine's present position. */
export interface Action {
  readonly descriptor: InternalDescriptor;
  readonly request: Request;
}

/** The answer to an action is not known yet. */
export const STALLED: unique symbol = Symbol('stalled');

export interface Environment {
  /** Performs (or replays) one action at the machine's present position. STALLED: the answer is not known yet; the
   *  machine backs out of the instruction and asks again when it is next run. An asynchronous output returns when it is
   *  sent (descriptor bit 7), and so never stalls. */
  perform(action: Action): ActionResult | typeof STALLED;
}

/** An asynchronous external action: delivered to the machine between two epochs, at the same one on every replica. */
export type ExternalAction =
  /** A timer that the machine started has run out. */
  | { readonly kind: 'timer'; readonly id: number }
  /** A signal to the program, by its Linux number. id counts them from 1. */
  | { readonly kind: 'signal'; readonly id: number; readonly signal: number }
  /** A replica was lost, or a new one is whole. id counts these from 1. replicaCount: replicas that could go on now, the
   *  primary included. */
  | {
      readonly kind: 'membership';
      readonly id: number;
      readonly change: 'lost' | 'whole';
      /** Its name. */
      readonly replica: string;
      readonly replicaCount: number;
    }
  /** A write to a standard stream has failed. id counts these from 1. lasting: so will all later ones. */
  | {
      readonly kind: 'outputFailure';
      readonly id: number;
      readonly stream: 1 | 2;
      readonly error: HostError;
      readonly lasting: boolean;
    }
  /** The heap that the program may use from here on: what the memory of the primary allows. */
  | { readonly kind: 'heapLimit'; readonly heapBytes: number }
  /** The answer to a readStandardInput: bytes, none at the end of the stream; null: nothing yet. */
  | { readonly kind: 'input'; readonly id: number; readonly value: Uint8Array | null | HostError };

/** Why the machine returned from run().
 *  epoch: an epoch has ended; deliver the external actions of this boundary (maybe none), then run again.
 *  idle: an epoch has ended and no thread can go on before an external action is delivered.
 *  stalled: an action's answer is not known yet.
 *  exited: the program has ended; see exitCode. */
export type StopReason = 'epoch' | 'idle' | 'stalled' | 'exited';

/** What a machine tells of itself at an epoch boundary: equal on equivalent replicas at equal epochs. */
export interface Vitals {
  /** Backward branches and method entries since birth. */
  readonly executedCount: number;
  readonly threadCount: number;
  /** Number of threads in each state, by THREAD_STATE (layout.ts). */
  readonly threadStates: readonly number[];
  /** Used, of all threads together. */
  readonly stackBytes: number;
  /** Used since the last collection, and left in use by it. */
  readonly heapBytes: number;
  /** What the program may use. */
  readonly heapLimitBytes: number;
}

/** The deterministic machine, as replication sees it. */
export interface ReplicableMachine {
  /** Executes until there is a reason to stop. Never blocks. */
  run(): StopReason;
  /** Ends the boundary after 'epoch' or 'idle': delivers its external actions in order and begins the next epoch. */
  deliver(actions: readonly ExternalAction[]): void;
  /** Number of the current epoch; the first is 0. It grows by one with each 'epoch' or 'idle' stop's deliver(). */
  readonly epoch: number;
  /** The program's exit code once run() has returned 'exited'. */
  readonly exitCode: number;
  /** Hex digest of heap, statics, stacks and scheduler: equal on equivalent replicas at equal epochs. */
  digest(): string;
  /** Cheap enough for every heartbeat. run() has returned 'epoch' or 'idle', or deliver() was called since. */
  vitals(): Vitals;
}
