// sun.nio.fs.LinuxNativeDispatcher: nothing to prepare; the table of mounts is not offered.
import { internal } from '../../../../jvm/actions.js';
import type { NativeTable } from '../../../../jvm/natives.js';

export const natives = {
  'init()V': { action: internal, call: () => {} },
} satisfies NativeTable;
