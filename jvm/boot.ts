// Boot and end of a program, as HotSpot's launcher has them: the JDK's own initPhase1, 2 and 3, LauncherHelper, main,
// then the wait for the last user thread and Shutdown.
import { endJavaThread, tellFailedHandler, threadAction } from './internal-frames.js';
import { THREAD, THREAD_STATE } from './layout.js';
import { linkAhead, loadAhead } from './link-ahead.js';
import type { Machine } from './machine.js';
import { REGISTERS } from './memory.js';
import { describeException } from './messages.js';
import type { NativeMethod } from './natives.js';
import {
  constructClassPath,
  defineProperty,
  newClassPath,
  setClassPath,
  setCurrentFolder,
} from './program-properties.js';
import type { Reference } from './runtime-class.js';
import { JAVA_THREAD_STATUS } from './scheduler.js';
import { JavaThrow } from './signals.js';
import { START_CLASSES } from './start-classes.js';

/** LauncherHelper.LM_CLASS: the launcher was given a class name. */
const LAUNCH_CLASS = 1;
const NORMAL_PRIORITY = 5;

/** Classes that HotSpot initializes before the main thread has its object, and after, in its order. */
const EARLY_CLASSES = [
  'java/lang/String',
  'java/lang/System',
  'java/lang/Class',
  'java/lang/ThreadGroup',
  'java/lang/Thread',
];
const LATER_CLASSES = ['java/lang/Module', 'java/lang/reflect/Method', 'java/lang/ref/Finalizer'];

/** Scratch words of the boot frame. */
const WORD = { step: 0, index: 1, systemGroup: 3, mainGroup: 4, mainClass: 5, exception: 6 } as const;

type Step = (m: Machine) => void;

/** Moves on, then calls: the next execution begins with the following step. */
function next(m: Machine): void {
  m.setScratch(WORD.step, m.scratch(WORD.step) + 1);
}

function initializeClasses(names: readonly string[]): Step {
  return (m) => {
    for (let i = m.scratch(WORD.index); i < names.length; i++) {
      const type = m.classes.boot(names[i]!);
      m.setScratch(WORD.index, i + 1);
      m.initialize(type);
    }
    m.setScratch(WORD.index, 0);
    next(m);
  };
}

const makeSystemGroup: Step = (m) => {
  const type = m.classes.boot('java/lang/ThreadGroup');
  const group = m.heap.allocateObject(type);
  m.setScratch(WORD.systemGroup, group);
  next(m);
  m.call(type.methodsByKey.get('<init>()V')!, [group]);
};

const makeMainGroup: Step = (m) => {
  const type = m.classes.boot('java/lang/ThreadGroup');
  const group = m.heap.allocateObject(type);
  m.setScratch(WORD.mainGroup, group);
  next(m);
  const key = '<init>(Ljava/lang/ThreadGroup;Ljava/lang/String;)V';
  m.call(type.methodsByKey.get(key)!, [group, m.scratch(WORD.systemGroup), m.heap.newString('main')]);
};

/** The running thread gets a name: `main`, later `DestroyJavaVM`. */
function constructThread(m: Machine, object: Reference, name: string): never {
  const type = m.classes.boot('java/lang/Thread');
  m.setField(object, 'java/lang/Thread', 'priority', NORMAL_PRIORITY);
  const key = '<init>(Ljava/lang/ThreadGroup;Ljava/lang/String;)V';
  return m.call(type.methodsByKey.get(key)!, [object, m.scratch(WORD.mainGroup), m.heap.newString(name)]);
}

const makeMainThread: Step = (m) => {
  next(m);
  constructThread(m, m.currentThreadObject(), 'main');
};

const markMainThread: Step = (m) => {
  m.setField(m.currentThreadObject(), 'java/lang/Thread', 'threadStatus', JAVA_THREAD_STATUS.runnable);
  next(m);
};

/** The error that is thrown when not even the heap's reserve is left. */
const makeOutOfMemoryError: Step = (m) => {
  const type = m.classes.boot('java/lang/OutOfMemoryError');
  m.initialize(type);
  const error = m.heap.allocateObject(type);
  m.collectionDemand.setOutOfMemoryError(error);
  next(m);
  m.call(type.methodsByKey.get('<init>(Ljava/lang/String;)V')!, [error, m.heap.newString('Java heap space')]);
};

const phase1: Step = (m) => {
  next(m);
  m.callStatic('java/lang/System', 'initPhase1()V', []);
};

const phase2: Step = (m) => {
  next(m);
  m.callStatic('java/lang/System', 'initPhase2(ZZ)I', [1, 0]);
};

const phase3: Step = (m) => {
  if (m.callResultInt() !== 0) throw new Error('initPhase2 failed: the module system could not be made');
  next(m);
  m.callStatic('java/lang/System', 'initPhase3()V', []);
};

/** The class library has started: from here on the machine is that of its birth record. One that has been it all along
 *  goes on to the main class. */
const endBoot: Step = (m) => {
  if (!m.isBooting) {
    m.setScratch(WORD.step, STEPS.indexOf(loadMainClass));
    return;
  }
  // Both may leave for a collection and are then done again; what is done stays done.
  loadAhead(m, START_CLASSES);
  linkAhead(m);
  next(m);
  m.endBoot();
};

const defineProperties: Step = (m) => {
  const index = m.scratch(WORD.index);
  m.setScratch(WORD.index, index + 1);
  if (defineProperty(m, index)) return;
  m.setScratch(WORD.index, 0);
  setCurrentFolder(m);
  next(m);
};

const makeClassPath: Step = (m) => {
  const classPath = newClassPath(m);
  m.setScratch(WORD.mainClass, classPath);
  next(m);
  constructClassPath(m, classPath);
};

const useClassPath: Step = (m) => {
  next(m);
  setClassPath(m, m.scratch(WORD.mainClass));
};

const loadMainClass: Step = (m) => {
  next(m);
  m.callStatic('sun/launcher/LauncherHelper', 'checkAndLoadMain(ZILjava/lang/String;)Ljava/lang/Class;', [
    1,
    LAUNCH_CLASS,
    m.heap.newString(m.birthRecord.mainClass),
  ]);
};

const initializeMainClass: Step = (m) => {
  m.setScratch(WORD.mainClass, m.callResultInt());
  next(m);
  m.initialize(m.classes.ofMirror(m.scratch(WORD.mainClass)));
};

const runMain: Step = (m) => {
  const type = m.classes.ofMirror(m.scratch(WORD.mainClass));
  const method = type.findMethod('main', '([Ljava/lang/String;)V');
  if (!method) throw new Error(`LauncherHelper let ${type.name} pass, which has no main`);
  const strings = m.classes.arrayOf(m.classes.boot('java/lang/String'));
  const values = m.birthRecord.programArguments.map((text) => m.heap.newString(text));
  next(m);
  m.call(method, [m.heap.newReferenceArray(strings, values)]);
};

const dispatchUncaught: Step = (m) => {
  next(m);
  const exception = m.scratch(WORD.exception);
  if (exception === 0) return;
  m.memory.i32[REGISTERS.exitCode] = 1;
  m.callVirtual(m.currentThreadObject(), 'dispatchUncaughtException(Ljava/lang/Throwable;)V', [exception]);
};

const exitMainThread: Step = (m) => {
  next(m);
  m.callVirtual(m.currentThreadObject(), 'exit()V', []);
};

/** The thread main ends; its machine thread goes on under a new thread object that waits for the others. */
const becomeDestroyer: Step = (m) => {
  endJavaThread(m, m.currentThreadObject());
  const object = m.heap.allocateObject(m.classes.boot('java/lang/Thread'));
  m.adoptThreadObject(object);
  m.scheduler.set(m.memory.i32[REGISTERS.currentThread]!, THREAD.daemon, 1);
  next(m);
  constructThread(m, object, 'DestroyJavaVM');
};

const awaitUserThreads: Step = (m) => {
  if (m.scheduler.userThreadCount() > 0) {
    m.setDestroyer(m.memory.i32[REGISTERS.currentThread]!);
    m.scheduler.block(THREAD_STATE.parked, JAVA_THREAD_STATUS.runnable);
  }
  next(m);
};

const shutDown: Step = (m) => {
  next(m);
  m.callStatic('java/lang/Shutdown', 'shutdown()V', []);
};

const endProgram: Step = (m) => {
  m.callStatic('java/lang/Shutdown', 'halt(I)V', [m.memory.i32[REGISTERS.exitCode]!]);
};

const STEPS: readonly Step[] = [
  initializeClasses(EARLY_CLASSES),
  makeSystemGroup,
  makeMainGroup,
  makeMainThread,
  markMainThread,
  initializeClasses(LATER_CLASSES),
  phase1,
  phase2,
  phase3,
  makeOutOfMemoryError,
  endBoot,
  defineProperties,
  makeClassPath,
  useClassPath,
  loadMainClass,
  initializeMainClass,
  runMain,
  dispatchUncaught,
  exitMainThread,
  becomeDestroyer,
  awaitUserThreads,
  shutDown,
  endProgram,
];

/** First frame of the main thread. */
export const runProgram: NativeMethod = {
  action: threadAction,
  catches: true,
  call: (m: Machine) => {
    const exception = m.takeCaught();
    if (exception !== 0) catchException(m, exception);
    for (;;) STEPS[m.scratch(WORD.step)]!(m);
  },
};

/** An exception of main is uncaught; so is one of the launcher's own code. One of the shutdown ends the program. */
function catchException(m: Machine, exception: Reference): void {
  const step = STEPS[m.scratch(WORD.step) - 1];
  if (step === initializeMainClass || step === runMain || step === loadMainClass) {
    m.setScratch(WORD.step, STEPS.indexOf(dispatchUncaught));
    m.setScratch(WORD.exception, exception);
    return;
  }
  if (STEPS.indexOf(step!) < STEPS.indexOf(loadMainClass))
    throw new BootFailure(describeException(m, exception));
  if (step === dispatchUncaught) return tellFailedHandler(m, m.currentThreadObject(), exception);
  if (step === exitMainThread) return;
  throw new JavaThrow(exception);
}

/** The JDK's own start failed: a fault of this machine or of the JDK. */
export class BootFailure extends Error {}
