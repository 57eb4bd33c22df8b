// The birth record: all that a machine is told at its birth. With the log it determines every later state.
import type { ActionOverrides } from './action-overrides.js';

/** Plain data, so that it travels between processes as JSON. */
export interface BirthRecord {
  /** Binary name with dots of the class whose main method runs. */
  readonly mainClass: string;
  readonly programArguments: readonly string[];
  /** Class path entries, absolute paths of folders and jars, in order. */
  readonly classPath: readonly string[];
  /** -D definitions, in command line order. */
  readonly systemProperties: Readonly<Record<string, string>>;
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** The JDK: its home folder, its `release` file's JAVA_RUNTIME_VERSION, and a SHA-1 of the first 64 KiB of its
   *  lib/modules, its size and the `release` file. */
  readonly jdk: { readonly home: string; readonly version: string; readonly digest: string };
  /** What the host tells of itself: user.dir, user.name, user.home, os.name, os.version, os.arch, file.encoding,
   *  native.encoding, java.io.tmpdir, user.language, user.country (absent where unknown); and host.timeZone and
   *  host.gmtOffset, which are no system properties. */
  readonly hostProperties: Readonly<Record<string, string>>;
  /** Of standard output (1) and error (2): why nothing can be written there from the beginning, by POSIX name and
   *  sentence; absent where that is not known. */
  readonly standardOutputErrors?:
    | { readonly [stream in 1 | 2]?: StandardOutputError | undefined }
    | undefined;
  readonly options: MachineOptions;
}

export interface StandardOutputError {
  readonly code: string;
  readonly message: string;
}

export interface MachineOptions {
  /** -Xmx, in bytes. */
  readonly heapBytes: number;
  /** -Xss, in bytes, for every Java thread. */
  readonly stackBytes: number;
  /** Counted instructions (backward branches and method entries) after which an epoch ends. */
  readonly maximumEpochCount: number;
  /** Counted instructions after which the next runnable thread takes over. */
  readonly quantumCount: number;
  /** Runtime.availableProcessors(). */
  readonly availableProcessors: number;
  /** For tests: the heap is collected before every Nth allocation, also where there is room. 0: only where it is due. */
  readonly collectEvery: number;
  /** Replicas that the program is started with; 1: it runs alone. */
  readonly replicaCount: number;
  /** The patent's "try/catch preserve state consistency": for which objects the machine itself keeps what a catch clause
   *  restores. annotated: those whose class or method asks for it; application: those of every class of the application;
   *  none: none, whatever they ask for. */
  readonly preservation: Preservation;
  /** Whose try and catch blocks end the epoch where they end. */
  readonly epochEnds: EpochEnds;
  /** By the name of a native method, or java.lang.OutOfMemoryError: what is different from the descriptor in its table. */
  readonly actions: ActionOverrides;
}

export const EPOCH_ENDS = ['none', 'application', 'all'] as const;
export type EpochEnds = (typeof EPOCH_ENDS)[number];

export const PRESERVATIONS = ['none', 'annotated', 'application'] as const;
export type Preservation = (typeof PRESERVATIONS)[number];
