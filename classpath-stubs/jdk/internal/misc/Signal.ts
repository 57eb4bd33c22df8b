// jdk.internal.misc.Signal: numbers and handlers of signals. A signal that the program raises itself is dispatched
// at once; signals from outside are external actions.
import { internal } from '../../../../jvm/actions.js';
import type { Machine } from '../../../../jvm/machine.js';
import { REGISTERS } from '../../../../jvm/memory.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import { defaultExitCode, HANDLER } from '../../../../jvm/outside-signals.js';
import type { Reference } from '../../../../jvm/runtime-class.js';

/** Linux signal numbers by name, without SIG. */
const SIGNALS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  IOT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CLD: 17,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  POLL: 29,
  IO: 29,
  PWR: 30,
  SYS: 31,
};
/** Signals that HotSpot keeps for itself (ILL, FPE, SEGV, USR1, QUIT) or that nobody can handle (KILL, STOP). */
const RESERVED: ReadonlySet<number> = new Set([3, 4, 8, 9, 10, 11, 19]);
const FAILED = -1n;

/** Registers a handler; the result is the previous one. */
function handle(m: Machine, signal: number, handler: bigint): bigint {
  if (RESERVED.has(signal)) return FAILED;
  const word = REGISTERS.signalHandlers + signal;
  const previous = m.memory.i32[word]!;
  m.memory.i32[word] = Number(handler);
  return BigInt(previous);
}

function raise(m: Machine, signal: number): void {
  if (m.scratch(0) === 1) return;
  const handler = m.memory.i32[REGISTERS.signalHandlers + signal];
  if (handler === HANDLER.java) {
    m.setScratch(0, 1);
    m.callStatic('jdk/internal/misc/Signal', 'dispatch(I)V', [signal]);
  }
  const exitCode = defaultExitCode(signal);
  if (handler === HANDLER.default && exitCode !== null) m.exit(exitCode);
}

export const natives = {
  'findSignal0(Ljava/lang/String;)I': {
    action: internal,
    call: (m: Machine, name: Reference) => SIGNALS[m.heap.text(name)] ?? -1,
  },
  'handle0(IJ)J': { action: internal, call: handle },
  'raise0(I)V': { action: internal, call: raise },
} satisfies NativeTable;
