// java.io.ObjectStreamClass: whether a class has a static initializer, which its serial version depends on.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';

export const natives = {
  'initNative()V': { action: internal, call: () => {} },
  'hasStaticInitializer(Ljava/lang/Class;)Z': {
    action: internal,
    call: (m: Machine, mirror: Reference) => m.classes.ofMirror(mirror).methodsByKey.has('<clinit>()V'),
  },
} satisfies NativeTable;
