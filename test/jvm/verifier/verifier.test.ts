// The verifier on code that must pass: javac's, and the whole of java.base, by type checking and by inference.
import test from 'ava';
import { parseClassFile } from '../../../jvm/class-file/class-file.js';
import { MethodContext } from '../../../jvm/verifier/method-context.js';
import type { TypeHierarchy } from '../../../jvm/verifier/type-hierarchy.js';
import { inferTypes } from '../../../jvm/verifier/type-inference.js';
import { Assignability } from '../../../jvm/verifier/verification-types.js';
import { verifyClass } from '../../../jvm/verifier/verify-class.js';
import { compileJava, javaBaseClasses, openModules } from '../javac.js';
import { CORPUS, MODERN_CORPUS } from './corpus.js';
import { FileHierarchy } from './hierarchy.js';

const modules = openModules();
test.after.always(() => modules.close());

test('javac output passes', (t) => {
  for (const classes of [compileJava('Corpus.java', CORPUS), compileJava('Modern.java', MODERN_CORPUS)]) {
    const hierarchy = new FileHierarchy(classes, modules);
    for (const [name, bytes] of classes)
      t.notThrows(() => verifyClass(parseClassFile(bytes, name), hierarchy), name);
  }
});

test('javac output passes the type-inferring verifier as a class of old', (t) => {
  const classes = compileJava('Corpus.java', CORPUS, ['--release', '8']);
  const hierarchy = new FileHierarchy(classes, modules);
  for (const [name, bytes] of classes) {
    const old = Uint8Array.from(bytes);
    old[7] = 49;
    t.notThrows(() => verifyClass(parseClassFile(old, name), hierarchy), name);
  }
});

test('every class of java.base passes type checking, and its methods pass inference', (t) => {
  const hierarchy = new FileHierarchy(new Map(), modules);
  const types = new Assignability(hierarchy);
  let methodCount = 0;
  for (const path of javaBaseClasses(modules)) {
    const name = path.slice('/java.base/'.length, -'.class'.length);
    if (name === 'module-info') continue;
    const classFile = hierarchy.find(name);
    t.notThrows(() => verifyClass(classFile, hierarchy), name);
    for (const method of classFile.methods) {
      if (method.code === null) continue;
      methodCount++;
      const { code } = method;
      const context = () => new MethodContext(classFile, method, code, hierarchy, types, 'infer');
      try {
        inferTypes(context());
      } catch (error) {
        t.fail(`${name}: ${String(error)}`);
      }
    }
  }
  t.true(methodCount > 40_000);
});

test('what a hierarchy throws comes out, and verification can begin again', (t) => {
  const classes = compileJava('Corpus.java', CORPUS);
  const files = new FileHierarchy(classes, modules);
  const classFile = parseClassFile(classes.get('Corpus')!, 'Corpus');
  const wanted = new Set<string>();
  class LoadFirst {
    constructor(readonly className: string) {}
  }
  const loaded = <T>(className: string, answer: () => T): T => {
    if (wanted.has(className)) return answer();
    throw new LoadFirst(className);
  };
  const hierarchy: TypeHierarchy = {
    isInterface: (name) => loaded(name, () => files.isInterface(name)),
    superclassOf: (name) => loaded(name, () => files.superclassOf(name)),
    isProtectedInOtherPackage: (query, from) =>
      loaded(query.className, () => files.isProtectedInOtherPackage(query, from)),
  };
  for (let round = 0; round < 100; round++) {
    try {
      verifyClass(classFile, hierarchy);
      t.true(wanted.size > 5 && wanted.size === round);
      return;
    } catch (error) {
      if (!(error instanceof LoadFirst)) throw error;
      t.false(wanted.has(error.className));
      wanted.add(error.className);
    }
  }
  t.fail('verification never ended');
});
