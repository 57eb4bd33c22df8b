// Class initialization that has failed (JVMS §5.5, steps 10 and 11): what is recorded for later attempts, and thrown.
import { CLASS_BLOCK } from './layout.js';
import type { Machine } from './machine.js';
import type { Reference, RuntimeClass } from './runtime-class.js';
import { JavaThrow } from './signals.js';

const ERROR = 'java/lang/ExceptionInInitializerError';
const THROWABLE = 'java/lang/Throwable';

/** Steps in the scratch word 0 of the frame that initializes; larger than those of the initialization itself. */
const STEP = { askTrace: 16, takeTrace: 17, makeRecord: 18, record: 19, throw: 20 } as const;
const WORD = { step: 0, exception: 3, trace: 4, record: 5 } as const;

/** True while the frame is busy with a failure. */
export function isFailing(m: Machine): boolean {
  return m.scratch(WORD.step) >= STEP.askTrace;
}

/**
 * Records that a class could not be initialized, and throws why. Executed again after each Java method it calls.
 * @param exception What initialization threw, the first time; later what takeCaught gave: then the record is abandoned.
 * @param markErroneous Ends the initialization for those who wait for it.
 */
export function failInitialization(
  m: Machine,
  type: RuntimeClass,
  exception: Reference,
  markErroneous: () => void,
): never {
  const step = m.scratch(WORD.step);
  if (step === STEP.throw && exception !== 0) throw new JavaThrow(exception);
  if (step < STEP.askTrace) {
    m.setScratch(WORD.exception, exception);
    m.setScratch(WORD.step, STEP.askTrace);
  } else if (exception !== 0) {
    m.setScratch(WORD.step, STEP.throw);
    markErroneous();
  }
  makeRecord(m, type, markErroneous);
  const cause = m.scratch(WORD.exception);
  if (m.classes.of(cause).isSubtypeOf(m.classes.boot('java/lang/Error'))) throw new JavaThrow(cause);
  return m.throwWith(ERROR, '(Ljava/lang/Throwable;)V', [cause]);
}

/** The record is an error with the exception's words and stack trace, the cause of all later NoClassDefFoundErrors. */
function makeRecord(m: Machine, type: RuntimeClass, markErroneous: () => void): void {
  const exception = m.scratch(WORD.exception);
  if (m.scratch(WORD.step) === STEP.askTrace) {
    m.setScratch(WORD.step, STEP.takeTrace);
    m.callVirtual(exception, 'getStackTrace()[Ljava/lang/StackTraceElement;', []);
  }
  if (m.scratch(WORD.step) === STEP.takeTrace) {
    m.setScratch(WORD.trace, m.callResultInt());
    m.setScratch(WORD.step, STEP.makeRecord);
  }
  if (m.scratch(WORD.step) === STEP.makeRecord) {
    const errorClass = m.classes.boot(ERROR);
    m.initialize(errorClass);
    const record = m.heap.allocateObject(errorClass);
    m.setScratch(WORD.record, record);
    m.setScratch(WORD.step, STEP.record);
    const initialize = errorClass.methodsByKey.get('<init>(Ljava/lang/String;)V')!;
    m.call(initialize, [record, m.heap.newString(recordMessage(m, exception))]);
  }
  if (m.scratch(WORD.step) === STEP.record) {
    const record = m.scratch(WORD.record);
    m.setField(record, THROWABLE, 'stackTrace', m.scratch(WORD.trace));
    m.setField(record, THROWABLE, 'backtrace', 0);
    m.memory.i32[(type.address >> 2) + CLASS_BLOCK.initializationError] = record;
    m.setScratch(WORD.step, STEP.throw);
    markErroneous();
  }
}

function recordMessage(m: Machine, exception: Reference): string {
  const name = m.textOf(m.getField(m.currentThreadObject(), 'java/lang/Thread', 'name'));
  const message = m.textOf(m.getField(exception, THROWABLE, 'detailMessage'));
  const words = m.classes.of(exception).externalName + (message === null ? '' : `: ${message}`);
  return `Exception ${words} [in thread "${name}"]`;
}

/** Throws what using a class gives whose initialization has failed before. */
export function throwFailedBefore(m: Machine, type: RuntimeClass): never {
  const message = `Could not initialize class ${type.externalName}`;
  const record = m.memory.i32[(type.address >> 2) + CLASS_BLOCK.initializationError]!;
  if (record === 0) return m.throwNew('java/lang/NoClassDefFoundError', message);
  return m.throwCaused('java/lang/NoClassDefFoundError', message, record);
}
