// Linking ahead of use, at the end of the boot: the code of all classes that are loaded then is prepared, and what its
// instructions name is resolved as far as that needs no Java code and loads and initializes nothing (JVMS §5.4
// allows it). A machine restored from the boot image need not parse the class files for it.
import { markBlockEnds } from './block-ends.js';
import { TAG } from './class-file/constant-pool.js';
import { vtableIndexOf } from './class-layout.js';
import { ACC, CLASS_BLOCK } from './layout.js';
import type { Machine } from './machine.js';
import { Op } from './opcode-numbers.js';
import { instructionBytes, prepareMethod } from './prepare.js';
import { findPolymorphic } from './resolution.js';
import type { RuntimeClass, RuntimeMethod } from './runtime-class.js';
import { addressShift, fieldOps } from './slow-path.js';

/** Loads classes of the boot loader by name, where the JDK has them. */
export function loadAhead(machine: Machine, names: readonly string[]): void {
  for (const name of names) machine.classes.findBoot(name);
}

/** Prepares and links the code of all classes of the boot loader that have come from its source. */
export function linkAhead(machine: Machine): void {
  for (const type of machine.classes.classes) {
    if (!type.isFromSource) continue;
    for (const method of type.methods) {
      if (method.code === null) continue;
      const isNew = method.codeBase < 0;
      if (isNew) prepareMethod(machine, method);
      linkMethod(machine, method);
      if (isNew) markBlockEnds(machine, method);
    }
  }
}

function linkMethod(machine: Machine, method: RuntimeMethod): void {
  const { code } = method.code!;
  for (let pc = 0; pc < code.length; pc += instructionBytes(code, pc)) {
    linkInstruction(machine, method.declaringClass, method.codeBase + pc);
  }
}

function linkInstruction(m: Machine, from: RuntimeClass, pc: number): void {
  const code = m.codeArea.words;
  const index = code[pc + 1]!;
  switch (code[pc]!) {
    case Op.ldc:
    case Op.ldc_w:
      return linkConstant(m, from, pc);
    case Op.getfield:
      return linkField(m, from, pc, 2);
    case Op.putfield:
      return linkField(m, from, pc, 3);
    case Op.getstatic:
      return linkField(m, from, pc, 0);
    case Op.putstatic:
      return linkField(m, from, pc, 1);
    case Op.invokevirtual:
    case Op.invokespecial:
    case Op.invokestatic:
    case Op.invokeinterface:
      return linkCall(m, from, pc);
    case Op.new: {
      const type = loadedClass(m, from, index);
      if (!type || type.isAbstract || type.hasFinalizer || !m.resolution.isInitializedFor(type, from)) return;
      return write(code, pc, Op.new_object, type.address, type.instanceBytes);
    }
    case Op.anewarray: {
      const array = loadedClass(m, from, index)?.arrayClass;
      if (!array) return;
      code[pc + 1] = array.address;
      code[pc] = Op.new_array;
      return;
    }
    case Op.checkcast:
    case Op.instanceof: {
      const type = loadedClass(m, from, index);
      const quick = code[pc] === Op.checkcast ? Op.checkcast_class : Op.instanceof_class;
      if (type) write(code, pc, quick, type.address, 0);
      return;
    }
  }
}

function write(code: Int32Array, pc: number, op: Op, first: number, second: number): void {
  code[pc + 1] = first;
  code[pc + 2] = second;
  code[pc] = op;
}

/** The class of a CONSTANT_Class entry where it is loaded. */
function loadedClass(m: Machine, from: RuntimeClass, index: number): RuntimeClass | undefined {
  return m.classes.loaded(0, from.file!.pool.className(index));
}

function linkConstant(m: Machine, from: RuntimeClass, pc: number): void {
  const code = m.codeArea.words;
  const { pool } = from.file!;
  const index = code[pc + 1]!;
  const tag = pool.tag(index);
  const type = tag === TAG.Class ? loadedClass(m, from, index) : undefined;
  if (tag !== TAG.String && !type) return;
  code[pc + 1] = type ? type.mirror : m.heap.intern(pool.stringValue(index));
  code[pc] = code[pc] === Op.ldc ? Op.ldc_word : Op.ldc_word_wide;
}

/** form: index into fieldOps. */
function linkField(m: Machine, from: RuntimeClass, pc: number, form: 0 | 1 | 2 | 3): void {
  const code = m.codeArea.words;
  const ref = from.file!.pool.memberRef(code[pc + 1]!);
  const field = m.classes.loaded(0, ref.className)?.findField(ref.name, ref.descriptor);
  if (!field || field.isStatic !== form < 2) return;
  if (field.isStatic && !m.resolution.isInitializedFor(field.declaringClass, from)) return;
  code[pc + 1] = field.isStatic ? field.offset >> addressShift(field.descriptor) : field.offset;
  code[pc] = fieldOps(field.descriptor)[form];
}

function linkCall(m: Machine, from: RuntimeClass, pc: number): void {
  const code = m.codeArea.words;
  const ref = from.file!.pool.memberRef(code[pc + 1]!);
  const holder = m.classes.loaded(0, ref.className);
  if (!holder || holder.isInterface !== (ref.tag === TAG.InterfaceMethodref)) return;
  if (findPolymorphic(holder, ref.name)) return;
  const method = holder.findMethod(ref.name, ref.descriptor);
  if (!method || method.isStatic !== (code[pc] === Op.invokestatic)) return;
  const argumentWords = method.argumentSlots * 2;
  switch (code[pc]) {
    case Op.invokestatic:
      if (!m.resolution.isInitializedFor(method.declaringClass, from)) return;
      return write(code, pc, Op.invoke_direct, method.number, 3);
    case Op.invokespecial:
      // Calls of a superclass's method are selected anew when they are executed.
      if (method.isAbstract || (method.name !== '<init>' && holder !== from)) return;
      return write(code, pc, Op.invoke_special, method.number, argumentWords);
    case Op.invokeinterface:
      code[pc + 3] = 0;
      code[pc + 4] = 0;
      return write(code, pc, Op.invoke_interface, method.number, argumentWords);
    default: {
      if (method.isPrivate || (method.accessFlags & ACC.final && !method.declaringClass.isInterface)) {
        return write(code, pc, Op.invoke_special, method.number, argumentWords);
      }
      const entry = vtableIndexOf(holder, method);
      if (entry >= 0) write(code, pc, Op.invoke_virtual, CLASS_BLOCK.vtable + entry, argumentWords);
    }
  }
}
