// Assembles class files for the classes that the machine synthesises: fields, methods, bootstrap methods (JVMS §4.1).
import { parseMethodDescriptor } from '../class-file/descriptors.js';
import { ACC } from '../layout.js';
import { CodeEmitter } from './code-emitter.js';
import { ByteSink, ConstantPoolBuilder } from './constant-pool-builder.js';

/** Java 17. */
const MAJOR_VERSION = 61;

export interface ClassOutline {
  /** Internal form. */
  readonly name: string;
  readonly interfaces: readonly string[];
  readonly accessFlags: number;
}

export class ClassAssembler {
  readonly pool = new ConstantPoolBuilder();
  readonly #outline: ClassOutline;
  readonly #fields: (readonly number[])[] = [];
  readonly #methods: (readonly number[])[] = [];
  readonly #bootstrapMethods: (readonly number[])[] = [];

  constructor(outline: ClassOutline) {
    this.#outline = outline;
  }

  get name(): string {
    return this.#outline.name;
  }

  field(accessFlags: number, name: string, descriptor: string): void {
    const sink = new ByteSink().u2(accessFlags).u2(this.pool.utf8(name)).u2(this.pool.utf8(descriptor));
    this.#fields.push(sink.u2(0).bytes);
  }

  /** Adds a method whose code `emit` writes. */
  method(accessFlags: number, name: string, descriptor: string, emit: (code: CodeEmitter) => void): void {
    const receiverSlots = accessFlags & ACC.static ? 0 : 1;
    const code = new CodeEmitter(this.pool, parseMethodDescriptor(descriptor).argumentSlots + receiverSlots);
    emit(code);
    const sink = new ByteSink().u2(accessFlags).u2(this.pool.utf8(name)).u2(this.pool.utf8(descriptor));
    this.#methods.push(sink.u2(1).append(code.attribute()).bytes);
  }

  /** Adds an entry of the BootstrapMethods attribute; returns its index. The arguments are pool indexes. */
  bootstrapMethod(methodHandle: number, bootstrapArguments: readonly number[]): number {
    const sink = new ByteSink().u2(methodHandle).u2(bootstrapArguments.length);
    for (const index of bootstrapArguments) sink.u2(index);
    this.#bootstrapMethods.push(sink.bytes);
    return this.#bootstrapMethods.length - 1;
  }

  toBytes(): Uint8Array {
    const { pool } = this;
    const body = new ByteSink()
      .u2(this.#outline.accessFlags)
      .u2(pool.class(this.name))
      .u2(pool.class('java/lang/Object'))
      .u2(this.#outline.interfaces.length);
    for (const name of this.#outline.interfaces) body.u2(pool.class(name));
    for (const members of [this.#fields, this.#methods]) {
      body.u2(members.length);
      for (const member of members) body.append(member);
    }
    this.#appendAttributes(body);
    const file = new ByteSink().u4(0xcafe_babe).u2(0).u2(MAJOR_VERSION).u2(pool.count).append(pool.bytes);
    return Uint8Array.from(file.append(body.bytes).bytes);
  }

  #appendAttributes(body: ByteSink): void {
    if (this.#bootstrapMethods.length === 0) {
      body.u2(0);
      return;
    }
    const table = new ByteSink().u2(this.#bootstrapMethods.length);
    for (const entry of this.#bootstrapMethods) table.append(entry);
    body.u2(1).u2(this.pool.utf8('BootstrapMethods')).u4(table.bytes.length).append(table.bytes);
  }
}
