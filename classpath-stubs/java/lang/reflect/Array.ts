// java.lang.reflect.Array: making arrays and reaching their elements by reflection.

import { internal } from '../../../../jvm/actions.js';
import type { Machine } from '../../../../jvm/machine.js';
import { newMultiArray } from '../../../../jvm/multi-array.js';
import type { NativeMethod, NativeTable } from '../../../../jvm/natives.js';
import type { PrimitiveDescriptor, Reference, RuntimeClass } from '../../../../jvm/runtime-class.js';
import { BOX_CLASSES, box, type PrimitiveValue, unbox, widen } from '../../../support/boxing.js';
import { elementAddress, loadValue, storeValue } from '../../../support/java-objects.js';

const ILLEGAL_ARGUMENT = 'java/lang/IllegalArgumentException';
const MAXIMUM_DIMENSIONS = 255;

/** Component class of an array; throws where the object is none. */
function componentOf(m: Machine, array: Reference): RuntimeClass {
  if (array === 0) m.throwNew('java/lang/NullPointerException');
  const { component } = m.classes.of(array);
  return component ?? m.throwNew(ILLEGAL_ARGUMENT, 'Argument is not an array');
}

/** Address of an element; throws where there is none. */
function addressOf(m: Machine, array: Reference, index: number, component: RuntimeClass): number {
  if (index < 0 || index >= m.heap.arrayLength(array)) {
    m.throwNew('java/lang/ArrayIndexOutOfBoundsException');
  }
  return elementAddress(array, index, component.descriptor);
}

/** Component class of an array of primitives, for the accessors that know a type. */
function primitiveComponentOf(m: Machine, array: Reference): PrimitiveDescriptor {
  const { primitive } = componentOf(m, array);
  return primitive ?? m.throwNew(ILLEGAL_ARGUMENT, 'Argument is not an array of primitive type');
}

function getPrimitive(to: PrimitiveDescriptor): NativeMethod {
  return {
    action: internal,
    call: (m: Machine, array: Reference, index: number) => {
      const type = primitiveComponentOf(m, array);
      const address = addressOf(m, array, index, m.classes.primitive(type));
      const value = widen({ type, value: loadValue(m, address, type) }, to);
      return value ?? m.throwNew(ILLEGAL_ARGUMENT, 'argument type mismatch');
    },
  };
}

/** Stores a primitive value into an array of primitives of its type or a wider one. */
function storePrimitive(m: Machine, array: Reference, index: number, from: PrimitiveValue | null): void {
  const type = primitiveComponentOf(m, array);
  const address = addressOf(m, array, index, m.classes.primitive(type));
  const value = from && widen(from, type);
  if (value === null) return m.throwNew(ILLEGAL_ARGUMENT, 'argument type mismatch');
  storeValue(m, address, type, value);
}

function setPrimitive(type: PrimitiveDescriptor): NativeMethod {
  return {
    action: internal,
    call: (m: Machine, array: Reference, index: number, value: number | bigint) =>
      storePrimitive(m, array, index, { type, value }),
  };
}

/** Component class that a Class object gives for a new array of these lengths; throws what bad ones throw. */
function newComponent(m: Machine, mirror: Reference, lengths: readonly number[]): RuntimeClass {
  if (mirror === 0) m.throwNew('java/lang/NullPointerException');
  for (const length of lengths) {
    if (length < 0) m.throwNew('java/lang/NegativeArraySizeException', String(length));
  }
  const type = m.classes.ofMirror(mirror);
  let dimensions = lengths.length;
  for (let element = type; element.component; element = element.component) dimensions++;
  if (type.primitive === 'V' || lengths.length === 0 || dimensions > MAXIMUM_DIMENSIONS) {
    m.throwNew(ILLEGAL_ARGUMENT);
  }
  return type;
}

export const natives = {
  'getLength(Ljava/lang/Object;)I': {
    action: internal,
    call: (m: Machine, array: Reference) => {
      componentOf(m, array);
      return m.heap.arrayLength(array);
    },
  },
  'get(Ljava/lang/Object;I)Ljava/lang/Object;': {
    action: internal,
    call: (m: Machine, array: Reference, index: number) => {
      const component = componentOf(m, array);
      const { primitive } = component;
      if (primitive !== null) m.initialize(m.classes.boot(BOX_CLASSES[primitive]!));
      const address = addressOf(m, array, index, component);
      const value = loadValue(m, address, component.descriptor);
      return primitive === null ? value : box(m, { type: primitive, value });
    },
  },
  'getBoolean(Ljava/lang/Object;I)Z': getPrimitive('Z'),
  'getByte(Ljava/lang/Object;I)B': getPrimitive('B'),
  'getChar(Ljava/lang/Object;I)C': getPrimitive('C'),
  'getShort(Ljava/lang/Object;I)S': getPrimitive('S'),
  'getInt(Ljava/lang/Object;I)I': getPrimitive('I'),
  'getLong(Ljava/lang/Object;I)J': getPrimitive('J'),
  'getFloat(Ljava/lang/Object;I)F': getPrimitive('F'),
  'getDouble(Ljava/lang/Object;I)D': getPrimitive('D'),
  'set(Ljava/lang/Object;ILjava/lang/Object;)V': {
    action: internal,
    call: (m: Machine, array: Reference, index: number, object: Reference) => {
      const component = componentOf(m, array);
      if (component.primitive !== null) {
        if (object === 0) m.throwNew(ILLEGAL_ARGUMENT);
        return storePrimitive(m, array, index, unbox(m, object));
      }
      const address = addressOf(m, array, index, component);
      if (object !== 0 && !m.isInstance(object, component)) {
        m.throwNew(ILLEGAL_ARGUMENT, 'array element type mismatch');
      }
      m.heap.setInt(address, object);
    },
  },
  'setBoolean(Ljava/lang/Object;IZ)V': setPrimitive('Z'),
  'setByte(Ljava/lang/Object;IB)V': setPrimitive('B'),
  'setChar(Ljava/lang/Object;IC)V': setPrimitive('C'),
  'setShort(Ljava/lang/Object;IS)V': setPrimitive('S'),
  'setInt(Ljava/lang/Object;II)V': setPrimitive('I'),
  'setLong(Ljava/lang/Object;IJ)V': setPrimitive('J'),
  'setFloat(Ljava/lang/Object;IF)V': setPrimitive('F'),
  'setDouble(Ljava/lang/Object;ID)V': setPrimitive('D'),
  'newArray(Ljava/lang/Class;I)Ljava/lang/Object;': {
    action: internal,
    call: (m: Machine, mirror: Reference, length: number) => {
      const component = newComponent(m, mirror, [length]);
      return m.heap.allocateArray(m.classes.arrayOf(component), length);
    },
  },
  'multiNewArray(Ljava/lang/Class;[I)Ljava/lang/Object;': {
    action: internal,
    call: (m: Machine, mirror: Reference, dimensions: Reference) => {
      if (dimensions === 0) m.throwNew('java/lang/NullPointerException');
      const lengths = m.heap.elements(dimensions);
      let type = newComponent(m, mirror, lengths);
      for (let i = 0; i < lengths.length; i++) type = m.classes.arrayOf(type);
      return newMultiArray(m, type, lengths);
    },
  },
} satisfies NativeTable;
