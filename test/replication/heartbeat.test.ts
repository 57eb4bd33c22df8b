// The failure detector: what it takes for silence, for a standstill and for a link that is cut, turn by turn.
import test from 'ava';
import { checkConfiguration } from '../../replication/configuration.js';
import { FailureDetector } from '../../replication/heartbeat.js';
import { SILENCES_BEFORE_CUT } from '../../replication/limits.js';
import type { Activity, Pulse } from '../../replication/pulse.js';

const PARAMETERS = checkConfiguration(
  { heartbeat: { intervalMs: 100, missed: 3 }, timeouts: { progressMs: 1000, synchronisationMs: 500 } },
  'the test',
);

const pulse = (epoch: number, activity: Activity): Pulse => ({
  epoch,
  activity,
  executedCount: 0,
  threadCount: 1,
  threadStates: [1],
  stackBytes: 0,
  heapBytes: 0,
  outputChecksum: 0,
});

/** The first turn, from 1, at which something is wrong, and what; null where nothing is in that many turns. */
function firstWrong(detector: FailureDetector, turns: number, waits: boolean, each: () => void) {
  for (let turn = 1; turn <= turns; turn++) {
    each();
    const suspicion = detector.turn(waits);
    if (suspicion !== null) return { turn, suspicion };
  }
  return null;
}

test('a replica may miss so many heartbeats, and one more makes it silent; long enough, its link is cut', (t) => {
  const detector = new FailureDetector(PARAMETERS);
  t.deepEqual(
    firstWrong(detector, 10, false, () => {}),
    { turn: 4, suspicion: 'silent' },
  );
  detector.heard();
  t.is(detector.turn(false), null);
  const said: string[] = [];
  for (let turn = 0; said.length < SILENCES_BEFORE_CUT; turn++) {
    const suspicion = detector.turn(false);
    if (suspicion !== null) said.push(suspicion);
    if (turn > 100) return t.fail();
  }
  t.is(said.at(-1), 'linkLost');
  t.true(said.slice(0, -1).every((each) => each === 'silent'));
});

test('one that says it runs has to make progress; one that waits or is idle has not', (t) => {
  for (const activity of ['running', 'idle', 'awaitingLog', 'blocked', 'starting', 'exited'] as const) {
    const detector = new FailureDetector(PARAMETERS);
    const wrong = firstWrong(detector, 50, false, () => {
      detector.heard();
      detector.beat(pulse(7, activity));
    });
    t.deepEqual(wrong?.suspicion ?? null, activity === 'running' ? 'stuck' : null, activity);
    if (wrong !== null) t.true(wrong.turn >= 10 && wrong.turn <= 12, `${wrong.turn}`);
  }
  const detector = new FailureDetector(PARAMETERS);
  let epoch = 0;
  const wrong = firstWrong(detector, 50, false, () => {
    detector.heard();
    detector.beat(pulse(epoch++, 'running'));
  });
  t.is(wrong, null);
});

test('a primary does not wait for ever at a synchronisation point', (t) => {
  const detector = new FailureDetector(PARAMETERS);
  detector.beat(pulse(7, 'awaitingLog'));
  const wrong = firstWrong(detector, 50, true, () => detector.heard());
  t.deepEqual(wrong, { turn: 5, suspicion: 'stuck' });
  t.true(detector.hasReplayed);
  detector.beat(pulse(8, 'running'));
  t.false(detector.hasReplayed);
  const patient = new FailureDetector(
    checkConfiguration({ timeouts: { progressMs: 0, synchronisationMs: 0 } }, 'the test'),
  );
  patient.beat(pulse(7, 'running'));
  t.is(
    firstWrong(patient, 500, true, () => patient.heard()),
    null,
  );
});
