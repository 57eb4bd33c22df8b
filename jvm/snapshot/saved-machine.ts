// A machine as data: the parts of its memory that are not zero, and its small tables. Plain bytes, so that it can be
// sent to another process or kept in a file.
import { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import { type Memory, REGISTERS } from '../memory.js';
import type { SaveRoom } from './save-room.js';

/** A machine that stands at an epoch boundary. Machine.save makes it, Machine.restore takes it. */
export interface SavedMachine {
  /** Classes, code, linked call sites, open files: see tables.ts. */
  readonly tables: Uint8Array;
  /** Ascending, without overlap; everything else is zero. */
  readonly memory: readonly MemoryPart[];
}

/** Consecutive bytes of the machine's memory. */
export interface MemoryPart {
  readonly address: number;
  readonly bytes: Uint8Array;
}

const PAGE_BYTES = 4096;
const PAGE_WORDS = PAGE_BYTES >> 2;
/** A part is no longer than this, so that a receiver need not hold all of a large heap twice. */
const MAXIMUM_PART_BYTES = 16 << 20;
/** Words of a hole of the heap: its link and its size (collector/free-space.ts). */
const HOLE_BYTES = 8;

/** Copies what is used of a memory and is not zero. */
export function saveMemory(memory: Memory, room: SaveRoom): MemoryPart[] {
  const parts: MemoryPart[] = [];
  const highWater = memory.i32[REGISTERS.heapHighWater]!;
  for (const [start, end] of memory.usedRanges()) {
    saveRange(memory, start, end, room, parts);
    if (start === memory.heapStart) parts.push(...holesFrom(memory, highWater));
  }
  return parts;
}

function saveRange(memory: Memory, start: number, end: number, room: SaveRoom, parts: MemoryPart[]): void {
  const { i32, u8 } = memory;
  for (let from = start; from < end; ) {
    if (isZero(i32, from, end)) {
      from += PAGE_BYTES;
      continue;
    }
    let to = from + PAGE_BYTES;
    while (to < end && to - from < MAXIMUM_PART_BYTES && !isZero(i32, to, end)) to += PAGE_BYTES;
    to = Math.min(to, end);
    parts.push({ address: from, bytes: room.copy(u8.subarray(from, to)) });
    from = to;
  }
}

/** True where the page that begins here holds zeros alone, as far as it is used. */
function isZero(i32: Int32Array, from: number, end: number): boolean {
  const last = Math.min((from >> 2) + PAGE_WORDS, (end + 3) >> 2);
  for (let word = from >> 2; word < last; word++) if (i32[word] !== 0) return false;
  return true;
}

/** The words of holes that lie where no object has ever been. */
function holesFrom(memory: Memory, highWater: number): MemoryPart[] {
  const { i32, u8 } = memory;
  const parts: MemoryPart[] = [];
  for (const list of [REGISTERS.smallHoles, REGISTERS.largeHoles]) {
    for (let hole = i32[list]!; hole !== 0; hole = i32[hole >> 2]!) {
      if (hole >= highWater) parts.push({ address: hole, bytes: u8.slice(hole, hole + HOLE_BYTES) });
    }
  }
  return parts.sort((a, b) => a.address - b.address);
}

/** Makes a new machine's memory the saved one. */
export function restoreMemory(memory: Memory, parts: readonly MemoryPart[]): void {
  // What the new machine's making has written.
  memory.u8.fill(0, 0, PAGE_BYTES);
  memory.u8.fill(0, memory.heapStart, memory.heapStart + PAGE_BYTES);
  for (const { address, bytes } of parts) memory.u8.set(bytes, address);
}

/** A saved machine as one byte string; see decodeSavedMachine. */
export function encodeSavedMachine({ tables, memory }: SavedMachine): Uint8Array {
  const writer = new BinaryWriter().bytes(tables).varuint(memory.length);
  for (const { address, bytes } of memory) writer.varuint(address).bytes(bytes);
  return writer.finish();
}

/** The saved machine of a byte string, over which it holds views. UserError TRUNCATED or MALFORMED where it is damaged. */
export function decodeSavedMachine(bytes: Uint8Array): SavedMachine {
  const reader = new BinaryReader(bytes);
  const tables = reader.bytes();
  const memory = Array.from({ length: reader.varuint() }, () => ({
    address: reader.varuint(),
    bytes: reader.bytes(),
  }));
  return { tables, memory };
}
