// The synthesised classes are real class files: the JDK's own verifier accepts them and its java runs them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { parseClassFile } from '../../../jvm/class-file/class-file.js';
import { ClassAssembler } from '../../../jvm/dynamic/class-assembler.js';
import { assembleLambda, type LambdaShape } from '../../../jvm/dynamic/lambda-class.js';
import { assembleRecordMethod, type RecordShape } from '../../../jvm/dynamic/record-methods.js';
import { REF } from '../../../jvm/dynamic/reference-kinds.js';
import { Op } from '../../../jvm/opcode-numbers.js';
import { jdkProgram, PROJECT, runCommand } from '../../support/command.js';

const HARNESS = 'ClassAssemblerHarness';
const OBJECT = 'Ljava/lang/Object;';

/** A lambda of the harness; what is given replaces a static method without arguments. */
function lambda(name: string, shape: Partial<LambdaShape> & Pick<LambdaShape, 'interfaceName'>): Uint8Array {
  return assembleLambda({
    name,
    caller: HARNESS,
    markers: [],
    methodName: 'apply',
    methodDescriptor: `(${OBJECT})${OBJECT}`,
    bridges: [],
    instantiated: shape.methodDescriptor ?? `(${OBJECT})${OBJECT}`,
    captured: [],
    serialization: 'none',
    implementation: own(REF.invokeStatic, 'small', '()S'),
    ...shape,
  });
}

function own(kind: number, name: string, descriptor: string): LambdaShape['implementation'] {
  return { kind, className: HARNESS, isInterface: false, name, descriptor };
}

const record: Omit<RecordShape, 'name'> = {
  record: HARNESS,
  simpleName: 'Sample',
  components: [
    { name: 'z', descriptor: 'Z' },
    { name: 'c', descriptor: 'C' },
    { name: 'j', descriptor: 'J' },
    { name: 'f', descriptor: 'F' },
    { name: 's', descriptor: 'Ljava/lang/String;' },
  ],
};

const CLASSES: Readonly<Record<string, Uint8Array>> = {
  Lambda1: lambda('Lambda1', {
    interfaceName: `${HARNESS}$Wide`,
    methodName: 'all',
    methodDescriptor: `(JD${OBJECT}I)${OBJECT}`,
    instantiated: '(JDLjava/lang/Integer;I)Ljava/lang/Object;',
    captured: ['J'],
    // The captured value comes first; an int is widened to long, an Object cast.
    implementation: own(REF.invokeStatic, 'spread', '(JJDLjava/lang/Integer;J)Ljava/lang/String;'),
  }),
  Lambda2: lambda('Lambda2', {
    interfaceName: 'java/util/function/LongSupplier',
    methodName: 'getAsLong',
    methodDescriptor: '()J',
  }),
  Lambda3: lambda('Lambda3', {
    interfaceName: 'java/util/function/Function',
    captured: [`L${HARNESS};`],
    implementation: own(REF.invokeVirtual, 'text', `(${OBJECT})Ljava/lang/String;`),
    serialization: 'serializable',
    markers: ['java/io/Serializable', 'java/io/Serializable'],
    bridges: [`(${OBJECT})Ljava/lang/String;`],
  }),
  Lambda4: lambda('Lambda4', {
    interfaceName: 'java/util/function/IntFunction',
    methodDescriptor: `(I)${OBJECT}`,
    implementation: own(REF.newInvokeSpecial, '<init>', '(F)V'),
  }),
  Lambda5: lambda('Lambda5', {
    interfaceName: 'java/util/function/Supplier',
    methodName: 'get',
    methodDescriptor: `()${OBJECT}`,
    captured: ['Ljava/lang/String;', 'B', 'C', 'D', 'Z'],
    implementation: own(REF.invokeStatic, 'five', '(Ljava/lang/String;BCDZ)Ljava/lang/String;'),
    serialization: 'hostile',
  }),
  Lambda6: lambda('Lambda6', {
    interfaceName: 'java/util/function/Function',
    instantiated: '(Ljava/lang/String;)Ljava/lang/Integer;',
    implementation: {
      kind: REF.invokeVirtual,
      className: 'java/lang/String',
      isInterface: false,
      name: 'length',
      descriptor: '()I',
    },
  }),
  Record1: assembleRecordMethod({ ...record, name: 'Record1' }, 'toString'),
  Record2: assembleRecordMethod({ ...record, name: 'Record2' }, 'hashCode'),
  Record3: assembleRecordMethod({ ...record, name: 'Record3' }, 'equals'),
};

const EXPECTED = `5 1 0.5 3 -4
7
text v
3.0
cap3q1.5true
cast fails
Sample[z=true, c=x, j=1099511627776, f=1.5, s=null]
true
true false false
`;

test('the verifier of the JDK accepts assembled classes, and they do what they should', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rjvm-assembler-'));
  try {
    const source = join(PROJECT, 'test', 'jvm', 'dynamic', `${HARNESS}.java`);
    const compiled = await runCommand(jdkProgram('javac'), ['-d', folder, source]);
    t.is(compiled.exit, 0, compiled.stderr);
    for (const [name, bytes] of Object.entries(CLASSES)) writeFileSync(join(folder, `${name}.class`), bytes);
    const outcome = await runCommand(jdkProgram('java'), ['-Xverify:all', '-cp', folder, HARNESS]);
    const stderr = outcome.stderr.replace(/^.*warning.*\n/gm, '');
    t.deepEqual({ ...outcome, stderr }, { stdout: EXPECTED, stderr: '', exit: 0 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the format check accepts assembled classes', (t) => {
  for (const [name, bytes] of Object.entries(CLASSES)) t.is(parseClassFile(bytes, name).name, name);
});

test('text of every kind survives the constant pool', (t) => {
  const text = 'a\u0000\u007f\u0080\u07ff\u0800\uffff\ud83d\ude00\ud800';
  const assembler = new ClassAssembler({ name: 'Text', interfaces: [], accessFlags: 0x21 });
  assembler.method(0x9, 'get', '()Ljava/lang/String;', (code) => {
    code.string(text);
    code.return('Ljava/lang/String;');
  });
  const file = parseClassFile(assembler.toBytes(), 'Text');
  const { code } = file.methods[0]!.code!;
  t.is(file.pool.stringValue((code[1]! << 8) | code[2]!), text);
});

test('depth of the operand stack and number of local variables', (t) => {
  const assembler = new ClassAssembler({ name: 'Depth', interfaces: [], accessFlags: 0x21 });
  assembler.method(0x9, 'sum', '(JDI)J', (code) => {
    code.load('J', 0);
    code.load('D', 2);
    code.simple(Op.d2l, 0);
    code.simple(Op.ladd, -2);
    code.return('J');
  });
  const { maxStack, maxLocals } = parseClassFile(assembler.toBytes(), 'Depth').methods[0]!.code!;
  t.deepEqual({ maxStack, maxLocals }, { maxStack: 4, maxLocals: 5 });
  t.throws(() => assembler.method(0x9, 'bad', '()V', (code) => code.simple(Op.pop, -1)), {
    message: /underflow/,
  });
});
