// The state file: what a person or a script wants to know of a running pair, always whole and at most a second old.
import { renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { posixCode, UserError } from '../lib/errors.js';
import { STATE_FILE_INTERVAL_MS } from './limits.js';

/** Shape of the file. epoch: the epoch that the replica's machine was last known to be in. */
export const stateSchema = z.object({
  /** Process id of the launcher. */
  launcher: z.number().int(),
  incarnation: z.number().int().positive(),
  replicas: z.array(
    z.object({
      id: z.string(),
      role: z.enum(['primary', 'backup']),
      pid: z.number().int(),
      epoch: z.number().int().nonnegative(),
      state: z.enum(['starting', 'reintegrating', 'running', 'lost', 'exited']),
    }),
  ),
});

export type State = z.infer<typeof stateSchema>;

export class StateFile {
  readonly #path: string;
  readonly #state: () => State;
  readonly #complain: (sentence: string) => void;
  readonly #timer: NodeJS.Timeout;
  #failed = false;

  /** Writes the file at once and then once a second. Throws UserError where it cannot be written. complain: told
   *  once when it cannot be written any more. */
  constructor(path: string, state: () => State, complain: (sentence: string) => void) {
    this.#path = path;
    this.#state = state;
    this.#complain = complain;
    try {
      this.#write();
    } catch (error) {
      throw new UserError('STATE_FILE', `The state file ${path} cannot be written (${posixCode(error)}).`);
    }
    this.#timer = setInterval(() => this.update(), STATE_FILE_INTERVAL_MS);
  }

  /** Writes the present state. */
  update(): void {
    try {
      this.#write();
      this.#failed = false;
    } catch (error) {
      if (!this.#failed)
        this.#complain(`the state file ${this.#path} cannot be written (${posixCode(error)})`);
      this.#failed = true;
    }
  }

  /** Writes the last state and stops. */
  close(): void {
    clearInterval(this.#timer);
    this.update();
  }

  // Replaced by renaming, so that no reader ever sees half of it.
  #write(): void {
    const temporary = `${this.#path}.${process.pid}.tmp`;
    writeFileSync(temporary, `${JSON.stringify(this.#state())}\n`);
    renameSync(temporary, this.#path);
  }
}
