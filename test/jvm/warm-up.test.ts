// The warm-up of the dispatch loop: it knows every instruction that the loop executes itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { warmUp } from '../../jvm/warm-up.js';
import { PROJECT } from '../support/command.js';

/** They leave the loop without doing anything in it. */
const LEAVING = ['ireturn_synchronized', 'lreturn_synchronized', 'return_synchronized'];

function instructions(file: string, pattern: RegExp): Set<string> {
  const text = readFileSync(join(PROJECT, 'jvm', file), 'utf8');
  return new Set([...text.matchAll(pattern)].map((match) => match[1]!));
}

test('the warm-up executes every instruction that the dispatch loop has a case for', (t) => {
  const cases = instructions('interpreter.ts', /case Op\.(\w+):/g);
  const executed = instructions('warm-up.ts', /\bOp\.(\w+)/g);
  t.true(cases.size > 180, `${cases.size} cases`);
  const constants = ['iconst_0', 'fconst_0', 'dconst_0', 'bipush', 'sipush'];
  const missing = [...cases].filter((name) => !executed.has(name) && !LEAVING.includes(name));
  // These share their case with one that is executed.
  t.deepEqual(missing.sort(), constants.sort());
});

test('the warm-up ends', (t) => {
  t.notThrows(warmUp);
});
