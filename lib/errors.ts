// The error of the outside world: bad input that a person can put right.

/** Bad bytes, files or options from outside. It is reported by its code and sentence, without a JavaScript stack.
 *  code: stable upper-case name, for programs; message: one sentence that says what is wrong and what to do. */
export class UserError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'UserError';
  }
}

/** A parameter of a pair that cannot stand as it is, found by those who use it. key: as the user writes it, keys joined by
 *  dots, for whoever knows to say where it was set; why: what may stand there. */
export class ParameterError extends UserError {
  constructor(
    readonly key: string,
    why: string,
  ) {
    super('CONFIGURATION', `${key}: ${why}`);
  }
}

/** The POSIX name (ENOENT, EACCES, …) of an error thrown by node:fs, or EIO where it has none. */
export function posixCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'EIO';
}
