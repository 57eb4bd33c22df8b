// All classes of the machine: defined from bytes, linked in load order, found by loader and name.

import type { BinaryReader, BinaryWriter } from '../lib/binary.js';
import type { ClassFile } from './class-file/class-file.js';
import { isReference } from './class-file/descriptors.js';
import { assignMethodRows, buildVtable, layoutFields, supertypesOf } from './class-layout.js';
import { ACC, CLASS_BLOCK, INITIALIZATION, METHOD_ROW } from './layout.js';
import type { Machine } from './machine.js';
import { duplicateClassMessage } from './messages.js';
import {
  type PrimitiveDescriptor,
  type Reference,
  RuntimeClass,
  RuntimeField,
  RuntimeMethod,
} from './runtime-class.js';
import { declaringClassOf, restoreClasses, saveClasses } from './snapshot/class-tables.js';

/** Where the classes of the JDK's boot modules come from. */
export interface BootClassSource {
  /** Bytes of a class (internal name) of a module, undefined where the module has no such class. */
  find(module: string, className: string): Uint8Array | undefined;
  /** Bytes of a class of rjvm's API, undefined where it has no such class. */
  findApi(className: string): Uint8Array | undefined;
  /** Module that holds a package (internal name). */
  moduleOfPackage(packageName: string): string | undefined;
}

const PRIMITIVES: readonly [PrimitiveDescriptor, string, number][] = [
  ['Z', 'boolean', 0],
  ['B', 'byte', 0],
  ['C', 'char', 1],
  ['S', 'short', 1],
  ['I', 'int', 2],
  ['J', 'long', 3],
  ['F', 'float', 2],
  ['D', 'double', 3],
  ['V', 'void', 0],
];

/** Fields that the machine adds to classes of the JDK: [name, descriptor]. */
const INJECTED_FIELDS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'java/lang/Class': [['$block', 'I']],
  'java/lang/invoke/ResolvedMethodName': [
    ['$method', 'I'],
    ['$holder', 'Ljava/lang/Class;'],
  ],
  'java/lang/invoke/MemberName': [['$vmindex', 'I']],
};

const PLATFORM_LOADER = 'jdk/internal/loader/ClassLoaders$PlatformClassLoader';
/** Loads the classes by which the JDK calls a method that is often called by reflection. */
const REFLECTION_LOADER = 'jdk/internal/reflect/DelegatingClassLoader';
/** Classes of the JDK for whose methods the machine may have code of its own, as HotSpot has. */
export const INTRINSIC_CLASSES: ReadonlySet<string> = new Set(['java/lang/Math']);
/** Package of the API that programs may use. Its classes belong to the boot loader's unnamed module, so that they are there
 *  without being on the class path. */
const API_PACKAGE = 'rjvm';

/** Room for a java.lang.Class object. */
const MIRROR_BYTES = 512;

export class ClassRegistry {
  /** By class id. */
  readonly classes: RuntimeClass[] = [];
  /** By number / METHOD_ROW.words; those of restored classes come when they are asked for. */
  readonly methods: RuntimeMethod[] = [];
  /** Restored classes in the order of their methods. */
  readonly deferredByMethod: RuntimeClass[] = [];
  readonly primitives = new Map<string, RuntimeClass>();
  /** Classes by initiating loader and name. */
  readonly byLoader = new Map<Reference, Map<string, RuntimeClass>>();
  /** Packages (internal names) of the boot loader's modules; before java.base is defined, only it is searched. */
  readonly bootPackages = new Map<string, string>();
  /** Module objects by loader and package. */
  readonly modules = new Map<Reference, Map<string, Reference>>();
  /** Offset of the injected field of java.lang.Class that holds the class block's address. */
  #mirrorBlockOffset = 0;
  #mirrorsPossible = false;

  constructor(
    readonly machine: Machine,
    readonly source: BootClassSource,
  ) {}

  /** Primitive classes and java.lang.Object, Class, String and byte[]: what everything else needs. */
  bootstrap(): void {
    for (const [descriptor, name, shift] of PRIMITIVES) {
      const type = new RuntimeClass(
        this.classes.length,
        name,
        0,
        ACC.public | ACC.final | ACC.abstract,
        null,
        descriptor,
      );
      this.classes.push(type);
      this.#allocateBlock(type, 0);
      this.machine.memory.i32[(type.address >> 2) + CLASS_BLOCK.elementShift] = shift;
      this.#setInitialized(type);
      this.primitives.set(descriptor, type);
    }
    this.boot('java/lang/Object');
    const classClass = this.boot('java/lang/Class');
    this.#mirrorBlockOffset = classClass.declaredField('$block')!.offset;
    this.#mirrorsPossible = true;
    for (const type of this.classes) this.#createMirror(type);
    const string = this.boot('java/lang/String');
    const heap = this.machine.heap;
    heap.string = {
      class: string,
      value: string.declaredField('value')!.offset,
      coder: string.declaredField('coder')!.offset,
      hash: string.declaredField('hash')!.offset,
    };
    heap.byteArray = this.arrayOf(this.primitive('B'));
  }

  primitive(descriptor: string): RuntimeClass {
    return this.primitives.get(descriptor)!;
  }

  /** Class of an object. */
  of(object: Reference): RuntimeClass {
    const i32 = this.machine.memory.i32;
    return this.classes[i32[i32[object >> 2]! >> 2]!]!;
  }

  /** Class of a class block. */
  atAddress(address: number): RuntimeClass {
    return this.classes[this.machine.memory.i32[address >> 2]!]!;
  }

  /** Whether a class is the program's own: neither the boot nor the platform loader has defined it. */
  isApplication(type: RuntimeClass): boolean {
    return type.loader !== 0 && this.of(type.loader).name !== PLATFORM_LOADER;
  }

  /** Class that a java.lang.Class object stands for. */
  ofMirror(mirror: Reference): RuntimeClass {
    return this.atAddress(this.machine.memory.i32[(mirror + this.#mirrorBlockOffset) >> 2]!);
  }

  /** Method of a method number. */
  method(number: number): RuntimeMethod {
    const index = number / METHOD_ROW.words;
    const known = this.methods[index];
    if (known) return known;
    const type = declaringClassOf(this.deferredByMethod, number);
    return type.methods[index - type.firstMethod / METHOD_ROW.words]!;
  }

  /** Class of the boot loader that must exist. */
  boot(name: string): RuntimeClass {
    const type = this.findBoot(name);
    if (!type) throw new Error(`the JDK has no class ${name}`);
    return type;
  }

  /** Class of the boot loader, loaded where needed; null where there is none. Accepts array names. */
  findBoot(name: string): RuntimeClass | null {
    const known = this.loaded(0, name);
    if (known) return known;
    if (name.startsWith('[')) return this.findArray(name, (element) => this.findBoot(element));
    const bytes = this.#bytesFromSource(name);
    return bytes ? this.define(bytes, { loader: 0, name, isFromSource: true }) : null;
  }

  #bytesFromSource(name: string): Uint8Array | undefined {
    const slash = name.lastIndexOf('/');
    const packageName = slash < 0 ? '' : name.slice(0, slash);
    if (packageName === API_PACKAGE) return this.source.findApi(name);
    const module = this.bootPackages.get(packageName);
    if (module === undefined && this.bootPackages.size > 0) return undefined;
    return this.source.find(module ?? 'java.base', name);
  }

  /** Array class by name, where `find` gives its element class. */
  findArray(name: string, find: (elementName: string) => RuntimeClass | null): RuntimeClass | null {
    const dimensions = name.lastIndexOf('[') + 1;
    const element = name.slice(dimensions);
    let type = element.startsWith('L') ? find(element.slice(1, -1)) : (this.primitives.get(element) ?? null);
    if (!type) return null;
    for (let i = 0; i < dimensions; i++) type = this.arrayOf(type);
    return type;
  }

  /** Class that a loader is known to give for a name. */
  loaded(loader: Reference, name: string): RuntimeClass | undefined {
    return this.byLoader.get(loader)?.get(name);
  }

  /** Records a loader as an initiating loader of a class, JVMS §5.3. */
  record(loader: Reference, name: string, type: RuntimeClass): void {
    let table = this.byLoader.get(loader);
    if (!table) this.byLoader.set(loader, (table = new Map()));
    table.set(name, type);
  }

  /** The array class with this component type. */
  arrayOf(component: RuntimeClass): RuntimeClass {
    if (component.arrayClass) return component.arrayClass;
    this.machine.heap.ensure(MIRROR_BYTES);
    const name = `[${component.descriptor}`;
    const flags = (component.accessFlags & ~ACC.interface) | ACC.final | ACC.abstract;
    const type = new RuntimeClass(this.classes.length, name, component.loader, flags, null, null);
    this.classes.push(type);
    const object = this.boot('java/lang/Object');
    type.component = component;
    component.arrayClass = type;
    type.superclass = object;
    type.interfaces = [this.boot('java/lang/Cloneable'), this.boot('java/io/Serializable')];
    type.supertypes = new Set([type, object, ...type.interfaces]);
    type.vtable = object.vtable;
    this.#allocateBlock(type, object.vtable.length);
    this.#writeVtable(type);
    const i32 = this.machine.memory.i32;
    const word = type.address >> 2;
    i32[word + CLASS_BLOCK.superclass] = object.address;
    i32[word + CLASS_BLOCK.component] = component.address;
    i32[word + CLASS_BLOCK.elementShift] =
      component.primitive === null ? 2 : i32[(component.address >> 2) + CLASS_BLOCK.elementShift]!;
    this.#setInitialized(type);
    this.record(component.loader, name, type);
    if (this.#mirrorsPossible) this.#createMirror(type);
    return type;
  }

  /**
   * Defines a class from the bytes of a class file (JVMS §5.3.5). Its superclasses are resolved through the loader,
   * which may leave with a signal; then the same call is made again later and nothing has happened.
   */
  define(bytes: Uint8Array, options: DefineOptions): RuntimeClass {
    const { loader } = options;
    const file = this.machine.parse(bytes, options.name ?? 'unknown', loader === 0);
    const name = options.hiddenName ?? file.name;
    if (!options.hiddenName) {
      if (options.name !== undefined && options.name !== file.name) {
        this.machine.throwNew('java/lang/NoClassDefFoundError', `${options.name} (wrong name: ${file.name})`);
      }
      const known = this.loaded(loader, name);
      if (known) {
        this.machine.throwNew('java/lang/LinkageError', duplicateClassMessage(this.machine, known));
      }
    }
    const resolve = (superName: string) => this.machine.resolution.loadClass(loader, superName);
    const superclass = file.superName === null ? null : resolve(file.superName);
    const interfaces = file.interfaces.map(resolve);
    this.#checkSupertypes(file, superclass, interfaces, loader);
    // From here on nothing may leave: the class exists.
    this.machine.heap.ensure(MIRROR_BYTES);
    const type = new RuntimeClass(this.classes.length, name, loader, file.accessFlags, file, null);
    type.isHidden = options.hiddenName !== undefined;
    type.protectionDomain = options.protectionDomain ?? 0;
    type.nestHost = options.nestHost ?? null;
    type.isFromSource = options.isFromSource ?? false;
    this.classes.push(type);
    this.#link(type, file, superclass, interfaces);
    if (!type.isHidden) this.record(loader, name, type);
    if (this.#mirrorsPossible) this.#createMirror(type);
    return type;
  }

  #checkSupertypes(
    file: ClassFile,
    superclass: RuntimeClass | null,
    interfaces: readonly RuntimeClass[],
    loader: Reference,
  ): void {
    if (loader === 0) return;
    const say = (type: RuntimeClass) => `class ${type.externalName}`;
    const name = file.name.replaceAll('/', '.');
    if (superclass?.isInterface && !(file.accessFlags & ACC.interface)) {
      this.machine.throwNew(
        'java/lang/IncompatibleClassChangeError',
        `class ${name} has interface ${superclass.externalName} as super class`,
      );
    }
    if (superclass && (superclass.accessFlags & ACC.final) !== 0) {
      this.machine.throwNew(
        'java/lang/IncompatibleClassChangeError',
        `class ${name} cannot inherit from final class ${superclass.externalName}`,
      );
    }
    for (const type of interfaces) {
      if (!type.isInterface) {
        this.machine.throwNew(
          'java/lang/IncompatibleClassChangeError',
          `class ${name} can not implement ${type.externalName}, because it is not an interface (${say(type)})`,
        );
      }
    }
  }

  #link(
    type: RuntimeClass,
    file: ClassFile,
    superclass: RuntimeClass | null,
    interfaces: readonly RuntimeClass[],
  ): void {
    type.superclass = superclass;
    type.interfaces = interfaces;
    type.supertypes = supertypesOf(type);
    const staticBytes = this.#makeMembers(type, file);
    this.#allocateBlock(type, type.vtable.length, staticBytes);
    assignMethodRows(this.machine, type);
    for (const method of type.methods) if (method.isNative) this.machine.bindNative(method);
    this.#writeVtable(type);
    const word = type.address >> 2;
    this.machine.memory.i32[word + CLASS_BLOCK.instanceBytes] = type.instanceBytes;
    this.machine.memory.i32[word + CLASS_BLOCK.superclass] = superclass?.address ?? 0;
    const finalizer = type.name === 'java/lang/Object' ? null : type.findClassMethod('finalize()V');
    type.hasFinalizer =
      finalizer !== null &&
      finalizer.declaringClass.name !== 'java/lang/Object' &&
      (finalizer.code?.code.length ?? 0) > 1;
    type.linked = true;
  }

  /** Fields with their offsets, methods and vtable: a function of the class file and the supertypes alone. Returns the
   *  bytes of the static fields, whose offsets are relative to their area. */
  #makeMembers(type: RuntimeClass, file: ClassFile): number {
    type.fields = file.fields.map((info, index) => {
      const field = new RuntimeField(type, info.name, info.descriptor, info.accessFlags, index);
      field.hasConstant = info.constantValueIndex !== 0;
      return field;
    });
    const injected = type.loader === 0 ? (INJECTED_FIELDS[type.name] ?? []) : [];
    if (injected.length > 0) {
      type.fields = [
        ...type.fields,
        ...injected.map(([name, descriptor]) => new RuntimeField(type, name, descriptor, ACC.private, -1)),
      ];
    }
    const mayReplace = type.packageName === API_PACKAGE || INTRINSIC_CLASSES.has(type.name);
    const replaced = type.loader === 0 && mayReplace ? this.machine.nativesOf(type) : null;
    type.methods = file.methods.map((info, index) => {
      const key = info.name + info.descriptor;
      const flags = replaced !== null && key in replaced ? info.accessFlags | ACC.native : info.accessFlags;
      return new RuntimeMethod(type, info.name, info.descriptor, flags, index);
    });
    for (const method of type.methods) type.methodsByKey.set(method.key, method);
    const staticBytes = layoutFields(type);
    buildVtable(type);
    return staticBytes;
  }

  /** Bytes of a class of the source. */
  sourceBytes(type: RuntimeClass): Uint8Array {
    const bytes = this.#bytesFromSource(type.name);
    if (!bytes) throw new Error(`there is no class ${type.name} any more`);
    return bytes;
  }

  /** The vtable of a restored class, as its class block has it. */
  restoredVtable(type: RuntimeClass, length: number): readonly RuntimeMethod[] {
    const start = (type.address >> 2) + CLASS_BLOCK.vtable;
    return Array.from({ length }, (_, i) => this.method(this.machine.memory.i32[start + i]!));
  }

  #allocateBlock(type: RuntimeClass, vtableLength: number, staticBytes = 0): void {
    const address = this.machine.memory.allocateMetaspace(headBytes(vtableLength) + staticBytes);
    if (address === 0) this.machine.throwImplicit('java/lang/OutOfMemoryError', 'Metaspace');
    type.address = address;
    placeStatics(type, vtableLength);
    this.machine.memory.i32[address >> 2] = type.id;
    this.machine.memory.i32[(address >> 2) + CLASS_BLOCK.accessFlags] = type.accessFlags;
  }

  #writeVtable(type: RuntimeClass): void {
    const start = (type.address >> 2) + CLASS_BLOCK.vtable;
    for (let i = 0; i < type.vtable.length; i++) this.machine.memory.i32[start + i] = type.vtable[i]!.number;
  }

  #setInitialized(type: RuntimeClass): void {
    this.machine.memory.i32[(type.address >> 2) + CLASS_BLOCK.initializationState] =
      INITIALIZATION.initialized;
    type.linked = true;
    type.verified = true;
  }

  #createMirror(type: RuntimeClass): void {
    if (type.mirror !== 0) return;
    const heap = this.machine.heap;
    const classClass = this.boot('java/lang/Class');
    const mirror = heap.allocateObject(classClass);
    type.mirror = mirror;
    this.machine.memory.i32[(type.address >> 2) + CLASS_BLOCK.mirror] = mirror;
    heap.setInt(mirror + this.#mirrorBlockOffset, type.address);
    const set = (field: string, value: Reference) => {
      heap.setInt(mirror + classClass.declaredField(field)!.offset, value);
    };
    set('classLoader', type.loader);
    if (type.component) set('componentType', type.component.mirror);
    set('module', this.moduleOf(type));
  }

  /** Module object of a class, 0 where it is not known yet (fixed up when java.base is defined). */
  moduleOf(type: RuntimeClass): Reference {
    let element = type;
    while (element.component) element = element.component;
    const packageName = element.primitive ? 'java/lang' : element.packageName;
    const loader = this.#nonReflectionLoader(element.loader);
    const module = this.modules.get(loader)?.get(packageName);
    if (module !== undefined) return module;
    if (element.nestHost && element.isHidden) return this.moduleOf(element.nestHost);
    return this.#unnamedModule(loader);
  }

  /** As in HotSpot, the classes of a reflection loader are in the modules of the loader that it delegates to. */
  #nonReflectionLoader(loader: Reference): Reference {
    if (loader === 0 || this.of(loader).name !== REFLECTION_LOADER) return loader;
    return this.machine.getField(loader, 'java/lang/ClassLoader', 'parent');
  }

  #unnamedModule(loader: Reference): Reference {
    if (loader === 0) return this.modules.get(0)?.get('*unnamed*') ?? 0;
    const field = this.boot('java/lang/ClassLoader').declaredField('unnamedModule')!;
    return this.machine.heap.getInt(loader + field.offset);
  }

  /** Records the packages of a module of a loader; classes that exist already learn their module. */
  defineModule(loader: Reference, moduleName: string, module: Reference, packages: readonly string[]): void {
    let table = this.modules.get(loader);
    if (!table) this.modules.set(loader, (table = new Map()));
    for (const packageName of packages) {
      table.set(packageName, module);
      if (loader === 0) this.bootPackages.set(packageName, moduleName);
    }
    if (loader !== 0 || moduleName !== 'java.base') return;
    const field = this.boot('java/lang/Class').declaredField('module')!;
    for (const type of this.classes) {
      if (type.loader === 0 && type.mirror)
        this.machine.heap.setInt(type.mirror + field.offset, this.moduleOf(type));
    }
  }

  save(writer: BinaryWriter): void {
    writer.varuint(this.#mirrorBlockOffset);
    saveClasses(this, writer);
  }

  /** Fills an empty registry from a saved one. */
  restore(reader: BinaryReader): void {
    this.#mirrorBlockOffset = reader.varuint();
    this.#mirrorsPossible = true;
    restoreClasses(this, reader);
  }

  /** The references that the registry's tables hold, besides those of classes. */
  *references(): Generator<Reference> {
    yield* this.byLoader.keys();
    for (const table of this.modules.values()) yield* table.values();
  }

  setBootUnnamedModule(module: Reference): void {
    let table = this.modules.get(0);
    if (!table) this.modules.set(0, (table = new Map()));
    table.set('*unnamed*', module);
  }
}

/** Bytes of a class block before the static fields. */
function headBytes(vtableLength: number): number {
  return ((CLASS_BLOCK.vtable + vtableLength) * 4 + 7) & ~7;
}

/** Turns the offsets of static fields into addresses, behind the head of the class's block. */
function placeStatics(type: RuntimeClass, vtableLength: number): void {
  const statics = type.fields.filter((field) => field.isStatic);
  for (const field of statics) field.offset += type.address + headBytes(vtableLength);
  type.staticReferences = statics
    .filter((field) => isReference(field.descriptor))
    .map((field) => field.offset);
}

export interface DefineOptions {
  readonly loader: Reference;
  /** Expected internal name. */
  readonly name?: string;
  readonly protectionDomain?: Reference;
  /** Name with the suffix of a hidden class (JEP 371): not recorded with the loader. */
  readonly hiddenName?: string;
  readonly nestHost?: RuntimeClass | null;
  /** The bytes come from the source of boot classes. */
  readonly isFromSource?: boolean;
}
