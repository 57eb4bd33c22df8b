// The real host behind the machine's requests: what a single machine and the primary of a pair read from.
import type { ActionResult, FileChange } from '../jvm/environment.js';
import { HostError } from '../jvm/environment.js';
import {
  canonicalPath,
  entropy,
  fileAttributes,
  fileSpace,
  fileStatus,
  type HostFailure,
  isHostFailure,
  monotonicNs,
  readDirectory,
  readFileAt,
  readLink,
  wallNs,
} from '../lib/host.js';
import {
  createDirectory,
  createLink,
  createSymbolicLink,
  deleteDirectory,
  deleteFile,
  openForWriting,
  releaseFile,
  renameFile,
  setFileMode,
  setFileOwner,
  setFileTimes,
  syncFile,
  truncateFile,
  writeFileAt,
} from '../lib/host-writing.js';
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
    case 'releaseFile':
      releaseFile(request.path);
      return null;
    case 'readFileSpace':
      return result(fileSpace(request.path));
    case 'readLink':
      return result(readLink(request.path));
    default:
      return result(change(request));
  }
}

function change(request: FileChange): number | null | HostFailure {
  switch (request.kind) {
    case 'openForWriting':
      return openForWriting(request.path, request);
    case 'writeFile':
      return writeFileAt(request.path, request.position, request.bytes);
    case 'truncateFile':
      return truncateFile(request.path, request.byteCount);
    case 'syncFile':
      return syncFile(request.path);
    case 'createDirectory':
      return createDirectory(request.path, request.mode);
    case 'deleteFile':
      return deleteFile(request.path);
    case 'deleteDirectory':
      return deleteDirectory(request.path);
    case 'renameFile':
      return renameFile(request.path, request.target);
    case 'createLink':
      return createLink(request.path, request.target);
    case 'createSymbolicLink':
      return createSymbolicLink(request.path, request.target);
    case 'setFileMode':
      return setFileMode(request.path, request.mode);
    case 'setFileOwner':
      return setFileOwner(request.path, request.userId, request.groupId, request.followLinks);
    case 'setFileTimes':
      return setFileTimes(request.path, request.accessNs, request.modificationNs, request.followLinks);
  }
}

function result(answer: Exclude<ActionResult, HostError> | HostFailure): ActionResult {
  return isHostFailure(answer) ? new HostError(answer.error, answer.message) : answer;
}
