// java.net.InetAddressImplFactory: without a network there is no IPv6.
import { internal } from '../../../jvm/actions.js';
import type { NativeTable } from '../../../jvm/natives.js';

export const natives = {
  'isIPv6Supported()Z': { action: internal, call: () => false },
} satisfies NativeTable;
