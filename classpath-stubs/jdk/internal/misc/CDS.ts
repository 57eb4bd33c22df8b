// jdk.internal.misc.CDS: class data sharing, which the machine does not have; classes make their state themselves.
import { internal } from '../../../../jvm/actions.js';
import type { NativeTable, RawNativeMethod } from '../../../../jvm/natives.js';

const no = { action: internal, call: () => false };
const nothing: RawNativeMethod = { action: internal, raw: () => {} };

export const natives = {
  'isDumpingClassList0()Z': no,
  'isDumpingArchive0()Z': no,
  'isSharingEnabled0()Z': no,
  'getRandomSeedForDumping()J': { action: internal, call: () => 0n },
  'initializeFromArchive(Ljava/lang/Class;)V': nothing,
  'defineArchivedModules(Ljava/lang/ClassLoader;Ljava/lang/ClassLoader;)V': nothing,
  'logLambdaFormInvoker(Ljava/lang/String;)V': nothing,
} satisfies NativeTable;
