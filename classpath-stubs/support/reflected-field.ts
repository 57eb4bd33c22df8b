// From java.lang.reflect.Field objects to the machine's fields, and the offsets by which Unsafe names them.
import type { Machine } from '../../jvm/machine.js';
import type { Reference, RuntimeField } from '../../jvm/runtime-class.js';

/** The field that a java.lang.reflect.Field stands for. */
export function fieldOfReflected(m: Machine, reflected: Reference): RuntimeField {
  const mirror = m.getField(reflected, 'java/lang/reflect/Field', 'clazz');
  const slot = m.getField(reflected, 'java/lang/reflect/Field', 'slot');
  const field = m.classes.ofMirror(mirror).fields[slot];
  if (!field) throw new Error(`no field ${slot}`);
  return field;
}

/** Offset of a field from its base object: the instance, or the class mirror for a static field. It is never negative;
 *  only its low word counts. */
export function unsafeOffset(field: RuntimeField): bigint {
  if (!field.isStatic) return BigInt(field.offset);
  return BigInt((field.offset - field.declaringClass.mirror) >>> 0);
}
