// Stack traces of other threads, as Thread.getStackTrace asks for them.
import type { Machine } from '../../jvm/machine.js';
import type { Reference, RuntimeClass, RuntimeMethod } from '../../jvm/runtime-class.js';

const ELEMENT = 'java/lang/StackTraceElement';

/** Fields of java.lang.Module by name; 0 where there is no such module or text. */
function moduleText(m: Machine, module: Reference, field: 'name' | 'version'): Reference {
  if (module === 0) return 0;
  if (field === 'name') return m.getField(module, 'java/lang/Module', 'name');
  const descriptor = m.getField(module, 'java/lang/Module', 'descriptor');
  return descriptor === 0
    ? 0
    : m.getField(descriptor, 'java/lang/module/ModuleDescriptor', 'rawVersionString');
}

/** A StackTraceElement of a frame, with all that HotSpot fills in. */
function makeElement(m: Machine, method: RuntimeMethod, pc: number): Reference {
  const type = method.declaringClass;
  const element = m.heap.allocateObject(m.classes.boot(ELEMENT));
  const set = (field: string, value: number) => m.setField(element, ELEMENT, field, value);
  set('declaringClassObject', type.mirror);
  if (type.loader !== 0) {
    set('classLoaderName', m.getField(type.loader, 'java/lang/ClassLoader', 'name'));
  }
  const module = m.classes.moduleOf(type);
  set('moduleName', moduleText(m, module, 'name'));
  set('moduleVersion', moduleText(m, module, 'version'));
  set('declaringClass', m.heap.intern(type.externalName));
  set('methodName', m.heap.intern(method.name));
  const file = type.file?.sourceFile;
  if (file) set('fileName', m.heap.intern(file));
  set('lineNumber', method.lineNumber(pc));
  return element;
}

/** StackTraceElement[] of a live thread, the top frame first. */
export function dumpThread(m: Machine, thread: number, elementsClass: RuntimeClass): Reference {
  const elements: Reference[] = [];
  for (const { method, pc } of m.exceptions.frames(thread)) elements.push(makeElement(m, method, pc));
  return m.heap.newReferenceArray(elementsClass, elements);
}
