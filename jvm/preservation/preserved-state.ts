// The state that the machine itself saves on entry to a try statement and restores on entry to its catch clause: shallow
// copies of objects, in an array on the heap, so that they are collected, replicated and saved like everything else.
import { isReference } from '../class-file/descriptors.js';
import { fieldBytes } from '../class-layout.js';
import { ARRAY_LAYOUT } from '../layout.js';
import type { Machine } from '../machine.js';
import type { Reference, RuntimeClass, RuntimeField } from '../runtime-class.js';
import type { Scope } from './method-plan.js';

/** Classes of the JDK whose objects are plain data. Streams, threads, locks, loaders and the like are not: to take them
 *  back to what they were would do harm. */
const DATA_CLASS =
  /^java\/(?:util\/[A-Z]|util\/concurrent\/(?:Concurrent|CopyOnWrite)|util\/concurrent\/atomic\/|lang\/(?:Abstract)?String(?:Builder|Buffer)$)/;
const NOT_DATA_CLASS =
  /^java\/util\/(?:Timer|TaskQueue|Scanner|ServiceLoader|ResourceBundle|Locale|Currency|TimeZone|Formatter)/;
const REFERENCE_CLASS = 'java/lang/ref/Reference';

export class PreservedState {
  readonly #machine: Machine;
  /** Local: by class, the fields of an instance that are saved. */
  readonly #fields = new Map<RuntimeClass, readonly RuntimeField[]>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Copies of an object and of what belongs to it: an Object[] of originals and their copies in turn. May leave for a
   *  collection; then nothing has happened. */
  save(object: Reference, scope: Scope): Reference {
    const { heap, classes } = this.#machine;
    const originals = this.#reach(object, scope);
    const pairs = originals.flatMap((original) => [
      original,
      heap.copyObject(original, classes.of(original)),
    ]);
    return heap.newReferenceArray(classes.arrayOf(classes.boot('java/lang/Object')), pairs);
  }

  /** Writes the copies that save() has made back into their originals. */
  restore(saved: Reference): void {
    const { heap } = this.#machine;
    const pairs = heap.elements(saved);
    for (let i = 0; i < pairs.length; i += 2) this.#copyBack(pairs[i]!, pairs[i + 1]!);
  }

  #copyBack(original: Reference, copy: Reference): void {
    const { heap, classes, memory } = this.#machine;
    const type = classes.of(original);
    if (type.isArray) {
      const byteCount = heap.arrayBytes(type, heap.arrayLength(original)) - ARRAY_LAYOUT.baseBytes;
      const start = copy + ARRAY_LAYOUT.baseBytes;
      memory.u8.copyWithin(original + ARRAY_LAYOUT.baseBytes, start, start + byteCount);
      return;
    }
    for (const { offset, descriptor } of this.#fieldsOf(type)) {
      const start = copy + offset;
      memory.u8.copyWithin(original + offset, start, start + fieldBytes(descriptor));
    }
  }

  /** The objects to copy, each once, in the order in which they are come to. */
  #reach(object: Reference, scope: Scope): readonly Reference[] {
    const { classes } = this.#machine;
    const found = new Set<Reference>();
    const add = (reference: Reference, isRoot: boolean) => {
      if (reference === 0 || found.has(reference)) return;
      const type = classes.of(reference);
      if (type.isArray || isRoot || (scope === 'REACHABLE' && this.#isData(type))) found.add(reference);
    };
    if (!this.#isReference(classes.of(object))) add(object, true);
    // A set is visited in the order of insertion, what is added meanwhile included.
    for (const reference of found) for (const next of this.#references(reference)) add(next, false);
    return [...found];
  }

  #references(object: Reference): readonly Reference[] {
    const { heap, classes, memory } = this.#machine;
    const type = classes.of(object);
    if (type.isArray) return type.component!.primitive === null ? heap.elements(object) : [];
    const fields = this.#fieldsOf(type).filter(({ descriptor }) => isReference(descriptor));
    return fields.map(({ offset }) => memory.i32[(object + offset) >> 2]!);
  }

  /** Fields that plain data has: those which a class of the application, or such a one of the JDK, declares. */
  #fieldsOf(type: RuntimeClass): readonly RuntimeField[] {
    let fields = this.#fields.get(type);
    if (fields === undefined) {
      const declared: RuntimeField[] = [];
      for (let at: RuntimeClass | null = type; at !== null; at = at.superclass) {
        if (this.#isData(at)) declared.push(...at.fields.filter(({ isStatic }) => !isStatic));
      }
      this.#fields.set(type, (fields = declared));
    }
    return fields;
  }

  #isData(type: RuntimeClass): boolean {
    if (this.#isReference(type)) return false;
    if (this.#machine.classes.isApplication(type)) return true;
    return type.loader === 0 && DATA_CLASS.test(type.name) && !NOT_DATA_CLASS.test(type.name);
  }

  /** What the collector gives a meaning of its own, a copy would have too. */
  #isReference(type: RuntimeClass): boolean {
    for (let at: RuntimeClass | null = type; at !== null; at = at.superclass) {
      if (at.name === REFERENCE_CLASS) return true;
    }
    return false;
  }
}
