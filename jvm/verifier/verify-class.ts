// Verification of a class (JVMS §4.10): every method that has code, before any of it runs.
import type { ClassFile } from '../class-file/class-file.js';
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
 * @throws VerifyError where the class is not safe to run; whatever the hierarchy throws.
 */
export function verifyClass(classFile: ClassFile, hierarchy: TypeHierarchy): void {
  const types = new Assignability(hierarchy);
  for (const method of classFile.methods) {
    if (method.code === null) continue;
    const context = () => new MethodContext(classFile, method, hierarchy, types, method.code!);
    if (classFile.majorVersion < FIRST_VERSION_OF_TYPE_CHECKING) {
      inferTypes(context());
      continue;
    }
    try {
      checkTypes(context());
    } catch (error) {
      // Classes of version 50 may carry wrong frames, since tools of their time did not know them (JVMS §4.10).
      const mayInfer = classFile.majorVersion < FIRST_VERSION_OF_BINDING_FRAMES;
      if (!(error instanceof VerifyError) || !mayInfer) throw error;
      inferTypes(context());
    }
  }
}
