// Format checks of untrusted classes: names, descriptors and flags, legal and not.
import test from 'ava';
import {
  areClassFlagsLegal,
  areFieldFlagsLegal,
  areMethodFlagsLegal,
} from '../../../jvm/class-file/access-flags.js';
import { parseClassFile } from '../../../jvm/class-file/class-file.js';
import { isReference, parseMethodDescriptor, slotsOf } from '../../../jvm/class-file/descriptors.js';
import { ClassFormatError } from '../../../jvm/class-file/errors.js';
import { decodeModifiedUtf8 } from '../../../jvm/class-file/modified-utf8.js';
import {
  isClassName,
  isLegalFieldDescriptor,
  isLegalMethodDescriptor,
  isMethodName,
} from '../../../jvm/class-file/names.js';
import { compileJava } from '../javac.js';

test('descriptors', (t) => {
  t.deepEqual(parseMethodDescriptor('(IJ[[DLjava/lang/String;)V'), {
    parameters: ['I', 'J', '[[D', 'Ljava/lang/String;'],
    returns: 'V',
    argumentSlots: 5,
  });
  t.deepEqual(parseMethodDescriptor('()[I'), { parameters: [], returns: '[I', argumentSlots: 0 });
  for (const bad of ['', 'I', '(', '()', '(V)V', '(I', '(L;)V', '(Lx)V', '()VV', '()II', '(I)', '([)V']) {
    t.throws(() => parseMethodDescriptor(bad), { instanceOf: SyntaxError }, bad);
    t.false(isLegalMethodDescriptor(bad), bad);
  }
  t.true(isLegalFieldDescriptor(`${'['.repeat(255)}I`));
  t.false(isLegalFieldDescriptor(`${'['.repeat(256)}I`));
  t.false(isLegalFieldDescriptor('La//b;'));
  t.false(isLegalFieldDescriptor('La.b;'));
  t.deepEqual(['I', 'J', 'D', 'V', '[J'].map(slotsOf), [1, 2, 2, 0, 1]);
  t.deepEqual(['I', 'Lx;', '[I'].map(isReference), [false, true, true]);
});

test('names', (t) => {
  t.deepEqual(['a/b', 'a', 'a//b', '/a', 'a/', '', 'a.b', 'a;', '[a'].map(isClassName), [
    true,
    true,
    ...new Array(7).fill(false),
  ]);
  t.deepEqual(['<init>', '<clinit>', 'a', '<a>', 'a>', 'a/b', ''].map(isMethodName), [
    true,
    true,
    true,
    ...new Array(4).fill(false),
  ]);
});

test('modified UTF-8', (t) => {
  t.is(decodeModifiedUtf8([0x61, 0xc0, 0x80, 0xc3, 0xa9, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]), 'a\0é😀');
  for (const bad of [[0], [0x80], [0xf0, 0x9f, 0x98, 0x80], [0xc3], [0xe0, 0x80], [0xc3, 0x29]]) {
    t.is(decodeModifiedUtf8(bad), null);
  }
  const long = 'x'.repeat(65535);
  t.is(decodeModifiedUtf8(new Uint8Array(65535).fill(0x78)), long);
});

test('access flags', (t) => {
  t.true(areClassFlagsLegal(0x0031));
  t.true(areClassFlagsLegal(0x0601));
  t.true(areClassFlagsLegal(0x8000));
  t.false(areClassFlagsLegal(0x0430), 'abstract final');
  t.false(areClassFlagsLegal(0x0201), 'interface but not abstract');
  t.false(areClassFlagsLegal(0x2001), 'annotation but no interface');
  t.true(areFieldFlagsLegal(0x19, true));
  t.false(areFieldFlagsLegal(0x09, true));
  t.false(areFieldFlagsLegal(0x50, false), 'final volatile');
  t.false(areFieldFlagsLegal(0x03, false), 'public private');
  t.true(areMethodFlagsLegal(0x0401, 'm', true, 50));
  t.false(areMethodFlagsLegal(0x0001, 'm', true, 50), 'default method of old');
  t.true(areMethodFlagsLegal(0x0001, 'm', true, 52));
  t.false(areMethodFlagsLegal(0x0004, 'm', true, 52), 'protected in an interface');
  t.false(areMethodFlagsLegal(0x0408, 'm', false, 61), 'abstract static');
  t.false(areMethodFlagsLegal(0x0008, '<init>', false, 61), 'static <init>');
});

/** Replaces one text in the class file by another of the same length. */
function replaced(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  return Uint8Array.from(Buffer.from(text.replaceAll(from, to), 'latin1'));
}

test('class files that break the rules are refused with the messages of OpenJDK, unless trusted', (t) => {
  const source =
    'class Rules { int aa; long bb; String cc; int dd() { return aa; } int ee() { return dd(); } }';
  const good = compileJava('Rules.java', source).get('Rules')!;
  t.notThrows(() => parseClassFile(good, 'Rules'));
  const fails = (from: string, to: string, message: RegExp) => {
    const bad = replaced(good, from, to);
    t.throws(() => parseClassFile(bad, 'Rules'), { instanceOf: ClassFormatError, message });
    t.notThrows(() => parseClassFile(bad, 'Rules', { trusted: true }));
  };
  fails('\x00\x02bb', '\x00\x02b;', /^Illegal field name "b;" in class Rules$/);
  fails('\x00\x02ee', '\x00\x02<e', /^Illegal method name "<e" in class Rules$/);
  fails(
    '\x00\x02ee',
    '\x00\x02dd',
    /^Duplicate method name "dd" with signature "\(\)I" in class file Rules$/,
  );
  fails('Ljava/lang/String;', 'Ljava//ang/String;', /^Field "cc" in class Rules has illegal signature/);
  fails('\x00\x05Rules', '\x00\x05Ru/es'.replace('u/', '//'), /^Illegal class name "R\/\/es" in class file/);
  fails('\x00\x04Code', '\x00\x04Nope', /^Absent Code attribute in method that is not native or abstract/);
});
