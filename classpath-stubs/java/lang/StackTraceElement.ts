// java.lang.StackTraceElement: frames described as stack traces print them.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference, RuntimeMethod } from '../../../jvm/runtime-class.js';
import { setFields } from '../../support/java-objects.js';
import { frameOfStackFrameInfo } from '../../support/stack-walk.js';

const MODULE = 'java/lang/Module';
const DESCRIPTOR = 'java/lang/module/ModuleDescriptor';

/** Interned version of a named module, 0 where it has none. */
function moduleVersion(m: Machine, module: Reference): Reference {
  const descriptor = m.getField(module, MODULE, 'descriptor');
  if (descriptor === 0) return 0;
  const version = m.getField(descriptor, DESCRIPTOR, 'version');
  const text =
    version === 0
      ? m.getField(descriptor, DESCRIPTOR, 'rawVersionString')
      : m.getField(version, 'java/lang/module/ModuleDescriptor$Version', 'version');
  return text === 0 ? 0 : m.heap.internObject(text);
}

/** Fills a StackTraceElement with what HotSpot tells of a frame. */
export function describeFrame(m: Machine, element: Reference, method: RuntimeMethod, pc: number): void {
  const { declaringClass } = method;
  const { loader } = declaringClass;
  const module = m.classes.moduleOf(declaringClass);
  const moduleName = module === 0 ? 0 : m.getField(module, MODULE, 'name');
  const sourceFile = declaringClass.file?.sourceFile ?? null;
  setFields(m, element, 'java/lang/StackTraceElement', {
    declaringClassObject: declaringClass.mirror,
    declaringClass: m.heap.intern(declaringClass.externalName),
    classLoaderName: loader === 0 ? 0 : m.getField(loader, 'java/lang/ClassLoader', 'name'),
    moduleName: moduleName === 0 ? 0 : m.heap.internObject(moduleName),
    moduleVersion: moduleName === 0 ? 0 : moduleVersion(m, module),
    methodName: m.heap.intern(method.name),
    fileName: sourceFile === null ? 0 : m.heap.intern(sourceFile),
    lineNumber: method.lineNumber(pc),
  });
}

export const natives = {
  'initStackTraceElements([Ljava/lang/StackTraceElement;Ljava/lang/Throwable;)V': {
    action: internal,
    call: (m: Machine, elements: Reference, throwable: Reference) => {
      if (elements === 0 || throwable === 0) m.throwNew('java/lang/NullPointerException');
      const backtrace = m.getField(throwable, 'java/lang/Throwable', 'backtrace');
      const pairs = backtrace === 0 ? [] : m.heap.elements(backtrace);
      const length = m.heap.arrayLength(elements);
      if (length !== pairs.length >> 1) m.throwNew('java/lang/IndexOutOfBoundsException');
      for (let i = 0; i < length; i++) {
        const element = m.heap.getElement(elements, i);
        if (element === 0) m.throwNew('java/lang/NullPointerException');
        describeFrame(m, element, m.classes.method(pairs[2 * i]!), pairs[2 * i + 1]!);
      }
    },
  },
  'initStackTraceElement(Ljava/lang/StackTraceElement;Ljava/lang/StackFrameInfo;)V': {
    action: internal,
    call: (m: Machine, element: Reference, info: Reference) => {
      const { method, pc } = frameOfStackFrameInfo(m, info);
      describeFrame(m, element, method, pc);
    },
  },
} satisfies NativeTable;
