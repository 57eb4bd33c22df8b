// The real host behind the machine's requests: what a single machine and the primary of a pair read from.
import type { ActionResult } from '../jvm/environment.js';
import { HostError } from '../jvm/environment.js';
import {
  canonicalPath,
  entropy,
  fileAttributes,
  fileStatus,
  type HostFailure,
  isHostFailure,
  monotonicNs,
  readDirectory,
  readFileAt,
  readLink,
  wallNs,
} from '../lib/host.js';
import type { Host, HostRequest } from './contracts.js';

export const realHost: Host = { perform, monotonicNs };

function perform(request: HostRequest): ActionResult {
  switch (request.kind) {
    case 'readMonotonicClock':
      return monotonicNs();
    case 'readWallClock':
      return wallNs();
    case 'readEntropy':
      return entropy(request.byteCount);
    case 'readFileStatus':
      return result(fileStatus(request.path));
    case 'readFile':
      return result(readFileAt(request.path, request.position, request.byteCount));
    case 'readDirectory': {
      const names = readDirectory(request.path);
      // The request's own answer for what is no directory, or not there.
      if (isHostFailure(names) && (names.error === 'ENOENT' || names.error === 'ENOTDIR')) return null;
      return result(names);
    }
    case 'readCanonicalPath':
      return result(canonicalPath(request.path));
    case 'readFileAttributes':
      return result(fileAttributes(request.path, request.followLinks));
    case 'readProcessId':
      return process.pid;
    case 'readLink':
      return result(readLink(request.path));
  }
}

function result(answer: Exclude<ActionResult, HostError> | HostFailure): ActionResult {
  return isHostFailure(answer) ? new HostError(answer.error, answer.message) : answer;
}
