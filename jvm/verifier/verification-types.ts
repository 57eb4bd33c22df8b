// Verification types (JVMS §4.10.1.2) and when one may stand in for another.

import { descriptorOf, isReference } from '../class-file/descriptors.js';
import type { StackMapType } from '../class-file/stack-map-table.js';
import type { TypeHierarchy } from './type-hierarchy.js';

/**
 * A verification type in one slot. Reference types are field descriptors (Ljava/lang/String;, [I); the others are
 * words: top, int, float, long, long2, double, double2 (second slots of the two-slot types), null, uninitializedThis,
 * `uninitialized ${pc of the new instruction}`, `returnAddress ${pc behind the jsr}`.
 */
export type VerificationType = string;

export const OBJECT = 'Ljava/lang/Object;';
export const THROWABLE = 'Ljava/lang/Throwable;';

/** The type of a value of a field descriptor: boolean, byte, char and short are int to the verifier. */
export function typeOfDescriptor(descriptor: string): VerificationType {
  switch (descriptor) {
    case 'Z':
    case 'B':
    case 'C':
    case 'S':
    case 'I':
      return 'int';
    case 'J':
      return 'long';
    case 'F':
      return 'float';
    case 'D':
      return 'double';
    default:
      return descriptor;
  }
}

/** The type of a letter in the table of opcodes, for all but A. */
export const TYPE_OF_LETTER: Readonly<Record<string, VerificationType>> = {
  I: 'int',
  J: 'long',
  F: 'float',
  D: 'double',
};

/** The type as it stands in a StackMapTable. */
export function typeOfStackMapType(type: StackMapType): VerificationType {
  if (type.kind === 'object') return descriptorOf(type.className);
  return type.kind === 'uninitialized' ? uninitialized(type.pc) : type.kind;
}

export function uninitialized(pc: number): VerificationType {
  return `uninitialized ${pc}`;
}

export function returnAddress(pc: number): VerificationType {
  return `returnAddress ${pc}`;
}

/** The pc in uninitialized or returnAddress. */
export function pcOf(type: VerificationType): number {
  return Number(type.slice(type.indexOf(' ') + 1));
}

export function isUninitialized(type: VerificationType): boolean {
  return type.startsWith('uninitialized');
}

export function isReturnAddress(type: VerificationType): boolean {
  return type.startsWith('returnAddress');
}

/** Whether a value of the type is a reference, be it initialized or not. */
export function isReferenceType(type: VerificationType): boolean {
  return isReference(type) || type === 'null' || isUninitialized(type);
}

/** The second slot of a two-slot type; null for the others. */
export function secondSlotOf(type: VerificationType): VerificationType | null {
  if (type === 'long') return 'long2';
  return type === 'double' ? 'double2' : null;
}

export function isSecondSlot(type: VerificationType): boolean {
  return type === 'long2' || type === 'double2';
}

/** The type as OpenJDK's messages write it. */
export function describeType(type: VerificationType): string {
  if (type.charCodeAt(0) === 0x4c) return `'${type.slice(1, -1)}'`;
  if (type.charCodeAt(0) === 0x5b) return `'${type}'`;
  if (type === 'int') return 'integer';
  if (isSecondSlot(type)) return `${type.slice(0, -1)}_2nd`;
  return type;
}

/** Assignability (JVMS §4.10.1.2, isAssignable) over a class hierarchy, with what has been found remembered. */
export class Assignability {
  readonly #hierarchy: TypeHierarchy;
  readonly #known = new Map<string, boolean>();

  constructor(hierarchy: TypeHierarchy) {
    this.#hierarchy = hierarchy;
  }

  /** Whether a value of type `from` may be used as `to`. May throw whatever the hierarchy throws. */
  isAssignable(from: VerificationType, to: VerificationType): boolean {
    if (from === to || to === 'top') return true;
    if (!isReference(to)) return false;
    if (from === 'null') return true;
    return isReference(from) && this.#isReferenceAssignable(from, to);
  }

  /** The most special type that both can be used as, for the type-inferring verifier (JVMS §4.10.2.2). */
  merge(a: VerificationType, b: VerificationType): VerificationType {
    if (a === b) return a;
    if (a === 'null' && isReference(b)) return b;
    if (b === 'null' && isReference(a)) return a;
    if (!isReference(a) || !isReference(b)) return 'top';
    const [componentA, componentB] = [componentOf(a), componentOf(b)];
    if (componentA !== null && componentB !== null) {
      if (!isReference(componentA) || !isReference(componentB)) return OBJECT;
      return `[${this.merge(componentA, componentB)}`;
    }
    return componentA === null && componentB === null ? this.#commonSuperclass(a, b) : OBJECT;
  }

  /** Interfaces count as Object: only the invokeinterface instruction looks at what an object implements. */
  #isReferenceAssignable(from: string, to: string): boolean {
    if (to === OBJECT || from === to) return true;
    const toComponent = componentOf(to);
    const fromComponent = componentOf(from);
    if (toComponent !== null) {
      if (fromComponent === null) return false;
      if (!isReference(toComponent) || !isReference(fromComponent)) return toComponent === fromComponent;
      return this.#isReferenceAssignable(fromComponent, toComponent);
    }
    if (fromComponent !== null) return to === 'Ljava/lang/Cloneable;' || to === 'Ljava/io/Serializable;';
    const key = from + to;
    let answer = this.#known.get(key);
    if (answer === undefined) {
      answer = this.#hierarchy.isInterface(to.slice(1, -1)) || this.#superclasses(from).includes(to);
      this.#known.set(key, answer);
    }
    return answer;
  }

  #commonSuperclass(a: string, b: string): string {
    if (this.#hierarchy.isInterface(a.slice(1, -1)) || this.#hierarchy.isInterface(b.slice(1, -1)))
      return OBJECT;
    const ofA = this.#superclasses(a);
    return this.#superclasses(b).find((type) => ofA.includes(type)) ?? OBJECT;
  }

  /** The class itself and all above it, as descriptors. */
  #superclasses(type: string): string[] {
    const types: string[] = [];
    for (
      let name: string | null = type.slice(1, -1);
      name !== null;
      name = this.#hierarchy.superclassOf(name)
    ) {
      types.push(descriptorOf(name));
    }
    return types;
  }
}

/** The component type of an array type, null where it is none. */
export function componentOf(type: VerificationType): string | null {
  return type.charCodeAt(0) === 0x5b ? type.slice(1) : null;
}
