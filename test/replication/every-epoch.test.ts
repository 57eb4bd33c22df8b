// The primary dies in every epoch of a short Java program, between any two posts and, in some epochs, between any two
// inputs: real machines, executions and roles, and the backup's output goes on where the primary's was cut off.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'ava';
import { newBirthRecord } from '../../bin/new-birth-record.js';
import type { BirthRecord, MachineOptions } from '../../jvm/birth-record.js';
import { generator } from '../../lib/generator.js';
import { DEFAULT_CONFIGURATION } from '../../replication/configuration.js';
import { decodeOutputs, type OutputBlock } from '../../replication/outputs.js';
import { withOptions } from '../jvm/machine-harness.js';
import { cleanEnvironment, jdkProgram, PROJECT } from '../support/command.js';
import { contradictionOfValues, withoutValues, witnessedValues } from '../support/witness.js';
import {
  afterDeathOfBackup,
  afterDeathOfPrimary,
  type Death,
  type Outcome,
  recordPrimary,
} from './recorded-pair.js';

const MEBIBYTE = 1 << 20;
const EXIT_CODE = 3;
const SEED = Number(process.env.RJVM_SEED ?? 1);

/** Short epochs, so that there are some dozens, in the JDK's own start as well. */
const OPTIONS: Partial<MachineOptions> = { maximumEpochCount: 25_000, quantumCount: 1000 };
const MINIMUM_EPOCHS = 20;
const MAXIMUM_EPOCHS = 60;
/** Cuts within epochs; there are hundreds. */
const CUTS_WITHIN_EPOCHS = 8;

const CLASSES = join(PROJECT, 'dist', 'test-classes');

function witnessRecord(): BirthRecord {
  const request = {
    program: 'Witness',
    programArguments: [],
    classPath: CLASSES,
    systemProperties: {},
    heapBytes: 64 * MEBIBYTE,
    stackBytes: MEBIBYTE,
    jdkOption: undefined,
  };
  return withOptions(newBirthRecord(request, cleanEnvironment(), PROJECT, DEFAULT_CONFIGURATION), OPTIONS);
}

const recorded = recordPrimary(witnessRecord());
const { posts } = recorded;
const whole = afterDeathOfBackup(recorded, {
  postCount: posts.length,
  noticedAfter: 0,
  noticedBy: 'launcher',
});
const java = spawnSync(jdkProgram('java'), ['-cp', CLASSES, 'Witness'], {
  env: cleanEnvironment(),
  encoding: 'utf8',
});

/** What is wrong with a run's output, by itself and in view of what java prints; null where nothing is. */
function fault(outcome: Outcome): string | null {
  const contradiction = contradictionOfValues(outcome.stdout);
  if (contradiction !== null) return contradiction;
  if (withoutValues(outcome.stdout) !== withoutValues(java.stdout)) return `it prints ${outcome.stdout}`;
  if (outcome.stderr !== java.stderr) return `to standard error it prints ${outcome.stderr}`;
  if (outcome.exitCode !== java.status) return `it exits with ${outcome.exitCode}`;
  return null;
}

const takeOverEpochs = new Set<number>();
const clocks = new Set<string | undefined>();
let duplicateCount = 0;

/** Cuts the primary short, and checks all that can be seen of what follows. */
function check(death: Death): string | null {
  const outcome = afterDeathOfPrimary(recorded, death);
  duplicateCount += outcome.duplicateCount;
  const wrong = fault(outcome);
  if (wrong !== null) return wrong;
  if (!whole.stdout.startsWith(outcome.before.stdout))
    return `before it had printed ${outcome.before.stdout}`;
  clocks.add(witnessedValues(outcome.stdout).get('clock0'));
  // After the program's exit has come to the gateway nothing is left to take over.
  if (death.postCount === posts.length && !death.outputsLost) {
    return outcome.reports.length === 0 ? null : outcome.reports.join();
  }
  const openEpoch = posts[death.postCount - 1]?.openEpoch ?? 0;
  if (outcome.takeOverEpoch !== openEpoch) return `it takes over at epoch ${outcome.takeOverEpoch}`;
  takeOverEpochs.add(openEpoch);
  // A backup that comes to the program's exit by the log alone sends that before the news of its take-over.
  const end = 'the end of the program';
  const atEpoch = openEpoch === recorded.lastEpoch ? [end, `epoch ${openEpoch}`] : [`epoch ${openEpoch}`];
  const reports = (outcome.wasAtEnd ? [end] : atEpoch).map(
    (point) => `primary a (pid 1) lost; b takes over at ${point}, incarnation 2`,
  );
  return reports.includes(outcome.reports.join()) ? null : outcome.reports.join();
}

test.serial('undisturbed, the program prints what java prints', (t) => {
  t.is(fault(whole), null);
  t.is(java.status, EXIT_CODE);
  t.deepEqual(whole.reports, []);
  t.true(
    recorded.lastEpoch >= MINIMUM_EPOCHS && recorded.lastEpoch <= MAXIMUM_EPOCHS,
    `${recorded.lastEpoch}`,
  );
  t.deepEqual(
    [...witnessedValues(whole.stdout).keys()],
    ['clock0', 'hash0', 'random0', 'raced0', 'wall0', 'next0'],
  );
  t.is(whole.stdout.match(/ = /g)?.length, 12);
});

test.serial('the primary dies in every epoch, after each of its posts', (t) => {
  t.timeout(30 * 60_000);
  let lostCount = 0;
  for (let postCount = 0; postCount <= posts.length; postCount++) {
    const last = posts[postCount - 1];
    if (last?.isWhole === false) continue;
    // Where the last post has outputs, they have come out or not.
    for (const outputsLost of last?.post.outputs ? [false, true] : [false]) {
      if (outputsLost) lostCount++;
      const death: Death = {
        postCount,
        outputsLost,
        following: (postCount + lostCount) % 2 === 0,
        noticedBy: lostCount % 2 === 0 ? 'launcher' : 'replica',
      };
      const wrong = check(death);
      if (wrong !== null) t.fail(`${JSON.stringify(death)}: ${wrong}`);
    }
  }
  t.deepEqual(
    [...takeOverEpochs],
    Array.from({ length: recorded.lastEpoch + 1 }, (_, epoch) => epoch),
  );
  t.true(lostCount > 5 && duplicateCount > 5 && clocks.size > 1);
});

test.serial('the primary dies between two inputs of an epoch', (t) => {
  t.timeout(30 * 60_000);
  const cuts = posts.flatMap(({ isWhole }, index) => (isWhole ? [] : [index + 1]));
  const random = generator(SEED);
  t.true(cuts.length > CUTS_WITHIN_EPOCHS);
  for (let count = 0; count < CUTS_WITHIN_EPOCHS; count++) {
    const [postCount] = cuts.splice(Math.floor(random() * cuts.length), 1);
    const death: Death = {
      postCount: postCount!,
      outputsLost: false,
      following: count % 2 === 0,
      noticedBy: count % 3 === 0 ? 'replica' : 'launcher',
    };
    const wrong = check(death);
    if (wrong !== null) t.fail(`seed ${SEED}, ${JSON.stringify(death)}: ${wrong}`);
  }
});

function textOf(outputs: OutputBlock | null): string {
  const items = outputs === null ? [] : decodeOutputs(outputs.bytes);
  return items.map((item) => (item.kind === 'write' ? Buffer.from(item.bytes).toString() : '')).join('');
}

test.serial('were the output rule broken, it would show', (t) => {
  // The values have come out once, and the backup has the log only from before they were known.
  const postCount = 1 + posts.findIndex(({ post }) => textOf(post.outputs).includes('worker1 has come to'));
  t.true(postCount > 0);
  for (const logCount of [0, 1]) {
    const death: Death = {
      postCount,
      outputsLost: false,
      following: false,
      noticedBy: 'launcher',
      logCount,
    };
    let noticed: string | null;
    try {
      noticed = check(death);
    } catch (error) {
      noticed = (error as Error).message;
    }
    t.regex(noticed ?? '', / was .* and is |contradicts what has been written/);
  }
});

test.serial('the backup dies after each post: the primary’s output goes on', (t) => {
  for (let postCount = 0; postCount < posts.length; postCount++) {
    for (const noticedAfter of [0, 1, 20]) {
      for (const noticedBy of ['launcher', 'replica'] as const) {
        const { reports, ...outcome } = afterDeathOfBackup(recorded, { postCount, noticedAfter, noticedBy });
        const { reports: _, ...expected } = whole;
        t.deepEqual(outcome, expected);
        // A program whose exit the backup had the log for ends before anybody misses the backup.
        const ended = noticedAfter > 0 && posts.slice(postCount).every(({ post }) => post.log === null);
        t.deepEqual(reports, ended ? [] : ['backup b (pid 2) lost; running alone (degraded)']);
      }
    }
  }
});
