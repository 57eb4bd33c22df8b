// Room for the copy of a machine, made ready while the machine runs: the host gives a page when it is first written to,
// which takes ten times as long as copying into it (measured for 100 MB: 50 to 90 ms against 8 to 12 ms).
import { freemem } from 'node:os';
import { PREPARED_SLICE_BYTES, SAVE_ROOM_SPARE_BYTES, SAVE_ROOM_SPARE_SHARE } from './limits.js';

const HOST_PAGE_BYTES = 4096;
const MEBIBYTE = 1 << 20;

/** Who wants room. */
export interface RoomRequest {
  /** Room of an earlier copy, which nobody reads any more; null where there is none. */
  readonly kept: Uint8Array<SharedArrayBuffer> | null;
  /** So many states will the host have to hold besides the room: those of the new backup, where it is on this host. */
  readonly otherStates: number;
  /** Asked before each slice of the work; false ends it without another word. */
  isWanted(): boolean;
  /** The room, with all of its pages there, shared between threads. */
  ready(room: Uint8Array<SharedArrayBuffer>): void;
  /** The host has too little memory; why: a sentence for people. */
  refused(why: string): void;
}

/** Makes room for so many bytes and some that may be added meanwhile, in slices between which the event loop turns. Asks
 *  for no more than the host has: it would promise that, and end a process, the largest first, when it is used. */
export function prepareRoom(byteCount: number, request: RoomRequest): void {
  const { kept } = request;
  const isKept = kept !== null && kept.length >= byteCount + SAVE_ROOM_SPARE_BYTES;
  const roomBytes = byteCount + Math.ceil(byteCount * SAVE_ROOM_SPARE_SHARE) + SAVE_ROOM_SPARE_BYTES;
  const neededBytes = (isKept ? 0 : roomBytes) + byteCount * request.otherStates;
  const room = neededBytes > availableBytes() ? null : isKept ? kept : allocate(roomBytes);
  if (room === null) {
    const [needed, left] = [neededBytes, availableBytes()].map((bytes) => Math.floor(bytes / MEBIBYTE));
    request.refused(`a new backup takes ${needed} MB of this host's memory, and ${left} MB are left`);
    return;
  }
  // The pages of one that is kept are there.
  let start = isKept ? room.length : 0;
  const next = (): void => {
    if (!request.isWanted()) return;
    const end = Math.min(start + PREPARED_SLICE_BYTES, room.length);
    // Any write will do: what is there is zero.
    for (; start < end; start += HOST_PAGE_BYTES) room[start] = 0;
    if (start < room.length) setImmediate(next);
    else request.ready(room);
  };
  next();
}

/** What this process can still use, a container's limit considered where Node knows it. */
function availableBytes(): number {
  return (process.availableMemory as typeof process.availableMemory | undefined)?.() ?? freemem();
}

function allocate(byteCount: number): Uint8Array<SharedArrayBuffer> | null {
  try {
    return new Uint8Array(new SharedArrayBuffer(byteCount));
  } catch {
    return null;
  }
}
