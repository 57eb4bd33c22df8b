// What is told of a running pair to those who watch it: its status and the changes of it, as plain data.
import * as z from 'zod';
import { replicaFiguresSchema } from '../replica-figures.js';

const count = z.number().int().nonnegative();
const time = z.iso.datetime();

const replicaStatus = z.object({
  id: z.string(),
  role: z.enum(['primary', 'backup']),
  pid: z.number().int(),
  /** Name of the host that pid is of, where replicas run on several. */
  node: z.string().optional(),
  state: z.enum(['starting', 'reintegrating', 'running', 'lost', 'exited']),
  /** The epoch that its machine was last known to be in; null where it has not told. */
  epoch: count.nullable(),
  /** Epochs that it is behind the primary; null for the primary, for replicas that do not run, and where one of both has
   *  not told of its epoch. */
  skewEpochs: count.nullable(),
  /** What it has last told; null where it has not. */
  figures: replicaFiguresSchema.nullable(),
});

/** How often something has happened, when it was last done, and how long that took; null: never, or not known. */
const tally = z.object({ count, lastTime: time.nullable(), lastMs: z.number().nonnegative().nullable() });

export const pairStatusSchema = z.object({
  /** Process id of the launcher. */
  launcher: z.number().int().positive(),
  /** The main class. */
  program: z.string(),
  startTime: time,
  /** Address of the HTTP endpoint, where there is one. */
  manage: z.string().nullable(),
  /** whole: every replica that is wanted could take over. */
  health: z.enum(['starting', 'whole', 'degraded', 'ended']),
  incarnation: count,
  takeOvers: tally,
  reintegrations: tally,
  replicas: z.array(replicaStatus),
});

/** One change, numbered from 0 in the order in which they happened. */
export const pairEventSchema = z.object({
  number: count,
  time,
  /** replica: one has another state. health: so has the pair. fault: a replica is found faulty. takeOver, reintegrated: how long that took. notice: a line
   *  on standard error. command: somebody has asked for something. */
  kind: z.enum(['replica', 'health', 'fault', 'takeOver', 'reintegrated', 'notice', 'command']),
  /** For people: one line. */
  text: z.string(),
  /** For programs: replica, pid, node, role, state, incarnation, health, durationMs, exitCode; what is known of them. */
  detail: z.record(z.string(), z.union([z.string(), z.number()])),
});

export type PairStatus = z.infer<typeof pairStatusSchema>;
export type Health = PairStatus['health'];
export type Tally = PairStatus['takeOvers'];
export type PairEvent = z.infer<typeof pairEventSchema>;
