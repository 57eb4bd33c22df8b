// java.lang.invoke.MethodHandle: its polymorphic methods, when reflection calls them as the methods they are declared
// to be. Calls by instruction never come here: they are linked.
import { internal } from '../../../../jvm/actions.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';

function refuse(name: string) {
  return {
    action: internal,
    call: (m: Machine) =>
      m.throwNew(
        'java/lang/UnsupportedOperationException',
        `MethodHandle.${name} cannot be invoked reflectively`,
      ),
  };
}

export const natives = {
  'invoke([Ljava/lang/Object;)Ljava/lang/Object;': refuse('invoke'),
  'invokeExact([Ljava/lang/Object;)Ljava/lang/Object;': refuse('invokeExact'),
} satisfies NativeTable;
