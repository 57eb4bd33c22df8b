// A parsed class file (JVMS §4.1): one immutable shape for linker, verifier and reflection, on java-class-tools.
// What reflection alone needs is decoded when it is asked for.
import type {
  AttributeInfo,
  BootstrapMethodsAttributeInfo,
  CodeAttributeInfo,
  EnclosingMethodAttributeInfo,
  ExceptionsAttributeInfo,
  InnerClassesAttributeInfo,
  JavaClassFile,
  MethodInfo as LibraryMember,
} from 'java-class-tools';
import { type PlacedAttribute, PlacingReader } from './class-reader.js';
import { type CodeAttribute, ParsedCode } from './code-attribute.js';
import { ConstantPool } from './constant-pool.js';
import { ClassFormatError } from './errors.js';
import { checkFormat } from './format-check.js';
import { checkVersion } from './version.js';

export interface ClassFile {
  readonly majorVersion: number;
  readonly minorVersion: number;
  /** JVMS table 4.1-B. */
  readonly accessFlags: number;
  /** Internal form: java/lang/String. */
  readonly name: string;
  /** null for java/lang/Object and module-info. */
  readonly superName: string | null;
  readonly interfaces: readonly string[];
  readonly pool: ConstantPool;
  readonly fields: readonly FieldInfo[];
  readonly methods: readonly MethodInfo[];
  readonly sourceFile: string | null;
  readonly signature: string | null;
  readonly nestHost: string | null;
  readonly nestMembers: readonly string[];
  readonly innerClasses: readonly InnerClass[];
  readonly enclosingMethod: EnclosingMethod | null;
  /** null: the class is no record. */
  readonly recordComponents: readonly RecordComponent[] | null;
  /** null: the class is not sealed. */
  readonly permittedSubclasses: readonly string[] | null;
  readonly bootstrapMethods: readonly BootstrapMethod[];
  readonly bytes: Uint8Array;
  /** The contents, without the header of six bytes, of the first class attribute of that name; null: there is none. */
  rawAttribute(name: string): Uint8Array | null;
}

export interface InnerClass {
  readonly inner: string;
  readonly outer: string | null;
  readonly name: string | null;
  readonly accessFlags: number;
}

export interface EnclosingMethod {
  readonly className: string;
  readonly name: string | null;
  readonly descriptor: string | null;
}

export interface BootstrapMethod {
  /** Pool index of a MethodHandle. */
  readonly methodHandleIndex: number;
  /** Pool indexes of loadable constants. */
  readonly argumentIndexes: readonly number[];
}

/** A field, a method or a record component. */
export interface NamedAndTyped {
  readonly name: string;
  readonly descriptor: string;
  readonly signature: string | null;
  /** The contents, without the header of six bytes, of the first attribute of that name; null: there is none. */
  rawAttribute(name: string): Uint8Array | null;
}

export type RecordComponent = NamedAndTyped;

export interface MemberInfo extends NamedAndTyped {
  readonly accessFlags: number;
}

export interface FieldInfo extends MemberInfo {
  /** Pool index; 0: none. */
  readonly constantValueIndex: number;
}

export interface MethodInfo extends MemberInfo {
  /** null for native and abstract methods. */
  readonly code: CodeAttribute | null;
  /** Class names of the Exceptions attribute. */
  readonly exceptions: readonly string[];
  /** The MethodParameters attribute; null: there is none. */
  readonly parameters: readonly MethodParameter[] | null;
}

export interface MethodParameter {
  readonly name: string | null;
  readonly accessFlags: number;
}

export type { CodeAttribute, ExceptionTableEntry } from './code-attribute.js';

/**
 * Parses the bytes of a class file. The bytes are kept and must not change.
 * @param origin Name of the class as it was asked for, in internal form, or the file: for messages.
 * @param options trusted: the class comes from the JDK, and the checks of JVMS §4.8 beyond its structure are spared.
 * @throws ClassFormatError, UnsupportedClassVersion; nothing else, whatever the bytes are.
 */
export function parseClassFile(
  bytes: Uint8Array,
  origin: string,
  options: { readonly trusted: boolean } = { trusted: false },
): ClassFile {
  checkVersion(bytes, origin);
  const classFile = new ParsedClassFile(new PlacingReader(bytes, origin).readAll(), bytes, origin);
  if (!options.trusted) checkFormat(classFile);
  return classFile;
}

/** What the readers of attributes share. */
interface Context {
  readonly pool: ConstantPool;
  readonly bytes: Uint8Array;
  readonly origin: string;
}

class ParsedClassFile implements ClassFile {
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly accessFlags: number;
  readonly name: string;
  readonly superName: string | null;
  readonly interfaces: readonly string[];
  readonly pool: ConstantPool;
  readonly fields: readonly FieldInfo[];
  readonly methods: readonly MethodInfo[];
  readonly bytes: Uint8Array;
  readonly #context: Context;
  readonly #attributes: AttributeTable;
  #innerClasses: readonly InnerClass[] | undefined;
  #bootstrapMethods: readonly BootstrapMethod[] | undefined;

  constructor(file: JavaClassFile, bytes: Uint8Array, origin: string) {
    const pool = new ConstantPool(file.constant_pool, file.constant_pool_count, origin);
    const context = { pool, bytes, origin };
    this.#context = context;
    this.#attributes = new AttributeTable(file.attributes, context);
    this.bytes = bytes;
    this.pool = pool;
    this.majorVersion = file.major_version;
    this.minorVersion = file.minor_version;
    this.accessFlags = file.access_flags;
    this.name = pool.className(file.this_class);
    this.superName = file.super_class === 0 ? null : pool.className(file.super_class);
    this.interfaces = file.interfaces.map((index) => pool.className(index));
    this.fields = file.fields.map((field) => new ParsedField(field, context));
    this.methods = file.methods.map((method) => new ParsedMethod(method, context));
  }

  get sourceFile(): string | null {
    return this.#attributes.utf8('SourceFile');
  }

  get signature(): string | null {
    return this.#attributes.utf8('Signature');
  }

  get nestHost(): string | null {
    const index = this.#attributes.index('NestHost');
    return index === 0 ? null : this.pool.className(index);
  }

  get nestMembers(): readonly string[] {
    return this.#attributes.classNames('NestMembers') ?? [];
  }

  get permittedSubclasses(): readonly string[] | null {
    return this.#attributes.classNames('PermittedSubclasses');
  }

  get innerClasses(): readonly InnerClass[] {
    const { pool } = this;
    return (this.#innerClasses ??= (
      this.#attributes.find<InnerClassesAttributeInfo>('InnerClasses')?.classes ?? []
    ).map((entry) => ({
      inner: pool.className(entry.inner_class_info_index),
      outer: entry.outer_class_info_index === 0 ? null : pool.className(entry.outer_class_info_index),
      name: entry.inner_name_index === 0 ? null : pool.utf8(entry.inner_name_index),
      accessFlags: entry.inner_class_access_flags,
    })));
  }

  get enclosingMethod(): EnclosingMethod | null {
    const attribute = this.#attributes.find<EnclosingMethodAttributeInfo>('EnclosingMethod');
    if (attribute === null) return null;
    const className = this.pool.className(attribute.class_index);
    if (attribute.method_index === 0) return { className, name: null, descriptor: null };
    return { className, ...this.pool.nameAndType(attribute.method_index) };
  }

  get recordComponents(): readonly RecordComponent[] | null {
    const record = this.#attributes.find('Record');
    return record === null ? null : readRecordComponents(record, this.#context);
  }

  get bootstrapMethods(): readonly BootstrapMethod[] {
    return (this.#bootstrapMethods ??= (
      this.#attributes.find<BootstrapMethodsAttributeInfo>('BootstrapMethods')?.bootstrap_methods ?? []
    ).map((entry) => ({
      methodHandleIndex: entry.bootstrap_method_ref,
      argumentIndexes: entry.bootstrap_arguments,
    })));
  }

  rawAttribute(name: string): Uint8Array | null {
    return this.#attributes.raw(name);
  }
}

/** The attributes of a class, member or record component. */
class AttributeTable {
  constructor(
    readonly attributes: readonly AttributeInfo[],
    readonly context: Context,
  ) {}

  find<T extends AttributeInfo>(name: string): (T & PlacedAttribute) | null {
    for (const attribute of this.attributes as readonly PlacedAttribute[]) {
      if (attribute.attributeName === name) return attribute as T & PlacedAttribute;
    }
    return null;
  }

  raw(name: string): Uint8Array | null {
    const attribute = this.find(name);
    if (attribute === null) return null;
    const { contentsOffset, attribute_length: length } = attribute;
    return this.context.bytes.subarray(contentsOffset, contentsOffset + length);
  }

  /** The pool index that an attribute of two bytes holds; 0 where the attribute is absent. */
  index(name: string): number {
    const contents = this.raw(name);
    if (contents === null) return 0;
    if (contents.length !== 2) throw this.#wrongLength(name);
    return uint16(contents, 0);
  }

  utf8(name: string): string | null {
    const index = this.index(name);
    return index === 0 ? null : this.context.pool.utf8(index);
  }

  /** Class names of an attribute that is a counted list of pool indexes; null where the attribute is absent. */
  classNames(name: string): readonly string[] | null {
    const contents = this.raw(name);
    if (contents === null) return null;
    const count = contents.length >= 2 ? uint16(contents, 0) : -1;
    if (contents.length !== 2 + 2 * count) throw this.#wrongLength(name);
    return Array.from({ length: count }, (_, i) => this.context.pool.className(uint16(contents, 2 + 2 * i)));
  }

  methodParameters(): readonly MethodParameter[] | null {
    const contents = this.raw('MethodParameters');
    if (contents === null) return null;
    const count = contents[0] ?? -1;
    if (contents.length !== 1 + 4 * count) throw this.#wrongLength('MethodParameters');
    return Array.from({ length: count }, (_, i) => {
      const nameIndex = uint16(contents, 1 + 4 * i);
      const name = nameIndex === 0 ? null : this.context.pool.utf8(nameIndex);
      return { name, accessFlags: uint16(contents, 3 + 4 * i) };
    });
  }

  #wrongLength(name: string): ClassFormatError {
    return new ClassFormatError(`Wrong size ${name} attribute in class file ${this.context.origin}`);
  }
}

class ParsedMember implements MemberInfo {
  readonly accessFlags: number;
  readonly name: string;
  readonly descriptor: string;
  protected readonly attributes: AttributeTable;

  constructor(member: Omit<LibraryMember, 'attributes_count'>, context: Context) {
    this.accessFlags = member.access_flags;
    this.name = context.pool.utf8(member.name_index);
    this.descriptor = context.pool.utf8(member.descriptor_index);
    this.attributes = new AttributeTable(member.attributes, context);
  }

  get signature(): string | null {
    return this.attributes.utf8('Signature');
  }

  rawAttribute(name: string): Uint8Array | null {
    return this.attributes.raw(name);
  }
}

class ParsedField extends ParsedMember implements FieldInfo {
  get constantValueIndex(): number {
    return this.attributes.index('ConstantValue');
  }
}

class ParsedMethod extends ParsedMember implements MethodInfo {
  #code: CodeAttribute | null | undefined;

  get code(): CodeAttribute | null {
    if (this.#code === undefined) {
      const code = this.attributes.find<CodeAttributeInfo>('Code');
      const { bytes, pool, origin } = this.attributes.context;
      this.#code = code === null ? null : new ParsedCode(code, bytes, pool, origin);
    }
    return this.#code;
  }

  get exceptions(): readonly string[] {
    const { pool } = this.attributes.context;
    const attribute = this.attributes.find<ExceptionsAttributeInfo>('Exceptions');
    return (attribute?.exception_index_table ?? []).map((index) => pool.className(index));
  }

  get parameters(): readonly MethodParameter[] | null {
    return this.attributes.methodParameters();
  }
}

/** The Record attribute (JVMS §4.7.30), which java-class-tools does not know. */
function readRecordComponents(record: PlacedAttribute, context: Context): readonly RecordComponent[] {
  const { bytes, pool, origin } = context;
  const end = record.contentsOffset + record.attribute_length;
  let offset = record.contentsOffset;
  const next = (length: number): number => {
    if (offset + length > end)
      throw new ClassFormatError(`Record attribute has wrong length in class file ${origin}`);
    const at = offset;
    offset += length;
    return at;
  };
  const next16 = () => uint16(bytes, next(2));
  const components = Array.from({ length: next16() }, () => {
    const nameIndex = next16();
    const descriptorIndex = next16();
    const attributes = Array.from({ length: next16() }, (): PlacedAttribute => {
      const attributeNameIndex = next16();
      const length = next16() * 0x10000 + next16();
      const contentsOffset = next(length);
      const attributeName = pool.utf8(attributeNameIndex);
      return {
        attribute_name_index: attributeNameIndex,
        attribute_length: length,
        attributeName,
        contentsOffset,
      };
    });
    return new ParsedMember(
      { access_flags: 0, name_index: nameIndex, descriptor_index: descriptorIndex, attributes },
      context,
    );
  });
  next(0);
  if (offset !== end) throw new ClassFormatError(`Record attribute has wrong length in class file ${origin}`);
  return components;
}

function uint16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}
