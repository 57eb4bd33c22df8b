// For tests: which slots a StackMapTable calls references, frame by frame.
import type { CodeAttribute } from '../../../jvm/class-file/class-file.js';
import { isReference, type MethodDescriptor } from '../../../jvm/class-file/descriptors.js';
import type { StackMapType } from '../../../jvm/class-file/stack-map-table.js';

export interface MappedFrame {
  readonly pc: number;
  /** By slot; true where the map says Object, null, uninitialized or uninitializedThis. */
  readonly locals: readonly boolean[];
  readonly stack: readonly boolean[];
}

/** All frames of the method, each with all its slots: what the deltas in the file amount to. */
export function mappedFrames(
  code: CodeAttribute,
  isStatic: boolean,
  { parameters }: MethodDescriptor,
): MappedFrame[] {
  let locals: StackMapType[] = isStatic ? [] : [{ kind: 'object', className: 'the receiver' }];
  for (const parameter of parameters) locals.push(typeOf(parameter));
  return (code.stackMapTable ?? []).map((frame) => {
    if (frame.change === 'full') locals = [...frame.locals];
    else if (frame.change === 'append') locals = [...locals, ...frame.locals];
    else if (frame.change === 'chop') locals = locals.slice(0, locals.length - frame.chopped);
    return { pc: frame.pc, locals: locals.flatMap(slotsOfType), stack: frame.stack.flatMap(slotsOfType) };
  });
}

function typeOf(descriptor: string): StackMapType {
  if (isReference(descriptor)) return { kind: 'object', className: descriptor };
  return { kind: descriptor === 'J' ? 'long' : descriptor === 'D' ? 'double' : 'int' };
}

function slotsOfType({ kind }: StackMapType): boolean[] {
  if (kind === 'long' || kind === 'double') return [false, false];
  return [['object', 'null', 'uninitialized', 'uninitializedThis'].includes(kind)];
}
