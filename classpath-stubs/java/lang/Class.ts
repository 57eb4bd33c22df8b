// java.lang.Class: what a class is, and its members as reflection sees them.
import { internal } from '../../../jvm/actions.js';
import { ACC } from '../../../jvm/layout.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference, RuntimeClass, RuntimeMethod } from '../../../jvm/runtime-class.js';
import { findNamedClass } from '../../support/class-lookup.js';
import {
  checkInnerClass,
  modifiersOf,
  ownInnerClassEntry,
  resolveNestHost,
  rethrowUnlessLinkageError,
  settleNestHost,
} from '../../support/class-structure.js';
import { newBytesOrNull, newClassArray, newObject } from '../../support/java-objects.js';
import {
  classOfDescriptor,
  loadSignature,
  newConstructor,
  newField,
  newMethod,
  newRecordComponent,
} from '../../support/reflection-objects.js';

/** Name as getName gives it; in that of an array of a hidden class the element keeps its slash. */
function binaryName(type: RuntimeClass): string {
  let element = type;
  let dimensions = 0;
  for (; element.component; dimensions++) element = element.component;
  if (dimensions === 0 || !element.isHidden) return type.externalName;
  return `${'['.repeat(dimensions)}L${element.externalName};`;
}

/** A native that asks a class one thing that needs no Java code. */
function query(ask: (m: Machine, type: RuntimeClass) => number | boolean) {
  return { action: internal, call: (m: Machine, self: Reference) => ask(m, m.classes.ofMirror(self)) };
}

/** The methods or the constructors of a class as reflective objects. */
function declaredExecutables(
  m: Machine,
  self: Reference,
  publicOnly: number,
  arrayName: string,
  selects: (method: RuntimeMethod) => boolean,
  make: (m: Machine, method: RuntimeMethod) => Reference,
): Reference {
  const selected = m.classes
    .ofMirror(self)
    .methods.filter((method) => selects(method) && (!publicOnly || (method.accessFlags & ACC.public) !== 0));
  for (const method of selected) loadSignature(m, method);
  return m.heap.newReferenceArray(
    m.classes.boot(arrayName),
    selected.map((method) => make(m, method)),
  );
}

/**
 * Loads the classes of a list one by one for a native with `catches`; those that cannot be loaded, or that `accepts`
 * refuses, are left out. Scratch word 0 counts, and a Class[] in scratch word 3 keeps what was found.
 */
function loadEach(
  m: Machine,
  loader: Reference,
  names: readonly string[],
  exception: Reference,
  accepts: (type: RuntimeClass) => boolean,
): RuntimeClass[] {
  if (exception !== 0) {
    rethrowUnlessLinkageError(m, exception);
    m.setScratch(0, m.scratch(0) + 1);
  }
  if (m.scratch(3) === 0) {
    m.setScratch(3, m.heap.allocateArray(m.classes.boot('[Ljava/lang/Class;'), names.length));
  }
  while (m.scratch(0) < names.length) {
    const index = m.scratch(0);
    const type = m.resolution.loadClass(loader, names[index]!);
    if (accepts(type)) m.heap.setElement(m.scratch(3), index, type.mirror);
    m.setScratch(0, index + 1);
  }
  return m.heap
    .elements(m.scratch(3))
    .filter((mirror) => mirror !== 0)
    .map((mirror) => m.classes.ofMirror(mirror));
}

export const natives = {
  'getPrimitiveClass(Ljava/lang/String;)Ljava/lang/Class;': {
    action: internal,
    call: (m: Machine, name: Reference) => {
      const text = m.heap.text(name);
      for (const type of m.classes.primitives.values()) if (type.name === text) return type.mirror;
      return m.throwNew('java/lang/ClassNotFoundException', text);
    },
  },
  // Assertions are off unless a class loader is told otherwise: there is no option that turns them on.
  'desiredAssertionStatus0(Ljava/lang/Class;)Z': { action: internal, call: () => false },
  'forName0(Ljava/lang/String;ZLjava/lang/ClassLoader;Ljava/lang/Class;)Ljava/lang/Class;': {
    action: internal,
    call: (m: Machine, name: Reference, initialize: number, loader: Reference) => {
      if (name === 0) m.throwNew('java/lang/NullPointerException');
      const type = findNamedClass(m, m.heap.text(name), loader);
      if (initialize) m.initialize(type);
      return type.mirror;
    },
  },
  'initClassName()Ljava/lang/String;': {
    action: internal,
    call: (m: Machine, self: Reference) => {
      const name = m.heap.intern(binaryName(m.classes.ofMirror(self)));
      m.setField(self, 'java/lang/Class', 'name', name);
      return name;
    },
  },
  'isInterface()Z': query((_, type) => type.isInterface),
  'isArray()Z': query((_, type) => type.isArray),
  'isPrimitive()Z': query((_, type) => type.primitive !== null),
  'isHidden()Z': query((_, type) => type.isHidden),
  'isRecord0()Z': query(
    (_, type) =>
      type.superclass?.name === 'java/lang/Record' &&
      (type.accessFlags & ACC.final) !== 0 &&
      type.file !== null &&
      type.file.recordComponents !== null,
  ),
  'isInstance(Ljava/lang/Object;)Z': {
    action: internal,
    call: (m: Machine, self: Reference, object: Reference) =>
      object !== 0 && m.isInstance(object, m.classes.ofMirror(self)),
  },
  'isAssignableFrom(Ljava/lang/Class;)Z': {
    action: internal,
    call: (m: Machine, self: Reference, other: Reference) => {
      if (other === 0) m.throwNew('java/lang/NullPointerException');
      return m.classes.ofMirror(other).isSubtypeOf(m.classes.ofMirror(self));
    },
  },
  'getSuperclass()Ljava/lang/Class;': query((_, type) =>
    type.isInterface ? 0 : (type.superclass?.mirror ?? 0),
  ),
  'getInterfaces0()[Ljava/lang/Class;': query((m, type) => newClassArray(m, type.interfaces)),
  'getModifiers()I': query((_, type) => modifiersOf(type)),
  'getSigners()[Ljava/lang/Object;': query((m, type) =>
    type.signers === 0 ? 0 : m.heap.copyObject(type.signers, m.classes.of(type.signers)),
  ),
  'setSigners([Ljava/lang/Object;)V': {
    action: internal,
    call: (m: Machine, self: Reference, signers: Reference) => {
      const type = m.classes.ofMirror(self);
      if (type.file) type.signers = signers;
    },
  },
  'getProtectionDomain0()Ljava/security/ProtectionDomain;': query((_, type) => type.protectionDomain),

  // --- Members ---
  'getDeclaredFields0(Z)[Ljava/lang/reflect/Field;': {
    action: internal,
    call: (m: Machine, self: Reference, publicOnly: number) => {
      const type = m.classes.ofMirror(self);
      const fields = type.fields.filter(
        (field) =>
          field.info !== null &&
          (!publicOnly || (field.accessFlags & ACC.public) !== 0) &&
          !(field.name === 'backtrace' && type.name === 'java/lang/Throwable'),
      );
      for (const field of fields) classOfDescriptor(m, type.loader, field.descriptor);
      return m.heap.newReferenceArray(
        m.classes.boot('[Ljava/lang/reflect/Field;'),
        fields.map((field) => newField(m, field)),
      );
    },
  },
  'getDeclaredMethods0(Z)[Ljava/lang/reflect/Method;': {
    action: internal,
    call: (m: Machine, self: Reference, publicOnly: number) =>
      declaredExecutables(
        m,
        self,
        publicOnly,
        '[Ljava/lang/reflect/Method;',
        (method) => !method.name.startsWith('<'),
        newMethod,
      ),
  },
  'getDeclaredConstructors0(Z)[Ljava/lang/reflect/Constructor;': {
    action: internal,
    call: (m: Machine, self: Reference, publicOnly: number) =>
      declaredExecutables(
        m,
        self,
        publicOnly,
        '[Ljava/lang/reflect/Constructor;',
        (method) => method.name === '<init>',
        newConstructor,
      ),
  },
  'getRecordComponents0()[Ljava/lang/reflect/RecordComponent;': query((m, type) =>
    m.heap.newReferenceArray(
      m.classes.boot('[Ljava/lang/reflect/RecordComponent;'),
      (type.file?.recordComponents ?? []).map((component) => newRecordComponent(m, type, component)),
    ),
  ),

  // --- Member classes and nests ---
  'getDeclaredClasses0()[Ljava/lang/Class;': query((m, type) => {
    const inner = (type.file?.innerClasses ?? [])
      .filter((entry) => entry.outer === type.file!.name)
      .map((entry) => m.resolution.loadClass(type.loader, entry.inner));
    for (const member of inner) checkInnerClass(m, type, member);
    return newClassArray(m, inner);
  }),
  'getDeclaringClass0()Ljava/lang/Class;': query((m, type) => {
    const outerName = ownInnerClassEntry(type)?.outer ?? null;
    if (outerName === null) return 0;
    const outer = m.resolution.loadClass(type.loader, outerName);
    checkInnerClass(m, outer, type);
    return outer.mirror;
  }),
  'getSimpleBinaryName0()Ljava/lang/String;': query((m, type) => {
    const name = ownInnerClassEntry(type)?.name ?? null;
    return name === null ? 0 : m.heap.intern(name);
  }),
  'getEnclosingMethod0()[Ljava/lang/Object;': query((m, type) => {
    const enclosing = type.file?.enclosingMethod ?? null;
    if (enclosing === null) return 0;
    const outer = m.resolution.loadClass(type.loader, enclosing.className);
    const { name, descriptor } = enclosing;
    return m.heap.newReferenceArray(m.classes.boot('[Ljava/lang/Object;'), [
      outer.mirror,
      name === null ? 0 : m.heap.intern(name),
      descriptor === null ? 0 : m.heap.intern(descriptor),
    ]);
  }),
  'getNestHost0()Ljava/lang/Class;': {
    action: internal,
    catches: true,
    call: (m: Machine, self: Reference) =>
      settleNestHost(m, m.classes.ofMirror(self), 0, m.takeCaught()).mirror,
  },
  // Members that cannot be loaded, or that name another host, are no members. Scratch word 2: the host.
  'getNestMembers0()[Ljava/lang/Class;': {
    action: internal,
    catches: true,
    call: (m: Machine, self: Reference) => {
      const exception = m.takeCaught();
      const settled = m.scratch(2) !== 0;
      const host = settleNestHost(m, m.classes.ofMirror(self), 2, settled ? 0 : exception);
      const names = host.file?.nestMembers ?? [];
      const accepts = (member: RuntimeClass) => resolveNestHost(m, member) === host;
      const members = loadEach(m, host.loader, names, settled ? exception : 0, accepts);
      return newClassArray(m, [host, ...members]);
    },
  },
  'getPermittedSubclasses0()[Ljava/lang/Class;': {
    action: internal,
    catches: true,
    call: (m: Machine, self: Reference) => {
      const type = m.classes.ofMirror(self);
      const names = type.file?.permittedSubclasses ?? null;
      if (names === null) return 0;
      return newClassArray(
        m,
        loadEach(m, type.loader, names, m.takeCaught(), (subclass) => subclass.file !== null),
      );
    },
  },

  // --- Attributes ---
  'getGenericSignature0()Ljava/lang/String;': query((m, type) => {
    const signature = type.file?.signature ?? null;
    return signature === null ? 0 : m.heap.newString(signature);
  }),
  'getRawAnnotations()[B': query((m, type) =>
    newBytesOrNull(m, type.file?.rawAttribute('RuntimeVisibleAnnotations')),
  ),
  'getRawTypeAnnotations()[B': query((m, type) =>
    newBytesOrNull(m, type.file?.rawAttribute('RuntimeVisibleTypeAnnotations')),
  ),
  // The pool object holds its class, by which jdk.internal.reflect.ConstantPool's natives find the pool again.
  'getConstantPool()Ljdk/internal/reflect/ConstantPool;': query((m, type) =>
    type.file === null
      ? 0
      : newObject(m, 'jdk/internal/reflect/ConstantPool', { constantPoolOop: type.mirror }),
  ),
} satisfies NativeTable;
