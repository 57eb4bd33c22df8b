// rjvm.Replication: in place of the bodies that hold on other Java machines, what the machine knows of its replicas.
import { internal } from '../../jvm/actions.js';
import type { Machine } from '../../jvm/machine.js';
import type { NativeTable } from '../../jvm/natives.js';

export const natives = {
  'replicaCount()I': { action: internal, call: (m: Machine) => m.membership.replicaCount },
  'initialReplicaCount()I': { action: internal, call: (m: Machine) => m.options.replicaCount },
  'listen()V': { action: internal, call: (m: Machine) => m.membership.listen() },
} satisfies NativeTable;
