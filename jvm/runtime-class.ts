// Linked classes, methods and fields: what a ClassFile becomes when it is defined. Plain data with lookups.
import type { ClassFile, CodeAttribute, FieldInfo, MethodInfo } from './class-file/class-file.js';
import { type MethodDescriptor, parseMethodDescriptor } from './class-file/descriptors.js';
import { ACC } from './layout.js';
import type { NativeMethod } from './natives.js';
import type { MethodPlan } from './preservation/method-plan.js';

/** A reference to an object in the machine's memory: its byte address, 0 for null. */
export type Reference = number;

export class RuntimeField {
  /** Byte offset in the object; for a static field its byte address. */
  offset = 0;
  /** True for a field with a ConstantValue attribute. */
  hasConstant = false;

  constructor(
    readonly declaringClass: RuntimeClass,
    readonly name: string,
    readonly descriptor: string,
    readonly accessFlags: number,
    /** Index among the class's declared fields, -1 for a field that the machine adds. */
    readonly index: number,
  ) {}

  /** null for a field that the machine adds. */
  get info(): FieldInfo | null {
    return this.index < 0 ? null : this.declaringClass.file!.fields[this.index]!;
  }

  get isStatic(): boolean {
    return (this.accessFlags & ACC.static) !== 0;
  }
}

/** A handler of a method's exception table, with absolute pcs once the method is prepared. */
export interface ExceptionHandler {
  readonly startPc: number;
  readonly endPc: number;
  readonly handlerPc: number;
  /** Constant pool index of the caught class, 0 for any. */
  readonly catchType: number;
}

export class RuntimeMethod {
  /** Row of the method table; a multiple of METHOD_ROW.words. */
  number = 0;
  /** Index of the vtable entry, -1 where there is none. */
  vtableIndex = -1;
  /** Absolute pc of bytecode 0 in the code area, -1 before preparation. */
  codeBase = -1;
  /** How its try statements preserve the state of objects; null for nearly all methods. */
  plan: MethodPlan | null = null;
  /** Bound at the first call. */
  native: NativeMethod | null = null;
  #parsed: MethodDescriptor | null = null;

  constructor(
    readonly declaringClass: RuntimeClass,
    readonly name: string,
    readonly descriptor: string,
    readonly accessFlags: number,
    /** Index among the class's declared methods. */
    readonly index: number,
    /** True where the class file has the method; the machine adds others. */
    readonly isDeclared = true,
  ) {}

  get parsed(): MethodDescriptor {
    return (this.#parsed ??= parseMethodDescriptor(this.descriptor));
  }

  /** Slots of the receiver and all arguments. */
  get argumentSlots(): number {
    return this.parsed.argumentSlots + (this.isStatic ? 0 : 1);
  }

  /** Bytecode index of the instruction at an absolute pc; 0 before the first. For a prepared method. */
  bytecodeIndex(absolutePc: number): number {
    const word = Math.max(0, absolutePc - this.codeBase);
    return this.plan === null ? word : this.plan.layout.pcOf(word);
  }

  /** Absolute pc of the instruction at a bytecode index. For a prepared method. */
  absolutePc(bytecodeIndex: number): number {
    return this.codeBase + (this.plan === null ? bytecodeIndex : this.plan.layout.wordOf(bytecodeIndex));
  }

  /** null for a method that the machine adds. */
  get info(): MethodInfo | null {
    return this.isDeclared ? this.declaringClass.file!.methods[this.index]! : null;
  }

  /** null for native and abstract methods. A native of the machine may stand in place of a body. */
  get code(): CodeAttribute | null {
    return this.isNative ? null : (this.info?.code ?? null);
  }

  get isStatic(): boolean {
    return (this.accessFlags & ACC.static) !== 0;
  }

  get isNative(): boolean {
    return (this.accessFlags & ACC.native) !== 0;
  }

  get isAbstract(): boolean {
    return (this.accessFlags & ACC.abstract) !== 0;
  }

  get isPrivate(): boolean {
    return (this.accessFlags & ACC.private) !== 0;
  }

  get key(): string {
    return this.name + this.descriptor;
  }

  /** class.name(descriptor), for messages. */
  toString(): string {
    return `${this.declaringClass.name}.${this.name}${this.descriptor}`;
  }

  /** Source line of a bytecode index, -2 for native methods and -1 where unknown. */
  lineNumber(pc: number): number {
    if (this.isNative) return -2;
    const table = this.code?.lineNumbers;
    if (!table || table.length === 0) return -1;
    let line = -1;
    for (let i = 0; i < table.length && table[i]! <= pc; i += 2) line = table[i + 1]!;
    return line;
  }
}

/** What a restored class does not have before it is asked for. */
export interface DeferredParts {
  /** Reads the class file; null for classes without one. */
  readonly file: (() => ClassFile) | null;
  /** Sets fields and methods as they were when the class was defined; null once it has. */
  readonly link: (() => void) | null;
  readonly vtable: () => readonly RuntimeMethod[];
  readonly vtableLength: number;
}

export type PrimitiveDescriptor = 'Z' | 'B' | 'C' | 'S' | 'I' | 'J' | 'F' | 'D' | 'V';

export class RuntimeClass {
  /** Address of the class block in metaspace. */
  address = 0;
  /** The java.lang.Class object; 0 until java.lang.Class itself is linked. */
  mirror: Reference = 0;
  superclass: RuntimeClass | null = null;
  interfaces: readonly RuntimeClass[] = [];
  /** This class and all its superclasses and superinterfaces (for arrays their covariant supertypes are computed). */
  supertypes: ReadonlySet<RuntimeClass> = new Set();
  /** Resolved constant pool entries by index. */
  readonly resolved: unknown[] = [];
  instanceBytes = 0;
  /** Number of the first declared method; the others follow it. */
  firstMethod = 0;
  /** Byte offsets of all reference fields of an instance, inherited ones included, ascending. */
  referenceOffsets: readonly number[] = [];
  /** Byte addresses of the static fields that hold references. */
  staticReferences: readonly number[] = [];
  /** For arrays. */
  component: RuntimeClass | null = null;
  arrayClass: RuntimeClass | null = null;
  /** True where an instance needs registration for finalization: finalize() is overridden with a body. */
  hasFinalizer = false;
  verified = false;
  linked = false;
  /** For hidden classes and nests: the class whose nest this is (resolved lazily). */
  nestHost: RuntimeClass | null = null;
  isHidden = false;
  /** True where the class's bytes come from the machine's source of boot classes and can be read there again. */
  isFromSource = false;
  /** Objects the class keeps for Class natives. */
  protectionDomain: Reference = 0;
  signers: Reference = 0;
  #file: ClassFile | null;
  #fields: readonly RuntimeField[] = [];
  #methods: readonly RuntimeMethod[] = [];
  #vtable: readonly RuntimeMethod[] = [];
  readonly #methodsByKey = new Map<string, RuntimeMethod>();
  #deferred: DeferredParts | null = null;
  /** Makes the vtable of a restored class. */
  #deferredVtable: (() => readonly RuntimeMethod[]) | null = null;
  #vtableLength = 0;
  /** Fields and methods as snapshot/class-tables.ts writes them, which never changes; null before they were. */
  savedMembers: Uint8Array | null = null;

  constructor(
    readonly id: number,
    /** Internal form: java/lang/String, [I, int for primitives. */
    readonly name: string,
    /** Defining loader object, 0 for the boot loader. */
    readonly loader: Reference,
    readonly accessFlags: number,
    file: ClassFile | null,
    /** For primitive types. */
    readonly primitive: PrimitiveDescriptor | null,
  ) {
    this.#file = file;
  }

  /** The class is a restored one: its file is read and its members are made when they are first asked for. */
  defer(parts: DeferredParts): void {
    this.#deferred = parts;
    this.#deferredVtable = parts.vtable;
    this.#vtableLength = parts.vtableLength;
  }

  /** Whether `file` is not null, without reading it. */
  get hasFile(): boolean {
    return this.#file !== null || (this.#deferred?.file ?? null) !== null;
  }

  /** null for primitive types and arrays. */
  get file(): ClassFile | null {
    if (this.#file === null && this.#deferred !== null) this.#file = this.#deferred.file?.() ?? null;
    return this.#file;
  }

  #link(): void {
    const link = this.#deferred?.link;
    if (!link) return;
    this.#deferred = { ...this.#deferred!, link: null };
    link();
  }

  get fields(): readonly RuntimeField[] {
    this.#link();
    return this.#fields;
  }

  set fields(fields: readonly RuntimeField[]) {
    this.#fields = fields;
  }

  get methods(): readonly RuntimeMethod[] {
    this.#link();
    return this.#methods;
  }

  set methods(methods: readonly RuntimeMethod[]) {
    this.#methods = methods;
  }

  get vtable(): readonly RuntimeMethod[] {
    const deferred = this.#deferredVtable;
    if (deferred !== null) this.vtable = deferred();
    return this.#vtable;
  }

  set vtable(vtable: readonly RuntimeMethod[]) {
    this.#deferredVtable = null;
    this.#vtable = vtable;
    this.#vtableLength = vtable.length;
  }

  /** Length of `vtable`, without making it. */
  get vtableLength(): number {
    return this.#vtableLength;
  }

  /** Declared methods by name + descriptor. */
  get methodsByKey(): Map<string, RuntimeMethod> {
    this.#link();
    return this.#methodsByKey;
  }

  get isInterface(): boolean {
    return (this.accessFlags & ACC.interface) !== 0;
  }

  get isAbstract(): boolean {
    return (this.accessFlags & ACC.abstract) !== 0;
  }

  get isArray(): boolean {
    return this.component !== null;
  }

  /** Field descriptor of the type: Ljava/lang/String; or [I or I. */
  get descriptor(): string {
    if (this.primitive !== null) return this.primitive;
    return this.isArray ? this.name : `L${this.name};`;
  }

  /** Binary name with dots, as Class.getName gives it. Hidden classes keep their suffix after the slash. */
  get externalName(): string {
    if (!this.isHidden) return this.name.replaceAll('/', '.');
    const cut = this.name.lastIndexOf('+');
    return `${this.name.slice(0, cut).replaceAll('/', '.')}/${this.name.slice(cut + 1)}`;
  }

  /** Package in internal form, '' for the unnamed package. */
  get packageName(): string {
    const slash = this.name.lastIndexOf('/');
    return slash < 0 ? '' : this.name.slice(0, slash);
  }

  declaredField(name: string, descriptor?: string): RuntimeField | null {
    for (const field of this.fields) {
      if (field.name === name && (descriptor === undefined || field.descriptor === descriptor)) return field;
    }
    return null;
  }

  /** Field lookup, JVMS §5.4.3.2. */
  findField(name: string, descriptor?: string): RuntimeField | null {
    const own = this.declaredField(name, descriptor);
    if (own) return own;
    for (const superinterface of this.interfaces) {
      const found = superinterface.findField(name, descriptor);
      if (found) return found;
    }
    return this.superclass?.findField(name, descriptor) ?? null;
  }

  /** Method of this class or a superclass, by name + descriptor. */
  findClassMethod(key: string): RuntimeMethod | null {
    for (let at: RuntimeClass | null = this; at !== null; at = at.superclass) {
      const method = at.methodsByKey.get(key);
      if (method) return method;
    }
    return null;
  }

  /** Maximally specific superinterface method, JVMS §5.4.3.3; `ambiguous` where several defaults compete. */
  findInterfaceMethod(key: string): { method: RuntimeMethod | null; ambiguous: boolean } {
    const candidates: RuntimeMethod[] = [];
    for (const type of this.supertypes) {
      if (!type.isInterface) continue;
      const method = type.methodsByKey.get(key);
      if (method && !method.isStatic && !method.isPrivate) candidates.push(method);
    }
    const specific = candidates.filter(
      (m) => !candidates.some((o) => o !== m && o.declaringClass.supertypes.has(m.declaringClass)),
    );
    const concrete = specific.filter((m) => !m.isAbstract);
    if (concrete.length === 1) return { method: concrete[0]!, ambiguous: false };
    if (concrete.length > 1) return { method: concrete[0]!, ambiguous: true };
    return { method: specific[0] ?? null, ambiguous: false };
  }

  /** Method resolution for class and interface references alike, JVMS §5.4.3.3 and §5.4.3.4 (without access). */
  findMethod(name: string, descriptor: string): RuntimeMethod | null {
    const key = name + descriptor;
    return this.findClassMethod(key) ?? this.findInterfaceMethod(key).method;
  }

  /** True where a value of this class may be assigned to a variable of type `target` (JVMS §6.5 checkcast). */
  isSubtypeOf(target: RuntimeClass): boolean {
    if (this === target || this.supertypes.has(target)) return true;
    if (this.component === null || target.component === null) return false;
    return (
      this.component.primitive === null &&
      target.component.primitive === null &&
      this.component.isSubtypeOf(target.component)
    );
  }

  inSamePackage(other: RuntimeClass): boolean {
    return this.loader === other.loader && this.packageName === other.packageName;
  }
}
