// How rjvm prove shows what it does and what has come of it: a progress bar, a table, JSON.
import { momentText, type Strike } from '../replication/prove/case.js';
import type { CaseResult, ProofResult } from '../replication/prove/prove.js';

const BAR_WIDTH = 30;

/** A bar on standard error, only where that is a terminal. */
export function drawProgress(): {
  draw: (what: string, done: number, total: number) => void;
  clear: () => void;
} {
  const isTerminal = process.stderr.isTTY === true;
  const erase = '\r\x1b[K';
  return {
    draw: (what, done, total) => {
      if (!isTerminal) return;
      const filled = total === 0 ? 0 : Math.round((BAR_WIDTH * done) / total);
      const bar =
        total === 0 ? '' : `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${done}/${total} `;
      process.stderr.write(`${erase}${bar}${what}`);
    },
    clear: () => {
      if (isTerminal) process.stderr.write(erase);
    },
  };
}

/** Gives the command that makes one case again, from its options. */
type Again = (options: string) => string;

/** The options that make a strike again. */
function strikeOptions({ moment, victim, signal, wakeAfterMs }: Strike, seed: number): string {
  const wake = wakeAfterMs === null ? '' : ` --wake ${wakeAfterMs}`;
  return `--at ${momentText(moment)} --victim ${victim} --signal ${signal.slice(3)}${wake} --seed ${seed}`;
}

const HEAD = ['run', 'moment', 'victim', 'signal', 'take-over', 'whole again', 'result'];
/** Columns of numbers. */
const RIGHT = new Set([0, 4, 5]);

/** The result as a table for people. */
export function proofText(result: ProofResult, again: Again): string {
  const { measured, isDeterministic, cases, seed } = result;
  // The unkilled run has the number 0.
  const first = cases[0]?.strike === null ? 0 : 1;
  const lines = [
    `seed ${seed}; ${unkilled(measured)}checked against ` +
      (isDeterministic ? 'the unkilled runs, which agree' : 'the history of each run'),
    ...result.notes,
    '',
    ...table([HEAD, ...cases.map((each, index) => row(each, index + first))]),
    '',
    ...cases.flatMap((each, index) => findings(each, index + first, seed, again)),
    ...sampled(result),
    summary(result),
  ];
  return `${lines.join('\n')}\n`;
}

function unkilled(measured: ProofResult['measured']): string {
  if (measured === null) return '';
  const { outputCount, epochCount, durationMs } = measured;
  return `unkilled: ${outputCount} outputs, ${epochCount} epochs, ${(durationMs / 1000).toFixed(1)} s; `;
}

function row(each: CaseResult, index: number): string[] {
  const { strike, replica, takeOverMs, wholeMs, outcome, woke } = each;
  const ms = (value: number | null) => (value === null ? '-' : `${value} ms`);
  if (strike === null) return [String(index), 'unkilled', '-', '-', '-', '-', outcome];
  const result =
    outcome === 'missed' ? 'missed: it ended first' : woke ? `${outcome}; it woke up in time` : outcome;
  const victim = replica === null ? strike.victim : `${strike.victim} ${replica}`;
  const signal =
    strike.wakeAfterMs === null ? strike.signal : `${strike.signal}, woken at ${strike.wakeAfterMs} ms`;
  return [String(index), momentText(strike.moment), victim, signal, ms(takeOverMs), ms(wholeMs), result];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  return rows.map((cells) =>
    cells
      .map((cell, column) =>
        RIGHT.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
}

function findings(each: CaseResult, index: number, seed: number, again: Again): string[] {
  const lines = [
    ...each.findings.map((finding) => `run ${index} fails: ${finding}`),
    ...each.notes.map((note) => `run ${index}: ${note}`),
  ];
  if (each.outcome === 'fails' && each.strike !== null) {
    lines.push(`  again: ${again(strikeOptions(each.strike, seed))}`);
  }
  return lines;
}

function sampled({ momentCount, cases }: ProofResult): string[] {
  const strikes = cases.filter(({ strike }) => strike !== null).length;
  return momentCount > strikes
    ? [`of ${momentCount} moments ${strikes} were taken, evenly; see --limit`]
    : [];
}

function summary({ cases, holds }: ProofResult): string {
  const struck = cases.filter(({ strike }) => strike !== null);
  const count = (outcome: CaseResult['outcome']) => struck.filter((each) => each.outcome === outcome).length;
  const parts = [`${struck.length} strikes: ${count('holds')} hold, ${count('fails')} fail`];
  if (count('missed') > 0) parts.push(`${count('missed')} came too late`);
  for (const [what, key] of [
    ['take-over', 'takeOverMs'],
    ['whole again', 'wholeMs'],
  ] as const) {
    const times = struck.flatMap(({ [key]: time }) => (time === null ? [] : [time]));
    if (times.length === 0) continue;
    times.sort((one, other) => one - other);
    const median = times[Math.floor(times.length / 2)];
    parts.push(`${what} in ${median} ms at the median, ${times.at(-1)} ms at most`);
  }
  if (!holds && count('fails') === 0 && cases[0]?.outcome !== 'fails') parts.push('nobody was struck');
  return `${holds ? 'PROVED' : 'NOT PROVED'}: ${parts.join('; ')}`;
}

/** The result as plain data. */
export function proofJson(result: ProofResult, again: Again): object {
  return {
    ...result,
    cases: result.cases.map(({ strike, ...rest }) => ({
      ...rest,
      strike: strike === null ? null : { ...strike, moment: momentText(strike.moment) },
      ...(strike === null ? {} : { again: again(strikeOptions(strike, result.seed)) }),
    })),
  };
}
