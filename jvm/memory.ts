// The one block of memory that is the machine's state: its regions, its registers, its views.

/** The part of the host's WebAssembly that the machine uses. */
declare const WebAssembly: {
  Memory: new (descriptor: {
    initial: number;
    maximum: number;
    shared: true;
  }) => { readonly buffer: SharedArrayBuffer };
};

const PAGE_BYTES = 65_536;
/** A whole WebAssembly memory below 2 GiB, so that every address is a non-negative int32. */
const MEMORY_PAGES = 32_767;
const MEMORY_BYTES = MEMORY_PAGES * PAGE_BYTES;

/** Machine registers: word indexes (int32) into the memory's first page. */
export const enum REGISTERS {
  heapTop = 16,
  heapEnd = 17,
  metaspaceTop = 18,
  metaspaceEnd = 19,
  /** Room for thread stacks and native memory: the end of what was ever used, and its own. */
  offHeapTop = 20,
  offHeapEnd = 21,
  /** Address of the running thread's block, 0 where none runs. */
  currentThread = 22,
  /** FIFO of runnable threads. */
  runQueueHead = 23,
  runQueueTail = 24,
  /** Counted instructions left of the running thread's quantum, and of the epoch. */
  quantumLeft = 25,
  epochLeft = 26,
  epoch = 27,
  /** 1 where an output has asked for the epoch to end at the next safepoint. */
  epochEndRequested = 28,
  /** All live threads, linked through their blocks, in the order of their start. */
  threadListHead = 29,
  threadListTail = 30,
  nextThreadId = 31,
  nextTimerId = 32,
  /** Free monitor records and thread blocks, linked. */
  freeMonitors = 33,
  freeThreads = 34,
  /** Last block of the room behind the heap, 0 where there is none; see offHeapLists for the free ones. */
  offHeapLast = 35,
  /** A native's result: two words. */
  result = 36,
  exitCode = 38,
  exited = 39,
  /** Counted instructions since birth, low and high word. */
  countLow = 40,
  countHigh = 41,
  /** Outstanding timers, linked. */
  timerListHead = 42,
  /** Counted instructions before the next safepoint, and how many were granted when it was set. */
  budget = 43,
  grant = 44,
  /** Thread that ends the program after the last user thread; 0 before main has returned. */
  destroyer = 45,
  /** References that the collector has cleared, linked through Reference.discovered, and the thread that waits for
   *  them (java.lang.ref.Reference). */
  pendingReferences = 46,
  referenceHandler = 47,
  /** Free space: lists of holes, the end of what was ever used, bytes taken since the last collection and when the
   *  next one is due, address of the reserve for OutOfMemoryError while it is held back, collections so far. */
  smallHoles = 48,
  largeHoles = 49,
  heapHighWater = 50,
  handedOut = 51,
  collectionBudget = 52,
  reserve = 53,
  collectionCount = 54,
  /** Allocations before the next forced collection, where MachineOptions.collectEvery asks for them. */
  allocationsLeft = 55,
  /** Replicas that could go on, as the last change of membership tells; 0: as at birth. */
  replicaCount = 56,
  /** Bytes that the last collection left in use. */
  liveBytes = 57,
  /** Bytes of logged inputs that the epoch has taken in. */
  inputBytes = 58,
  /** Bytes of the heap that the program may use: all of it, or less. */
  heapLimit = 59,
  /** 65 words: how each signal number is handled (jdk.internal.misc.Signal). */
  signalHandlers = 64,
  /** Id of the last change of membership; 1 where a thread may have an event to take; 1 once the program has had
   *  listeners; id of the event that they were told last; 1 while a thread tells them. */
  membership = 130,
  eventsPending = 131,
  membershipListening = 132,
  membershipTold = 133,
  membershipTelling = 134,
  /** Free blocks behind the heap (off-heap.ts): 26 × 16 words, the first one of each list; 26 words, a bit for each list
   *  that has any; one word, a bit for each of these words that is not 0. */
  offHeapLists = 136,
  offHeapListBits = 552,
  offHeapGroupBits = 578,
}

/** Zeroed bytes that the host gives room for only as they are used, and that its garbage collector does not count. */
export function reserveBytes(byteCount: number): SharedArrayBuffer {
  const pages = Math.ceil(byteCount / PAGE_BYTES);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }).buffer;
}

const METASPACE_START = 4096;
const METASPACE_BYTES = 96 << 20;

/** The largest heap that leaves room for thread stacks. */
export const MAXIMUM_HEAP_BYTES = 1792 << 20;

export class Memory {
  readonly buffer: SharedArrayBuffer;
  readonly i32: Int32Array;
  readonly i8: Int8Array;
  readonly u8: Uint8Array;
  readonly i16: Int16Array;
  readonly u16: Uint16Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly i64: BigInt64Array;
  readonly heapStart = METASPACE_START + METASPACE_BYTES;
  /** End of the heap, and start of the room behind it for thread stacks and native memory (off-heap.ts). */
  readonly heapLimit: number;
  readonly offHeapStart: number;

  constructor(heapBytes: number) {
    const buffer = reserveBytes(MEMORY_BYTES);
    this.buffer = buffer;
    this.i32 = new Int32Array(buffer);
    this.i8 = new Int8Array(buffer);
    this.u8 = new Uint8Array(buffer);
    this.i16 = new Int16Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.i64 = new BigInt64Array(buffer);
    const heapEnd = this.heapStart + Math.min(heapBytes & ~7, MAXIMUM_HEAP_BYTES);
    const r = this.i32;
    r[REGISTERS.metaspaceTop] = METASPACE_START;
    r[REGISTERS.metaspaceEnd] = METASPACE_START + METASPACE_BYTES;
    this.heapLimit = heapEnd;
    this.offHeapStart = (heapEnd + 15) & ~15;
    r[REGISTERS.offHeapTop] = this.offHeapStart;
    r[REGISTERS.offHeapEnd] = MEMORY_BYTES;
  }

  /** Reserves zeroed metaspace, 8-byte aligned; returns its address, or 0 where metaspace is full. */
  allocateMetaspace(byteCount: number): number {
    const r = this.i32;
    const address = r[REGISTERS.metaspaceTop]!;
    const top = address + ((byteCount + 7) & ~7);
    if (top > r[REGISTERS.metaspaceEnd]!) return 0;
    r[REGISTERS.metaspaceTop] = top;
    return address;
  }

  /** Bytes of the room behind the heap, in use or not. */
  get offHeapBytes(): number {
    return this.i32[REGISTERS.offHeapEnd]! - this.offHeapStart;
  }

  /** Bytes of metaspace and heap that are in use. Stacks do not count: most of their pages are never touched. */
  get usedBytes(): number {
    return this.i32[REGISTERS.metaspaceTop]! + this.i32[REGISTERS.heapHighWater]! - this.heapStart;
  }

  /** The used ranges of the state: [start, end) byte addresses, ascending. Stacks count whole. */
  usedRanges(): readonly (readonly [number, number])[] {
    const r = this.i32;
    return [
      [0, r[REGISTERS.metaspaceTop]!],
      [this.heapStart, r[REGISTERS.heapHighWater]!],
      [this.offHeapStart, r[REGISTERS.offHeapTop]!],
    ];
  }
}
