// Binary form of external actions: in the log's boundaries, and on their way from the gateway to the primary.
import type { ExternalAction } from '../jvm/environment.js';
import { HostError } from '../jvm/environment.js';
import { readValue, writeValue } from '../jvm/value-codec.js';
import type { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { PeerError } from './peer-error.js';

const TAGS = { timer: 0, input: 1, signal: 2, membership: 3, outputFailure: 4, heapLimit: 5 } as const;
const CHANGES = ['lost', 'whole'] as const;

export function writeAction(writer: BinaryWriter, action: ExternalAction): void {
  writer.u8(TAGS[action.kind]);
  if (action.kind === 'heapLimit') {
    writer.varuint(action.heapBytes);
    return;
  }
  writer.varuint(action.id);
  if (action.kind === 'signal') writer.u8(action.signal);
  if (action.kind === 'membership') {
    writer.u8(CHANGES.indexOf(action.change)).string(action.replica).varuint(action.replicaCount);
  }
  if (action.kind === 'outputFailure') {
    writer.u8(action.stream).boolean(action.lasting);
    writeValue(writer, action.error);
  }
  if (action.kind === 'input') writeValue(writer, action.value);
}

/** Reads an action that writeAction wrote. Throws PeerError or UserError for bytes that are none. */
export function readAction(reader: BinaryReader): ExternalAction {
  const tag = reader.u8();
  if (tag === TAGS.heapLimit) return { kind: 'heapLimit', heapBytes: reader.varuint() };
  const id = reader.varuint();
  switch (tag) {
    case TAGS.timer:
      return { kind: 'timer', id };
    case TAGS.signal:
      return { kind: 'signal', id, signal: reader.u8() };
    case TAGS.membership: {
      const change = CHANGES[reader.u8()];
      if (change === undefined) throw new PeerError('MALFORMED', 'a replica is lost or whole');
      return { kind: 'membership', id, change, replica: reader.string(), replicaCount: reader.varuint() };
    }
    case TAGS.outputFailure: {
      const stream = reader.u8();
      const lasting = reader.boolean();
      const error = readValue(reader);
      if ((stream === 1 || stream === 2) && error instanceof HostError) {
        return { kind: 'outputFailure', id, stream, error, lasting };
      }
      throw new PeerError('MALFORMED', 'standard output or error fails with an error');
    }
    case TAGS.input: {
      const value = readValue(reader);
      if (value === null || value instanceof Uint8Array || value instanceof HostError) {
        return { kind: 'input', id, value };
      }
      throw new PeerError('MALFORMED', 'standard input gives bytes, nothing or an error');
    }
    default:
      throw new PeerError('MALFORMED', `no external action begins with the byte ${tag}`);
  }
}
