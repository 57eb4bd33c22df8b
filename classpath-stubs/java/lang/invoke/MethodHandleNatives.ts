// java.lang.invoke.MethodHandleNatives: MemberNames made, resolved and looked into; targets of call sites.
import { internal } from '../../../../jvm/actions.js';
import { MEMBER } from '../../../../jvm/dynamic/member-names.js';
import type { Machine } from '../../../../jvm/machine.js';
import type { NativeTable } from '../../../../jvm/natives.js';
import { findPolymorphic } from '../../../../jvm/resolution.js';
import type { Reference, RuntimeField } from '../../../../jvm/runtime-class.js';
import { fieldOfReflected, unsafeOffset } from '../../../support/reflected-field.js';
import { reflectedMethod } from '../../../support/reflection-objects.js';

const MEMBER_NAME = 'java/lang/invoke/MemberName';

/** Points a MemberName at what a java.lang.reflect.Field, Method or Constructor stands for. */
function init(m: Machine, self: Reference, target: Reference): void {
  if (self === 0) m.throwNew('java/lang/InternalError', 'mname not resolved');
  if (target === 0) m.throwNew('java/lang/InternalError', 'target not set');
  const { memberNames } = m.dynamic;
  const kind = m.classes.of(target).name;
  if (kind === 'java/lang/reflect/Field') {
    memberNames.setField(self, fieldOfReflected(m, target), false);
    for (const field of ['name', 'type']) {
      if (memberNames.get(self, field) === 0) {
        m.setField(self, MEMBER_NAME, field, m.getField(target, kind, field));
      }
    }
    return;
  }
  const method = reflectedMethod(m, target);
  // A signature polymorphic method has no concrete signature here; java.lang.invoke.MemberName deals with it.
  if (findPolymorphic(method.declaringClass, method.name)) return;
  memberNames.setMethod(self, memberNames.classify(method, method.declaringClass));
}

/** Fills in the class, name and type of a MemberName that is resolved but has none yet. */
function expand(m: Machine, self: Reference): void {
  if (self === 0) m.throwNew('java/lang/InternalError', 'mname not resolved');
  const { memberNames } = m.dynamic;
  const member = memberNames.methodOf(self) ?? memberNames.fieldOf(self);
  if (!member) m.throwNew('java/lang/InternalError', 'unrecognized MemberName format');
  const fill = (field: string, value: () => Reference) => {
    if (memberNames.get(self, field) === 0) m.setField(self, MEMBER_NAME, field, value());
  };
  fill('clazz', () => member.declaringClass.mirror);
  fill('name', () => m.heap.intern(member.name));
  fill('type', () => m.heap.newString(member.descriptor));
}

/** Resolves a symbolic MemberName; a speculative failure is null, any other a LinkageError. */
function resolve(m: Machine, self: Reference, caller: Reference, speculative: number): Reference {
  if (self === 0) m.throwNew('java/lang/InternalError', 'mname not resolved');
  const { memberNames } = m.dynamic;
  if (memberNames.methodOf(self)) return self;
  const flags = memberNames.get(self, 'flags');
  if (((flags >> MEMBER.referenceKindShift) & MEMBER.referenceKindMask) === 0) {
    m.throwNew('java/lang/InternalError', 'obsolete MemberName format');
  }
  const failure = memberNames.resolve(self, caller === 0 ? null : m.classes.ofMirror(caller));
  if (!failure) return self;
  if (speculative !== 0) return 0;
  return m.throwNew(failure.className, failure.message);
}

function resolvedField(m: Machine, self: Reference, isStatic: boolean): RuntimeField {
  if (self === 0) m.throwNew('java/lang/InternalError', 'mname not resolved');
  const field = m.dynamic.memberNames.fieldOf(self);
  if (field?.isStatic === isStatic) return field;
  return m.throwNew(
    'java/lang/InternalError',
    isStatic ? 'static field required' : 'non-static field required',
  );
}

export const natives = {
  'init(Ljava/lang/invoke/MemberName;Ljava/lang/Object;)V': { action: internal, call: init },
  'expand(Ljava/lang/invoke/MemberName;)V': { action: internal, call: expand },
  'resolve(Ljava/lang/invoke/MemberName;Ljava/lang/Class;IZ)Ljava/lang/invoke/MemberName;': {
    action: internal,
    call: (m: Machine, self: Reference, caller: Reference, _lookupMode: number, speculative: number) =>
      resolve(m, self, caller, speculative),
  },
  'objectFieldOffset(Ljava/lang/invoke/MemberName;)J': {
    action: internal,
    call: (m: Machine, self: Reference) => unsafeOffset(resolvedField(m, self, false)),
  },
  // A static field lies at an address of its own; with the mirror as base the offset leads there.
  'staticFieldOffset(Ljava/lang/invoke/MemberName;)J': {
    action: internal,
    call: (m: Machine, self: Reference) => unsafeOffset(resolvedField(m, self, true)),
  },
  'staticFieldBase(Ljava/lang/invoke/MemberName;)Ljava/lang/Object;': {
    action: internal,
    call: (m: Machine, self: Reference) => resolvedField(m, self, true).declaringClass.mirror,
  },
  // { index, target }: the class of a field, the MemberName itself for a method.
  'getMemberVMInfo(Ljava/lang/invoke/MemberName;)Ljava/lang/Object;': {
    action: internal,
    call: (m: Machine, self: Reference) => {
      if (self === 0) return 0;
      const { memberNames } = m.dynamic;
      const long = m.classes.boot('java/lang/Long');
      const box = m.heap.allocateObject(long);
      const field = memberNames.fieldOf(self);
      const index = field ? field.offset : memberNames.get(self, '$vmindex');
      m.heap.setLong(box + long.declaredField('value')!.offset, BigInt(index));
      const target = field ? field.declaringClass.mirror : memberNames.methodOf(self) ? self : 0;
      return m.heap.newReferenceArray(m.classes.arrayOf(m.classes.boot('java/lang/Object')), [box, target]);
    },
  },
  'setCallSiteTargetNormal(Ljava/lang/invoke/CallSite;Ljava/lang/invoke/MethodHandle;)V': {
    action: internal,
    call: (m: Machine, site: Reference, target: Reference) =>
      m.setField(site, 'java/lang/invoke/CallSite', 'target', target),
  },
  'setCallSiteTargetVolatile(Ljava/lang/invoke/CallSite;Ljava/lang/invoke/MethodHandle;)V': {
    action: internal,
    call: (m: Machine, site: Reference, target: Reference) =>
      m.setField(site, 'java/lang/invoke/CallSite', 'target', target),
  },
  // A context lists the compiled code that relies on a call site's target; no code of this machine does.
  'clearCallSiteContext(Ljava/lang/invoke/MethodHandleNatives$CallSiteContext;)V': {
    action: internal,
    call: () => {},
  },
  // The constants to be verified are those of debug builds; a release build of OpenJDK names none.
  'getNamedCon(I[Ljava/lang/Object;)I': { action: internal, call: () => 0 },
} satisfies NativeTable;
