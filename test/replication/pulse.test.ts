// A machine's pulse in its binary form.
import test from 'ava';
import { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import { UserError } from '../../lib/errors.js';
import { PeerError } from '../../replication/peer-error.js';
import { ACTIVITIES, type Pulse, readPulse, writePulse } from '../../replication/pulse.js';

const PULSE: Pulse = {
  epoch: 3_000_000_000,
  activity: 'blocked',
  executedCount: 2 ** 50,
  threadCount: 3,
  threadStates: [1, 0, 2],
  stackBytes: 4096,
  heapBytes: 1 << 30,
  outputChecksum: 0xdeadbeef,
};

function encoded(pulse: Pulse): Uint8Array {
  const writer = new BinaryWriter();
  writePulse(writer, pulse);
  return writer.finish();
}

test('a pulse comes back as it was, whatever the machine is about', (t) => {
  for (const activity of ACTIVITIES) {
    const pulse = { ...PULSE, activity };
    t.deepEqual(readPulse(new BinaryReader(encoded(pulse))), pulse);
  }
});

test('a damaged pulse is refused', (t) => {
  const bytes = encoded({ ...PULSE, epoch: 1 });
  const strange = bytes.slice();
  strange[1] = 200;
  t.throws(() => readPulse(new BinaryReader(strange)), { instanceOf: PeerError });
  for (let length = 0; length < bytes.length; length++) {
    t.throws(() => readPulse(new BinaryReader(bytes.subarray(0, length))), { instanceOf: UserError });
  }
});
