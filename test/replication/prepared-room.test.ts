// Room for a copy of the state: it has what was asked for and more, leaves the event loop its turns, and can be given up.
import { totalmem } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { PREPARED_SLICE_BYTES } from '../../replication/limits.js';
import { prepareRoom } from '../../replication/prepared-room.js';

const ROOM_BYTES = 16 << 20;

test('the event loop turns while a room is made ready', async (t) => {
  let turns = 0;
  const turning = setInterval(() => turns++, 0);
  const room = await new Promise<Uint8Array>((resolve, reject) => {
    prepareRoom(ROOM_BYTES, { isWanted: () => true, ready: resolve, refused: reject });
  });
  clearInterval(turning);
  t.true(room.length > ROOM_BYTES);
  t.true(turns > 0);
});

test('a room that nobody wants any more is given up', async (t) => {
  let slices = 0;
  prepareRoom(ROOM_BYTES, {
    isWanted: () => ++slices < 3,
    ready: () => t.fail('it is made ready all the same'),
    refused: (why) => t.fail(why),
  });
  // A slice takes one turn.
  for (let turn = 0; turn < 10; turn++) await nextTurn();
  t.is(slices, 3);
  t.true(3 * PREPARED_SLICE_BYTES < ROOM_BYTES);
});

test('room that the host has not is refused', (t) => {
  const reasons: string[] = [];
  for (const byteCount of [2 * totalmem(), Number.MAX_SAFE_INTEGER / 2]) {
    prepareRoom(byteCount, {
      isWanted: () => true,
      ready: () => t.fail('more room than there is memory'),
      refused: (why) => reasons.push(why),
    });
  }
  t.is(reasons.length, 2);
  t.regex(reasons[0]!, /^a copy of its state, \d+ MB, is too much for the \d+ MB of memory that are left$/);
});
