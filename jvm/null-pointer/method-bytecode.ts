// What the analysis of null references reads of a method: its bytecode as in the class file, and names.
import type { CodeAttribute } from '../class-file/class-file.js';
import type { ConstantPool, MemberRef } from '../class-file/constant-pool.js';
import { externalTypeName, parseMethodDescriptor } from '../class-file/descriptors.js';
import { uint16 } from '../class-file/opcodes.js';

export interface MethodBytecode {
  readonly isStatic: boolean;
  /** Of the method itself: its parameters are the first local variables. */
  readonly descriptor: string;
  readonly code: CodeAttribute;
  readonly pool: ConstantPool;
}

/** The field or method that the instruction at pc names. */
export function memberAt({ code, pool }: MethodBytecode, pc: number): MemberRef {
  return pool.memberRef(uint16(code.code, pc + 1));
}

/** The two names that messages write without their package, where a class stands before its member. */
export function shortClassName(className: string): string {
  if (className === 'java/lang/Object') return 'Object';
  return className === 'java/lang/String' ? 'String' : className.replaceAll('/', '.');
}

/**
 * A method as messages name it: java.util.Map.get(Object). In parameter lists OpenJDK drops the package from every
 * type whose name begins like java.lang.Object or java.lang.String, StringBuilder among them.
 */
export function describeMethod({ className, name, descriptor }: MemberRef): string {
  const parameters = parseMethodDescriptor(descriptor).parameters.map((type) =>
    externalTypeName(type).replace(/^java\.lang\.(?=Object|String)/, ''),
  );
  return `${shortClassName(className)}.${name}(${parameters.join(', ')})`;
}
