// Failures of linking that are final (JVMS §5.4.3): every further use throws an error of the same class and message,
// made anew where it is used, as HotSpot does.
import type { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import { internal } from '../actions.js';
import type { Machine } from '../machine.js';
import type { NativeMethod } from '../natives.js';
import type { Reference, RuntimeClass, RuntimeMethod } from '../runtime-class.js';
import { FRAMES_CHANGED, JavaThrow } from '../signals.js';

const THROWABLE = 'java/lang/Throwable';

/** A throwable as it is made again: its class and message (0: none). */
interface Recipe {
  readonly type: RuntimeClass;
  readonly message: Reference;
}

export interface Failure {
  readonly error: Recipe;
  readonly cause: Recipe | null;
}

function recipeOf(m: Machine, throwable: Reference): Recipe | null {
  const type = m.classes.of(throwable);
  const message = m.getField(throwable, THROWABLE, 'detailMessage');
  return constructorOf(type, message) ? { type, message } : null;
}

function constructorOf(type: RuntimeClass, message: Reference): RuntimeMethod | undefined {
  return type.methodsByKey.get(message === 0 ? '<init>()V' : '<init>(Ljava/lang/String;)V');
}

/** What is to be remembered of a failure; null where it is not final: only linkage errors are. */
export function failureOf(m: Machine, exception: Reference, withCause: boolean): Failure | null {
  if (!m.classes.of(exception).isSubtypeOf(m.classes.boot('java/lang/LinkageError'))) return null;
  const error = recipeOf(m, exception);
  if (!error) return null;
  const cause = m.getField(exception, THROWABLE, 'cause');
  return { error, cause: withCause && cause !== 0 && cause !== exception ? recipeOf(m, cause) : null };
}

/** The messages that a remembered failure holds. */
export function failureReferences({ error, cause }: Failure): readonly Reference[] {
  return cause ? [error.message, cause.message] : [error.message];
}

export function saveFailure({ error, cause }: Failure, writer: BinaryWriter): void {
  writer
    .varuint(error.type.id)
    .varuint(error.message)
    .boolean(cause !== null);
  if (cause) writer.varuint(cause.type.id).varuint(cause.message);
}

export function restoreFailure(m: Machine, reader: BinaryReader): Failure {
  const recipe = () => ({ type: m.classes.classes[reader.varuint()]!, message: reader.varuint() });
  return { error: recipe(), cause: reader.boolean() ? recipe() : null };
}

/** Throws a remembered failure again. */
export function throwFailure(m: Machine, { error, cause }: Failure): never {
  const values = [error.type.address, error.message, cause?.type.address ?? 0, cause?.message ?? 0];
  m.pushFrame(m.internalFrames.named('throwFailure'), values, 0);
  throw FRAMES_CHANGED;
}

/** Scratch words: the step, the cause, the error. */
const STEP = 0;
const CAUSE = 3;
const ERROR = 4;

/** Makes an object and runs its constructor; the frame goes on with the next step. */
function construct(m: Machine, classAddress: number, message: Reference, word: number, next: number): never {
  const type = m.classes.atAddress(classAddress);
  const throwable = m.heap.allocateObject(type);
  m.setScratch(word, throwable);
  m.setScratch(STEP, next);
  return m.call(constructorOf(type, message)!, message === 0 ? [throwable] : [throwable, message]);
}

/** The frame that makes an error and its cause again and throws it. */
export const throwFailureFrame: NativeMethod = {
  action: internal,
  call: (m: Machine, errorClass: number, message: Reference, causeClass: number, causeMessage: Reference) => {
    if (m.scratch(STEP) === 0) {
      if (causeClass !== 0) construct(m, causeClass, causeMessage, CAUSE, 1);
      m.setScratch(STEP, 1);
    }
    if (m.scratch(STEP) === 1) construct(m, errorClass, message, ERROR, 2);
    if (m.scratch(STEP) === 2 && causeClass !== 0) {
      m.setScratch(STEP, 3);
      const key = 'initCause(Ljava/lang/Throwable;)Ljava/lang/Throwable;';
      m.callVirtual(m.scratch(ERROR), key, [m.scratch(CAUSE)]);
    }
    throw new JavaThrow(m.scratch(ERROR));
  },
};
