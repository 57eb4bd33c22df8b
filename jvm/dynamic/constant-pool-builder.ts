// Builds the constant pool of a synthesised class file (JVMS §4.4): entries are shared, indexes given in order.
import { TAG } from '../class-file/constant-pool.js';

/** Bytes that grow, big endian as class files are. */
export class ByteSink {
  readonly bytes: number[] = [];

  u1(value: number): this {
    this.bytes.push(value & 0xff);
    return this;
  }

  u2(value: number): this {
    this.bytes.push((value >> 8) & 0xff, value & 0xff);
    return this;
  }

  u4(value: number): this {
    return this.u2(value >>> 16).u2(value);
  }

  append(bytes: readonly number[]): this {
    for (const byte of bytes) this.bytes.push(byte);
    return this;
  }
}

/** Appends the modified UTF-8 form of a text (JVMS §4.4.7). */
function appendModifiedUtf8(sink: ByteSink, text: string): void {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0 && unit < 0x80) sink.u1(unit);
    else if (unit < 0x800) sink.u1(0xc0 | (unit >> 6)).u1(0x80 | (unit & 0x3f));
    else {
      sink
        .u1(0xe0 | (unit >> 12))
        .u1(0x80 | ((unit >> 6) & 0x3f))
        .u1(0x80 | (unit & 0x3f));
    }
  }
}

export class ConstantPoolBuilder {
  readonly #sink = new ByteSink();
  /** Index of every entry by its bytes. */
  readonly #indexes = new Map<string, number>();
  #count = 1;

  /** One more than the last index, as constant_pool_count. */
  get count(): number {
    return this.#count;
  }

  get bytes(): readonly number[] {
    return this.#sink.bytes;
  }

  utf8(text: string): number {
    return this.#entry(`1 ${text}`, () => {
      const encoded = new ByteSink();
      appendModifiedUtf8(encoded, text);
      this.#sink.u1(TAG.Utf8).u2(encoded.bytes.length).append(encoded.bytes);
    });
  }

  int(value: number): number {
    return this.#entry(`3 ${value}`, () => this.#sink.u1(TAG.Integer).u4(value));
  }

  /** name: internal form, or an array descriptor. */
  class(name: string): number {
    return this.#reference(TAG.Class, this.utf8(name));
  }

  string(text: string): number {
    return this.#reference(TAG.String, this.utf8(text));
  }

  nameAndType(name: string, descriptor: string): number {
    return this.#pair(TAG.NameAndType, this.utf8(name), this.utf8(descriptor));
  }

  field(className: string, name: string, descriptor: string): number {
    return this.#pair(TAG.Fieldref, this.class(className), this.nameAndType(name, descriptor));
  }

  method(className: string, name: string, descriptor: string, isInterface = false): number {
    const tag = isInterface ? TAG.InterfaceMethodref : TAG.Methodref;
    return this.#pair(tag, this.class(className), this.nameAndType(name, descriptor));
  }

  /** kind: JVMS table 5.4.3.5-A; member: index of a member reference. */
  methodHandle(kind: number, member: number): number {
    return this.#entry(`15 ${kind} ${member}`, () => this.#sink.u1(TAG.MethodHandle).u1(kind).u2(member));
  }

  invokeDynamic(bootstrapIndex: number, name: string, descriptor: string): number {
    return this.#pair(TAG.InvokeDynamic, bootstrapIndex, this.nameAndType(name, descriptor));
  }

  #reference(tag: number, index: number): number {
    return this.#entry(`${tag} ${index}`, () => this.#sink.u1(tag).u2(index));
  }

  #pair(tag: number, first: number, second: number): number {
    return this.#entry(`${tag} ${first} ${second}`, () => this.#sink.u1(tag).u2(first).u2(second));
  }

  #entry(key: string, write: () => void): number {
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    if (this.#count > 0xffff) throw new RangeError('constant pool too large');
    const index = this.#count++;
    this.#indexes.set(key, index);
    write();
    return index;
  }
}
