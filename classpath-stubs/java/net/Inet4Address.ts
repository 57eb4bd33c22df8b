// java.net.Inet4Address: nothing to prepare.
import { internal } from '../../../jvm/actions.js';
import type { NativeTable } from '../../../jvm/natives.js';

export const natives = {
  'init()V': { action: internal, call: () => {} },
} satisfies NativeTable;
