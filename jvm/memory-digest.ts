// The digest by which replicas are compared: of everything that is used of the machine's memory.
import { Digest } from '../lib/digest.js';
import type { Memory } from './memory.js';

/** Hex SHA-1 of the used memory. */
export function memoryDigest(memory: Memory): string {
  const digest = new Digest();
  for (const [start, end] of memory.usedRanges()) digest.update(memory.u8.subarray(start, end));
  return digest.hex();
}
