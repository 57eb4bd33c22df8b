// rjvm prove: runs the user's own program with its replicas killed and stopped, and tells whether anybody could notice.
import { existsSync, readdirSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { isatty } from 'node:tty';
import { type Command, Option } from 'commander';
import { posixCode, UserError } from '../../lib/errors.js';
import { parseMoment } from '../../replication/prove/case.js';
import { MAXIMUM_RUNS, type Points } from '../../replication/prove/plan.js';
import type { ProofOptions } from '../../replication/prove/prove.js';
import { parseOptions, type RunRequest } from '../command-line.js';
import { checkActions, namingSource, readConfiguration } from '../configuration-file.js';
import { newBirthRecord } from '../new-birth-record.js';
import { drawProgress, proofJson, proofText } from '../proof-report.js';
import { newParser, parseWords } from './parser.js';

const DEFAULT_KILLS = 20;
const MAXIMUM_KILLS = 10_000;
const DEFAULT_TIMEOUT_S = 600;
const MAXIMUM_TIMEOUT_S = 86_400;
const LARGEST_SEED = 0xffff_ffff;
/** Standard input is taken whole before the first run, and given to each. */
const MAXIMUM_INPUT_BYTES = 64 << 20;
const STANDARD_INPUT = 0;
const READ_BYTES = 64 << 10;
const INPUT_POLL_MS = 10;

interface Options {
  kills?: string;
  everyEpoch?: boolean;
  everyOutput?: boolean;
  at?: string;
  wake?: string;
  oneRun?: boolean;
  stop?: boolean;
  victim: 'primary' | 'backup' | 'alternating';
  signal: 'KILL' | 'STOP' | 'both';
  seed?: string;
  limit: string;
  byHistory?: boolean;
  inPlace?: boolean;
  timeout: string;
  keep?: string;
  json?: boolean;
}

const NOTES = `
Options of prove come first, then those of rjvm, the program and its arguments. The program runs unkilled, twice, then
once for each moment, in a fresh copy of the current folder. Where the unkilled runs agree, every run must give the same
bytes on both streams, the same exit code and the same files. Where they differ, each run is checked against its own
history: a fresh machine that executes it must come to what was written. Exit code 0: all hold; 1: not.
`;

export async function run(words: readonly string[]): Promise<number> {
  const command = proveParser();
  const ownCount = countOwnWords(command, words);
  const own = words.slice(0, ownCount);
  const rest = words.slice(ownCount);
  if (!parseWords(command, own)) return 0;
  const options = command.opts<Options>();
  const request = programOf(rest);
  if (request.kind === 'print') {
    process.stdout.write(command.helpInformation() + NOTES);
    return 0;
  }
  const proof = await namingSource(request.pair!, () => proofOptions(options, request));
  const { prove } = await import('../../replication/prove/prove.js');
  const progress = drawProgress();
  const result = await prove({ ...proof, progress: progress.draw }).finally(progress.clear);
  const again = (strike: string) =>
    `rjvm prove ${againOptions(options, proof, strike)} ${rest.map(quoted).join(' ')}`;
  process.stdout.write(
    options.json ? `${JSON.stringify(proofJson(result, again))}\n` : proofText(result, again),
  );
  return result.holds ? 0 : 1;
}

function proveParser(): Command {
  return newParser('prove')
    .usage('[options] [options of rjvm] path/to/Hello.class [arguments]')
    .addHelpText('after', NOTES)
    .option('--kills <n>', `strikes at N random moments (default ${DEFAULT_KILLS})`)
    .option('--every-epoch', 'strikes at every epoch boundary')
    .option('--every-output', 'strikes at every output: made, released, sent')
    .option('--at <moment>', 'strikes at epoch:N, output:N:made|released|sent, or time:Nms')
    .option('--wake <ms>', 'with --at and --signal STOP: wakes the stopped replica up after that time')
    .option('--one-run', 'with --kills: all in one run, each when the pair is whole again')
    .option('--stop', 'with --one-run: no unkilled runs; ends the program (SIGTERM) after the last strike')
    .addOption(
      new Option('--victim <who>', 'primary, backup or alternating')
        .choices(['primary', 'backup', 'alternating'])
        .default('alternating'),
    )
    .addOption(
      new Option('--signal <signal>', 'KILL, STOP or both').choices(['KILL', 'STOP', 'both']).default('both'),
    )
    .option('--seed <n>', 'what is random follows from it; printed with the result')
    .option('--limit <n>', 'most runs; of more moments so many are taken evenly', String(MAXIMUM_RUNS))
    .option('--by-history', 'checks each run against its own history only')
    .option('--in-place', 'runs in the current folder itself; files are not compared')
    .option('--timeout <s>', 'time for an unkilled run', String(DEFAULT_TIMEOUT_S))
    .option('--keep <folder>', 'keeps what the runs have left there')
    .option('--json', 'prints the result as JSON');
}

/** Words that are options of prove, and their values. */
function countOwnWords(command: Command, words: readonly string[]): number {
  let index = 0;
  for (;;) {
    const word = words[index];
    if (word === '--help') return index + 1;
    const name = word?.split('=', 1)[0];
    const option = command.options.find(({ long }) => long === name);
    if (word === undefined || option === undefined) return index;
    index += option.required && !word.includes('=') ? 2 : 1;
  }
}

type ProgramWords = RunRequest | { readonly kind: 'print' };

/** The program as rjvm itself reads it, as a pair. */
function programOf(words: readonly string[]): ProgramWords {
  const request = parseOptions(['--pair', ...words]);
  if (request.kind !== 'run') return { kind: 'print' };
  if (request.program === '') {
    throw new UserError('USAGE', 'nothing to prove: name a class file or a class; see rjvm prove --help');
  }
  return request;
}

async function proofOptions(options: Options, request: RunRequest): Promise<ProofOptions> {
  const points = pointsOf(options);
  const seed = whole('--seed', options.seed ?? String(Date.now() % 1_000_000), 0, LARGEST_SEED);
  const timeoutMs = whole('--timeout', options.timeout, 1, MAXIMUM_TIMEOUT_S) * 1000;
  const limit = whole('--limit', options.limit, 1, MAXIMUM_KILLS);
  const currentFolder = process.cwd();
  const configuration = readConfiguration(request.pair!, currentFolder);
  await checkActions(configuration.actions);
  const record = newBirthRecord(request, process.env, currentFolder, configuration);
  return {
    record,
    configuration,
    points,
    seed,
    limit,
    timeoutMs,
    currentFolder,
    victims: options.victim === 'alternating' ? ['primary', 'backup'] : [options.victim],
    signals: options.signal === 'both' ? ['SIGKILL', 'SIGSTOP'] : [`SIG${options.signal}`],
    oneRun: options.oneRun ?? false,
    stops: options.stop ?? false,
    byHistory: options.byHistory ?? false,
    inPlace: options.inPlace ?? false,
    keep: keptFolder(options.keep),
    input: takeInput(),
  };
}

function pointsOf(options: Options): Points {
  const given = [
    options.kills === undefined ? null : '--kills',
    options.everyEpoch ? '--every-epoch' : null,
    options.everyOutput ? '--every-output' : null,
    options.at === undefined ? null : '--at',
  ].filter((flag) => flag !== null);
  if (given.length > 1) throw new UserError('USAGE', `${given.join(' and ')} exclude each other`);
  if (options.oneRun && (given[0] ?? '--kills') !== '--kills') {
    throw new UserError('USAGE', `--one-run goes with --kills, not with ${given[0]}`);
  }
  if (options.stop && !options.oneRun) throw new UserError('USAGE', '--stop goes with --one-run');
  if (options.wake !== undefined && options.at === undefined) {
    throw new UserError('USAGE', '--wake goes with --at');
  }
  if (options.everyEpoch) return { kind: 'epochs' };
  if (options.everyOutput) return { kind: 'outputs' };
  if (options.at === undefined) {
    return {
      kind: 'random',
      count: whole('--kills', options.kills ?? String(DEFAULT_KILLS), 1, MAXIMUM_KILLS),
    };
  }
  const moment = parseMoment(options.at);
  if (moment === null) {
    throw new UserError(
      'OPTION_VALUE',
      `--at ${options.at}: write epoch:N, output:N:made, output:N:released, output:N:sent or time:Nms`,
    );
  }
  const wakeAfterMs = options.wake === undefined ? null : whole('--wake', options.wake, 0, 3_600_000);
  return { kind: 'moment', moment, wakeAfterMs };
}

/** Options that make one case again: all of a run with many strikes, else the one strike. */
function againOptions(
  { byHistory, inPlace, ...options }: Options,
  proof: ProofOptions,
  strike: string,
): string {
  const flags = [...(byHistory ? ['--by-history'] : []), ...(inPlace ? ['--in-place'] : [])];
  if (!options.oneRun) return [strike, ...flags].join(' ');
  const { kills = DEFAULT_KILLS, victim, signal } = options;
  const all = `--kills ${kills} --one-run${options.stop ? ' --stop' : ''} --victim ${victim} --signal ${signal} --seed ${proof.seed}`;
  return [all, ...flags].join(' ');
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function whole(flag: string, text: string, minimum: number, maximum: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= minimum && value <= maximum) return value;
  throw new UserError(
    'OPTION_VALUE',
    `${flag} ${text}: a whole number from ${minimum} to ${maximum} is needed`,
  );
}

function keptFolder(folder: string | undefined): string | null {
  if (folder === undefined) return null;
  const path = resolve(folder);
  if (existsSync(path) && readdirSync(path).length > 0) {
    throw new UserError('OPTION_VALUE', `--keep ${folder}: the folder is not empty`);
  }
  return path;
}

/** All of standard input; nothing where it is a terminal. UserError where it is too much. */
function takeInput(): Uint8Array {
  if (isatty(STANDARD_INPUT)) return new Uint8Array(0);
  const parts: Uint8Array[] = [];
  let byteCount = 0;
  for (;;) {
    const bytes = Buffer.alloc(READ_BYTES);
    let count: number;
    try {
      count = readSync(STANDARD_INPUT, bytes);
    } catch (error) {
      const code = posixCode(error);
      if (code === 'EAGAIN') {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, INPUT_POLL_MS);
        continue;
      }
      // Without standard input there is none to be given.
      if (code === 'EOF' || code === 'EBADF') count = 0;
      else throw new UserError('INPUT', `standard input cannot be read (${code})`);
    }
    if (count === 0) return Buffer.concat(parts);
    byteCount += count;
    if (byteCount > MAXIMUM_INPUT_BYTES) {
      throw new UserError('INPUT', `standard input has more than ${MAXIMUM_INPUT_BYTES >> 20} MiB`);
    }
    parts.push(bytes.subarray(0, count));
  }
}
