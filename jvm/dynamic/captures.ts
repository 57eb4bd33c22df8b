// Creation of capturing lambdas: a new object of the lambda's class, its fields taken from the operand stack. The
// effect is that of the class's constructor, without frames.

import type { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import { fieldBytes } from '../class-layout.js';
import type { Machine } from '../machine.js';
import { REGISTERS } from '../memory.js';
import type { RuntimeClass } from '../runtime-class.js';
import { readList } from '../snapshot/text.js';
import { capturedFieldName } from './lambda-class.js';

/** What moves from the stack into the object: for each value its width in bytes and its field's offset. */
interface CapturePlan {
  readonly type: RuntimeClass;
  readonly widths: readonly number[];
  readonly offsets: readonly number[];
  /** Words of all captured values on the stack. */
  readonly words: number;
}

export class Captures {
  readonly #plans: CapturePlan[] = [];

  constructor(readonly machine: Machine) {}

  /** Index of a new plan for a lambda's class that captures values of these types. */
  add(type: RuntimeClass, captured: readonly string[]): number {
    const widths = captured.map(fieldBytes);
    const offsets = captured.map((_, index) => type.declaredField(capturedFieldName(index))!.offset);
    const words = widths.reduce((sum, width) => sum + (width === 8 ? 4 : 2), 0);
    return this.#plans.push({ type, widths, offsets, words }) - 1;
  }

  save(writer: BinaryWriter): void {
    writer.varuint(this.#plans.length);
    for (const { type, widths, offsets, words } of this.#plans) {
      writer.varuint(type.id).varuint(words).varuint(widths.length);
      widths.forEach((width, i) => {
        writer.varuint(width).varuint(offsets[i]!);
      });
    }
  }

  restore(reader: BinaryReader): void {
    for (let count = reader.varuint(); count > 0; count--) {
      const type = this.machine.classes.classes[reader.varuint()]!;
      const words = reader.varuint();
      const values = readList(reader, () => ({ width: reader.varuint(), offset: reader.varuint() }));
      const widths = values.map(({ width }) => width);
      const offsets = values.map(({ offset }) => offset);
      this.#plans.push({ type, widths, offsets, words });
    }
  }

  /** Bytes of the object that a plan makes. */
  byteCount(index: number): number {
    return this.#plans[index]!.type.instanceBytes;
  }

  /** Makes the object in place of its captured values; returns the new sp, or -1 where the heap is full. */
  create(index: number, sp: number): number {
    const { i32, i16, i8 } = this.machine.memory;
    const { type, widths, offsets, words } = this.#plans[index]!;
    const object = i32[REGISTERS.heapTop]!;
    const top = object + type.instanceBytes;
    if (top > i32[REGISTERS.heapEnd]!) return -1;
    i32[REGISTERS.heapTop] = top;
    i32[object >> 2] = type.address;
    const first = sp - words;
    let word = first;
    for (let i = 0; i < widths.length; i++) {
      const at = object + offsets[i]!;
      switch (widths[i]) {
        case 8:
          i32[at >> 2] = i32[word]!;
          i32[(at >> 2) + 1] = i32[word + 1]!;
          word += 2;
          break;
        case 4:
          i32[at >> 2] = i32[word]!;
          break;
        case 2:
          i16[at >> 1] = i32[word]!;
          break;
        default:
          i8[at] = i32[word]!;
      }
      word += 2;
    }
    i32[first] = object;
    return first + 2;
  }
}
