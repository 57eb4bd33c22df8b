// The host of a replica on a node where the JDK or the class path are not where the birth record says: what is read of
// them is read elsewhere, and the program sees the paths of the record alone.
import type { BirthRecord } from '../../jvm/birth-record.js';
import type { ActionResult } from '../../jvm/environment.js';
import { HostError } from '../../jvm/environment.js';
import type { Host, HostRequest, LocalPaths } from '../contracts.js';

const READ_ONLY = new HostError('EROFS', 'Read-only file system');

type Reading = HostRequest & {
  readonly kind:
    | 'readFileStatus'
    | 'readFile'
    | 'readFileAttributes'
    | 'readLink'
    | 'readCanonicalPath'
    | 'readDirectory';
};

export class LocalHost implements Host {
  readonly #host: Host;
  readonly #recordHome: string;
  readonly #localHome: string;
  readonly #files: ReadonlyMap<string, string>;
  /** Names in the folders that lead to the files which are elsewhere. */
  readonly #folders = new Map<string, Set<string>>();
  /** A folder here that stands for one that is missing. */
  readonly #standIn: string;

  constructor(host: Host, record: BirthRecord, { jdkHome, files, standIn }: LocalPaths) {
    this.#host = host;
    this.#recordHome = record.jdk.home;
    this.#localHome = jdkHome;
    this.#files = new Map(Object.entries(files));
    this.#standIn = standIn;
    for (const path of this.#files.keys()) this.#addFolders(path);
  }

  #addFolders(path: string): void {
    const slash = path.lastIndexOf('/');
    if (slash <= 0) return;
    const folder = path.slice(0, slash);
    const names = this.#folders.get(folder);
    const name = path.slice(slash + 1);
    if (names !== undefined) {
      names.add(name);
      return;
    }
    this.#folders.set(folder, new Set([name]));
    this.#addFolders(folder);
  }

  monotonicNs(): bigint {
    return this.#host.monotonicNs();
  }

  perform(request: HostRequest): ActionResult {
    switch (request.kind) {
      case 'readFileStatus':
      case 'readFile':
      case 'readFileAttributes':
      case 'readLink':
      case 'readCanonicalPath':
      case 'readDirectory':
        return this.#read(request);
      case 'readMonotonicClock':
      case 'readWallClock':
      case 'readEntropy':
      case 'readProcessId':
        return this.#host.perform(request);
      default:
        // The copies belong to all programs of this node.
        if (this.#isElsewhere(request.path)) return READ_ONLY;
        return request.kind === 'renameFile' && this.#isElsewhere(request.target)
          ? READ_ONLY
          : this.#host.perform(request);
    }
  }

  #isElsewhere(path: string): boolean {
    return this.#files.has(path) || this.#jdkFile(path) !== null;
  }

  /** Where a file of the record's JDK is; null where it is none, or is just there. */
  #jdkFile(path: string): string | null {
    const home = this.#recordHome;
    if (home === this.#localHome || !path.startsWith(home)) return null;
    const rest = path.slice(home.length);
    return rest === '' || rest.startsWith('/') ? this.#localHome + rest : null;
  }

  #read(request: Reading): ActionResult {
    const { path } = request;
    const jdkFile = this.#jdkFile(path);
    if (jdkFile !== null) {
      const answer = this.#host.perform({ ...request, path: jdkFile });
      return request.kind === 'readCanonicalPath' ? this.#recordPath(answer) : answer;
    }
    const copy = this.#files.get(path);
    if (copy !== undefined) {
      return request.kind === 'readCanonicalPath' ? path : this.#host.perform({ ...request, path: copy });
    }
    const names = this.#folders.get(path);
    return names === undefined ? this.#host.perform(request) : this.#readFolder(request, names);
  }

  #recordPath(answer: ActionResult): ActionResult {
    if (typeof answer !== 'string' || !answer.startsWith(this.#localHome)) return answer;
    return this.#recordHome + answer.slice(this.#localHome.length);
  }

  /** A folder of the class path has what is there, and what has been sent. */
  #readFolder(request: Reading, names: ReadonlySet<string>): ActionResult {
    if (request.kind === 'readDirectory') {
      const here = this.#host.perform(request);
      const all = new Set([...(Array.isArray(here) ? (here as readonly string[]) : []), ...names]);
      return [...all].sort();
    }
    const isMissing = this.#host.perform({ kind: 'readFileStatus', path: request.path }) === null;
    if (request.kind === 'readCanonicalPath' && isMissing) return request.path;
    return this.#host.perform(isMissing ? { ...request, path: this.#standIn } : request);
  }
}
