// Annotations of the JDK that tell the machine something about a method: its stack frames are hidden, it asks who
// calls it. Only the JDK's own classes, and hidden classes made for it, are believed.
import { readAnnotations } from '../class-file/annotation-reader.js';
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
  return readAnnotations(contents, declaring.file.pool).some(({ type }) => type === descriptor);
}
