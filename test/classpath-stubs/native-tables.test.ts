// The tables of natives, held against the JDK and the API: each entry is a native method of its class, with that descriptor, and
// each action descriptor is one that the patent allows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { nativeTables } from '../../classpath-stubs/index.js';
import { checkDescriptor } from '../../jvm/actions.js';
import { parseClassFile } from '../../jvm/class-file/class-file.js';
import { INTRINSIC_CLASSES } from '../../jvm/class-registry.js';
import { ACC } from '../../jvm/layout.js';
import { API_CLASSES } from '../jvm/api/programs.js';
import { openModules } from '../jvm/javac.js';

const modules = openModules();

/** Keys of the methods that a class of the API declares: natives may stand in place of their bodies. */
function methodsOfApi(className: string): Set<string> {
  const { methods } = parseClassFile(readFileSync(join(API_CLASSES, `${className}.class`)), className);
  return new Set(methods.map(({ name, descriptor }) => name + descriptor));
}

/** Keys of the methods of a JDK class that the machine may have natives for; null where there is no such class. */
function nativesOf(className: string): Set<string> | null {
  if (className.startsWith('rjvm/')) return methodsOfApi(className);
  const module = modules.moduleOfPackage(className.slice(0, className.lastIndexOf('/')));
  const bytes = modules.find(`/${module}/${className}.class`);
  if (bytes === undefined) return null;
  const methods = parseClassFile(bytes, className).methods;
  return new Set(
    methods
      .filter((method) => (method.accessFlags & ACC.native) !== 0 || INTRINSIC_CLASSES.has(className))
      .map((method) => method.name + method.descriptor),
  );
}

test('every native is one of the JDK, or of the API', (t) => {
  const strangers: string[] = [];
  for (const [className, table] of nativeTables) {
    const known = nativesOf(className);
    if (known === null) strangers.push(className);
    else
      strangers.push(
        ...Object.keys(table)
          .filter((key) => !known.has(key))
          .map((key) => `${className}.${key}`),
      );
  }
  t.deepEqual(strangers, []);
  t.true(nativeTables.size > 30);
});

test('every native has a legal action descriptor', (t) => {
  for (const [className, table] of nativeTables) {
    for (const [key, native] of Object.entries(table)) {
      t.notThrows(() => checkDescriptor(native.action), `${className}.${key}`);
    }
  }
});
