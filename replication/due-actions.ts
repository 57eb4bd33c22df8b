// External actions from outside on their way to the machine: which are due, and which have been delivered before, by this
// replica or by a former primary.
import type { ExternalAction } from '../jvm/environment.js';
import type { SavedExecution } from './saved-execution.js';

/** What of a saved execution tells which actions the machine has had. */
export type SavedDueActions = Pick<
  SavedExecution,
  'inputRequest' | 'lastInputRequest' | 'lastSignal' | 'lastMembership' | 'lastOutputFailure'
>;

const NO_ACTIONS: readonly ExternalAction[] = [];

export class DueActions {
  /** What the gateway has told and what is not delivered. */
  #occurred: ExternalAction[] = [];
  /** The request for standard input that has no answer yet, 0 where there is none; and the last one. */
  #inputRequest = 0;
  #lastInputRequest = 0;
  /** The last one delivered of each kind that is numbered from 1. */
  readonly #last = { signal: 0, membership: 0, outputFailure: 0 };

  /** The machine asks for standard input. */
  asked(request: number): void {
    this.#inputRequest = request;
    this.#lastInputRequest = request;
  }

  /** Something has happened outside. */
  occur(action: ExternalAction): void {
    this.#occurred.push(action);
  }

  /** Takes what can be delivered now. After a take-over an answer may come again that the log has told already, or before
   *  the machine asks. */
  take(): readonly ExternalAction[] {
    if (this.#occurred.length === 0) return NO_ACTIONS;
    const due: ExternalAction[] = [];
    const early: ExternalAction[] = [];
    for (const action of this.#occurred) {
      switch (action.kind) {
        case 'heapLimit':
          throw new Error('the heap is limited by who leads');
        case 'signal':
        case 'membership':
        case 'outputFailure':
          if (action.id > this.#last[action.kind]) due.push(action);
          break;
        default:
          if (action.id === this.#inputRequest) due.push(action);
          else if (action.id > this.#lastInputRequest) early.push(action);
      }
    }
    this.#occurred = early;
    return due;
  }

  /** The machine gets it, here or as the log tells. */
  delivered(action: ExternalAction): void {
    switch (action.kind) {
      case 'input':
        this.#inputRequest = 0;
        return;
      case 'signal':
      case 'membership':
      case 'outputFailure':
        this.#last[action.kind] = action.id;
    }
  }

  save(): SavedDueActions {
    const { signal, membership, outputFailure } = this.#last;
    return {
      inputRequest: this.#inputRequest,
      lastInputRequest: this.#lastInputRequest,
      lastSignal: signal,
      lastMembership: membership,
      lastOutputFailure: outputFailure,
    };
  }

  restore(saved: SavedDueActions): void {
    this.#inputRequest = saved.inputRequest;
    this.#lastInputRequest = saved.lastInputRequest;
    this.#last.signal = saved.lastSignal;
    this.#last.membership = saved.lastMembership;
    this.#last.outputFailure = saved.lastOutputFailure;
  }
}
