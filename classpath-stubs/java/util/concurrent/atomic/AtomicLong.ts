// java.util.concurrent.atomic.AtomicLong: whether longs are compared and set without a lock.
import { internal } from '../../../../../jvm/actions.js';
import type { NativeTable } from '../../../../../jvm/natives.js';

export const natives = { 'VMSupportsCS8()Z': { action: internal, call: () => true } } satisfies NativeTable;
