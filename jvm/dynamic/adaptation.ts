// Conversion of values between the method of a functional interface and the implementation of a lambda: what
// java.lang.invoke.LambdaMetafactory allows (widen, box, unbox, cast), as bytecode.
import { isReference } from '../class-file/descriptors.js';
import { Op } from '../opcode-numbers.js';
import type { CodeEmitter } from './code-emitter.js';

interface Wrapper {
  readonly name: string;
  /** Method that gives the primitive value. */
  readonly unbox: string;
}

const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  Z: { name: 'java/lang/Boolean', unbox: 'booleanValue' },
  B: { name: 'java/lang/Byte', unbox: 'byteValue' },
  C: { name: 'java/lang/Character', unbox: 'charValue' },
  S: { name: 'java/lang/Short', unbox: 'shortValue' },
  I: { name: 'java/lang/Integer', unbox: 'intValue' },
  J: { name: 'java/lang/Long', unbox: 'longValue' },
  F: { name: 'java/lang/Float', unbox: 'floatValue' },
  D: { name: 'java/lang/Double', unbox: 'doubleValue' },
};

const PRIMITIVE_OF_WRAPPER: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(WRAPPERS).map(([primitive, wrapper]) => [`L${wrapper.name};`, primitive]),
);

/** Widening primitive conversions that are instructions (JVMS §2.11.4); others leave the value as it is. */
const WIDENINGS: Readonly<Record<string, readonly [Op, number]>> = {
  IJ: [Op.i2l, 1],
  IF: [Op.i2f, 0],
  ID: [Op.i2d, 1],
  JF: [Op.l2f, -1],
  JD: [Op.l2d, 0],
  FD: [Op.f2d, 1],
};

const OBJECT = 'Ljava/lang/Object;';

function widen(code: CodeEmitter, from: string, to: string): void {
  const kind = 'BSCZ'.includes(from) ? 'I' : from;
  const widening = WIDENINGS[kind + to];
  if (widening) code.simple(widening[0], widening[1]);
}

function box(code: CodeEmitter, primitive: string): void {
  const { name } = WRAPPERS[primitive]!;
  code.invokeStatic(name, 'valueOf', `(${primitive})L${name};`);
}

function cast(code: CodeEmitter, from: string, to: string): void {
  if (from !== to && to !== OBJECT) code.checkcast(to);
}

/** Unboxes a reference of type `from` to the primitive `to`. */
function unbox(code: CodeEmitter, from: string, to: string): void {
  const exact = PRIMITIVE_OF_WRAPPER[from];
  if (exact !== undefined) {
    code.invokeVirtual(WRAPPERS[exact]!.name, WRAPPERS[exact]!.unbox, `()${exact}`);
    widen(code, exact, to);
    return;
  }
  // A supertype of the wrapper: a number may be of any box, a char or boolean only of its own.
  const through = 'ZC'.includes(to) ? WRAPPERS[to]!.name : 'java/lang/Number';
  cast(code, from, `L${through};`);
  code.invokeVirtual(through, WRAPPERS[to]!.unbox, `()${to}`);
}

/**
 * Converts the value on the stack from one type to another (descriptors). `functional` is the type that the
 * instantiated interface method gives the value: references are cast to it first, as the language has promised.
 */
export function convert(code: CodeEmitter, from: string, to: string, functional: string): void {
  if ((from === to && from === functional) || from === 'V' || to === 'V') return;
  if (!isReference(from)) {
    if (!isReference(to)) return widen(code, from, to);
    const primitive = PRIMITIVE_OF_WRAPPER[to] ?? from;
    widen(code, from, primitive);
    return box(code, primitive);
  }
  let source = from;
  if (isReference(functional)) {
    cast(code, from, functional);
    source = functional;
  }
  if (isReference(to)) cast(code, source, to);
  else unbox(code, source, to);
}
