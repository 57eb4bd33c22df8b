// Room for the copy of a machine, made ready while the machine runs: the host gives a page when it is first written to,
// which takes ten times as long as copying into it (measured for 100 MB: 50 to 90 ms against 8 to 12 ms).
import { freemem } from 'node:os';
import { PREPARED_SLICE_BYTES, SAVE_ROOM_SPARE_BYTES, SAVE_ROOM_SPARE_SHARE } from './limits.js';

const HOST_PAGE_BYTES = 4096;
const MEBIBYTE = 1 << 20;

/** Who wants room. */
export interface RoomRequest {
  /** Asked before each slice of the work; false ends it without another word. */
  isWanted(): boolean;
  /** The room, with all of its pages there, shared between threads. */
  ready(room: Uint8Array<SharedArrayBuffer>): void;
  /** The host has too little memory; why: a sentence for people. */
  refused(why: string): void;
}

/** Makes room for so many bytes and some that may be added meanwhile, in slices between which the event loop turns. */
export function prepareRoom(byteCount: number, request: RoomRequest): void {
  const room = allocate(byteCount + Math.ceil(byteCount * SAVE_ROOM_SPARE_SHARE) + SAVE_ROOM_SPARE_BYTES);
  if (room === null) {
    const needed = Math.ceil(byteCount / MEBIBYTE);
    const left = Math.floor(freemem() / MEBIBYTE);
    request.refused(
      `a copy of its state, ${needed} MB, is too much for the ${left} MB of memory that are left`,
    );
    return;
  }
  let start = 0;
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

/** null where the host has not so much. It would promise more than it has, and end this process when that is used. */
function allocate(byteCount: number): Uint8Array<SharedArrayBuffer> | null {
  if (byteCount > freemem()) return null;
  try {
    return new Uint8Array(new SharedArrayBuffer(byteCount));
  } catch {
    return null;
  }
}
