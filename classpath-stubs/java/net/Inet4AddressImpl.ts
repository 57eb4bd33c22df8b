// java.net.Inet4AddressImpl: names of hosts cannot be looked up, since rjvm has no network yet.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';

const unknownHost = {
  action: internal,
  call: (m: Machine) => m.throwNew('java/net/UnknownHostException', 'rjvm has no network yet'),
};

export const natives = {
  'getLocalHostName()Ljava/lang/String;': unknownHost,
  'lookupAllHostAddr(Ljava/lang/String;)[Ljava/net/InetAddress;': unknownHost,
  'getHostByAddr([B)Ljava/lang/String;': unknownHost,
} satisfies NativeTable;
