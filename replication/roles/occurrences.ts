// What has happened outside and concerns the program: told to the primary, and kept for the next one, which may not have
// it in its log.
import type { ExternalAction } from '../../jvm/environment.js';
import type { ReplicaId } from '../contracts.js';
import { MAXIMUM_KEPT_ACTIONS } from '../limits.js';
import type { InputValue } from '../standard-input.js';

type OutputFailure = Pick<ExternalAction & { kind: 'outputFailure' }, 'stream' | 'error' | 'lasting'>;

type InputAnswer = ExternalAction & { readonly kind: 'input' };

/** Actions of one kind, numbered from 1; the last ones are kept. */
class Series {
  count = 0;
  readonly kept: ExternalAction[] = [];

  add(action: ExternalAction): ExternalAction {
    this.kept.push(action);
    if (this.kept.length > MAXIMUM_KEPT_ACTIONS) this.kept.shift();
    return action;
  }
}

export class Occurrences {
  readonly #signals = new Series();
  readonly #memberships = new Series();
  readonly #outputFailures = new Series();
  /** The last answers of standard input. The next request says of the one before that it is in the log of whoever may
   *  take over; not so under the relaxed output rule, where a successor may ask again for what others have read. */
  readonly #answers: InputAnswer[] = [];
  readonly #keptAnswers: number;
  /** The request for standard input that has no answer yet. */
  #request: number | null = null;

  constructor(options: { readonly isRelaxed: boolean }) {
    this.#keptAnswers = options.isRelaxed ? MAXIMUM_KEPT_ACTIONS : 1;
  }

  /** The program asks for standard input; answers whether it has to be read. It has not where a former primary had asked
   *  already: that answer serves. */
  asked(requestId: number): boolean {
    if (this.#answers.some(({ id }) => id === requestId)) return false;
    const isToBeRead = this.#request === null;
    this.#request = requestId;
    return isToBeRead;
  }

  /** Whether its request is still without an answer. */
  get isAsking(): boolean {
    return this.#request !== null;
  }

  answer(requestId: number, value: InputValue): ExternalAction {
    const id = this.#request;
    if (id === null) throw new Error(`request ${requestId} is answered late`);
    const answer: InputAnswer = { kind: 'input', id, value };
    this.#request = null;
    this.#answers.push(answer);
    if (this.#answers.length > this.#keptAnswers) this.#answers.shift();
    return answer;
  }

  signal(signal: number): ExternalAction {
    return this.#signals.add({ kind: 'signal', id: ++this.#signals.count, signal });
  }

  /** replicaCount: replicas that could go on now. */
  membership(change: 'lost' | 'whole', replica: ReplicaId, replicaCount: number): ExternalAction {
    const id = ++this.#memberships.count;
    return this.#memberships.add({ kind: 'membership', id, change, replica, replicaCount });
  }

  /** A failure that lasts is told once for its stream, so that the last ones are enough. */
  outputFailed({ stream, error, lasting }: OutputFailure): ExternalAction {
    const id = ++this.#outputFailures.count;
    return this.#outputFailures.add({ kind: 'outputFailure', id, stream, error, lasting });
  }

  /** In the order in which a new primary is told of them. */
  get kept(): readonly ExternalAction[] {
    const series = [this.#signals, this.#memberships, this.#outputFailures];
    return [...this.#answers, ...series.flatMap(({ kept }) => kept)];
  }
}
