// The check of the heap finds every kind of disorder that it is there for.
import { join } from 'node:path';
import test from 'ava';
import { HeapCorruption, verifyHeap } from '../../../jvm/collector/verify-heap.js';
import { ARRAY_LAYOUT, OBJECT_HEADER } from '../../../jvm/layout.js';
import { REGISTERS } from '../../../jvm/memory.js';
import { PROJECT } from '../../support/command.js';
import { finishedMachine } from './stress-run.js';

const machine = finishedMachine(['-cp', join(PROJECT, 'demos'), 'Hello']);
const { heap, memory } = machine;
const { i32 } = memory;
// An interned string is a root; its bytes are an array that nothing else holds.
const string = heap.intern('a text that no program has');
const bytes = heap.getInt(string + heap.string.value);

test.serial('a machine that has run is in order, before and after a collection', (t) => {
  t.notThrows(() => verifyHeap(machine));
  machine.collector.collect(true);
  t.notThrows(() => verifyHeap(machine));
  t.is(heap.text(string), 'a text that no program has');
});

/** A word of memory that is changed for one check. */
function disorder(title: string, word: () => number, value: () => number, message: RegExp): void {
  test.serial(title, (t) => {
    const before = i32[word()]!;
    const at = word();
    i32[at] = value();
    t.throws(() => verifyHeap(machine), { instanceOf: HeapCorruption, message });
    i32[at] = before;
    t.notThrows(() => verifyHeap(machine));
  });
}

const field = () => (string + heap.string.value) >> 2;

disorder(
  'a header that is no class',
  () => string >> 2,
  () => 12_344,
  /header 12344 is no class/,
);
disorder(
  'a header of an abstract class',
  () => string >> 2,
  () => machine.classes.boot('java/lang/Number').address,
  /has no instances/,
);
disorder('a reference into an object', field, () => bytes + 4, /is not aligned/);
disorder('a reference to what is no object', field, () => bytes + 8, /no class/);
disorder('a reference below the heap', field, () => memory.heapStart - 8, /leads out of the used heap/);
disorder('a reference behind the heap', field, () => memory.heapLimit, /leads out of the used heap/);
disorder(
  'a negative length',
  () => (bytes >> 2) + ARRAY_LAYOUT.lengthWord,
  () => -1,
  /of length -1/,
);
disorder(
  'a length that the heap cannot hold',
  () => (bytes >> 2) + ARRAY_LAYOUT.lengthWord,
  () => 0x7fff_0000,
  /of length/,
);
disorder(
  'objects that overlap',
  () => (bytes >> 2) + ARRAY_LAYOUT.lengthWord,
  () => 4096,
  /overlaps/,
);
disorder(
  'a monitor of another object',
  () => (string >> 2) + OBJECT_HEADER.lockWord,
  () => memory.heapStart | 1,
  /its monitor/,
);
disorder(
  'unused memory that is not zero',
  () => i32[REGISTERS.heapHighWater]! >> 2,
  () => 1,
  /is not zero/,
);

test.serial('a reference into a hole', (t) => {
  const hole = [...heap.freeSpans()].find(({ byteCount }) => byteCount > 100)!.start + 64;
  i32[hole >> 2] = machine.classes.boot('java/lang/Object').address;
  i32[field()] = hole;
  t.throws(() => verifyHeap(machine), { instanceOf: HeapCorruption, message: /overlaps free space/ });
  i32[field()] = bytes;
  i32[hole >> 2] = 0;
  t.notThrows(() => verifyHeap(machine));
});
