// The README's table of the parameters is what the schema says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { configurationSchema, DEFAULT_CONFIGURATION } from '../../replication/configuration.js';
import { allowedAt, parametersOf } from '../../replication/parameters.js';
import { PROJECT } from '../support/command.js';

/** Cells of the README's table that begins with this heading. */
function tableOf(heading: string): string[][] {
  const lines = readFileSync(join(PROJECT, 'README.md'), 'utf8').split('\n');
  const first = lines.findIndex((line) => line.startsWith(`| ${heading}`));
  const length = lines.slice(first).findIndex((line) => !line.startsWith('|'));
  const cells = (line: string) => line.split('|').slice(1, -1);
  return lines.slice(first + 2, first + length).map((line) => cells(line).map((cell) => cell.trim()));
}

test('the table in the README', (t) => {
  const rows = parametersOf(configurationSchema).map(({ key, allowed, standard, description }) => [
    `\`${key}\``,
    description,
    allowed,
    standard ?? '',
  ]);
  t.deepEqual(tableOf('parameter'), rows);
});

test('every default may be written as it is', (t) => {
  for (const { key, standard, description } of parametersOf(configurationSchema)) {
    t.not(description, '', key);
    if (standard === undefined) continue;
    const path = key.split('.');
    const value = path.reduce<unknown>(
      (node, name) => (node as Record<string, unknown>)[name],
      DEFAULT_CONFIGURATION,
    );
    t.is(JSON.stringify(value), standard);
  }
});

test('what may stand somewhere', (t) => {
  t.is(allowedAt(configurationSchema, ['outputRule']), '"strong" or "relaxed"');
  t.is(allowedAt(configurationSchema, ['actions', 'any', 'compared']), 'true or false');
  t.is(allowedAt(configurationSchema, ['heartbeat']), 'an object of intervalMs, missed');
  t.is(allowedAt(configurationSchema, ['heartbeat', 'none']), null);
});
