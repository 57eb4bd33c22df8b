// java.nio.MappedMemoryUtils: mappings are copies in memory, so their pages are always there.
import { internal } from '../../../jvm/actions.js';
import type { NativeTable } from '../../../jvm/natives.js';

export const natives = {
  'isLoaded0(JJJ)Z': { action: internal, call: () => true },
  'load0(JJ)V': { action: internal, call: () => {} },
  'unload0(JJ)V': { action: internal, call: () => {} },
} satisfies NativeTable;
