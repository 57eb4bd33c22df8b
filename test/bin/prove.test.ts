// rjvm prove as a command: what it refuses, and the table and JSON of a real program.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { temporaryFolder } from '../lib/temporary.js';
import { PROJECT, runRjvm } from '../support/command.js';

const TIMEOUT_MS = 9 * 60_000;
const COUNTER = [join(PROJECT, 'demos', 'Counter.class'), '5', '100'];

const REFUSED: readonly (readonly [words: readonly string[], sentence: RegExp])[] = [
  [[], /nothing to prove: name a class file or a class/],
  [['--kills', '3', '--every-epoch', 'Hello'], /--kills and --every-epoch exclude each other/],
  [['--one-run', '--every-output', 'Hello'], /--one-run goes with --kills, not with --every-output/],
  [['--wake', '5', 'Hello'], /--wake goes with --at/],
  [['--kills', '0', 'Hello'], /--kills 0: a whole number from 1 to 10000 is needed/],
  [['--at', 'noon', 'Hello'], /--at noon: write epoch:N, output:N:made/],
  [['--victim', 'launcher', 'Hello'], /'launcher' is invalid\. Allowed choices are primary, backup/],
  [['--keep', '/', 'Hello'], /--keep \/: the folder is not empty/],
  [['missing.class'], /missing\.class/],
  [['-Xmx1k', 'Hello'], /-Xmx/],
];

for (const [words, sentence] of REFUSED) {
  test(`refused: rjvm prove ${words.join(' ')}`, async (t) => {
    const { exit, stdout, stderr } = await runRjvm(['prove', ...words]);
    t.is(exit, 1);
    t.is(stdout, '');
    t.regex(stderr, /^rjvm: [^\n]+\n$/);
    t.regex(stderr, sentence);
  });
}

test('help says what the options are', async (t) => {
  const { exit, stdout } = await runRjvm(['prove', '--help']);
  t.is(exit, 0);
  t.regex(stdout, /Usage: rjvm prove \[options\]/);
  t.regex(stdout, /--every-output/);
  t.regex(stdout, /history/);
});

test('a folder that holds the copies, or too much, is refused', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'tmp'));
  const environment = { TMPDIR: join(folder, 'tmp') };
  const { exit, stderr } = await runRjvm(['prove', ...COUNTER], { folder, environment });
  t.is(exit, 1);
  t.regex(stderr, /the current folder is copied to .*, which lies in it: .* --in-place/);
});

test.serial('a real program: a table, one line for each run, and the verdict', async (t) => {
  t.timeout(2 * TIMEOUT_MS);
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'beside'), 'it');
  const words = ['--every-output', '--limit', '2', '--victim', 'primary', '--signal', 'KILL', '--seed', '3'];
  const run = await runRjvm(['prove', ...words, ...COUNTER], { folder, timeoutMs: TIMEOUT_MS });
  t.is(run.stderr, '');
  t.is(run.exit, 0, run.stdout);
  t.regex(run.stdout, /^seed 3; unkilled: 7 outputs, .* checked against the unkilled runs, which agree\n/);
  t.regex(run.stdout, /\n +0 +unkilled .* holds\n/);
  t.regex(run.stdout, /\n +1 +output:0:made +primary a +SIGKILL +\d+ ms .* holds\n/);
  t.regex(run.stdout, /\n +2 +output:6:made +primary a +SIGKILL .* holds\n/);
  t.regex(run.stdout, /\nof 7 moments 2 were taken, evenly; see --limit\n/);
  t.regex(run.stdout, /\nPROVED: 2 strikes: 2 hold, 0 fail/);
});

test.serial(
  'a program that reads the clock and its input, as JSON, with the command for each case',
  async (t) => {
    t.timeout(2 * TIMEOUT_MS);
    const folder = temporaryFolder(t);
    const program = [join(PROJECT, 'demos', 'Clock.class')];
    const words = ['--at', 'epoch:3', '--victim', 'primary', '--signal', 'KILL', '--by-history', '--json'];
    const run = await runRjvm(['prove', ...words, ...program], {
      folder,
      input: 'a\n',
      timeoutMs: TIMEOUT_MS,
    });
    t.is(run.exit, 0, run.stdout + run.stderr);
    const result = JSON.parse(run.stdout);
    t.is(result.holds, true);
    t.is(result.isDeterministic, false);
    t.is(result.cases.length, 2);
    const [, strike] = result.cases;
    t.is(strike.outcome, 'holds');
    t.is(strike.replica, 'a');
    t.is(strike.strike.moment, 'epoch:3');
    t.regex(
      strike.again,
      /^rjvm prove --at epoch:3 --victim primary --signal KILL --seed \d+ --by-history .*Clock\.class$/,
    );
  },
);
