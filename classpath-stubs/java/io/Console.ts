// java.io.Console: there is none; programs read standard input as a stream.
import { internal } from '../../../jvm/actions.js';
import type { NativeTable } from '../../../jvm/natives.js';

export const natives = {
  // null: Java takes the default character set.
  'encoding()Ljava/lang/String;': { action: internal, call: () => 0 },
  'istty()Z': { action: internal, call: () => false },
} satisfies NativeTable;
