// The Code attribute of a method (JVMS §4.7.3) with its line numbers and stack map frames.
import type { CodeAttributeInfo } from 'java-class-tools';
import type { PlacedAttribute } from './class-reader.js';
import type { ConstantPool } from './constant-pool.js';
import { ClassFormatError } from './errors.js';
import { parseStackMapTable, type StackMapFrame } from './stack-map-table.js';

export interface CodeAttribute {
  /** In slots: a long or double takes two. */
  readonly maxStack: number;
  /** In slots: a long or double takes two. */
  readonly maxLocals: number;
  readonly code: Uint8Array;
  readonly exceptionTable: readonly ExceptionTableEntry[];
  /** Pairs of (startPc, line), sorted by startPc; empty where the class file tells none. */
  readonly lineNumbers: Int32Array;
  /** null: the method has no StackMapTable. */
  readonly stackMapTable: readonly StackMapFrame[] | null;
  /** The contents, without the header of six bytes, of the first attribute of that name; null: there is none. */
  rawAttribute(name: string): Uint8Array | null;
}

export interface ExceptionTableEntry {
  readonly startPc: number;
  /** Exclusive. */
  readonly endPc: number;
  readonly handlerPc: number;
  /** Pool index of the class of the exceptions; 0: any. */
  readonly catchType: number;
}

/** Decoded from java-class-tools' structure on demand. */
export class ParsedCode implements CodeAttribute {
  readonly maxStack: number;
  readonly maxLocals: number;
  readonly code: Uint8Array;
  readonly exceptionTable: readonly ExceptionTableEntry[];
  readonly #attributes: readonly PlacedAttribute[];
  readonly #bytes: Uint8Array;
  readonly #pool: ConstantPool;
  readonly #origin: string;
  #lineNumbers: Int32Array | undefined;
  #stackMapTable: readonly StackMapFrame[] | null | undefined;

  constructor(
    info: CodeAttributeInfo & PlacedAttribute,
    bytes: Uint8Array,
    pool: ConstantPool,
    origin: string,
  ) {
    this.maxStack = info.max_stack;
    this.maxLocals = info.max_locals;
    const codeOffset = info.contentsOffset + 8;
    this.code = bytes.subarray(codeOffset, codeOffset + info.code_length);
    this.exceptionTable = info.exception_table.map((entry) => ({
      startPc: entry.start_pc,
      endPc: entry.end_pc,
      handlerPc: entry.handler_pc,
      catchType: entry.catch_type,
    }));
    this.#attributes = info.attributes as PlacedAttribute[];
    this.#bytes = bytes;
    this.#pool = pool;
    this.#origin = origin;
  }

  get lineNumbers(): Int32Array {
    return (this.#lineNumbers ??= this.#readLineNumbers());
  }

  get stackMapTable(): readonly StackMapFrame[] | null {
    if (this.#stackMapTable === undefined) {
      const contents = this.rawAttribute('StackMapTable');
      // As OpenJDK has it, an attribute without contents is none.
      const isAbsent = contents === null || contents.length === 0;
      this.#stackMapTable = isAbsent ? null : parseStackMapTable(contents, this.#pool);
    }
    return this.#stackMapTable;
  }

  rawAttribute(name: string): Uint8Array | null {
    for (const attribute of this.#attributes)
      if (attribute.attributeName === name) return this.#contents(attribute);
    return null;
  }

  /** A method may have several tables (JVMS §4.7.12); lines in the order of their pcs serve a binary search. */
  #readLineNumbers(): Int32Array {
    const pairs: [startPc: number, line: number][] = [];
    for (const attribute of this.#attributes) {
      if (attribute.attributeName !== 'LineNumberTable') continue;
      const contents = this.#contents(attribute);
      const view = new DataView(contents.buffer, contents.byteOffset, contents.byteLength);
      const count = contents.length >= 2 ? view.getUint16(0) : -1;
      if (contents.length !== 2 + 4 * count) {
        throw new ClassFormatError(
          `LineNumberTable attribute has wrong length in class file ${this.#origin}`,
        );
      }
      for (let i = 0; i < count; i++) pairs.push([view.getUint16(2 + 4 * i), view.getUint16(4 + 4 * i)]);
    }
    return Int32Array.from(pairs.sort((a, b) => a[0] - b[0]).flat());
  }

  #contents(attribute: PlacedAttribute): Uint8Array {
    const { contentsOffset, attribute_length: length } = attribute;
    return this.#bytes.subarray(contentsOffset, contentsOffset + length);
  }
}
