// java.lang.Module: which module object a package's classes belong to. What modules read and export is the JDK's own
// Java code's to keep and check; the machine trusts it and keeps no second copy.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';

function requireModules(m: Machine, ...modules: readonly Reference[]): void {
  if (modules.includes(0)) m.throwNew('java/lang/NullPointerException');
}

export const natives = {
  'defineModule0(Ljava/lang/Module;ZLjava/lang/String;Ljava/lang/String;[Ljava/lang/Object;)V': {
    action: internal,
    call: (
      m: Machine,
      module: Reference,
      _isOpen: number,
      _version: Reference,
      _location: Reference,
      packages: Reference,
    ) => {
      requireModules(m, module);
      const name = m.textOf(m.getField(module, 'java/lang/Module', 'name')) ?? '';
      const loader = m.getField(module, 'java/lang/Module', 'loader');
      const names = m.heap.elements(packages).map((text) => m.heap.text(text).replaceAll('.', '/'));
      m.classes.defineModule(loader, name, module, names);
    },
  },
  'addReads0(Ljava/lang/Module;Ljava/lang/Module;)V': {
    action: internal,
    call: (m: Machine, from: Reference) => requireModules(m, from),
  },
  'addExports0(Ljava/lang/Module;Ljava/lang/String;Ljava/lang/Module;)V': {
    action: internal,
    call: (m: Machine, from: Reference, packageName: Reference, to: Reference) =>
      requireModules(m, from, packageName, to),
  },
  'addExportsToAll0(Ljava/lang/Module;Ljava/lang/String;)V': {
    action: internal,
    call: (m: Machine, from: Reference, packageName: Reference) => requireModules(m, from, packageName),
  },
  'addExportsToAllUnnamed0(Ljava/lang/Module;Ljava/lang/String;)V': {
    action: internal,
    call: (m: Machine, from: Reference, packageName: Reference) => requireModules(m, from, packageName),
  },
} satisfies NativeTable;
