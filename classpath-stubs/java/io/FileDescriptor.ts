// java.io.FileDescriptor: numbers of virtual files.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';
import { changeAction, closeAction, descriptorNumber, throwIOException } from '../../support/file-streams.js';

export const natives = {
  // Handles are for Windows.
  'getHandle(I)J': { action: internal, call: () => -1n },
  'getAppend(I)Z': {
    action: internal,
    call: (m: Machine, descriptor: number) => m.virtualFiles.get(descriptor)?.writing?.append ?? false,
  },
  'close0()V': {
    action: closeAction,
    call: (m: Machine, self: Reference) => {
      const descriptor = descriptorNumber(m, self);
      if (descriptor < 0) return;
      const closed = m.virtualFiles.close(descriptor);
      m.setField(self, 'java/io/FileDescriptor', 'fd', -1);
      if (!closed) throwIOException(m, 'close failed');
    },
  },
  'sync()V': {
    action: changeAction,
    call: (m: Machine, self: Reference) => {
      const file = m.virtualFiles.get(descriptorNumber(m, self));
      if (file === undefined || m.fileChanges.sync(file) !== null)
        m.throwNew('java/io/SyncFailedException', 'sync failed');
    },
  },
} satisfies NativeTable;
