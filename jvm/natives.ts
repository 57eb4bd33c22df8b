// Native methods: the shape of a table of them, and how their arguments and results cross into memory.
import type { ActionOverride } from './action-overrides.js';
import type { InternalDescriptor } from './actions.js';
import { slotsOf } from './class-file/descriptors.js';
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
  /** What of its action a user has set; see action-overrides.ts. */
  readonly override?: ActionOverride;
  readonly call: (machine: Machine, ...values: never[]) => NativeResult;
  /** True where the native takes exceptions that Java methods it called throw: it is executed again and asks
   *  machine.takeCaught(). */
  readonly catches?: boolean;
}

/** A fast native: reads its arguments from, and writes its result to, the machine's memory itself. `locals` is the
 *  word index of local variable 0; the result goes to REGISTERS.result. */
export interface RawNativeMethod {
  readonly action: InternalDescriptor;
  readonly override?: ActionOverride;
  readonly raw: (machine: Machine, locals: number) => void;
}

/** Natives of one class, by name + descriptor. */
export type NativeTable = Readonly<Record<string, NativeMethod | RawNativeMethod>>;

/** The name of a native as users write it: java.lang.System.nanoTime()J. className: internal form. */
export function nativeName(className: string, key: string): string {
  return `${className.replaceAll('/', '.')}.${key}`;
}

/** A native bound to a method: executes it for the frame whose local variables begin at word `locals`, leaves the
 *  result in REGISTERS.result. */
export type BoundNative = (machine: Machine, locals: number) => void;

const NATIVE_ROOM_BYTES = 2048;

/** Reads one argument of the method whose local variables begin at that word. */
type Reader = (memory: Memory, locals: number) => number | bigint;

/** For an argument of a type, so many words behind the first. */
function readerOf(type: string, word: number): Reader {
  switch (type) {
    case 'J':
      return (memory, locals) => memory.i64[(locals + word) >> 1]!;
    case 'D':
      return (memory, locals) => memory.f64[(locals + word) >> 1]!;
    case 'F':
      return (memory, locals) => memory.f32[locals + word]!;
    default:
      return (memory, locals) => memory.i32[locals + word]!;
  }
}

/** Writes a native's result to REGISTERS.result. */
type Writer = (memory: Memory, result: NativeResult) => void;

function writerOf(returns: string): Writer {
  switch (returns[0]) {
    case 'V':
      return () => {};
    case 'J':
      return (memory, result) => {
        memory.i64[REGISTERS.result >> 1] = result as bigint;
      };
    case 'D':
      return (memory, result) => {
        memory.f64[REGISTERS.result >> 1] = result as number;
      };
    case 'F':
      return (memory, result) => {
        memory.f32[REGISTERS.result] = result as number;
      };
    default:
      return (memory, result) => {
        memory.i32[REGISTERS.result] = Number(result);
      };
  }
}

/** A call with the arguments that the readers give for the local variables from word `at` on. Without a list of them
 *  where they are few, as they nearly always are. */
function withArguments(
  call: (machine: Machine, ...values: (number | bigint)[]) => NativeResult,
  readers: readonly Reader[],
): (machine: Machine, memory: Memory, at: number) => NativeResult {
  const [a, b, c, d] = readers;
  if (!a) return (machine) => call(machine);
  if (!b) return (machine, memory, at) => call(machine, a(memory, at));
  if (!c) return (machine, memory, at) => call(machine, a(memory, at), b(memory, at));
  if (!d) return (machine, memory, at) => call(machine, a(memory, at), b(memory, at), c(memory, at));
  return (machine, memory, at) => call(machine, ...readers.map((read) => read(memory, at)));
}

/** Binds a table entry to a method of that descriptor. */
export function bindNative(method: RuntimeMethod, native: NativeMethod | RawNativeMethod): BoundNative {
  if ('raw' in native) return native.raw;
  const types = method.isStatic ? method.parsed.parameters : ['L', ...method.parsed.parameters];
  const readers: Reader[] = [];
  let word = 0;
  for (const type of types) {
    readers.push(readerOf(type, word));
    word += 2 * slotsOf(type);
  }
  const call = withArguments(native.call as Parameters<typeof withArguments>[0], readers);
  const write = writerOf(method.parsed.returns);
  return (machine, locals) => {
    // With this much room a native that allocates little is not interrupted by a collection half-way.
    machine.heap.ensure(NATIVE_ROOM_BYTES);
    write(machine.memory, call(machine, machine.memory, locals));
  };
}
