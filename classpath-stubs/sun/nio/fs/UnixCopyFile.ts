// sun.nio.fs.UnixCopyFile: copies the contents of an open file to another one, piece by piece.
import { HostError } from '../../../../jvm/environment.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import { changeAction } from '../../../support/file-streams.js';
import { raise, raiseCode, unixCall } from '../../../support/unix-calls.js';

const PIECE_BYTES = 256 << 10;

/** One piece at each execution and in each epoch, so that neither what was read nor its log piles up. */
function transfer(m: Machine, target: number, source: number, cancelAddress: bigint): void {
  const to = m.virtualFiles.get(target);
  const from = m.virtualFiles.get(source);
  if (to === undefined || from === undefined) return raiseCode(m, 'EBADF');
  if (cancelAddress !== 0n && m.memory.i32[Number(cancelAddress) >> 2] !== 0)
    return raiseCode(m, 'ECANCELED');
  const bytes = m.virtualFiles.readAt(from, from.position, PIECE_BYTES);
  if (bytes instanceof HostError) return raise(m, bytes);
  if (bytes.length === 0) return;
  const outcome = m.fileChanges.write(to, bytes);
  if (outcome !== null) return raise(m, outcome);
  from.position += BigInt(bytes.length);
  m.scheduler.giveWay();
}

export const natives = {
  'transfer(IIJ)V': { action: changeAction, call: unixCall(transfer) },
} satisfies NativeTable;
