// rjvm status: how the running pairs are.
import { UserError } from '../../lib/errors.js';
import type { PairStatus, Tally } from '../../replication/management/pair-status.js';
import { chosenPairs, PAIR_GONE, statusOf } from '../running-pairs.js';
import { newParser, parseWords } from './parser.js';

/** Exit code where a pair that is there does not tell. */
const EXIT_INCOMPLETE = 1;

export async function run(words: readonly string[]): Promise<number> {
  const command = newParser('status')
    .argument('[pid]', 'process id of the launcher; all pairs of this user where absent')
    .option('--json', 'prints a JSON list of all that is known');
  if (!parseWords(command, words)) return 0;
  const pairs = await chosenPairs(command.args[0]);
  const statuses: PairStatus[] = [];
  let exitCode = 0;
  for (const pair of pairs) {
    try {
      statuses.push(await statusOf(pair));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (error.code === PAIR_GONE && command.args.length === 0) continue;
      process.stderr.write(`rjvm: ${error.message}\n`);
      exitCode = EXIT_INCOMPLETE;
    }
  }
  if (command.opts<{ json?: boolean }>().json) process.stdout.write(`${JSON.stringify(statuses, null, 2)}\n`);
  else if (statuses.length === 0 && exitCode === 0) process.stdout.write('no pair of this user is running\n');
  else process.stdout.write(statuses.map(pairText).join('\n'));
  return exitCode;
}

/** A few lines about the pair, and a table of its replicas. */
export function pairText(status: PairStatus): string {
  const { launcher, program, health, incarnation, takeOvers, reintegrations, startTime, manage } = status;
  const lines = [
    `${program}: ${health}, incarnation ${incarnation}, launcher ${launcher}, since ${startTime}`,
    `take-overs: ${tallyText(takeOvers)}; re-integrations: ${tallyText(reintegrations)}`,
    ...(manage === null ? [] : [`managed at http://${manage}`]),
    ...tableLines(
      withoutIdle('node', [
        [
          'replica',
          'role',
          'pid',
          'node',
          'state',
          'epoch',
          'skew',
          'log sent',
          'acknowledged',
          'held',
          'missed',
        ],
        ...status.replicas.map(replicaCells),
      ]),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** log sent: bytes. acknowledged: batches, of those that there are. held: outputs, and bytes of them. missed: heartbeats. */
function replicaCells(replica: PairStatus['replicas'][number]): string[] {
  const { id, role, pid, node, state, epoch, skewEpochs, figures } = replica;
  const common = [id, role, pid, node ?? '-', state, epoch ?? '-', skewEpochs ?? '-'];
  if (figures === null || state === 'lost' || state === 'exited')
    return [...common, '-', '-', '-', '-'].map(String);
  const { logBytes, acknowledgedBatch, lastBatch, heldOutputs, heldBytes, heartbeatsMissed } = figures;
  const acknowledged = `${acknowledgedBatch + 1} of ${lastBatch + 1}`;
  const held = heldOutputs === 0 ? '0' : `${heldOutputs} (${heldBytes} bytes)`;
  return [...common, logBytes, acknowledged, held, heartbeatsMissed].map(String);
}

function tallyText({ count, lastTime, lastMs }: Tally): string {
  if (lastTime === null) return String(count);
  return `${count}, the last at ${lastTime}${lastMs === null ? '' : ` in ${lastMs} ms`}`;
}

/** Without that column where it says nothing. */
function withoutIdle(title: string, rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const column = rows[0]!.indexOf(title);
  if (rows.slice(1).some((row) => row[column] !== '-')) return rows;
  return rows.map((row) => row.filter((_, index) => index !== column));
}

/** Cells in columns, numbers to the right. */
function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        /^\d/.test(rows[1]?.[column] ?? '') ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
}
