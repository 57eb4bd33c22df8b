// Each fault before every single event of short programs: in every state that replicas and links can be in.
import test from 'ava';
import { FAULT_KINDS, type FaultKind } from './faults.js';
import { BUSY, CURIOUS, DETERMINISTIC, type Scenario, script } from './scenario.js';
import type { Step } from './script-machine.js';
import { causes, type Outcome, Simulation } from './simulation.js';
import { USUAL_PACE } from './world.js';

type Planned = NonNullable<Scenario['planned']>;

const SEED_COUNT = 2;

function run(
  seed: number,
  steps: readonly Step[],
  planned: Planned,
  options: { readonly replicas?: number; readonly rounds?: number; readonly isSurvivable?: boolean } = {},
): Outcome {
  const { replicas = 2, rounds = 4, isSurvivable = true } = options;
  const scenario: Scenario = {
    script: script(steps, rounds),
    configuration: { replicas },
    pace: USUAL_PACE,
    isSurvivable,
    planned,
  };
  try {
    return new Simulation(seed, scenario).run();
  } catch (error) {
    const faults = planned.map(({ kind, atEvent }) => `${kind} before event ${atEvent}`).join(', ');
    throw new Error(`seed ${seed}, ${replicas} replicas, ${faults || 'no fault'}: ${causes(error)}`, {
      cause: error,
    });
  }
}

/** Runs with a fault before each event of the run without. */
function* everywhere(seed: number, steps: readonly Step[], replicas: number, kinds: readonly FaultKind[]) {
  const unharmed = run(seed, steps, [], { replicas });
  for (let atEvent = 0; atEvent < unharmed.eventCount; atEvent++) {
    for (const kind of kinds) yield run(seed, steps, [{ atEvent, kind }], { replicas });
  }
}

test('without faults replicas print what their program prints, and say nothing themselves', (t) => {
  for (const replicas of [2, 3, 5]) {
    for (let seed = 0; seed < 20; seed++) {
      const { reports, exitCode, lineCount, refusedCount } = run(seed, CURIOUS, [], { replicas });
      t.deepEqual(
        { reports, exitCode, lineCount, refusedCount },
        { reports: [], exitCode: 42, lineCount: 8, refusedCount: 0 },
      );
    }
  }
});

for (const [name, steps] of Object.entries({ DETERMINISTIC, CURIOUS, BUSY })) {
  for (const replicas of [2, 3]) {
    test(`${name}: a fault of each kind before every single event of ${replicas} replicas`, (t) => {
      let settledCount = 0;
      let faultCount = 0;
      let reportCount = 0;
      for (let seed = 0; seed < SEED_COUNT; seed++) {
        for (const outcome of everywhere(seed, steps, replicas, FAULT_KINDS)) {
          faultCount += outcome.faultCount;
          settledCount += outcome.settledCount;
          reportCount += outcome.reports.length;
        }
      }
      t.log(`${faultCount} faults`);
      t.true(reportCount > faultCount / 4, `${reportCount} reports`);
      // Some outputs had been performed and not been logged.
      if (steps === BUSY) t.true(settledCount > 20, `${settledCount}`);
    });
  }
}

test('a replacement that is lost before any event on its way is replaced in turn', (t) => {
  let wholeCount = 0;
  for (let seed = 0; seed < SEED_COUNT; seed++) {
    for (const first of ['killPrimary', 'killBackup'] as const) {
      for (let after = 1; after < 220; after++) {
        const second = (['killNewcomer', 'splitLink', 'stopReplica'] as const)[after % 3]!;
        const planned = [
          { atEvent: 60, kind: first },
          { atEvent: 60 + after, kind: second },
        ];
        wholeCount += run(seed, BUSY, planned, { rounds: 20 }).wholeCount;
      }
    }
  }
  t.true(wholeCount > 1000, `${wholeCount} times whole`);
});

test('when all replicas are lost, what was visible is the beginning of a right history', (t) => {
  let endedCount = 0;
  let survivedCount = 0;
  for (let seed = 0; seed < 40; seed++) {
    for (let after = 1; after < 300; after += 7) {
      const planned = [
        { atEvent: 20 + seed, kind: 'killBackup' },
        { atEvent: 20 + seed + after, kind: 'killPrimary' },
      ] as const;
      const { exitCode, reports } = run(seed, DETERMINISTIC, planned, { rounds: 20, isSurvivable: false });
      if (exitCode === 42) {
        survivedCount++;
        continue;
      }
      endedCount++;
      t.is(exitCode, 70);
      t.regex(reports.at(-1)!, /no replica is left and the program has ended$/);
    }
  }
  t.true(endedCount > 50 && survivedCount > 50, `${endedCount} ended, ${survivedCount} survived`);
});
