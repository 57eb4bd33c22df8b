// Calls of methods and constructors by reflection: arguments unboxed and widened, results boxed, exceptions wrapped.
// A call is a native with `catches` in some steps, kept in scratch word 0; scratch word 3 holds an exception or the
// new object meanwhile.
import type { Machine } from '../../jvm/machine.js';
import type { PrimitiveDescriptor, Reference, RuntimeClass, RuntimeMethod } from '../../jvm/runtime-class.js';
import { JavaThrow } from '../../jvm/signals.js';
import { BOX_CLASSES, box, unbox, widen } from './boxing.js';
import { registerFinalizer } from './java-objects.js';
import { classOfDescriptor, reflectedMethod } from './reflection-objects.js';

const STEP = { prepare: 0, called: 1, wrap: 2, construct: 3 } as const;
const ILLEGAL_ARGUMENT = 'java/lang/IllegalArgumentException';
const INVOCATION_TARGET = 'java/lang/reflect/InvocationTargetException';

/** What the method called has thrown becomes an InvocationTargetException; what was thrown before the call, or by
 *  the making of that exception, goes on as it is. */
function passException(m: Machine, exception: Reference): void {
  if (exception !== 0) {
    if (m.scratch(0) !== STEP.called) throw new JavaThrow(exception);
    m.setScratch(0, STEP.wrap);
    m.setScratch(3, exception);
  }
  if (m.scratch(0) === STEP.wrap) {
    m.throwWith(INVOCATION_TARGET, '(Ljava/lang/Throwable;)V', [m.scratch(3)]);
  }
}

/** One argument as the parameter's type; may leave with a signal to load that type. */
function convertArgument(m: Machine, loader: Reference, descriptor: string, argument: Reference) {
  if (BOX_CLASSES[descriptor] === undefined) {
    const type = classOfDescriptor(m, loader, descriptor);
    if (argument === 0 || m.isInstance(argument, type)) return argument;
    return m.throwNew(ILLEGAL_ARGUMENT, 'argument type mismatch');
  }
  if (argument === 0) return m.throwNew(ILLEGAL_ARGUMENT);
  const boxed = unbox(m, argument);
  const value = boxed && widen(boxed, descriptor);
  return value ?? m.throwNew(ILLEGAL_ARGUMENT, 'argument type mismatch');
}

function convertArguments(m: Machine, method: RuntimeMethod, array: Reference): (number | bigint)[] {
  const elements = array === 0 ? [] : m.heap.elements(array);
  const { parameters } = method.parsed;
  if (elements.length !== parameters.length) m.throwNew(ILLEGAL_ARGUMENT, 'wrong number of arguments');
  const { loader } = method.declaringClass;
  return parameters.map((descriptor, i) => convertArgument(m, loader, descriptor, elements[i]!));
}

/** The method that a call on this receiver selects. */
function select(m: Machine, method: RuntimeMethod, receiver: Reference): RuntimeMethod {
  if (receiver === 0) m.throwNew('java/lang/NullPointerException');
  const type = m.classes.of(receiver);
  if (!type.isSubtypeOf(method.declaringClass)) {
    m.throwNew(ILLEGAL_ARGUMENT, 'object is not an instance of declaring class');
  }
  if (method.isPrivate) return method;
  if (method.vtableIndex >= 0 && !method.declaringClass.isInterface) return type.vtable[method.vtableIndex]!;
  const number = m.resolution.selectInterfaceMethod(type.address, method.number);
  return number === 0
    ? m.resolution.interfaceCallFailure(type.address, method.number)
    : m.classes.method(number);
}

/** Method.invoke: `executable` is a Method object, `array` an Object[] or null; gives the boxed result. */
export function invokeMethod(
  m: Machine,
  executable: Reference,
  receiver: Reference,
  array: Reference,
): Reference {
  passException(m, m.takeCaught());
  const method = reflectedMethod(m, executable);
  const { returns } = method.parsed;
  const boxName = BOX_CLASSES[returns];
  if (m.scratch(0) === STEP.prepare) {
    if (method.isStatic) m.initialize(method.declaringClass);
    if (boxName !== undefined) m.initialize(m.classes.boot(boxName));
    const selected = method.isStatic ? method : select(m, method, receiver);
    const values = convertArguments(m, method, array);
    m.setScratch(0, STEP.called);
    m.call(selected, method.isStatic ? values : [receiver, ...values]);
  }
  if (boxName !== undefined)
    return box(m, { type: returns as PrimitiveDescriptor, value: result(m, returns) });
  return returns === 'V' ? 0 : m.callResultInt();
}

function result(m: Machine, returns: string): number | bigint {
  switch (returns) {
    case 'J':
      return m.callResultLong();
    case 'F':
      return m.callResultFloat();
    case 'D':
      return m.callResultDouble();
    default:
      return m.callResultInt();
  }
}

/** Throws InstantiationException for what has no instances. */
function checkInstantiable(m: Machine, type: RuntimeClass): void {
  if (type.isAbstract || type.isInterface || type.isArray || type.name === 'java/lang/Class') {
    m.throwNew('java/lang/InstantiationException', type.externalName);
  }
}

/** Constructor.newInstance: gives the new object. */
export function invokeConstructor(m: Machine, executable: Reference, array: Reference): Reference {
  passException(m, m.takeCaught());
  if (m.scratch(0) === STEP.prepare) {
    const method = reflectedMethod(m, executable);
    checkInstantiable(m, method.declaringClass);
    m.initialize(method.declaringClass);
    convertArguments(m, method, array);
    const object = m.heap.allocateObject(method.declaringClass);
    m.setScratch(0, STEP.construct);
    m.setScratch(3, object);
    if (method.declaringClass.hasFinalizer) registerFinalizer(m, object);
  }
  if (m.scratch(0) === STEP.construct) {
    const method = reflectedMethod(m, executable);
    const values = convertArguments(m, method, array);
    m.setScratch(0, STEP.called);
    m.call(method, [m.scratch(3), ...values]);
  }
  return m.scratch(3);
}
