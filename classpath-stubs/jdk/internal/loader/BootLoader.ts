// jdk.internal.loader.BootLoader: the boot loader's packages and its unnamed module.
import { internal } from '../../../../jvm/actions.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';
import { newStringArray } from '../../../support/java-objects.js';

/** Packages (internal names) of which the boot loader has loaded a class, in the order of the first one. */
function loadedPackages(m: Machine): Set<string> {
  const packages = new Set<string>();
  for (const type of m.classes.classes) {
    if (type.loader === 0 && type.hasFile && type.packageName !== '') packages.add(type.packageName);
  }
  return packages;
}

export const natives = {
  'getSystemPackageNames()[Ljava/lang/String;': {
    action: internal,
    call: (m: Machine) => newStringArray(m, [...loadedPackages(m)]),
  },
  'getSystemPackageLocation(Ljava/lang/String;)Ljava/lang/String;': {
    action: internal,
    call: (m: Machine, name: Reference) => {
      const packageName = m.heap.text(name);
      if (!loadedPackages(m).has(packageName)) return 0;
      const module = m.classes.bootPackages.get(packageName);
      return module === undefined ? 0 : m.heap.newString(`jrt:/${module}`);
    },
  },
  'setBootLoaderUnnamedModule0(Ljava/lang/Module;)V': {
    action: internal,
    call: (m: Machine, module: Reference) => {
      if (module === 0) m.throwNew('java/lang/NullPointerException');
      m.classes.setBootUnnamedModule(module);
    },
  },
} satisfies NativeTable;
