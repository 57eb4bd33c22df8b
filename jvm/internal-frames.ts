// The machine's own native methods: frames that it pushes beneath Java code to initialize a class, load one through a
// Java loader, throw a new exception, or run a thread. They are state machines like every native that calls Java
// (scratch word 0 is the step), and no stack trace shows them.
import type { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { internal, output } from './actions.js';
import { assignMethodRow, restoreMethodRow } from './class-layout.js';
import { UPCALLS } from './dynamic/upcalls.js';
import { failInitialization, isFailing, throwFailedBefore } from './initialization-failure.js';
import { ACC, CLASS_BLOCK, INITIALIZATION, METHOD_FLAG, METHOD_ROW, THREAD, THREAD_STATE } from './layout.js';
import type { Machine } from './machine.js';
import { REGISTERS } from './memory.js';
import type { NativeMethod, RawNativeMethod } from './natives.js';
import { type Reference, RuntimeClass, RuntimeMethod } from './runtime-class.js';
import { JAVA_THREAD_STATUS } from './scheduler.js';
import { JavaThrow } from './signals.js';
import { initializeStaticConstants } from './static-constants.js';

/** Throws a new exception of a class, by a constructor with these arguments; a second argument that the constructor does
 *  not take is the exception's cause, as initCause would set it. The frame is pushed at once, so that what
 *  throws is not executed again while the exception's class is initialized. */
const throwNew: NativeMethod = {
  action: internal,
  call: (m: Machine, classAddress: number, constructorNumber: number, first: number, second: number) => {
    if (m.scratch(0) === 0) {
      const type = m.classes.atAddress(classAddress);
      m.initialize(type);
      const exception = m.heap.allocateObject(type);
      m.setScratch(0, 1);
      m.setScratch(3, exception);
      const method = m.classes.method(constructorNumber);
      m.call(method, [exception, first, second].slice(0, method.argumentSlots));
    }
    const exception = m.scratch(3);
    const takesBoth = m.classes.method(constructorNumber).argumentSlots > 2;
    if (second !== 0 && !takesBoth) m.setField(exception, 'java/lang/Throwable', 'cause', second);
    m.scheduler.useReserve(false);
    throw new JavaThrow(exception);
  },
};

/** JVMS §5.5, the steps of class initialization. */
const initializeClass: NativeMethod = {
  action: internal,
  catches: true,
  call: (m: Machine, classAddress: number) => {
    const type = m.classes.atAddress(classAddress);
    const exception = m.takeCaught();
    if (isFailing(m) || (exception !== 0 && m.scratch(0) > 0)) {
      return failInitialization(m, type, exception, () => {
        endInitialization(m, type, INITIALIZATION.erroneous);
      });
    }
    if (exception !== 0) throw new JavaThrow(exception);
    if (m.scratch(0) === 0 && !beginInitialization(m, type)) return;
    if (m.scratch(0) === 1) {
      m.setScratch(0, 2);
      if (!type.isInterface && type.superclass) m.initialize(type.superclass);
    }
    while (m.scratch(0) === 2) {
      const interfaces = type.isInterface ? [] : [...type.supertypes].filter(declaresDefault);
      const index = m.scratch(1);
      if (index >= interfaces.length) m.setScratch(0, 3);
      else {
        m.setScratch(1, index + 1);
        m.initialize(interfaces[index]!);
      }
    }
    if (m.scratch(0) === 3) {
      m.setScratch(0, 4);
      const initializer = type.methodsByKey.get('<clinit>()V');
      if (initializer) m.call(initializer, []);
    }
    endInitialization(m, type, INITIALIZATION.initialized);
  },
};

function declaresDefault(type: RuntimeClass): boolean {
  return type.isInterface && type.methods.some((method) => !method.isAbstract && !method.isStatic);
}

/** True where this frame is the one that initializes the class. */
function beginInitialization(m: Machine, type: RuntimeClass): boolean {
  const block = type.address >> 2;
  const i32 = m.memory.i32;
  const state = i32[block + CLASS_BLOCK.initializationState];
  if (state === INITIALIZATION.initialized) return false;
  const thread = i32[REGISTERS.currentThread]!;
  if (state === INITIALIZATION.inProgress) {
    if (i32[block + CLASS_BLOCK.initializationThread] === thread) return false;
    m.scheduler.set(thread, THREAD.initializing, type.address);
    m.scheduler.block(THREAD_STATE.waitingForInitialization, JAVA_THREAD_STATUS.runnable);
  }
  if (state === INITIALIZATION.erroneous) throwFailedBefore(m, type);
  m.verify(type);
  // While nothing else has changed: long strings may need a collection first.
  initializeStaticConstants(m, type);
  i32[block + CLASS_BLOCK.initializationState] = INITIALIZATION.inProgress;
  i32[block + CLASS_BLOCK.initializationThread] = thread;
  m.setScratch(0, 1);
  return true;
}

function endInitialization(m: Machine, type: RuntimeClass, state: number): void {
  m.memory.i32[(type.address >> 2) + CLASS_BLOCK.initializationState] = state;
  for (const thread of m.scheduler.threads()) {
    if (m.scheduler.get(thread, THREAD.initializing) !== type.address) continue;
    m.scheduler.set(thread, THREAD.initializing, 0);
    m.scheduler.wake(thread);
  }
}

/** Loads a class through a Java loader and records the loader as initiating. Last argument: 1 where a
 *  ClassNotFoundException becomes a NoClassDefFoundError (JVMS §5.3.1). */
const loadClass: NativeMethod = {
  action: internal,
  catches: true,
  call: (m: Machine, loader: Reference, nameString: Reference, asError: number) => {
    const name = m.heap.text(nameString).replaceAll('.', '/');
    const exception = m.takeCaught();
    if (exception !== 0) {
      const notFound = m.classes.boot('java/lang/ClassNotFoundException');
      if (asError === 0 || !m.classes.of(exception).isSubtypeOf(notFound)) throw new JavaThrow(exception);
      m.setScratch(3, exception);
    }
    if (m.scratch(3) !== 0) m.throwCaused('java/lang/NoClassDefFoundError', name, m.scratch(3));
    if (m.scratch(0) === 0) {
      m.setScratch(0, 1);
      m.callVirtual(loader, 'loadClass(Ljava/lang/String;)Ljava/lang/Class;', [nameString]);
    }
    const mirror = m.callResultInt();
    if (mirror === 0 || m.classes.ofMirror(mirror).name !== name) {
      m.throwNew(asError ? 'java/lang/NoClassDefFoundError' : 'java/lang/ClassNotFoundException', name);
    }
    m.classes.record(loader, name, m.classes.ofMirror(mirror));
  },
};

/** Action of the first frame of a thread. Its end wakes those who wait for it, and whose timers are of no interest then. */
export const threadAction = output({ asynchronous: true });

/** First frame of a Java thread: run(), the handler of uncaught exceptions, exit(). */
const runThread: NativeMethod = {
  action: threadAction,
  catches: true,
  call: (m: Machine, object: Reference) => {
    const exception = m.takeCaught();
    if (m.scratch(0) === 0) {
      m.setScratch(0, 1);
      m.callVirtual(object, 'run()V', []);
    }
    if (m.scratch(0) === 1) {
      m.setScratch(0, 2);
      if (exception !== 0)
        m.callVirtual(object, 'dispatchUncaughtException(Ljava/lang/Throwable;)V', [exception]);
    }
    if (m.scratch(0) === 2) {
      m.setScratch(0, 3);
      if (exception !== 0) tellFailedHandler(m, object, exception);
      m.callVirtual(object, 'exit()V', []);
    }
    endThread(m, object);
  },
};

/** Says on standard error, as HotSpot does, that a thread's handler of uncaught exceptions has thrown one itself. */
export function tellFailedHandler(m: Machine, thread: Reference, exception: Reference): void {
  const { standardOutputs } = m.virtualFiles;
  if (m.virtualFiles.get(2)?.kind !== 'standardError' || standardOutputs.failure(2) !== null) return;
  const type = m.classes.of(exception).name.replaceAll('/', '.');
  const name = m.heap.text(m.getField(thread, 'java/lang/Thread', 'name'));
  const text = `\nException: ${type} thrown from the UncaughtExceptionHandler in thread "${name}"\n`;
  m.perform(threadAction, {
    kind: 'writeStandard',
    stream: 2,
    bytes: new TextEncoder().encode(text),
  });
}

/** A thread object is terminated: Thread.join waits on it, so wake all who do. May block for its monitor. */
export function endJavaThread(m: Machine, object: Reference): void {
  m.monitors.enter(object);
  m.heap.setInt(object + m.scheduler.statusOffset, JAVA_THREAD_STATUS.terminated);
  m.heap.setLong(object + m.scheduler.eetopOffset, 0n);
  while (m.monitors.notify(object)) {}
  m.monitors.exit(object);
}

function endThread(m: Machine, object: Reference): never {
  endJavaThread(m, object);
  return m.endCurrentThread();
}

const MAXIMUM_PRIORITY = 9;

/** Group of the threads of the system: the root of that of any thread. */
function systemGroup(m: Machine): Reference {
  let group = 0;
  for (const thread of m.scheduler.threads()) {
    const object = m.scheduler.get(thread, THREAD.object);
    if (object !== 0) group ||= m.getField(object, 'java/lang/Thread', 'group');
  }
  for (let above = group; above !== 0; above = m.getField(group, 'java/lang/ThreadGroup', 'parent'))
    group = above;
  return group;
}

/** The first frame of a thread that the machine starts for itself makes the thread's object, once: scratch words 0, from
 *  0 to 1, and 3. Returns the object. */
function makeOwnThread(m: Machine, name: string): Reference {
  const type = m.classes.boot('java/lang/Thread');
  if (m.scratch(0) === 0) {
    const object = m.heap.allocateObject(type);
    m.setScratch(3, object);
    const nameString = m.heap.newString(name);
    m.adoptThreadObject(object);
    m.setField(object, 'java/lang/Thread', 'priority', MAXIMUM_PRIORITY);
    m.setField(object, 'java/lang/Thread', 'threadStatus', JAVA_THREAD_STATUS.runnable);
    m.setScratch(0, 1);
    const initializer = type.methodsByKey.get('<init>(Ljava/lang/ThreadGroup;Ljava/lang/String;)V')!;
    m.call(initializer, [object, systemGroup(m), nameString]);
  }
  const object = m.scratch(3);
  m.memory.i8[object + m.field('java/lang/Thread', 'daemon').offset] = 1;
  return object;
}

/** First frame of a thread that hands a signal to Java. */
const dispatchSignal: NativeMethod = {
  action: threadAction,
  catches: true,
  call: (m: Machine, signal: number) => {
    m.takeCaught();
    const object = makeOwnThread(m, 'Signal Dispatcher');
    if (m.scratch(0) === 1) {
      m.setScratch(0, 2);
      m.callStatic('jdk/internal/misc/Signal', 'dispatch(I)V', [signal]);
    }
    if (m.scratch(0) === 2) {
      m.setScratch(0, 3);
      m.callVirtual(object, 'exit()V', []);
    }
    endThread(m, object);
  },
};

/** Throws the exception for a change of membership in the thread that catches it. */
const throwMembership: NativeMethod = {
  action: internal,
  call: (m: Machine, id: number) => m.membership.throwException(id),
};

/** First frame of a thread that tells the program's listeners of changes of membership, until there are no more. */
const tellListeners: NativeMethod = {
  action: threadAction,
  catches: true,
  call: (m: Machine) => {
    m.takeCaught();
    const object = makeOwnThread(m, 'Replication Listeners');
    if (m.scratch(0) === 1) {
      m.membership.tellNext();
      m.setScratch(0, 2);
      m.callVirtual(object, 'exit()V', []);
    }
    endThread(m, object);
  },
};

const TABLE = {
  'throwNew(IILjava/lang/Object;Ljava/lang/Object;)V': throwNew,
  'initializeClass(I)V': initializeClass,
  'loadClass(Ljava/lang/Object;Ljava/lang/Object;I)V': loadClass,
  'runThread(Ljava/lang/Object;)V': runThread,
  'dispatchSignal(I)V': dispatchSignal,
  'tellListeners(I)V': tellListeners,
  'throwMembership(I)V': throwMembership,
} as const satisfies Record<string, NativeMethod>;

/** Names of the frames that call java.lang.invoke. */
type UpcallName = keyof typeof UPCALLS extends `${infer Name}(${string}` ? Name : never;

export class InternalFrames {
  readonly type: RuntimeClass;
  readonly throwNew: RuntimeMethod;
  readonly initializeClass: RuntimeMethod;
  readonly loadClass: RuntimeMethod;
  readonly runThread: RuntimeMethod;
  readonly dispatchSignal: RuntimeMethod;
  readonly tellListeners: RuntimeMethod;
  readonly throwMembership: RuntimeMethod;
  /** First frame of the main thread. */
  readonly runProgram: RuntimeMethod;
  readonly #machine: Machine;
  readonly #upcalls = new Map<string, RuntimeMethod>();
  /** Number of the next frame while those of a restored machine are made; else negative. */
  #restoredNumber = -1;

  /** runProgram: first frame of the main thread. saved: what `save` has written, where the machine is restored. */
  constructor(machine: Machine, runProgram: NativeMethod, saved: BinaryReader | null) {
    this.#machine = machine;
    const { classes } = machine.classes;
    if (saved) {
      this.type = classes[saved.varuint()]!;
      this.#restoredNumber = saved.varuint();
    } else {
      const flags = ACC.final | ACC.synthetic;
      this.type = new RuntimeClass(classes.length, 'rjvm/internal/Frames', 0, flags, null, null);
      classes.push(this.type);
    }
    const methods = Object.entries(TABLE).map(([key, native]) => this.add(key, native));
    this.throwNew = methods[0]!;
    this.initializeClass = methods[1]!;
    this.loadClass = methods[2]!;
    this.runThread = methods[3]!;
    this.dispatchSignal = methods[4]!;
    this.tellListeners = methods[5]!;
    this.throwMembership = methods[6]!;
    for (const [key, native] of Object.entries(UPCALLS)) {
      this.#upcalls.set(key.slice(0, key.indexOf('(')), this.add(key, native));
    }
    this.runProgram = this.add('runProgram()V', runProgram);
    this.#restoredNumber = -1;
  }

  save(writer: BinaryWriter): void {
    writer.varuint(this.type.id).varuint(this.throwNew.number);
  }

  /** The frame of that name that calls java.lang.invoke. */
  named(name: UpcallName): RuntimeMethod {
    return this.#upcalls.get(name)!;
  }

  /** Adds a native of the machine's own, named name(descriptor). number: that of a method which was saved. */
  add(
    key: string,
    native: NativeMethod | RawNativeMethod,
    number: number = this.#restoredNumber,
  ): RuntimeMethod {
    const cut = key.indexOf('(');
    const flags = ACC.static | ACC.native | ACC.synthetic;
    const method = new RuntimeMethod(this.type, key.slice(0, cut), key.slice(cut), flags, -1, false);
    if (number < 0) assignMethodRow(this.#machine, method);
    else restoreMethodRow(this.#machine, method, number);
    if (this.#restoredNumber >= 0) this.#restoredNumber += METHOD_ROW.words;
    this.#machine.methodTable[method.number + METHOD_ROW.flags]! |= METHOD_FLAG.hidden;
    this.#machine.bindMethod(method, native);
    return method;
  }
}
