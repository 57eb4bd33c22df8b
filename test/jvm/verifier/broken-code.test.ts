// The verifier on code that must not pass, written by hand, with OpenJDK's own verdict for comparison; and on
// thousands of random changes to javac's code, on which both verifiers must agree.
import test from 'ava';
import { type ClassFile, type CodeAttribute, parseClassFile } from '../../../jvm/class-file/class-file.js';
import { TAG } from '../../../jvm/class-file/constant-pool.js';
import {
  instructionLength,
  OPCODE_FACTS,
  OPCODES,
  type OpcodeName,
} from '../../../jvm/class-file/opcodes.js';
import { verifyClass } from '../../../jvm/verifier/verify-class.js';
import { VerifyError } from '../../../jvm/verifier/verify-error.js';
import { compileJava, openModules, randomNumbers } from '../javac.js';
import { CORPUS, MODERN_CORPUS } from './corpus.js';
import { FileHierarchy } from './hierarchy.js';
import { type Candidate, openJdkVerdicts } from './openjdk.js';
import { type NewCode, u2, withCode } from './splice.js';

const modules = openModules();
test.after.always(() => modules.close());

const BASE = `
class Base {
  int number; Object object; static String text;
  Base() { super(); }
  static int target(int i, long l, Object o, String s) { return i > 0 ? o.hashCode() : (int) l; }
  Object uses() throws Exception {
    object = super.clone(); number = 70000; text = new String("x") + text.length(); text = "" + 5000000000L;
    Object[] all = new Object[1]; long[][] two = new long[1][1]; Runnable r = null; r.run();
    try { all[0] = new RuntimeException(); } catch (RuntimeException e) { throw e; }
    return all;
  }
}`;
const classes = compileJava('Base.java', BASE, ['--release', '8']);
const base = classes.get('Base')!;
const baseFile = parseClassFile(base, 'Base');

/** Instructions by name, operands as bytes. */
function assemble(...parts: readonly (OpcodeName | number | readonly number[])[]): number[] {
  return parts.flatMap((part) => (typeof part === 'string' ? [OPCODES[part].code] : part));
}

/** The two index bytes of a pool entry, found by its tag and text. */
function entry(tag: number, text: string): number[] {
  const { pool } = baseFile;
  for (let i = 1; i < pool.count; i++) {
    if (pool.tag(i) !== tag) continue;
    const found =
      tag === TAG.Class ? pool.className(i) : `${pool.memberRef(i).className}.${pool.memberRef(i).name}`;
    if (found === text) return u2(i);
  }
  throw new Error(`no pool entry ${text}`);
}
const method = (text: string) => entry(TAG.Methodref, text);
const field = (text: string) => entry(TAG.Fieldref, text);
const classEntry = (text: string) => entry(TAG.Class, text);
const RETURN_ZERO = assemble('iconst_0', 'ireturn');

interface Case extends NewCode {
  /** Begin of the message, after the name of the error; null: the code is right. */
  readonly message: string | null;
  readonly method?: string;
}

/** On `static int target(int 0, long 1, Object 3, String 4)` where no other method is named. */
const CASES: Readonly<Record<string, Case>> = {
  'an argument returned': { code: assemble('iload_0', 'ireturn'), message: null },
  'a reference returned as an int': {
    code: assemble('aload_3', 'ireturn'),
    message: 'Bad type on operand stack',
  },
  'a long returned as an int': { code: assemble('lload_1', 'lreturn'), message: 'Bad return type' },
  'a reference returned by areturn': { code: assemble('aload_3', 'areturn'), message: 'Bad return type' },
  'nothing returned': { code: assemble('return'), message: 'Method expects a return value' },
  'stack underflow': { code: assemble('iload_0', 'iadd', 'ireturn'), message: 'Operand stack underflow' },
  'stack overflow': {
    code: assemble('iload_0', 'dup', 'ireturn'),
    maxStack: 1,
    message: 'Operand stack overflow',
  },
  'half a long popped': {
    code: assemble('lload_1', 'pop', RETURN_ZERO),
    message: 'Bad type on operand stack',
  },
  'halves of longs swapped': {
    code: assemble('lload_1', 'swap', RETURN_ZERO),
    message: 'Bad type on operand stack',
  },
  'a long copied as two ints': {
    code: assemble('lload_1', 'dup2', 'pop2', 'pop2', RETURN_ZERO),
    message: null,
  },
  'a local variable out of range': {
    code: assemble('iload', 40, 'ireturn'),
    message: 'Local variable table overflow',
  },
  'a long at the last local variable': {
    code: assemble('lconst_0', 'lstore', 9, RETURN_ZERO),
    message: 'Local variable table overflow',
  },
  'a local variable of another type': {
    code: assemble('iload_3', 'ireturn'),
    message: 'Bad local variable type',
  },
  'half a long overwritten': {
    code: assemble('iload_0', 'istore_2', 'lload_1', 'lreturn'),
    message: 'Bad local variable type',
  },
  'a local variable never written': {
    code: assemble('iload', 8, 'ireturn'),
    message: 'Bad local variable type',
  },
  'the end of the code': { code: assemble('iload_0'), message: 'Control flow falls through code end' },
  'an instruction cut off': { code: assemble('iload_0', 'sipush', 1), message: 'Bad instruction' },
  'no opcode': { code: assemble('iload_0', 'ireturn', 0xfe), message: 'Bad instruction' },
  'jsr in a class of today': { code: assemble('jsr', u2(3), RETURN_ZERO), message: 'Bad instruction: a8' },
  'a branch with its frame': {
    code: assemble('iload_0', 'ifeq', u2(5), 'iload_0', 'ireturn', RETURN_ZERO),
    stackMapTable: [...u2(1), 6],
    message: null,
  },
  'a branch without its frame': {
    code: assemble('iload_0', 'ifeq', u2(5), 'iload_0', 'ireturn', RETURN_ZERO),
    message: 'Expecting a stackmap frame at branch target 6',
  },
  'a branch into an instruction': {
    code: assemble('goto', u2(4), 'sipush', u2(0), 'ireturn'),
    message: 'Expecting a stackmap frame at branch target 4',
  },
  'a frame inside an instruction': {
    code: assemble('iload_0', 'ifeq', u2(6), 'sipush', u2(0), 'ireturn'),
    stackMapTable: [...u2(1), 5],
    message: 'StackMapTable error: bad offset',
  },
  'code behind a goto without a frame': {
    code: assemble('goto', u2(4), 'nop', RETURN_ZERO),
    stackMapTable: [...u2(1), 4],
    message: 'Expecting a stack map frame',
  },
  'a frame with another local type': {
    code: assemble('iload_0', 'ifeq', u2(5), 'iload_0', 'ireturn', RETURN_ZERO),
    stackMapTable: [...u2(1), 255, ...u2(6), ...u2(1), 2, ...u2(0)],
    message: 'Inconsistent stackmap frames at branch target 6',
  },
  'a frame with another stack height': {
    code: assemble('iload_0', 'iload_0', 'ifeq', u2(5), 'pop', 'nop', RETURN_ZERO),
    stackMapTable: [...u2(1), 7],
    message: 'Inconsistent stackmap frames at branch target 7',
  },
  'a frame that the code before it does not lead to': {
    code: assemble('fconst_0', 'nop', 'pop', RETURN_ZERO),
    stackMapTable: [...u2(1), 64 + 1, 1],
    message: 'Instruction type does not match stack map',
  },
  'an uninitialized object used': {
    code: assemble(
      'new',
      classEntry('java/lang/String'),
      'invokevirtual',
      method('java/lang/String.length'),
      'ireturn',
    ),
    message: 'Bad type on operand stack',
  },
  'an object of another class initialized': {
    code: assemble(
      'new',
      classEntry('java/lang/RuntimeException'),
      'aload',
      4,
      'invokespecial',
      method('java/lang/String.<init>'),
      RETURN_ZERO,
    ),
    message: 'Call to wrong <init> method',
  },
  'an initialized object initialized': {
    code: assemble('aload_3', 'aload', 4, 'invokespecial', method('java/lang/String.<init>'), RETURN_ZERO),
    message: 'Bad operand type when invoking <init>',
  },
  'an argument of another type': {
    code: assemble('aload_3', 'invokevirtual', method('java/lang/String.length'), 'ireturn'),
    message: 'Bad type on operand stack',
  },
  'a field of another class': {
    code: assemble('aload_3', 'getfield', field('Base.number'), 'ireturn'),
    message: 'Bad type on operand stack',
  },
  'a field written with another type': {
    code: assemble('iload_0', 'putstatic', field('Base.text'), RETURN_ZERO),
    message: 'Bad type on operand stack',
  },
  'a protected method of a superclass called on a stranger': {
    code: assemble('aload_3', 'invokevirtual', method('java/lang/Object.clone'), 'pop', RETURN_ZERO),
    message: 'Bad access to protected data in invokevirtual',
  },
  'invokespecial on a class that is no superclass': {
    code: assemble('aload', 4, 'invokespecial', method('java/lang/String.length'), 'ireturn'),
    message: "Bad invokespecial instruction: current class isn't assignable to reference class.",
  },
  'invokevirtual of a constructor': {
    code: assemble('aload', 4, 'invokevirtual', method('java/lang/Object.<init>'), RETURN_ZERO),
    message: 'Illegal call to internal method',
  },
  'a cast to a method': {
    code: assemble('aload_3', 'checkcast', method('java/lang/Object.clone'), 'pop', RETURN_ZERO),
    message: 'Illegal type at constant pool entry',
  },
  'a pool index out of range': {
    code: assemble('ldc', 255, 'ireturn'),
    message: 'Illegal constant pool index 255',
  },
  'an interface call with a wrong count': {
    code: assemble(
      'aload_3',
      'invokeinterface',
      entry(TAG.InterfaceMethodref, 'java/lang/Runnable.run'),
      2,
      0,
      RETURN_ZERO,
    ),
    message: 'Inconsistent args count operand in invokeinterface',
  },
  'any object thrown': { code: assemble('aload_3', 'athrow'), message: 'Bad type on operand stack' },
  'the length of a string': {
    code: assemble('aload', 4, 'arraylength', 'ireturn'),
    message: 'Bad type on operand stack in arraylength',
  },
  'an element of no array': {
    code: assemble('aload_3', 'iload_0', 'iaload', 'ireturn'),
    message: 'Bad type on operand stack in iaload',
  },
  'an array of no type': {
    code: assemble('iload_0', 'newarray', 12, 'pop', RETURN_ZERO),
    message: 'Illegal newarray',
  },
  'more dimensions than the array has': {
    code: assemble('iload_0', 'dup', 'dup', 'multianewarray', classEntry('[[J'), 3, 'pop', RETURN_ZERO),
    message: 'Illegal dimension in multianewarray',
  },
  'a switch with unsorted keys': {
    code: assemble('iload_0', 'lookupswitch', 0, 0, u4(27), u4(2), u4(2), u4(27), u4(1), u4(27), RETURN_ZERO),
    stackMapTable: [...u2(1), 28],
    message: 'Bad lookupswitch instruction',
  },
  'a handler that expects another class': {
    code: assemble('iload_0', 'ireturn', 'pop', RETURN_ZERO),
    exceptionTable: [[0, 1, 2, 0]],
    stackMapTable: [...u2(1), 64 + 2, 7, ...classEntry('java/lang/String')],
    message: 'Stack map does not match the one at exception handler 2',
  },
  'a handler of what cannot be thrown': {
    code: assemble('iload_0', 'ireturn', 'pop', RETURN_ZERO),
    exceptionTable: [[0, 1, 2, classEntry('java/lang/String')[1]!]],
    stackMapTable: [...u2(1), 64 + 2, 7, ...classEntry('java/lang/String')],
    message: 'Catch type is not a subclass of Throwable in exception handler 2',
  },
  'a constructor that calls no other': {
    method: '<init>',
    code: assemble('return'),
    message: 'Constructor must call super() or this() before return',
  },
  'a constructor that calls one of another class': {
    method: '<init>',
    code: assemble(
      'aload_0',
      'aload_0',
      'pop',
      'invokespecial',
      method('java/lang/RuntimeException.<init>'),
      'return',
    ),
    message: 'Bad <init> method call',
  },
  'a constructor that reads a field first': {
    method: '<init>',
    code: assemble('aload_0', 'getfield', field('Base.number'), 'pop', 'return'),
    message: 'Bad type on operand stack',
  },
  'a constructor that writes its field first': {
    method: '<init>',
    code: assemble(
      'aload_0',
      'iconst_1',
      'putfield',
      field('Base.number'),
      'aload_0',
      'invokespecial',
      method('java/lang/Object.<init>'),
      'return',
    ),
    message: null,
  },
  'a constructor that goes on after its superclass threw': {
    method: '<init>',
    code: assemble('aload_0', 'invokespecial', method('java/lang/Object.<init>'), 'return', 'pop', 'return'),
    exceptionTable: [[0, 4, 5, 0]],
    stackMapTable: [
      ...u2(1),
      255,
      ...u2(5),
      ...u2(1),
      0,
      ...u2(1),
      7,
      ...classEntry('java/lang/RuntimeException'),
    ],
    message: 'Stack map does not match the one at exception handler 5',
  },
};

function u4(value: number): number[] {
  return [...u2(value >>> 16), ...u2(value)];
}

/** OK, or the name and the first line of the error. */
function verdictOf(bytes: Uint8Array, name: string, hierarchy: FileHierarchy): string {
  try {
    verifyClass(parseClassFile(bytes, name), hierarchy);
    return 'OK';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return `${error.name}: ${error.message.split('\n')[0]}`;
  }
}

test('code broken by hand is refused as OpenJDK refuses it', (t) => {
  const hierarchy = new FileHierarchy(classes, modules);
  const candidates = Object.values(CASES).map((it) => ({
    name: 'Base',
    bytes: withCode(base, it.method ?? 'target', it),
  }));
  const theirs = openJdkVerdicts(classes, candidates);
  Object.entries(CASES).forEach(([title, { message }], index) => {
    const ours = verdictOf(candidates[index]!.bytes, 'Base', hierarchy);
    if (message === null) t.is(ours, 'OK', title);
    else t.true(ours.startsWith(`VerifyError: ${message}`), `${title}: ${ours}`);
    t.is(ours, theirs[index]!, title);
  });
});

test('the message tells location, reason, frame and bytecode', (t) => {
  const bytes = withCode(base, 'target', { code: assemble('aload_3', 'iload_0', 'iadd', 'ireturn') });
  const error = t.throws(
    () => verifyClass(parseClassFile(bytes, 'Base'), new FileHierarchy(classes, modules)),
    {
      instanceOf: VerifyError,
    },
  );
  t.is(
    error.message,
    [
      'Bad type on operand stack',
      'Exception Details:',
      '  Location:',
      '    Base.target(IJLjava/lang/Object;Ljava/lang/String;)I @2: iadd',
      '  Reason:',
      "    Type 'java/lang/Object' (current frame, stack[0]) is not assignable to integer",
      '  Current Frame:',
      '    bci: @2',
      '    flags: { }',
      "    locals: { integer, long, long_2nd, 'java/lang/Object', 'java/lang/String' }",
      "    stack: { 'java/lang/Object', integer }",
      '  Bytecode:',
      `    ${'0000000: 2d1a 60ac'.padEnd(48)}`,
      '',
    ].join('\n'),
  );
});

/** Code with subroutines, for the type-inferring verifier. Locals as above; 8 and 9 are free. */
const SUBROUTINE_CASES: Readonly<Record<string, Case>> = {
  'a subroutine called twice': {
    // 0 jsr 9, 3 jsr 9, 6 nop, 7 iload_0, 8 ireturn; 9 astore 8, 11 iinc 0, 14 ret 8
    code: assemble(
      'jsr',
      u2(9),
      'jsr',
      u2(6),
      'nop',
      'iload_0',
      'ireturn',
      'astore',
      8,
      'iinc',
      0,
      1,
      'ret',
      8,
    ),
    message: null,
  },
  'a subroutine that is left without ret': {
    code: assemble('jsr', u2(5), 'iload_0', 'ireturn', 'pop', RETURN_ZERO),
    message: null,
  },
  'a ret by an int': {
    code: assemble('jsr', u2(5), 'iload_0', 'ireturn', 'pop', 'iconst_0', 'istore', 8, 'ret', 8),
    message: '',
  },
  'a return address returned': { code: assemble('jsr', u2(5), 'iload_0', 'ireturn', 'areturn'), message: '' },
  'a return address loaded': {
    code: assemble('jsr', u2(5), 'iload_0', 'ireturn', 'astore', 8, 'aload', 8, 'pop', 'ret', 8),
    message: '',
  },
  'a subroutine that calls itself': {
    code: assemble('jsr', u2(5), 'iload_0', 'ireturn', 'astore', 8, 'jsr', u2(-2), 'ret', 8),
    message: '',
  },
  'stack heights that differ at a join': {
    code: assemble('iload_0', 'iload_0', 'ifeq', u2(4), 'pop', RETURN_ZERO),
    message: '',
  },
  'types that differ at a join': {
    code: assemble('iload_0', 'ifeq', u2(5), 'fconst_0', 'fstore_0', 'iload_0', 'ireturn'),
    message: '',
  },
  'unreachable code with a wrong operand': {
    code: assemble('iload_0', 'ireturn', 'getstatic', u2(4000), 'ireturn'),
    message: '',
  },
};

test('subroutines and joins in class files of old', (t) => {
  const hierarchy = new FileHierarchy(classes, modules);
  const candidates = Object.values(SUBROUTINE_CASES).map((it) => {
    const bytes = withCode(base, 'target', { ...it, majorVersion: 49 });
    return { name: 'Base', bytes };
  });
  const theirs = openJdkVerdicts(classes, candidates);
  Object.entries(SUBROUTINE_CASES).forEach(([title, { message }], index) => {
    const ours = verdictOf(candidates[index]!.bytes, 'Base', hierarchy);
    t.is(ours === 'OK', message === null, `${title}: ${ours}`);
    t.is(ours.split(':')[0], theirs[index]!.split(':')[0], `${title}: ${ours}, OpenJDK: ${theirs[index]}`);
  });
});

/** A class with one or two instructions of one method changed, mostly into others of the same shape. */
function mutant(name: string, bytes: Uint8Array, random: (limit: number) => number): Candidate {
  const copy = Uint8Array.from(bytes);
  const classFile = parseClassFile(copy, name);
  const codes = classFile.methods.flatMap((it) => it.code ?? []);
  const code = codes[random(codes.length)]!;
  for (let changes = 1 + random(2); changes > 0; changes--) changeInstruction(classFile, code, random);
  return { name, bytes: copy };
}

function changeInstruction(
  { pool }: ClassFile,
  { code, maxLocals }: CodeAttribute,
  random: (n: number) => number,
) {
  const pcs: number[] = [];
  for (let pc = 0; pc < code.length; pc += instructionLength(code, pc) || 1) pcs.push(pc);
  const pc = pcs[random(pcs.length)]!;
  const facts = OPCODE_FACTS[code[pc]!];
  const kind = facts?.operands[0];
  const isWhole = pc + 3 <= code.length;
  if (facts === undefined || random(6) === 0) {
    code[pc + random(Math.min(3, code.length - pc))] = random(202);
  } else if (kind === 'pool16' && isWhole) {
    const tag = pool.tag((code[pc + 1]! << 8) | code[pc + 2]!);
    const same = Array.from({ length: pool.count }, (_, index) => index).filter(
      (index) => pool.tag(index) === tag,
    );
    code.set(u2(same[random(same.length)]!), pc + 1);
  } else if (kind === 'branch16' && isWhole) {
    code.set(u2(pcs[random(pcs.length)]! - pc), pc + 1);
  } else if (kind === 'local' && isWhole) {
    code[pc + 1] = random(maxLocals + 1);
  } else if (kind === undefined) {
    const isAlike = random(2) === 0;
    const others = OPCODE_FACTS.filter(
      (it) =>
        it.operands.length === 0 && (!isAlike || (it.pops === facts.pops && it.pushes === facts.pushes)),
    );
    code[pc] = others[random(others.length)]!.code;
  }
}

for (const [title, seed, sources, majorVersion] of [
  ['type checking', 11, [CORPUS, MODERN_CORPUS], 61],
  ['type inference', 12, [CORPUS], 49],
] as const) {
  test(`random changes: ${title} and OpenJDK give the same verdicts`, (t) => {
    const originals = new Map<string, Uint8Array>();
    for (const source of sources) {
      const fileName = `${/public class (\w+)/.exec(source)![1]}.java`;
      const options = majorVersion === 49 ? ['--release', '8'] : [];
      for (const [name, bytes] of compileJava(fileName, source, options)) {
        const old = Uint8Array.from(bytes);
        old[7] = majorVersion;
        originals.set(name, old);
      }
    }
    const random = randomNumbers(seed);
    const names = [...originals.keys()];
    const candidates = Array.from({ length: 4000 }, () => {
      const name = names[random(names.length)]!;
      return mutant(name, originals.get(name)!, random);
    });
    const theirs = openJdkVerdicts(originals, candidates);
    const hierarchy = new FileHierarchy(originals, modules);
    let accepted = 0;
    let sameMessage = 0;
    candidates.forEach(({ name, bytes }, index) => {
      const ours = verdictOf(bytes, name, hierarchy);
      if (ours === 'OK') accepted++;
      else if (ours === theirs[index]) sameMessage++;
      const agree = (ours === 'OK') === (theirs[index] === 'OK');
      if (!agree) t.fail(`seed ${seed}, mutant ${index} of ${name}: ${ours}; OpenJDK: ${theirs[index]}`);
    });
    t.true(accepted > 100, `${accepted} accepted`);
    if (majorVersion === 61)
      t.true(sameMessage > 0.9 * (candidates.length - accepted), `${sameMessage} messages alike`);
    t.pass();
  });
}
