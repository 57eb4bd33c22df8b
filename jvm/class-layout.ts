// Linking arithmetic: field offsets, vtables and method rows, all assigned in load order.
import { isReference, slotsOf } from './class-file/descriptors.js';
import { isHiddenFrame } from './dynamic/annotations.js';
import { ACC, FRAME, METHOD_FLAG, METHOD_ROW, OBJECT_HEADER, SCRATCH } from './layout.js';
import type { Machine } from './machine.js';
import { FIRST_CODE, STUB } from './opcode-numbers.js';
import type { RuntimeClass, RuntimeField, RuntimeMethod } from './runtime-class.js';

/** Bytes that a value of a field type takes in an object. */
export function fieldBytes(descriptor: string): 1 | 2 | 4 | 8 {
  switch (descriptor[0]) {
    case 'J':
    case 'D':
      return 8;
    case 'S':
    case 'C':
      return 2;
    case 'B':
    case 'Z':
      return 1;
    default:
      return 4;
  }
}

/** Places fields, the largest first, a 4-byte one before them where it fills a gap. Returns the end offset. */
function place(fields: readonly RuntimeField[], start: number): number {
  const bySize = new Map<number, RuntimeField[]>([8, 4, 2, 1].map((size) => [size, []]));
  for (const field of fields) bySize.get(fieldBytes(field.descriptor))!.push(field);
  let offset = (start + 3) & ~3;
  const put = (field: RuntimeField, size: number) => {
    field.offset = offset;
    offset += size;
  };
  if (bySize.get(8)!.length > 0 && (offset & 7) !== 0) {
    const filler = bySize.get(4)!.shift();
    if (filler) put(filler, 4);
    offset = (offset + 7) & ~7;
  }
  for (const size of [8, 4, 2, 1]) for (const field of bySize.get(size)!) put(field, size);
  return offset;
}

/** Lays out instance and static fields; static offsets are relative to the statics area. Returns its bytes. */
export function layoutFields(type: RuntimeClass): number {
  const start = type.superclass?.instanceBytes ?? OBJECT_HEADER.bytes;
  const instance = type.fields.filter((field) => !field.isStatic);
  type.instanceBytes = type.isInterface ? OBJECT_HEADER.bytes : (place(instance, start) + 7) & ~7;
  const own = instance.filter((field) => isReference(field.descriptor)).map((field) => field.offset);
  type.referenceOffsets = [...(type.superclass?.referenceOffsets ?? []), ...own].sort((a, b) => a - b);
  return place(
    type.fields.filter((field) => field.isStatic),
    0,
  );
}

/** A class and its supertypes, in the order of their declaration. */
export function supertypesOf(type: RuntimeClass): ReadonlySet<RuntimeClass> {
  const supertypes = new Set<RuntimeClass>([type]);
  const { superclass, interfaces } = type;
  for (const parent of superclass ? [superclass, ...interfaces] : interfaces) {
    for (const ancestor of parent.supertypes) supertypes.add(ancestor);
  }
  return supertypes;
}

function overrides(method: RuntimeMethod, inherited: RuntimeMethod): boolean {
  if (inherited.accessFlags & (ACC.public | ACC.protected)) return true;
  if (inherited.accessFlags & ACC.private) return false;
  return inherited.declaringClass.inSamePackage(method.declaringClass);
}

/** Virtual table, JVMS §5.4.5 and §5.4.6: superclass entries, own methods, then interface methods without a
 *  declaration in any class, each with the implementation that selection gives. */
export function buildVtable(type: RuntimeClass): void {
  if (type.isInterface) {
    type.vtable = type.superclass?.vtable ?? [];
    return;
  }
  const vtable = [...(type.superclass?.vtable ?? [])];
  const indexes = new Map<string, number[]>();
  for (let i = 0; i < vtable.length; i++) {
    const list = indexes.get(vtable[i]!.key);
    if (list) list.push(i);
    else indexes.set(vtable[i]!.key, [i]);
  }
  for (const method of type.methods) {
    if (method.isStatic || method.name === '<init>') continue;
    if (!method.isPrivate) {
      for (const index of indexes.get(method.key) ?? []) {
        if (!overrides(method, vtable[index]!)) continue;
        vtable[index] = method;
        method.vtableIndex = index;
      }
    }
    if (method.vtableIndex < 0 && !method.isPrivate) {
      method.vtableIndex = vtable.length;
      vtable.push(method);
    }
  }
  if (type.interfaces.length > 0) addInterfaceMethods(type, vtable);
  type.vtable = vtable;
}

function addInterfaceMethods(type: RuntimeClass, vtable: RuntimeMethod[]): void {
  const indexes = new Map<string, number>();
  for (let i = 0; i < vtable.length; i++) {
    const entry = vtable[i]!;
    if (!indexes.has(entry.key) || entry.declaringClass.isInterface) indexes.set(entry.key, i);
  }
  const seen = new Set<string>();
  for (const supertype of type.supertypes) {
    if (!supertype.isInterface) continue;
    for (const declared of supertype.methods) {
      if (declared.isStatic || declared.isPrivate || seen.has(declared.key)) continue;
      seen.add(declared.key);
      const index = indexes.get(declared.key);
      if (index !== undefined && !vtable[index]!.declaringClass.isInterface) continue;
      const selected = type.findInterfaceMethod(declared.key).method ?? declared;
      if (index === undefined) vtable.push(selected);
      else vtable[index] = selected;
    }
  }
}

/** Index in a class's vtable of the entry that a call of this method selects, -1 where there is none. */
export function vtableIndexOf(type: RuntimeClass, method: RuntimeMethod): number {
  if (method.vtableIndex >= 0) return method.vtableIndex;
  return type.vtable.findIndex((entry) => entry.key === method.key);
}

/** Gives each method its number and its row of the method table. */
export function assignMethodRows(machine: Machine, type: RuntimeClass): void {
  type.firstMethod = machine.classes.methods.length * METHOD_ROW.words;
  for (const method of type.methods) assignMethodRow(machine, method);
}

/** Gives a method of a restored machine the number and row that it had. */
export function restoreMethodRow(machine: Machine, method: RuntimeMethod, number: number): void {
  method.number = number;
  machine.classes.methods[number / METHOD_ROW.words] = method;
  method.plan = machine.preservation.planOf(method);
  const entry = machine.methodTable[number + METHOD_ROW.entry]!;
  if (entry < FIRST_CODE) return;
  const flags = machine.methodTable[number + METHOD_ROW.flags]!;
  method.codeBase = entry + prefixWords(flags);
}

/** Words of prepared code before that of bytecode 0, by METHOD_FLAGs. */
export function prefixWords(flags: number): number {
  return (flags & METHOD_FLAG.synchronized ? 1 : 0) + (flags & METHOD_FLAG.preserving ? 1 : 0);
}

function noNative(): void {
  throw new Error('not a native method, or one that is not bound yet');
}

/** Number and row for one method; its entry is a stub until the method is first called. */
export function assignMethodRow(machine: Machine, method: RuntimeMethod): void {
  const methods = machine.classes.methods;
  method.number = methods.length * METHOD_ROW.words;
  methods.push(method);
  // One after the other: an array with gaps is a slow table.
  machine.boundNatives[method.number / METHOD_ROW.words] = noNative;
  const table = machine.methodTable;
  const row = method.number;
  const isSynchronized = (method.accessFlags & ACC.synchronized) !== 0;
  const { declaringClass } = method;
  const hidden = declaringClass.isHidden || isHiddenFrame(declaringClass, method.info);
  method.plan = machine.preservation.planOf(method);
  const slotCount = method.plan?.slotCount ?? 0;
  const hiddenWords = 2 * slotCount + (isSynchronized ? 2 : 0) + (method.isNative ? SCRATCH.words : 0);
  const locals = method.code ? method.code.maxLocals : method.argumentSlots;
  table[row + METHOD_ROW.argumentWords] = method.argumentSlots * 2;
  table[row + METHOD_ROW.localWords] = Math.max(locals, method.argumentSlots) * 2 + hiddenWords;
  table[row + METHOD_ROW.frameWords] = FRAME.words + (method.code ? method.code.maxStack * 2 : 8);
  table[row + METHOD_ROW.flags] =
    (isSynchronized ? METHOD_FLAG.synchronized : 0) |
    (method.isStatic ? METHOD_FLAG.static : 0) |
    (method.isNative ? METHOD_FLAG.native : 0) |
    (hidden ? METHOD_FLAG.hidden : 0) |
    (slotCount > 0 ? METHOD_FLAG.preserving : 0);
  table[row + METHOD_ROW.resultWords] = slotsOf(method.parsed.returns) * 2;
  const nativeStub = isSynchronized ? STUB.synchronizedNative : STUB.native;
  table[row + METHOD_ROW.entry] = method.isNative ? nativeStub : method.code ? STUB.prepare : STUB.abstract;
}
