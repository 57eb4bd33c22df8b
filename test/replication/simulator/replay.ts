// Command: runs simulations of given seeds again, with a trace of all events..
import { FAULTS_PER_RUN, scenarioOf } from './scenario.js';
import { Simulation } from './simulation.js';

const seeds = process.argv.slice(2).map(Number);
if (seeds.length === 0 || !seeds.every(Number.isInteger)) {
  console.error('usage: node dist/test/replication/simulator/replay.js SEED...');
  process.exitCode = 2;
}
for (const seed of seeds) {
  const scenario = scenarioOf(seed, FAULTS_PER_RUN);
  console.log(`seed ${seed}: ${JSON.stringify(scenario)}`);
  try {
    const outcome = new Simulation(seed, scenario, (line) => console.log(line)).run();
    console.log(JSON.stringify(outcome));
  } catch (error) {
    console.log(error);
    process.exitCode = 1;
  }
}
