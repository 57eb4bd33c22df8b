// Legal names and descriptors with legal class names in them (JVMS §4.2, §4.3).
import { MAXIMUM_DIMENSIONS, parseMethodDescriptor, tryParseMethodDescriptor } from './descriptors.js';

/** An unqualified name (JVMS §4.2.2): of a field, local variable or parameter. */
export function isUnqualifiedName(name: string): boolean {
  return name !== '' && !/[.;[/]/.test(name);
}

/** A method name (JVMS §4.2.2). */
export function isMethodName(name: string): boolean {
  return name === '<init>' || name === '<clinit>' || (isUnqualifiedName(name) && !/[<>]/.test(name));
}

/** A class or interface name in internal form (JVMS §4.2.1): unqualified names with slashes between. */
export function isClassName(name: string): boolean {
  return !/[.;[]|^\/|\/$|\/\/|^$/.test(name);
}

/** The name in a Class constant (JVMS §4.4.1): a class name or the descriptor of an array type. */
export function isClassOrArrayName(name: string): boolean {
  return name[0] === '[' ? isLegalFieldDescriptor(name) : isClassName(name);
}

/** A field descriptor, class names looked into. */
export function isLegalFieldDescriptor(descriptor: string): boolean {
  const match = /^(\[*)(?:[BCDFIJSZ]|L([^;]*);)$/.exec(descriptor);
  if (match === null || match[1]!.length > MAXIMUM_DIMENSIONS) return false;
  return match[2] === undefined || isClassName(match[2]);
}

/** A method descriptor, class names looked into. */
export function isLegalMethodDescriptor(descriptor: string): boolean {
  if (tryParseMethodDescriptor(descriptor) === null) return false;
  const { parameters, returns } = parseMethodDescriptor(descriptor);
  return parameters.every(isLegalFieldDescriptor) && (returns === 'V' || isLegalFieldDescriptor(returns));
}
