// The machine: a deterministic function of its birth record and its log. This file joins its parts and is what
// natives work with.
import type { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { type InternalDescriptor, input, output } from './actions.js';
import type { BirthRecord, MachineOptions } from './birth-record.js';
import { runProgram } from './boot.js';
import { answerDuringBoot, bootRecordOf } from './boot-record.js';
import { type ClassFile, parseClassFile } from './class-file/class-file.js';
import { ClassFormatError, UnsupportedClassVersion } from './class-file/errors.js';
import { type BootClassSource, ClassRegistry } from './class-registry.js';
import { Collector } from './collector/collector.js';
import { DynamicLinking } from './dynamic.js';
import {
  type Action,
  type ActionResult,
  type Environment,
  type ExternalAction,
  type ReplicableMachine,
  type Request,
  STALLED,
  type StopReason,
  type Vitals,
} from './environment.js';
import { Exceptions } from './exceptions.js';
import { FileChanges } from './file-changes.js';
import { Heap } from './heap.js';
import { Inflaters } from './inflaters.js';
import { InternalFrames } from './internal-frames.js';
import { interpret } from './interpreter.js';
import {
  CLASS_BLOCK,
  FRAME,
  FRAME_WORDS,
  INITIALIZATION,
  METHOD_FLAG,
  METHOD_ROW,
  NATIVE_SCRATCH_WORDS,
  SCRATCH,
  THREAD,
  THREAD_STATE,
} from './layout.js';
import { Memory, REGISTERS, reserveBytes } from './memory.js';
import { memoryDigest } from './memory-digest.js';
import { Monitors } from './monitors.js';
import {
  type BoundNative,
  bindNative,
  type NativeMethod,
  type NativeTable,
  type RawNativeMethod,
} from './natives.js';
import { deliverSignal } from './outside-signals.js';
import { CodeArea } from './prepare.js';
import { describe, Resolution } from './resolution.js';
import type { Reference, RuntimeClass, RuntimeField, RuntimeMethod } from './runtime-class.js';
import { JAVA_THREAD_STATUS, Scheduler } from './scheduler.js';
import {
  ACTION_STALLED,
  COLLECTION_FORCED,
  COLLECTION_NEEDED,
  FRAMES_CHANGED,
  JavaThrow,
  THREAD_BLOCKED,
} from './signals.js';
import { SlowPath } from './slow-path.js';
import { restoreMemory, type SavedMachine, saveMemory } from './snapshot/saved-machine.js';
import { restoreClassTables, restoreLinkedTables, saveTables } from './snapshot/tables.js';
import { verify } from './verification.js';
import { VirtualFiles } from './virtual-files.js';
import { vitalsOf } from './vitals.js';
import { warmUp } from './warm-up.js';

/** Methods that a machine can have. */
const METHOD_TABLE_WORDS = 8 << 20;

const startTimerDescriptor = output({ asynchronous: true, acknowledged: true });
const cancelTimerDescriptor = output({ asynchronous: true });

/** What a machine is made of besides its birth record. */
export interface MachineParts {
  readonly environment: Environment;
  readonly bootClasses: BootClassSource;
  /** Natives by internal class name. */
  readonly natives: ReadonlyMap<string, NativeTable>;
}

export class Machine implements ReplicableMachine {
  readonly options: MachineOptions;
  readonly environment: Environment;
  readonly memory: Memory;
  readonly codeArea = new CodeArea();
  readonly methodTable = new Int32Array(reserveBytes(METHOD_TABLE_WORDS * 4));
  /** By method number / METHOD_ROW_WORDS. */
  readonly boundNatives: BoundNative[] = [];
  readonly heap: Heap;
  readonly classes: ClassRegistry;
  readonly scheduler: Scheduler;
  readonly monitors: Monitors;
  readonly resolution: Resolution;
  readonly exceptions: Exceptions;
  readonly dynamic: DynamicLinking;
  readonly slowPath: SlowPath;
  readonly collector: Collector;
  readonly internalFrames: InternalFrames;
  readonly virtualFiles: VirtualFiles;
  readonly fileChanges: FileChanges;
  readonly inflaters = new Inflaters();
  readonly #ownRecord: BirthRecord;
  /** What the machine is told while it boots; null once it has, or where it boots with its own birth record. */
  #bootRecord: BirthRecord | null;
  readonly #natives: ReadonlyMap<string, NativeTable>;
  readonly #fields = new Map<string, RuntimeField>();
  #stop: StopReason | null = null;
  #caught: Reference = 0;
  /** Results of the actions of the instruction under way, so that its execution again after a stall finds them. */
  #performed: { readonly kind: Request['kind']; readonly result: ActionResult }[] = [];
  #performedIndex = 0;
  /** One word, not 0 where endNative has something to do: the run loop looks at it after every native. */
  readonly hasActed = new Int32Array(1);
  #outOfMemoryError: Reference = 0;
  /** The instruction that caused the last collection, and how many it has caused. */
  #collectionPosition = '';
  #collectionsInVain = 0;
  /** The instruction that was left for the last forced collection. */
  #forcedPosition = '';

  /** saved: the machine goes on where that one stood; see Machine.restore. */
  constructor(birthRecord: BirthRecord, parts: MachineParts, saved?: SavedMachine) {
    warmUp();
    this.#ownRecord = birthRecord;
    this.#bootRecord = bootRecordOf(birthRecord);
    this.options = birthRecord.options;
    this.environment = parts.environment;
    this.#natives = parts.natives;
    this.memory = new Memory(this.options.heapBytes);
    this.memory.i32[REGISTERS.allocationsLeft] = this.options.collectEvery;
    this.heap = new Heap(
      this.memory,
      (byteCount) => this.#noRoom(byteCount),
      this.options.collectEvery > 0 ? () => this.#forceCollection() : null,
    );
    if (this.heap.stress !== null) this.hasActed[0] = 1;
    this.classes = new ClassRegistry(this, parts.bootClasses);
    this.scheduler = new Scheduler(this);
    this.monitors = new Monitors(this);
    this.resolution = new Resolution(this);
    this.exceptions = new Exceptions(this);
    this.dynamic = new DynamicLinking(this);
    this.slowPath = new SlowPath(this);
    this.collector = new Collector(this);
    this.virtualFiles = new VirtualFiles(this);
    this.fileChanges = new FileChanges(this, this.virtualFiles);
    this.boundNatives[0] = () => {};
    if (saved === undefined) {
      this.classes.bootstrap();
      this.internalFrames = new InternalFrames(this, runProgram, null);
      this.#startMainThread();
    } else {
      restoreMemory(this.memory, saved.memory);
      const reader = restoreClassTables(this, saved.tables);
      this.internalFrames = new InternalFrames(this, runProgram, reader);
      restoreLinkedTables(this, reader);
      this.#restoreRegisters(reader);
    }
  }

  // --- Saved machines --------------------------------------------------------------------------------------------

  /** The whole state, at an epoch boundary: run() has returned 'epoch' or 'idle', or the machine has not run yet. */
  save(): SavedMachine {
    if (this.#performed.length > 0) throw new Error('saved within an instruction');
    return {
      tables: saveTables(this, (writer) => this.#saveRegisters(writer)),
      memory: saveMemory(this.memory),
    };
  }

  /** A machine that goes on exactly where the saved one stood, its birth record being the same. */
  static restore(saved: SavedMachine, birthRecord: BirthRecord, parts: MachineParts): Machine {
    return new Machine(birthRecord, parts, saved);
  }

  #saveRegisters(writer: BinaryWriter): void {
    writer
      .boolean(this.isBooting)
      .varuint(this.#caught)
      .varuint(this.#outOfMemoryError)
      .varuint(this.#collectionsInVain);
    writer.string(this.#collectionPosition).string(this.#forcedPosition);
  }

  #restoreRegisters(reader: BinaryReader): void {
    if (!reader.boolean()) this.#bootRecord = null;
    this.#caught = reader.varuint();
    this.#outOfMemoryError = reader.varuint();
    this.#collectionsInVain = reader.varuint();
    this.#collectionPosition = reader.string();
    this.#forcedPosition = reader.string();
  }

  /** Everything else happens when the machine runs: see boot.ts. */
  #startMainThread(): void {
    const type = this.classes.boot('java/lang/Thread');
    this.scheduler.statusOffset = this.field('java/lang/Thread', 'threadStatus').offset;
    this.scheduler.eetopOffset = this.field('java/lang/Thread', 'eetop').offset;
    const { runProgram: first } = this.internalFrames;
    this.scheduler.start(this.heap.allocateObject(type), this.options.stackBytes, first, 0, false);
  }

  // --- Booting ---------------------------------------------------------------------------------------------------

  /** What the machine may know at present; see boot-record.ts. */
  get birthRecord(): BirthRecord {
    return this.#bootRecord ?? this.#ownRecord;
  }

  /** True until the class library has started without any knowledge of the program. */
  get isBooting(): boolean {
    return this.#bootRecord !== null;
  }

  /** Starts the class library, as far as that can be done before the program is known. The machine then stands at the
   *  beginning of epoch 0, in a state that depends on its boot record alone. Nothing for a machine that has booted. */
  boot(): void {
    while (this.isBooting) {
      this.#stop = null;
      const reason = interpret(this);
      if (!this.isBooting) return;
      if (reason !== 'epoch') throw new Error(`the class library does not start: ${reason}`);
      this.scheduler.beginEpoch();
    }
  }

  /** The boot is over; leaves the run loop. */
  endBoot(): never {
    this.#bootRecord = null;
    this.scheduler.beginFirstEpoch();
    this.requestStop('epoch');
    throw FRAMES_CHANGED;
  }

  // --- Running -------------------------------------------------------------------------------------------------

  run(): StopReason {
    this.boot();
    // A signal may have ended it between two epochs.
    if (this.memory.i32[REGISTERS.exited]) return 'exited';
    this.#stop = null;
    return interpret(this);
  }

  get epoch(): number {
    return this.memory.i32[REGISTERS.epoch]!;
  }

  get exitCode(): number {
    return this.memory.i32[REGISTERS.exitCode]!;
  }

  deliver(actions: readonly ExternalAction[]): void {
    this.scheduler.beginEpoch();
    for (const action of actions) this.#deliver(action);
  }

  #deliver(action: ExternalAction): void {
    switch (action.kind) {
      case 'timer':
        return this.scheduler.timerFired(action.id);
      case 'input':
        if (this.virtualFiles.standardInput.deliver(action.id, action.value)) this.scheduler.wakeReaders();
        return;
      case 'signal':
        return deliverSignal(this, action.signal);
      case 'membership':
        this.memory.i32[REGISTERS.replicaCount] = action.replicaCount;
    }
  }

  digest(): string {
    return memoryDigest(this.memory);
  }

  vitals(): Vitals {
    return vitalsOf(this);
  }

  /** The run loop returns with this reason at the next chance. */
  requestStop(reason: StopReason): void {
    this.#stop ??= reason;
  }

  stopRequested(): boolean {
    return this.#stop !== null;
  }

  stopReason(): StopReason {
    if (this.memory.i32[REGISTERS.exited]) return 'exited';
    return this.#stop ?? 'idle';
  }

  /** As exit, between instructions. */
  endProgram(code: number): void {
    this.memory.i32[REGISTERS.exitCode] = code;
    this.memory.i32[REGISTERS.exited] = 1;
    this.#stop = 'exited';
  }

  /** Ends the program at once, as Runtime.halt. */
  exit(code: number): never {
    this.endProgram(code);
    throw THREAD_BLOCKED;
  }

  /** What the run loop does with a throw from beneath an instruction. */
  handleSignal(signal: unknown): void {
    // After a stall the native finds the room that it had, so that its second execution changes nothing.
    if (this.heap.stress !== null && signal !== ACTION_STALLED) this.heap.space.returnRest();
    if (signal === COLLECTION_NEEDED || signal === COLLECTION_FORCED) {
      // The instruction is executed again, and finds the results of the actions that it has performed.
      this.#performedIndex = 0;
      this.#collect(signal === COLLECTION_FORCED);
      return;
    }
    if (signal instanceof JavaThrow) {
      this.#endInstruction();
      this.exceptions.unwind(signal.exception);
    } else if (signal === ACTION_STALLED) this.#stop = 'stalled';
    else if (signal === FRAMES_CHANGED || signal === THREAD_BLOCKED) this.#endInstruction();
    else throw signal;
  }

  #collect(isForced: boolean): void {
    if (!isForced) {
      const position = this.#position();
      this.#collectionsInVain = position === this.#collectionPosition ? this.#collectionsInVain + 1 : 1;
      this.#collectionPosition = position;
    }
    this.collector.collect(!isForced && this.#collectionsInVain > 1);
  }

  /** Leaves the instruction for a collection before every Nth allocation, once at most: it may make several. */
  #forceCollection(): void {
    const i32 = this.memory.i32;
    if (i32[REGISTERS.currentThread] === 0) return;
    if (i32[REGISTERS.allocationsLeft]! > 1) {
      i32[REGISTERS.allocationsLeft]! -= 1;
      return;
    }
    const position = this.#position();
    if (position === this.#forcedPosition) return;
    this.#forcedPosition = position;
    i32[REGISTERS.allocationsLeft] = this.options.collectEvery;
    throw COLLECTION_FORCED;
  }

  #endInstruction(): void {
    if (this.#performed.length > 0) this.#performed = [];
    this.#performedIndex = 0;
    this.hasActed[0] = this.heap.stress === null ? 0 : 1;
  }

  /** An allocation does not fit. The first and second time for one instruction the heap is collected, the second
   *  time with the softly reachable objects; then it is full. */
  #noRoom(byteCount: number): never {
    const heapBytes = this.memory.heapLimit - this.memory.heapStart;
    const isExhausted = this.#collectionsInVain >= 2 && this.#position() === this.#collectionPosition;
    if (!isExhausted && byteCount < heapBytes) throw COLLECTION_NEEDED;
    return this.#throwOutOfMemory();
  }

  /** The instruction under way: no instruction is executed twice without one being counted in between. */
  #position(): string {
    const i32 = this.memory.i32;
    const count = i32[REGISTERS.countLow]! + i32[REGISTERS.grant]! - i32[REGISTERS.budget]!;
    return `${this.#thread} ${this.framePointer} ${i32[this.framePointer + FRAME.pc]} ${count}`;
  }

  /** Visits the references in the machine's tables: see collector/roots.ts. */
  visitTables(visit: (object: Reference) => void): void {
    for (const string of this.heap.internedStrings()) visit(string);
    for (const reference of this.dynamic.references()) visit(reference);
    for (const reference of this.classes.references()) visit(reference);
    visit(this.#outOfMemoryError);
    visit(this.#caught);
  }

  // --- Actions -------------------------------------------------------------------------------------------------

  /** Performs an action at the machine's present position. Leaves with a stall where its answer is not known yet;
   *  the native is then executed again from its start and gets the same answers for the actions before this one. Only
   *  an asynchronous output never leaves, so natives may perform one after they have changed something. */
  perform(descriptor: InternalDescriptor, request: Request): ActionResult {
    const { kind } = request;
    const known = this.#performed[this.#performedIndex];
    if (known) {
      if (known.kind !== kind)
        throw new Error(`executed again, ${kind} is asked for in place of ${known.kind}`);
      this.#performedIndex++;
      return known.result;
    }
    const action: Action = { descriptor, request };
    const result = this.isBooting ? answerDuringBoot(request) : this.environment.perform(action);
    if (result === STALLED) {
      if (descriptor.asynchronous) throw new Error(`${kind} has no answer that could be missing`);
      this.#performedIndex = 0;
      throw ACTION_STALLED;
    }
    this.#performed.push({ kind, result });
    this.hasActed[0] = 1;
    this.#performedIndex++;
    if (descriptor.output) this.scheduler.requestEpochEnd();
    return result;
  }

  /** Called by the run loop when a native has returned, where hasActed: its actions are done with. */
  endNative(): void {
    this.#endInstruction();
    if (this.heap.stress !== null) this.heap.space.returnRest();
  }

  /** The running thread waits for standard input; its native is executed again when there is an answer. */
  waitForInput(): never {
    return this.scheduler.block(THREAD_STATE.awaitingInput, JAVA_THREAD_STATUS.runnable);
  }

  performStartTimer(id: number, durationNs: bigint): void {
    this.perform(startTimerDescriptor, { kind: 'startTimer', id, durationNs });
  }

  performCancelTimer(id: number): void {
    this.perform(cancelTimerDescriptor, { kind: 'cancelTimer', id });
  }

  readMonotonicClock(): bigint {
    return this.perform(input(), { kind: 'readMonotonicClock' }) as bigint;
  }

  readWallClock(): bigint {
    return this.perform(input(), { kind: 'readWallClock' }) as bigint;
  }

  // --- Frames: what natives use to call Java ---------------------------------------------------------------------

  get #thread(): number {
    return this.memory.i32[REGISTERS.currentThread]!;
  }

  /** Word index of the running thread's top frame header. */
  get framePointer(): number {
    return this.scheduler.get(this.#thread, THREAD.fp);
  }

  /** Number of the method of the running thread's top frame. */
  get runningMethodNumber(): number {
    return this.memory.i32[this.framePointer + FRAME.method]!;
  }

  /** The native's scratch words, zero at its first execution: words 0 to 2 for ints and addresses of class blocks,
   *  words 3 to 6 for references. */
  scratch(index: number): number {
    return this.memory.i32[this.#scratchWord() + index]!;
  }

  setScratch(index: number, value: number): void {
    this.memory.i32[this.#scratchWord() + index] = value;
  }

  #scratchWord(): number {
    return this.scratchWord(this.framePointer);
  }

  /** Word index of the scratch words of a native's frame. */
  scratchWord(fp: number): number {
    const flags = this.methodTable[this.memory.i32[fp + FRAME.method]! + METHOD_ROW.flags]!;
    return fp - NATIVE_SCRATCH_WORDS - (flags & METHOD_FLAG.synchronized ? 2 : 0);
  }

  /**
   * Runs a Java method with these arguments (longs as bigint, everything else as number); the native is executed
   * again when it has returned, and finds its result by callResult*. Selects nothing: the method given is the one.
   */
  call(method: RuntimeMethod, values: readonly (number | bigint)[]): never {
    const caller = this.framePointer;
    this.pushFrame(method, values, 0);
    if (this.#isNative(caller) && 'L['.includes(method.parsed.returns[0]!)) {
      this.memory.i32[this.scratchWord(caller) + SCRATCH.resultIsReference] = 1;
    }
    // On top of the method's frame, so that the native is not executed again in between.
    if (method.isStatic) this.initialize(method.declaringClass);
    throw FRAMES_CHANGED;
  }

  /** As call, of the method that the receiver's class selects for name + descriptor. */
  callVirtual(receiver: Reference, key: string, values: readonly (number | bigint)[]): never {
    const type = this.classes.of(receiver);
    const method = type.vtable.find((entry) => entry.key === key) ?? type.findClassMethod(key);
    if (!method) throw new Error(`no method ${key} in ${type.name}`);
    return this.call(method, [receiver, ...values]);
  }

  /** As call, of a static method of a class of the boot loader. */
  callStatic(className: string, key: string, values: readonly (number | bigint)[]): never {
    const method = this.classes.boot(className).methodsByKey.get(key);
    if (!method) throw new Error(`no method ${key} in ${className}`);
    return this.call(method, values);
  }

  /** Result (int, reference) of the method that the native called last. */
  callResultInt(): number {
    return this.memory.i32[this.scheduler.get(this.#thread, THREAD.sp)]!;
  }

  callResultLong(): bigint {
    return this.memory.i64[this.scheduler.get(this.#thread, THREAD.sp) >> 1]!;
  }

  callResultFloat(): number {
    return this.memory.f32[this.scheduler.get(this.#thread, THREAD.sp)]!;
  }

  callResultDouble(): number {
    return this.memory.f64[this.scheduler.get(this.#thread, THREAD.sp) >> 1]!;
  }

  setCaught(exception: Reference): void {
    this.#caught = exception;
  }

  /** The exception that a method called by a native with `catches` has thrown, 0 for none; once. */
  takeCaught(): Reference {
    const exception = this.#caught;
    this.#caught = 0;
    return exception;
  }

  #isNative(fp: number): boolean {
    const flags = this.methodTable[this.memory.i32[fp + FRAME.method]! + METHOD_ROW.flags]!;
    return (flags & METHOD_FLAG.native) !== 0;
  }

  /** Pushes a frame; the caller's pc moves by `returnDelta` when it returns. Throws StackOverflowError. */
  pushFrame(method: RuntimeMethod, values: readonly (number | bigint)[], returnDelta: number): void {
    const { memory, scheduler } = this;
    const thread = this.#thread;
    const locals = scheduler.get(thread, THREAD.sp);
    const types = method.isStatic ? method.parsed.parameters : ['L', ...method.parsed.parameters];
    if (locals + method.argumentSlots * 2 > scheduler.get(thread, THREAD.stackLimit)) this.#stackOverflow();
    let word = locals;
    for (let i = 0; i < types.length; i++) {
      const value = values[i]!;
      switch (types[i]![0]) {
        case 'J':
          memory.i64[word >> 1] = value as bigint;
          word += 4;
          break;
        case 'D':
          memory.f64[word >> 1] = value as number;
          word += 4;
          break;
        case 'F':
          memory.f32[word] = value as number;
          word += 2;
          break;
        default:
          memory.i32[word] = value as number;
          word += 2;
      }
    }
    this.#enterFrame(method, locals, returnDelta);
  }

  /** Calls a method whose arguments lie on the operand stack, as an invoke instruction of that length does. */
  pushCall(method: RuntimeMethod, returnDelta: number): void {
    const sp = this.scheduler.get(this.#thread, THREAD.sp);
    this.#enterFrame(method, sp - method.argumentSlots * 2, returnDelta);
  }

  #enterFrame(method: RuntimeMethod, locals: number, returnDelta: number): void {
    const { memory, methodTable, scheduler } = this;
    const thread = this.#thread;
    const row = method.number;
    const fp = locals + methodTable[row + METHOD_ROW.localWords]!;
    if (fp + methodTable[row + METHOD_ROW.frameWords]! > scheduler.get(thread, THREAD.stackLimit)) {
      this.#stackOverflow();
    }
    const caller = scheduler.get(thread, THREAD.fp);
    // The frame lies where the result of an earlier call was.
    if (this.#isNative(caller)) memory.i32[this.scratchWord(caller) + SCRATCH.resultIsReference] = 0;
    memory.i32[fp + FRAME.callerFp] = caller;
    memory.i32[fp + FRAME.pc] = methodTable[row + METHOD_ROW.entry]!;
    memory.i32[fp + FRAME.method] = row;
    memory.i32[fp + FRAME.returnDelta] = returnDelta;
    scheduler.set(thread, THREAD.fp, fp);
    scheduler.set(thread, THREAD.sp, fp + FRAME_WORDS);
  }

  #stackOverflow(): never {
    this.scheduler.useReserve(true);
    return this.throwNew('java/lang/StackOverflowError');
  }

  /** True for the machine's own frames, which no stack trace shows. */
  isInternal(method: RuntimeMethod): boolean {
    return method.declaringClass === this.internalFrames.type;
  }

  // --- Exceptions ------------------------------------------------------------------------------------------------

  /** Throws a new exception of a class of the boot loader, its constructor run in Java. */
  throwNew(className: string, message?: string): never {
    if (message === undefined) return this.throwWith(className, '()V', []);
    return this.throwWith(className, '(Ljava/lang/String;)V', [this.heap.newString(message)]);
  }

  /** As throwNew, with a cause. */
  throwCaused(className: string, message: string, cause: Reference): never {
    return this.throwWith(className, '(Ljava/lang/String;)V', [this.heap.newString(message), cause]);
  }

  /** As throwNew, by the constructor with that descriptor; at most two arguments, references. A second value where the
   *  constructor takes one argument is the exception's cause. */
  throwWith(className: string, descriptor: string, values: readonly Reference[]): never {
    const type = this.classes.boot(className);
    const declared = type.methodsByKey.get(`<init>${descriptor}`);
    if (!declared) throw new Error(`no constructor ${descriptor} in ${className}`);
    if (this.#thread === 0) throw new Error(`${className} before the first thread`);
    const [first, second] = values;
    this.pushFrame(this.internalFrames.throwNew, [type.address, declared.number, first ?? 0, second ?? 0], 0);
    throw FRAMES_CHANGED;
  }

  /** The heap is full. The first time a reserve lets the error be made; later the prepared one is thrown. */
  #throwOutOfMemory(): never {
    if (this.heap.releaseReserve()) return this.throwNew('java/lang/OutOfMemoryError', 'Java heap space');
    throw new JavaThrow(this.#outOfMemoryError);
  }

  /** The error for a full heap without reserve; made at boot. */
  setOutOfMemoryError(error: Reference): void {
    this.#outOfMemoryError = error;
  }

  /** OpenJDK's message of a failed cast. */
  castMessage(from: RuntimeClass, to: RuntimeClass): string {
    const names = `class ${from.externalName} cannot be cast to class ${to.externalName}`;
    return `${names} (${this.placesMessage(from, to)})`;
  }

  /** Where two classes are, as OpenJDK adds it to messages about both. */
  placesMessage(first: RuntimeClass, second: RuntimeClass): string {
    const firstPlace = this.#describeModule(first);
    const secondPlace = this.#describeModule(second);
    if (firstPlace === secondPlace) {
      return `${first.externalName} and ${second.externalName} are in ${firstPlace}`;
    }
    return `${first.externalName} is in ${firstPlace}; ${second.externalName} is in ${secondPlace}`;
  }

  /** Message of a second definition of a class by its loader. */
  duplicateClassMessage(type: RuntimeClass): string {
    const loader = this.loaderName(type.loader);
    const kind = type.isInterface ? 'interface' : type.isAbstract ? 'abstract class' : 'class';
    const name = type.externalName;
    let place = `${name} is in ${this.#describeModule(type)}`;
    if (loader !== "'app'" && loader !== "'platform'" && loader !== "'bootstrap'") {
      const parent = this.getField(type.loader, 'java/lang/ClassLoader', 'parent');
      place += `, parent loader ${this.loaderName(parent)}`;
    }
    return `loader ${loader} attempted duplicate ${kind} definition for ${name}. (${place})`;
  }

  #describeModule(type: RuntimeClass): string {
    let element = type;
    while (element.component) element = element.component;
    const loader = this.loaderName(element.loader);
    const module = this.classes.moduleOf(element);
    const nameField = this.field('java/lang/Module', 'name');
    const name = module === 0 ? 0 : this.heap.getInt(module + nameField.offset);
    const what = name === 0 ? 'unnamed module' : `module ${this.heap.text(name)}`;
    return `${what} of loader ${loader}`;
  }

  /** A loader as OpenJDK names it in messages: 'bootstrap', 'app', or a quoted class name and hash. */
  loaderName(loader: Reference): string {
    if (loader === 0) return "'bootstrap'";
    const field = this.field('java/lang/ClassLoader', 'nameAndId');
    const text = this.heap.getInt(loader + field.offset);
    if (text === 0) return this.classes.of(loader).externalName;
    const name = this.heap.text(text);
    const builtIn = /^'(app|platform)'/.exec(name);
    return builtIn ? `'${builtIn[1]}'` : name;
  }

  abstractMethodMessage(receiver: RuntimeClass, method: RuntimeMethod): string {
    return `Receiver class ${receiver.externalName} does not define or inherit an implementation of the resolved method 'abstract ${this.describeMethod(method)}' of ${method.declaringClass.isInterface ? 'interface' : 'abstract class'} ${method.declaringClass.externalName}.`;
  }

  describeMethod(method: RuntimeMethod): string {
    return describe(method, method.declaringClass);
  }

  // --- Classes ---------------------------------------------------------------------------------------------------

  /** Throws InterruptedException and clears the interrupt where the thread is interrupted. */
  takeInterrupt(thread: number): void {
    const object = this.scheduler.get(thread, THREAD.object);
    const address = object + this.field('java/lang/Thread', 'interrupted').offset;
    if (this.memory.i8[address] === 0) return;
    // Before the flag is cleared: it may leave, and then the native is executed again.
    this.initialize(this.classes.boot('java/lang/InterruptedException'));
    this.memory.i8[address] = 0;
    this.throwNew('java/lang/InterruptedException');
  }

  /** Class at an address is the same as or a subtype of the other. */
  isSubtype(classAddress: number, ofAddress: number): boolean {
    return this.classes.atAddress(classAddress).isSubtypeOf(this.classes.atAddress(ofAddress));
  }

  isInstance(object: Reference, type: RuntimeClass): boolean {
    return this.classes.of(object).isSubtypeOf(type);
  }

  /** Makes sure that a class is initialized, or is being initialized by the running thread (JVMS §5.5). Leaves with
   *  a signal where Java code must run first. */
  initialize(type: RuntimeClass): void {
    const block = type.address >> 2;
    const state = this.memory.i32[block + CLASS_BLOCK.initializationState];
    if (state === INITIALIZATION.initialized) return;
    if (
      state === INITIALIZATION.inProgress &&
      this.memory.i32[block + CLASS_BLOCK.initializationThread] === this.#thread
    ) {
      return;
    }
    this.pushFrame(this.internalFrames.initializeClass, [type.address], 0);
    throw FRAMES_CHANGED;
  }

  /** Class that a Java loader gives for an internal name; leaves with a signal until it has answered. */
  callLoader(loader: Reference, name: string, asError: boolean): never {
    const text = this.heap.newString(name.replaceAll('/', '.'));
    this.pushFrame(this.internalFrames.loadClass, [loader, text, asError ? 1 : 0], 0);
    throw FRAMES_CHANGED;
  }

  /** Parses a class file; its faults are Java errors. */
  parse(bytes: Uint8Array, origin: string, trusted: boolean): ClassFile {
    try {
      return parseClassFile(bytes, origin, { trusted });
    } catch (error) {
      if (error instanceof UnsupportedClassVersion) {
        return this.throwNew('java/lang/UnsupportedClassVersionError', error.message);
      }
      if (error instanceof ClassFormatError)
        return this.throwNew('java/lang/ClassFormatError', error.message);
      throw error;
    }
  }

  /** Verifies a class that is not the JDK's own (JVMS §4.10). */
  verify(type: RuntimeClass): void {
    verify(this, type);
  }

  /** Field of a class of the boot loader that natives know by name; instance and static alike. */
  field(className: string, name: string): RuntimeField {
    const key = `${className}.${name}`;
    let field = this.#fields.get(key);
    if (!field) {
      const found = this.classes.boot(className).findField(name);
      if (!found) throw new Error(`the JDK has no field ${key}`);
      field = found;
      this.#fields.set(key, field);
    }
    return field;
  }

  /** Reads an int or reference field of an object by name. */
  getField(object: Reference, className: string, name: string): number {
    return this.heap.getInt(object + this.field(className, name).offset);
  }

  setField(object: Reference, className: string, name: string, value: number): void {
    this.heap.setInt(object + this.field(className, name).offset, value);
  }

  /** JavaScript text of a String reference, null for null. */
  textOf(string: Reference): string | null {
    return string === 0 ? null : this.heap.text(string);
  }

  /** Arrays of arrays, as multianewarray and Array.multiNewArray make them. */
  newMultiArray(arrayClass: RuntimeClass, lengths: readonly number[]): Reference {
    for (const length of lengths) {
      if (length < 0) this.throwNew('java/lang/NegativeArraySizeException', String(length));
    }
    return this.#newMultiArray(arrayClass, lengths, 0);
  }

  #newMultiArray(arrayClass: RuntimeClass, lengths: readonly number[], depth: number): Reference {
    const array = this.heap.allocateArray(arrayClass, lengths[depth]!);
    if (depth + 1 < lengths.length) {
      for (let i = 0; i < lengths[depth]!; i++) {
        this.heap.setElement(array, i, this.#newMultiArray(arrayClass.component!, lengths, depth + 1));
      }
    }
    return array;
  }

  // --- Natives ---------------------------------------------------------------------------------------------------

  /** Binds the natives of a class when it is linked. A missing one throws UnsatisfiedLinkError when it is called. */
  bindNative(method: RuntimeMethod): void {
    const native = this.#natives.get(method.declaringClass.name)?.[method.key];
    if (native) return this.#bind(method, native);
    this.boundNatives[method.number >> 3] = (machine) => {
      const { name, declaringClass } = method;
      if (name === 'registerNatives' || (name === 'initIDs' && method.descriptor === '()V')) return;
      machine.throwNew(
        'java/lang/UnsatisfiedLinkError',
        declaringClass.loader === 0
          ? `rjvm has no native ${declaringClass.name}.${method.key}`
          : `'${describe(method, declaringClass)}'`,
      );
    };
  }

  /** What a native method that is still to be bound says of itself. */
  nativeOf(method: RuntimeMethod): NativeMethod | null {
    const native = this.#natives.get(method.declaringClass.name)?.[method.key];
    return native && 'call' in native ? native : null;
  }

  #bind(method: RuntimeMethod, native: NativeMethod | RawNativeMethod): void {
    if ('call' in native) method.native = native;
    this.boundNatives[method.number >> 3] = bindNative(method, native);
  }

  // --- Threads ---------------------------------------------------------------------------------------------------

  /** java.lang.Thread object of the running thread. */
  currentThreadObject(): Reference {
    return this.scheduler.get(this.#thread, THREAD.object);
  }

  /** The running thread goes on under another java.lang.Thread object. */
  adoptThreadObject(object: Reference): void {
    this.scheduler.set(this.#thread, THREAD.object, object);
    this.heap.setLong(object + this.scheduler.eetopOffset, BigInt(this.#thread));
  }

  /** The thread to wake when the last user thread ends. */
  setDestroyer(thread: number): void {
    this.memory.i32[REGISTERS.destroyer] = thread;
  }

  /** The running thread ends. */
  endCurrentThread(): never {
    const { scheduler } = this;
    const destroyer = this.memory.i32[REGISTERS.destroyer]!;
    scheduler.set(this.#thread, THREAD.daemon, 1);
    if (destroyer !== 0 && scheduler.userThreadCount() === 0) scheduler.wake(destroyer);
    return scheduler.terminateCurrent();
  }

  /** Class name, message and backtrace of an exception, for the machine's own reports. */
  describeException(exception: Reference): string {
    const message = this.textOf(this.getField(exception, 'java/lang/Throwable', 'detailMessage'));
    const name = this.classes.of(exception).externalName;
    const lines = [message === null ? name : `${name}: ${message}`];
    const backtrace = this.getField(exception, 'java/lang/Throwable', 'backtrace');
    const pairs = backtrace === 0 ? [] : this.heap.elements(backtrace);
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const method = this.classes.method(pairs[i]!);
      lines.push(`\tat ${method} (line ${method.lineNumber(pairs[i + 1]!)})`);
    }
    const cause = this.getField(exception, 'java/lang/Throwable', 'cause');
    if (cause !== 0 && cause !== exception) lines.push(`Caused by: ${this.describeException(cause)}`);
    return lines.join('\n');
  }
}
