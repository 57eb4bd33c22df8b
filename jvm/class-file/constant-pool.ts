// The constant pool of one class file (JVMS §4.4), decoded entry by entry on demand.
import type {
  ClassInfo,
  ConstantPoolInfo,
  FieldRefInfo,
  IntegerInfo,
  InvokeDynamicInfo,
  LongInfo,
  MethodHandleInfo,
  MethodTypeInfo,
  NameAndTypeInfo,
  StringInfo,
  Utf8Info,
} from 'java-class-tools';
import { ClassFormatError } from './errors.js';
import { decodeModifiedUtf8 } from './modified-utf8.js';

/** Constant pool tags (JVMS table 4.4-A). */
export const TAG = {
  Utf8: 1,
  Integer: 3,
  Float: 4,
  Long: 5,
  Double: 6,
  Class: 7,
  String: 8,
  Fieldref: 9,
  Methodref: 10,
  InterfaceMethodref: 11,
  NameAndType: 12,
  MethodHandle: 15,
  MethodType: 16,
  Dynamic: 17,
  InvokeDynamic: 18,
  Module: 19,
  Package: 20,
} as const;

export interface NameAndType {
  readonly name: string;
  readonly descriptor: string;
}

export interface MemberRef {
  /** TAG.Fieldref, TAG.Methodref or TAG.InterfaceMethodref. */
  readonly tag: number;
  readonly className: string;
  readonly name: string;
  readonly descriptor: string;
}

export interface DynamicConstant {
  /** Index into ClassFile.bootstrapMethods. */
  readonly bootstrapIndex: number;
  readonly name: string;
  readonly descriptor: string;
}

/** All accessors throw ClassFormatError where the entry is absent or has another tag. */
export class ConstantPool {
  /** One more than the last index, as in the file. */
  readonly count: number;
  readonly #entries: readonly (ConstantPoolInfo | undefined)[];
  readonly #origin: string;
  /** Decoded Utf8 strings, names and types, member references and dynamic constants by index. */
  readonly #decoded: (string | NameAndType | MemberRef | DynamicConstant | undefined)[];

  constructor(entries: readonly (ConstantPoolInfo | undefined)[], count: number, origin: string) {
    this.#entries = entries;
    this.count = count;
    this.#origin = origin;
    this.#decoded = new Array(count);
  }

  /** The tag at an index; 0 where nothing is there (index 0, past the end, second half of a long or double). */
  tag(index: number): number {
    return this.#entries[index]?.tag ?? 0;
  }

  /** Whether an entry names that class. */
  namesClass(name: string): boolean {
    for (let index = 1; index < this.count; index++) {
      if (this.tag(index) === TAG.Class && this.className(index) === name) return true;
    }
    return false;
  }

  utf8(index: number): string {
    const cached = this.#decoded[index];
    if (typeof cached === 'string') return cached;
    const text = decodeModifiedUtf8(this.#entry<Utf8Info>(index, TAG.Utf8).bytes);
    if (text === null) {
      throw new ClassFormatError(`Illegal UTF8 string in constant pool in class file ${this.#origin}`);
    }
    this.#decoded[index] = text;
    return text;
  }

  /** The name in a Class entry in internal form: java/lang/String, or a descriptor for arrays: [I, [Ljava/lang/String; */
  className(index: number): string {
    return this.utf8(this.#entry<ClassInfo>(index, TAG.Class).name_index);
  }

  stringValue(index: number): string {
    return this.utf8(this.#entry<StringInfo>(index, TAG.String).string_index);
  }

  nameAndType(index: number): NameAndType {
    const entry = this.#entry<NameAndTypeInfo>(index, TAG.NameAndType);
    const cached = this.#decoded[index];
    if (cached !== undefined) return cached as NameAndType;
    return (this.#decoded[index] = {
      name: this.utf8(entry.name_index),
      descriptor: this.utf8(entry.descriptor_index),
    });
  }

  /** A field, method or interface method reference. */
  memberRef(index: number): MemberRef {
    const tag = this.tag(index);
    if (tag < TAG.Fieldref || tag > TAG.InterfaceMethodref) throw this.#badIndex(index);
    const cached = this.#decoded[index];
    if (cached !== undefined) return cached as MemberRef;
    const entry = this.#entry<FieldRefInfo>(index, tag);
    const { name, descriptor } = this.nameAndType(entry.name_and_type_index);
    const className = this.className(entry.class_index);
    return (this.#decoded[index] = { tag, className, name, descriptor });
  }

  /** kind: JVMS table 5.4.3.5-A; index: of a member reference in this pool. */
  methodHandle(index: number): { readonly kind: number; readonly index: number } {
    const entry = this.#entry<MethodHandleInfo>(index, TAG.MethodHandle);
    return { kind: entry.reference_kind, index: entry.reference_index };
  }

  methodTypeDescriptor(index: number): string {
    return this.utf8(this.#entry<MethodTypeInfo>(index, TAG.MethodType).descriptor_index);
  }

  /** A Dynamic or InvokeDynamic entry. */
  dynamic(index: number): DynamicConstant {
    const tag = this.tag(index);
    if (tag !== TAG.Dynamic && tag !== TAG.InvokeDynamic) throw this.#badIndex(index);
    const cached = this.#decoded[index];
    if (cached !== undefined) return cached as DynamicConstant;
    const entry = this.#entry<InvokeDynamicInfo>(index, tag);
    const { name, descriptor } = this.nameAndType(entry.name_and_type_index);
    return (this.#decoded[index] = {
      bootstrapIndex: entry.bootstrap_method_attr_index,
      name,
      descriptor,
    });
  }

  /** The name in a Module or Package entry. */
  moduleOrPackageName(index: number): string {
    const tag = this.tag(index);
    if (tag !== TAG.Module && tag !== TAG.Package) throw this.#badIndex(index);
    return this.utf8(this.#entry<ClassInfo>(index, tag).name_index);
  }

  int(index: number): number {
    return this.#entry<IntegerInfo>(index, TAG.Integer).bytes | 0;
  }

  /** The bits of a float as int32. */
  floatBits(index: number): number {
    return this.#entry<IntegerInfo>(index, TAG.Float).bytes | 0;
  }

  /** The high word, int32, of a long or of the bits of a double. */
  longHigh(index: number): number {
    return this.#twoWords(index).high_bytes | 0;
  }

  /** The low word, int32, of a long or of the bits of a double. */
  longLow(index: number): number {
    return this.#twoWords(index).low_bytes | 0;
  }

  #twoWords(index: number): LongInfo {
    return this.#entry<LongInfo>(index, this.tag(index) === TAG.Double ? TAG.Double : TAG.Long);
  }

  #entry<T extends ConstantPoolInfo>(index: number, tag: number): T {
    const entry = this.#entries[index];
    if (entry?.tag !== tag) throw this.#badIndex(index);
    return entry as T;
  }

  #badIndex(index: number): ClassFormatError {
    return new ClassFormatError(`Invalid constant pool index ${index} in class file ${this.#origin}`);
  }
}
