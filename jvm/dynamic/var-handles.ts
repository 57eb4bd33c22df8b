// Accesses through VarHandles of fields and arrays of int, long and references, executed without Java code where the
// call's types are those of the variable. Everything else, every failure included, takes the way that the JDK linked.
import type { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import { parseMethodDescriptor, slotsOf } from '../class-file/descriptors.js';
import { ARRAY_LAYOUT } from '../layout.js';
import type { Machine } from '../machine.js';
import type { Reference, RuntimeClass } from '../runtime-class.js';
import { readText, writeText } from '../snapshot/text.js';

enum Operation {
  get,
  set,
  compareAndSet,
  compareAndExchange,
  getAndSet,
  getAndAdd,
  getAndBitwiseOr,
  getAndBitwiseAnd,
  getAndBitwiseXor,
}

/** Access modes by method name. Memory orders are all alike: threads are switched at safepoints only. */
function operationOf(name: string): Operation | undefined {
  const plain = name.replace(/(Volatile|Opaque|Acquire|Release)$/, '');
  if (plain.startsWith('weakCompareAndSet')) return Operation.compareAndSet;
  const operation = Operation[plain as keyof typeof Operation];
  return typeof operation === 'number' ? operation : undefined;
}

/** Where the variable is: a field of an instance, a static field, an element of an array. */
type Place = 'instance' | 'static' | 'array';

/** A class of VarHandles: what its variables are, and the byte offsets of its own fields. */
interface HandleShape {
  readonly place: Place;
  /** I, J, or L for references. */
  readonly type: string;
  readonly isFinal: boolean;
  /** Offsets of fieldOffset, receiverType or arrayType, fieldType or componentType, base; -1 where there is none. */
  readonly fieldOffset: number;
  readonly ownerType: number;
  readonly valueType: number;
  readonly base: number;
}

/** A call of one access mode with one descriptor. */
interface Access {
  readonly operation: Operation;
  /** Types of coordinates and values, and of the result. */
  readonly parameters: readonly string[];
  readonly returns: string;
  /** Class block of a result's class; 0: any reference will do. */
  readonly returnClass: number;
  /** Words of all arguments, the handle included. */
  readonly words: number;
  readonly appendix: Reference;
  /** Class block of handles for which the types fit, with their shape; of handles for which they do not. */
  handleClass: number;
  shape: HandleShape | null;
  refusedClass: number;
}

const SHAPE_NAME =
  /^java\/lang\/invoke\/VarHandle(Ints|Longs|References)\$(FieldInstance|FieldStatic|Array)(ReadOnly|ReadWrite|)$/;
const TYPES: Readonly<Record<string, string>> = { Ints: 'I', Longs: 'J', References: 'L' };
const PLACES: Readonly<Record<string, Place>> = {
  FieldInstance: 'instance',
  FieldStatic: 'static',
  Array: 'array',
};

function shapeOf(type: RuntimeClass): HandleShape | null {
  const match = SHAPE_NAME.exec(type.name);
  if (!match || type.loader !== 0) return null;
  const offset = (name: string) => type.findField(name)?.offset ?? -1;
  const isArray = match[2] === 'Array';
  return {
    place: PLACES[match[2]!]!,
    type: TYPES[match[1]!]!,
    isFinal: match[3] === 'ReadOnly',
    fieldOffset: offset('fieldOffset'),
    ownerType: offset(isArray ? 'arrayType' : 'receiverType'),
    valueType: offset(isArray ? 'componentType' : 'fieldType'),
    base: offset('base'),
  };
}

/** Number of values that an operation takes behind the coordinates. */
function valueCount(operation: Operation): number {
  if (operation === Operation.get) return 0;
  return operation === Operation.compareAndSet || operation === Operation.compareAndExchange ? 2 : 1;
}

function kindOf(descriptor: string): string {
  return descriptor[0] === '[' ? 'L' : descriptor[0]!;
}

/** True where the call's types, erased, are those of the variable. */
function fits(access: Access, shape: HandleShape): boolean {
  const { operation, parameters, returns } = access;
  const isArithmetic = operation >= Operation.getAndAdd;
  if ((shape.isFinal && operation !== Operation.get) || (isArithmetic && shape.type === 'L')) return false;
  const coordinates = { instance: ['L'], static: [], array: ['L', 'I'] }[shape.place];
  const expected = [...coordinates, ...new Array<string>(valueCount(operation)).fill(shape.type)];
  if (parameters.length !== expected.length) return false;
  if (!parameters.every((type, index) => kindOf(type) === expected[index])) return false;
  if (operation === Operation.set) return returns === 'V';
  if (operation === Operation.compareAndSet) return returns === 'Z';
  return kindOf(returns) === shape.type || (returns === 'V' && operation !== Operation.get);
}

export class VarHandles {
  readonly #accesses: Access[] = [];
  #exactOffset = 0;
  #blockOffset = 0;
  /** The last pair of class blocks of which the first is a subtype of the second. */
  #subtype = 0;
  #supertype = 0;

  constructor(readonly machine: Machine) {}

  /** Index of a new access for a call that the JDK has linked with this appendix; -1 where none is to be tried. */
  add(from: RuntimeClass, name: string, descriptor: string, appendix: Reference): number {
    const operation = operationOf(name);
    const { parameters, returns, argumentSlots } = parseMethodDescriptor(descriptor);
    const returnClass = this.#returnClass(from, returns);
    if (operation === undefined || returnClass < 0) return -1;
    return this.#push({
      operation,
      parameters,
      returns,
      returnClass,
      words: (argumentSlots + 1) * 2,
      appendix,
      handleClass: 0,
      shape: null,
      refusedClass: 0,
    });
  }

  #push(access: Access): number {
    this.#exactOffset = this.machine.field('java/lang/invoke/VarHandle', 'exact').offset;
    this.#blockOffset = this.machine.field('java/lang/Class', '$block').offset;
    return this.#accesses.push(access) - 1;
  }

  save(writer: BinaryWriter): void {
    writer.varuint(this.#accesses.length);
    for (const { operation, parameters, returns, returnClass, words, appendix } of this.#accesses) {
      writer.varuint(operation).varuint(returnClass).varuint(words).varuint(appendix);
      writeText(writer, `(${parameters.join('')})${returns}`);
    }
  }

  restore(reader: BinaryReader): void {
    for (let count = reader.varuint(); count > 0; count--) {
      const saved = {
        operation: reader.varuint() as Operation,
        returnClass: reader.varuint(),
        words: reader.varuint(),
        appendix: reader.varuint(),
      };
      const { parameters, returns } = parseMethodDescriptor(readText(reader));
      this.#push({ ...saved, parameters, returns, handleClass: 0, shape: null, refusedClass: 0 });
    }
  }

  /** Class block that a result must be assignable to, 0 for any, -1 where it is not known. */
  #returnClass(from: RuntimeClass, returns: string): number {
    if (!returns.startsWith('L') || returns === 'Ljava/lang/Object;') return returns.startsWith('[') ? -1 : 0;
    return this.machine.classes.loaded(from.loader, returns.slice(1, -1))?.address ?? -1;
  }

  appendix(index: number): Reference {
    return this.#accesses[index]!.appendix;
  }

  /** Executes an access whose arguments end at word `sp`. Returns the new sp; -1 where it is not done. */
  execute(index: number, sp: number): number {
    const access = this.#accesses[index]!;
    const i32 = this.machine.memory.i32;
    const start = sp - access.words;
    const handle = i32[start]!;
    if (handle === 0) return -1;
    const handleClass = i32[handle >> 2]!;
    if (handleClass !== access.handleClass && !this.#bind(access, handleClass)) return -1;
    const shape = access.shape!;
    if (this.machine.memory.i8[handle + this.#exactOffset] !== 0) return -1;
    const at = this.#address(shape, handle, start + 2);
    if (at === 0) return -1;
    if (shape.type === 'J') return this.#long(access, at >> 2, start, sp);
    if (shape.type === 'L' && !this.#checkReferences(access, shape, handle, sp)) return -1;
    return this.#word(access, at >> 2, start, sp);
  }

  #bind(access: Access, handleClass: number): boolean {
    if (handleClass === access.refusedClass) return false;
    const shape = shapeOf(this.machine.classes.atAddress(handleClass));
    if (!shape || !fits(access, shape)) {
      access.refusedClass = handleClass;
      return false;
    }
    access.handleClass = handleClass;
    access.shape = shape;
    return true;
  }

  /** Class block of the class that a field of a handle names. */
  #classIn(handle: Reference, offset: number): number {
    const i32 = this.machine.memory.i32;
    return i32[(i32[(handle + offset) >> 2]! + this.#blockOffset) >> 2]!;
  }

  #isSubtype(type: number, of: number): boolean {
    if (type === of || (type === this.#subtype && of === this.#supertype)) return true;
    if (!this.machine.isSubtype(type, of)) return false;
    this.#subtype = type;
    this.#supertype = of;
    return true;
  }

  /** Byte address of the variable; 0 where a check fails. `word`: the first coordinate. */
  #address(shape: HandleShape, handle: Reference, word: number): number {
    const i32 = this.machine.memory.i32;
    if (shape.place === 'static') {
      return (i32[(handle + shape.base) >> 2]! + i32[(handle + shape.fieldOffset) >> 2]!) | 0;
    }
    const object = i32[word]!;
    if (object === 0) return 0;
    const type = i32[object >> 2]!;
    if (shape.place === 'instance') {
      if (!this.#isSubtype(type, this.#classIn(handle, shape.ownerType))) return 0;
      return object + i32[(handle + shape.fieldOffset) >> 2]!;
    }
    const index = i32[word + 2]!;
    if (index >>> 0 >= i32[(object >> 2) + ARRAY_LAYOUT.lengthWord]!) return 0;
    const exact =
      shape.type === 'L'
        ? this.#classIn(handle, shape.ownerType)
        : this.machine.classes.primitive(shape.type).arrayClass?.address;
    if (type !== exact) return 0;
    return object + ARRAY_LAYOUT.baseBytes + (shape.type === 'J' ? index * 8 : index * 4);
  }

  /** Values must be of the variable's type, and the variable's type of the result's. */
  #checkReferences(access: Access, shape: HandleShape, handle: Reference, sp: number): boolean {
    const i32 = this.machine.memory.i32;
    const type = this.#classIn(handle, shape.valueType);
    for (let left = valueCount(access.operation), word = sp - 2; left > 0; left--, word -= 2) {
      const value = i32[word]!;
      if (value !== 0 && !this.#isSubtype(i32[value >> 2]!, type)) return false;
    }
    return access.returnClass === 0 || this.#isSubtype(type, access.returnClass);
  }

  #word(access: Access, at: number, start: number, sp: number): number {
    const i32 = this.machine.memory.i32;
    const old = i32[at]!;
    const value = i32[sp - 2]!;
    let result = old;
    switch (access.operation) {
      case Operation.get:
        break;
      case Operation.set:
        i32[at] = value;
        return start;
      case Operation.compareAndSet:
        result = old === i32[sp - 4]! ? 1 : 0;
        if (result === 1) i32[at] = value;
        break;
      case Operation.compareAndExchange:
        if (old === i32[sp - 4]!) i32[at] = value;
        break;
      case Operation.getAndSet:
        i32[at] = value;
        break;
      case Operation.getAndAdd:
        i32[at] = old + value;
        break;
      case Operation.getAndBitwiseOr:
        i32[at] = old | value;
        break;
      case Operation.getAndBitwiseAnd:
        i32[at] = old & value;
        break;
      case Operation.getAndBitwiseXor:
        i32[at] = old ^ value;
        break;
    }
    if (access.returns === 'V') return start;
    i32[start] = result;
    return start + 2;
  }

  #long(access: Access, at: number, start: number, sp: number): number {
    const { i32, i64 } = this.machine.memory;
    const old = i64[at >> 1]!;
    const value = i64[(sp - 4) >> 1]!;
    switch (access.operation) {
      case Operation.get:
        break;
      case Operation.set:
        i64[at >> 1] = value;
        return start;
      case Operation.compareAndSet: {
        const same = old === i64[(sp - 8) >> 1]!;
        if (same) i64[at >> 1] = value;
        i32[start] = same ? 1 : 0;
        return start + 2;
      }
      case Operation.compareAndExchange:
        if (old === i64[(sp - 8) >> 1]!) i64[at >> 1] = value;
        break;
      case Operation.getAndSet:
        i64[at >> 1] = value;
        break;
      case Operation.getAndAdd:
        i64[at >> 1] = old + value;
        break;
      case Operation.getAndBitwiseOr:
        i64[at >> 1] = old | value;
        break;
      case Operation.getAndBitwiseAnd:
        i64[at >> 1] = old & value;
        break;
      case Operation.getAndBitwiseXor:
        i64[at >> 1] = old ^ value;
        break;
    }
    if (access.returns === 'V') return start;
    i64[start >> 1] = old;
    return start + 2 * slotsOf('J');
  }
}
