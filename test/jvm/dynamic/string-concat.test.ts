// Recipes of string concatenation: what they join, and which of them the machine leaves to the JDK.
import test from 'ava';
import { joinsFloatingPoint } from '../../../jvm/dynamic/concat-call.js';
import { concatKey, parseRecipe } from '../../../jvm/dynamic/string-concat.js';

const STRING = 'Ljava/lang/String;';

test('a recipe is literals, constants and values in order', (t) => {
  const shape = {
    descriptor: `(I${STRING}J)${STRING}`,
    recipe: 'a\u0001\u0002b\u0001c\u0001\u0002',
    constants: ['\u0001', 'end'],
  };
  t.deepEqual(parseRecipe(shape), ['a', 0, '\u0001b', 1, 'c', 2, 'end']);
  t.deepEqual(parseRecipe({ descriptor: `()${STRING}`, recipe: 'x', constants: [] }), ['x']);
  t.deepEqual(parseRecipe({ descriptor: `()${STRING}`, recipe: '', constants: [] }), []);
});

test('a recipe that does not fit its values or constants is refused', (t) => {
  t.is(parseRecipe({ descriptor: `(I)${STRING}`, recipe: 'a', constants: [] }), null);
  t.is(parseRecipe({ descriptor: `()${STRING}`, recipe: '\u0001', constants: [] }), null);
  t.is(parseRecipe({ descriptor: `()${STRING}`, recipe: '\u0002', constants: [] }), null);
  t.is(parseRecipe({ descriptor: `()${STRING}`, recipe: '', constants: ['x'] }), null);
});

test('shapes are told apart', (t) => {
  const shape = { descriptor: `(I)${STRING}`, recipe: 'a\u0001', constants: [] };
  const others = [
    { ...shape, descriptor: `(J)${STRING}` },
    { ...shape, recipe: '\u0001a' },
    { ...shape, constants: ['a'] },
  ];
  t.is(concatKey(shape), concatKey({ ...shape }));
  const first = { descriptor: shape.descriptor, recipe: '\u0002', constants: ['p\u0003q'] };
  t.not(concatKey(first), concatKey({ ...first, recipe: '\u0002\u0003p', constants: ['q'] }));
  for (const other of others) t.not(concatKey(shape), concatKey(other));
});

test('only floats and doubles need Java code', (t) => {
  const joins = (types: string) =>
    joinsFloatingPoint({ descriptor: `(${types})${STRING}`, recipe: '', constants: [] });
  t.true(joins('IF'));
  t.true(joins('D'));
  t.false(joins(`ZBCSIJ${STRING}[D`));
});
