// What has happened outside and concerns the program: told to the primary, and kept for the next one, which may not have
// it in its log.
import type { ExternalAction } from '../../jvm/environment.js';
import type { ReplicaId } from '../contracts.js';
import { MAXIMUM_KEPT_ACTIONS } from '../limits.js';
import type { InputValue } from '../standard-input.js';

type OutputFailure = Pick<ExternalAction & { kind: 'outputFailure' }, 'stream' | 'error' | 'lasting'>;

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
  /** The last request for standard input, and its answer: kept until the next request says that it is in the log of
   *  whoever may take over. */
  #input: { readonly requestId: number; answer: ExternalAction | null } | null = null;

  /** The program has asked for standard input. */
  asked(requestId: number): void {
    this.#input = { requestId, answer: null };
  }

  /** Whether its request is still without an answer. */
  get isAsking(): boolean {
    return this.#input !== null && this.#input.answer === null;
  }

  answer(requestId: number, value: InputValue): ExternalAction {
    if (this.#input?.requestId !== requestId) throw new Error(`request ${requestId} is answered late`);
    this.#input.answer = { kind: 'input', id: requestId, value };
    return this.#input.answer;
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
    const answer = this.#input?.answer ?? null;
    const series = [this.#signals, this.#memberships, this.#outputFailures];
    return [...(answer === null ? [] : [answer]), ...series.flatMap(({ kept }) => kept)];
  }
}
