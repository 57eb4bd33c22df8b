// java.lang.ClassLoader: defining classes from bytes and finding those that a loader knows.
import { internal, localInput } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference, RuntimeClass } from '../../../jvm/runtime-class.js';
import { isInternalName } from '../../support/class-lookup.js';
import { resolveNestHost } from '../../support/class-structure.js';
import { newObject } from '../../support/java-objects.js';

/** Flags of defineClass0, as java.lang.invoke.MethodHandleNatives.Constants has them. */
const NESTMATE_CLASS = 1;
const HIDDEN_CLASS = 2;

/** A copy of part of a byte[]: the class keeps it. Throws what bad bounds throw. */
function classBytes(m: Machine, array: Reference, offset: number, length: number): Uint8Array {
  if (array === 0) m.throwNew('java/lang/NullPointerException');
  const size = m.heap.arrayLength(array);
  if (length < 0 || offset < 0 || offset + length > size) {
    m.throwNew(
      'java/lang/ArrayIndexOutOfBoundsException',
      `Array region ${offset}..${offset + length} out of bounds for length ${size}`,
    );
  }
  return m.heap.byteView(array).slice(offset, offset + length);
}

/** Internal name that the caller expects, from a binary name or null. */
function expectedName(m: Machine, name: Reference): { name?: string } {
  return name === 0 ? {} : { name: m.heap.text(name).replaceAll('.', '/') };
}

/** Name of the next hidden class: unique, and the same on every replica. */
function hiddenName(m: Machine, name: string): string {
  return `${name}+0x${m.classes.classes.length.toString(16).padStart(16, '0')}`;
}

function defineLookupClass(
  m: Machine,
  loader: Reference,
  lookup: RuntimeClass,
  name: string,
  bytes: Uint8Array,
  protectionDomain: Reference,
  flags: number,
): RuntimeClass {
  const common = { loader, name, protectionDomain };
  if ((flags & HIDDEN_CLASS) === 0) return m.classes.define(bytes, common);
  const nestHost = (flags & NESTMATE_CLASS) !== 0 ? resolveNestHost(m, lookup) : null;
  return m.classes.define(bytes, { ...common, hiddenName: hiddenName(m, name), nestHost });
}

export const natives = {
  'defineClass1(Ljava/lang/ClassLoader;Ljava/lang/String;[BIILjava/security/ProtectionDomain;Ljava/lang/String;)Ljava/lang/Class;':
    {
      action: internal,
      call: (
        m: Machine,
        loader: Reference,
        name: Reference,
        array: Reference,
        offset: number,
        length: number,
        protectionDomain: Reference,
      ) => {
        const bytes = classBytes(m, array, offset, length);
        return m.classes.define(bytes, { loader, protectionDomain, ...expectedName(m, name) }).mirror;
      },
    },
  'defineClass2(Ljava/lang/ClassLoader;Ljava/lang/String;Ljava/nio/ByteBuffer;IILjava/security/ProtectionDomain;Ljava/lang/String;)Ljava/lang/Class;':
    {
      action: internal,
      call: (
        m: Machine,
        loader: Reference,
        name: Reference,
        buffer: Reference,
        offset: number,
        length: number,
        protectionDomain: Reference,
      ) => {
        if (buffer === 0) m.throwNew('java/lang/NullPointerException');
        const address = m.heap.getLong(buffer + m.field('java/nio/Buffer', 'address').offset);
        const start = Number(address) + offset;
        const bytes = m.memory.u8.slice(start, start + length);
        return m.classes.define(bytes, { loader, protectionDomain, ...expectedName(m, name) }).mirror;
      },
    },
  // Lookup.defineHiddenClass and Lookup.defineClass. Scratch word 1: the class, once defined.
  'defineClass0(Ljava/lang/ClassLoader;Ljava/lang/Class;Ljava/lang/String;[BIILjava/security/ProtectionDomain;ZILjava/lang/Object;)Ljava/lang/Class;':
    {
      action: internal,
      call: (
        m: Machine,
        loader: Reference,
        lookup: Reference,
        name: Reference,
        array: Reference,
        offset: number,
        length: number,
        protectionDomain: Reference,
        initialize: number,
        flags: number,
        classData: Reference,
      ) => {
        if (lookup === 0) m.throwNew('java/lang/IllegalArgumentException', 'Lookup class is null');
        if (m.scratch(3) === 0) {
          const bytes = classBytes(m, array, offset, length);
          const { name: internalName } = expectedName(m, name);
          if (internalName === undefined) return m.throwNew('java/lang/NullPointerException');
          const host = m.classes.ofMirror(lookup);
          const type = defineLookupClass(m, loader, host, internalName, bytes, protectionDomain, flags);
          m.setField(type.mirror, 'java/lang/Class', 'classData', classData);
          m.setScratch(3, type.mirror);
        }
        if (initialize) m.initialize(m.classes.ofMirror(m.scratch(3)));
        return m.scratch(3);
      },
    },
  // Bytes of boot classes come from the JDK, which is the same on every replica.
  'findBootstrapClass(Ljava/lang/String;)Ljava/lang/Class;': {
    action: localInput(),
    call: (m: Machine, name: Reference) => {
      if (name === 0) return 0;
      const internalName = m.heap.text(name).replaceAll('.', '/');
      return isInternalName(internalName) ? (m.classes.findBoot(internalName)?.mirror ?? 0) : 0;
    },
  },
  'findLoadedClass0(Ljava/lang/String;)Ljava/lang/Class;': {
    action: internal,
    call: (m: Machine, self: Reference, name: Reference) =>
      name === 0 ? 0 : (m.classes.loaded(self, m.heap.text(name).replaceAll('.', '/'))?.mirror ?? 0),
  },
  // There are no options for assertions, so the directives are empty.
  'retrieveDirectives()Ljava/lang/AssertionStatusDirectives;': {
    action: internal,
    call: (m: Machine) => {
      const strings = m.heap.allocateArray(m.classes.boot('[Ljava/lang/String;'), 0);
      const flags = m.heap.allocateArray(m.classes.boot('[Z'), 0);
      return newObject(m, 'java/lang/AssertionStatusDirectives', {
        classes: strings,
        classEnabled: flags,
        packages: strings,
        packageEnabled: flags,
        deflt: 0,
      });
    },
  },
} satisfies NativeTable;
