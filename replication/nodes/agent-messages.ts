// The protocol between a launcher and the agent of a node: JSON messages, and the bytes of class path files as frames.
import * as z from 'zod';
import { parseJson } from '../messages.js';

const count = z.number().int().nonnegative();
const digest = z.string().regex(/^[0-9a-f]{64}$/);
/** Of the terms of these links; see links/handshake.ts. */
export const VERSION_TERM = 'version of rjvm';

const MALFORMED = 'a message is malformed';

const toAgent = z.discriminatedUnion('kind', [
  /** What the program needs; answered by 'lacks' where files are missing, and by 'ready' or 'unfit'. */
  z.object({
    kind: z.literal('prepare'),
    mainClass: z.string(),
    jdk: z.object({ version: z.string(), digest: z.string() }),
    files: z.array(z.object({ path: z.string(), byteCount: count, digest })).readonly(),
  }),
  /** The bytes of this file follow, in frames. */
  z.object({ kind: z.literal('file'), byteCount: count, digest }),
  /** birth: the JSON of a ReplicaBirth, sealed; answered by 'spawned' or 'ended'. */
  z.object({ kind: z.literal('spawn'), id: z.string(), birth: z.string() }),
  z.object({ kind: z.literal('kill'), id: z.string() }),
  /** A sign of life. */
  z.object({ kind: z.literal('beat') }),
]);

const fromAgent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('lacks'), digests: z.array(digest).readonly() }),
  /** A frame of a file has been written: more may follow before it is 'ready'. */
  z.object({ kind: z.literal('taken') }),
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('unfit'), reason: z.string() }),
  /** port: where the replica listens, on the interfaces of the agent. */
  z.object({ kind: z.literal('spawned'), id: z.string(), pid: count, port: count }),
  /** The process of a replica is gone, or never was. */
  z.object({ kind: z.literal('ended'), id: z.string(), how: z.string() }),
  /** What a replica has written on its standard error. */
  z.object({ kind: z.literal('stderr'), id: z.string(), text: z.string() }),
  z.object({ kind: z.literal('beat') }),
]);

export type ToAgent = z.infer<typeof toAgent>;
export type FromAgent = z.infer<typeof fromAgent>;

/** Throws PeerError MALFORMED. */
export function parseToAgent(text: string): ToAgent {
  return parseJson(toAgent, text, MALFORMED);
}

/** Throws PeerError MALFORMED. */
export function parseFromAgent(text: string): FromAgent {
  return parseJson(fromAgent, text, MALFORMED);
}
