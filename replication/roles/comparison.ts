// The primary's memory of its own outputs and checkpoints, against which those of its backups are held.
import { crc32 } from '../../lib/checksums.js';
import { MAXIMUM_KEPT_CHECKPOINTS } from '../limits.js';
import type { OutputBlock } from '../outputs.js';
import { decodeOutputs, type OutputItem } from '../outputs.js';
import { PeerError } from '../peer-error.js';
import type { Checkpoint } from './role.js';

/** Checksums of a block's outputs, in order: a CRC-32 of what each asks for, its number left out. */
export function outputChecksums(block: OutputBlock): number[] {
  return decodeOutputs(block.bytes).map(checksum);
}

const encoder = new TextEncoder();

function checksum(item: OutputItem): number {
  if (item.kind !== 'write') return crc32(0, encoder.encode(JSON.stringify(item)));
  return (crc32(0, item.bytes) ^ item.stream ^ Math.imul(item.offset, 31)) >>> 0;
}

export class Comparison {
  /** Of outputs that not all backups have come to, by sequence number. */
  readonly #checksums = new Map<number, number>();
  #forgottenSequence = -1;
  readonly #signatures = new Map<number, string>();

  addOutputs(block: OutputBlock): void {
    let sequence = block.firstSequence;
    for (const each of outputChecksums(block)) this.#checksums.set(sequence++, each);
  }

  /** Whether a backup has come to the same outputs from a sequence number on. Throws PeerError where there cannot be
   *  such outputs yet. */
  areSame(firstSequence: number, checksums: readonly number[]): boolean {
    return checksums.every((each, index) => {
      const own = this.#checksums.get(firstSequence + index);
      if (own === undefined && firstSequence + index > this.#forgottenSequence) {
        throw new PeerError('ORDER', `output ${firstSequence + index} is not there to be compared`);
      }
      return own === undefined || own === each;
    });
  }

  /** Outputs up to this one have been compared with every backup's. */
  forgetOutputs(sequence: number): void {
    for (const each of this.#checksums.keys()) {
      if (each > sequence) break;
      this.#checksums.delete(each);
      this.#forgottenSequence = each;
    }
  }

  addCheckpoint({ epoch, signature }: Checkpoint): void {
    this.#signatures.set(epoch, signature);
    if (this.#signatures.size <= MAXIMUM_KEPT_CHECKPOINTS) return;
    for (const oldest of this.#signatures.keys()) {
      this.#signatures.delete(oldest);
      return;
    }
  }

  /** Whether a backup's checkpoint is this replica's; one that is too old to be known counts as the same. */
  isSame({ epoch, signature }: Checkpoint): boolean {
    const own = this.#signatures.get(epoch);
    return own === undefined || own === signature;
  }
}
