// What a proof asks of a replica at its birth: a journal of all that its machine is told, and faults at exact moments.
import * as z from 'zod';

const count = z.number().int().nonnegative();

/** An exact moment in a replica's life. */
export const pointSchema = z.discriminatedUnion('kind', [
  /** Its machine has come to this epoch. */
  z.object({ kind: z.literal('epoch'), epoch: count }),
  /** Its machine has made the output of this sequence number, or a later one. made: nothing of it has left the
   *  machine. released: the backups hold the log before it, and it is about to be sent to the gateway. sent: it has
   *  been. A backup comes to 'made' only. */
  z.object({
    kind: z.literal('output'),
    sequence: count,
    phase: z.enum(['made', 'released', 'sent']),
  }),
]);

export type Point = z.infer<typeof pointSchema>;

export const faultSignalSchema = z.enum(['SIGKILL', 'SIGSTOP']);
export type FaultSignal = z.infer<typeof faultSignalSchema>;

/** At its point the replica sends itself the signal. */
export const faultSchema = z.object({ point: pointSchema, signal: faultSignalSchema });
export type Fault = z.infer<typeof faultSchema>;

export const instrumentsSchema = z.object({
  /** Path of the file that is to hold the journal; see journal.ts. */
  journal: z.string(),
  /** Path of the file that is made when the fault happens; its text is the time as Date.now() has it. */
  mark: z.string(),
  fault: faultSchema.nullable(),
});

export type Instruments = z.infer<typeof instrumentsSchema>;
