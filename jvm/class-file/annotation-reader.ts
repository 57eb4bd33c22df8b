// Reads annotations from the contents of their attributes (JVMS §4.7.16, §4.7.20): their types, and the one value that the
// machine asks for.
import type { ConstantPool } from './constant-pool.js';
import { ClassFormatError } from './errors.js';

/** Annotations within annotations, at most. */
const MAXIMUM_DEPTH = 100;

export interface Annotation {
  /** Descriptor of its type. */
  readonly type: string;
  /** Name of the enum constant that its element `value` is; null where it has none. */
  readonly value: string | null;
}

export interface TypeAnnotation extends Annotation {
  /** What is annotated: JVMS table 4.7.20-A. */
  readonly targetType: number;
  /** For the parameter of a catch clause, its entry in the exception table; else -1. */
  readonly catchEntry: number;
}

export const CATCH_PARAMETER = 0x42;
const LOCAL_VARIABLES: ReadonlySet<number> = new Set([0x40, 0x41]);

/** Bytes of a target's description, by target type; those of local variables have a length of their own. */
function targetBytes(targetType: number): number {
  if (targetType <= 0x01 || targetType === 0x16) return 1;
  if (targetType >= 0x13 && targetType <= 0x15) return 0;
  return targetType >= 0x47 ? 3 : 2;
}

class AnnotationReader {
  #at = 0;

  constructor(
    readonly bytes: Uint8Array,
    readonly pool: ConstantPool,
  ) {}

  u1(): number {
    const value = this.bytes[this.#at++];
    if (value === undefined) throw new ClassFormatError('an attribute of annotations ends too early');
    return value;
  }

  u2(): number {
    return (this.u1() << 8) | this.u1();
  }

  annotation(depth = 0): Annotation {
    const type = this.pool.utf8(this.u2());
    let value: string | null = null;
    for (let pairs = this.u2(); pairs > 0; pairs--) {
      const name = this.pool.utf8(this.u2());
      const constant = this.#element(depth);
      if (name === 'value') value = constant;
    }
    return { type, value };
  }

  /** Passes a value; the name of an enum constant, null for anything else. */
  #element(depth: number): string | null {
    if (depth > MAXIMUM_DEPTH) throw new ClassFormatError('annotations are nested too deep');
    const tag = String.fromCharCode(this.u1());
    if (tag === 'e') {
      this.u2();
      return this.pool.utf8(this.u2());
    }
    if (tag === '@') this.annotation(depth + 1);
    else if (tag === '[') for (let count = this.u2(); count > 0; count--) this.#element(depth + 1);
    else this.u2();
    return null;
  }

  typeAnnotation(): TypeAnnotation {
    const targetType = this.u1();
    let catchEntry = -1;
    if (LOCAL_VARIABLES.has(targetType)) for (let count = this.u2() * 6; count > 0; count--) this.u1();
    else if (targetType === CATCH_PARAMETER) catchEntry = this.u2();
    else for (let count = targetBytes(targetType); count > 0; count--) this.u1();
    for (let path = this.u1() * 2; path > 0; path--) this.u1();
    return { targetType, catchEntry, ...this.annotation() };
  }
}

/** Reads the contents of RuntimeVisibleAnnotations. Throws ClassFormatError. */
export function readAnnotations(contents: Uint8Array, pool: ConstantPool): readonly Annotation[] {
  const reader = new AnnotationReader(contents, pool);
  return Array.from({ length: reader.u2() }, () => reader.annotation());
}

/** Reads the contents of RuntimeVisibleTypeAnnotations. Throws ClassFormatError. */
export function readTypeAnnotations(contents: Uint8Array, pool: ConstantPool): readonly TypeAnnotation[] {
  const reader = new AnnotationReader(contents, pool);
  return Array.from({ length: reader.u2() }, () => reader.typeAnnotation());
}
