// The primary dies in every epoch of a short Java program, between any two posts and, in some epochs, between any two
// inputs: real machines, executions and roles, and the backup's output goes on where the primary's was cut off.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { newBirthRecord } from '../../bin/new-birth-record.js';
import type { BirthRecord, MachineOptions } from '../../jvm/birth-record.js';
import { compileJava } from '../jvm/javac.js';
import { withOptions } from '../jvm/machine-harness.js';
import { cleanEnvironment, jdkProgram, PROJECT } from '../support/command.js';
import {
  afterDeathOfBackup,
  afterDeathOfPrimary,
  type Death,
  type Outcome,
  recordPrimary,
} from './recorded-pair.js';
import { generator } from './simulator.js';

const MEBIBYTE = 1 << 20;
const EXIT_CODE = 3;
const SEED = Number(process.env.RJVM_SEED ?? 1);

/** Short epochs, so that there are some dozens, in the JDK's own start as well. */
const OPTIONS: Partial<MachineOptions> = { maximumEpochCount: 25_000, quantumCount: 1000 };
const MINIMUM_EPOCHS = 20;
const MAXIMUM_EPOCHS = 60;
/** Cuts within epochs; there are hundreds. */
const CUTS_WITHIN_EPOCHS = 8;

/** Prints what differs from run to run as `name = value`, each twice and at different times: replicas that do not agree
 *  on a value show it there. All other lines are the same in any Java machine. */
const WITNESS = `
import java.util.Random;

public class Witness {
    static final Object LOCK = new Object();
    static int turn;
    static long state = 1;
    /** Without a lock: what comes of it depends on when threads take turns. */
    static long raced = 1;

    static class Worker extends Thread {
        final int number;

        Worker(int number) {
            this.number = number;
        }

        @Override
        public void run() {
            for (int round = 0; round < 10_000; round++) raced = raced * 31 + number;
            for (int round = 0; round < 2; round++) {
                synchronized (LOCK) {
                    try {
                        while (turn % 2 != number) LOCK.wait();
                    } catch (InterruptedException e) {
                        return;
                    }
                    work(30_000);
                    System.out.println("worker " + number + " round " + round + " state " + state);
                    turn++;
                    LOCK.notifyAll();
                }
            }
        }
    }

    static void work(int rounds) {
        for (int round = 0; round < rounds; round++) state = state * 6364136223846793005L + 1442695040888963407L;
    }

    public static void main(String[] words) throws Exception {
        System.out.println("begin");
        long clock = System.nanoTime();
        long wall = System.currentTimeMillis();
        System.out.println("clock = " + clock);
        int hash = System.identityHashCode(new Object());
        System.out.println("hash = " + hash);
        Random generator = new Random();
        int random = generator.nextInt();
        System.out.println("random = " + random);
        Worker[] workers = {new Worker(0), new Worker(1)};
        for (Worker worker : workers) worker.start();
        System.err.println("workers are under way");
        for (Worker worker : workers) worker.join();
        System.out.println("clock = " + clock);
        System.out.println("raced = " + raced + "\\nwall = " + wall);
        Thread.sleep(300);
        System.out.println("slept " + (System.nanoTime() - clock >= 300_000_000L));
        int next = generator.nextInt();
        System.out.println("next = " + next);
        work(60_000);
        System.out.println("raced = " + raced);
        System.out.println("hash = " + hash + "\\nrandom = " + random + "\\nwall = " + wall);
        System.out.println("next = " + next + "\\nstate " + state);
        System.exit(3);
    }
}
`;
const folder = mkdtempSync(join(tmpdir(), 'rjvm-witness-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

function witnessRecord(): BirthRecord {
  // Without invokedynamic the program starts faster.
  for (const [name, bytes] of compileJava('Witness.java', WITNESS, ['-XDstringConcat=inline'])) {
    writeFileSync(join(folder, `${name}.class`), bytes);
  }
  const request = {
    program: 'Witness',
    programArguments: [],
    classPath: folder,
    systemProperties: {},
    heapBytes: 64 * MEBIBYTE,
    stackBytes: MEBIBYTE,
    jdkOption: undefined,
    pair: true,
    stateFile: undefined,
  };
  return withOptions(newBirthRecord(request, cleanEnvironment(), PROJECT), OPTIONS);
}

const recorded = recordPrimary(witnessRecord());
const { posts } = recorded;
const whole = afterDeathOfBackup(recorded, {
  postCount: posts.length,
  noticedAfter: 0,
  noticedBy: 'launcher',
});
const java = spawnSync(jdkProgram('java'), ['-cp', folder, 'Witness'], {
  env: cleanEnvironment(),
  encoding: 'utf8',
});

function fixedLines(text: string): string {
  return text.replaceAll(/^\w+ = .*\n/gm, '');
}

function values(text: string): [name: string, value: string][] {
  return [...text.matchAll(/^(\w+) = (.*)$/gm)].map(([, name, value]) => [name!, value!]);
}

/** What is wrong with a run's output, by itself and in view of what java prints; null where nothing is. */
function fault(outcome: Outcome): string | null {
  const known = new Map<string, string>();
  for (const [name, value] of values(outcome.stdout)) {
    const before = known.get(name);
    if (before !== undefined && before !== value) return `${name} was ${before} and is ${value}`;
    known.set(name, value);
  }
  const names = (text: string) => values(text).map(([name]) => name);
  if (names(outcome.stdout).join() !== names(java.stdout).join()) return `values of ${names(outcome.stdout)}`;
  if (fixedLines(outcome.stdout) !== fixedLines(java.stdout)) return `it prints ${outcome.stdout}`;
  if (outcome.stderr !== java.stderr) return `to standard error it prints ${outcome.stderr}`;
  if (outcome.exitCode !== java.status) return `it exits with ${outcome.exitCode}`;
  return null;
}

const takeOverEpochs = new Set<number>();
const clocks = new Set<string>();
let duplicateCount = 0;

/** Cuts the primary short, and checks all that can be seen of what follows. */
function check(death: Death): string | null {
  const outcome = afterDeathOfPrimary(recorded, death);
  duplicateCount += outcome.duplicateCount;
  const wrong = fault(outcome);
  if (wrong !== null) return wrong;
  if (!whole.stdout.startsWith(outcome.before.stdout))
    return `before it had printed ${outcome.before.stdout}`;
  clocks.add(outcome.stdout.match(/^clock = (.*)$/m)![1]!);
  // After the program's exit has come to the gateway nothing is left to take over.
  if (death.postCount === posts.length && !death.outputsLost) {
    return outcome.reports.length === 0 ? null : outcome.reports.join();
  }
  const openEpoch = posts[death.postCount - 1]?.openEpoch ?? 0;
  if (outcome.takeOverEpoch !== openEpoch) return `it takes over at epoch ${outcome.takeOverEpoch}`;
  takeOverEpochs.add(openEpoch);
  // A backup that has followed the log to the program's exit sends that before anything else.
  const point = outcome.wasAtEnd ? 'the end of the program' : `epoch ${openEpoch}`;
  const report = `primary a (pid 1) lost; b takes over at ${point}, incarnation 2`;
  return outcome.reports.join() === report ? null : outcome.reports.join();
}

test.serial('undisturbed, the program prints what java prints', (t) => {
  t.is(fault(whole), null);
  t.is(java.status, EXIT_CODE);
  t.deepEqual(whole.reports, []);
  t.true(
    recorded.lastEpoch >= MINIMUM_EPOCHS && recorded.lastEpoch <= MAXIMUM_EPOCHS,
    `${recorded.lastEpoch}`,
  );
  const counts = new Map<string, number>();
  for (const [name] of values(whole.stdout)) counts.set(name, (counts.get(name) ?? 0) + 1);
  t.deepEqual([...counts.keys()].sort(), ['clock', 'hash', 'next', 'raced', 'random', 'wall']);
  t.deepEqual(new Set(counts.values()), new Set([2]));
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

test.serial('were the output rule broken, it would show', (t) => {
  // All that the primary printed has come out up to its last line but one; the log only from before it knew a value.
  const shown = posts.findLastIndex(({ post }) => post.outputs !== null) - 1;
  for (const logCount of [0, 1]) {
    const death: Death = {
      postCount: shown,
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
