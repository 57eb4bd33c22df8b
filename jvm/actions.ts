// Action descriptors: the patent's bit-fields (internal and external actions), as typed records with their encoder.
// Every native method and every event from outside has one; replication reads it and keeps no second list.

/** Internal action: one that the machine's own control flow performs. Source: patent, "Internal action descriptor". */
export interface InternalDescriptor {
  readonly kind: 'internal';
  /** Bit 1: the action reads from or writes to the machine's environment. */
  readonly io: boolean;
  /** Bit 2. */
  readonly input: boolean;
  /** Bit 3; an action is never both input and output. */
  readonly output: boolean;
  /** Bit 4: suppressed at the backup; false is a local action, which every replica performs for itself. */
  readonly suppressedAtBackup: boolean;
  /** Bit 5: the value is mapped to a virtual one (only where the action is suppressed at the backup). */
  readonly virtualised: boolean;
  /** Bit 6: output values are compared between replicas. */
  readonly compared: boolean;
  /** Bit 7: the output returns when the request is sent. */
  readonly asynchronous: boolean;
  /** Bit 8: an asynchronous external action acknowledges the asynchronous output. */
  readonly acknowledged: boolean;
}

/** External action: one that the environment triggers. Source: patent, "External action descriptor". */
export interface ExternalDescriptor {
  readonly kind: 'external';
  /** Bit 1. */
  readonly asynchronous: boolean;
  /** Bit 2: where it occurs it occurs at all replicas. */
  readonly strictlyGlobal: boolean;
  /** Bit 3: kill rather than ignore (weakly global, suppressed at the backup). */
  readonly kill: boolean;
  /** Bit 4. */
  readonly suppressedAtBackup: boolean;
  /** Bit 5. */
  readonly virtualised: boolean;
}

export type ActionDescriptor = InternalDescriptor | ExternalDescriptor;

/** A computation inside the machine: neither input nor output. */
export const internal: InternalDescriptor = {
  kind: 'internal',
  io: false,
  input: false,
  output: false,
  suppressedAtBackup: false,
  virtualised: false,
  compared: false,
  asynchronous: false,
  acknowledged: false,
};

/** An input that the primary performs and logs; the backup takes the logged value. */
export function input(options: { virtualised?: boolean } = {}): InternalDescriptor {
  return {
    ...internal,
    io: true,
    input: true,
    suppressedAtBackup: true,
    virtualised: options.virtualised ?? false,
  };
}

/** An input that every replica performs for itself, because its value is the same everywhere (bytes of the
 *  class library). */
export function localInput(): InternalDescriptor {
  return { ...internal, io: true, input: true };
}

/** An output that the primary performs. It ends the epoch. */
export function output(
  options: { asynchronous?: boolean; acknowledged?: boolean; compared?: boolean } = {},
): InternalDescriptor {
  return {
    ...internal,
    io: true,
    output: true,
    suppressedAtBackup: true,
    compared: options.compared ?? false,
    asynchronous: options.asynchronous ?? false,
    acknowledged: options.acknowledged ?? false,
  };
}

/** Why a native with this descriptor may not perform an action with that one; null where it may. A native that changes
 *  something may look before, one that reads may ask for an acknowledgement with what was read, the JDK's `lib/modules` is
 *  read locally by whatever reads files, and asynchronous outputs are the primary's even where a native is local
 *  otherwise. */
export function contradiction(native: InternalDescriptor, performed: InternalDescriptor): string | null {
  if (!native.io) return 'is declared to stay inside the machine';
  if (performed.output && !native.output && !performed.acknowledged) return 'is declared to be no output';
  if (performed.input && performed.suppressedAtBackup && !native.suppressedAtBackup) {
    return 'is declared to be local';
  }
  const isAwaited = performed.output && !performed.asynchronous;
  if (isAwaited && performed.suppressedAtBackup !== native.suppressedAtBackup) {
    return `is declared to be ${native.suppressedAtBackup ? 'suppressed at the backup' : 'local'}`;
  }
  return null;
}

/** Throws where the patent calls a combination illegal or meaningless. */
export function checkDescriptor(descriptor: ActionDescriptor): void {
  if (descriptor.virtualised && !descriptor.suppressedAtBackup) {
    throw new Error('a value can be virtualised only where the action is suppressed at the backup');
  }
  if (descriptor.kind === 'external') {
    if (descriptor.kill && descriptor.strictlyGlobal) throw new Error('kill is for weakly global actions');
    return;
  }
  const { io, input: reads, output: writes } = descriptor;
  if (reads && writes) throw new Error('an action cannot be both input and output');
  if ((reads || writes) !== io) throw new Error('an IO action is an input or an output');
  if (!writes && (descriptor.compared || descriptor.asynchronous || descriptor.acknowledged)) {
    throw new Error('compared, asynchronous and acknowledged are for outputs');
  }
  if (descriptor.acknowledged && !descriptor.asynchronous) {
    throw new Error('only an asynchronous output is acknowledged');
  }
}

/** The descriptor as the patent's bit-field, bit 0 lowest. */
export function encodeDescriptor(descriptor: ActionDescriptor): number {
  const bits =
    descriptor.kind === 'internal'
      ? [
          false,
          descriptor.io,
          descriptor.input,
          descriptor.output,
          descriptor.suppressedAtBackup,
          descriptor.virtualised,
          descriptor.compared,
          descriptor.asynchronous,
          descriptor.acknowledged,
        ]
      : [
          true,
          descriptor.asynchronous,
          descriptor.strictlyGlobal,
          descriptor.kill,
          descriptor.suppressedAtBackup,
          descriptor.virtualised,
        ];
  return bits.reduce((word, bit, index) => word | (Number(bit) << index), 0);
}

/** Inverse of encodeDescriptor. */
export function decodeDescriptor(word: number): ActionDescriptor {
  const bit = (index: number) => ((word >>> index) & 1) === 1;
  return bit(0)
    ? {
        kind: 'external',
        asynchronous: bit(1),
        strictlyGlobal: bit(2),
        kill: bit(3),
        suppressedAtBackup: bit(4),
        virtualised: bit(5),
      }
    : {
        kind: 'internal',
        io: bit(1),
        input: bit(2),
        output: bit(3),
        suppressedAtBackup: bit(4),
        virtualised: bit(5),
        compared: bit(6),
        asynchronous: bit(7),
        acknowledged: bit(8),
      };
}
