// What class files say of a class's place among others: nests, member classes, modifiers.
import type { InnerClass } from '../../jvm/class-file/class-file.js';
import { ACC } from '../../jvm/layout.js';
import type { Machine } from '../../jvm/machine.js';
import type { Reference, RuntimeClass } from '../../jvm/runtime-class.js';
import { JavaThrow } from '../../jvm/signals.js';

/** Flags that a class file can hold. */
const WRITTEN_FLAGS = 0x7fff;

/** The entry of a class's InnerClasses attribute that describes the class itself. */
export function ownInnerClassEntry(type: RuntimeClass): InnerClass | undefined {
  return type.file?.innerClasses.find((entry) => entry.inner === type.file!.name);
}

/** Class.getModifiers: a member class has the flags of its InnerClasses entry, an array those of its element. */
export function modifiersOf(type: RuntimeClass): number {
  if (type.component) {
    let element = type.component;
    while (element.component) element = element.component;
    const visibility = modifiersOf(element) & (ACC.public | ACC.private | ACC.protected);
    return visibility | ACC.final | ACC.abstract;
  }
  const flags = ownInnerClassEntry(type)?.accessFlags ?? type.accessFlags;
  return flags & WRITTEN_FLAGS & ~ACC.super;
}

/** Access flags as the class file has them. */
export function classFileFlags(type: RuntimeClass): number {
  return type.accessFlags & WRITTEN_FLAGS;
}

/** Nest host (JVMS §5.4.4). May leave with a signal to load it, or throw its loading's error. */
export function resolveNestHost(m: Machine, type: RuntimeClass): RuntimeClass {
  if (type.nestHost) return type.nestHost;
  const name = type.isHidden ? null : (type.file?.nestHost ?? null);
  if (name === null) return type;
  const host = m.resolution.loadClass(type.loader, name);
  const agrees = host.inSamePackage(type) && host.file?.nestMembers.includes(type.name) === true;
  return agrees ? host : type;
}

/**
 * Nest host for natives with `catches`: a class whose host cannot be loaded is its own.
 * @param slot Scratch word that keeps the answer over executions.
 * @param exception What takeCaught gave, where this class's host was being loaded; else 0.
 */
export function settleNestHost(
  m: Machine,
  type: RuntimeClass,
  slot: number,
  exception: Reference,
): RuntimeClass {
  const known = m.scratch(slot);
  if (known !== 0) return m.classes.atAddress(known);
  if (exception !== 0) rethrowUnlessLinkageError(m, exception);
  const host = exception !== 0 ? type : resolveNestHost(m, type);
  m.setScratch(slot, host.address);
  return host;
}

/** Errors of the machine itself (out of memory, stack overflow) are never taken for a missing class. */
export function rethrowUnlessLinkageError(m: Machine, exception: Reference): void {
  if (!m.classes.of(exception).isSubtypeOf(m.classes.boot('java/lang/LinkageError'))) {
    throw new JavaThrow(exception);
  }
}

/** Throws where outer and inner class do not both say that the one is a member of the other. A hidden class that is made
 *  of a member's bytes says so, but the outer class means the member. */
export function checkInnerClass(m: Machine, outer: RuntimeClass, inner: RuntimeClass): void {
  const agrees = outer.file?.innerClasses.some(
    (entry) => entry.inner === inner.file?.name && entry.outer === outer.file?.name,
  );
  if (agrees && !inner.isHidden) return;
  m.throwNew(
    'java/lang/IncompatibleClassChangeError',
    `${outer.externalName} and ${inner.externalName} disagree on InnerClasses attribute`,
  );
}
