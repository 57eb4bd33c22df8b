// java.lang.StackStreamFactory.
import { internal } from '../../../jvm/actions.js';
import type { NativeTable } from '../../../jvm/natives.js';

export const natives = {
  // The modes in support/stack-walk.ts are those of this JDK.
  'checkStackWalkModes()Z': { action: internal, call: () => true },
} satisfies NativeTable;
