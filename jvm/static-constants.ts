// ConstantValue attributes (JVMS §4.7.2, §5.5 step 6): static fields get their constants before <clinit> runs.
import { TAG } from './class-file/constant-pool.js';
import type { Machine } from './machine.js';
import type { RuntimeClass } from './runtime-class.js';

export function initializeStaticConstants(machine: Machine, type: RuntimeClass): void {
  const { memory, heap } = machine;
  for (const field of type.fields) {
    if (!field.isStatic || !field.hasConstant) continue;
    const { pool } = type.file!;
    const index = field.info!.constantValueIndex;
    switch (pool.tag(index)) {
      case TAG.Long:
      case TAG.Double:
        memory.i32[field.offset >> 2] = pool.longLow(index);
        memory.i32[(field.offset >> 2) + 1] = pool.longHigh(index);
        break;
      case TAG.Float:
        memory.i32[field.offset >> 2] = pool.floatBits(index);
        break;
      case TAG.String:
        memory.i32[field.offset >> 2] = heap.intern(pool.stringValue(index));
        break;
      default:
        storeInt(machine, field.offset, field.descriptor, pool.int(index));
    }
  }
}

function storeInt(machine: Machine, address: number, descriptor: string, value: number): void {
  const { memory } = machine;
  if (descriptor === 'Z' || descriptor === 'B') memory.i8[address] = value;
  else if (descriptor === 'S' || descriptor === 'C') memory.i16[address >> 1] = value;
  else memory.i32[address >> 2] = value;
}
