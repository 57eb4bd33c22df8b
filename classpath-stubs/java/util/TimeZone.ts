// java.util.TimeZone: the host's zone is part of the birth record.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';

function hostText(m: Machine, name: string): number {
  const text = m.birthRecord.hostProperties[name];
  return text === undefined ? 0 : m.heap.newString(text);
}

export const natives = {
  'getSystemTimeZoneID(Ljava/lang/String;)Ljava/lang/String;': {
    action: internal,
    call: (m: Machine) => hostText(m, 'host.timeZone'),
  },
  'getSystemGMTOffsetID()Ljava/lang/String;': {
    action: internal,
    call: (m: Machine) => hostText(m, 'host.gmtOffset'),
  },
} satisfies NativeTable;
