// The machine: a deterministic function of its birth record and its log. This file joins its parts and is, with
// java-calls.ts, what natives work with.

import type { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { performedAs } from './action-overrides.js';
import { contradiction, type InternalDescriptor, input, internal, output } from './actions.js';
import type { BirthRecord, MachineOptions } from './birth-record.js';
import { runProgram } from './boot.js';
import { answerDuringBoot, bootRecordOf } from './boot-record.js';
import { type ClassFile, parseClassFile } from './class-file/class-file.js';
import { withJavaErrors } from './class-file-faults.js';
import { type BootClassSource, ClassRegistry } from './class-registry.js';
import { CollectionDemand } from './collector/collection-demand.js';
import { Collector } from './collector/collector.js';
import { DynamicLinking } from './dynamic.js';
import {
  type Action,
  type ActionResult,
  type Environment,
  type ExternalAction,
  HostError,
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
import { JavaCalls } from './java-calls.js';
import { THREAD, THREAD_STATE } from './layout.js';
import { Membership } from './membership.js';
import { Memory, REGISTERS, reserveBytes } from './memory.js';
import { memoryDigest } from './memory-digest.js';
import { describeMethod } from './messages.js';
import { Monitors } from './monitors.js';
import {
  type BoundNative,
  bindNative,
  type NativeMethod,
  type NativeTable,
  nativeName,
  type RawNativeMethod,
} from './natives.js';
import { OffHeap } from './off-heap.js';
import { deliverSignal } from './outside-signals.js';
import { CodeArea } from './prepare.js';
import { Preservation } from './preservation/preservation.js';
import { Resolution } from './resolution.js';
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
import { SaveRoom } from './snapshot/save-room.js';
import { restoreMemory, type SavedMachine, saveMemory } from './snapshot/saved-machine.js';
import { restoreClassTables, restoreLinkedTables, saveTables } from './snapshot/tables.js';
import { verify } from './verification.js';
import { VirtualFiles } from './virtual-files.js';
import { VirtualValues } from './virtual-values.js';
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

export class Machine extends JavaCalls implements ReplicableMachine {
  readonly options: MachineOptions;
  readonly environment: Environment;
  readonly memory: Memory;
  readonly codeArea = new CodeArea();
  readonly methodTable = new Int32Array(reserveBytes(METHOD_TABLE_WORDS * 4));
  /** By method number / METHOD_ROW.words. */
  readonly boundNatives: BoundNative[] = [];
  /** The natives that were bound, by the same. */
  readonly #actingNatives: (NativeMethod | RawNativeMethod)[] = [];
  readonly heap: Heap;
  readonly offHeap: OffHeap;
  readonly classes: ClassRegistry;
  readonly scheduler: Scheduler;
  readonly monitors: Monitors;
  readonly resolution: Resolution;
  readonly exceptions: Exceptions;
  readonly dynamic: DynamicLinking;
  readonly slowPath: SlowPath;
  readonly collector: Collector;
  readonly collectionDemand = new CollectionDemand(this);
  readonly internalFrames: InternalFrames;
  readonly virtualFiles: VirtualFiles;
  readonly fileChanges: FileChanges;
  readonly inflaters = new Inflaters();
  readonly virtualValues = new VirtualValues();
  readonly membership: Membership;
  readonly preservation: Preservation;
  readonly #ownRecord: BirthRecord;
  /** What the machine is told while it boots; null once it has, or where it boots with its own birth record. */
  #bootRecord: BirthRecord | null;
  readonly #natives: ReadonlyMap<string, NativeTable>;
  readonly #fields = new Map<string, RuntimeField>();
  #stop: StopReason | null = null;
  /** Results of the actions of the instruction under way, so that its execution again after a stall finds them. */
  #performed: { readonly kind: Request['kind']; readonly result: ActionResult }[] = [];
  #performedIndex = 0;
  /** One word, not 0 where endNative has something to do: the run loop looks at it after every native. */
  readonly hasActed = new Int32Array(1);

  /** saved: the machine goes on where that one stood; see Machine.restore. */
  constructor(birthRecord: BirthRecord, parts: MachineParts, saved?: SavedMachine) {
    super();
    warmUp();
    this.#ownRecord = birthRecord;
    this.#bootRecord = bootRecordOf(birthRecord);
    this.options = birthRecord.options;
    this.environment = parts.environment;
    this.#natives = parts.natives;
    this.memory = new Memory(this.options.heapBytes);
    this.memory.i32[REGISTERS.allocationsLeft] = this.options.collectEvery;
    this.offHeap = new OffHeap(this.memory);
    this.heap = new Heap(
      this.memory,
      (byteCount) => this.collectionDemand.noRoom(byteCount),
      this.options.collectEvery > 0 ? () => this.collectionDemand.force() : null,
    );
    if (this.heap.stress !== null) this.hasActed[0] = 1;
    this.preservation = new Preservation(this);
    this.membership = new Membership(this);
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

  /** The whole state, at an epoch boundary: run() has returned 'epoch' or 'idle', or the machine has not run yet.
   *  room: for the copy of the memory; what it has no room for is copied as well, though slower. */
  save(room = new SaveRoom()): SavedMachine {
    if (this.#performed.length > 0) throw new Error('saved within an instruction');
    return {
      tables: saveTables(this, (writer) => this.#saveRegisters(writer)),
      memory: saveMemory(this.memory, room),
    };
  }

  /** About as many bytes as the memory of the saved machine will have. */
  get stateBytes(): number {
    return this.memory.usedBytes;
  }

  /** A machine that goes on exactly where the saved one stood, its birth record being the same. */
  static restore(saved: SavedMachine, birthRecord: BirthRecord, parts: MachineParts): Machine {
    return new Machine(birthRecord, parts, saved);
  }

  #saveRegisters(writer: BinaryWriter): void {
    writer.boolean(this.isBooting).varuint(this.caught);
    this.collectionDemand.save(writer);
  }

  #restoreRegisters(reader: BinaryReader): void {
    if (!reader.boolean()) this.#bootRecord = null;
    this.caught = reader.varuint();
    this.collectionDemand.restore(reader);
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
      case 'outputFailure':
        return this.virtualFiles.standardOutputs.failed(action.stream, action.error, action.lasting);
      case 'signal':
        return deliverSignal(this, action.signal);
      case 'heapLimit':
        return this.heap.setLimit(action.heapBytes);
      case 'membership':
        this.membership.deliver(action);
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
      this.collectionDemand.collect(signal === COLLECTION_FORCED);
      return;
    }
    if (signal instanceof JavaThrow) {
      this.#endInstruction();
      this.#unwind(signal.exception);
    } else if (signal === ACTION_STALLED) this.#stop = 'stalled';
    else if (signal === FRAMES_CHANGED || signal === THREAD_BLOCKED) this.#endInstruction();
    else throw signal;
  }

  /** A catch clause may be entered by a call, which may not fit the stack. */
  #unwind(exception: Reference): void {
    try {
      this.exceptions.unwind(exception);
    } catch (signal) {
      this.handleSignal(signal);
    }
  }

  #endInstruction(): void {
    if (this.#performed.length > 0) this.#performed = [];
    this.#performedIndex = 0;
    this.hasActed[0] = this.heap.stress === null ? 0 : 1;
  }

  /** Visits the references in the machine's tables: see collector/roots.ts. */
  visitTables(visit: (object: Reference) => void): void {
    for (const string of this.heap.internedStrings()) visit(string);
    for (const reference of this.dynamic.references()) visit(reference);
    for (const reference of this.classes.references()) visit(reference);
    visit(this.collectionDemand.outOfMemoryError);
    visit(this.caught);
  }

  // --- Actions -------------------------------------------------------------------------------------------------

  /** Performs an action at the machine's present position. Leaves with a stall where its answer is not known yet;
   *  the native is then executed again from its start and gets the same answers for the actions before this one. Only
   *  an asynchronous output never leaves, so natives may perform one after they have changed something. */
  perform(ordinary: InternalDescriptor, request: Request): ActionResult {
    const { kind } = request;
    const known = this.#performed[this.#performedIndex];
    if (known) {
      if (known.kind !== kind)
        throw new Error(`executed again, ${kind} is asked for in place of ${known.kind}`);
      this.#performedIndex++;
      return known.result;
    }
    const descriptor = this.#checked(ordinary, kind);
    const result = this.#ask({ descriptor, request });
    if (result === STALLED) {
      if (descriptor.asynchronous) throw new Error(`${kind} has no answer that could be missing`);
      this.#performedIndex = 0;
      throw ACTION_STALLED;
    }
    this.#performed.push({ kind, result });
    this.hasActed[0] = 1;
    this.#performedIndex++;
    if (descriptor.output) this.scheduler.requestEpochEnd();
    else if (result instanceof Uint8Array && descriptor.suppressedAtBackup) {
      this.scheduler.countInput(result.length);
    }
    return result;
  }

  #ask(action: Action): ActionResult | typeof STALLED {
    const { descriptor, request } = action;
    if (this.isBooting) return answerDuringBoot(request);
    if (!descriptor.virtualised) return this.environment.perform(action);
    const virtual = this.virtualValues.get(request);
    if (virtual !== undefined) return virtual;
    const value = this.environment.perform(action);
    if (value !== STALLED && !(value instanceof HostError)) this.virtualValues.set(request, value);
    return value;
  }

  /** The descriptor of an action, with what a user has set for the native that performs it. The native must have declared
   *  as much. */
  #checked(ordinary: InternalDescriptor, kind: Request['kind']): InternalDescriptor {
    const native = this.#actingNatives[this.runningMethodNumber >> 3];
    const descriptor = native?.override ? performedAs(ordinary, native.override) : ordinary;
    const problem = contradiction(native?.action ?? internal, descriptor);
    if (problem === null) return descriptor;
    const method = this.classes.method(this.runningMethodNumber);
    const name = nativeName(method.declaringClass.name, method.key);
    throw new Error(`${name} asks for ${kind}, yet it ${problem}`);
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

  /** Parses a class file; its faults are Java errors. */
  parse(bytes: Uint8Array, origin: string, trusted: boolean): ClassFile {
    return withJavaErrors(this, () => parseClassFile(bytes, origin, { trusted }));
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

  // --- Natives ---------------------------------------------------------------------------------------------------

  /** Binds the natives of a class when it is linked. A missing one throws UnsatisfiedLinkError when it is called. */
  bindNative(method: RuntimeMethod): void {
    const native = this.nativesOf(method.declaringClass)?.[method.key];
    if (native) return this.bindMethod(method, native);
    this.boundNatives[method.number >> 3] = (machine) => {
      const { name, declaringClass } = method;
      if (name === 'registerNatives' || (name === 'initIDs' && method.descriptor === '()V')) return;
      machine.throwNew(
        'java/lang/UnsatisfiedLinkError',
        declaringClass.loader === 0
          ? `rjvm has no native ${declaringClass.name}.${method.key}`
          : `'${describeMethod(method, declaringClass)}'`,
      );
    };
  }

  /** The natives that stand in place of a class's methods; null where there are none. */
  nativesOf(type: RuntimeClass): NativeTable | null {
    return this.#natives.get(type.name) ?? null;
  }

  /** What a native method that is still to be bound says of itself. */
  nativeOf(method: RuntimeMethod): NativeMethod | null {
    const native = this.nativesOf(method.declaringClass)?.[method.key];
    return native && 'call' in native ? native : null;
  }

  /** From here on a call of the method is one of the native. */
  bindMethod(method: RuntimeMethod, native: NativeMethod | RawNativeMethod): void {
    if ('call' in native) method.native = native;
    this.boundNatives[method.number >> 3] = bindNative(method, native);
    this.#actingNatives[method.number >> 3] = native;
  }

  // --- Threads ---------------------------------------------------------------------------------------------------

  /** java.lang.Thread object of the running thread. */
  currentThreadObject(): Reference {
    return this.scheduler.get(this.runningThread, THREAD.object);
  }

  /** The running thread goes on under another java.lang.Thread object. */
  adoptThreadObject(object: Reference): void {
    this.scheduler.set(this.runningThread, THREAD.object, object);
    this.heap.setLong(object + this.scheduler.eetopOffset, BigInt(this.runningThread));
  }

  /** The thread to wake when the last user thread ends. */
  setDestroyer(thread: number): void {
    this.memory.i32[REGISTERS.destroyer] = thread;
  }

  /** The running thread ends. */
  endCurrentThread(): never {
    const { scheduler } = this;
    const destroyer = this.memory.i32[REGISTERS.destroyer]!;
    scheduler.set(this.runningThread, THREAD.daemon, 1);
    if (destroyer !== 0 && scheduler.userThreadCount() === 0) scheduler.wake(destroyer);
    return scheduler.terminateCurrent();
  }
}
