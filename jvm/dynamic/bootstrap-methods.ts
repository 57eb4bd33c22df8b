// Bootstrap methods that the machine knows and links itself, without running them: lambdas, string concatenation and
// the methods of records. Whatever does not look as javac writes it is left to the JDK's own code.
import type { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import { type ConstantPool, type DynamicConstant, TAG } from '../class-file/constant-pool.js';
import { classNameOf, isReference, parseMethodDescriptor } from '../class-file/descriptors.js';
import type { Machine } from '../machine.js';
import { REGISTERS } from '../memory.js';
import { Op } from '../opcode-numbers.js';
import type { RuntimeClass, RuntimeMethod } from '../runtime-class.js';
import { readText, writeText } from '../snapshot/text.js';
import { assembleFloatingPointConcat, joinsFloatingPoint } from './concat-call.js';
import {
  assembleLambda,
  implementationParameters,
  type LambdaImplementation,
  type LambdaShape,
} from './lambda-class.js';
import {
  assembleRecordMethod,
  canAssembleRecordMethod,
  type RecordField,
  recordMethodDescriptor,
} from './record-methods.js';
import { REF } from './reference-kinds.js';
import type { Site, SiteLink } from './sites.js';
import { type ConcatShape, concatKey, concatNative, parseRecipe } from './string-concat.js';

/** Flags of LambdaMetafactory.altMetafactory. */
const FLAG_SERIALIZABLE = 1;
const FLAG_MARKERS = 2;
const FLAG_BRIDGES = 4;

/** Bytes of an invokedynamic instruction. */
const INVOKEDYNAMIC_BYTES = 5;

/** An invokedynamic instruction to be linked. */
export interface CallSiteRequest {
  readonly from: RuntimeClass;
  readonly dynamic: DynamicConstant;
  /** Pool indexes of the static arguments. */
  readonly staticArguments: readonly number[];
  readonly site: Site;
}

type Linker = (linking: BootstrapMethods, request: CallSiteRequest) => SiteLink | null;

const LINKERS: Readonly<Record<string, Linker>> = {
  'java/lang/invoke/LambdaMetafactory.metafactory': (linking, request) => linking.linkLambda(request),
  'java/lang/invoke/LambdaMetafactory.altMetafactory': (linking, request) => linking.linkLambda(request),
  'java/lang/invoke/StringConcatFactory.makeConcatWithConstants': (linking, request) =>
    linking.linkConcat(request),
  'java/lang/invoke/StringConcatFactory.makeConcat': (linking, request) => linking.linkConcat(request),
  'java/lang/runtime/ObjectMethods.bootstrap': (linking, request) => linking.linkRecordMethod(request),
};

export class BootstrapMethods {
  /** Lambdas are numbered in the order of their linking, as the JDK numbers them. */
  lambdaCount = 0;
  recordMethodCount = 0;
  /** Methods of string concatenation by the key of their shape. */
  readonly #concatMethods = new Map<
    string,
    { readonly shape: ConcatShape; readonly method: RuntimeMethod }
  >();

  constructor(readonly machine: Machine) {}

  save(writer: BinaryWriter): void {
    writer.varuint(this.lambdaCount).varuint(this.recordMethodCount).varuint(this.#concatMethods.size);
    for (const { shape, method } of this.#concatMethods.values()) {
      writer.varuint(method.number).varuint(shape.constants.length);
      for (const text of [shape.descriptor, shape.recipe, ...shape.constants]) writeText(writer, text);
    }
  }

  restore(reader: BinaryReader): void {
    this.lambdaCount = reader.varuint();
    this.recordMethodCount = reader.varuint();
    for (let count = reader.varuint(); count > 0; count--) {
      const number = reader.varuint();
      const constantCount = reader.varuint();
      const descriptor = readText(reader);
      const recipe = readText(reader);
      const constants = Array.from({ length: constantCount }, () => readText(reader));
      const shape: ConcatShape = { descriptor, recipe, constants };
      const method = joinsFloatingPoint(shape)
        ? this.machine.classes.method(number)
        : this.machine.internalFrames.add(`concat${descriptor}`, concatNative(shape), number);
      this.#concatMethods.set(concatKey(shape), { shape, method });
    }
  }

  /** Links a site; null where the general way is to be taken. Leaves with a signal where classes must be loaded or
   *  initialized first. */
  link(from: RuntimeClass, dynamic: DynamicConstant, site: Site): SiteLink | null {
    const pool = from.file!.pool;
    const bootstrap = from.file!.bootstrapMethods[dynamic.bootstrapIndex];
    if (!bootstrap) return null;
    const handle = pool.methodHandle(bootstrap.methodHandleIndex);
    if (handle.kind !== REF.invokeStatic) return null;
    const ref = pool.memberRef(handle.index);
    const linker = LINKERS[`${ref.className}.${ref.name}`];
    if (!linker) return null;
    return linker(this, { from, dynamic, staticArguments: bootstrap.argumentIndexes, site });
  }

  // --- Lambdas ---------------------------------------------------------------------------------------------------

  linkLambda(request: CallSiteRequest): SiteLink | null {
    // No other class can name a hidden one.
    if (request.from.isHidden) return null;
    const { machine } = this;
    const { site } = request;
    const { parameters: captured } = parseMethodDescriptor(request.dynamic.descriptor);
    if (!site.lambdaClass) {
      const shape = this.#lambdaShape(request);
      if (!shape) return null;
      const { loader } = request.from;
      const names = [shape.interfaceName, ...shape.markers, 'java/lang/Object'];
      const types = names.map((name) => machine.resolution.loadClass(loader, name));
      if (!types.slice(0, -1).every((type) => type.isInterface)) return null;
      const name = `${shape.name}${this.lambdaCount + 1}`;
      site.lambdaClass = this.#define(request.from, name, assembleLambda({ ...shape, name }));
      this.lambdaCount++;
    }
    const type = site.lambdaClass;
    machine.initialize(type);
    if (captured.length === 0) {
      return { op: Op.ldc_site, first: machine.heap.allocateObject(type), second: 0 };
    }
    return { op: Op.capture_site, first: machine.dynamic.captures.add(type, captured), second: 0 };
  }

  /** The lambda that a call site describes; its name lacks the number. Null where its arguments are not plain. */
  #lambdaShape(request: CallSiteRequest): LambdaShape | null {
    const { from, dynamic, staticArguments } = request;
    const pool = from.file!.pool;
    const [samIndex, handleIndex, instantiatedIndex, flagsIndex] = staticArguments;
    if (samIndex === undefined || handleIndex === undefined || instantiatedIndex === undefined) return null;
    if (pool.tag(samIndex) !== TAG.MethodType || pool.tag(instantiatedIndex) !== TAG.MethodType) return null;
    const implementation = this.#implementation(from, handleIndex);
    if (!implementation) return null;
    const { parameters: captured, returns } = parseMethodDescriptor(dynamic.descriptor);
    const methodDescriptor = pool.methodTypeDescriptor(samIndex);
    const instantiated = pool.methodTypeDescriptor(instantiatedIndex);
    if (!returns.startsWith('L')) return null;
    const interfaceName = classNameOf(returns);
    const options =
      flagsIndex === undefined
        ? { flags: 0, markers: [], bridges: [] }
        : this.#alternatives(from, staticArguments.slice(3));
    if (!options) return null;
    const serializable = (options.flags & FLAG_SERIALIZABLE) !== 0;
    const markers = serializable ? [...options.markers, 'java/io/Serializable'] : options.markers;
    const shape: LambdaShape = {
      name: `${from.name}$$Lambda$`,
      caller: from.name,
      interfaceName,
      markers,
      methodName: dynamic.name,
      methodDescriptor,
      bridges: options.bridges,
      instantiated,
      captured,
      implementation,
      serialization: serializable
        ? 'serializable'
        : this.#isSerializable(from, [interfaceName, ...markers])
          ? 'hostile'
          : 'none',
    };
    return this.#fits(shape) ? shape : null;
  }

  #isSerializable(from: RuntimeClass, names: readonly string[]): boolean {
    const serializable = this.machine.classes.boot('java/io/Serializable');
    return names.some((name) =>
      this.machine.resolution.loadClass(from.loader, name).isSubtypeOf(serializable),
    );
  }

  /** Flags, marker interfaces and bridges of altMetafactory's further arguments. */
  #alternatives(
    from: RuntimeClass,
    indexes: readonly number[],
  ): { flags: number; markers: readonly string[]; bridges: readonly string[] } | null {
    const pool = from.file!.pool;
    let at = 0;
    const nextInt = () => {
      const index = indexes[at++];
      return index !== undefined && pool.tag(index) === TAG.Integer ? pool.int(index) : -1;
    };
    const list = (tag: number, read: (index: number) => string) => {
      const count = nextInt();
      const slice = indexes.slice(at, at + Math.max(count, 0));
      at += slice.length;
      return slice.length === count && slice.every((index) => pool.tag(index) === tag)
        ? slice.map(read)
        : null;
    };
    const flags = nextInt();
    if (flags < 0) return null;
    const markers = flags & FLAG_MARKERS ? list(TAG.Class, (index) => pool.className(index)) : [];
    const bridges =
      flags & FLAG_BRIDGES ? list(TAG.MethodType, (index) => pool.methodTypeDescriptor(index)) : [];
    return markers && bridges ? { flags, markers, bridges } : null;
  }

  /** The implementation that a method handle constant names; null where the proxy could not call it by bytecode. */
  #implementation(from: RuntimeClass, handleIndex: number): LambdaImplementation | null {
    const pool = from.file!.pool;
    if (pool.tag(handleIndex) !== TAG.MethodHandle) return null;
    const { kind, index } = pool.methodHandle(handleIndex);
    if (kind < REF.invokeVirtual) return null;
    const { method, holder, polymorphic } = this.machine.resolution.methodAt(from, index);
    if (polymorphic || holder.isArray || holder.isHidden) return null;
    if (method.isStatic !== (kind === REF.invokeStatic)) return null;
    const isConstructor = method.name === '<init>';
    if (isConstructor !== (kind === REF.newInvokeSpecial)) return null;
    // A method of a superclass, called past overriding, is not the proxy's to call.
    if (kind === REF.invokeSpecial && !(method.isPrivate && holder === from)) return null;
    const ref = pool.memberRef(index);
    return {
      kind,
      className: ref.className,
      isInterface: holder.isInterface,
      name: ref.name,
      descriptor: ref.descriptor,
    };
  }

  /** What LambdaMetafactory checks of counts and kinds; a lambda that fails gets its exception there. */
  #fits(shape: LambdaShape): boolean {
    const targets = implementationParameters(shape.implementation);
    const instantiated = parseMethodDescriptor(shape.instantiated);
    const descriptors = [shape.methodDescriptor, ...shape.bridges].map(parseMethodDescriptor);
    const count = instantiated.parameters.length;
    if (targets.length !== shape.captured.length + count) return false;
    if (descriptors.some(({ parameters }) => parameters.length !== count)) return false;
    const sameKind = (a: string, b: string) =>
      isReference(a) === isReference(b) && (isReference(a) || a === b);
    if (!shape.captured.every((type, index) => sameKind(type, targets[index]!))) return false;
    const adapts = (type: string, index: number) => sameKind(type, instantiated.parameters[index]!);
    if (!descriptors.every(({ parameters }) => parameters.every(adapts))) return false;
    const result = parseMethodDescriptor(shape.implementation.descriptor).returns;
    const isConstructor = shape.implementation.kind === REF.newInvokeSpecial;
    return descriptors.every(({ returns }) => returns === 'V' || isConstructor || result !== 'V');
  }

  // --- String concatenation --------------------------------------------------------------------------------------

  linkConcat(request: CallSiteRequest): SiteLink | null {
    const { from, dynamic, staticArguments } = request;
    const pool = from.file!.pool;
    const { parameters, returns } = parseMethodDescriptor(dynamic.descriptor);
    if (returns !== 'Ljava/lang/String;') return null;
    const [recipeIndex, ...constantIndexes] = staticArguments;
    const constants = constantIndexes.map((index) => constantText(pool, index));
    if (constants.includes(null)) return null;
    if (recipeIndex !== undefined && pool.tag(recipeIndex) !== TAG.String) return null;
    const recipe =
      recipeIndex === undefined ? '\u0001'.repeat(parameters.length) : pool.stringValue(recipeIndex);
    const erased = parameters.map((type) => (isReference(type) ? 'Ljava/lang/Object;' : type)).join('');
    const descriptor = `(${erased})${returns}`;
    const shape: ConcatShape = { descriptor, recipe, constants: constants as string[] };
    if (parseRecipe(shape) === null) return null;
    return this.#direct(this.#concatMethod(shape));
  }

  #concatMethod(shape: ConcatShape): RuntimeMethod {
    const key = concatKey(shape);
    const known = this.#concatMethods.get(key);
    if (known) return known.method;
    const method = joinsFloatingPoint(shape)
      ? this.#floatingPointConcat(shape)
      : this.machine.internalFrames.add(`concat${shape.descriptor}`, concatNative(shape));
    this.#concatMethods.set(key, { shape, method });
    return method;
  }

  /** A method of a class of its own: no caller's classes are named in it, so all callers share it. */
  #floatingPointConcat(shape: ConcatShape): RuntimeMethod {
    const string = this.machine.heap.string.class;
    const name = `${string.name}$$Concat$${this.#concatMethods.size + 1}`;
    const type = this.#define(string, name, assembleFloatingPointConcat(name, shape));
    return type.methods[0]!;
  }

  // --- Records ---------------------------------------------------------------------------------------------------

  linkRecordMethod(request: CallSiteRequest): SiteLink | null {
    const { from, dynamic, staticArguments } = request;
    const pool = from.file!.pool;
    const method = dynamic.name;
    if (from.isHidden) return null;
    if (method !== 'toString' && method !== 'hashCode' && method !== 'equals') return null;
    const [classIndex, namesIndex, ...getters] = staticArguments;
    if (classIndex === undefined || namesIndex === undefined) return null;
    if (pool.tag(classIndex) !== TAG.Class || pool.tag(namesIndex) !== TAG.String) return null;
    if (pool.className(classIndex) !== from.name) return null;
    const components = this.#components(from, pool.stringValue(namesIndex), getters);
    if (!components) return null;
    const shape = {
      name: `${from.name}$$ObjectMethods$${this.recordMethodCount + 1}`,
      record: from.name,
      simpleName: simpleName(from),
      components,
    };
    if (!canAssembleRecordMethod(shape, method)) return null;
    this.machine.resolution.loadClass(from.loader, 'java/lang/Object');
    if (recordMethodDescriptor(shape, method) !== dynamic.descriptor) return null;
    const type = this.#define(from, shape.name, assembleRecordMethod(shape, method));
    this.recordMethodCount++;
    return this.#direct(type.methods[0]!);
  }

  #components(from: RuntimeClass, names: string, getters: readonly number[]): readonly RecordField[] | null {
    const pool = from.file!.pool;
    const list = names === '' ? [] : names.split(';');
    if (list.length !== getters.length) return null;
    const components: RecordField[] = [];
    for (const [i, index] of getters.entries()) {
      if (pool.tag(index) !== TAG.MethodHandle) return null;
      const handle = pool.methodHandle(index);
      if (handle.kind !== REF.getField) return null;
      const { className, name, descriptor } = pool.memberRef(handle.index);
      if (className !== from.name || name !== list[i]) return null;
      components.push({ name, descriptor });
    }
    return components;
  }

  // --- Common ----------------------------------------------------------------------------------------------------

  #direct(method: RuntimeMethod): SiteLink {
    return { op: Op.invoke_direct, first: method.number, second: INVOKEDYNAMIC_BYTES };
  }

  /** Defines a hidden class in the nest of its maker (JEP 371). The suffix of its name is unique, as an address. */
  #define(from: RuntimeClass, name: string, bytes: Uint8Array): RuntimeClass {
    const { machine } = this;
    const address = machine.memory.i32[REGISTERS.metaspaceTop]!;
    const type = machine.classes.define(bytes, {
      loader: from.loader,
      hiddenName: `${name}+0x${address.toString(16).padStart(16, '0')}`,
      nestHost: from.nestHost ?? from,
      protectionDomain: from.protectionDomain,
    });
    type.verified = true;
    return type;
  }
}

/** Text of a constant of a concatenation that needs no Java code to be made; null for others. */
function constantText(pool: ConstantPool, index: number): string | null {
  switch (pool.tag(index)) {
    case TAG.String:
      return pool.stringValue(index);
    case TAG.Integer:
      return String(pool.int(index));
    default:
      return null;
  }
}

/** As Class.getSimpleName gives it for a class that is no array. */
function simpleName(type: RuntimeClass): string {
  const inner = type.file!.innerClasses.find((entry) => entry.inner === type.name);
  if (inner) return inner.name ?? '';
  return type.name.slice(type.name.lastIndexOf('/') + 1);
}
