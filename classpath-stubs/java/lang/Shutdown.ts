// java.lang.Shutdown: the end of the program.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import { closeAction } from '../../support/file-streams.js';

export const natives = {
  'beforeHalt()V': { action: internal, call: () => {} },
  // Open files are closed: those that were deleted go.
  'halt0(I)V': {
    action: closeAction,
    call: (m: Machine, status: number) => {
      m.virtualFiles.deleteHidden();
      m.exit(status);
    },
  },
} satisfies NativeTable;
