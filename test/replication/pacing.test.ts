// How long a primary that is too far ahead waits for its backup.
import test from 'ava';
import { Pacing } from '../../replication/pacing.js';

const EPOCH_NS = 10_000_000n;

test('a primary that waits goes on when its backup is within the limit again, not when it has caught up with all', (t) => {
  const flow = { backupEpoch: 0, confirmedSequence: -1, acknowledgedBatch: -1, takenPosts: 0 };
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
