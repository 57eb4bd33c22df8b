// Thread stacks and native memory: whatever was taken and given back, in whatever order, what is free is one piece where
// it lies side by side, and goes to whoever asks next.
import test from 'ava';
import { Memory, REGISTERS } from '../../jvm/memory.js';
import { memoryDigest } from '../../jvm/memory-digest.js';
import { HEADER_BYTES, OffHeap } from '../../jvm/off-heap.js';
import { SaveRoom } from '../../jvm/snapshot/save-room.js';
import { restoreMemory, saveMemory } from '../../jvm/snapshot/saved-machine.js';
import { randomNumbers } from './javac.js';
import { checkOffHeap } from './off-heap-check.js';

const SEED = Number(process.env.RJVM_TEST_SEED ?? 20_260_101);
const HEAP_BYTES = 1 << 20;
const ROOM_BYTES = 4 << 20;
const PAGE_BYTES = 4096;
const ROUNDS = 8;
const STEPS = 400;

/** A memory with little room behind its heap. */
function smallMemory(roomBytes = ROOM_BYTES): Memory {
  const memory = new Memory(HEAP_BYTES);
  memory.i32[REGISTERS.offHeapEnd] = memory.offHeapStart + roomBytes;
  return memory;
}

/** A memory that was saved and restored. */
function restored(memory: Memory): Memory {
  const other = smallMemory();
  restoreMemory(other, saveMemory(memory, new SaveRoom()));
  return other;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The same by lists of spans, whose choice among the free ones is the room's own. */
class Model {
  readonly live = new Map<number, Span & { readonly mark: number }>();
  #free: Span[] = [];
  #top: number;

  constructor(
    readonly start: number,
    readonly end: number,
  ) {
    this.#top = start;
  }

  /** Takes note of a block, or of there being none for address 0. Throws where that is not as it should be. */
  allocate(roomBytes: number, address: number, mark: number): void {
    const bytes = Math.max(32, Math.ceil((roomBytes + HEADER_BYTES) / 16) * 16);
    const start = address - HEADER_BYTES;
    const last = this.#free.find((span) => span.end === this.#top);
    const largest = Math.max(0, ...this.#free.map((span) => span.end - span.start));
    if (address === 0) {
      if (largest >= bytes) throw new Error(`no room for ${bytes} bytes, and ${largest} are free`);
      if ((last?.start ?? this.#top) + bytes <= this.end)
        throw new Error(`no room for ${bytes} bytes at the end`);
      return;
    }
    let taken = this.#free.find((span) => span.start === start && span.end - start >= bytes);
    if (taken === undefined) {
      if (start !== (last?.start ?? this.#top)) throw new Error(`${bytes} bytes at ${start} are not free`);
      // What fits but is hardly larger may be overlooked.
      if (largest > bytes * (1 + 1 / 16))
        throw new Error(`new room for ${bytes} bytes, and ${largest} are free`);
      if (last !== undefined) this.#free.splice(this.#free.indexOf(last), 1);
      taken = { start, end: start + bytes };
      if (taken.end > this.end) throw new Error(`${bytes} bytes at ${start} end behind the room`);
      this.#top = taken.end;
    } else this.#free.splice(this.#free.indexOf(taken), 1);
    const end = taken.end - (start + bytes) >= 32 ? start + bytes : taken.end;
    if (end < taken.end) this.#free.push({ start: end, end: taken.end });
    this.live.set(address, { start, end, mark });
  }

  free(address: number): void {
    const { start, end } = this.live.get(address)!;
    this.live.delete(address);
    this.#release({ start, end });
  }

  shrink(address: number, roomBytes: number): void {
    const span = this.live.get(address)!;
    const end = span.start + Math.max(32, Math.ceil((roomBytes + HEADER_BYTES) / 16) * 16);
    if (span.end - end < 32) return;
    this.live.set(address, { ...span, end });
    this.#release({ start: end, end: span.end });
  }

  #release({ start, end }: Span): void {
    const before = this.#free.find((span) => span.end === start);
    const after = this.#free.find((span) => span.start === end);
    this.#free = this.#free.filter((span) => span !== before && span !== after);
    this.#free.push({ start: before?.start ?? start, end: after?.end ?? end });
  }
}

/** The room and its model, side by side. */
class Trial {
  memory = smallMemory();
  offHeap = new OffHeap(this.memory);
  readonly model = new Model(this.memory.offHeapStart, this.memory.i32[REGISTERS.offHeapEnd]!);
  failures = 0;

  constructor(readonly random: (limit: number) => number) {}

  step(limit: number): void {
    const { live } = this.model;
    const choice = this.random(10);
    if (live.size === 0 || choice < 6) this.#allocate(this.random(limit));
    else {
      const address = [...live.keys()][this.random(live.size)]!;
      if (choice < 9) this.#free(address);
      else this.#shrink(address);
    }
  }

  freeAll(): void {
    const { live } = this.model;
    while (live.size > 0) this.#free([...live.keys()][this.random(live.size)]!);
  }

  restore(): void {
    this.memory = restored(this.memory);
    this.offHeap = new OffHeap(this.memory);
  }

  #allocate(bytes: number): void {
    const mark = 1 + this.random(255);
    const address = this.offHeap.allocate(bytes);
    this.model.allocate(bytes, address, mark);
    if (address === 0) this.failures++;
    else this.memory.u8.fill(mark, address, address + this.#room(address));
  }

  #free(address: number): void {
    this.#check(address);
    this.offHeap.free(address);
    this.model.free(address);
  }

  #shrink(address: number): void {
    const bytes = this.random(this.#room(address) + 1);
    this.offHeap.shrink(address, bytes);
    this.model.shrink(address, bytes);
    this.#check(address);
  }

  #room(address: number): number {
    return this.model.live.get(address)!.end - address;
  }

  /** What was written into a block is there still, and it has all of its room. */
  #check(address: number): void {
    const { mark } = this.model.live.get(address)!;
    const room = this.#room(address);
    if (this.offHeap.roomBytes(address) !== room) throw new Error(`room at ${address}`);
    const bytes = this.memory.u8.subarray(address, address + room);
    if (!bytes.every((byte) => byte === mark)) throw new Error(`what is at ${address} was overwritten`);
  }
}

for (let seed = SEED; seed < SEED + 6; seed++) {
  test(`a random history is that of the model, and all is one piece in the end, seed ${seed}`, (t) => {
    const trial = new Trial(randomNumbers(seed));
    for (let round = 0; round < ROUNDS; round++) {
      const limit = [60, 3000, 60_000, 1 << 20][trial.random(4)]!;
      for (let step = 0; step < STEPS; step++) {
        trial.step(trial.random(4) === 0 ? 200 : limit);
        if (step % 20 === 0) checkOffHeap(trial.memory);
      }
      if (trial.random(3) === 0) trial.freeAll();
    }
    trial.freeAll();
    t.is(checkOffHeap(trial.memory).length, 1);
    t.true(trial.failures > 0, 'the room was never full');
    const whole = trial.offHeap.allocate(ROOM_BYTES - HEADER_BYTES);
    t.is(whole, trial.memory.offHeapStart + HEADER_BYTES);
    t.is(trial.offHeap.allocate(1), 0);
  });

  test(`a machine that is saved and restored on the way goes on alike, seed ${seed}`, (t) => {
    const trials = [new Trial(randomNumbers(seed)), new Trial(randomNumbers(seed))] as const;
    for (let step = 0; step < 1200; step++) {
      for (const trial of trials) trial.step([100, 9000, 400_000][step % 3]!);
      if (step % 150 === 149) trials[1].restore();
    }
    t.is(memoryDigest(trials[1].memory), memoryDigest(trials[0].memory));
    checkOffHeap(trials[1].memory);
  });
}

test('blocks of one size are used again, however many lie before them in their list', (t) => {
  const memory = smallMemory();
  const offHeap = new OffHeap(memory);
  const sizes = [...new Array<number>(50).fill(1040), 1056, ...new Array<number>(50).fill(1040)];
  const blocks = sizes.map((bytes) => [offHeap.allocate(bytes), offHeap.allocate(16)] as const);
  for (const [block] of blocks) offHeap.free(block);
  t.is(checkOffHeap(memory).length, sizes.length);
  const top = memory.i32[REGISTERS.offHeapTop]!;
  const again = sizes.filter((bytes) => bytes === 1040).map(() => offHeap.allocate(1040));
  t.is(new Set(again).size, 100);
  t.is(memory.i32[REGISTERS.offHeapTop], top);
  for (const block of again) offHeap.free(block);
  // The one that fits is the last that is looked at, when nothing else is left.
  memory.i32[REGISTERS.offHeapEnd] = top;
  t.is(offHeap.allocate(1056), blocks[50]![0]);
  t.is(offHeap.allocate(1056), 0);
});

test('pages that nobody has written to are untouched, whatever becomes of their blocks', (t) => {
  const memory = smallMemory(64 << 20);
  const offHeap = new OffHeap(memory);
  const stackBytes = 1 << 20;
  const stacks = Array.from({ length: 20 }, () => offHeap.allocate(stackBytes));
  for (const stack of stacks) memory.u8.fill(1, stack, stack + 100);
  for (const stack of stacks) offHeap.free(stack);
  for (let i = 0; i < 5; i++) offHeap.allocate(stackBytes * 3);
  const touched = new Set<number>();
  for (let word = memory.offHeapStart >> 2; word < memory.i32[REGISTERS.offHeapEnd]! >> 2; word++) {
    if (memory.i32[word] !== 0) touched.add(Math.floor((word * 4) / PAGE_BYTES));
  }
  // Each of the larger blocks begins in another page than the stacks did.
  t.true(touched.size <= 20 + 6, `${touched.size} pages`);
});

test('what is no block in use cannot be freed', (t) => {
  const memory = smallMemory();
  const offHeap = new OffHeap(memory);
  const [block, joined, next] = [offHeap.allocate(100), offHeap.allocate(100), offHeap.allocate(100)];
  const last = offHeap.allocate(100);
  for (const address of [0, 8, block + 16, block + 1, last + 4096, 2 ** 31, -16, Number.NaN]) {
    t.false(offHeap.has(address));
    t.throws(() => offHeap.free(address), { message: /no block behind the heap in use/ }, `${address}`);
  }
  t.true(offHeap.has(block) && offHeap.has(last));
  // The one in the middle comes last, so that the tags around it are what they were.
  for (const address of [block, next, joined]) offHeap.free(address);
  for (const address of [block, next, joined]) {
    t.false(offHeap.has(address));
    t.throws(() => offHeap.free(address), { message: /no block behind the heap in use/ });
  }
  checkOffHeap(memory);
});

test('more than there is room for is no block, and changes nothing', (t) => {
  const memory = smallMemory();
  const offHeap = new OffHeap(memory);
  const block = offHeap.allocate(ROOM_BYTES / 2);
  const digest = memoryDigest(memory);
  for (const bytes of [ROOM_BYTES / 2, ROOM_BYTES, 0x7000_0000, 0x7fff_ffff, 2 ** 40, Number.NaN]) {
    t.is(offHeap.allocate(bytes), 0, `${bytes}`);
  }
  t.is(memoryDigest(memory), digest);
  offHeap.free(block);
  t.is(offHeap.allocate(ROOM_BYTES - HEADER_BYTES), block);
});
