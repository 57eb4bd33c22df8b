// How long a primary that is too far ahead waits for its backup.
import test from 'ava';
import { Pacing } from '../../replication/pacing.js';

const EPOCH_NS = 10_000_000n;

test('a primary that waits goes on when its backup is within the limit again, not when it has caught up with all', (t) => {
  const flow = { backupEpoch: 0, confirmedSequence: -1, acknowledgedBatch: -1 };
  const skew = { minimumEpochs: 0, maximumEpochs: 1_000_000, maximumMs: 1000 };
  const pacing = new Pacing(skew, flow);
  let nowNs = 0n;
  let epoch = 0;
  const run = () => {
    epoch++;
    nowNs += EPOCH_NS;
    pacing.passed(epoch, nowNs, true);
  };
  pacing.passed(epoch, nowNs, true);
  while (epoch < 300 && !pacing.mustWait(epoch, true)) run();
  t.true(epoch >= 100 && epoch < 110, `it waits in epoch ${epoch}`);
  // The backup is as fast as the primary has been: an epoch of it takes as long.
  let waitedEpochs = 0;
  while (pacing.mustWait(epoch, true)) {
    flow.backupEpoch++;
    waitedEpochs++;
    nowNs += EPOCH_NS;
    pacing.passed(epoch, nowNs, true);
  }
  t.true(waitedEpochs < 10, `it waits for ${waitedEpochs} epochs of its backup`);
});

test('a primary gives up a part of its speed while its backup is late, and none while it is not', (t) => {
  const flow = { backupEpoch: 0, confirmedSequence: -1, acknowledgedBatch: -1 };
  const pacing = new Pacing({ minimumEpochs: 0, maximumEpochs: 1_000_000, maximumMs: 1000 }, flow);
  let nowNs = 0n;
  /** Runs so many epochs, the backup so many behind; answers the time given up. */
  const run = (first: number, count: number, lag: number): bigint => {
    let givenUpNs = 0n;
    for (let epoch = first; epoch < first + count; epoch++) {
      flow.backupEpoch = Math.max(0, epoch - lag);
      t.false(pacing.mustWait(epoch, true));
      for (let ns = pacing.breakNs(nowNs); ns > 0n; ns = pacing.breakNs(nowNs)) {
        pacing.passed(epoch, nowNs, true);
        nowNs += ns;
        givenUpNs += ns;
      }
      pacing.passed(epoch, nowNs, true);
      nowNs += EPOCH_NS;
    }
    return givenUpNs;
  };
  t.is(run(0, 100, 2), 0n);
  const lateNs = run(100, 100, 30);
  t.true(lateNs > 20n * EPOCH_NS && lateNs < 26n * EPOCH_NS, `${lateNs} ns of ${100n * EPOCH_NS}`);
  run(200, 5, 2);
  t.is(run(205, 100, 2), 0n);
  run(305, 20, 30);
  pacing.clear();
  t.is(pacing.breakNs(nowNs), 0n);
});

test('log waits for a new backup that restores the state, and not for one that is lost before it has', (t) => {
  const flow = { backupEpoch: 0, confirmedSequence: -1, acknowledgedBatch: -1 };
  const pacing = new Pacing({ minimumEpochs: 0, maximumEpochs: 1_000_000, maximumMs: 1000 }, flow);
  const bytes = new Uint8Array(1 << 20);
  const post = (epoch: number) => {
    flow.backupEpoch = epoch + 1;
    pacing.posted(epoch, { number: epoch, bytes }, null);
  };
  pacing.saved();
  let epoch = 0;
  while (epoch < 1000 && !pacing.mustWait(epoch + 1, true)) post(epoch++);
  t.true(epoch > 1 && epoch < 1000, `it waits in epoch ${epoch}, though the other backup has come there`);
  pacing.unsaved();
  t.false(pacing.mustWait(epoch + 1, true));
  for (let more = 0; more < 1000; more++) post(epoch++);
  t.false(pacing.mustWait(epoch + 1, true));
});
