// What the natives of sun.nio.fs share: C strings, the bytes of names, and UnixException.
import { HostError } from '../../jvm/environment.js';
import { errnoOf } from '../../jvm/errno.js';
import type { Machine } from '../../jvm/machine.js';
import type { NativeResult } from '../../jvm/natives.js';
import type { Reference } from '../../jvm/runtime-class.js';
import { JavaThrow } from '../../jvm/signals.js';
import { strerror } from '../../lib/strerror.js';

const EXCEPTION = 'sun/nio/fs/UnixException';
/** Scratch words: whether the exception is made, and the exception. */
const WORD = { raising: 0, exception: 3 } as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of a zero-terminated string in memory. */
export function textAt(m: Machine, address: bigint): string {
  const start = Number(address);
  const end = m.memory.u8.indexOf(0, start);
  return decoder.decode(m.memory.u8.slice(start, end));
}

/** The absolute path of a zero-terminated string in memory. */
export function pathAt(m: Machine, address: bigint): string {
  return m.virtualFiles.absolute(textAt(m, address));
}

/** A byte[] with a text's bytes. */
export function newBytes(m: Machine, text: string): Reference {
  return m.heap.newByteArray(encoder.encode(text));
}

/** Makes a native that may raise(): while its exception is made it is executed again. */
export function unixCall<Values extends (number | bigint)[]>(
  call: (m: Machine, ...values: Values) => NativeResult,
): (m: Machine, ...values: Values) => NativeResult {
  return (m, ...values) => {
    if (m.scratch(WORD.raising) !== 0) throw new JavaThrow(m.scratch(WORD.exception));
    return call(m, ...values);
  };
}

/** Throws UnixException with a host error's number. */
export function raise(m: Machine, error: HostError): never {
  const type = m.classes.boot(EXCEPTION);
  m.initialize(type);
  const exception = m.heap.allocateObject(type);
  m.setScratch(WORD.exception, exception);
  m.setScratch(WORD.raising, 1);
  return m.call(type.methodsByKey.get('<init>(I)V')!, [exception, errnoOf(error.code)]);
}

/** As raise, by POSIX name. */
export function raiseCode(m: Machine, code: string): never {
  return raise(m, new HostError(code, strerror(code)));
}
