// The roots of the heap: frames of all threads, static fields, and what the machine's own tables hold.
import { CLASS_BLOCK, FRAME, METHOD_FLAG, METHOD_ROW, SCRATCH, THREAD } from '../layout.js';
import type { Machine } from '../machine.js';
import { REGISTERS } from '../memory.js';
import type { Reference, RuntimeMethod } from '../runtime-class.js';
import {
  parameterReferences,
  type ReturnAddresses,
  referenceMap,
  referenceMapDuringCall,
} from './reference-maps.js';

export type Visit = (object: Reference) => void;

/** Visits every root reference once or more; zeros are passed as well. */
export function visitRoots(machine: Machine, visit: Visit): void {
  for (const thread of machine.scheduler.threads()) visitThread(machine, thread, visit);
  visitClasses(machine, visit);
  visitPendingReferences(machine, visit);
  machine.visitTables(visit);
}

function visitThread(machine: Machine, thread: number, visit: Visit): void {
  const { scheduler } = machine;
  visit(scheduler.get(thread, THREAD.object));
  const i32 = machine.memory.i32;
  let calleeDelta = 0;
  for (const frame of machine.exceptions.allFrames(thread)) {
    if (frame.method.isNative) visitNativeFrame(machine, thread, frame.fp, frame.locals, frame.method, visit);
    else visitFrame(machine, frame.fp, frame.locals, frame.method, frame.pc, calleeDelta, visit);
    calleeDelta = i32[frame.fp + FRAME.returnDelta]!;
  }
}

/** An interpreted frame: live references by its method's maps, and the monitor of a synchronized method. */
function visitFrame(
  machine: Machine,
  fp: number,
  locals: number,
  method: RuntimeMethod,
  pc: number,
  calleeDelta: number,
  visit: Visit,
): void {
  const i32 = machine.memory.i32;
  // A callee that moves the pc is the call of the instruction; any other runs before the instruction does.
  // A frame whose monitor is yet to be entered, or without bytecode, has only its parameters. (That of a method which is
  // yet to be prepared counts as standing at its first instruction: preparing is no event of the machine's.)
  const flags = machine.methodTable[method.number + METHOD_ROW.flags]!;
  const isSynchronized = (flags & METHOD_FLAG.synchronized) !== 0;
  if (method.code === null || (isSynchronized && !machine.exceptions.isEntered(fp, method))) {
    for (const slot of parameterReferences(method)) visit(i32[locals + 2 * slot]!);
    return;
  }
  const addresses: ReturnAddresses = {
    local: (index) => method.bytecodeIndex(i32[locals + 2 * index]!),
    stack: (slot) => method.bytecodeIndex(i32[fp + FRAME.words + 2 * slot]!),
  };
  const map =
    calleeDelta === 0 ? referenceMap(method, pc, addresses) : referenceMapDuringCall(method, pc, addresses);
  for (const slot of map.locals) visit(i32[locals + 2 * slot]!);
  for (const slot of map.stack) visit(i32[fp + FRAME.words + 2 * slot]!);
  if (isSynchronized) visit(i32[fp - 2]!);
  if (method.plan !== null && machine.exceptions.isBegun(fp, method)) {
    machine.preservation.visitFrame(method, fp, visit);
  }
}

/** A native's frame: its arguments, its scratch references, and the result of the method it called last. */
function visitNativeFrame(
  machine: Machine,
  thread: number,
  fp: number,
  locals: number,
  method: RuntimeMethod,
  visit: Visit,
): void {
  const i32 = machine.memory.i32;
  for (const slot of parameterReferences(method)) visit(i32[locals + 2 * slot]!);
  const flags = machine.methodTable[method.number + METHOD_ROW.flags]!;
  const isSynchronized = (flags & METHOD_FLAG.synchronized) !== 0;
  if (!machine.exceptions.isNativeEntered(fp)) return;
  const scratch = machine.scratchWord(fp);
  for (let i = SCRATCH.firstReference; i < SCRATCH.resultIsReference; i++) visit(i32[scratch + i]!);
  const isTop = machine.scheduler.get(thread, THREAD.fp) === fp;
  if (isTop && i32[scratch + SCRATCH.resultIsReference] === 1)
    visit(i32[machine.scheduler.get(thread, THREAD.sp)]!);
  if (isSynchronized) visit(i32[fp - 2]!);
}

function visitClasses(machine: Machine, visit: Visit): void {
  const i32 = machine.memory.i32;
  for (const type of machine.classes.classes) {
    visit(type.mirror);
    visit(type.loader);
    visit(type.protectionDomain);
    visit(type.signers);
    visit(i32[(type.address >> 2) + CLASS_BLOCK.initializationError]!);
    for (const address of type.staticReferences) visit(i32[address >> 2]!);
  }
}

/** References that were cleared and wait for the JDK's reference handler. */
function visitPendingReferences(machine: Machine, visit: Visit): void {
  visit(machine.memory.i32[REGISTERS.pendingReferences]!);
}
