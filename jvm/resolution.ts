// Resolution of symbolic references (JVMS §5.4.3): classes, fields, methods and constants of a class's pool.
// Results are kept in RuntimeClass.resolved. Anything that needs Java code leaves with a signal and is asked again.

import { type MemberRef, TAG } from './class-file/constant-pool.js';
import { ACC, CLASS_BLOCK, INITIALIZATION } from './layout.js';
import type { Machine } from './machine.js';
import { describeMethod, placesMessage } from './messages.js';
import type { Reference, RuntimeClass, RuntimeField, RuntimeMethod } from './runtime-class.js';

/** Slots of the global cache of interface method selections; a power of two. */
const SELECTION_CACHE_SLOTS = 4096;

export class Resolution {
  /** Triples: receiver class address, interface method number, selected method number. */
  readonly #selections = new Int32Array(SELECTION_CACHE_SLOTS * 3);

  constructor(readonly machine: Machine) {}

  /** Class that a loader gives for an internal name, JVMS §5.3. Throws NoClassDefFoundError. */
  loadClass(loader: Reference, name: string): RuntimeClass {
    const { classes } = this.machine;
    const known = classes.loaded(loader, name);
    if (known) return known;
    if (name.startsWith('[')) {
      const type = classes.findArray(name, (element) => this.loadClass(loader, element));
      if (type) return type;
      return this.machine.throwNew('java/lang/NoClassDefFoundError', name);
    }
    if (loader === 0) {
      return classes.findBoot(name) ?? this.machine.throwNew('java/lang/NoClassDefFoundError', name);
    }
    return this.machine.callLoader(loader, name, true);
  }

  /** Class of a CONSTANT_Class entry. */
  classAt(from: RuntimeClass, index: number): RuntimeClass {
    const known = from.resolved[index] as RuntimeClass | undefined;
    if (known) return known;
    const name = from.file!.pool.className(index);
    const type = from.isHidden && name === from.file!.name ? from : this.loadClass(from.loader, name);
    this.#checkClassAccess(from, type);
    from.resolved[index] = type;
    return type;
  }

  #checkClassAccess(from: RuntimeClass, to: RuntimeClass): void {
    let element = to;
    while (element.component) element = element.component;
    if (element.primitive || from.loader === 0) return;
    if (element.accessFlags & ACC.public || element.inSamePackage(from) || from.isHidden) return;
    if (isReflectionAccessor(from)) return;
    this.machine.throwNew(
      'java/lang/IllegalAccessError',
      `class ${from.externalName} cannot access its superclass or member class ${element.externalName}`,
    );
  }

  /** True where `from` may access a member (JVMS §5.4.4). */
  isAccessible(from: RuntimeClass, member: { accessFlags: number; declaringClass: RuntimeClass }): boolean {
    const { accessFlags, declaringClass } = member;
    if (accessFlags & ACC.public || from === declaringClass || from.loader === 0) return true;
    if (isReflectionAccessor(from)) return true;
    if (accessFlags & ACC.private) return this.nestHostName(from) === this.nestHostName(declaringClass);
    if (from.inSamePackage(declaringClass) || from.isHidden) return true;
    return (
      (accessFlags & ACC.protected) !== 0 && (from.supertypes.has(declaringClass) || declaringClass.isArray)
    );
  }

  /** Name of the nest host, by which members of a nest are known (they share loader and package). */
  nestHostName(type: RuntimeClass): string {
    if (type.nestHost) return this.nestHostName(type.nestHost);
    return type.file?.nestHost ?? type.name;
  }

  /** Field of a CONSTANT_Fieldref entry, JVMS §5.4.3.2. */
  fieldAt(from: RuntimeClass, index: number, isStatic: boolean): RuntimeField {
    let field = from.resolved[index] as RuntimeField | undefined;
    if (!field) {
      const ref = from.file!.pool.memberRef(index);
      const holder = this.#holder(from, ref);
      field = holder.findField(ref.name, ref.descriptor) ?? undefined;
      if (!field) return this.machine.throwNew('java/lang/NoSuchFieldError', ref.name);
      if (!this.isAccessible(from, field))
        this.#illegalAccess(from, field, `field ${field.declaringClass.externalName}.${field.name}`);
      from.resolved[index] = field;
    }
    if (field.isStatic !== isStatic) {
      const expected = isStatic ? 'static' : 'non-static';
      this.machine.throwNew(
        'java/lang/IncompatibleClassChangeError',
        `Expected ${expected} field ${field.declaringClass.externalName}.${field.name}`,
      );
    }
    return field;
  }

  #illegalAccess(from: RuntimeClass, member: RuntimeField | RuntimeMethod, what: string): never {
    const { accessFlags, declaringClass } = member;
    const visibility =
      accessFlags & ACC.private ? 'private ' : accessFlags & ACC.protected ? 'protected ' : '';
    return this.machine.throwNew(
      'java/lang/IllegalAccessError',
      `class ${from.externalName} tried to access ${visibility}${what} (${placesMessage(this.machine, from, declaringClass)})`,
    );
  }

  #holder(from: RuntimeClass, ref: MemberRef): RuntimeClass {
    if (from.isHidden && ref.className === from.file!.name) return from;
    const known = this.machine.classes.loaded(from.loader, ref.className);
    if (known) return known;
    const type = this.loadClass(from.loader, ref.className);
    this.#checkClassAccess(from, type);
    return type;
  }

  /** Method of a CONSTANT_Methodref or InterfaceMethodref entry, JVMS §5.4.3.3 and §5.4.3.4, with the class that the
   *  reference names. Signature-polymorphic methods are found by name alone. */
  methodAt(from: RuntimeClass, index: number): ResolvedMethod {
    const known = from.resolved[index] as ResolvedMethod | undefined;
    if (known) return known;
    const ref = from.file!.pool.memberRef(index);
    const holder = this.#holder(from, ref);
    if (holder.isInterface !== (ref.tag === TAG.InterfaceMethodref)) {
      this.machine.throwNew(
        'java/lang/IncompatibleClassChangeError',
        holder.isInterface
          ? `Found interface ${holder.externalName}, but class was expected`
          : `Method '${describeMethod(ref, holder)}' must be InterfaceMethodref constant`,
      );
    }
    const polymorphic = findPolymorphic(holder, ref.name);
    const method =
      polymorphic ?? holder.findMethod(ref.name, ref.descriptor) ?? this.#objectMethod(holder, ref);
    if (!method)
      return this.machine.throwNew('java/lang/NoSuchMethodError', `'${describeMethod(ref, holder)}'`);
    if (!this.isAccessible(from, method) && !this.#isArrayClone(holder, method)) {
      this.#illegalAccess(from, method, `method '${describeMethod(method, method.declaringClass)}'`);
    }
    const resolved = { method, holder, descriptor: ref.descriptor, polymorphic: polymorphic !== null };
    from.resolved[index] = resolved;
    return resolved;
  }

  #isArrayClone(holder: RuntimeClass, method: RuntimeMethod): boolean {
    return holder.isArray && method.name === 'clone';
  }

  #objectMethod(holder: RuntimeClass, ref: MemberRef): RuntimeMethod | null {
    if (!holder.isInterface) return null;
    return this.machine.classes.boot('java/lang/Object').methodsByKey.get(ref.name + ref.descriptor) ?? null;
  }

  /** Number of the method that an interface call selects for a receiver class (JVMS §5.4.6); 0 where there is none
   *  that may be called, which `interfaceCallFailure` then explains. */
  selectInterfaceMethod(receiverClass: number, methodNumber: number): number {
    const slot = (((receiverClass >>> 3) ^ (methodNumber >>> 3)) & (SELECTION_CACHE_SLOTS - 1)) * 3;
    const cache = this.#selections;
    if (cache[slot] === receiverClass && cache[slot + 1] === methodNumber) return cache[slot + 2]!;
    const { classes } = this.machine;
    const declared = classes.method(methodNumber);
    const type = classes.atAddress(receiverClass);
    const selected = this.#select(type, declared);
    if (!selected) return 0;
    cache[slot] = receiverClass;
    cache[slot + 1] = methodNumber;
    cache[slot + 2] = selected.number;
    return selected.number;
  }

  #select(type: RuntimeClass, declared: RuntimeMethod): RuntimeMethod | null {
    const isObjectMethod = !declared.declaringClass.isInterface;
    if (!isObjectMethod && !type.supertypes.has(declared.declaringClass)) return null;
    if (declared.isPrivate) return declared;
    let selected: RuntimeMethod | null = null;
    for (let at: RuntimeClass | null = type; at !== null && !selected; at = at.superclass) {
      const method = at.methodsByKey.get(declared.key);
      if (method && !method.isStatic && !method.isPrivate) selected = method;
    }
    if (selected) return isObjectMethod || selected.accessFlags & ACC.public ? selected : null;
    const found = type.findInterfaceMethod(declared.key);
    return found.ambiguous ? null : (found.method ?? declared);
  }

  /** Throws what a failed interface call throws. */
  interfaceCallFailure(receiverClass: number, methodNumber: number): never {
    const { classes } = this.machine;
    const declared = classes.method(methodNumber);
    const type = classes.atAddress(receiverClass);
    if (!type.supertypes.has(declared.declaringClass)) {
      return this.machine.throwNew(
        'java/lang/IncompatibleClassChangeError',
        `Class ${type.externalName} does not implement the requested interface ${declared.declaringClass.externalName}`,
      );
    }
    const own = type.findClassMethod(declared.key);
    if (own && !own.isStatic && (own.accessFlags & ACC.public) === 0) {
      return this.machine.throwNew(
        'java/lang/IllegalAccessError',
        `class ${declared.declaringClass.externalName} tried to access method '${describeMethod(own, own.declaringClass)}'`,
      );
    }
    return this.machine.throwNew(
      'java/lang/IncompatibleClassChangeError',
      `Conflicting default methods: ${type.externalName}.${declared.name}`,
    );
  }

  /** True where code of `from` may use the class's static state without a check from now on. */
  isInitializedFor(type: RuntimeClass, from: RuntimeClass): boolean {
    const state = this.machine.memory.i32[(type.address >> 2) + CLASS_BLOCK.initializationState];
    return state === INITIALIZATION.initialized || (state === INITIALIZATION.inProgress && from === type);
  }
}

export interface ResolvedMethod {
  readonly method: RuntimeMethod;
  /** Class that the reference names. */
  readonly holder: RuntimeClass;
  /** Descriptor of the reference; the method's own unless it is signature polymorphic. */
  readonly descriptor: string;
  readonly polymorphic: boolean;
}

/** Accessors that core reflection generates may access everything; their superclass says so. */
export function isReflectionAccessor(type: RuntimeClass): boolean {
  return [...type.supertypes].some(
    (supertype) => supertype.name === 'jdk/internal/reflect/MagicAccessorImpl',
  );
}

/** Signature polymorphic methods, JVMS §2.9.3: native, varargs, of MethodHandle or VarHandle. */
export function findPolymorphic(holder: RuntimeClass, name: string): RuntimeMethod | null {
  if (holder.name !== 'java/lang/invoke/MethodHandle' && holder.name !== 'java/lang/invoke/VarHandle')
    return null;
  const candidates = holder.methods.filter((method) => method.name === name);
  const only = candidates[0];
  if (candidates.length !== 1 || !only?.isNative || (only.accessFlags & ACC.varargs) === 0) return null;
  return only;
}
