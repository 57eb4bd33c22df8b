// jdk.internal.reflect.NativeConstructorAccessorImpl: Constructor.newInstance until a generated accessor takes over.
import { internal } from '../../../../jvm/actions.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import { invokeConstructor } from '../../../support/reflective-call.js';

export const natives = {
  'newInstance0(Ljava/lang/reflect/Constructor;[Ljava/lang/Object;)Ljava/lang/Object;': {
    action: internal,
    catches: true,
    call: invokeConstructor,
  },
} satisfies NativeTable;
