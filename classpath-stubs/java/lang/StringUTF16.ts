// java.lang.StringUTF16: the byte order of chars in memory, WebAssembly's.
import { internal } from '../../../jvm/actions.js';
import type { NativeTable } from '../../../jvm/natives.js';

export const natives = { 'isBigEndian()Z': { action: internal, call: () => false } } satisfies NativeTable;
