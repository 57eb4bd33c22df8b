// Replicas with memories of different sizes: the heap that one of them can hold, and what follows from it. The program
// sees the limit of the primary, a logged external action; so it runs out of memory at the same instruction everywhere,
// and a backup with less memory ends, or goes on regardless, when it alone has run out (patent fig. 12 and 20).
import { externalDescriptor } from '../jvm/action-overrides.js';
import type { MachineOptions } from '../jvm/birth-record.js';
import type { ExternalAction, ReplicableMachine } from '../jvm/environment.js';
import { UserError } from '../lib/errors.js';
import type { Configuration } from './configuration.js';
import type { ReplicaId } from './contracts.js';

const MEBIBYTE = 1 << 20;
const CLASS = 'java/lang/OutOfMemoryError';

export class HeapAllowance {
  readonly #heapBytes: number;
  /** Whether the replica ends when it cannot hold what the primary can. */
  readonly #kills: boolean;
  /** The program has this replica's limit. */
  #isTold = false;

  private constructor(heapBytes: number, kills: boolean) {
    this.#heapBytes = heapBytes;
    this.#kills = kills;
  }

  /** null where all replicas are alike. Those that the configuration does not name hold what -Xmx says. */
  static of(
    id: ReplicaId,
    { heapMib }: Pick<Configuration, 'heapMib'>,
    options: MachineOptions,
  ): HeapAllowance | null {
    if (Object.keys(heapMib).length === 0) return null;
    const own = heapMib[id];
    const heapBytes = own === undefined ? options.heapBytes : Math.min(own * MEBIBYTE, options.heapBytes);
    return new HeapAllowance(heapBytes, externalDescriptor(CLASS, options.actions).kill);
  }

  /** At an epoch boundary of the replica that decides: the program gets its limit, where it has another one. */
  limit(machine: ReplicableMachine): ExternalAction | null {
    if (this.#isTold) return null;
    this.#isTold = true;
    const heapBytes = this.#heapBytes;
    return machine.vitals().heapLimitBytes === heapBytes ? null : { kind: 'heapLimit', heapBytes };
  }

  /** At an epoch boundary of a replica that follows. UserError OUT_OF_MEMORY where it cannot go on. */
  check(machine: ReplicableMachine): void {
    if (!this.#kills) return;
    const { heapBytes, heapLimitBytes } = machine.vitals();
    if (heapLimitBytes <= this.#heapBytes || heapBytes <= this.#heapBytes) return;
    const [used, held] = [heapBytes, this.#heapBytes].map((bytes) => Math.ceil(bytes / MEBIBYTE));
    throw new UserError(
      'OUT_OF_MEMORY',
      `the heap takes ${used} MiB, and this replica can hold ${held} (heapMib): it ends, the others go on`,
    );
  }
}
