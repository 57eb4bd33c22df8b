// The StackMapTable attribute (JVMS §4.7.4): the frames that javac leaves for the verifier, as deltas.
import { type ConstantPool, TAG } from './constant-pool.js';
import { ClassFormatError } from './errors.js';

/** A verification type as it stands in the file. uninitialized: the object made by the new instruction at pc. */
export type StackMapType =
  | { readonly kind: 'top' | 'int' | 'float' | 'long' | 'double' | 'null' | 'uninitializedThis' }
  | { readonly kind: 'object'; readonly className: string }
  | { readonly kind: 'uninitialized'; readonly pc: number };

/** One frame: how the locals change against the frame before, and the whole stack. A long or double is one entry. */
export interface StackMapFrame {
  readonly pc: number;
  /** 'same': keep all; 'chop': drop the last `chopped`; 'append': add `locals`; 'full': `locals` replaces all. */
  readonly change: 'same' | 'chop' | 'append' | 'full';
  readonly chopped: number;
  readonly locals: readonly StackMapType[];
  readonly stack: readonly StackMapType[];
}

const SIMPLE_TYPES = ['top', 'int', 'float', 'double', 'long', 'null', 'uninitializedThis'] as const;
const TAG_OBJECT = 7;
const TAG_UNINITIALIZED = 8;

/** Parses the contents of a StackMapTable. Frames come in rising order of pc. Throws ClassFormatError. */
export function parseStackMapTable(contents: Uint8Array, pool: ConstantPool): readonly StackMapFrame[] {
  const reader = new FrameReader(contents, pool);
  const frames: StackMapFrame[] = [];
  let pc = -1;
  for (let left = reader.uint16(); left > 0; left--) {
    const frame = reader.frame(pc);
    frames.push(frame);
    pc = frame.pc;
  }
  reader.expectEnd();
  return frames;
}

class FrameReader {
  #offset = 0;

  constructor(
    readonly contents: Uint8Array,
    readonly pool: ConstantPool,
  ) {}

  /** The next frame; previousPc is -1 before the first, since offsets count one less from frame to frame. */
  frame(previousPc: number): StackMapFrame {
    const type = this.uint8();
    const same = { change: 'same', chopped: 0, locals: [], stack: [] } as const;
    if (type < 64) return { ...same, pc: previousPc + 1 + type };
    if (type < 128) return { ...same, pc: previousPc + 1 + type - 64, stack: [this.#type()] };
    const pc = previousPc + 1 + this.uint16();
    if (type < 247) throw this.#error('reserved frame type');
    if (type === 247) return { ...same, pc, stack: [this.#type()] };
    if (type < 251) return { ...same, pc, change: 'chop', chopped: 251 - type };
    if (type === 251) return { ...same, pc };
    if (type < 255) return { ...same, pc, change: 'append', locals: this.#types(type - 251) };
    const locals = this.#types(this.uint16());
    return { ...same, pc, change: 'full', locals, stack: this.#types(this.uint16()) };
  }

  #types(count: number): StackMapType[] {
    const types: StackMapType[] = [];
    for (let i = 0; i < count; i++) types.push(this.#type());
    return types;
  }

  #type(): StackMapType {
    const tag = this.uint8();
    if (tag === TAG_OBJECT) {
      const index = this.uint16();
      if (this.pool.tag(index) !== TAG.Class) throw this.#error('bad class index');
      return { kind: 'object', className: this.pool.className(index) };
    }
    if (tag === TAG_UNINITIALIZED) return { kind: 'uninitialized', pc: this.uint16() };
    const kind = SIMPLE_TYPES[tag];
    if (kind === undefined) throw this.#error('bad verification type');
    return { kind };
  }

  uint8(): number {
    const byte = this.contents[this.#offset++];
    if (byte === undefined) throw this.#error('access beyond the end of attribute');
    return byte;
  }

  uint16(): number {
    return (this.uint8() << 8) | this.uint8();
  }

  expectEnd(): void {
    if (this.#offset !== this.contents.length) throw this.#error('wrong attribute size');
  }

  #error(reason: string): ClassFormatError {
    return new ClassFormatError(`StackMapTable format error: ${reason}`);
  }
}
