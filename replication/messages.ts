// The protocol between launcher and replicas: control messages as JSON, and the hot ones as binary frames.
import * as z from 'zod';
import { type BirthRecord, EPOCH_ENDS, PRESERVATIONS } from '../jvm/birth-record.js';
import { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { actionOverride } from './configuration.js';
import { MAXIMUM_LIST_LENGTH } from './limits.js';
import { decoding, PeerError } from './peer-error.js';
import { type Pulse, readPulse, writePulse } from './pulse.js';
import { replicaFiguresSchema } from './replica-figures.js';

/** Both sides of a link have to speak the same version. */
export const PROTOCOL_VERSION = 3;

const count = z.number().int().nonnegative();
const strings = z.array(z.string());
const hostError = z.object({ code: z.string(), message: z.string() }).optional();
const definitions = z.record(z.string(), z.string());

const birthRecord: z.ZodType<BirthRecord> = z.object({
  mainClass: z.string(),
  programArguments: strings,
  classPath: strings,
  systemProperties: definitions,
  environmentVariables: definitions,
  jdk: z.object({ home: z.string(), version: z.string(), digest: z.string() }),
  hostProperties: definitions,
  standardOutputErrors: z.object({ 1: hostError, 2: hostError }).optional(),
  options: z.object({
    heapBytes: count,
    stackBytes: count,
    maximumEpochCount: count,
    quantumCount: count,
    availableProcessors: count,
    collectEvery: count,
    replicaCount: count,
    preservation: z.enum(PRESERVATIONS),
    epochEnds: z.enum(EPOCH_ENDS),
    actions: z.record(z.string(), actionOverride),
  }),
});

const addresses = z.array(z.object({ host: z.string(), port: count })).readonly();

const toReplica = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    role: z.enum(['primary', 'backup']),
    incarnation: count,
    followers: strings.readonly(),
    primary: z.string().nullable(),
    /** Where this replica is to find it; empty for the primary itself. */
    primaryAddresses: addresses,
    reintegrating: z.boolean(),
    record: birthRecord,
  }),
  z.object({ kind: z.literal('poll') }),
  z.object({ kind: z.literal('promote'), incarnation: count, followers: strings.readonly() }),
  z.object({
    kind: z.literal('follow'),
    incarnation: count,
    primary: z.string(),
    primaryAddresses: addresses,
  }),
  z.object({ kind: z.literal('drop'), peer: z.string() }),
  z.object({ kind: z.literal('reintegrate'), peer: z.string() }),
  z.object({ kind: z.literal('probe'), probe: count }),
  z.object({ kind: z.literal('terminate'), reason: z.string() }),
]);

const toLauncher = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('status'), epoch: count, figures: replicaFiguresSchema.optional() }),
  z.object({
    kind: z.literal('suspect'),
    incarnation: count,
    peer: z.string(),
    suspicion: z.enum(['linkLost', 'silent', 'stuck', 'disagrees']),
  }),
  z.object({ kind: z.literal('alive'), probe: count }),
  z.object({ kind: z.literal('held'), batchNumber: z.number().int().min(-1) }),
  z.object({ kind: z.literal('whole'), incarnation: count, peer: z.string() }),
  z.object({ kind: z.literal('tookOver'), incarnation: count, epoch: count }),
  z.object({ kind: z.literal('failed'), text: z.string() }),
]);

export type ToReplica = z.infer<typeof toReplica>;
export type ToLauncher = z.infer<typeof toLauncher>;

/** Reads JSON of a schema; what: a sentence's beginning for what it is not. Throws PeerError MALFORMED. */
export function parseJson<T>(schema: z.ZodType<T>, text: string, what: string): T {
  return decoding(what, () => {
    const result = schema.safeParse(JSON.parse(text));
    if (!result.success) {
      const issues = result.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
      throw new Error(issues.join('; '));
    }
    return result.data;
  });
}

const MALFORMED = 'a control message is malformed';

/** Throws PeerError MALFORMED. */
export function parseToReplica(text: string): ToReplica {
  return parseJson(toReplica, text, MALFORMED);
}

/** Throws PeerError MALFORMED. */
export function parseToLauncher(text: string): ToLauncher {
  return parseJson(toLauncher, text, MALFORMED);
}

export type Frame =
  /** Primary to backup: a log batch, encoded. stableBatch: every backup holds the log up to it; -1: none of it. */
  | { readonly kind: 'log'; readonly stableBatch: number; readonly bytes: Uint8Array }
  /** Backup to primary; batchNumber -1 before the first. */
  | { readonly kind: 'acknowledged'; readonly batchNumber: number; readonly epoch: number }
  /** Backup to primary: checksums of its outputs from a sequence number on. */
  | { readonly kind: 'compared'; readonly firstSequence: number; readonly checksums: readonly number[] }
  /** Backup to primary: what its machine was at an epoch. */
  | { readonly kind: 'checked'; readonly epoch: number; readonly signature: string }
  /** Primary to gateway: an output block, encoded. */
  | { readonly kind: 'outputs'; readonly incarnation: number; readonly bytes: Uint8Array }
  /** Gateway to primary: an external action, encoded. */
  | { readonly kind: 'action'; readonly bytes: Uint8Array }
  /** Gateway to replicas. */
  | { readonly kind: 'confirmed'; readonly sequence: number }
  /** Primary to new backup: its state follows, so many bytes in all; see state-transfer.ts. */
  | { readonly kind: 'stateBegin'; readonly byteCount: number }
  | { readonly kind: 'state'; readonly bytes: Uint8Array }
  /** SHA-1 of all bytes. */
  | { readonly kind: 'stateEnd'; readonly digest: string }
  /** New backup to primary: its machine stands where the state left off. */
  | { readonly kind: 'restored'; readonly epoch: number }
  /** Either way, one-way: the sender is alive, in this incarnation, and its machine is like this. */
  | ({ readonly kind: 'heartbeat'; readonly incarnation: number } & Pulse);

const TAGS = {
  log: 1,
  acknowledged: 2,
  outputs: 3,
  confirmed: 4,
  action: 5,
  stateBegin: 6,
  state: 7,
  stateEnd: 8,
  restored: 9,
  heartbeat: 10,
  compared: 11,
  checked: 12,
} as const;

export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter().u8(TAGS[frame.kind]);
  switch (frame.kind) {
    case 'action':
    case 'state':
      return joined(writer.finish(), frame.bytes);
    case 'log':
      return joined(writer.varuint(frame.stableBatch + 1).finish(), frame.bytes);
    case 'compared':
      writer.varuint(frame.firstSequence).varuint(frame.checksums.length);
      for (const each of frame.checksums) writer.varuint(each);
      return writer.finish();
    case 'checked':
      return writer.varuint(frame.epoch).string(frame.signature).finish();
    case 'acknowledged':
      return writer
        .varuint(frame.batchNumber + 1)
        .varuint(frame.epoch)
        .finish();
    case 'outputs':
      return writer.varuint(frame.incarnation).raw(frame.bytes).finish();
    case 'confirmed':
      return writer.varuint(frame.sequence).finish();
    case 'stateBegin':
      return writer.varuint(frame.byteCount).finish();
    case 'stateEnd':
      return writer.string(frame.digest).finish();
    case 'restored':
      return writer.varuint(frame.epoch).finish();
    case 'heartbeat':
      writePulse(writer.varuint(frame.incarnation), frame);
      return writer.finish();
  }
}

/** The bytes, which may be many, are copied once. */
function joined(head: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  return whole;
}

/** Bytes in the answer are views. Throws PeerError MALFORMED. */
export function decodeFrame(bytes: Uint8Array): Frame {
  return decoding('a frame is damaged', () => {
    const reader = new BinaryReader(bytes);
    const tag = reader.u8();
    switch (tag) {
      case TAGS.log:
        return { kind: 'log', stableBatch: reader.varuint() - 1, bytes: reader.raw(reader.remaining) };
      case TAGS.action:
        return { kind: 'action', bytes: reader.raw(reader.remaining) };
      case TAGS.acknowledged: {
        const batchNumber = reader.varuint() - 1;
        return whole(reader, { kind: 'acknowledged', batchNumber, epoch: reader.varuint() });
      }
      case TAGS.outputs: {
        const incarnation = reader.varuint();
        return { kind: 'outputs', incarnation, bytes: reader.raw(reader.remaining) };
      }
      case TAGS.confirmed:
        return whole(reader, { kind: 'confirmed', sequence: reader.varuint() });
      case TAGS.stateBegin:
        return whole(reader, { kind: 'stateBegin', byteCount: reader.varuint() });
      case TAGS.state:
        return { kind: 'state', bytes: reader.raw(reader.remaining) };
      case TAGS.stateEnd:
        return whole(reader, { kind: 'stateEnd', digest: reader.string() });
      case TAGS.restored:
        return whole(reader, { kind: 'restored', epoch: reader.varuint() });
      case TAGS.heartbeat: {
        const incarnation = reader.varuint();
        return whole(reader, { kind: 'heartbeat', incarnation, ...readPulse(reader) });
      }
      case TAGS.compared: {
        const firstSequence = reader.varuint();
        const length = reader.varuint();
        if (length > MAXIMUM_LIST_LENGTH) throw new PeerError('MALFORMED', `${length} checksums`);
        const checksums = Array.from({ length }, () => reader.varuint());
        return whole(reader, { kind: 'compared', firstSequence, checksums });
      }
      case TAGS.checked: {
        const epoch = reader.varuint();
        return whole(reader, { kind: 'checked', epoch, signature: reader.string() });
      }
      default:
        throw new PeerError('MALFORMED', `no frame begins with the byte ${tag}`);
    }
  });
}

function whole<T>(reader: BinaryReader, frame: T): T {
  if (reader.remaining !== 0) throw new PeerError('MALFORMED', `${reader.remaining} bytes follow the frame`);
  return frame;
}
