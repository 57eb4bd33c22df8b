// Why the dispatch loop was left: the conditions that the slow paths deal with.

export const enum Trap {
  none,
  /** The instruction at pc needs resolution or has no fast form. */
  slow,
  /** The counted instructions granted are used up. */
  safepoint,
  nullPointer,
  /** Operand: the index. */
  arrayBounds,
  /** Operand: the value. */
  arrayStore,
  divideByZero,
  /** Operand: the object. */
  classCast,
  outOfMemory,
  /** Operand: the method that was to be called. */
  stackOverflow,
  /** Operand: the exception. */
  athrow,
  /** Operand: the object. */
  monitorEnter,
  monitorExit,
  /** A synchronized method returns: unlock, then return. */
  synchronizedReturn,
  synchronizedNativeReturn,
}
