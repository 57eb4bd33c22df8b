// java-class-tools' reader, taught to tell where each attribute lies and to leave the attributes that are read lazily.
// It leans on the library's reading methods, so the library's version is pinned.
import {
  type AttributeInfo,
  type CodeAttributeInfo,
  type ConstantPoolInfo,
  type JavaClassFile,
  JavaClassFileReader,
} from 'java-class-tools';
import { ClassFormatError } from './errors.js';

/** An attribute with the place of its contents (after the six bytes of its header) in the file. */
export interface PlacedAttribute extends AttributeInfo {
  readonly attributeName: string;
  readonly contentsOffset: number;
}

/** Attributes that the library reads at once; all others are kept as places in the file. A name counts only where the
 *  specification puts it (JVMS table 4.7-C), elsewhere it is an unknown attribute, to be ignored. */
const READ_AT_ONCE = {
  class: new Set(['BootstrapMethods', 'EnclosingMethod', 'InnerClasses', 'NestHost', 'NestMembers']),
  member: new Set(['Code', 'Exceptions']),
  code: new Set<string>(),
};

/** What of the library's reader is overridden here. */
interface LibraryReader {
  buf: { offset: number; readonly limit: number; readUint16(): number; readUint32(): number };
  classFile: { readonly constant_pool: readonly (ConstantPoolInfo | undefined)[] };
  read(bytes: ByteBuffer): JavaClassFile;
  _readAttributeInfoArray(count: number): AttributeInfo[];
  _readMemberInfoArray(count: number): unknown;
  _readAttributeInfo(): AttributeInfo;
  _readCodeAttribute(attribute: AttributeInfo): CodeAttributeInfo;
  _readUtf8PoolEntry(tag: number): ConstantPoolInfo;
}
/** What the library reads from. */
interface ByteBuffer {
  readonly __isByteBuffer__: true;
  readonly buffer: Uint8Array;
  readonly offset: number;
  readonly markedOffset: number;
  readonly limit: number;
  readonly littleEndian: boolean;
  readonly noAssert: boolean;
}

/** The bytes in the shape that the library makes no copy of: it copies byte by byte, into a deprecated kind of buffer
 *  whose making captures a stack. */
function asByteBuffer(bytes: Uint8Array): ByteBuffer {
  return {
    __isByteBuffer__: true,
    buffer: bytes,
    offset: 0,
    markedOffset: -1,
    limit: bytes.length,
    littleEndian: false,
    noAssert: false,
  };
}

const LibraryReader = JavaClassFileReader as unknown as new () => LibraryReader;

/** Reads one class file; make a new one for each. */
export class PlacingReader extends LibraryReader {
  readonly #bytes: Uint8Array;
  readonly #origin: string;
  #level: keyof typeof READ_AT_ONCE = 'class';
  #cursor: LibraryReader['buf'] | null = null;

  constructor(bytes: Uint8Array, origin: string) {
    super();
    this.#bytes = bytes;
    this.#origin = origin;
  }

  /** The library's structures; its attributes are PlacedAttributes. Throws ClassFormatError. */
  readAll(): JavaClassFile {
    let result: JavaClassFile;
    try {
      result = this.read(asByteBuffer(this.#bytes));
    } catch (error) {
      throw this.#translate(error);
    }
    if (this.#cursor?.offset !== this.#bytes.length) {
      throw new ClassFormatError(`Extra bytes at the end of class file ${this.#origin}`);
    }
    return result;
  }

  override _readMemberInfoArray(count: number): unknown {
    this.#cursor = this.buf;
    this.#level = 'member';
    const members = super._readMemberInfoArray(count);
    this.#level = 'class';
    return members;
  }

  /** As the library does, but the bytecode stays where it is. */
  override _readCodeAttribute(attribute: AttributeInfo): CodeAttributeInfo {
    const { buf } = this;
    const code = Object.assign(attribute, {
      max_stack: buf.readUint16(),
      max_locals: buf.readUint16(),
      code_length: buf.readUint32(),
      code: [] as number[],
    });
    if (code.code_length > this.#bytes.length - buf.offset)
      throw new ClassFormatError('Truncated class file');
    buf.offset += code.code_length;
    const exception_table_length = buf.readUint16();
    const exception_table = Array.from({ length: exception_table_length }, () => ({
      start_pc: buf.readUint16(),
      end_pc: buf.readUint16(),
      handler_pc: buf.readUint16(),
      catch_type: buf.readUint16(),
    }));
    const attributes_count = buf.readUint16();
    this.#level = 'code';
    const attributes = this._readAttributeInfoArray(attributes_count);
    this.#level = 'member';
    return Object.assign(code, { exception_table_length, exception_table, attributes_count, attributes });
  }

  override _readAttributeInfo(): PlacedAttribute {
    const start = this.buf.offset;
    const nameIndex = this.buf.readUint16();
    const length = this.buf.readUint32();
    const contentsOffset = start + 6;
    const attributeName = this.#attributeName(nameIndex);
    if (length > this.#bytes.length - contentsOffset) {
      throw new ClassFormatError(`Truncated class file`);
    }
    if (!READ_AT_ONCE[this.#level].has(attributeName)) {
      this.buf.offset = contentsOffset + length;
      return { attribute_name_index: nameIndex, attribute_length: length, attributeName, contentsOffset };
    }
    this.buf.offset = start;
    const attribute = super._readAttributeInfo();
    if (this.buf.offset !== contentsOffset + length) {
      throw new ClassFormatError(`${attributeName} attribute has wrong length in class file ${this.#origin}`);
    }
    return Object.assign(attribute, { attributeName, contentsOffset });
  }

  /** The library copies byte by byte; a view of the file does as well. */
  override _readUtf8PoolEntry(tag: number): ConstantPoolInfo {
    const length = this.buf.readUint16();
    const start = this.buf.offset;
    if (length > this.#bytes.length - start) throw new ClassFormatError('Truncated class file');
    this.buf.offset = start + length;
    const entry = { tag, length, bytes: this.#bytes.subarray(start, start + length) };
    return entry;
  }

  #attributeName(nameIndex: number): string {
    const entry: { tag: number; bytes?: Uint8Array } | undefined = this.classFile.constant_pool[nameIndex];
    if (entry?.tag !== 1 || entry.bytes === undefined) {
      throw new ClassFormatError(`Invalid attribute name index ${nameIndex} in class file ${this.#origin}`);
    }
    // Only ASCII names are known; others need to be told apart, not read.
    return String.fromCharCode.apply(null, entry.bytes as unknown as number[]);
  }

  /** The library throws RangeError and TypeError at bytes it did not expect. */
  #translate(error: unknown): Error {
    if (error instanceof ClassFormatError) return error;
    const tag = error instanceof Error ? /^Unexpected tag: (\d+)$/.exec(error.message) : null;
    if (tag !== null)
      return new ClassFormatError(`Unknown constant tag ${tag[1]} in class file ${this.#origin}`);
    return new ClassFormatError('Truncated class file');
  }
}
