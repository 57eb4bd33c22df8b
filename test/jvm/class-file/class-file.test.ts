// The class file front end against javac's output, the whole of java.base, and bytes that are no class file.
import test from 'ava';
import { type ClassFile, parseClassFile } from '../../../jvm/class-file/class-file.js';
import { TAG } from '../../../jvm/class-file/constant-pool.js';
import { ClassFormatError, UnsupportedClassVersion } from '../../../jvm/class-file/errors.js';
import { instructionLength, OPCODE_NAMES, OPCODES } from '../../../jvm/class-file/opcodes.js';
import { compileJava, javaBaseClasses, openModules, randomNumbers } from '../javac.js';

const SOURCE = `
import java.lang.annotation.*;
import java.util.*;
public class Sample<T extends Comparable<T>> implements Runnable {
  @Retention(RetentionPolicy.RUNTIME) @interface Mark { String value() default "none"; }
  record Point(int x, @Mark("c") List<String> names) {}
  sealed interface Shape permits Circle, Square {}
  static final class Circle implements Shape {}
  static final class Square implements Shape {}
  static final int INT = -7;
  static final long LONG = -5000000000L;
  static final float FLOAT = 1.5f;
  static final double DOUBLE = -0.0;
  static final String TEXT = "a\\0\\u00e9\\ud83d\\ude00";
  @Mark("f") volatile List<T> field;
  @Deprecated public void run() { Runnable r = () -> System.out.println(TEXT + this); r.run(); }
  static native int nothing(int first, long second);
  int search(String[] words, final int start) throws java.io.IOException, IllegalStateException {
    for (int i = start; i < words.length; i++) {
      try { if (words[i].isEmpty()) return i; } catch (NullPointerException e) { continue; }
    }
    Object local = new Object() { public String toString() { return "local"; } };
    switch (start) { case 1: return 4; case 2: return 5; case 3: return 6; default: }
    switch (start) { case -1000000: return 4; case 2000000: return 5; default: return local.hashCode(); }
  }
}`;
const classes = compileJava('Sample.java', SOURCE, ['-parameters', '-g']);
const modules = openModules();
test.after.always(() => modules.close());

function parse(name: string): ClassFile {
  return parseClassFile(classes.get(name)!, name);
}

test('a class with its pool, members and attributes', (t) => {
  const sample = parse('Sample');
  t.is(sample.name, 'Sample');
  t.is(sample.superName, 'java/lang/Object');
  t.deepEqual(sample.interfaces, ['java/lang/Runnable']);
  t.is(sample.majorVersion, 61);
  t.is(sample.sourceFile, 'Sample.java');
  t.is(sample.signature, '<T::Ljava/lang/Comparable<TT;>;>Ljava/lang/Object;Ljava/lang/Runnable;');
  t.true(sample.nestMembers.includes('Sample$Point'));
  const mark = sample.innerClasses.find((entry) => entry.inner === 'Sample$Mark');
  t.deepEqual(mark, { inner: 'Sample$Mark', outer: 'Sample', name: 'Mark', accessFlags: 0x2608 });
  t.is(sample.bootstrapMethods.length, 2);
  for (const { methodHandleIndex, argumentIndexes } of sample.bootstrapMethods) {
    const handle = sample.pool.methodHandle(methodHandleIndex);
    t.is(handle.kind, 6);
    t.regex(sample.pool.memberRef(handle.index).name, /^(metafactory|makeConcatWithConstants)$/);
    t.true(argumentIndexes.length > 0);
  }
});

test('constants keep every bit', (t) => {
  const sample = parse('Sample');
  const { pool } = sample;
  const constant = (name: string) => sample.fields.find((field) => field.name === name)!.constantValueIndex;
  t.is(pool.int(constant('INT')), -7);
  const long =
    (BigInt(pool.longHigh(constant('LONG'))) << 32n) | BigInt(pool.longLow(constant('LONG')) >>> 0);
  t.is(long, -5000000000n);
  t.is(pool.floatBits(constant('FLOAT')), 0x3fc00000);
  t.is(pool.longHigh(constant('DOUBLE')), -0x80000000);
  t.is(pool.longLow(constant('DOUBLE')), 0);
  t.is(pool.stringValue(constant('TEXT')), 'a\0\u00e9\ud83d\ude00');
  t.is(constant('field'), 0);
  t.throws(() => pool.int(constant('LONG')), { instanceOf: ClassFormatError });
  t.throws(() => pool.utf8(0), { instanceOf: ClassFormatError });
  t.is(pool.tag(constant('LONG')), TAG.Long);
  t.is(pool.tag(constant('LONG') + 1), 0);
});

test('a method with code, exceptions, parameters and lines', (t) => {
  const search = parse('Sample').methods.find((method) => method.name === 'search')!;
  t.is(search.descriptor, '([Ljava/lang/String;I)I');
  t.deepEqual(search.exceptions, ['java/io/IOException', 'java/lang/IllegalStateException']);
  t.deepEqual(search.parameters, [
    { name: 'words', accessFlags: 0 },
    { name: 'start', accessFlags: 0x10 },
  ]);
  const code = search.code!;
  t.is(code.maxLocals, 5);
  t.is(code.exceptionTable.length, 1);
  t.true(code.stackMapTable!.length >= 5);
  for (let i = 2; i < code.lineNumbers.length; i += 2)
    t.true(code.lineNumbers[i]! > code.lineNumbers[i - 2]!);
  t.truthy(code.rawAttribute('LocalVariableTable'));
  t.is(code.rawAttribute('NoSuchAttribute'), null);
  const nothing = parse('Sample').methods.find((method) => method.name === 'nothing')!;
  t.is(nothing.code, null);
});

test('records, sealed interfaces, enclosing methods and raw annotations', (t) => {
  const components = parse('Sample$Point').recordComponents!;
  t.deepEqual(
    components.map(({ name, descriptor, signature }) => [name, descriptor, signature]),
    [
      ['x', 'I', null],
      ['names', 'Ljava/util/List;', 'Ljava/util/List<Ljava/lang/String;>;'],
    ],
  );
  t.is(components[0]!.rawAttribute('RuntimeVisibleAnnotations'), null);
  t.is(components[1]!.rawAttribute('RuntimeVisibleAnnotations')![1], 1);
  t.deepEqual(parse('Sample$Shape').permittedSubclasses, ['Sample$Circle', 'Sample$Square']);
  t.is(parse('Sample').recordComponents, null);
  t.deepEqual(parse('Sample$1').enclosingMethod, {
    className: 'Sample',
    name: 'search',
    descriptor: '([Ljava/lang/String;I)I',
  });
  t.is(parse('Sample$1').nestHost, 'Sample');
  const value = parse('Sample$Mark').methods.find((method) => method.name === 'value')!;
  t.is(value.rawAttribute('AnnotationDefault')![0], 's'.charCodeAt(0));
});

test('every class of java.base parses, and its instructions fill its code exactly', (t) => {
  const names = javaBaseClasses(modules);
  t.true(names.length > 5000);
  let instructionCount = 0;
  const seen = new Set<number>();
  for (const name of names) {
    const classFile = parseClassFile(modules.find(name)!, name);
    if (!name.endsWith('module-info.class')) t.is(`/java.base/${classFile.name}.class`, name);
    for (const { code } of classFile.methods) {
      if (code === null) continue;
      let pc = 0;
      while (pc < code.code.length) {
        const length = instructionLength(code.code, pc);
        if (length === 0) t.fail(`no instruction at ${pc} in ${name}`);
        seen.add(code.code[pc]!);
        pc += length || 1;
        instructionCount++;
      }
      if (pc !== code.code.length) t.fail(`the last instruction ends behind the code in ${name}`);
    }
  }
  t.true(instructionCount > 1_000_000);
  t.true(seen.size > 190, `${seen.size} opcodes seen`);
});

test('the table of opcodes is complete and in order', (t) => {
  t.is(OPCODE_NAMES.length, 202);
  OPCODE_NAMES.forEach((name, code) => {
    t.is<number, number>(OPCODES[name].code, code);
  });
  t.is(instructionLength(Uint8Array.of(0xc4, 0x84, 1, 0, 0, 1), 0), 6);
  t.is(instructionLength(Uint8Array.of(0xc4, 0x60), 0), 0);
  t.is(instructionLength(Uint8Array.of(0xca), 0), 0);
  const lookup = [0, 0xab, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 7];
  t.is(instructionLength(Uint8Array.from(lookup), 1), lookup.length - 1);
});

test('bytes that are no class file: messages of OpenJDK', (t) => {
  const good = classes.get('Sample')!;
  const changed = (offset: number, ...bytes: number[]) => {
    const copy = Uint8Array.from(good);
    copy.set(bytes, offset);
    return copy;
  };
  const fails = (bytes: Uint8Array, message: string, type: new () => Error = ClassFormatError) =>
    t.throws(() => parseClassFile(bytes, 'Sample'), { instanceOf: type, message });
  fails(new Uint8Array(0), 'Truncated class file');
  fails(good.subarray(0, good.length - 1), 'Truncated class file');
  fails(Uint8Array.of(...good, 0), 'Extra bytes at the end of class file Sample');
  fails(changed(0, 0x43, 0x41, 0x46, 0x45), 'Incompatible magic value 1128351301 in class file Sample');
  fails(changed(10, 99), 'Unknown constant tag 99 in class file Sample');
  fails(
    changed(6, 0, 65),
    'Sample has been compiled by a more recent version of the Java Runtime (class file version 65.0), this version ' +
      'of the Java Runtime only recognizes class file versions up to 61.0',
    UnsupportedClassVersion,
  );
});

test('a view into a larger buffer parses as its own bytes', (t) => {
  const good = classes.get('Sample')!;
  const larger = new Uint8Array(good.length + 64).fill(0xff);
  larger.set(good, 33);
  const view = larger.subarray(33, 33 + good.length);
  t.is(parseClassFile(view, 'Sample').fields.length, parse('Sample').fields.length);
  t.deepEqual(
    [...parseClassFile(view, 'Sample').methods[1]!.code!.code],
    [...parse('Sample').methods[1]!.code!.code],
  );
});

/** Asks for everything, since much is decoded only then. */
function decodeAll(classFile: ClassFile): void {
  for (const key of Object.getOwnPropertyNames(Object.getPrototypeOf(classFile)))
    void Reflect.get(classFile, key);
  for (const method of classFile.methods)
    void [method.code?.stackMapTable, method.code?.lineNumbers, method.parameters];
}

test('damaged class files give a class format error or parse, and nothing else', (t) => {
  const seed = 20240607;
  const random = randomNumbers(seed);
  let refused = 0;
  for (const [name, good] of classes) {
    for (let round = 0; round < 1500; round++) {
      let bytes = Uint8Array.from(good);
      if (round % 5 === 0) bytes = bytes.subarray(0, random(bytes.length));
      else
        for (let flips = 1 + random(3); flips > 0; flips--) bytes[8 + random(bytes.length - 8)] = random(256);
      try {
        decodeAll(parseClassFile(bytes, name));
      } catch (error) {
        refused++;
        if (!(error instanceof ClassFormatError))
          t.fail(`seed ${seed}, ${name}, round ${round}: ${String(error)}`);
      }
    }
  }
  t.true(refused > 1000);
});
