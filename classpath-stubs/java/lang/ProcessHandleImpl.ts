// java.lang.ProcessHandleImpl: the program's own process. Its number is the one it had when it was first asked for, and
// stays so after a take-over.
import { input, internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';

const CLASS = 'java/lang/ProcessHandleImpl';
/** Alive, but nothing is known of its start. */
const UNKNOWN_START = 0n;

const ownNumber = input({ virtualised: true });

/** The class asks for its own process before it has made the handle `current`. */
function isOwn(m: Machine, processId: bigint): boolean {
  const current = m.heap.getInt(m.field(CLASS, 'current').offset);
  return current === 0 || m.heap.getLong(current + m.field(CLASS, 'pid').offset) === processId;
}

export const natives = {
  'initNative()V': { action: internal, call: () => {} },
  'getCurrentPid0()J': {
    action: ownNumber,
    call: (m: Machine) => BigInt(m.perform(ownNumber, { kind: 'readProcessId' }) as number),
  },
  'isAlive0(J)J': {
    action: internal,
    call: (m: Machine, processId: bigint) => {
      if (!isOwn(m, processId)) {
        m.throwNew('java/lang/UnsupportedOperationException', 'rjvm cannot look at other processes');
      }
      return UNKNOWN_START;
    },
  },
} satisfies NativeTable;
