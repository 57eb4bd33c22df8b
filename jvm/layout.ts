// Offsets of the structures in the machine's memory. All are int32 word offsets unless named Bytes. Those that the
// interpreter uses are constant enumerations: literals in the compiled code, where a constant of a module is looked up.

/** Every object begins with the address of its class block and its lock word. */
export const enum OBJECT_HEADER {
  lockWord = 1,
  bytes = 8,
}

/** What follows the header of an array. */
export const enum ARRAY_LAYOUT {
  lengthWord = 2,
  lengthBytes = 8,
  baseWord = 4,
  baseBytes = 16,
}

/** Class block in metaspace. */
export const enum CLASS_BLOCK {
  classId = 0,
  accessFlags = 1,
  instanceBytes = 2,
  mirror = 3,
  superclass = 4,
  component = 5,
  /** One of INITIALIZATION. */
  initializationState = 6,
  /** Address of the thread block of the thread that initializes the class. */
  initializationThread = 7,
  /** log2 of the element size of an array class. */
  elementShift = 8,
  /** Error object that says why initialization has failed; 0 where it has not. */
  initializationError = 9,
  /** Method numbers from here on. */
  vtable = 16,
}

/** JVMS §5.5. */
export const INITIALIZATION = { linked: 0, inProgress: 1, initialized: 2, erroneous: 3 } as const;

/** Row of the method table: int32 words from a method's number (which is a multiple of a row's words). */
export const enum METHOD_ROW {
  /** Entry pc in the code area. */
  entry = 0,
  /** Words that the arguments take on the caller's operand stack. */
  argumentWords = 1,
  /** Words of all local variables, arguments included; the frame header follows them. */
  localWords = 2,
  /** Words of frame header and operand stack. */
  frameWords = 3,
  flags = 4,
  /** Words of the result on the operand stack: 0, 2 or 4. */
  resultWords = 5,
  words = 8,
}
export const enum METHOD_FLAG {
  synchronized = 1,
  static = 2,
  native = 4,
  hidden = 8,
  /** Its frames keep what try statements have saved; see preservation/. */
  preserving = 16,
}

/** Frame header, at fp. Local variables lie below it, the operand stack above. A slot is two words. */
export const enum FRAME {
  callerFp = 0,
  pc = 1,
  method = 2,
  /** How far the caller's pc moves when this frame returns; 0: its instruction is executed again. */
  returnDelta = 3,
  words = 4,
}
/** Extra local words of native frames: scratch state of natives that take several steps. Words 0 to 2 hold ints and
 *  addresses of class blocks, words 3 to 6 references, the last 1 where the result of the last call is a reference. */
export const enum SCRATCH {
  firstReference = 3,
  resultIsReference = 7,
  words = 8,
}

/** Thread block in metaspace. */
export const enum THREAD {
  threadId = 0,
  /** One of THREAD_STATE. */
  state = 1,
  /** Word index of the current frame's header, and of the first free operand stack slot. */
  fp = 2,
  sp = 3,
  /** Byte address of the stack, and the word index that frames may not pass. */
  stackAddress = 4,
  stackLimit = 5,
  /** The java.lang.Thread object. */
  object = 6,
  /** Links: run queue or monitor queue; list of all threads. */
  queueNext = 7,
  listNext = 8,
  /** Monitor record that the thread waits to enter or is waiting on. */
  monitor = 9,
  /** Recursion count to restore after a wait. */
  savedRecursion = 10,
  parkPermit = 11,
  interrupted = 12,
  /** Timer that bounds the wait, sleep or park; 0 none. */
  timer = 13,
  /** One of WAKE: why a wait, sleep or park ended. */
  wakeReason = 14,
  daemon = 15,
  /** Class block whose initialization the thread waits for. */
  initializing = 16,
  /** 1 while a StackOverflowError is being made and the reserve of the stack may be used. */
  usingReserve = 17,
  /** Id of the change of membership whose exception the thread is to throw; 0 none. */
  pendingEvent = 18,
  /** Frame that throws it when the method that it has called returns, and that frame's pc; 0 where none does, or what was
   *  called has ended by an exception. */
  eventFrame = 19,
  eventPc = 20,
  words = 24,
}

export const THREAD_STATE = {
  free: 0,
  runnable: 1,
  blockedOnMonitor: 2,
  waiting: 3,
  sleeping: 4,
  parked: 5,
  waitingForInitialization: 6,
  terminated: 7,
  /** Waits for bytes of standard input. */
  awaitingInput: 8,
} as const;

export const WAKE = { none: 0, notified: 1, timedOut: 2, interrupted: 3, membership: 4 } as const;

/** Monitor record in metaspace; its address, tagged with bit 0, stands in the lock word of an inflated object. */
export const enum MONITOR {
  object = 0,
  owner = 1,
  recursion = 2,
  entryHead = 3,
  entryTail = 4,
  waitHead = 5,
  waitTail = 6,
  nextFree = 7,
  words = 8,
}

/** Access flags, JVMS tables 4.1-B, 4.5-A, 4.6-A. */
export const ACC = {
  public: 0x0001,
  private: 0x0002,
  protected: 0x0004,
  static: 0x0008,
  final: 0x0010,
  synchronized: 0x0020,
  super: 0x0020,
  volatile: 0x0040,
  bridge: 0x0040,
  transient: 0x0080,
  varargs: 0x0080,
  native: 0x0100,
  interface: 0x0200,
  abstract: 0x0400,
  strict: 0x0800,
  synthetic: 0x1000,
  annotation: 0x2000,
  enum: 0x4000,
} as const;
