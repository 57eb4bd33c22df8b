// rjvm actions: every native method, implicit exception and event from outside with its action descriptor, in the
// patent's words and bits.
import { nativeTables } from '../../classpath-stubs/index.js';
import { type ActionOverrides, externalDescriptor, withOverrides } from '../../jvm/action-overrides.js';
import { type ActionDescriptor, encodeDescriptor } from '../../jvm/actions.js';
import {
  ASYNCHRONOUS_ACTIONS,
  type ExternalActionName,
  SYNCHRONOUS_ACTIONS,
} from '../../jvm/external-actions.js';
import { nativeName } from '../../jvm/natives.js';
import { UserError } from '../../lib/errors.js';
import { namingSource, readConfiguration } from '../configuration-file.js';
import { newParser, parseWords } from './parser.js';

/** One line of the table. */
interface Row {
  readonly action: string;
  readonly descriptor: ActionDescriptor;
  /** What sets off an external action. */
  readonly when: string;
}

const COLUMNS = [
  'bits',
  'class',
  'io',
  'at backup',
  'value',
  'outputs',
  'flow',
  'answer',
  'scope',
  'action',
] as const;

const INTERNAL_BITS = 9;
const EXTERNAL_BITS = 6;

export async function run(words: readonly string[]): Promise<number> {
  const command = newParser('actions')
    .argument('[part...]', 'lists only actions whose name has one of these parts in it')
    .option('--json', 'prints the descriptors as JSON')
    .option('--config <file>', 'shows them as FILE has them; else as rjvm.config.json here, where it is')
    .addHelpText('after', LEGEND);
  if (!parseWords(command, words)) return 0;
  const options = command.opts<{ json?: boolean; config?: string }>();
  const pair = { configurationFile: options.config, settings: [] };
  const rows = await namingSource(pair, async () => {
    const { actions } = readConfiguration(pair, process.cwd());
    return chosenRows(actions, command.args);
  });
  if (rows.length === 0) {
    throw new UserError(
      'USAGE',
      `no action has ${command.args.join(' or ')} in its name; rjvm actions lists them all`,
    );
  }
  process.stdout.write(options.json ? json(rows) : table(rows));
  return 0;
}

const LEGEND = `
The bits are those of the patent's descriptors, bit 0 on the right. Of an internal action: 0 internal, 1 IO, 2 input,
3 output, 4 suppressed at backup (else local), 5 value virtualised, 6 outputs compared, 7 asynchronous, 8 acknowledged.
Of an external action: 0 external, 1 asynchronous, 2 strictly global (else weakly), 3 kill (else ignore), 4 suppressed at
backup, 5 value virtualised. A native whose kind depends on its arguments shows what it may be at most: a write to a
file waits for its result, one to a standard stream does not.`;

/** All actions, as they are with these overrides, whose names have one of the parts in them, without regard to case; all where there is none. */
function chosenRows(overrides: ActionOverrides, parts: readonly string[]): Row[] {
  const wanted = parts.map((part) => part.toLowerCase());
  return allRows(overrides)
    .filter(({ action }) => wanted.length === 0 || wanted.some((part) => action.toLowerCase().includes(part)))
    .toSorted((a, b) => (a.action < b.action ? -1 : a.action > b.action ? 1 : 0));
}

function allRows(overrides: ActionOverrides): Row[] {
  const rows: Row[] = [];
  for (const [className, table] of withOverrides(nativeTables, overrides)) {
    for (const [key, { action }] of Object.entries(table)) {
      rows.push({ action: nativeName(className, key), descriptor: action, when: '' });
    }
  }
  for (const [name, { when }] of Object.entries({ ...SYNCHRONOUS_ACTIONS, ...ASYNCHRONOUS_ACTIONS })) {
    const descriptor = externalDescriptor(name as ExternalActionName, overrides);
    rows.push({ action: name.replaceAll('/', '.'), descriptor, when });
  }
  return rows;
}

/** The descriptor's bits as digits, bit 0 last. */
function bitsOf(descriptor: ActionDescriptor): string {
  const width = descriptor.kind === 'internal' ? INTERNAL_BITS : EXTERNAL_BITS;
  return encodeDescriptor(descriptor).toString(2).padStart(width, '0');
}

/** The cells of a row, in the order of COLUMNS; - where a column does not concern it. */
function cells({ action, descriptor, when }: Row): readonly string[] {
  const bits = bitsOf(descriptor);
  const virtualised = descriptor.virtualised ? 'virtualised' : 'not virtualised';
  const flow = descriptor.asynchronous ? 'asynchronous' : 'synchronous';
  if (descriptor.kind === 'external') {
    const { strictlyGlobal, kill, suppressedAtBackup } = descriptor;
    const scope = strictlyGlobal ? 'strictly global' : `weakly global, ${kill ? 'kill' : 'ignore'}`;
    const atBackup = suppressedAtBackup ? 'suppressed' : 'not suppressed';
    return [bits, 'external', '-', atBackup, virtualised, '-', flow, '-', scope, `${action} (${when})`];
  }
  const { io, input, output, suppressedAtBackup, compared, acknowledged } = descriptor;
  if (!io) return [bits, 'internal', 'non-IO', '-', '-', '-', '-', '-', '-', action];
  return [
    bits,
    'internal',
    input ? 'input' : 'output',
    suppressedAtBackup ? 'suppressed' : 'local',
    virtualised,
    output ? (compared ? 'compared' : 'not compared') : '-',
    output ? flow : '-',
    output ? (acknowledged ? 'acknowledged' : 'not acknowledged') : '-',
    '-',
    action,
  ];
}

function table(rows: readonly Row[]): string {
  const lines = [COLUMNS, ...rows.map(cells)];
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function json(rows: readonly Row[]): string {
  const list = rows.map(({ action, descriptor, when }) => ({
    action,
    ...(when === '' ? {} : { when }),
    ...descriptor,
    bits: encodeDescriptor(descriptor),
  }));
  return `${JSON.stringify(list, null, 2)}\n`;
}
