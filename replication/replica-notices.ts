// What the replica processes say on their standard error, brought to the launcher's own: it alone knows whether the
// program has begun a line there, and that replicas say the same.
import type { Readable } from 'node:stream';
import type { ReplicaId } from './contracts.js';
import { MAXIMUM_KEPT_NOTICES, MAXIMUM_NOTICE_CHARACTERS } from './limits.js';

const OWN_PREFIX = 'rjvm: ';

export class ReplicaNotices {
  readonly #report: (line: string) => void;
  /** What has been said, and by whom. */
  readonly #said = new Map<string, ReplicaId>();

  /** report: takes a line without the program's name. */
  constructor(report: (line: string) => void) {
    this.#report = report;
  }

  /** Reports each line that comes from a replica, until the stream ends. Lines that are not meant for people, such as
   *  the stack of a fault of ours, get the replica's name. */
  read(id: ReplicaId, stream: Readable): void {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      if (rest.length > MAXIMUM_NOTICE_CHARACTERS) {
        lines.push(rest);
        rest = '';
      }
      for (const line of lines) this.#take(id, line);
    });
    stream.on('end', () => {
      if (rest !== '') this.#take(id, rest);
    });
    // A stream that breaks ends.
    stream.on('error', () => {});
  }

  #take(id: ReplicaId, line: string): void {
    const isOwn = line.startsWith(OWN_PREFIX);
    if (isOwn) this.say(id, line.slice(OWN_PREFIX.length));
    else this.#report(`replica ${id}: ${line}`);
  }

  /** Reports what a replica has to say, unless another one has said the same. */
  say(id: ReplicaId, text: string, line: string = text): void {
    const first = this.#said.get(text) ?? id;
    if (first !== id) return;
    if (this.#said.size >= MAXIMUM_KEPT_NOTICES) this.#said.clear();
    this.#said.set(text, id);
    this.#report(line);
  }
}
