// The one file system of all simulated replicas. It knows what scripts may do, and notices what is done twice.
import { type ActionResult, HostError } from '../../../jvm/environment.js';
import type { HostRequest } from '../../../replication/contracts.js';
import { RECORD_BYTES, RECORD_FILE } from './script-machine.js';

const GONE = new HostError('ENOENT', '');
const TAKEN = new HostError('EEXIST', '');

export class Files {
  readonly #paths = new Set<string>();
  #recordCount = 0;
  #settledCount = 0;

  /** Records in the file that scripts append to. */
  get recordCount(): number {
    return this.#recordCount;
  }

  /** Other files that are there. */
  get pathCount(): number {
    return this.#paths.size;
  }

  /** Changes that were found to have been made already. */
  get settledCount(): number {
    return this.#settledCount;
  }

  /** Performs a request of a machine. Throws where a write would damage what is there, or leave a gap. */
  perform(request: HostRequest): ActionResult {
    const paths = this.#paths;
    switch (request.kind) {
      case 'readFileAttributes':
        return paths.has(request.path) ? [0n] : GONE;
      case 'openForWriting':
        if (paths.has(request.path)) return this.#settle(TAKEN);
        paths.add(request.path);
        return null;
      case 'writeFile':
        if (request.path !== RECORD_FILE) break;
        return this.#write(request.bytes, request.position ?? -1);
      case 'deleteFile':
        return paths.delete(request.path) ? null : this.#settle(GONE);
      case 'renameFile':
        if (!paths.delete(request.path)) return this.#settle(GONE);
        paths.add(request.target);
        return null;
    }
    throw new Error(`the simulated host does not know ${request.kind}`);
  }

  #settle(error: HostError): HostError {
    this.#settledCount++;
    return error;
  }

  /** A record may be written again while it is the last one. */
  #write(bytes: Uint8Array, position: number): number {
    const record = new Float64Array(new Uint8Array(bytes).buffer)[0]!;
    const count = this.#recordCount;
    if (position !== record * RECORD_BYTES || (record !== count && record !== count - 1))
      throw new Error(`record ${record} is written at ${position}, with ${count} records there`);
    if (record < count) this.#settledCount++;
    this.#recordCount = Math.max(count, record + 1);
    return bytes.length;
  }
}
