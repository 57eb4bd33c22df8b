// Room for a copy of the state: it has what was asked for and more, leaves the event loop its turns, and can be given up.
import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { PREPARED_SLICE_BYTES } from '../../replication/limits.js';
import { prepareRoom } from '../../replication/prepared-room.js';

const ROOM_BYTES = 64 << 20;

test('the event loop turns while a room is made ready', async (t) => {
  let turns = 0;
  const turning = setInterval(() => turns++, 0);
  const room = await new Promise<Uint8Array>((resolve) => {
    prepareRoom(ROOM_BYTES, () => true, resolve);
  });
  clearInterval(turning);
  t.true(room.length > ROOM_BYTES);
  t.true(turns > 0);
  t.true(room.every((byte) => byte === 0));
});

test('a room that nobody wants any more is given up', async (t) => {
  let slices = 0;
  prepareRoom(
    ROOM_BYTES,
    () => ++slices < 3,
    () => t.fail('it is made ready all the same'),
  );
  // A slice takes one turn.
  for (let turn = 0; turn < 10; turn++) await nextTurn();
  t.is(slices, 3);
  t.true(3 * PREPARED_SLICE_BYTES < ROOM_BYTES);
});
