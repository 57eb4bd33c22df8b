// Verification of a class (JVMS §4.10): every method that has code, before any of it runs.
import type { ClassFile } from '../class-file/class-file.js';
import { ClassFormatError } from '../class-file/errors.js';
import { MethodContext } from './method-context.js';
import { checkTypes } from './type-checker.js';
import type { TypeHierarchy } from './type-hierarchy.js';
import { inferTypes } from './type-inference.js';
import { Assignability } from './verification-types.js';
import { VerifyError } from './verify-error.js';

/** From this major version on, the StackMapTable is binding. */
const FIRST_VERSION_OF_BINDING_FRAMES = 51;
/** From this major version on, classes are verified by type checking first. */
const FIRST_VERSION_OF_TYPE_CHECKING = 50;

/**
 * Verifies a class whose format has been checked. It has no side effects.
 * @throws VerifyError where the class is not safe to run; ClassFormatError where its StackMapTable or exception table
 * is malformed; whatever the hierarchy throws.
 */
export function verifyClass(classFile: ClassFile, hierarchy: TypeHierarchy): void {
  const types = new Assignability(hierarchy);
  const { majorVersion } = classFile;
  for (const method of classFile.methods) {
    const { code } = method;
    if (code === null) continue;
    const infer = () => inferTypes(new MethodContext(classFile, method, code, hierarchy, types, 'infer'));
    if (majorVersion < FIRST_VERSION_OF_TYPE_CHECKING) {
      infer();
      continue;
    }
    // A table that cannot even be read has no second chance.
    void code.stackMapTable;
    try {
      checkTypes(new MethodContext(classFile, method, code, hierarchy, types, 'check'));
    } catch (error) {
      if (!isVerdict(error) || majorVersion >= FIRST_VERSION_OF_BINDING_FRAMES) throw error;
      // Tools of the time of version 50 wrote wrong frames: the class has a second chance (JVMS §4.10).
      if (!succeeds(infer)) throw error;
    }
  }
}

/** Whether an error says that the class is bad; others come from the hierarchy. */
function isVerdict(error: unknown): boolean {
  return error instanceof VerifyError || error instanceof ClassFormatError;
}

/** Whether the verification finds nothing. Errors of the hierarchy are passed on. */
function succeeds(verify: () => void): boolean {
  try {
    verify();
    return true;
  } catch (error) {
    if (isVerdict(error)) return false;
    throw error;
  }
}
