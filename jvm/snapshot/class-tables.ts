// The classes of a machine as a saved table, by id. Classes of the boot source are known by name, since their bytes can
// be read again; others come with theirs. Class files are parsed, and members made, when they are first asked for.
import { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import { parseClassFile } from '../class-file/class-file.js';
import { restoreMethodRow, supertypesOf } from '../class-layout.js';
import type { ClassRegistry } from '../class-registry.js';
import { METHOD_ROW } from '../layout.js';
import { type PrimitiveDescriptor, RuntimeClass, RuntimeField, RuntimeMethod } from '../runtime-class.js';
import { readList, readText, writeText } from './text.js';

const FLAG = { verified: 1, linked: 2, hidden: 4, hasFinalizer: 8, fromSource: 16, hasFile: 32 } as const;

/** An id that may be absent: 0 then. */
function writeId(writer: BinaryWriter, type: RuntimeClass | null): void {
  writer.varuint(type === null ? 0 : type.id + 1);
}

export function writeNumbers(writer: BinaryWriter, numbers: readonly number[]): void {
  writer.varuint(numbers.length);
  for (const number of numbers) writer.varuint(number);
}

export function saveClasses(registry: ClassRegistry, writer: BinaryWriter): void {
  writer.varuint(registry.classes.length).varuint(registry.methods.length);
  for (const type of registry.classes) saveClass(type, writer);
  writer.varuint(registry.byLoader.size);
  for (const [loader, table] of registry.byLoader) {
    writer.varuint(loader).varuint(table.size);
    for (const [name, type] of table) {
      writer.varuint(type.id).boolean(name === type.name);
      if (name !== type.name) writeText(writer, name);
    }
  }
  saveModules(registry, writer);
}

function saveClass(type: RuntimeClass, writer: BinaryWriter): void {
  const flags =
    (type.verified ? FLAG.verified : 0) |
    (type.linked ? FLAG.linked : 0) |
    (type.isHidden ? FLAG.hidden : 0) |
    (type.hasFinalizer ? FLAG.hasFinalizer : 0) |
    (type.isFromSource ? FLAG.fromSource : 0) |
    (type.hasFile ? FLAG.hasFile : 0);
  writer
    .u8(flags)
    .varuint(type.loader)
    .varuint(type.accessFlags)
    .string(type.primitive ?? '');
  writeText(writer, type.name);
  writer.varuint(type.address).varuint(type.mirror).varuint(type.protectionDomain).varuint(type.signers);
  writer.varuint(type.instanceBytes).varuint(type.firstMethod);
  writeId(writer, type.superclass);
  writeId(writer, type.component);
  writeId(writer, type.nestHost);
  writeNumbers(
    writer,
    type.interfaces.map(({ id }) => id),
  );
  writeNumbers(writer, type.referenceOffsets);
  writeNumbers(writer, type.staticReferences);
  if (!type.hasFile && type.component === null) return;
  writer.varuint(type.vtableLength);
  if (!type.hasFile) return;
  if (!type.isFromSource) writer.bytes(type.file!.bytes);
  type.savedMembers ??= saveMembers(type);
  writer.bytes(type.savedMembers);
}

/** Fields and methods, read only when they are asked for. */
function saveMembers(type: RuntimeClass): Uint8Array {
  const writer = new BinaryWriter().varuint(type.fields.length);
  for (const { name, descriptor, accessFlags, index, offset, hasConstant } of type.fields) {
    writeText(writer, name);
    writeText(writer, descriptor);
    writer
      .varuint(accessFlags)
      .varuint(index + 1)
      .varuint(offset)
      .boolean(hasConstant);
  }
  writer.varuint(type.methods.length);
  for (const { name, descriptor, accessFlags, vtableIndex } of type.methods) {
    writeText(writer, name);
    writeText(writer, descriptor);
    writer.varuint(accessFlags).varuint(vtableIndex + 1);
  }
  return writer.finish();
}

function restoreMembers(registry: ClassRegistry, type: RuntimeClass, bytes: Uint8Array): void {
  const { machine } = registry;
  const reader = new BinaryReader(bytes);
  type.fields = readList(reader, () => {
    const name = readText(reader);
    const descriptor = readText(reader);
    const field = new RuntimeField(type, name, descriptor, reader.varuint(), reader.varuint() - 1);
    field.offset = reader.varuint();
    field.hasConstant = reader.boolean();
    return field;
  });
  let index = 0;
  type.methods = readList(reader, () => {
    const name = readText(reader);
    const descriptor = readText(reader);
    const method = new RuntimeMethod(type, name, descriptor, reader.varuint(), index);
    method.vtableIndex = reader.varuint() - 1;
    restoreMethodRow(machine, method, type.firstMethod + index++ * METHOD_ROW.words);
    if (method.isNative) method.native = machine.nativeOf(method);
    type.methodsByKey.set(method.key, method);
    return method;
  });
}

function saveModules(registry: ClassRegistry, writer: BinaryWriter): void {
  writer.varuint(registry.bootPackages.size);
  for (const [packageName, module] of registry.bootPackages) {
    writeText(writer, packageName);
    writeText(writer, module);
  }
  writer.varuint(registry.modules.size);
  for (const [loader, table] of registry.modules) {
    writer.varuint(loader).varuint(table.size);
    for (const [packageName, module] of table) {
      writeText(writer, packageName);
      writer.varuint(module);
    }
  }
}

/** What connects a class to others, read before all of them are there. */
interface Links {
  readonly superclass: number;
  readonly component: number;
  readonly nestHost: number;
  readonly interfaces: readonly number[];
}

/** Fills an empty registry. Memory and method rows must be restored already. */
export function restoreClasses(registry: ClassRegistry, reader: BinaryReader): void {
  const classCount = reader.varuint();
  registry.methods.length = reader.varuint();
  const links: Links[] = [];
  for (let id = 0; id < classCount; id++) links.push(restoreClass(registry, id, reader));
  const { classes } = registry;
  const byId = (reference: number) => (reference === 0 ? null : classes[reference - 1]!);
  links.forEach((link, id) => {
    const type = classes[id]!;
    type.superclass = byId(link.superclass);
    type.interfaces = link.interfaces.map((index) => classes[index]!);
    type.nestHost = byId(link.nestHost);
    type.component = byId(link.component);
    if (type.component) type.component.arrayClass = type;
  });
  for (const type of classes) restoreSupertypes(type);
  for (let loaders = reader.varuint(); loaders > 0; loaders--) {
    const loader = reader.varuint();
    for (let count = reader.varuint(); count > 0; count--) {
      const type = classes[reader.varuint()]!;
      registry.record(loader, reader.boolean() ? type.name : readText(reader), type);
    }
  }
  restoreModules(registry, reader);
}

function restoreClass(registry: ClassRegistry, id: number, reader: BinaryReader): Links {
  const flags = reader.u8();
  const loader = reader.varuint();
  const accessFlags = reader.varuint();
  const primitive = reader.string();
  const name = readText(reader);
  const kind = primitive === '' ? null : (primitive as PrimitiveDescriptor);
  const type = new RuntimeClass(id, name, loader, accessFlags, null, kind);
  registry.classes.push(type);
  if (kind !== null) registry.primitives.set(kind, type);
  type.address = reader.varuint();
  type.mirror = reader.varuint();
  type.protectionDomain = reader.varuint();
  type.signers = reader.varuint();
  type.instanceBytes = reader.varuint();
  type.firstMethod = reader.varuint();
  const superclass = reader.varuint();
  const component = reader.varuint();
  const nestHost = reader.varuint();
  const interfaces = readList(reader, () => reader.varuint());
  type.referenceOffsets = readList(reader, () => reader.varuint());
  type.staticReferences = readList(reader, () => reader.varuint());
  type.verified = (flags & FLAG.verified) !== 0;
  type.linked = (flags & FLAG.linked) !== 0;
  type.isHidden = (flags & FLAG.hidden) !== 0;
  type.hasFinalizer = (flags & FLAG.hasFinalizer) !== 0;
  type.isFromSource = (flags & FLAG.fromSource) !== 0;
  const hasFile = (flags & FLAG.hasFile) !== 0;
  if (hasFile || component !== 0) {
    const vtableLength = reader.varuint();
    const bytes = hasFile && !type.isFromSource ? reader.bytes() : null;
    const members = hasFile ? reader.bytes() : null;
    type.savedMembers = members;
    type.defer({
      file: hasFile
        ? () => parseClassFile(bytes ?? registry.sourceBytes(type), name, { trusted: true })
        : null,
      link: members && (() => restoreMembers(registry, type, members)),
      vtable: () => registry.restoredVtable(type, vtableLength),
      vtableLength,
    });
    if (hasFile) registry.deferredByMethod.push(type);
  }
  return { superclass, component, nestHost, interfaces };
}

/** A supertype's are there before a type's own: an array class may have a lower id than its superinterfaces. */
function restoreSupertypes(type: RuntimeClass): void {
  if (type.supertypes.size > 0 || (type.superclass === null && type.component === null && !type.hasFile))
    return;
  if (type.superclass) restoreSupertypes(type.superclass);
  for (const superinterface of type.interfaces) restoreSupertypes(superinterface);
  type.supertypes = supertypesOf(type);
}

function restoreModules(registry: ClassRegistry, reader: BinaryReader): void {
  for (let count = reader.varuint(); count > 0; count--) {
    const packageName = readText(reader);
    registry.bootPackages.set(packageName, readText(reader));
  }
  for (let loaders = reader.varuint(); loaders > 0; loaders--) {
    const loader = reader.varuint();
    const table = new Map<string, number>();
    registry.modules.set(loader, table);
    for (let count = reader.varuint(); count > 0; count--) {
      const packageName = readText(reader);
      table.set(packageName, reader.varuint());
    }
  }
}

/** The class whose method has that number, among classes in the order of their methods. */
export function declaringClassOf(classes: readonly RuntimeClass[], number: number): RuntimeClass {
  let low = 0;
  let high = classes.length;
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (classes[middle]!.firstMethod <= number) low = middle;
    else high = middle;
  }
  const type = classes[low];
  if (type === undefined) throw new Error(`no class has method ${number / METHOD_ROW.words}`);
  return type;
}
