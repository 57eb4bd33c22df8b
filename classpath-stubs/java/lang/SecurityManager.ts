// java.lang.SecurityManager.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';
import { newClassArray } from '../../support/java-objects.js';
import { isIgnoredByCallerSearch, runningFrames } from '../../support/stack-walk.js';

export const natives = {
  // Classes of the frames beneath this native, without those of the reflection machinery.
  'getClassContext()[Ljava/lang/Class;': {
    action: internal,
    call: (m: Machine, _self: Reference) => {
      const methods = [...runningFrames(m)].slice(1).map(({ method }) => method);
      const counted = methods.filter((method) => !isIgnoredByCallerSearch(m, method) && !method.isNative);
      return newClassArray(
        m,
        counted.map((method) => method.declaringClass),
      );
    },
  },
} satisfies NativeTable;
