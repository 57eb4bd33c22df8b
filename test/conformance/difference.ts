// Says where two outcomes of a program first differ, in a few lines.
import type { Outcome } from '../support/command.js';

const CONTEXT_LINES = 4;
const LINE_LENGTH = 300;

/** A description of the first difference, or undefined where there is none. Exit code last, since a wrong output
 *  usually says more. */
export function firstDifference(expected: Outcome, actual: Outcome): string | undefined {
  for (const stream of ['stdout', 'stderr'] as const) {
    if (expected[stream] === actual[stream]) continue;
    // Where the program failed early, its complaint explains the missing output.
    const complaint =
      stream === 'stdout' && actual.stderr !== expected.stderr ? excerpt(actual.stderr, 0, 12) : '';
    return `${describe(stream, expected[stream], actual[stream])}${complaint && `\nstderr:\n${complaint}`}\nexit: ${actual.exit}`;
  }
  if (expected.exit !== actual.exit) return `exit: expected ${expected.exit}, but it is ${actual.exit}`;
  return undefined;
}

function describe(stream: string, expected: string, actual: string): string {
  const expectedLines = expected.split('\n');
  const actualLines = actual.split('\n');
  let line = 0;
  while (line < expectedLines.length && expectedLines[line] === actualLines[line]) line++;
  return [
    `${stream}, line ${line + 1} (of ${expectedLines.length} expected, ${actualLines.length} actual)`,
    `expected:\n${excerpt(expected, line, CONTEXT_LINES)}`,
    `actual:\n${excerpt(actual, line, CONTEXT_LINES)}`,
  ].join('\n');
}

function excerpt(text: string, from: number, count: number): string {
  return text
    .split('\n')
    .slice(from, from + count)
    .map((line) => `  | ${Buffer.from(line, 'latin1').toString('utf8').slice(0, LINE_LENGTH)}`)
    .join('\n');
}
