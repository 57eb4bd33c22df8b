// java.lang.invoke.MemberName and ResolvedMethodName: the shape in which method handles know fields and methods, and
// the resolution of symbolic ones (JVMS §5.4.3.5) with OpenJDK's rules and errors.

import type { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import { vtableIndexOf } from '../class-layout.js';
import { ACC } from '../layout.js';
import type { Machine } from '../machine.js';
import { describeMethod, placesMessage } from '../messages.js';
import { findPolymorphic } from '../resolution.js';
import type { Reference, RuntimeClass, RuntimeField, RuntimeMethod } from '../runtime-class.js';
import { isCallerSensitive } from './annotations.js';
import { REF } from './reference-kinds.js';

const MEMBER_NAME = 'java/lang/invoke/MemberName';

/** Flags of a MemberName above the access flags, as MethodHandleNatives.Constants names them. */
export const MEMBER = {
  isMethod: 0x0001_0000,
  isConstructor: 0x0002_0000,
  isField: 0x0004_0000,
  callerSensitive: 0x0010_0000,
  trustedFinal: 0x0020_0000,
  kinds: 0x000f_0000,
  referenceKindShift: 24,
  referenceKindMask: 0x0f,
} as const;

const METHOD_MODIFIERS = 0x1dff;
const FIELD_MODIFIERS = 0x50df;
/** $vmindex of a method that is called directly. */
const NO_VTABLE_INDEX = -2;

const MAXIMUM_INT = 0x7fff_ffff;

/** Why a member could not be resolved: a class of error and its message. */
export interface LinkageFailure {
  readonly className: string;
  readonly message: string;
}

/** A resolved method with the kind of call that reaches it. */
interface MethodTarget {
  readonly method: RuntimeMethod;
  readonly kind: number;
  /** Class that declares the table of $vmindex; the class that a MemberName names. */
  readonly holder: RuntimeClass;
  readonly vmindex: number;
}

/** The failure of a handle of that kind to a method that is static though it should not be, or the reverse. */
export function staticMismatch(method: RuntimeMethod, kind: number): LinkageFailure | null {
  if (method.isStatic === (kind === REF.invokeStatic)) return null;
  const expectation = method.isStatic
    ? kind === REF.invokeInterface
      ? 'Expected instance not static method'
      : 'Expecting non-static method'
    : 'Expected static method';
  return {
    className: 'java/lang/IncompatibleClassChangeError',
    message: `${expectation} '${describeMethod(method, method.declaringClass)}'`,
  };
}

export class MemberNames {
  /** The ResolvedMethodName of each method, by method number. */
  readonly #resolvedNames = new Map<number, Reference>();

  constructor(readonly machine: Machine) {}

  save(writer: BinaryWriter): void {
    writer.varuint(this.#resolvedNames.size);
    for (const [number, name] of this.#resolvedNames) writer.varuint(number).varuint(name);
  }

  restore(reader: BinaryReader): void {
    for (let count = reader.varuint(); count > 0; count--) {
      const number = reader.varuint();
      this.#resolvedNames.set(number, reader.varuint());
    }
  }

  get(memberName: Reference, field: string): number {
    return this.machine.getField(memberName, MEMBER_NAME, field);
  }

  #set(memberName: Reference, field: string, value: number): void {
    this.machine.setField(memberName, MEMBER_NAME, field, value);
  }

  /** References that this table holds. */
  get references(): Iterable<Reference> {
    return this.#resolvedNames.values();
  }

  /** The method of a resolved MemberName, null where there is none. */
  methodOf(memberName: Reference): RuntimeMethod | null {
    const resolved = this.get(memberName, 'method');
    if (resolved === 0) return null;
    const number = this.machine.getField(resolved, 'java/lang/invoke/ResolvedMethodName', '$method');
    return this.machine.classes.method(number);
  }

  /** The field of a resolved MemberName, null where there is none. */
  fieldOf(memberName: Reference): RuntimeField | null {
    const flags = this.get(memberName, 'flags');
    const mirror = this.get(memberName, 'clazz');
    if (mirror === 0 || (flags & MEMBER.kinds) !== MEMBER.isField) return null;
    const index = this.get(memberName, '$vmindex');
    return this.machine.classes.ofMirror(mirror).fields[index] ?? null;
  }

  #resolvedName(method: RuntimeMethod): Reference {
    let name = this.#resolvedNames.get(method.number);
    if (name === undefined) {
      const { heap, classes } = this.machine;
      const type = classes.boot('java/lang/invoke/ResolvedMethodName');
      name = heap.allocateObject(type);
      heap.setInt(name + type.declaredField('$method')!.offset, method.number);
      heap.setInt(name + type.declaredField('$holder')!.offset, method.declaringClass.mirror);
      this.#resolvedNames.set(method.number, name);
    }
    return name;
  }

  /** Makes a MemberName stand for a field, by index among its class's fields. */
  setField(memberName: Reference, field: RuntimeField, isSetter: boolean): void {
    const { declaringClass, accessFlags } = field;
    const getter = field.isStatic ? REF.getStatic : REF.getField;
    const kind = isSetter ? getter + (REF.putField - REF.getField) : getter;
    const trusted =
      (accessFlags & ACC.final) !== 0 &&
      (field.isStatic || declaringClass.isHidden || declaringClass.file?.recordComponents != null);
    const flags =
      (accessFlags & FIELD_MODIFIERS) |
      MEMBER.isField |
      (kind << MEMBER.referenceKindShift) |
      (trusted ? MEMBER.trustedFinal : 0);
    this.#set(memberName, 'flags', flags);
    this.#set(memberName, 'method', 0);
    this.#set(memberName, '$vmindex', declaringClass.fields.indexOf(field));
    this.#set(memberName, 'clazz', declaringClass.mirror);
  }

  setMethod(memberName: Reference, target: MethodTarget): void {
    const { method, kind, holder, vmindex } = target;
    const isConstructor = method.name === '<init>';
    const flags =
      (method.accessFlags & METHOD_MODIFIERS) |
      (isConstructor ? MEMBER.isConstructor : MEMBER.isMethod) |
      (kind << MEMBER.referenceKindShift) |
      (isCallerSensitive(method.declaringClass, method.info) ? MEMBER.callerSensitive : 0);
    const name = this.#resolvedName(method);
    this.#set(memberName, 'flags', flags);
    this.#set(memberName, 'method', name);
    this.#set(memberName, '$vmindex', vmindex);
    this.#set(memberName, 'clazz', holder.mirror);
  }

  /** The way to call a method that is named through a class (HotSpot's classification of a resolved method). */
  classify(method: RuntimeMethod, holder: RuntimeClass): MethodTarget {
    const { declaringClass } = method;
    const direct = (kind: number): MethodTarget => ({
      method,
      kind,
      holder: declaringClass,
      vmindex: NO_VTABLE_INDEX,
    });
    if (method.isStatic) return direct(REF.invokeStatic);
    const isFinal = ((method.accessFlags | declaringClass.accessFlags) & ACC.final) !== 0;
    if (method.name === '<init>' || method.isPrivate || (isFinal && !declaringClass.isInterface)) {
      return direct(REF.invokeSpecial);
    }
    if (declaringClass.isInterface && holder.isInterface) {
      return { method, kind: REF.invokeInterface, holder: declaringClass, vmindex: MAXIMUM_INT };
    }
    const viaClass = declaringClass.isInterface ? holder : declaringClass;
    const vmindex = vtableIndexOf(viaClass, method);
    return { method, kind: REF.invokeVirtual, holder: viaClass, vmindex };
  }

  /**
   * Resolves a symbolic MemberName in place. Returns null, or why it failed.
   * @param caller Class whose access is checked; null: none is.
   */
  resolve(memberName: Reference, caller: RuntimeClass | null): LinkageFailure | null {
    const flags = this.get(memberName, 'flags');
    const mirror = this.get(memberName, 'clazz');
    const nameString = this.get(memberName, 'name');
    const type = this.get(memberName, 'type');
    if (mirror === 0 || nameString === 0 || type === 0) {
      this.machine.throwNew('java/lang/IllegalArgumentException', 'nothing to resolve');
    }
    const name = this.machine.heap.text(nameString);
    const descriptor = this.descriptorOf(type);
    let holder = this.machine.classes.ofMirror(mirror);
    if (holder.primitive) return this.#unresolved(flags);
    const kind = (flags >> MEMBER.referenceKindShift) & MEMBER.referenceKindMask;
    if ((flags & MEMBER.kinds) === MEMBER.isField) {
      const field = holder.isArray ? null : holder.findField(name, descriptor);
      if (!field) return { className: 'java/lang/NoSuchFieldError', message: name };
      this.setField(memberName, field, kind === REF.putField || kind === REF.putStatic);
      return null;
    }
    if (name === '<clinit>') return this.#unresolved(flags);
    if (holder.isArray) holder = this.machine.classes.boot('java/lang/Object');
    const found = this.#findMethod(holder, name, descriptor, kind, caller);
    if ('className' in found) return found;
    this.setMethod(memberName, found);
    return null;
  }

  #unresolved(flags: number): LinkageFailure {
    return (flags & MEMBER.kinds) === MEMBER.isField
      ? { className: 'java/lang/NoSuchFieldError', message: 'field resolution failed' }
      : { className: 'java/lang/NoSuchMethodError', message: 'method resolution failed' };
  }

  #findMethod(
    holder: RuntimeClass,
    name: string,
    descriptor: string,
    kind: number,
    caller: RuntimeClass | null,
  ): MethodTarget | LinkageFailure {
    const polymorphic = findPolymorphic(holder, name);
    if (polymorphic) return this.#polymorphic(polymorphic, descriptor);
    const incompatible = (message: string): LinkageFailure => ({
      className: 'java/lang/IncompatibleClassChangeError',
      message,
    });
    if (kind === REF.invokeVirtual && holder.isInterface) {
      return incompatible(`Found interface ${holder.externalName}, but class was expected`);
    }
    if (kind === REF.invokeInterface && !holder.isInterface) {
      return incompatible(`Found class ${holder.externalName}, but interface was expected`);
    }
    const method =
      name === '<init>'
        ? holder.methodsByKey.get(name + descriptor)
        : (holder.findMethod(name, descriptor) ?? this.#objectMethod(holder, name + descriptor));
    const text = `'${describeMethod({ name, descriptor }, holder)}'`;
    if (!method) return { className: 'java/lang/NoSuchMethodError', message: text };
    if (caller && !this.#isAccessible(caller, method)) {
      return { className: 'java/lang/IllegalAccessError', message: this.#illegalAccess(caller, method) };
    }
    const mismatch = staticMismatch(method, kind);
    if (mismatch) return mismatch;
    if (kind === REF.invokeStatic) return this.classify(method, holder);
    if (kind === REF.invokeSpecial || kind === REF.newInvokeSpecial) {
      return {
        method,
        kind: REF.invokeSpecial,
        holder: method.declaringClass,
        vmindex: NO_VTABLE_INDEX,
      };
    }
    return this.classify(method, holder);
  }

  /** JVMS §5.4.4; the JDK's own classes, too, ask with the rights of the class that looks up. */
  #isAccessible(caller: RuntimeClass, { accessFlags, declaringClass }: RuntimeMethod): boolean {
    const { resolution } = this.machine;
    if (accessFlags & ACC.public || caller === declaringClass) return true;
    const samePackage = caller.inSamePackage(declaringClass);
    if (accessFlags & ACC.private) {
      return samePackage && resolution.nestHostName(caller) === resolution.nestHostName(declaringClass);
    }
    return samePackage || ((accessFlags & ACC.protected) !== 0 && caller.supertypes.has(declaringClass));
  }

  #illegalAccess(caller: RuntimeClass, method: RuntimeMethod): string {
    const { accessFlags } = method;
    const visibility =
      accessFlags & ACC.private ? 'private ' : accessFlags & ACC.protected ? 'protected ' : '';
    const what = describeMethod(method, method.declaringClass);
    const places = placesMessage(this.machine, caller, method.declaringClass);
    return `class ${caller.externalName} tried to access ${visibility}method '${what}' (${places})`;
  }

  #objectMethod(holder: RuntimeClass, key: string): RuntimeMethod | undefined {
    if (!holder.isInterface) return undefined;
    const method = this.machine.classes.boot('java/lang/Object').methodsByKey.get(key);
    return method && (method.accessFlags & (ACC.public | ACC.static)) === ACC.public ? method : undefined;
  }

  /** invokeBasic and linkTo* with a concrete descriptor; the generic invokers are for linkMethod alone. */
  #polymorphic(declared: RuntimeMethod, descriptor: string): MethodTarget | LinkageFailure {
    const method = this.machine.dynamic.intrinsics.method(declared, descriptor);
    if (!method) {
      const text = describeMethod({ name: declared.name, descriptor }, declared.declaringClass);
      return { className: 'java/lang/NoSuchMethodError', message: `'${text}'` };
    }
    const kind = declared.isStatic ? REF.invokeStatic : REF.invokeVirtual;
    return { method, kind, holder: declared.declaringClass, vmindex: NO_VTABLE_INDEX };
  }

  /** Descriptor that a MemberName's type stands for: a Class, a MethodType or a String. */
  descriptorOf(type: Reference): string {
    const { heap, classes } = this.machine;
    const typeClass = classes.of(type);
    if (typeClass.name === 'java/lang/Class') return classes.ofMirror(type).descriptor;
    if (typeClass === heap.string.class) return heap.text(type);
    const field = (name: string) => this.machine.getField(type, 'java/lang/invoke/MethodType', name);
    const parameters = heap.elements(field('ptypes')).map((mirror) => classes.ofMirror(mirror).descriptor);
    return `(${parameters.join('')})${classes.ofMirror(field('rtype')).descriptor}`;
  }
}
