// Joins the verifier to the machine: which classes are verified, and what the verifier may ask of other classes.
import { withJavaErrors } from './class-file-faults.js';
import { ACC } from './layout.js';
import type { Machine } from './machine.js';
import { isReflectionAccessor } from './resolution.js';
import type { RuntimeClass } from './runtime-class.js';
import type { MemberQuery, TypeHierarchy } from './verifier/type-hierarchy.js';
import { verifyClass } from './verifier/verify-class.js';

/**
 * Verifies a class before its initialization (JVMS §4.10, §5.4.1). Leaves with a signal where a class must be loaded
 * first; throws VerifyError, or ClassFormatError for what belongs to the format but is seen only here. Classes that come from the JDK's image are trusted.
 */
export function verify(machine: Machine, type: RuntimeClass): void {
  if (type.verified) return;
  if (type.hasFile && type.loader !== 0 && !isTrusted(machine, type)) {
    withJavaErrors(machine, () => verifyClass(type.file!, new LoaderHierarchy(machine, type)));
  }
  type.verified = true;
}

/** Classes of named modules, which only the JDK's image has, and classes that the machine or the JDK synthesises. */
function isTrusted(machine: Machine, type: RuntimeClass): boolean {
  if (type.isHidden || isReflectionAccessor(type)) return true;
  const module = machine.classes.moduleOf(type);
  return module !== 0 && machine.getField(module, 'java/lang/Module', 'name') !== 0;
}

class LoaderHierarchy implements TypeHierarchy {
  constructor(
    readonly machine: Machine,
    readonly type: RuntimeClass,
  ) {}

  #class(name: string): RuntimeClass {
    if (name === this.type.name) return this.type;
    return this.machine.resolution.loadClass(this.type.loader, name);
  }

  isInterface(className: string): boolean {
    return this.#class(className).isInterface;
  }

  superclassOf(className: string): string | null {
    return this.#class(className).superclass?.name ?? null;
  }

  isProtectedInOtherPackage(member: MemberQuery, _from: string): boolean {
    const holder = this.#class(member.className);
    const found =
      member.kind === 'field'
        ? holder.findField(member.name, member.descriptor)
        : holder.findMethod(member.name, member.descriptor);
    if (!found || (found.accessFlags & ACC.protected) === 0) return false;
    return !found.declaringClass.inSamePackage(this.type);
  }
}
