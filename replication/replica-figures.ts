// What a replica tells the launcher of its work, for those who watch the pair.
import * as z from 'zod';
import { ACTIVITIES } from './pulse.js';

const count = z.number().int().nonnegative();
/** -1: none. */
const batchNumber = z.number().int().min(-1);

export const replicaFiguresSchema = z.object({
  /** Log sent to backups so far, over all links. */
  logBytes: count,
  logBatches: count,
  /** Heartbeats sent to other replicas, and intervals in which nothing came from one of them. */
  heartbeatsSent: count,
  heartbeatsMissed: count,
  /** The last log batch that this replica holds, and the last one that its backups hold; the same for a backup. */
  lastBatch: batchNumber,
  acknowledgedBatch: batchNumber,
  /** Outputs that the output rule holds back. */
  heldOutputs: count,
  heldBytes: count,
  /** What its machine is about, and has: counted instructions, Java threads, heap in use. */
  activity: z.enum(ACTIVITIES),
  executedCount: count,
  threadCount: count,
  heapBytes: count,
});

export type ReplicaFigures = z.infer<typeof replicaFiguresSchema>;

/** What of the figures the role knows. */
export type RoleFigures = Pick<
  ReplicaFigures,
  'lastBatch' | 'acknowledgedBatch' | 'heldOutputs' | 'heldBytes'
>;

/** What the links count. */
export class LinkCounts {
  logBytes = 0;
  logBatches = 0;
  heartbeatsSent = 0;
  heartbeatsMissed = 0;

  sentLog(byteCount: number): void {
    this.logBytes += byteCount;
    this.logBatches++;
  }
}
