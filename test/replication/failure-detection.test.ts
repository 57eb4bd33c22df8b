// What makes a replica suspect another one: silence, heartbeats without progress, waiting too long, and disagreement.
import test from 'ava';
import { DEFAULT_CONFIGURATION } from '../../replication/configuration.js';
import { FailureDetector } from '../../replication/heartbeat.js';
import { OutputWriter } from '../../replication/outputs.js';
import type { Activity, Pulse } from '../../replication/pulse.js';
import { Comparison, outputChecksums } from '../../replication/roles/comparison.js';
import type { Suspicion } from '../../replication/roles/role.js';

/** Ten turns of 100 ms make a second. */
function detector(timeouts: { progressMs: number; synchronisationMs: number }): FailureDetector {
  return new FailureDetector({
    heartbeat: { intervalMs: 100, missed: 3 },
    timeouts: { ...DEFAULT_CONFIGURATION.timeouts, ...timeouts },
  });
}

function pulse(epoch: number, activity: Activity): Pulse {
  const machine = { executedCount: 0, threadCount: 1, threadStates: [1], stackBytes: 0, heapBytes: 0 };
  return { epoch, activity, ...machine, outputChecksum: 0 };
}

/** What is said in so many turns, with a heartbeat before each. */
function turns(
  each: FailureDetector,
  count: number,
  beat: Pulse | null,
  waits: boolean,
): (Suspicion | null)[] {
  return Array.from({ length: count }, () => {
    if (beat !== null) {
      each.heard();
      each.beat(beat);
    }
    return each.turn(waits);
  });
}

const NEVER = { progressMs: 0, synchronisationMs: 0 };

test('one that misses a heartbeat more than it may is silent, and one that is heard is not', (t) => {
  const each = detector(NEVER);
  t.deepEqual(turns(each, 3, null, false), [null, null, null]);
  each.heard();
  t.deepEqual(turns(each, 4, null, false), [null, null, null, 'silent']);
  t.deepEqual(turns(each, 20, pulse(1, 'running'), false), Array(20).fill(null));
});

test('one that runs and comes to no end of its epoch is stuck; one that is idle or waits is not', (t) => {
  const progress = { progressMs: 1000, synchronisationMs: 0 };
  const said = turns(detector(progress), 12, pulse(5, 'running'), false);
  t.deepEqual(
    said.filter((each) => each !== null),
    ['stuck'],
  );
  for (const activity of ['idle', 'awaitingLog', 'blocked', 'starting', 'exited'] as const) {
    t.deepEqual(turns(detector(progress), 30, pulse(5, activity), false), Array(30).fill(null));
  }
  const moving = detector(progress);
  for (let epoch = 0; epoch < 30; epoch++) {
    t.deepEqual(turns(moving, 1, pulse(epoch, 'running'), false), [null]);
  }
});

test('one for which this replica waits longer than it may is stuck', (t) => {
  const waiting = detector({ progressMs: 0, synchronisationMs: 500 });
  const said = turns(waiting, 6, pulse(5, 'awaitingLog'), true);
  t.deepEqual(
    said.filter((each) => each !== null),
    ['stuck'],
  );
  t.deepEqual(turns(waiting, 4, pulse(6, 'awaitingLog'), true), Array(4).fill(null));
});

test('another output, or another state at the same epoch, is a disagreement', (t) => {
  const block = (...texts: string[]) => {
    const writer = new OutputWriter();
    for (const text of texts) writer.write(1, Buffer.from(text));
    return writer.take()!;
  };
  const comparison = new Comparison();
  comparison.addOutputs(block('one', 'two'));
  t.true(comparison.areSame('b', 0, outputChecksums(block('one', 'two'))));
  t.false(comparison.areSame('b', 0, outputChecksums(block('one', 'Two'))));
  // A backup may be ahead of a primary that has just taken over.
  const later = new OutputWriter();
  later.restore({ nextSequence: 2, offsets: { 1: 6, 2: 0 }, checksum: 0 });
  later.write(1, Buffer.from('three'));
  const third = later.take()!;
  t.true(comparison.areSame('b', 2, outputChecksums(third)));
  t.true(comparison.areSame('c', 2, [1]));
  t.deepEqual(comparison.addOutputs(third), ['c']);
  comparison.addCheckpoint({ epoch: 64, signature: 'a' });
  t.true(comparison.isSame({ epoch: 64, signature: 'a' }));
  t.false(comparison.isSame({ epoch: 64, signature: 'b' }));
  t.true(comparison.isSame({ epoch: 63, signature: 'b' }), 'one that is forgotten counts as the same');
});
