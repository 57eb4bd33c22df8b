// Classes by the names that Java code gives, as Class.forName and the class loaders look them up.
import { isClassName, isLegalFieldDescriptor } from '../../jvm/class-file/names.js';
import type { Machine } from '../../jvm/machine.js';
import type { Reference, RuntimeClass } from '../../jvm/runtime-class.js';

/** True for the internal name of a class or array class. */
export function isInternalName(name: string): boolean {
  return name.startsWith('[') ? isLegalFieldDescriptor(name) : isClassName(name);
}

/** Class of a binary name (dots) as a loader gives it; may leave with a signal. Throws ClassNotFoundException. */
export function findNamedClass(m: Machine, name: string, loader: Reference): RuntimeClass {
  const internalName = name.replaceAll('.', '/');
  if (name.includes('/')) return m.throwNew('java/lang/ClassNotFoundException', name);
  if (!isInternalName(internalName)) return m.throwNew('java/lang/ClassNotFoundException', internalName);
  const find = (className: string): RuntimeClass => {
    const known = m.classes.loaded(loader, className);
    if (known) return known;
    if (loader !== 0) return m.callLoader(loader, className, false);
    return m.classes.findBoot(className) ?? m.throwNew('java/lang/ClassNotFoundException', internalName);
  };
  if (!internalName.startsWith('[')) return find(internalName);
  const type = m.classes.loaded(loader, internalName) ?? m.classes.findArray(internalName, find);
  return type ?? m.throwNew('java/lang/ClassNotFoundException', internalName);
}
