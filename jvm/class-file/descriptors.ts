// Field and method descriptors (JVMS §4.3): the types of fields, parameters and results as strings.

export interface MethodDescriptor {
  /** Field descriptors of the parameters, without the receiver. */
  readonly parameters: readonly string[];
  /** A field descriptor, or V. */
  readonly returns: string;
  /** Local variable slots that the arguments take: long and double two; the receiver is not counted. */
  readonly argumentSlots: number;
}

/** JVMS §4.3.2: an array type has at most this many dimensions. */
export const MAXIMUM_DIMENSIONS = 255;

const parsedDescriptors = new Map<string, MethodDescriptor>();

/** Parses a method descriptor such as (IJLjava/lang/String;)V. Throws SyntaxError where it is none. */
export function parseMethodDescriptor(descriptor: string): MethodDescriptor {
  const known = parsedDescriptors.get(descriptor);
  if (known !== undefined) return known;
  const parsed = tryParseMethodDescriptor(descriptor);
  if (parsed === null) throw new SyntaxError(`no method descriptor: ${descriptor}`);
  parsedDescriptors.set(descriptor, parsed);
  return parsed;
}

/** As parseMethodDescriptor, null where it is no method descriptor. It does not look into class names. */
export function tryParseMethodDescriptor(descriptor: string): MethodDescriptor | null {
  if (descriptor[0] !== '(') return null;
  const parameters: string[] = [];
  let argumentSlots = 0;
  let index = 1;
  while (index < descriptor.length && descriptor[index] !== ')') {
    const end = fieldDescriptorEnd(descriptor, index);
    if (end < 0) return null;
    const parameter = descriptor.slice(index, end);
    parameters.push(parameter);
    argumentSlots += slotsOf(parameter);
    index = end;
  }
  const returns = descriptor.slice(index + 1);
  if (descriptor[index] !== ')' || (returns !== 'V' && !isFieldDescriptor(returns))) return null;
  return { parameters, returns, argumentSlots };
}

/** Whether the text is one field descriptor. It does not look into class names. */
export function isFieldDescriptor(descriptor: string): boolean {
  return descriptor !== '' && fieldDescriptorEnd(descriptor, 0) === descriptor.length;
}

/** The index behind the field descriptor that begins at start; -1 where there is none. */
function fieldDescriptorEnd(descriptor: string, start: number): number {
  let index = start;
  while (descriptor[index] === '[') index++;
  if (index - start > MAXIMUM_DIMENSIONS) return -1;
  const letter = descriptor[index];
  if (letter === undefined) return -1;
  if ('BCDFIJSZ'.includes(letter)) return index + 1;
  if (letter !== 'L') return -1;
  const semicolon = descriptor.indexOf(';', index);
  return semicolon > index + 1 ? semicolon + 1 : -1;
}

/** Slots of a value of the type: 2 for J and D, 0 for V, else 1. */
export function slotsOf(type: string): 0 | 1 | 2 {
  if (type === 'J' || type === 'D') return 2;
  return type === 'V' ? 0 : 1;
}

/** Whether values of the field descriptor are references (classes, interfaces, arrays). */
export function isReference(type: string): boolean {
  const first = type.charCodeAt(0);
  return first === 0x4c || first === 0x5b;
}

/** The name as in a Class constant of a reference type: Ljava/lang/String; gives java/lang/String, [I stays [I. */
export function classNameOf(referenceType: string): string {
  return referenceType.charCodeAt(0) === 0x4c ? referenceType.slice(1, -1) : referenceType;
}

/** Inverse of classNameOf: java/lang/String gives Ljava/lang/String; and [I stays [I. */
export function descriptorOf(className: string): string {
  return className.charCodeAt(0) === 0x5b ? className : `L${className};`;
}

const PRIMITIVE_NAMES: Readonly<Record<string, string>> = {
  B: 'byte',
  C: 'char',
  D: 'double',
  F: 'float',
  I: 'int',
  J: 'long',
  S: 'short',
  V: 'void',
  Z: 'boolean',
};

/** The type as Java writes it: [[I gives int[][], Ljava/lang/String; gives java.lang.String, V gives void. */
export function externalTypeName(type: string): string {
  const element = type.replace(/^\[+/, '');
  const name = PRIMITIVE_NAMES[element] ?? element.slice(1, -1).replaceAll('/', '.');
  return name + '[]'.repeat(type.length - element.length);
}
