// jdk.internal.reflect.NativeMethodAccessorImpl: Method.invoke until a generated accessor takes over.
import { internal } from '../../../../jvm/actions.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import { invokeMethod } from '../../../support/reflective-call.js';

export const natives = {
  'invoke0(Ljava/lang/reflect/Method;Ljava/lang/Object;[Ljava/lang/Object;)Ljava/lang/Object;': {
    action: internal,
    catches: true,
    call: invokeMethod,
  },
} satisfies NativeTable;
