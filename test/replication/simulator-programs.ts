// Programs for the simulator, and running them.
import { type Chain, type Fault, type Outcome, Simulation } from './simulator.js';
import type { Program } from './toy-machine.js';

export const DETERMINISTIC: Program = {
  steps: [
    { op: 'compute', epochs: 2 },
    { op: 'print' },
    { op: 'print', stream: 2 },
    { op: 'compute', epochs: 1 },
  ],
  rounds: 6,
  exitCode: 3,
};

export const CURIOUS: Program = {
  steps: [
    { op: 'clock' },
    { op: 'start', id: 1, durationMs: 7 },
    { op: 'entropy', byteCount: 3 },
    { op: 'compute', epochs: 3 },
    { op: 'start', id: 2, durationMs: 2 },
    { op: 'print' },
    { op: 'cancel', id: 1 },
    { op: 'clock' },
    { op: 'compute', epochs: 2 },
    { op: 'await' },
    { op: 'print', stream: 2 },
  ],
  rounds: 4,
  exitCode: 42,
};

/** Standard input and files. */
export const BUSY: Program = {
  steps: [
    { op: 'append', path: 'log' },
    { op: 'read', wait: true },
    { op: 'look', path: 'new' },
    { op: 'create', path: 'new' },
    { op: 'print' },
    { op: 'append', path: 'log' },
    { op: 'look', path: 'new' },
    { op: 'rename', path: 'new', target: 'newer' },
    { op: 'read', wait: false },
    { op: 'look', path: 'newer' },
    { op: 'delete', path: 'newer' },
    { op: 'print', stream: 2 },
    { op: 'append', path: 'log' },
  ],
  rounds: 5,
  exitCode: 9,
};

/** What is wrong with the numbers that a program has read; null where none is lost or comes twice. */
export function inputGap(text: string): string | null {
  const numbers = [...text.matchAll(/ i(\d+)(?= )/g)].map((match) => Number(match[1]));
  const wrong = numbers.findIndex((number, index) => number !== index);
  return wrong === -1 ? null : `input ${numbers.join()}`;
}

/** Runs one simulation; what goes wrong names its seed. */
export function simulate(seed: number, program: Program, faults: readonly Fault[], chain?: Chain): Outcome {
  try {
    return new Simulation(seed, program, faults, chain).run();
  } catch (error) {
    throw new Error(`seed ${seed}, faults ${JSON.stringify(faults)}`, { cause: error });
  }
}
