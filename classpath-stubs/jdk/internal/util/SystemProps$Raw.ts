// jdk.internal.util.SystemProps$Raw: the system properties that a Java machine and its host contribute, all of them
// from the birth record.
import { internal } from '../../../../jvm/actions.js';
import type { BirthRecord } from '../../../../jvm/birth-record.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import type { Reference } from '../../../../jvm/runtime-class.js';

const MACHINE_NAME = 'rjvm';
const MACHINE_VERSION = '0.1.0';
const DEFAULT_LIBRARY_PATH = '/usr/java/packages/lib:/usr/lib64:/lib64:/lib:/usr/lib';

/** Length of the array of platform properties (Raw.FIXED_LENGTH). */
const PLATFORM_PROPERTY_COUNT = 39;

/** Values by their index in the array of platform properties (Raw._*_NDX); the others stay null. */
function platformProperties({
  hostProperties,
}: BirthRecord): readonly (readonly [number, string | undefined])[] {
  return [
    [0, hostProperties['user.country']],
    [1, hostProperties['user.language']],
    [4, hostProperties['file.encoding']],
    [5, '/'],
    [6, hostProperties['user.country']],
    [7, hostProperties['user.language']],
    [18, hostProperties['java.io.tmpdir']],
    [19, '\n'],
    [20, hostProperties['os.arch']],
    [21, hostProperties['os.name']],
    [22, hostProperties['os.version']],
    [23, ':'],
    [28, '64'],
    [29, 'little'],
    [31, 'UnicodeLittle'],
    [32, hostProperties['sun.jnu.encoding'] ?? hostProperties['native.encoding']],
    [36, hostProperties['user.dir']],
    [37, hostProperties['user.home']],
    [38, hostProperties['user.name']],
  ];
}

/** Properties that a -D definition may replace. */
function replaceableProperties(record: BirthRecord): Record<string, string> {
  const { home } = record.jdk;
  const ownLibraries = record.environmentVariables.LD_LIBRARY_PATH;
  return {
    'java.home': home,
    'java.library.path': ownLibraries ? `${ownLibraries}:${DEFAULT_LIBRARY_PATH}` : DEFAULT_LIBRARY_PATH,
    'sun.boot.library.path': `${home}/lib`,
    'java.vm.info': 'interpreted mode',
    'sun.java.launcher': 'SUN_STANDARD',
    // Only the index of the class library's image has a place in the machine's memory.
    'jdk.image.map.all': 'false',
  };
}

/** Of the room behind the heap so much is left for thread stacks, tags of blocks and what lies between them. */
const RESERVED_SHARE = 1 / 8;

/** Bytes that direct buffers may take in all: as many as the heap, OpenJDK's default, or what there is room for. Where that
 *  many are taken the class library collects garbage, and where none is found throws its OutOfMemoryError. */
function directMemoryLimit(m: Machine): number {
  return Math.min(m.heap.limitBytes, Math.floor(m.memory.offHeapBytes * (1 - RESERVED_SHARE)));
}

/** Properties that are as they are. */
function fixedProperties(m: Machine): Record<string, string> {
  const record = m.birthRecord;
  return {
    // HotSpot has it from an option of its own, and no -D definition replaces it.
    'sun.nio.MaxDirectMemorySize': String(directMemoryLimit(m)),
    'java.class.path': record.classPath.join(':'),
    'java.vm.name': MACHINE_NAME,
    'java.vm.vendor': MACHINE_NAME,
    'java.vm.version': MACHINE_VERSION,
    'java.vm.specification.name': 'Java Virtual Machine Specification',
    'java.vm.specification.vendor': 'Oracle Corporation',
    'java.vm.specification.version': String(Number.parseInt(record.jdk.version, 10)),
    'jdk.debug': 'release',
    'sun.java.command': [record.mainClass, ...record.programArguments].join(' '),
  };
}

function newStrings(m: Machine, values: readonly (string | undefined)[]): Reference {
  const strings = m.classes.arrayOf(m.heap.string.class);
  return m.heap.newReferenceArray(
    strings,
    values.map((value) => (value === undefined ? 0 : m.heap.newString(value))),
  );
}

export const natives = {
  'platformProperties()[Ljava/lang/String;': {
    action: internal,
    call: (m: Machine) => {
      const values = new Array<string | undefined>(PLATFORM_PROPERTY_COUNT).fill(undefined);
      for (const [index, value] of platformProperties(m.birthRecord)) values[index] = value;
      return newStrings(m, values);
    },
  },
  // Keys and values alternate; null ends them.
  'vmProperties()[Ljava/lang/String;': {
    action: internal,
    call: (m: Machine) => {
      const record = m.birthRecord;
      const properties = {
        ...replaceableProperties(record),
        ...record.systemProperties,
        ...fixedProperties(m),
      };
      return newStrings(m, [...Object.entries(properties).flat(), undefined]);
    },
  },
} satisfies NativeTable;
