// The collector: non-moving mark and sweep, at points that are a function of the machine, so every replica collects
// at the same instruction and clears the same references in the same order.
import type { Machine } from '../machine.js';
import { REGISTERS } from '../memory.js';
import type { Reference } from '../runtime-class.js';
import { Marker } from './marker.js';
import { visitRoots } from './roots.js';

export class Collector {
  readonly #machine: Machine;
  #marker: Marker | null = null;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Collects the heap. clearSoft: softly reachable objects go too. */
  collect(clearSoft: boolean): void {
    const machine = this.#machine;
    const i32 = machine.memory.i32;
    this.#marker ??= new Marker(machine, machine.memory.heapLimit);
    const marker = this.#marker;
    marker.begin(!clearSoft);
    visitRoots(machine, (object) => marker.mark(object));
    marker.drain();
    this.#processReferences(marker);
    machine.heap.reclaim(marker.holes(machine.memory.heapLimit));
    i32[REGISTERS.collectionCount]! += 1;
  }

  /** Clears and enqueues references by strength (java.lang.ref package specification). */
  #processReferences(marker: Marker): void {
    const machine = this.#machine;
    const [soft, weak, final, phantom] = marker.discovered as [
      Reference[],
      Reference[],
      Reference[],
      Reference[],
    ];
    const pending: Reference[] = [];
    const clear = (references: readonly Reference[]) => {
      for (const reference of references) {
        const referent = machine.getField(reference, 'java/lang/ref/Reference', 'referent');
        if (marker.isMarked(referent)) continue;
        machine.setField(reference, 'java/lang/ref/Reference', 'referent', 0);
        pending.push(reference);
      }
    };
    clear(soft);
    clear(weak);
    // What only a finalizer needs lives once more; its own weak references are strong for now.
    marker.discovering = false;
    for (const reference of final) {
      const referent = machine.getField(reference, 'java/lang/ref/Reference', 'referent');
      if (marker.isMarked(referent)) continue;
      marker.mark(referent);
      machine.setField(reference, 'java/lang/ref/Reference', 'next', reference);
      pending.push(reference);
    }
    marker.drain();
    clear(phantom);
    this.#enqueue(pending);
  }

  /** Appends to the pending list and wakes the JDK's reference handler. */
  #enqueue(references: readonly Reference[]): void {
    if (references.length === 0) return;
    const machine = this.#machine;
    const i32 = machine.memory.i32;
    const link = machine.field('java/lang/ref/Reference', 'discovered').offset;
    let tail = i32[REGISTERS.pendingReferences]!;
    while (tail !== 0 && i32[(tail + link) >> 2] !== 0) tail = i32[(tail + link) >> 2]!;
    for (const reference of references) {
      if (tail === 0) i32[REGISTERS.pendingReferences] = reference;
      else i32[(tail + link) >> 2] = reference;
      tail = reference;
    }
    const handler = i32[REGISTERS.referenceHandler]!;
    if (handler === 0) return;
    i32[REGISTERS.referenceHandler] = 0;
    machine.scheduler.wake(handler);
  }
}
