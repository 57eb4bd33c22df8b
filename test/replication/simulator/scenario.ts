// What a run is made of: a program, a configuration, how slow things are, and which faults happen when.
import { generator } from '../../../lib/generator.js';
import type { ConfigurationInput } from '../../../replication/configuration.js';
import { FAULT_KINDS, type FaultKind } from './faults.js';
import type { Script, Step } from './script-machine.js';
import { type Pace, USUAL_PACE } from './world.js';

/** Faults one after the other, each within a time after the one before, or after all replicas are there again. */
export interface Chain {
  readonly count: number;
  readonly withinUs: number;
  /** Share of the faults that wait for that. */
  readonly wholeShare: number;
  readonly kinds: readonly FaultKind[];
}

export interface Scenario {
  readonly script: Script;
  readonly configuration: ConfigurationInput;
  readonly pace: Pace;
  /** Whether the program has to come to its end whatever happens: no fault is injected that may be too much. */
  readonly isSurvivable: boolean;
  /** Faults before the event of a number. */
  readonly planned?: readonly { readonly atEvent: number; readonly kind: FaultKind }[];
  /** A script that ends by itself has none. */
  readonly chain?: Chain;
}

/** Nothing but what follows from the program itself. */
export const DETERMINISTIC: readonly Step[] = [
  { op: 'compute', epochs: 2 },
  { op: 'print', stream: 1 },
  { op: 'print', stream: 2 },
  { op: 'compute', epochs: 1 },
];

/** Clocks, timers and chance. */
export const CURIOUS: readonly Step[] = [
  { op: 'clock' },
  { op: 'start', id: 1, durationUs: 7000 },
  { op: 'entropy' },
  { op: 'compute', epochs: 3 },
  { op: 'start', id: 2, durationUs: 2000 },
  { op: 'print', stream: 1 },
  { op: 'cancel', id: 1 },
  { op: 'clock' },
  { op: 'compute', epochs: 2 },
  { op: 'await' },
  { op: 'clock' },
  { op: 'print', stream: 2 },
];

/** Standard input and files. */
export const BUSY: readonly Step[] = [
  { op: 'append' },
  { op: 'read', wait: true },
  { op: 'look', path: 'new', present: false },
  { op: 'create', path: 'new' },
  { op: 'print', stream: 1 },
  { op: 'append' },
  { op: 'look', path: 'new', present: true },
  { op: 'rename', path: 'new', target: 'newer' },
  { op: 'read', wait: false },
  { op: 'look', path: 'newer', present: true },
  { op: 'delete', path: 'newer' },
  { op: 'print', stream: 2 },
  { op: 'append' },
];

export function script(steps: readonly Step[], rounds: number): Script {
  return { steps, rounds, exitCode: 42 };
}

/** Steps at random, with a print at the end. */
function randomSteps(random: () => number): Step[] {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!;
  const steps: Step[] = [];
  for (let count = 3 + Math.floor(random() * 12); count > 0; count--) {
    const id = 1 + Math.floor(random() * 3);
    steps.push(
      pick<() => Step>([
        () => ({ op: 'compute', epochs: 1 + Math.floor(random() * 8) }),
        () => ({ op: 'clock' }),
        () => ({ op: 'wall' }),
        () => ({ op: 'entropy' }),
        () => ({ op: 'print', stream: pick([1, 2] as const) }),
        () => ({ op: 'start', id, durationUs: Math.floor(random() * 20_000) }),
        () => ({ op: 'cancel', id }),
        () => ({ op: 'await' }),
        () => ({ op: 'read', wait: random() < 0.7 }),
        () => ({ op: 'append' }),
      ])(),
    );
  }
  steps.push({ op: 'await' }, { op: 'clock' }, { op: 'print', stream: 1 });
  return steps;
}

/** Faults of each run of a campaign: enough for every state of a pair, few enough for a trace to be read. */
export const FAULTS_PER_RUN = 40;

/** What a seed stands for: one of everything, faults without end among them, so many in all. */
export function scenarioOf(seed: number, faultCount: number): Scenario {
  const random = generator(seed ^ 0x5eed);
  const chance = (share: number) => random() < share;
  const below = (limit: number) => Math.floor(random() * limit);
  const replicas = [2, 2, 2, 3, 3, 4, 5][below(7)]!;
  const isRelaxed = chance(0.05);
  const compareOutputs = chance(0.15);
  const minimumEpochs = !compareOutputs && chance(0.15) ? 1 + below(6) : 0;
  const configuration: ConfigurationInput = {
    replicas,
    acknowledgedBy: chance(0.2) ? 'majority' : 'all',
    outputRule: isRelaxed ? 'relaxed' : 'strong',
    inputSynchronises: chance(0.15),
    compareOutputs,
    deepCheckEpochs: chance(0.15) ? 1 + below(16) : 0,
    skew: {
      minimumEpochs,
      maximumEpochs: chance(0.3) ? minimumEpochs + 1 + below(10) : 4096,
      maximumMs: chance(0.1) ? 1 + below(20) : 1000,
    },
  };
  const steps = chance(0.4) ? randomSteps(random) : [DETERMINISTIC, CURIOUS, BUSY][below(3)]!;
  return {
    // Under the relaxed rule files are the program's own risk.
    script: script(isRelaxed ? withoutFiles(steps) : steps, Infinity),
    configuration,
    pace: {
      ...USUAL_PACE,
      diskUs: chance(0.3) ? 3000 : 0,
      slowShare: chance(0.3) ? 0.03 : 0,
      epochUs: [2000, 6000, 16_000][below(3)]!,
    },
    // What a majority has acknowledged is lost with it.
    isSurvivable: chance(0.9) || configuration.acknowledgedBy === 'majority',
    chain: {
      count: faultCount,
      withinUs: [100, 2000, 10_000][below(3)]!,
      wholeShare: random(),
      kinds: chance(0.5) ? FAULT_KINDS : FAULT_KINDS.slice(0, 5),
    },
  };
}

function withoutFiles(steps: readonly Step[]): Step[] {
  return steps.filter(({ op }) => !['append', 'look', 'create', 'delete', 'rename'].includes(op));
}
