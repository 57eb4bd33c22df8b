// jdk.internal.reflect.Reflection: callers and nest mates.
import { internal } from '../../../../jvm/actions.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';
import { classFileFlags, settleNestHost } from '../../../support/class-structure.js';
import { isIgnoredByCallerSearch, runningFrames } from '../../../support/stack-walk.js';

/** Frames above the caller: getCallerClass itself and the caller-sensitive method. */
const SKIPPED_FRAMES = 2;

export const natives = {
  'getCallerClass()Ljava/lang/Class;': {
    action: internal,
    call: (m: Machine) => {
      let depth = 0;
      for (const { method } of runningFrames(m)) {
        if (depth++ < SKIPPED_FRAMES || isIgnoredByCallerSearch(m, method)) continue;
        return method.declaringClass.mirror;
      }
      return 0;
    },
  },
  'getClassAccessFlags(Ljava/lang/Class;)I': {
    action: internal,
    call: (m: Machine, mirror: Reference) => classFileFlags(m.classes.ofMirror(mirror)),
  },
  // Scratch words 1 and 2 keep the two nest hosts; a class whose host cannot be loaded is its own host.
  'areNestMates(Ljava/lang/Class;Ljava/lang/Class;)Z': {
    action: internal,
    catches: true,
    call: (m: Machine, first: Reference, second: Reference) => {
      const exception = m.takeCaught();
      const firstKnown = m.scratch(1) !== 0;
      const host = settleNestHost(m, m.classes.ofMirror(first), 1, firstKnown ? 0 : exception);
      return host === settleNestHost(m, m.classes.ofMirror(second), 2, firstKnown ? exception : 0);
    },
  },
} satisfies NativeTable;
