// Settling the one output that the lost primary may or may not have performed: done again where that is harmless, told
// by the file system where it shows what has happened, and else a transient error (patent, take-over).
import type { ActionResult } from '../jvm/environment.js';
import { HostError, TRANSIENT_ERROR } from '../jvm/environment.js';
import type { Host, HostRequest } from './contracts.js';

/** Performs a request that may have been performed before. The machine has asked before each request of the kind that
 *  happens only once, and knows that it had not happened then (see FileChange). */
export function settle(host: Host, request: HostRequest): ActionResult {
  switch (request.kind) {
    case 'openForWriting':
      return without(host.perform(request), request.exclusive ? 'EEXIST' : null);
    case 'createDirectory':
    case 'createLink':
    case 'createSymbolicLink':
      return without(host.perform(request), 'EEXIST');
    case 'deleteFile':
    case 'deleteDirectory':
      return without(host.perform(request), 'ENOENT');
    case 'renameFile': {
      const { path } = request;
      const isGone =
        host.perform({ kind: 'readFileAttributes', path, followLinks: false }) instanceof HostError;
      return isGone ? null : host.perform(request);
    }
    case 'writeFile':
      // What has no positions cannot be written again without being written twice.
      return request.position === null ? TRANSIENT_ERROR : host.perform(request);
    default:
      return host.perform(request);
  }
}

/** The answer, where the error says that the lost primary has done it: success. */
function without(answer: ActionResult, sign: string | null): ActionResult {
  return answer instanceof HostError && answer.code === sign ? null : answer;
}
