// jdk.internal.loader.NativeLibraries: the JDK's own native libraries count as built in, since their natives are the
// machine's; no other library can be loaded.
import { internal } from '../../../../jvm/actions.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';

/** Libraries whose native methods the machine has, as far as it has them. */
const BUILT_IN = new Set([
  'java',
  'verify',
  'jimage',
  'zip',
  'net',
  'nio',
  'extnet',
  'prefs',
  'instrument',
  'management',
  'management_ext',
  // Its geometry and images are Java; what draws says which native is missing.
  'awt',
]);

const IMPLEMENTATION = 'jdk/internal/loader/NativeLibraries$NativeLibraryImpl';
const JNI_VERSION_10 = 0x000a_0000;
/** Handle of every built-in library: not 0, which means not loaded. */
const BUILT_IN_HANDLE = 1n;

export const natives = {
  'findBuiltinLib(Ljava/lang/String;)Ljava/lang/String;': {
    action: internal,
    call: (m: Machine, fileName: Reference) => {
      if (fileName === 0) m.throwNew('java/lang/InternalError', 'NULL filename for native library');
      const name = /^lib(.*)\.so$/.exec(m.heap.text(fileName))?.[1];
      return name !== undefined && BUILT_IN.has(name) ? m.heap.newString(name) : 0;
    },
  },
  'load(Ljdk/internal/loader/NativeLibraries$NativeLibraryImpl;Ljava/lang/String;ZZZ)Z': {
    action: internal,
    call: (m: Machine, implementation: Reference, name: Reference, isBuiltin: number) => {
      if (!isBuiltin) {
        m.throwNew(
          'java/lang/UnsatisfiedLinkError',
          `${m.heap.text(name)}: rjvm loads no native libraries, only those of the JDK are built in`,
        );
      }
      m.heap.setLong(implementation + m.field(IMPLEMENTATION, 'handle').offset, BUILT_IN_HANDLE);
      m.setField(implementation, IMPLEMENTATION, 'jniVersion', JNI_VERSION_10);
      return true;
    },
  },
  // A built-in library has nothing to release.
  'unload(Ljava/lang/String;ZZJ)V': { action: internal, call: () => {} },
  // Built-in libraries have no addresses: natives are bound by class and method.
  'findEntry0(Ljdk/internal/loader/NativeLibraries$NativeLibraryImpl;Ljava/lang/String;)J': {
    action: internal,
    call: () => 0n,
  },
} satisfies NativeTable;
