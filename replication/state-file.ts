// The state file: what a person or a script wants to know of a running pair, always whole and at most a second old.
import { renameSync, writeFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { posixCode, UserError } from '../lib/errors.js';
import { STATE_FILE_INTERVAL_MS } from './limits.js';

/** Shape of the file. epoch: the epoch that the replica's machine was last known to be in; null: it has not told. */
export const stateSchema = z.object({
  /** Process id of the launcher. */
  launcher: z.number().int(),
  incarnation: z.number().int().positive(),
  replicas: z.array(
    z.object({
      id: z.string(),
      role: z.enum(['primary', 'backup']),
      pid: z.number().int(),
      /** Name of the host that pid is of, where replicas run on several. */
      node: z.string().optional(),
      epoch: z.number().int().nonnegative().nullable(),
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
  #isDue = false;
  #writing: Promise<void> | null = null;

  /** Writes the file at once and then once a second. Throws UserError where it cannot be written. complain: told
   *  once when it cannot be written any more. */
  constructor(path: string, state: () => State, complain: (sentence: string) => void) {
    this.#path = path;
    this.#state = state;
    this.#complain = complain;
    try {
      writeFileSync(this.#temporary, this.#text());
      renameSync(this.#temporary, path);
    } catch (error) {
      throw new UserError('STATE_FILE', `The state file ${path} cannot be written (${posixCode(error)}).`);
    }
    this.#timer = setInterval(() => void this.update(), STATE_FILE_INTERVAL_MS);
  }

  /** Writes the present state. Not in the event loop: a busy disk may take a second for it, and the program's output
   *  would wait as long. Never rejects. */
  update(): Promise<void> {
    this.#isDue = true;
    this.#writing ??= this.#writeWhileDue();
    return this.#writing;
  }

  /** Writes the last state and stops. */
  close(): Promise<void> {
    clearInterval(this.#timer);
    return this.update();
  }

  async #writeWhileDue(): Promise<void> {
    try {
      while (this.#isDue) {
        this.#isDue = false;
        await writeFile(this.#temporary, this.#text());
        await rename(this.#temporary, this.#path);
        this.#failed = false;
      }
    } catch (error) {
      if (!this.#failed)
        this.#complain(`the state file ${this.#path} cannot be written (${posixCode(error)})`);
      this.#failed = true;
    } finally {
      this.#writing = null;
    }
  }

  // Replaced by renaming, so that no reader ever sees half of it.
  get #temporary(): string {
    return `${this.#path}.${process.pid}.tmp`;
  }

  #text(): string {
    return `${JSON.stringify(this.#state())}\n`;
  }
}
