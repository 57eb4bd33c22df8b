// Format checking (JVMS §4.8): what the linker, verifier and interpreter may take for granted about a class file from
// outside. The messages are those of OpenJDK's parser.
import { ACC, areClassFlagsLegal, areFieldFlagsLegal, areMethodFlagsLegal } from './access-flags.js';
import type { ClassFile, CodeAttribute, FieldInfo, MethodInfo } from './class-file.js';
import { type ConstantPool, TAG } from './constant-pool.js';
import { parseMethodDescriptor } from './descriptors.js';
import { ClassFormatError } from './errors.js';
import {
  isClassName,
  isClassOrArrayName,
  isLegalFieldDescriptor,
  isLegalMethodDescriptor,
  isMethodName,
  isUnqualifiedName,
} from './names.js';

/** JVMS §4.11: slots of the arguments of a method, with the receiver. */
const MAXIMUM_ARGUMENT_SLOTS = 255;
const MAXIMUM_CODE_LENGTH = 65535;
/** From this major version on, <clinit> is the class initializer only where it is static without arguments. */
const FIRST_VERSION_OF_STRICT_CLINIT = 51;
/** From this major version on, invokestatic and invokespecial call interface methods. */
export const FIRST_VERSION_OF_INTERFACE_CALLS = 52;

/** Throws ClassFormatError at the first rule that the class file breaks. */
export function checkFormat(classFile: ClassFile): void {
  checkPool(classFile);
  checkHeader(classFile);
  checkUnique(classFile.fields, 'field', classFile.name);
  checkUnique(classFile.methods, 'method', classFile.name);
  for (const field of classFile.fields) checkField(field, classFile);
  for (const method of classFile.methods) checkMethod(method, classFile);
  checkAttributes(classFile);
}

function fail(message: string): never {
  throw new ClassFormatError(message);
}

function checkPool(classFile: ClassFile): void {
  const { pool, name } = classFile;
  for (let index = 1; index < pool.count; index++) {
    const tag = pool.tag(index);
    if (tag !== 0) checkPoolEntry(index, tag, classFile);
    if (tag !== TAG.Long && tag !== TAG.Double) continue;
    index++;
    if (index >= pool.count) fail(`Invalid constant pool index ${index} in class file ${name}`);
  }
}

/** Decoding an entry checks its references; what they say is checked here. */
function checkPoolEntry(index: number, tag: number, classFile: ClassFile): void {
  const { pool, name: origin } = classFile;
  switch (tag) {
    case TAG.Utf8:
      pool.utf8(index);
      break;
    case TAG.Class:
      if (!isClassOrArrayName(pool.className(index))) {
        fail(`Illegal class name "${pool.className(index)}" in class file ${origin}`);
      }
      break;
    case TAG.String:
      pool.stringValue(index);
      break;
    case TAG.NameAndType:
      checkNameAndType(pool, index, origin);
      break;
    case TAG.Fieldref:
    case TAG.Methodref:
    case TAG.InterfaceMethodref:
      checkMemberRef(pool, index, origin);
      break;
    case TAG.MethodHandle:
      checkMethodHandle(classFile, index);
      break;
    case TAG.MethodType:
      if (!isLegalMethodDescriptor(pool.methodTypeDescriptor(index))) {
        fail(`Illegal method type "${pool.methodTypeDescriptor(index)}" in class file ${origin}`);
      }
      break;
    case TAG.Dynamic:
    case TAG.InvokeDynamic:
      checkDynamic(classFile, index, tag);
      break;
    case TAG.Module:
    case TAG.Package:
      if ((classFile.accessFlags & ACC.MODULE) === 0)
        fail(`Unknown constant tag ${tag} in class file ${origin}`);
      break;
  }
}

function checkNameAndType(pool: ConstantPool, index: number, origin: string): void {
  const { name, descriptor } = pool.nameAndType(index);
  const legal =
    descriptor[0] === '('
      ? isMethodName(name) && isLegalMethodDescriptor(descriptor)
      : isUnqualifiedName(name) && isLegalFieldDescriptor(descriptor);
  if (!legal) fail(illegalSignature(descriptor[0] === '(' ? 'Method' : 'Field', name, descriptor, origin));
}

function checkMemberRef(pool: ConstantPool, index: number, origin: string): void {
  const { tag, name, descriptor } = pool.memberRef(index);
  if (tag === TAG.Fieldref) {
    if (!isUnqualifiedName(name) || !isLegalFieldDescriptor(descriptor)) {
      fail(illegalSignature('Field', name, descriptor, origin));
    }
    return;
  }
  if (!isMethodName(name) || !isLegalMethodDescriptor(descriptor)) {
    fail(illegalSignature('Method', name, descriptor, origin));
  }
  if (name[0] !== '<') return;
  if (tag !== TAG.Methodref || name !== '<init>') {
    fail(`Bad method name at constant pool index ${index} in class file ${origin}`);
  }
  if (!descriptor.endsWith(')V')) fail(illegalSignature('Method', name, descriptor, origin));
}

/** JVMS §4.4.8. */
function checkMethodHandle(classFile: ClassFile, index: number): void {
  const { pool, name: origin, majorVersion } = classFile;
  const { kind, index: memberIndex } = pool.methodHandle(index);
  if (kind < 1 || kind > 9)
    fail(`Bad method handle kind at constant pool index ${index} in class file ${origin}`);
  const tag = pool.tag(memberIndex);
  const mayBeInterface = (kind === 6 || kind === 7) && majorVersion >= FIRST_VERSION_OF_INTERFACE_CALLS;
  const expected = kind <= 4 ? TAG.Fieldref : kind === 9 ? TAG.InterfaceMethodref : TAG.Methodref;
  if (tag !== expected && !(mayBeInterface && tag === TAG.InterfaceMethodref)) {
    fail(`Invalid constant pool index ${memberIndex} in class file ${origin} (unknown or wrong tag)`);
  }
  const { name } = pool.memberRef(memberIndex);
  if (kind > 4 && (name === '<clinit>' || (name === '<init>') !== (kind === 8))) {
    fail(`Bad method name at constant pool index ${memberIndex} in class file ${origin}`);
  }
}

function checkDynamic(classFile: ClassFile, index: number, tag: number): void {
  const { pool, name: origin } = classFile;
  const { bootstrapIndex, name, descriptor } = pool.dynamic(index);
  if (bootstrapIndex >= classFile.bootstrapMethods.length) {
    fail(`Short length on BootstrapMethods in class file ${origin}`);
  }
  const legal =
    tag === TAG.Dynamic
      ? isUnqualifiedName(name) && isLegalFieldDescriptor(descriptor)
      : isMethodName(name) && name[0] !== '<' && isLegalMethodDescriptor(descriptor);
  if (!legal) fail(illegalSignature(tag === TAG.Dynamic ? 'Field' : 'Method', name, descriptor, origin));
}

function checkHeader(classFile: ClassFile): void {
  const { name, superName, interfaces, accessFlags } = classFile;
  if (!areClassFlagsLegal(accessFlags)) {
    fail(`Illegal class modifiers in class ${name}: 0x${accessFlags.toString(16).toUpperCase()}`);
  }
  if ((accessFlags & ACC.MODULE) !== 0) return;
  if (!isClassName(name)) fail(`Bad class name in class file ${name}`);
  if (superName === null) {
    if (name !== 'java/lang/Object') fail(`Invalid superclass index 0 in class file ${name}`);
  } else if (!isClassName(superName)) {
    fail(`Bad superclass name in class file ${name}`);
  } else if ((accessFlags & ACC.INTERFACE) !== 0 && superName !== 'java/lang/Object') {
    fail(`Interfaces must have java.lang.Object as superclass in class file ${name}`);
  }
  const seen = new Set<string>();
  for (const implemented of interfaces) {
    if (!isClassName(implemented)) fail(`Bad interface name in class file ${name}`);
    if (seen.has(implemented)) fail(`Duplicate interface name "${implemented}" in class file ${name}`);
    seen.add(implemented);
  }
}

function checkUnique(members: readonly (FieldInfo | MethodInfo)[], kind: string, origin: string): void {
  const seen = new Set<string>();
  for (const { name, descriptor } of members) {
    // The length keeps apart what would run together.
    const key = `${descriptor.length}:${descriptor}${name}`;
    if (seen.has(key)) {
      fail(`Duplicate ${kind} name "${name}" with signature "${descriptor}" in class file ${origin}`);
    }
    seen.add(key);
  }
}

function checkField(field: FieldInfo, classFile: ClassFile): void {
  const { name, descriptor, accessFlags, constantValueIndex } = field;
  if (!isUnqualifiedName(name)) fail(`Illegal field name "${name}" in class ${classFile.name}`);
  if (!isLegalFieldDescriptor(descriptor)) fail(illegalSignature('Field', name, descriptor, classFile.name));
  if (!areFieldFlagsLegal(accessFlags, (classFile.accessFlags & ACC.INTERFACE) !== 0)) {
    fail(`Illegal field modifiers in class ${classFile.name}: 0x${accessFlags.toString(16).toUpperCase()}`);
  }
  void field.signature;
  if ((accessFlags & ACC.STATIC) === 0 || field.rawAttribute('ConstantValue') === null) return;
  const tag = classFile.pool.tag(constantValueIndex);
  if (tag === 0)
    fail(`Bad initial value index ${constantValueIndex} in ConstantValue in class file ${classFile.name}`);
  if (tag !== constantTagOf(descriptor))
    fail(`Inconsistent constant value type in class file ${classFile.name}`);
}

/** The tag of a ConstantValue for a field of that type (JVMS table 4.7.2-A); 0: the type has none. */
function constantTagOf(descriptor: string): number {
  if ('ZBCSI'.includes(descriptor)) return TAG.Integer;
  if (descriptor === 'J') return TAG.Long;
  if (descriptor === 'F') return TAG.Float;
  if (descriptor === 'D') return TAG.Double;
  return descriptor === 'Ljava/lang/String;' ? TAG.String : 0;
}

function checkMethod(method: MethodInfo, classFile: ClassFile): void {
  const { name: origin, majorVersion } = classFile;
  const { name, descriptor, accessFlags } = method;
  if (!isMethodName(name)) fail(`Illegal method name "${name}" in class ${origin}`);
  if (!isLegalMethodDescriptor(descriptor)) fail(illegalSignature('Method', name, descriptor, origin));
  const { argumentSlots, returns } = parseMethodDescriptor(descriptor);
  if (name[0] === '<' && returns !== 'V') fail(illegalSignature('Method', name, descriptor, origin));
  const isStatic = (accessFlags & ACC.STATIC) !== 0;
  if (name === '<clinit>') {
    if (majorVersion >= FIRST_VERSION_OF_STRICT_CLINIT) {
      if (!isStatic) fail(`Method <clinit> is not static in class file ${origin}`);
      if (argumentSlots !== 0) fail(illegalSignature('Method', name, descriptor, origin));
    }
  } else if (
    !areMethodFlagsLegal(accessFlags, name, (classFile.accessFlags & ACC.INTERFACE) !== 0, majorVersion)
  ) {
    fail(
      `Method ${name} in class ${origin} has illegal modifiers: 0x${accessFlags.toString(16).toUpperCase()}`,
    );
  }
  const allSlots = argumentSlots + (isStatic ? 0 : 1);
  if (allSlots > MAXIMUM_ARGUMENT_SLOTS)
    fail(`Too many arguments in method signature in class file ${origin}`);
  checkCodePresence(method, allSlots, classFile);
  for (const exception of method.exceptions) {
    if (!isClassName(exception)) fail(`Exception name has bad type at constant pool in class file ${origin}`);
  }
  void method.signature;
}

function checkCodePresence(method: MethodInfo, argumentSlots: number, classFile: ClassFile): void {
  const { code, accessFlags, name } = method;
  const mustLackCode = name !== '<clinit>' && (accessFlags & (ACC.NATIVE | ACC.ABSTRACT)) !== 0;
  if (mustLackCode) {
    if (code !== null) fail(`Code attribute in native or abstract methods in class file ${classFile.name}`);
    return;
  }
  if (code === null) {
    fail(`Absent Code attribute in method that is not native or abstract in class file ${classFile.name}`);
  }
  if (argumentSlots > code.maxLocals) fail(`Arguments can't fit into locals in class file ${classFile.name}`);
  checkCode(code, classFile);
}

function checkCode(code: CodeAttribute, classFile: ClassFile): void {
  const { name: origin, pool } = classFile;
  const { length } = code.code;
  if (length === 0 || length > MAXIMUM_CODE_LENGTH) {
    fail(`Invalid method Code length ${length} in class file ${origin}`);
  }
  for (const { startPc, endPc, handlerPc, catchType } of code.exceptionTable) {
    if (startPc >= endPc || endPc > length) fail(`Illegal exception table range in class file ${origin}`);
    if (handlerPc >= length) fail(`Illegal exception table handler in class file ${origin}`);
    if (catchType !== 0 && pool.tag(catchType) !== TAG.Class) {
      fail(`Catch type in exception table has bad constant type in class file ${origin}`);
    }
  }
  const { lineNumbers } = code;
  for (let i = 0; i < lineNumbers.length; i += 2) {
    if (lineNumbers[i]! >= length) fail(`Invalid pc in LineNumberTable in class file ${origin}`);
  }
}

/** JVMS §4.7.6. */
function checkInnerClasses({ name: origin, innerClasses }: ClassFile): void {
  for (const { inner, outer, accessFlags } of innerClasses) {
    if (inner === outer) fail(`Class is both outer and inner class in class file ${origin}`);
    if (!areClassFlagsLegal(accessFlags & ~ACC.MODULE)) {
      fail(`Illegal class modifiers in class ${origin}: 0x${accessFlags.toString(16).toUpperCase()}`);
    }
  }
}

/** Decodes the class's own attributes once, so that reflection later finds no malformed one. */
function checkAttributes(classFile: ClassFile): void {
  const { pool, name } = classFile;
  void classFile.sourceFile;
  void classFile.signature;
  void classFile.nestHost;
  void classFile.nestMembers;
  void classFile.permittedSubclasses;
  checkInnerClasses(classFile);
  void classFile.enclosingMethod;
  void classFile.recordComponents;
  for (const component of classFile.recordComponents ?? []) {
    if (!isLegalFieldDescriptor(component.descriptor)) {
      fail(illegalSignature('Record component', component.name, component.descriptor, name));
    }
    void component.signature;
  }
  for (const { methodHandleIndex, argumentIndexes } of classFile.bootstrapMethods) {
    if (pool.tag(methodHandleIndex) !== TAG.MethodHandle) {
      fail(`bootstrap_method_index ${methodHandleIndex} has bad constant type in class file ${name}`);
    }
    for (const index of argumentIndexes) {
      if (!isLoadable(pool.tag(index)))
        fail(`argument_index ${index} has bad constant type in class file ${name}`);
    }
  }
}

/** JVMS table 4.4-C. */
function isLoadable(tag: number): boolean {
  if (tag >= TAG.Integer && tag <= TAG.String) return true;
  return tag === TAG.MethodHandle || tag === TAG.MethodType || tag === TAG.Dynamic;
}

function illegalSignature(kind: string, name: string, descriptor: string, origin: string): string {
  return `${kind} "${name}" in class ${origin} has illegal signature "${descriptor}"`;
}
