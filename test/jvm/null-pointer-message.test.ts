// The messages of NullPointerException against those of the JDK's java, place by place.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  type AttributeInfo,
  type CodeAttributeInfo,
  JavaClassFileReader,
  JavaClassFileWriter,
  type LineNumberTableAttributeInfo,
  type Utf8Info,
} from 'java-class-tools';
import { ACC } from '../../jvm/class-file/access-flags.js';
import { type ClassFile, type CodeAttribute, parseClassFile } from '../../jvm/class-file/class-file.js';
import { instructionLength } from '../../jvm/class-file/opcodes.js';
import { METHOD_FLAG, METHOD_ROW } from '../../jvm/layout.js';
import type { Machine } from '../../jvm/machine.js';
import type { MethodBytecode } from '../../jvm/null-pointer/method-bytecode.js';
import { findOperandSources } from '../../jvm/null-pointer/operand-sources.js';
import { describeNullPointer, nullPointerMessage } from '../../jvm/null-pointer-message.js';
import { RuntimeClass, RuntimeMethod } from '../../jvm/runtime-class.js';
import { compileJava, javaBaseClasses, jdk, openModules } from './javac.js';
import { NULL_LAMBDAS, NULL_POINTER_CASES, OWN_METAFACTORY } from './null-pointer-cases.js';

const modules = openModules();
test.after.always(() => modules.close());

/** The class with a line number of its own for every instruction, pc + 1, so that a stack trace tells the pc. */
function numberInstructions(bytes: Uint8Array): Uint8Array {
  const file = new JavaClassFileReader().read(bytes);
  const name = (attribute: AttributeInfo) =>
    Buffer.from((file.constant_pool[attribute.attribute_name_index] as Utf8Info).bytes).toString();
  for (const method of file.methods) {
    for (const attribute of method.attributes) {
      if (name(attribute) !== 'Code') continue;
      const { code, attributes } = attribute as CodeAttributeInfo;
      const lines = attributes.find((each) => name(each) === 'LineNumberTable');
      const table = lines as LineNumberTableAttributeInfo;
      const numbered: { start_pc: number; line_number: number }[] = [];
      for (let pc = 0; pc < code.length; pc += instructionLength(Uint8Array.from(code), pc)) {
        numbered.push({ start_pc: pc, line_number: pc + 1 });
      }
      const growth = 4 * (numbered.length - table.line_number_table_length);
      table.line_number_table = numbered;
      table.line_number_table_length = numbered.length;
      table.attribute_length += growth;
      attribute.attribute_length += growth;
    }
  }
  return new Uint8Array(new JavaClassFileWriter().write(file).flip().toArrayBuffer());
}

function bytecodeOf(file: ClassFile, methodName: string): MethodBytecode[] {
  return file.methods
    .filter(({ name, code }) => name === methodName && code !== null)
    .map(({ accessFlags, descriptor, code }) => ({
      isStatic: (accessFlags & ACC.STATIC) !== 0,
      descriptor,
      code: code!,
      pool: file.pool,
    }));
}

/** Pcs of the instructions of a line. */
function pcsOfLine({ code, lineNumbers }: CodeAttribute, line: number): number[] {
  const pcs: number[] = [];
  for (let pc = 0; pc < code.length; pc += instructionLength(code, pc)) {
    let found = -1;
    for (let i = 0; i < lineNumbers.length && lineNumbers[i]! <= pc; i += 2) found = lineNumbers[i + 1]!;
    if (found === line) pcs.push(pc);
  }
  return pcs;
}

/** Messages at the instructions of a line in the methods of that name; undefined for those that have none. */
function messagesAt(file: ClassFile, methodName: string, line: number): (string | undefined)[] {
  return bytecodeOf(file, methodName).flatMap((method) =>
    pcsOfLine(method.code, line).map((pc) => describeNullPointer(method, pc)),
  );
}

/** What java prints when it runs the class. */
function runJava(classes: ReadonlyMap<string, Uint8Array>, main: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'rjvm-null-'));
  try {
    for (const [name, bytes] of classes) writeFileSync(join(folder, `${name}.class`), bytes);
    const words = ['-Dfile.encoding=UTF-8', '-Dstdout.encoding=UTF-8', '-cp', folder, main];
    const environment = { ...process.env, LC_ALL: 'C.UTF-8' };
    const output = execFileSync(join(jdk.home, 'bin', 'java'), words, { encoding: 'utf8', env: environment });
    return output.trimEnd().split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A line of output as `class method line message`; the message may hold anything. */
const OUTPUT = /^(\S+) (\S+) (-?\d+) (.*)$/;
/** What java tells as the line of a native method. */
const NATIVE_LINE = -2;
/** The message of exceptions that the program makes with one. */
const OWN_MESSAGE = 'own';

/** Runs the class in java and holds each message against the one computed for its place; gives java's messages. */
function compareWithJava(
  t: ExecutionContext,
  classes: ReadonlyMap<string, Uint8Array>,
  main: string,
): string[] {
  return runJava(classes, main).map((line) => {
    const [, className, methodName, lineNumber, printed] = OUTPUT.exec(line) ?? [];
    if (printed === undefined) throw new Error(line);
    const expected = printed === 'null' || printed === OWN_MESSAGE ? undefined : printed;
    const bytes = classes.get(className!);
    // Where the top frame is in a class of the JDK, whose lines have many instructions, one of them must fit.
    const found = messagesAt(
      bytes ? parseClassFile(bytes, className!) : jdkClass(className!),
      methodName!,
      Number(lineNumber),
    );
    // A native method has no instruction, and no message.
    if (Number(lineNumber) === NATIVE_LINE) found.push(undefined);
    t.true(found.includes(expected), `${line}: ${found}`);
    if (bytes && methodName !== '<init>') t.is(found.length, 1, line);
    return printed;
  });
}

for (const options of [['-g'], ['-g:lines']]) {
  test(`messages as of java, compiled with ${options}`, (t) => {
    const classes = new Map<string, Uint8Array>();
    for (const [name, bytes] of compileJava('NullCases.java', NULL_POINTER_CASES, options)) {
      classes.set(name, numberInstructions(bytes));
    }
    const messages = compareWithJava(t, classes, 'NullCases');
    t.true(messages.length > 120);
    t.true(new Set(messages).size > 90);
  });
}

test('a call site that yields null leaves the sentence unfinished, as in java', (t) => {
  const replaced = 'java/lang/invoke/LambdaMetafactory';
  const classes = new Map<string, Uint8Array>();
  for (const [name, bytes] of compileJava('NullLambdas.java', NULL_LAMBDAS)) {
    const text = Buffer.from(numberInstructions(bytes)).toString('latin1');
    classes.set(name, Buffer.from(text.replaceAll(replaced, OWN_METAFACTORY), 'latin1'));
  }
  t.deepEqual(compareWithJava(t, classes, 'NullLambdas'), [
    'Cannot invoke "java.util.function.Supplier.get()" because "',
    'Cannot invoke "java.util.function.Supplier.get()" because "<local0>" is null',
    'Cannot invoke "java.util.function.Function.apply(Object)" because "',
  ]);
});

test('no message where no stack trace shows the method', (t) => {
  const source = 'class Sample { int length(String text) { return text.length(); } native void absent(); }';
  const file = parseClassFile(compileJava('Sample.java', source).get('Sample')!, 'Sample');
  const type = new RuntimeClass(1, 'Sample', 0, 0, file, null);
  const [method, native] = ['length', 'absent'].map((methodName) => {
    const info = file.methods.find(({ name }) => name === methodName)!;
    return new RuntimeMethod(type, methodName, info.descriptor, info.accessFlags, file.methods.indexOf(info));
  }) as [RuntimeMethod, RuntimeMethod];
  // The message needs nothing of the machine but the flags of its methods.
  const machine = { methodTable: new Int32Array(METHOD_ROW.words) };
  const messageAt = (at: RuntimeMethod, pc: number) =>
    nullPointerMessage(machine as unknown as Machine, at, pc);
  t.is(messageAt(method, 1), undefined, 'not prepared');
  method.codeBase = native.codeBase = 1000;
  t.is(messageAt(method, 1), 'Cannot invoke "String.length()" because "<parameter1>" is null');
  t.is(messageAt(method, 0), undefined, 'no dereference');
  t.is(messageAt(native, 0), undefined, 'native');
  machine.methodTable[METHOD_ROW.flags] = METHOD_FLAG.hidden;
  t.is(messageAt(method, 1), undefined, 'hidden method');
  machine.methodTable[METHOD_ROW.flags] = 0;
  type.isHidden = true;
  t.is(messageAt(method, 1), undefined, 'hidden class');
});

test('operand stacks are as deep as the stack map frames say, in all of java.base', (t) => {
  let frameCount = 0;
  for (const resource of javaBaseClasses(modules)) {
    const file = parseClassFile(modules.find(resource)!, resource, { trusted: true });
    for (const { accessFlags, descriptor, code, name } of file.methods) {
      if (code?.stackMapTable == null) continue;
      const method = { isStatic: (accessFlags & ACC.STATIC) !== 0, descriptor, code, pool: file.pool };
      const sources = findOperandSources(method, code.code.length);
      for (const { pc, stack } of code.stackMapTable) {
        const slots = stack.reduce(
          (sum, { kind }) => sum + (kind === 'long' || kind === 'double' ? 2 : 1),
          0,
        );
        if (sources[pc]?.stack.length !== slots) t.fail(`${resource} ${name}${descriptor} ${pc}`);
        frameCount++;
      }
    }
  }
  t.true(frameCount > 50_000, `${frameCount}`);
});

function jdkClass(name: string): ClassFile {
  return parseClassFile(modules.find(`/java.base/${name.replaceAll('.', '/')}.class`)!, name, {
    trusted: true,
  });
}
