// Standard input from a terminal: editing, echo, Ctrl-D and Ctrl-C as on `java`, alone and on a pair; and no line is lost
// or read twice when primaries are killed while the program waits for one, or while it comes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { jdkProgram, limiter, PROJECT, RJVM, runCommand } from '../support/command.js';

const limited = limiter(1);
const folder = mkdtempSync(join(tmpdir(), 'rjvm-terminal-'));
const classes = join(PROJECT, 'dist', 'test-classes');
const DRIVER = join(PROJECT, 'test', 'support', 'terminal.py');
const TIMEOUT_MS = 120_000;

type Step = { until: string; send: string } | { until: string; killPrimaryOf: string };

const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;
const withTerminal = hasPython ? test : test.skip;
const why = hasPython ? '' : ': skipped, there is no python3 to make a terminal';

async function dialogue(steps: readonly Step[], program: readonly string[]) {
  const words = [DRIVER, JSON.stringify(steps), ...program, '-cp', classes, 'Dialogue'];
  const { stdout, stderr } = await limited(() => runCommand('python3', words, { timeoutMs: TIMEOUT_MS }));
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as { output: string; exit: number | string };
}

const [ERASE, END_OF_FILE, INTERRUPT] = ['\x7f', '\x04', '\x03'];
const DIALOGUES: Readonly<Record<string, readonly Step[]>> = {
  'editing and Ctrl-D': [
    { until: '1? ', send: 'plain\n' },
    { until: '2? ', send: `wrongg${ERASE}${ERASE}d\n` },
    { until: '3? ', send: `part${END_OF_FILE}ial\n` },
    { until: '4? ', send: 'two\nlines\n' },
    { until: '6? ', send: END_OF_FILE },
  ],
  'Ctrl-D before the program asks': [
    { until: '1? ', send: 'pause\n' },
    { until: 'true', send: END_OF_FILE },
  ],
  'Ctrl-C': [
    { until: '1? ', send: 'plain\n' },
    { until: '2? ', send: `half${INTERRUPT}` },
  ],
};

for (const [title, steps] of Object.entries(DIALOGUES)) {
  withTerminal(`a terminal: ${title}${why}`, async (t) => {
    t.timeout(10 * TIMEOUT_MS);
    const expected = await dialogue(steps, [jdkProgram('java')]);
    t.not(expected.exit, 'timeout');
    t.deepEqual(await dialogue(steps, [RJVM]), expected, 'alone');
    t.deepEqual(await dialogue(steps, [RJVM, '--pair']), expected, 'pair');
  });
}

withTerminal(`a terminal whose program is killed again and again${why}`, async (t) => {
  t.timeout(10 * TIMEOUT_MS);
  const state = join(folder, 'state.json');
  const kills = 6;
  const rounds = Array.from({ length: kills }, (_, index) => index + 1);
  // The first half of each line comes before a kill, or the whole line at once after it without a wait.
  const steps = rounds.flatMap((number): Step[] => [
    { until: `${number}? `, send: `ha${number}` },
    { until: `ha${number}`, killPrimaryOf: state },
    { until: '', send: `lf ${number}\n` },
  ]);
  const last: Step = { until: `${kills + 1}? `, send: END_OF_FILE };
  const { output, exit } = await dialogue([...steps, last], [RJVM, '--pair', '--state-file', state]);
  t.is(exit, 0, output);
  t.is(output.match(/takes over/g)?.length, kills, output);
  t.deepEqual(
    [...output.matchAll(/\[(.*?)\] (\w+)/g)].map(([, line, passed]) => `${line} ${passed}`),
    rounds.map((number) => `ha${number}lf ${number} true`),
  );
  t.regex(output, /end\r\nhook\r\n$/);
});
