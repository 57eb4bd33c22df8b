// Frames of the machine's own that call the Java code of java.lang.invoke: to make method types and handles, to run
// bootstrap methods, to link polymorphic calls. Each leaves its result with DynamicLinking, where the instruction
// that asked finds it when it is executed again.
import { internal } from '../actions.js';
import { TAG } from '../class-file/constant-pool.js';
import { parseMethodDescriptor } from '../class-file/descriptors.js';
import type { Machine } from '../machine.js';
import type { NativeMethod } from '../natives.js';
import { Op } from '../opcode-numbers.js';
import type { Reference } from '../runtime-class.js';
import { JavaThrow } from '../signals.js';
import { failureOf, throwFailureFrame } from './failures.js';
import { staticMismatch } from './member-names.js';
import { REF } from './reference-kinds.js';

const NATIVES = 'java/lang/invoke/MethodHandleNatives';
const FIND_METHOD_TYPE =
  'findMethodHandleType(Ljava/lang/Class;[Ljava/lang/Class;)Ljava/lang/invoke/MethodType;';
const LINK_HANDLE_CONSTANT =
  'linkMethodHandleConstant(Ljava/lang/Class;ILjava/lang/Class;Ljava/lang/String;Ljava/lang/Object;)' +
  'Ljava/lang/invoke/MethodHandle;';
const LINK_DYNAMIC_CONSTANT =
  'linkDynamicConstant(Ljava/lang/Object;ILjava/lang/Object;Ljava/lang/Object;Ljava/lang/Object;' +
  'Ljava/lang/Object;)Ljava/lang/Object;';
const LINK_CALL_SITE =
  'linkCallSite(Ljava/lang/Object;ILjava/lang/Object;Ljava/lang/Object;Ljava/lang/Object;Ljava/lang/Object;' +
  '[Ljava/lang/Object;)Ljava/lang/invoke/MemberName;';
const LINK_METHOD =
  'linkMethod(Ljava/lang/Class;ILjava/lang/Class;Ljava/lang/String;Ljava/lang/Object;[Ljava/lang/Object;)' +
  'Ljava/lang/invoke/MemberName;';

/** Scratch words: the step, and the array for the appendix. */
const STEP = 0;
const APPENDIX = 3;
const CALLED = 1;

/** Bytes of an invokedynamic instruction. */
const INVOKEDYNAMIC_BYTES = 5;

/** Calls a method of MethodHandleNatives; the frame is executed again when it has returned. What the call needs is made
 *  before: from here on nothing is allocated. */
function upcall(m: Machine, key: string, values: readonly number[], appendix: Reference = 0): never {
  const method = m.classes.boot(NATIVES).methodsByKey.get(key);
  if (!method) throw new Error(`the JDK has no ${NATIVES}.${key}`);
  m.setScratch(STEP, CALLED);
  m.setScratch(APPENDIX, appendix);
  return m.call(method, values);
}

function newObjectArray(m: Machine, elements: readonly Reference[]): Reference {
  return m.heap.newReferenceArray(m.classes.arrayOf(m.classes.boot('java/lang/Object')), elements);
}

/** MethodType of a descriptor; its classes come from the loader of the class that asks. */
const linkMethodType: NativeMethod = {
  action: internal,
  call: (m: Machine, classAddress: number, descriptorString: Reference) => {
    const from = m.classes.atAddress(classAddress);
    const descriptor = m.heap.text(descriptorString);
    if (m.scratch(STEP) === CALLED) {
      m.dynamic.setMethodType(from, descriptor, m.callResultInt());
      return;
    }
    const { parameters, returns } = parseMethodDescriptor(descriptor);
    const result = m.dynamic.mirrorOf(from, returns);
    const mirrors = parameters.map((parameter) => m.dynamic.mirrorOf(from, parameter));
    const array = m.heap.newReferenceArray(m.classes.arrayOf(m.classes.boot('java/lang/Class')), mirrors);
    upcall(m, FIND_METHOD_TYPE, [result, array]);
  },
};

/** CONSTANT_MethodHandle, CONSTANT_MethodType and CONSTANT_Dynamic, JVMS §5.4.3.5. */
const linkConstant: NativeMethod = {
  action: internal,
  catches: true,
  call: (m: Machine, classAddress: number, index: number) => {
    const from = m.classes.atAddress(classAddress);
    const exception = m.takeCaught();
    if (exception !== 0) {
      const failure = failureOf(m, exception, true);
      if (failure) m.dynamic.setConstant(from, index, { failure });
      throwError(m, exception);
    }
    if (m.scratch(STEP) === CALLED) {
      m.dynamic.setConstant(from, index, { reference: m.callResultInt() });
      return;
    }
    const pool = from.file!.pool;
    if (pool.tag(index) === TAG.Dynamic) {
      const { bootstrapIndex, name, descriptor } = pool.dynamic(index);
      const bootstrap = from.file!.bootstrapMethods[bootstrapIndex]!;
      const handle = m.dynamic.loadable(from, bootstrap.methodHandleIndex);
      const type = m.dynamic.mirrorOf(from, descriptor);
      const values = bootstrapArguments(m, classAddress, bootstrap.argumentIndexes);
      upcall(m, LINK_DYNAMIC_CONSTANT, [from.mirror, index, handle, m.heap.intern(name), type, values]);
    }
    if (pool.tag(index) === TAG.MethodType) {
      const reference = m.dynamic.methodType(from, pool.methodTypeDescriptor(index));
      m.dynamic.setConstant(from, index, { reference });
      return;
    }
    const { kind, index: memberIndex } = pool.methodHandle(index);
    const ref = pool.memberRef(memberIndex);
    const holder = m.dynamic.holderOf(from, ref.className);
    // The member must exist before its type is looked at; java.lang.invoke checks the access to a field.
    if (kind > REF.putStatic) {
      const mismatch = staticMismatch(m.resolution.methodAt(from, memberIndex).method, kind);
      if (mismatch) m.throwNew(mismatch.className, mismatch.message);
    } else if (!holder.findField(ref.name, ref.descriptor))
      m.throwNew('java/lang/NoSuchFieldError', ref.name);
    const type =
      kind <= REF.putStatic
        ? m.dynamic.mirrorOf(from, ref.descriptor)
        : m.dynamic.methodType(from, ref.descriptor);
    upcall(m, LINK_HANDLE_CONSTANT, [from.mirror, kind, holder.mirror, m.heap.intern(ref.name), type]);
  },
};

/** An error passes as it is; any other exception of a bootstrap method becomes the cause of one. */
function throwError(m: Machine, exception: Reference): never {
  if (m.classes.of(exception).isSubtypeOf(m.classes.boot('java/lang/Error'))) throw new JavaThrow(exception);
  return m.throwWith('java/lang/BootstrapMethodError', '(Ljava/lang/Throwable;)V', [exception]);
}

/** Static arguments as BootstrapMethodInvoker wants them: none as null, one as itself, more as an array. */
function bootstrapArguments(m: Machine, classAddress: number, indexes: readonly number[]): Reference {
  const from = m.classes.atAddress(classAddress);
  const values = indexes.map((index) => m.dynamic.loadable(from, index));
  const [only] = values;
  if (only === undefined) return 0;
  if (values.length === 1 && only !== 0 && !m.classes.of(only).isArray) return only;
  return newObjectArray(m, values);
}

/** An invokedynamic call site, JVMS §5.4.3.6; identified by its method's number and its bytecode index. */
const linkCallSite: NativeMethod = {
  action: internal,
  catches: true,
  call: (m: Machine, classAddress: number, index: number, methodNumber: number, bytecodePc: number) => {
    const from = m.classes.atAddress(classAddress);
    const exception = m.takeCaught();
    if (exception !== 0) {
      const failure = failureOf(m, exception, false);
      if (failure) m.dynamic.sites.setFailure(methodNumber, bytecodePc, failure);
      throwError(m, exception);
    }
    if (m.scratch(STEP) === CALLED) {
      const method = m.dynamic.memberNames.methodOf(m.callResultInt())!;
      const appendix = m.heap.getElement(m.scratch(APPENDIX), 0);
      m.dynamic.sites.setLink(
        methodNumber,
        bytecodePc,
        appendix === 0
          ? { op: Op.invoke_direct, first: method.number, second: INVOKEDYNAMIC_BYTES }
          : { op: Op.invoke_linked_site, first: method.number, second: appendix },
      );
      return;
    }
    const { bootstrapIndex, name, descriptor } = from.file!.pool.dynamic(index);
    const bootstrap = from.file!.bootstrapMethods[bootstrapIndex]!;
    const handle = m.dynamic.loadable(from, bootstrap.methodHandleIndex);
    const type = m.dynamic.methodType(from, descriptor);
    const values = bootstrapArguments(m, classAddress, bootstrap.argumentIndexes);
    const appendix = newObjectArray(m, [0]);
    upcall(
      m,
      LINK_CALL_SITE,
      [from.mirror, index, handle, m.heap.intern(name), type, values, appendix],
      appendix,
    );
  },
};

/** A call of a signature polymorphic method (JVMS §2.9.3), shared by all calls of its name and descriptor. */
const linkPolymorphic: NativeMethod = {
  action: internal,
  call: (m: Machine, classAddress: number, index: number) => {
    const from = m.classes.atAddress(classAddress);
    const resolved = m.resolution.methodAt(from, index);
    if (m.scratch(STEP) === CALLED) {
      const method = m.dynamic.memberNames.methodOf(m.callResultInt())!;
      const appendix = m.heap.getElement(m.scratch(APPENDIX), 0);
      m.dynamic.setPolymorphicLink(from, resolved, { method: method.number, appendix });
      return;
    }
    const type = m.dynamic.methodType(from, resolved.descriptor);
    const appendix = newObjectArray(m, [0]);
    upcall(
      m,
      LINK_METHOD,
      [
        from.mirror,
        REF.invokeVirtual,
        resolved.holder.mirror,
        m.heap.intern(resolved.method.name),
        type,
        appendix,
      ],
      appendix,
    );
  },
};

/** The frames, by name and descriptor. */
export const UPCALLS = {
  'linkMethodType(ILjava/lang/Object;)V': linkMethodType,
  'linkConstant(II)V': linkConstant,
  'linkCallSite(IIII)V': linkCallSite,
  'linkPolymorphic(II)V': linkPolymorphic,
  'throwFailure(ILjava/lang/Object;ILjava/lang/Object;)V': throwFailureFrame,
} as const satisfies Record<string, NativeMethod>;
