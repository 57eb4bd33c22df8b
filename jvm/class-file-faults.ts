// Faults of class files as the Java errors that they are.
import { ClassFormatError, UnsupportedClassVersion } from './class-file/errors.js';
import type { Machine } from './machine.js';
import { VerifyError } from './verifier/verify-error.js';

/** Parses or verifies a class file. Its faults leave as UnsupportedClassVersionError, ClassFormatError or VerifyError of
 *  the Java program; everything else is passed on. */
export function withJavaErrors<T>(machine: Machine, examine: () => T): T {
  try {
    return examine();
  } catch (error) {
    const name = javaErrorOf(error);
    if (name === null) throw error;
    return machine.throwNew(name, (error as Error).message);
  }
}

function javaErrorOf(error: unknown): string | null {
  if (error instanceof UnsupportedClassVersion) return 'java/lang/UnsupportedClassVersionError';
  if (error instanceof ClassFormatError) return 'java/lang/ClassFormatError';
  if (error instanceof VerifyError) return 'java/lang/VerifyError';
  return null;
}
