// java.io.FileCleanable: closes the descriptors of streams that became unreachable.
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import { closeAction, throwIOException } from '../../support/file-streams.js';

export const natives = {
  'cleanupClose0(IJ)V': {
    action: closeAction,
    call: (m: Machine, descriptor: number) => {
      if (descriptor >= 0 && !m.virtualFiles.close(descriptor)) throwIOException(m, 'close failed');
    },
  },
} satisfies NativeTable;
