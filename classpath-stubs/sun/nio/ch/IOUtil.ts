// sun.nio.ch.IOUtil: numbers of descriptors and limits of vectored reads.
import { internal } from '../../../../jvm/actions.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';
import { descriptorNumber } from '../../../support/file-streams.js';

/** Linux's IOV_MAX. */
const MAXIMUM_VECTORS = 1024;

export const natives = {
  'iovMax()I': { action: internal, call: () => MAXIMUM_VECTORS },
  'fdVal(Ljava/io/FileDescriptor;)I': {
    action: internal,
    call: (m: Machine, object: Reference) => descriptorNumber(m, object),
  },
  'setfdVal(Ljava/io/FileDescriptor;I)V': {
    action: internal,
    call: (m: Machine, object: Reference, value: number) =>
      m.setField(object, 'java/io/FileDescriptor', 'fd', value),
  },
} satisfies NativeTable;
