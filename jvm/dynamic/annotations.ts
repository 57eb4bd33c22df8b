// Annotations of the JDK that tell the machine something about a method: its stack frames are hidden, it asks who
// calls it. Only the JDK's own classes, and hidden classes made for it, are believed.
import type { ConstantPool } from '../class-file/constant-pool.js';
import type { RuntimeClass } from '../runtime-class.js';

const HIDDEN = 'Ljdk/internal/vm/annotation/Hidden;';
const CALLER_SENSITIVE = 'Ljdk/internal/reflect/CallerSensitive;';

/** What is annotated: a method's info, or nothing for a method of the machine's own. */
interface Annotated {
  rawAttribute(name: string): Uint8Array | null;
}

/** True where the method's frames appear in no stack trace. */
export function isHiddenFrame(declaring: RuntimeClass, info: Annotated | null): boolean {
  if (declaring.loader !== 0 && !declaring.isHidden) return false;
  return hasAnnotation(declaring, info, HIDDEN);
}

/** True where the method's behaviour depends on its caller. */
export function isCallerSensitive(declaring: RuntimeClass, info: Annotated | null): boolean {
  return declaring.loader === 0 && hasAnnotation(declaring, info, CALLER_SENSITIVE);
}

function hasAnnotation(declaring: RuntimeClass, info: Annotated | null, descriptor: string): boolean {
  const contents = info?.rawAttribute('RuntimeVisibleAnnotations');
  if (!contents || !declaring.file) return false;
  const reader = new AnnotationReader(contents, declaring.file.pool);
  for (let left = reader.u2(); left > 0; left--) {
    if (reader.annotation() === descriptor) return true;
  }
  return false;
}

/** Reads JVMS §4.7.16 for the types of annotations alone. */
class AnnotationReader {
  #at = 0;

  constructor(
    readonly bytes: Uint8Array,
    readonly pool: ConstantPool,
  ) {}

  u2(): number {
    const value = (this.bytes[this.#at]! << 8) | this.bytes[this.#at + 1]!;
    this.#at += 2;
    return value;
  }

  /** Passes one annotation; returns its type. */
  annotation(): string {
    const type = this.pool.utf8(this.u2());
    for (let pairs = this.u2(); pairs > 0; pairs--) {
      this.u2();
      this.#element();
    }
    return type;
  }

  #element(): void {
    const tag = String.fromCharCode(this.bytes[this.#at++]!);
    if (tag === 'e') this.#at += 4;
    else if (tag === '@') this.annotation();
    else if (tag === '[') for (let count = this.u2(); count > 0; count--) this.#element();
    else this.#at += 2;
  }
}
