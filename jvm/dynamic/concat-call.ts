// Code that concatenates strings, for synthesised classes: an invokedynamic of StringConcatFactory, and the class that
// turns floats and doubles into text before the machine's own concatenation joins it.
import { parseMethodDescriptor, slotsOf } from '../class-file/descriptors.js';
import { ACC } from '../layout.js';
import { ClassAssembler } from './class-assembler.js';
import type { CodeEmitter } from './code-emitter.js';
import { REF } from './reference-kinds.js';
import type { ConcatShape } from './string-concat.js';

const FACTORY = 'java/lang/invoke/StringConcatFactory';
const BOOTSTRAP =
  '(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/invoke/MethodType;Ljava/lang/String;' +
  '[Ljava/lang/Object;)Ljava/lang/invoke/CallSite;';
const STRING = 'Ljava/lang/String;';

/** Emits the concatenation of the values on the stack. */
export function emitConcat(code: CodeEmitter, assembler: ClassAssembler, shape: ConcatShape): void {
  const { pool } = assembler;
  const factory = pool.method(FACTORY, 'makeConcatWithConstants', BOOTSTRAP);
  const handle = pool.methodHandle(REF.invokeStatic, factory);
  const texts = [shape.recipe, ...shape.constants].map((text) => pool.string(text));
  code.invokeDynamic(assembler.bootstrapMethod(handle, texts), 'makeConcatWithConstants', shape.descriptor);
}

/** True where a concatenation joins floats or doubles, whose text Java code makes. */
export function joinsFloatingPoint(shape: ConcatShape): boolean {
  return parseMethodDescriptor(shape.descriptor).parameters.some((type) => type === 'F' || type === 'D');
}

/** A class with one static method of the shape's descriptor that makes text of its floats and doubles and joins it with
 *  the other values. */
export function assembleFloatingPointConcat(name: string, shape: ConcatShape): Uint8Array {
  const accessFlags = ACC.final | ACC.synthetic | ACC.super;
  const assembler = new ClassAssembler({ name, interfaces: [], accessFlags });
  assembler.method(ACC.static, 'concat', shape.descriptor, (code) => {
    const types: string[] = [];
    let slot = 0;
    for (const type of parseMethodDescriptor(shape.descriptor).parameters) {
      code.load(type, slot);
      slot += slotsOf(type);
      const isFloating = type === 'F' || type === 'D';
      if (isFloating) code.invokeStatic('java/lang/String', 'valueOf', `(${type})${STRING}`);
      types.push(isFloating ? STRING : type);
    }
    emitConcat(code, assembler, { ...shape, descriptor: `(${types.join('')})${STRING}` });
    code.return(STRING);
  });
  return assembler.toBytes();
}
