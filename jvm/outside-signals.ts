// Signals from outside: what the machine does with one that is delivered. Java code handles it in a thread of its own, as
// HotSpot's signal dispatcher has it.
import type { Machine } from './machine.js';
import { REGISTERS } from './memory.js';

/** How a signal is handled, as jdk.internal.misc.Signal numbers it; by signal number in REGISTERS.signalHandlers. */
export const HANDLER = { default: 0, ignore: 1, java: 2 } as const;
/** Signals that by default end no process: CHLD, CONT, STOP, TSTP, TTIN, TTOU, URG, WINCH. */
const HARMLESS: ReadonlySet<number> = new Set([17, 18, 19, 20, 21, 22, 23, 28]);
const KILLED_BY_SIGNAL = 128;

/** Exit code of a program that a signal of that number ends by default; null where it ends none. */
export function defaultExitCode(signal: number): number | null {
  return HARMLESS.has(signal) ? null : KILLED_BY_SIGNAL + signal;
}

/** Delivers a signal between two epochs: Java's handler gets a thread, else the program ends, or nothing happens. */
export function deliverSignal(m: Machine, signal: number): void {
  const handler = m.memory.i32[REGISTERS.signalHandlers + signal];
  if (handler === HANDLER.java) {
    // Without room for another thread the signal is lost, as it is with HotSpot.
    m.scheduler.start(0, m.options.stackBytes, m.internalFrames.dispatchSignal, signal, true);
    return;
  }
  const exitCode = defaultExitCode(signal);
  if (handler === HANDLER.default && exitCode !== null) m.endProgram(exitCode);
}
