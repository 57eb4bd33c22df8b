// Objects of java.lang.reflect made from the machine's fields and methods, and the way back.
import type { RecordComponent } from '../../jvm/class-file/class-file.js';
import { isReference } from '../../jvm/class-file/descriptors.js';
import { ACC } from '../../jvm/layout.js';
import type { Machine } from '../../jvm/machine.js';
import type { Reference, RuntimeClass, RuntimeField, RuntimeMethod } from '../../jvm/runtime-class.js';
import { internOrNull, newBytesOrNull, newClassArray, newObject } from './java-objects.js';

const FIELD = 'java/lang/reflect/Field';
const METHOD = 'java/lang/reflect/Method';
const CONSTRUCTOR = 'java/lang/reflect/Constructor';
const RECORD_COMPONENT = 'java/lang/reflect/RecordComponent';

/** Flags that Modifier knows of fields and of methods (bridge and varargs share bits with volatile and transient). */
const FIELD_FLAGS =
  ACC.public |
  ACC.private |
  ACC.protected |
  ACC.static |
  ACC.final |
  ACC.volatile |
  ACC.transient |
  ACC.synthetic |
  ACC.enum;
const METHOD_FLAGS = 0x1fff & ~ACC.interface;

/** Class of a field descriptor as a loader gives it; may leave with a signal. Throws NoClassDefFoundError. */
export function classOfDescriptor(m: Machine, loader: Reference, descriptor: string): RuntimeClass {
  if (!isReference(descriptor)) return m.classes.primitive(descriptor);
  const name = descriptor[0] === 'L' ? descriptor.slice(1, -1) : descriptor;
  return m.resolution.loadClass(loader, name);
}

/** Loads the classes that a method's descriptor and exceptions name, so that making its object then leaves no more:
 *  a native that makes many objects would make the first ones anew after each class. */
export function loadSignature(m: Machine, method: RuntimeMethod): void {
  const { loader } = method.declaringClass;
  for (const descriptor of method.parsed.parameters) classOfDescriptor(m, loader, descriptor);
  classOfDescriptor(m, loader, method.parsed.returns);
  for (const name of method.info?.exceptions ?? []) m.resolution.loadClass(loader, name);
}

/** A java.lang.reflect.Field; may leave with a signal to load the field's type. */
export function newField(m: Machine, field: RuntimeField): Reference {
  const { declaringClass, info } = field;
  const type = classOfDescriptor(m, declaringClass.loader, field.descriptor);
  const isRecord = declaringClass.file?.recordComponents != null;
  const isFinal = (field.accessFlags & ACC.final) !== 0;
  return newObject(m, FIELD, {
    clazz: declaringClass.mirror,
    slot: field.index,
    name: m.heap.intern(field.name),
    type: type.mirror,
    modifiers: field.accessFlags & FIELD_FLAGS,
    trustedFinal: Number(isFinal && (field.isStatic || declaringClass.isHidden || isRecord)),
    signature: internOrNull(m, info?.signature),
    annotations: newBytesOrNull(m, info?.rawAttribute('RuntimeVisibleAnnotations')),
  });
}

/** What methods and constructors have in common; may leave with a signal to load the types named. */
function executableFields(m: Machine, method: RuntimeMethod): Record<string, number> {
  const { declaringClass, info, parsed } = method;
  const { loader } = declaringClass;
  const parameters = parsed.parameters.map((descriptor) => classOfDescriptor(m, loader, descriptor));
  const exceptions = (info?.exceptions ?? []).map((name) => m.resolution.loadClass(loader, name));
  return {
    clazz: declaringClass.mirror,
    slot: method.index,
    parameterTypes: newClassArray(m, parameters),
    exceptionTypes: newClassArray(m, exceptions),
    // As declared: a native may stand in place of a body.
    modifiers: (method.info?.accessFlags ?? method.accessFlags) & METHOD_FLAGS,
    signature: internOrNull(m, info?.signature),
    annotations: newBytesOrNull(m, info?.rawAttribute('RuntimeVisibleAnnotations')),
    parameterAnnotations: newBytesOrNull(m, info?.rawAttribute('RuntimeVisibleParameterAnnotations')),
  };
}

/** A java.lang.reflect.Method; may leave with a signal. */
export function newMethod(m: Machine, method: RuntimeMethod): Reference {
  const returns = classOfDescriptor(m, method.declaringClass.loader, method.parsed.returns);
  const common = executableFields(m, method);
  return newObject(m, METHOD, {
    ...common,
    name: m.heap.intern(method.name),
    returnType: returns.mirror,
    annotationDefault: newBytesOrNull(m, method.info?.rawAttribute('AnnotationDefault')),
  });
}

/** A java.lang.reflect.Constructor; may leave with a signal. */
export function newConstructor(m: Machine, method: RuntimeMethod): Reference {
  return newObject(m, CONSTRUCTOR, executableFields(m, method));
}

/** A java.lang.reflect.RecordComponent with its accessor; may leave with a signal. */
export function newRecordComponent(
  m: Machine,
  declaringClass: RuntimeClass,
  component: RecordComponent,
): Reference {
  const type = classOfDescriptor(m, declaringClass.loader, component.descriptor);
  const accessor = declaringClass.methodsByKey.get(`${component.name}()${component.descriptor}`);
  return newObject(m, RECORD_COMPONENT, {
    clazz: declaringClass.mirror,
    name: m.heap.intern(component.name),
    type: type.mirror,
    accessor: accessor && !accessor.isStatic ? newMethod(m, accessor) : 0,
    signature: internOrNull(m, component.signature),
    annotations: newBytesOrNull(m, component.rawAttribute('RuntimeVisibleAnnotations')),
    typeAnnotations: newBytesOrNull(m, component.rawAttribute('RuntimeVisibleTypeAnnotations')),
  });
}

/** The method that a Method or Constructor object stands for. */
export function reflectedMethod(m: Machine, executable: Reference): RuntimeMethod {
  const className = m.classes.of(executable).name;
  const type = m.classes.ofMirror(m.getField(executable, className, 'clazz'));
  return type.methods[m.getField(executable, className, 'slot')]!;
}
