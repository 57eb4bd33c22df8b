// docs/patent.md: every figure and step of the patent stands in it, and the files, functions and tests that it names exist.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { PROJECT } from '../support/command.js';

/** Steps that the text numbers, by figure; figures 1 to 5 have none. S17x: there is no S171. */
const STEPS: Readonly<Record<number, readonly string[]>> = {
  6: ['S61', 'S62', 'S63', 'S64', 'S65'],
  7: ['S71', 'S72', 'S73', 'S74', 'S75'],
  8: ['S81', 'S82'],
  9: ['S91', 'S92', 'S93', 'S94'],
  10: ['S101', 'S102', 'S103', 'S104', 'S105'],
  11: ['S111', 'S112'],
  12: ['S121', 'S122', 'S123'],
  13: ['S131', 'S132', 'S133', 'S134'],
  14: ['S141', 'S142', 'S143'],
  15: ['S151', 'S152'],
  16: ['S161', 'S162'],
  17: ['S170', 'S172', 'S173', 'S174'],
  18: ['S181', 'S182', 'S183'],
  19: ['S191', 'S192'],
  20: ['S201', 'S202', 'S203-1', 'S204-1', 'S203-2', 'S204-2'],
  21: ['S211', 'S212-1', 'S212-2'],
  22: ['S221'],
};

/** The rows of all tables: their cells. */
const rows = readFileSync(join(PROJECT, 'docs', 'patent.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
  .map((line) => line.slice(2, -2).split(' | '))
  .filter(([first]) => !/^(figure, step|the patent|parameter)$/.test(first!.trim()));

const sources = new Map<string, string>();

function sourceOf(file: string): string | undefined {
  if (!sources.has(file)) {
    const path = join(PROJECT, file);
    if (!existsSync(path)) return undefined;
    sources.set(file, readFileSync(path, 'utf8'));
  }
  return sources.get(file);
}

test('every figure and step has its row, once', (t) => {
  t.true(rows.every((cells) => cells.length === 4));
  const named = rows.flatMap(([first]) => {
    const [figure, ...steps] = first!.trim().split(', ');
    if (!/^\d+$/.test(figure!)) return [];
    return steps.length === 0 ? [figure!] : steps.map((step) => `${figure}, ${step}`);
  });
  const wanted = Object.entries(STEPS).flatMap(([figure, steps]) =>
    steps.map((step) => `${figure}, ${step}`),
  );
  t.deepEqual(named, ['1', '2', '3', '4', '5', ...wanted]);
});

test('the code that a row names is there', (t) => {
  let count = 0;
  for (const [first, , code] of rows) {
    const found = [...code!.matchAll(/`([\w./-]+\.ts)` `([#\w.]+)`/g)];
    t.true(found.length > 0 || code!.trim() === '-', `${first}: ${code}`);
    for (const [, file, name] of found) {
      count++;
      const source = sourceOf(file!);
      const isThere =
        source !== undefined && new RegExp(`(^|[^\\w#])${name!.replace('.', '\\.')}\\b`).test(source);
      t.true(isThere, `${first}: there is no ${name} in ${file}`);
    }
  }
  t.true(count > 80);
});

test('the test that a row names is there', (t) => {
  let count = 0;
  for (const [first, , , tests] of rows) {
    const found = [...tests!.matchAll(/`(test\/[\w./-]+\.test\.ts)` "([^"]+)"/g)];
    t.true(found.length > 0 || tests!.trim() === '-', `${first}: ${tests}`);
    for (const [, file, title] of found) {
      count++;
      const source = sourceOf(file!) ?? '';
      const isThere = ["'", '`', '"'].some((quote) => source.includes(`${quote}${title}${quote}`));
      t.true(isThere, `${first}: there is no test "${title}" in ${file}`);
    }
  }
  t.true(count > 60);
});
