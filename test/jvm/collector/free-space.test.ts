// Holes and what is handed out of them: within the holes, never twice, and zero, whatever lay there before.
import test from 'ava';
import { FreeSpace } from '../../../jvm/collector/free-space.js';
import { Memory, REGISTERS } from '../../../jvm/memory.js';
import { randomNumbers } from '../javac.js';

const HEAP_BYTES = 2 << 20;
const ROUNDS = 30;
const JUNK = 0x5a;

interface Span {
  readonly start: number;
  readonly bytes: number;
}

/** Objects that were allocated; the free space between them is what `replace` is given, as after a collection. */
class Model {
  readonly memory = new Memory(HEAP_BYTES);
  readonly space: FreeSpace;
  live: Span[] = [];

  constructor(isExact: boolean) {
    this.space = new FreeSpace(this.memory, isExact);
    this.space.initialize(this.memory.heapStart, this.memory.heapLimit);
  }

  /** Allocates and fills with junk; false where there is no room. Throws where what is handed out is not free. */
  allocate(bytes: number, fromLarge: boolean): boolean {
    const { i32, u8 } = this.memory;
    if (i32[REGISTERS.heapEnd]! - i32[REGISTERS.heapTop]! < bytes) {
      if (!(fromLarge ? this.space.refillLarge(bytes) : this.space.refill(bytes))) return false;
    }
    const start = i32[REGISTERS.heapTop]!;
    i32[REGISTERS.heapTop] = start + bytes;
    for (let at = start; at < start + bytes; at++) {
      if (u8[at] !== 0) throw new Error(`byte ${at} of ${start} to ${start + bytes} is ${u8[at]}`);
    }
    u8.fill(JUNK, start, start + bytes);
    this.live.push({ start, bytes });
    return true;
  }

  /** Frees objects, and gives everything that is free back. */
  collect(survives: () => boolean): void {
    this.live = this.live.filter(survives).sort((a, b) => a.start - b.start);
    const holes: number[] = [];
    let position = this.memory.heapStart;
    for (const { start, bytes } of this.live) {
      if (start < position) throw new Error(`${start} was handed out twice`);
      if (start > position) holes.push(position, start - position);
      position = start + bytes;
    }
    if (position > this.memory.heapLimit) throw new Error('handed out behind the heap');
    if (position < this.memory.heapLimit) holes.push(position, this.memory.heapLimit - position);
    this.space.replace(holes);
  }

  /** What is live still holds its junk. */
  check(): void {
    const { u8 } = this.memory;
    for (const { start, bytes } of this.live) {
      for (let at = start; at < start + bytes; at++) {
        if (u8[at] !== JUNK) throw new Error(`byte ${at} of the object at ${start} was overwritten`);
      }
    }
  }
}

for (const isExact of [false, true]) {
  for (const seed of [1, 2, 3, 4]) {
    test(`random allocations${isExact ? ', each by a refill' : ''}, seed ${seed}`, (t) => {
      const random = randomNumbers(seed);
      const model = new Model(isExact);
      for (let round = 0; round < ROUNDS; round++) {
        const limit = [40, 400, 6000, 90_000][random(4)]!;
        for (let i = random(300); i >= 0; i--) {
          const bytes = (16 + random(limit)) & ~7;
          if (!model.allocate(bytes, random(8) === 0)) break;
          if (random(5) === 0) model.space.returnRest();
        }
        const percent = random(100);
        model.collect(() => random(100) < percent);
        model.check();
      }
      t.pass();
    });
  }
}

test('a full heap says so, and is whole again when all is free', (t) => {
  const model = new Model(false);
  let count = 0;
  while (model.allocate(4096, false)) count++;
  t.true(count >= HEAP_BYTES / 4096 - 2);
  t.false(model.space.refill(4096));
  model.collect(() => false);
  t.is(model.space.freeBytes(), HEAP_BYTES);
  t.true(model.allocate(HEAP_BYTES, true));
});
