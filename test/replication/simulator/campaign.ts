// Many runs with faults of every kind, one after the other, until so many failures have been simulated.
import type { ExecutionContext } from 'ava';
import { FAULT_KINDS, type FaultKind } from './faults.js';
import { FAULTS_PER_RUN, scenarioOf } from './scenario.js';
import { causes, type Outcome, Simulation } from './simulation.js';

/** Failures of all campaigns together; a shorter look is taken with RJVM_FAILURES. */
export const FAILURE_COUNT = Number(process.env.RJVM_FAILURES ?? 1_000_000);

/** In so many failures there is everything. */
const LONG_CAMPAIGN = 10_000;

/** Runs the scenario of a seed. What goes wrong names the seed, and how to see it again. */
export function simulateSeed(seed: number): Outcome {
  const scenario = scenarioOf(seed, FAULTS_PER_RUN);
  try {
    return new Simulation(seed, scenario).run();
  } catch (error) {
    const command = `node dist/test/replication/simulator/replay.js ${seed}`;
    throw new Error(
      `seed ${seed} fails, as ${command} shows event by event: ${causes(error)}; ` +
        JSON.stringify(scenario.configuration),
      { cause: error },
    );
  }
}

/** Simulates at least so many failures, from a seed on, and says what they were. */
export function campaign(t: ExecutionContext, firstSeed: number, failureCount: number): void {
  const counts = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  let simulated = 0;
  let lostCount = 0;
  let wholeCount = 0;
  let takeOvers = 0;
  let seed = firstSeed;
  for (; simulated < failureCount; seed++) {
    const outcome = simulateSeed(seed);
    simulated += outcome.faultCount;
    wholeCount += outcome.wholeCount;
    takeOvers += outcome.reports.filter((line) => line.includes('takes over')).length;
    if (outcome.exitCode === 70) lostCount++;
    for (const kind of FAULT_KINDS) counts[kind] += outcome.counts[kind];
  }
  const kinds = FAULT_KINDS.map((kind) => `${kind} ${counts[kind]}`).join(', ');
  t.log(
    `${simulated} simulated failures in ${seed - firstSeed} runs from seed ${firstSeed}: ${takeOvers} take-overs, ` +
      `${wholeCount} replacements whole, ${lostCount} times no replica was left; ${kinds}`,
  );
  t.true(simulated >= failureCount);
  if (failureCount < LONG_CAMPAIGN) return;
  // The faults do what they are there for.
  for (const kind of FAULT_KINDS) t.true(counts[kind] > 0, kind);
  t.true(takeOvers > simulated / 20, `${takeOvers} take-overs`);
  t.true(wholeCount > simulated / 20, `${wholeCount} times whole`);
  t.true(lostCount > 0);
}
