// When the heap is collected: enough was allocated since the last time, an allocation finds no room, or stress asks for a
// collection at every Nth one; and what happens when collections do not help. A function of the machine, so all replicas
// collect at the same instruction.
import type { BinaryReader, BinaryWriter } from '../../lib/binary.js';
import type { Machine } from '../machine.js';
import { REGISTERS } from '../memory.js';
import type { Reference } from '../runtime-class.js';
import { COLLECTION_FORCED, COLLECTION_NEEDED, JavaThrow } from '../signals.js';

export class CollectionDemand {
  /** The instruction that caused the last collection, and how many it has caused. */
  #collectionPosition = '';
  #collectionsInVain = 0;
  /** The instruction that was left for the last forced collection. */
  #forcedPosition = '';
  #outOfMemoryError: Reference = 0;

  constructor(readonly machine: Machine) {}

  /** Collects for the instruction that was left; a second time in a row also what is softly reachable. */
  collect(isForced: boolean): void {
    if (!isForced) {
      const position = this.machine.instructionPosition();
      this.#collectionsInVain = position === this.#collectionPosition ? this.#collectionsInVain + 1 : 1;
      this.#collectionPosition = position;
    }
    this.machine.collector.collect(!isForced && this.#collectionsInVain > 1);
  }

  /** Leaves the instruction for a collection before every Nth allocation, once at most: it may make several. */
  force(): void {
    const i32 = this.machine.memory.i32;
    if (i32[REGISTERS.currentThread] === 0) return;
    if (i32[REGISTERS.allocationsLeft]! > 1) {
      i32[REGISTERS.allocationsLeft]! -= 1;
      return;
    }
    const position = this.machine.instructionPosition();
    if (position === this.#forcedPosition) return;
    this.#forcedPosition = position;
    i32[REGISTERS.allocationsLeft] = this.machine.options.collectEvery;
    throw COLLECTION_FORCED;
  }

  /** An allocation does not fit. The first and second time for one instruction the heap is collected, the second
   *  time with the softly reachable objects; then it is full. */
  noRoom(byteCount: number): never {
    const heapBytes = this.machine.heap.limitBytes;
    const isExhausted =
      this.#collectionsInVain >= 2 && this.machine.instructionPosition() === this.#collectionPosition;
    if (!isExhausted && byteCount < heapBytes) throw COLLECTION_NEEDED;
    return this.#throwOutOfMemory();
  }

  /** The heap is full. The first time a reserve lets the error be made; later the prepared one is thrown. */
  #throwOutOfMemory(): never {
    if (this.machine.heap.releaseReserve())
      return this.machine.throwImplicit('java/lang/OutOfMemoryError', 'Java heap space');
    throw new JavaThrow(this.#outOfMemoryError);
  }

  /** The error for a full heap without reserve; made at boot. */
  setOutOfMemoryError(error: Reference): void {
    this.#outOfMemoryError = error;
  }

  /** The one reference that is kept here. */
  get outOfMemoryError(): Reference {
    return this.#outOfMemoryError;
  }

  save(writer: BinaryWriter): void {
    writer.varuint(this.#outOfMemoryError).varuint(this.#collectionsInVain);
    writer.string(this.#collectionPosition).string(this.#forcedPosition);
  }

  restore(reader: BinaryReader): void {
    this.#outOfMemoryError = reader.varuint();
    this.#collectionsInVain = reader.varuint();
    this.#collectionPosition = reader.string();
    this.#forcedPosition = reader.string();
  }
}
