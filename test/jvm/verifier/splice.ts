// For tests: another Code attribute in a compiled class, to try code that javac would not write.
import { parseClassFile } from '../../../jvm/class-file/class-file.js';

export interface NewCode {
  readonly code: readonly number[];
  readonly maxStack?: number;
  readonly maxLocals?: number;
  /** Rows of startPc, endPc, handlerPc, catchType. */
  readonly exceptionTable?: readonly (readonly [number, number, number, number])[];
  /** The contents of a StackMapTable. */
  readonly stackMapTable?: readonly number[];
  readonly majorVersion?: number;
}

/** The class with the code of one method replaced. Absent parts are as roomy as the tests need. */
export function withCode(classBytes: Uint8Array, methodName: string, change: NewCode): Uint8Array {
  const { pool, methods } = parseClassFile(classBytes, 'spliced');
  const code = methods.find((method) => method.name === methodName)!.code!;
  const contentsOffset = code.code.byteOffset - classBytes.byteOffset - 8;
  const view = new DataView(classBytes.buffer, classBytes.byteOffset, classBytes.byteLength);
  const oldLength = view.getUint32(contentsOffset - 4);
  const table = change.exceptionTable ?? [];
  const frames = change.stackMapTable;
  const contents = [
    ...u2(change.maxStack ?? 8),
    ...u2(change.maxLocals ?? 10),
    ...u4(change.code.length),
    ...change.code,
    ...u2(table.length),
    ...table.flat().flatMap(u2),
    ...u2(frames === undefined ? 0 : 1),
    ...(frames === undefined ? [] : [...u2(utf8Index('StackMapTable')), ...u4(frames.length), ...frames]),
  ];
  const result = Uint8Array.from([
    ...classBytes.subarray(0, contentsOffset - 4),
    ...u4(contents.length),
    ...contents,
    ...classBytes.subarray(contentsOffset + oldLength),
  ]);
  result[7] = change.majorVersion ?? classBytes[7]!;
  return result;

  function utf8Index(text: string): number {
    for (let i = 1; i < pool.count; i++) if (pool.tag(i) === 1 && pool.utf8(i) === text) return i;
    throw new Error(`the class has no text ${text}`);
  }
}

export function u2(value: number): number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}

function u4(value: number): number[] {
  return [...u2(value >>> 16), ...u2(value & 0xffff)];
}
