// Room for the copy of a machine, made ready while the machine runs: the host gives a page when it is first written to,
// which takes ten times as long as copying into it (measured for 100 MB: 50 to 90 ms against 8 to 12 ms).
import { PREPARED_SLICE_BYTES, SAVE_ROOM_SPARE_BYTES, SAVE_ROOM_SPARE_SHARE } from './limits.js';

const HOST_PAGE_BYTES = 4096;

/** Room for so many bytes and some that may be added meanwhile, with all pages there. It is made in slices between which
 *  the event loop turns. isWanted is asked before each of them: false ends it. */
export function prepareRoom(
  byteCount: number,
  isWanted: () => boolean,
  ready: (room: Uint8Array<ArrayBuffer>) => void,
): void {
  const room = new Uint8Array(
    byteCount + Math.ceil(byteCount * SAVE_ROOM_SPARE_SHARE) + SAVE_ROOM_SPARE_BYTES,
  );
  let start = 0;
  const next = (): void => {
    if (!isWanted()) return;
    const end = Math.min(start + PREPARED_SLICE_BYTES, room.length);
    // Any write will do: what is there is zero.
    for (; start < end; start += HOST_PAGE_BYTES) room[start] = 0;
    if (start < room.length) setImmediate(next);
    else ready(room);
  };
  next();
}
