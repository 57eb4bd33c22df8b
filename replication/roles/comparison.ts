// The primary's memory of its own outputs and checkpoints, against which those of its backups are held.
import { crc32 } from '../../lib/checksums.js';
import type { ReplicaId } from '../contracts.js';
import { MAXIMUM_EARLY_OUTPUTS, MAXIMUM_KEPT_CHECKPOINTS } from '../limits.js';
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
  #lastSequence = -1;
  /** What backups have come to before this replica has: after a take-over its machine may still be behind theirs. */
  readonly #early = new Map<ReplicaId, Map<number, number>>();
  readonly #signatures = new Map<number, string>();

  /** This replica has come to outputs. Answers the backups that have come to other ones before. */
  addOutputs(block: OutputBlock): ReplicaId[] {
    const different = new Set<ReplicaId>();
    let sequence = block.firstSequence;
    for (const own of outputChecksums(block)) {
      this.#checksums.set(sequence, own);
      for (const [id, early] of this.#early) {
        const theirs = early.get(sequence);
        early.delete(sequence);
        if (theirs !== undefined && theirs !== own) different.add(id);
      }
      sequence++;
    }
    this.#lastSequence = block.lastSequence;
    return [...different];
  }

  /** Whether a backup has come to the same outputs from a sequence number on, as far as this replica has. Throws
   *  PeerError where it is too far ahead. */
  areSame(id: ReplicaId, firstSequence: number, checksums: readonly number[]): boolean {
    let isSame = true;
    for (const [index, theirs] of checksums.entries()) {
      const sequence = firstSequence + index;
      const own = this.#checksums.get(sequence);
      if (own !== undefined) isSame &&= own === theirs;
      else if (sequence > this.#lastSequence) this.#keepEarly(id, sequence, theirs);
    }
    return isSame;
  }

  #keepEarly(id: ReplicaId, sequence: number, checksum: number): void {
    let early = this.#early.get(id);
    if (early === undefined) this.#early.set(id, (early = new Map()));
    if (early.size >= MAXIMUM_EARLY_OUTPUTS) {
      throw new PeerError('ORDER', `output ${sequence} is too far ahead to be compared`);
    }
    early.set(sequence, checksum);
  }

  /** A backup is none any more. */
  forgetReplica(id: ReplicaId): void {
    this.#early.delete(id);
  }

  /** Outputs up to this one have been compared with every backup's. */
  forgetOutputs(sequence: number): void {
    for (const each of this.#checksums.keys()) {
      if (each > sequence) break;
      this.#checksums.delete(each);
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
