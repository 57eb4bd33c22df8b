// Standard output and error of this process: what can be known against them before anything is written.
import { fstatSync, writeSync } from 'node:fs';
import { posixCode } from './errors.js';
import { strerror } from './strerror.js';

const NOTHING = new Uint8Array(0);

/** Why nothing can be written to a standard stream, by descriptor: it is closed (see bin/rjvm), open for reading alone,
 *  or a device that takes nothing. Absent where nothing is known. */
export function standardOutputErrors(): Partial<Record<1 | 2, { code: string; message: string }>> {
  const errors: Partial<Record<1 | 2, { code: string; message: string }>> = {};
  for (const descriptor of [1, 2] as const) {
    try {
      // An empty write to a socket might be a message.
      if (!fstatSync(descriptor).isSocket()) writeSync(descriptor, NOTHING);
    } catch (error) {
      const code = posixCode(error);
      if (code !== 'EAGAIN') errors[descriptor] = { code, message: strerror(code) };
    }
  }
  return errors;
}

/** Writes a line of our own to standard error, where somebody can read it. */
export function complain(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // Closed, full, or nobody reads: that must not be the end of whoever complains.
  }
}
