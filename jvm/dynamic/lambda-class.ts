// The class of a lambda's object: what LambdaMetafactory.metafactory and altMetafactory would spin, as class file
// bytes. One final field per captured value; the interface's method, and its bridges, adapt and call the implementation.
import { parseMethodDescriptor, slotsOf } from '../class-file/descriptors.js';
import { ACC } from '../layout.js';
import { Op } from '../opcode-numbers.js';
import { convert } from './adaptation.js';
import { ClassAssembler } from './class-assembler.js';
import type { CodeEmitter } from './code-emitter.js';
import { REF } from './reference-kinds.js';

/** The method that a lambda runs. */
export interface LambdaImplementation {
  /** One of REF. */
  readonly kind: number;
  readonly className: string;
  readonly isInterface: boolean;
  readonly name: string;
  readonly descriptor: string;
}

export interface LambdaShape {
  /** Internal name of the class to make. */
  readonly name: string;
  /** Class whose code creates the lambda. */
  readonly caller: string;
  readonly interfaceName: string;
  readonly markers: readonly string[];
  readonly methodName: string;
  /** Erased descriptor of the interface's method. */
  readonly methodDescriptor: string;
  /** Further descriptors under which the method is implemented. */
  readonly bridges: readonly string[];
  /** Descriptor of the interface's method with its type arguments in place. */
  readonly instantiated: string;
  /** Types of the captured values. */
  readonly captured: readonly string[];
  readonly implementation: LambdaImplementation;
  /** serializable: writeReplace gives its SerializedLambda; hostile: the interface is Serializable but the lambda is
   *  not meant to be. */
  readonly serialization: 'none' | 'serializable' | 'hostile';
}

const CAPTURED_FIELD_FLAGS = ACC.private | ACC.final;
const SERIALIZED_LAMBDA = 'java/lang/invoke/SerializedLambda';
const SERIALIZED_LAMBDA_CONSTRUCTOR =
  '(Ljava/lang/Class;Ljava/lang/String;Ljava/lang/String;Ljava/lang/String;ILjava/lang/String;Ljava/lang/String;' +
  'Ljava/lang/String;Ljava/lang/String;[Ljava/lang/Object;)V';
const NOT_SERIALIZABLE = 'java/io/NotSerializableException';

/** Name of the field of the captured value with that index, as the JDK names it. */
export function capturedFieldName(index: number): string {
  return `arg$${index + 1}`;
}

/** Parameter types of the implementation as its method handle has them: a receiver counts as the first. */
export function implementationParameters(implementation: LambdaImplementation): readonly string[] {
  const { parameters } = parseMethodDescriptor(implementation.descriptor);
  const { kind } = implementation;
  if (kind === REF.invokeStatic || kind === REF.newInvokeSpecial) return parameters;
  return [`L${implementation.className};`, ...parameters];
}

/** Assembles the class of a lambda. */
export function assembleLambda(shape: LambdaShape): Uint8Array {
  const assembler = new ClassAssembler({
    name: shape.name,
    interfaces: [...new Set([shape.interfaceName, ...shape.markers])],
    accessFlags: ACC.final | ACC.synthetic | ACC.super,
  });
  shape.captured.forEach((type, index) => {
    assembler.field(CAPTURED_FIELD_FLAGS, capturedFieldName(index), type);
  });
  assembler.method(ACC.private, '<init>', `(${shape.captured.join('')})V`, (code) => {
    emitConstructor(code, shape);
  });
  for (const descriptor of new Set([shape.methodDescriptor, ...shape.bridges])) {
    assembler.method(ACC.public, shape.methodName, descriptor, (code) => {
      emitForwarding(code, shape, descriptor);
    });
  }
  if (shape.serialization === 'serializable') {
    assembler.method(ACC.private | ACC.final, 'writeReplace', '()Ljava/lang/Object;', (code) => {
      emitWriteReplace(code, shape);
    });
  } else if (shape.serialization === 'hostile') {
    const flags = ACC.private | ACC.final;
    assembler.method(flags, 'writeObject', '(Ljava/io/ObjectOutputStream;)V', emitNotSerializable);
    assembler.method(flags, 'readObject', '(Ljava/io/ObjectInputStream;)V', emitNotSerializable);
  }
  return assembler.toBytes();
}

function emitConstructor(code: CodeEmitter, shape: LambdaShape): void {
  const self = `L${shape.name};`;
  code.load(self, 0);
  code.invokeSpecial('java/lang/Object', '<init>', '()V');
  let slot = 1;
  shape.captured.forEach((type, index) => {
    code.load(self, 0);
    code.load(type, slot);
    code.putField(shape.name, capturedFieldName(index), type);
    slot += slotsOf(type);
  });
  code.return('V');
}

function emitForwarding(code: CodeEmitter, shape: LambdaShape, descriptor: string): void {
  const { implementation } = shape;
  const method = parseMethodDescriptor(descriptor);
  const instantiated = parseMethodDescriptor(shape.instantiated);
  const targets = implementationParameters(implementation);
  if (implementation.kind === REF.newInvokeSpecial) {
    code.new(implementation.className);
    code.simple(Op.dup, 1);
  }
  shape.captured.forEach((type, index) => {
    code.load(`L${shape.name};`, 0);
    code.getField(shape.name, capturedFieldName(index), type);
  });
  let slot = 1;
  method.parameters.forEach((type, index) => {
    code.load(type, slot);
    convert(code, type, targets[shape.captured.length + index]!, instantiated.parameters[index]!);
    slot += slotsOf(type);
  });
  emitCall(code, implementation);
  const { returns } = parseMethodDescriptor(implementation.descriptor);
  const result = implementation.kind === REF.newInvokeSpecial ? `L${implementation.className};` : returns;
  convert(code, result, method.returns, method.returns);
  code.return(method.returns);
}

function emitCall(code: CodeEmitter, implementation: LambdaImplementation): void {
  const { kind, className, name, descriptor, isInterface } = implementation;
  if (kind === REF.invokeStatic) code.invokeStatic(className, name, descriptor, isInterface);
  else if (kind === REF.newInvokeSpecial) code.invokeSpecial(className, name, descriptor);
  else if (isInterface) code.invokeInterface(className, name, descriptor);
  else code.invokeVirtual(className, name, descriptor);
}

/** new SerializedLambda(…) with the captured values boxed. */
function emitWriteReplace(code: CodeEmitter, shape: LambdaShape): void {
  const { implementation } = shape;
  code.new(SERIALIZED_LAMBDA);
  code.simple(Op.dup, 1);
  code.classConstant(shape.caller);
  code.string(shape.interfaceName);
  code.string(shape.methodName);
  code.string(shape.methodDescriptor);
  code.int(implementation.kind);
  code.string(implementation.className);
  code.string(implementation.name);
  code.string(implementation.descriptor);
  code.string(shape.instantiated);
  code.int(shape.captured.length);
  code.newReferenceArray('java/lang/Object');
  shape.captured.forEach((type, index) => {
    code.simple(Op.dup, 1);
    code.int(index);
    code.load(`L${shape.name};`, 0);
    code.getField(shape.name, capturedFieldName(index), type);
    convert(code, type, 'Ljava/lang/Object;', 'Ljava/lang/Object;');
    code.simple(Op.aastore, -3);
  });
  code.invokeSpecial(SERIALIZED_LAMBDA, '<init>', SERIALIZED_LAMBDA_CONSTRUCTOR);
  code.return('Ljava/lang/Object;');
}

function emitNotSerializable(code: CodeEmitter): void {
  code.new(NOT_SERIALIZABLE);
  code.simple(Op.dup, 1);
  code.string('Non-serializable lambda');
  code.invokeSpecial(NOT_SERIALIZABLE, '<init>', '(Ljava/lang/String;)V');
  code.simple(Op.athrow, -1);
}
