// Dynamic linking: invokedynamic, polymorphic signatures and dynamic constants (JVMS §5.4.3.5, §5.4.3.6). What the
// machine knows it links itself; for the rest the JDK's own java.lang.invoke is asked.
import type { BinaryReader, BinaryWriter } from '../lib/binary.js';
import { TAG } from './class-file/constant-pool.js';
import { classNameOf, parseMethodDescriptor } from './class-file/descriptors.js';
import { BootstrapMethods } from './dynamic/bootstrap-methods.js';
import { Captures } from './dynamic/captures.js';
import {
  type Failure,
  failureReferences,
  restoreFailure,
  saveFailure,
  throwFailure,
} from './dynamic/failures.js';
import { INTRINSIC, Intrinsics } from './dynamic/intrinsics.js';
import { MemberNames } from './dynamic/member-names.js';
import { type SiteLink, Sites } from './dynamic/sites.js';
import { VarHandles } from './dynamic/var-handles.js';
import { FRAME, THREAD } from './layout.js';
import type { Machine } from './machine.js';
import { REGISTERS } from './memory.js';
import { Op } from './opcode-numbers.js';
import type { ResolvedMethod } from './resolution.js';
import type { Reference, RuntimeClass } from './runtime-class.js';
import { FRAMES_CHANGED } from './signals.js';
import { readText, writeText } from './snapshot/text.js';

/** Bytes of invokevirtual and invokestatic. */
const INVOKE_BYTES = 3;

/** A resolved MethodHandle or Dynamic constant: its value, primitives boxed; or the error that every use throws. */
export type DynamicConstantValue = { readonly reference: Reference } | { readonly failure: Failure };

/** What a polymorphic call has become: a static method, and the argument that it takes after the others (0: none). */
export interface PolymorphicLink {
  readonly method: number;
  readonly appendix: Reference;
}

const BOXES: Readonly<Record<string, string>> = {
  I: 'java/lang/Integer',
  F: 'java/lang/Float',
  J: 'java/lang/Long',
  D: 'java/lang/Double',
};

export class DynamicLinking {
  readonly sites = new Sites();
  readonly captures: Captures;
  readonly memberNames: MemberNames;
  readonly intrinsics: Intrinsics;
  readonly varHandles: VarHandles;
  readonly bootstrapMethods: BootstrapMethods;
  /** Pool indexes of the constants that are resolved here, by class. */
  readonly #constantIndexes = new Map<RuntimeClass, number[]>();
  /** MethodType objects by loader and descriptor. */
  readonly #methodTypes = new Map<string, Reference>();
  readonly #polymorphicLinks = new Map<string, PolymorphicLink>();

  constructor(readonly machine: Machine) {
    this.captures = new Captures(machine);
    this.memberNames = new MemberNames(machine);
    this.intrinsics = new Intrinsics(machine);
    this.varHandles = new VarHandles(machine);
    this.bootstrapMethods = new BootstrapMethods(machine);
  }

  // --- Constants -------------------------------------------------------------------------------------------------

  /** The word that ldc pushes for a MethodHandle, MethodType or Dynamic constant: a reference, an int, float bits. */
  constant(type: RuntimeClass, index: number): number {
    const reference = this.loadable(type, index);
    const pool = type.file!.pool;
    if (pool.tag(index) !== TAG.Dynamic) return reference;
    const { descriptor } = pool.dynamic(index);
    const { memory, heap, classes } = this.machine;
    if (descriptor.startsWith('L') || descriptor.startsWith('[')) return reference;
    const at = reference + classes.of(reference).declaredField('value')!.offset;
    switch (descriptor) {
      case 'Z':
      case 'B':
        return memory.i8[at]!;
      case 'S':
        return memory.i16[at >> 1]!;
      case 'C':
        return memory.u16[at >> 1]!;
      default:
        return heap.getInt(at);
    }
  }

  /** ldc2_w of a Dynamic constant: the instruction becomes one with the two words of the value. */
  longConstant(type: RuntimeClass, pc: number): void {
    const code = this.machine.codeArea.words;
    const box = this.loadable(type, code[pc + 1]!);
    const at = (box + this.machine.classes.of(box).declaredField('value')!.offset) >> 2;
    code[pc + 1] = this.machine.memory.i32[at]!;
    code[pc + 2] = this.machine.memory.i32[at + 1]!;
    code[pc] = Op.ldc2_words;
  }

  /** A loadable constant (JVMS table 4.4-C) as a reference, primitives boxed. Leaves with a signal until it is
   *  resolved. */
  loadable(from: RuntimeClass, index: number): Reference {
    const pool = from.file!.pool;
    const tag = pool.tag(index);
    switch (tag) {
      case TAG.String:
        return this.machine.heap.intern(pool.stringValue(index));
      case TAG.Class:
        return this.machine.resolution.classAt(from, index).mirror;
      case TAG.Integer:
        return this.#box('I', pool.int(index), 0);
      case TAG.Float:
        return this.#box('F', pool.floatBits(index), 0);
      case TAG.Long:
        return this.#box('J', pool.longLow(index), pool.longHigh(index));
      case TAG.Double:
        return this.#box('D', pool.longLow(index), pool.longHigh(index));
      default: {
        const known = from.resolved[index] as DynamicConstantValue | undefined;
        if (known === undefined) return this.#upcall('linkConstant', [from.address, index]);
        if ('failure' in known) return throwFailure(this.machine, known.failure);
        return known.reference;
      }
    }
  }

  setConstant(from: RuntimeClass, index: number, value: DynamicConstantValue): void {
    if (from.resolved[index] !== undefined) return;
    from.resolved[index] = value;
    const indexes = this.#constantIndexes.get(from);
    if (indexes) indexes.push(index);
    else this.#constantIndexes.set(from, [index]);
  }

  #box(primitive: string, low: number, high: number): Reference {
    const { heap, classes, memory } = this.machine;
    const type = classes.boot(BOXES[primitive]!);
    const box = heap.allocateObject(type);
    const word = (box + type.declaredField('value')!.offset) >> 2;
    memory.i32[word] = low;
    if (primitive === 'J' || primitive === 'D') memory.i32[word + 1] = high;
    return box;
  }

  /** The java.lang.invoke.MethodType of a descriptor, its classes seen from a class. Leaves with a signal until it
   *  is made. */
  methodType(from: RuntimeClass, descriptor: string): Reference {
    const known = this.#methodTypes.get(`${from.loader} ${descriptor}`);
    if (known !== undefined) return known;
    return this.#upcall('linkMethodType', [from.address, this.machine.heap.newString(descriptor)]);
  }

  setMethodType(from: RuntimeClass, descriptor: string, type: Reference): void {
    this.#methodTypes.set(`${from.loader} ${descriptor}`, type);
  }

  /** The java.lang.Class of a type descriptor or V. */
  mirrorOf(from: RuntimeClass, descriptor: string): Reference {
    const primitive = this.machine.classes.primitives.get(descriptor);
    if (primitive) return primitive.mirror;
    return this.holderOf(from, classNameOf(descriptor)).mirror;
  }

  /** Class of a name in a class's pool; a hidden class knows itself by its own. */
  holderOf(from: RuntimeClass, name: string): RuntimeClass {
    if (from.isHidden && name === from.file!.name) return from;
    return this.machine.resolution.loadClass(from.loader, name);
  }

  /** Pushes a frame of the machine's own that calls java.lang.invoke; the instruction is executed again after it. */
  #upcall(name: Parameters<Machine['internalFrames']['named']>[0], values: readonly number[]): never {
    this.machine.pushFrame(this.machine.internalFrames.named(name), values, 0);
    throw FRAMES_CHANGED;
  }

  // --- Call sites --------------------------------------------------------------------------------------------------

  /** Links an invokedynamic instruction. */
  linkCallSite(type: RuntimeClass, index: number, pc: number): void {
    const { machine } = this;
    const method = machine.classes.method(machine.memory.i32[machine.framePointer + FRAME.method]!);
    const bytecodePc = method.bytecodeIndex(pc);
    const site = this.sites.at(method.number, bytecodePc);
    if (site.failure) throwFailure(machine, site.failure);
    if (!site.link) {
      const dynamic = type.file!.pool.dynamic(index);
      const link = this.bootstrapMethods.link(type, dynamic, site);
      if (!link) this.#upcall('linkCallSite', [type.address, index, method.number, bytecodePc]);
      else site.link ??= link;
    }
    this.#quicken(pc, site.link!);
  }

  #quicken(pc: number, link: SiteLink): void {
    const code = this.machine.codeArea.words;
    code[pc + 1] = link.first;
    code[pc + 2] = link.second;
    code[pc] = link.op;
  }

  // --- Polymorphic calls -----------------------------------------------------------------------------------------

  /** invokestatic of MethodHandle.linkTo*. */
  linkIntrinsic(resolved: ResolvedMethod, pc: number): void {
    this.intrinsics.prepare();
    const intrinsic = INTRINSIC[resolved.method.name];
    if (intrinsic === undefined) {
      this.machine.throwNew('java/lang/UnsupportedOperationException', resolved.method.name);
    }
    const receiverSlots = resolved.method.isStatic ? 0 : 1;
    this.#quicken(pc, {
      op: Op.invoke_handle,
      first: intrinsic,
      second: (argumentSlots(resolved.descriptor) + receiverSlots) * 2,
    });
  }

  /** invokevirtual of a signature polymorphic method. */
  linkPolymorphic(from: RuntimeClass, resolved: ResolvedMethod, pc: number): void {
    if (INTRINSIC[resolved.method.name] !== undefined) return this.linkIntrinsic(resolved, pc);
    const link = this.#polymorphicLinks.get(polymorphicKey(from, resolved));
    if (!link) return this.#upcall('linkPolymorphic', [from.address, this.machine.codeArea.words[pc + 1]!]);
    const access =
      resolved.holder.name === 'java/lang/invoke/VarHandle' && link.appendix !== 0
        ? this.varHandles.add(from, resolved.method.name, resolved.descriptor, link.appendix)
        : -1;
    if (access >= 0) return this.#quicken(pc, { op: Op.var_handle, first: access, second: link.method });
    this.#quicken(
      pc,
      link.appendix === 0
        ? { op: Op.invoke_direct, first: link.method, second: INVOKE_BYTES }
        : { op: Op.invoke_linked, first: link.method, second: link.appendix },
    );
  }

  setPolymorphicLink(from: RuntimeClass, resolved: ResolvedMethod, link: PolymorphicLink): void {
    this.#polymorphicLinks.set(polymorphicKey(from, resolved), link);
  }

  /** Throws what an invoke_handle instruction throws for which no method was selected. */
  invoke(pc: number): void {
    const { codeArea, scheduler, memory } = this.machine;
    const sp = scheduler.get(memory.i32[REGISTERS.currentThread]!, THREAD.sp);
    this.intrinsics.failure(codeArea.words[pc + 1]!, codeArea.words[pc + 2]!, sp);
  }

  // --- Saved machines --------------------------------------------------------------------------------------------

  save(writer: BinaryWriter): void {
    writer.varuint(this.#constantIndexes.size);
    for (const [type, indexes] of this.#constantIndexes) {
      writer.varuint(type.id).varuint(indexes.length);
      for (const index of indexes) {
        const value = type.resolved[index] as DynamicConstantValue;
        writer.varuint(index).boolean('failure' in value);
        if ('failure' in value) saveFailure(value.failure, writer);
        else writer.varuint(value.reference);
      }
    }
    writer.varuint(this.#methodTypes.size);
    for (const [key, reference] of this.#methodTypes) {
      writeText(writer, key);
      writer.varuint(reference);
    }
    writer.varuint(this.#polymorphicLinks.size);
    for (const [key, { method, appendix }] of this.#polymorphicLinks) {
      writeText(writer, key);
      writer.varuint(method).varuint(appendix);
    }
    for (const part of this.#parts) part.save(writer);
    this.sites.save(writer);
  }

  get #parts(): readonly { save(writer: BinaryWriter): void; restore(reader: BinaryReader): void }[] {
    return [this.captures, this.memberNames, this.intrinsics, this.bootstrapMethods, this.varHandles];
  }

  /** Fills the tables of a new machine, whose classes and own frames are there already. */
  restore(reader: BinaryReader): void {
    const { classes } = this.machine.classes;
    for (let types = reader.varuint(); types > 0; types--) {
      const type = classes[reader.varuint()]!;
      for (let count = reader.varuint(); count > 0; count--) {
        const index = reader.varuint();
        const failed = reader.boolean();
        const value: DynamicConstantValue = failed
          ? { failure: restoreFailure(this.machine, reader) }
          : { reference: reader.varuint() };
        this.setConstant(type, index, value);
      }
    }
    for (let count = reader.varuint(); count > 0; count--) {
      const key = readText(reader);
      this.#methodTypes.set(key, reader.varuint());
    }
    for (let count = reader.varuint(); count > 0; count--) {
      const key = readText(reader);
      this.#polymorphicLinks.set(key, { method: reader.varuint(), appendix: reader.varuint() });
    }
    for (const part of this.#parts) part.restore(reader);
    this.sites.restore(reader, this.machine);
  }

  /** The references that linked code and constants hold, in a fixed order. */
  *references(): Generator<Reference> {
    for (const type of this.machine.classes.classes) {
      for (const index of this.#constantIndexes.get(type) ?? []) {
        const value = type.resolved[index] as DynamicConstantValue;
        if ('failure' in value) yield* failureReferences(value.failure);
        else yield value.reference;
      }
    }
    yield* this.#methodTypes.values();
    yield* this.memberNames.references;
    for (const link of this.#polymorphicLinks.values()) yield link.appendix;
    for (const sites of this.sites.byMethod.values()) {
      for (const { link, failure } of sites.values()) {
        if (failure) yield* failureReferences(failure);
        if (link?.op === Op.ldc_site) yield link.first;
        if (link?.op === Op.invoke_linked_site) yield link.second;
      }
    }
  }
}

function argumentSlots(descriptor: string): number {
  return parseMethodDescriptor(descriptor).argumentSlots;
}

function polymorphicKey(from: RuntimeClass, resolved: ResolvedMethod): string {
  return `${from.loader} ${resolved.holder.name}.${resolved.method.name}${resolved.descriptor}`;
}
