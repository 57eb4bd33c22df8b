// The methods of records that java.lang.runtime.ObjectMethods would make: toString, hashCode and equals of the
// components, as a static method of a synthesised class in the record's nest.
import { isReference } from '../class-file/descriptors.js';
import { ACC } from '../layout.js';
import { Op } from '../opcode-numbers.js';
import { ClassAssembler } from './class-assembler.js';
import { type CodeEmitter, Label } from './code-emitter.js';
import { emitConcat } from './concat-call.js';

export interface RecordField {
  readonly name: string;
  readonly descriptor: string;
}

export interface RecordShape {
  /** Internal name of the class to make. */
  readonly name: string;
  readonly record: string;
  /** As Class.getSimpleName gives it. */
  readonly simpleName: string;
  readonly components: readonly RecordField[];
}

const WRAPPERS: Readonly<Record<string, string>> = {
  Z: 'java/lang/Boolean',
  B: 'java/lang/Byte',
  C: 'java/lang/Character',
  S: 'java/lang/Short',
  I: 'java/lang/Integer',
  J: 'java/lang/Long',
  F: 'java/lang/Float',
  D: 'java/lang/Double',
};

const STRING = 'Ljava/lang/String;';
/** Values that one string concatenation may join. */
const MAXIMUM_CONCAT_SLOTS = 200;

/** The method's descriptor: it takes the record, and for equals the other object. */
export function recordMethodDescriptor(shape: RecordShape, method: RecordMethod): string {
  if (method === 'toString') return `(L${shape.record};)Ljava/lang/String;`;
  return method === 'hashCode' ? `(L${shape.record};)I` : `(L${shape.record};Ljava/lang/Object;)Z`;
}

export type RecordMethod = 'toString' | 'hashCode' | 'equals';

/** True where the machine makes the method itself. */
export function canAssembleRecordMethod(shape: RecordShape, method: RecordMethod): boolean {
  return method !== 'toString' || shape.components.length * 2 < MAXIMUM_CONCAT_SLOTS;
}

/** Assembles a class with that one static method. */
export function assembleRecordMethod(shape: RecordShape, method: RecordMethod): Uint8Array {
  const assembler = new ClassAssembler({
    name: shape.name,
    interfaces: [],
    accessFlags: ACC.final | ACC.synthetic | ACC.super,
  });
  const emit = { toString: emitToString, hashCode: emitHashCode, equals: emitEquals }[method];
  assembler.method(ACC.static, method, recordMethodDescriptor(shape, method), (code) => {
    emit(code, shape, assembler);
  });
  return assembler.toBytes();
}

/** Name[first=1, second=x]. */
function emitToString(code: CodeEmitter, shape: RecordShape, assembler: ClassAssembler): void {
  const { components } = shape;
  for (const component of components) {
    code.load(`L${shape.record};`, 0);
    code.getField(shape.record, component.name, component.descriptor);
    if (isReference(component.descriptor)) {
      code.invokeStatic('java/util/Objects', 'toString', '(Ljava/lang/Object;)Ljava/lang/String;');
    }
  }
  const recipe = `${shape.simpleName}[${components.map(({ name }) => `${name}=\u0001`).join(', ')}]`;
  if (components.length === 0) code.string(recipe);
  else {
    const types = components.map(({ descriptor }) => (isReference(descriptor) ? STRING : descriptor));
    emitConcat(code, assembler, { descriptor: `(${types.join('')})${STRING}`, recipe, constants: [] });
  }
  code.return('Ljava/lang/String;');
}

/** 31 * h + hash of the component, from 0 on. */
function emitHashCode(code: CodeEmitter, shape: RecordShape): void {
  code.int(0);
  for (const { name, descriptor } of shape.components) {
    code.int(31);
    code.simple(Op.imul, -1);
    code.load(`L${shape.record};`, 0);
    code.getField(shape.record, name, descriptor);
    if (isReference(descriptor)) code.invokeStatic('java/util/Objects', 'hashCode', '(Ljava/lang/Object;)I');
    else code.invokeStatic(WRAPPERS[descriptor]!, 'hashCode', `(${descriptor})I`);
    code.simple(Op.iadd, -1);
  }
  code.return('I');
}

/** The same object, or a record of the class with equal components; the JDK compares the last component first. */
function emitEquals(code: CodeEmitter, shape: RecordShape): void {
  const self = `L${shape.record};`;
  const different = new Label();
  const other = new Label();
  code.load(self, 0);
  code.load(self, 1);
  code.branch(Op.if_acmpne, other, 2);
  code.int(1);
  code.return('Z');
  code.mark(other);
  code.load(self, 1);
  code.instanceof(shape.record);
  code.branch(Op.ifeq, different, 1);
  for (const { name, descriptor } of shape.components.toReversed()) {
    code.load(self, 0);
    code.getField(shape.record, name, descriptor);
    code.load(self, 1);
    code.checkcast(self);
    code.getField(shape.record, name, descriptor);
    emitBranchIfDifferent(code, descriptor, different);
  }
  code.int(1);
  code.return('Z');
  code.mark(different);
  code.int(0);
  code.return('Z');
}

function emitBranchIfDifferent(code: CodeEmitter, descriptor: string, different: Label): void {
  switch (descriptor[0]) {
    case 'J':
      code.simple(Op.lcmp, -3);
      return code.branch(Op.ifne, different, 1);
    case 'F':
    case 'D':
      code.invokeStatic(WRAPPERS[descriptor]!, 'compare', `(${descriptor}${descriptor})I`);
      return code.branch(Op.ifne, different, 1);
    case 'L':
    case '[':
      code.invokeStatic('java/util/Objects', 'equals', '(Ljava/lang/Object;Ljava/lang/Object;)Z');
      return code.branch(Op.ifeq, different, 1);
    default:
      return code.branch(Op.if_icmpne, different, 2);
  }
}
