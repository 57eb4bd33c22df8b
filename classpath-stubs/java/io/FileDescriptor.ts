// java.io.FileDescriptor: numbers of virtual files.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';
import { descriptorNumber, throwIOException } from '../../support/file-streams.js';

export const natives = {
  // Handles are for Windows.
  'getHandle(I)J': { action: internal, call: () => -1n },
  'getAppend(I)Z': { action: internal, call: () => false },
  'close0()V': {
    action: internal,
    call: (m: Machine, self: Reference) => {
      const descriptor = descriptorNumber(m, self);
      if (descriptor < 0) return;
      m.setField(self, 'java/io/FileDescriptor', 'fd', -1);
      if (!m.virtualFiles.close(descriptor)) throwIOException(m, 'close failed');
    },
  },
  // Nothing that can be open for writing has a disk behind it.
  'sync()V': {
    action: internal,
    call: (m: Machine, self: Reference) => {
      const kind = m.virtualFiles.get(descriptorNumber(m, self))?.kind;
      if (kind !== 'regular') m.throwNew('java/io/SyncFailedException', 'sync failed');
    },
  },
} satisfies NativeTable;
