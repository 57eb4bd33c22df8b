// jdk.internal.vm.VMSupport.
import { internal } from '../../../../jvm/actions.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';

export const natives = {
  // HotSpot's answer on POSIX hosts, whatever java.io.tmpdir says.
  'getVMTemporaryDirectory()Ljava/lang/String;': {
    action: internal,
    call: (m: Machine) => m.heap.newString('/tmp'),
  },
} satisfies NativeTable;
