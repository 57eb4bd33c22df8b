// Room for a copy of the state: it has what was asked for and more, leaves the event loop its turns, and can be given up.
import { totalmem } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { PREPARED_SLICE_BYTES } from '../../replication/limits.js';
import { prepareRoom } from '../../replication/prepared-room.js';

const ROOM_BYTES = 16 << 20;
const REQUEST = { kept: null, otherStates: 0, isWanted: () => true };

test('the event loop turns while a room is made ready', async (t) => {
  let turns = 0;
  const turning = setInterval(() => turns++, 0);
  const room = await new Promise<Uint8Array>((resolve, reject) => {
    prepareRoom(ROOM_BYTES, { ...REQUEST, ready: resolve, refused: reject });
  });
  clearInterval(turning);
  t.true(room.length > ROOM_BYTES);
  t.true(turns > 0);
});

test('a room that nobody wants any more is given up', async (t) => {
  let slices = 0;
  prepareRoom(ROOM_BYTES, {
    ...REQUEST,
    isWanted: () => ++slices < 3,
    ready: () => t.fail('it is made ready all the same'),
    refused: (why) => t.fail(why),
  });
  // A slice takes one turn.
  for (let turn = 0; turn < 10; turn++) await nextTurn();
  t.is(slices, 3);
  t.true(3 * PREPARED_SLICE_BYTES < ROOM_BYTES);
});

test('room that is kept is used again where it is large enough', (t) => {
  const kept = new Uint8Array(new SharedArrayBuffer(ROOM_BYTES));
  for (const [byteCount, isEnough] of [
    [ROOM_BYTES / 2, true],
    [ROOM_BYTES, false],
  ] as const) {
    let room: Uint8Array | null = null;
    prepareRoom(byteCount, {
      ...REQUEST,
      kept,
      ready: (made) => (room = made),
      refused: (why) => t.fail(why),
    });
    t.is(room === kept, isEnough);
  }
});

test('room that the host has not is refused, and so is one beside which it has none for the new backup', (t) => {
  const reasons: string[] = [];
  for (const [byteCount, otherStates] of [
    [2 * totalmem(), 0],
    [Number.MAX_SAFE_INTEGER / 2, 0],
    [totalmem() / 16, 17],
  ] as const) {
    prepareRoom(byteCount, {
      ...REQUEST,
      otherStates,
      ready: () => t.fail('more room than there is memory'),
      refused: (why) => reasons.push(why),
    });
  }
  t.is(reasons.length, 3);
  t.regex(reasons[0]!, /^a new backup takes \d+ MB of this host's memory, and \d+ MB are left$/);
});
