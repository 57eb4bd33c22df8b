// External actions by name, each with its descriptor: what the machine's own instructions set off (implicit exceptions),
// and what comes from outside and is delivered at epoch boundaries. Those who deliver them ask here how.
import type { ExternalDescriptor } from './actions.js';
import type { ExternalAction } from './environment.js';

/** One external action. when: what sets it off, in words. */
export interface ExternalActionFacts {
  readonly descriptor: ExternalDescriptor;
  readonly when: string;
}

/** Occurs at the same instruction of every replica, because that instruction's operands are the same everywhere. */
const STRICTLY_GLOBAL: ExternalDescriptor = {
  kind: 'external',
  asynchronous: false,
  strictlyGlobal: true,
  kill: false,
  suppressedAtBackup: false,
  virtualised: false,
};

/** Replicas have limits of their own. The program runs out of memory where the primary does; a backup that alone does
 *  cannot follow it any longer and ends (patent fig. 20, S204-2). */
const OUT_OF_MEMORY: ExternalDescriptor = {
  ...STRICTLY_GLOBAL,
  strictlyGlobal: false,
  kill: true,
  suppressedAtBackup: true,
};

/** Comes to one replica or to several. The primary says at which boundary it is delivered everywhere; what a backup hears
 *  of it by itself is ignored (patent fig. 16 and 22). */
const ORDERED_BY_PRIMARY: ExternalDescriptor = {
  ...STRICTLY_GLOBAL,
  asynchronous: true,
  strictlyGlobal: false,
  suppressedAtBackup: true,
};

const implicit = (when: string): ExternalActionFacts => ({ descriptor: STRICTLY_GLOBAL, when });
const ordered = (when: string): ExternalActionFacts => ({ descriptor: ORDERED_BY_PRIMARY, when });

/** Implicit exceptions by their class: thrown by instructions, not by athrow (JVMS §2.10). */
export const SYNCHRONOUS_ACTIONS = {
  'java/lang/ArithmeticException': implicit('division by the integer zero'),
  'java/lang/ArrayIndexOutOfBoundsException': implicit('array index out of bounds'),
  'java/lang/ArrayStoreException': implicit('array element of a wrong type'),
  'java/lang/ClassCastException': implicit('failed cast'),
  'java/lang/IllegalMonitorStateException': implicit('monitor exit without its entry'),
  'java/lang/LinkageError': implicit('failed loading, linking or initialization, by its subclasses'),
  'java/lang/NegativeArraySizeException': implicit('negative array length'),
  'java/lang/NullPointerException': implicit('use of null'),
  'java/lang/OutOfMemoryError': { descriptor: OUT_OF_MEMORY, when: 'no room in the heap' },
  'java/lang/StackOverflowError': implicit('no room on the stack'),
} as const satisfies Readonly<Record<string, ExternalActionFacts>>;

export type ImplicitException = keyof typeof SYNCHRONOUS_ACTIONS;

/** External actions that are delivered at epoch boundaries, by their kind. */
export const ASYNCHRONOUS_ACTIONS = {
  timer: ordered('a timed wait, sleep or park is over'),
  input: ordered('standard input has come'),
  signal: ordered('SIGHUP, SIGINT or SIGTERM was sent to the program'),
  membership: ordered('a replica was lost, or a new one is whole'),
  outputFailure: ordered('a write to standard output or error has failed'),
  heapLimit: ordered('a replica whose memory allows another heap has begun to lead'),
} as const satisfies Readonly<Record<ExternalAction['kind'], ExternalActionFacts>>;

export type ExternalActionName = ImplicitException | keyof typeof ASYNCHRONOUS_ACTIONS;
