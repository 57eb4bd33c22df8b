// Native methods: the shape of a table of them, and how their arguments and results cross into memory.
import type { InternalDescriptor } from './actions.js';
import type { Machine } from './machine.js';
import { type Memory, REGISTERS } from './memory.js';
import type { RuntimeMethod } from './runtime-class.js';

/** A native's result: references, ints, booleans, floats and doubles as number (booleans too), longs as bigint. */
// biome-ignore lint/suspicious/noConfusingVoidType: natives without a result are functions that return nothing.
export type NativeResult = number | bigint | boolean | undefined | void;

/**
 * A native method. Arguments arrive as JavaScript values: `this` first for instance methods, references as addresses,
 * longs as bigint, everything else as number.
 *
 * A native never calls Java on the host stack. It may leave by throwing a signal: machine.throwNew (a Java
 * exception), machine.call (a Java method runs, then the native is executed again from its start; it keeps what it
 * must remember in machine.scratch, and finds the method's result in machine.callResult*), machine.block (the thread
 * waits, then the native is executed again), or a stalled action.
 *
 * An action that stalls has the native executed again from its start, on one replica and not on the other. So a native
 * performs its inputs, and outputs that it waits for, before it allocates or changes anything: what it did before
 * would be done twice. Loading a class is no change in this sense: the second time it is there.
 */
export interface NativeMethod {
  readonly action: InternalDescriptor;
  readonly call: (machine: Machine, ...values: never[]) => NativeResult;
  /** True where the native takes exceptions that Java methods it called throw: it is executed again and asks
   *  machine.takeCaught(). */
  readonly catches?: boolean;
}

/** A fast native: reads its arguments from, and writes its result to, the machine's memory itself. `locals` is the
 *  word index of local variable 0; the result goes to REGISTERS.result. */
export interface RawNativeMethod {
  readonly action: InternalDescriptor;
  readonly raw: (machine: Machine, locals: number) => void;
}

/** Natives of one class, by name + descriptor. */
export type NativeTable = Readonly<Record<string, NativeMethod | RawNativeMethod>>;

/** A native bound to a method: executes it for the frame whose local variables begin at word `locals`, leaves the
 *  result in REGISTERS.result. */
export type BoundNative = (machine: Machine, locals: number) => void;

const NATIVE_ROOM_BYTES = 2048;

type Reader = (memory: Memory, word: number) => number | bigint;

const readInt: Reader = (memory, word) => memory.i32[word]!;
const readLong: Reader = (memory, word) => memory.i64[word >> 1]!;
const readFloat: Reader = (memory, word) => memory.f32[word]!;
const readDouble: Reader = (memory, word) => memory.f64[word >> 1]!;

function readerOf(type: string): { read: Reader; words: number } {
  switch (type) {
    case 'J':
      return { read: readLong, words: 4 };
    case 'D':
      return { read: readDouble, words: 4 };
    case 'F':
      return { read: readFloat, words: 2 };
    default:
      return { read: readInt, words: 2 };
  }
}

/** Writes a native's result to REGISTERS.result as a value of the return type. */
function writeResult(memory: Memory, returns: string, result: NativeResult): void {
  switch (returns[0]) {
    case 'V':
      return;
    case 'J':
      memory.i64[REGISTERS.result >> 1] = result as bigint;
      return;
    case 'D':
      memory.f64[REGISTERS.result >> 1] = result as number;
      return;
    case 'F':
      memory.f32[REGISTERS.result] = result as number;
      return;
    default:
      memory.i32[REGISTERS.result] = Number(result);
  }
}

/** Binds a table entry to a method of that descriptor. */
export function bindNative(method: RuntimeMethod, native: NativeMethod | RawNativeMethod): BoundNative {
  if ('raw' in native) return native.raw;
  const call = native.call as (machine: Machine, ...values: (number | bigint)[]) => NativeResult;
  const types = method.isStatic ? method.parsed.parameters : ['L', ...method.parsed.parameters];
  const readers: { read: Reader; word: number }[] = [];
  let word = 0;
  for (const type of types) {
    const { read, words } = readerOf(type);
    readers.push({ read, word });
    word += words;
  }
  const returns = method.parsed.returns;
  return (machine, locals) => {
    const memory = machine.memory;
    // With this much room a native that allocates little is not interrupted by a collection half-way.
    machine.heap.ensure(NATIVE_ROOM_BYTES);
    const values = readers.map(({ read, word: at }) => read(memory, locals + at));
    writeResult(memory, returns, call(machine, ...values));
  };
}
