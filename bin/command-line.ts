// The command line of a program: its options, its help, and what they come to as plain data.
import { resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { UserError } from '../lib/errors.js';
import { parseAddress } from './addresses.js';
import { lastValue, normaliseArguments } from './arguments.js';
import { COMMAND_SUMMARIES } from './commands/names.js';
import { usageError } from './commands/parser.js';
import { type NodeWords, nodeWords } from './node-options.js';
import { PAIR_OPTIONS, type PairOption, type Setting } from './pair-options.js';
import { parseSize } from './sizes.js';

export const HEAP_LIMITS = { minimumBytes: 2 << 20, maximumBytes: 1792 * 2 ** 20 };
export const STACK_LIMITS = { minimumBytes: 64 << 10, maximumBytes: 256 << 20 };
export const DEFAULT_HEAP_BYTES = 1 << 30;
export const DEFAULT_STACK_BYTES = 1 << 20;

function helpText(): string {
  return `Usage: rjvm [options] path/to/Hello.class [arguments]
       rjvm [options] -cp CLASSPATH Main [arguments]
       rjvm COMMAND ...

Runs compiled Java on OpenJDK's class library; with --pair in two processes, either of which may be killed.

Options (before the class; what follows it belongs to the program):
  -cp, -classpath, --class-path PATH  folders and jars, separated by colons; DIR/* for all jars of a folder
  -Dname=value                        defines a system property
  -XmxSIZE                            heap, such as -Xmx512m (2m to 1792m, default 1g)
  -XssSIZE                            stack of each thread, such as -Xss2m (64k to 256m, default 1m)
  --jdk DIR                           the JDK to use; else the first JDK 17 of JAVA_HOME, PATH and the usual folders
  --version                           prints the version and exits
  --help                              prints this and exits

Options of a pair (--pair or --replicas among them; they may also stand directly after a class file, beginning
with --pair, --replicas or --state-file, unless -- precedes it):
${helpLines(PAIR_OPTIONS.map(({ flag, value, help }) => [value === null ? flag : `${flag} ${value}`, help]))}

Commands (as the first word; a class of such a name is run by rjvm run NAME; rjvm COMMAND --help tells more):
${helpLines(Object.entries(COMMAND_SUMMARIES))}
`;
}

function helpLines(entries: readonly (readonly [string, string])[]): string {
  return entries.map(([name, help]) => `  ${name.padEnd(34)}  ${help}`).join('\n');
}

/** What the user asks for. */
export type Request =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'version'; readonly jdkOption: string | undefined }
  | RunRequest;

/** What a machine is made of. */
export interface ProgramRequest {
  /** A path that ends in `.class`, or a class name. */
  readonly program: string;
  readonly programArguments: readonly string[];
  /** The -cp text, where given. */
  readonly classPath: string | undefined;
  readonly systemProperties: Readonly<Record<string, string>>;
  readonly heapBytes: number;
  readonly stackBytes: number;
  readonly jdkOption: string | undefined;
}

export interface PairRequest {
  /** Absolute path. */
  readonly stateFile: string | undefined;
  /** As the user wrote it. */
  readonly configurationFile: string | undefined;
  /** In the order in which they were given. */
  readonly settings: readonly Setting[];
  /** Where HTTP is to be served. */
  readonly manage: { readonly host: string; readonly port: number } | undefined;
  /** What is said of replicas on other hosts. */
  readonly nodes: NodeWords;
}

export interface RunRequest extends ProgramRequest {
  readonly kind: 'run';
  /** undefined: the program runs alone. */
  readonly pair: PairRequest | undefined;
}

interface Options extends NodeWords {
  classPath?: string;
  define: Record<string, string>;
  maxHeap: number;
  threadStack: number;
  jdk?: string;
  stateFile?: string;
  config?: string;
  manage?: string;
  version?: boolean;
  help?: boolean;
}

/** What has been given of the options of a pair. */
interface PairWords {
  /** The first one that asks for a pair, and the first one that only makes sense with one. */
  implying?: string;
  needing?: string;
  readonly settings: Setting[];
}

/** Reads the words after `rjvm` or `rjvm run`. UserError USAGE or OPTION_VALUE with a sentence for whatever cannot be
 *  understood. */
export function parseCommandLine(words: readonly string[]): Request {
  const request = parseOptions(words);
  if (request.kind === 'run' && request.program === '') {
    const value = lastValue(words);
    const why = value === null ? '' : `${value.word} is taken for the value of ${value.option}; `;
    throw new UserError('USAGE', `nothing to run: ${why}name a class file or a class; see rjvm --help`);
  }
  return request;
}

/** The same where no program need be named; then it is ''. */
export function parseOptions(words: readonly string[]): Request {
  const pairWords: PairWords = { settings: [] };
  const command = newCommand(pairWords);
  try {
    command.parse(normaliseArguments(words), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const usage = usageError(error, 'rjvm --help');
    throw new UserError(usage.code, usage.message.replace("'--class-path <path>'", '-cp'));
  }
  const options = command.opts<Options>();
  if (options.help) return { kind: 'print', text: helpText() };
  if (options.version) return { kind: 'version', jdkOption: options.jdk };
  const { implying, needing, settings } = pairWords;
  if (needing !== undefined && implying === undefined) {
    throw new UserError('USAGE', `${needing} is for a replicated pair: add --pair`);
  }
  const [program = '', ...programArguments] = command.args;
  const pair = {
    stateFile: options.stateFile === undefined ? undefined : resolve(options.stateFile),
    configurationFile: options.config,
    settings,
    manage: options.manage === undefined ? undefined : parseAddress('--manage', options.manage),
    nodes: nodeWords(options),
  };
  return {
    kind: 'run',
    program,
    programArguments,
    classPath: options.classPath,
    systemProperties: options.define,
    heapBytes: options.maxHeap,
    stackBytes: options.threadStack,
    jdkOption: options.jdk,
    pair: implying === undefined ? undefined : pair,
  };
}

function newCommand(pairWords: PairWords): Command {
  const command = new Command('rjvm')
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .showSuggestionAfterError(false)
    .helpOption(false)
    .argument('[program...]')
    .option('--class-path <path>')
    .option('--define <definition>', '', addDefinition, {})
    .option('--max-heap <size>', '', (text) => parseSize('-Xmx', text, HEAP_LIMITS), DEFAULT_HEAP_BYTES)
    .option('--thread-stack <size>', '', (text) => parseSize('-Xss', text, STACK_LIMITS), DEFAULT_STACK_BYTES)
    .option('--jdk <folder>')
    .option('--version')
    .option('--help');
  for (const option of PAIR_OPTIONS) {
    const { flag, value } = option;
    const parsed = new Option(value === null ? flag : `${flag} <value>`);
    command.addOption(parsed);
    command.on(`option:${parsed.name()}`, (text?: string) => notePairOption(option, text, pairWords));
  }
  return command;
}

function notePairOption(option: PairOption, text: string | undefined, words: PairWords): void {
  const { flag, parameter } = option;
  if (option.impliesPair) words.implying ??= flag;
  else words.needing ??= flag;
  const written = text === undefined ? flag : `${flag} ${text}`;
  if (parameter !== undefined) words.settings.push({ written, key: parameter, text: text ?? 'true' });
  if (flag !== '--set' || text === undefined) return;
  const separator = text.indexOf('=');
  if (separator < 1) {
    throw new UserError('OPTION_VALUE', `${written} sets nothing: write --set KEY=VALUE`);
  }
  words.settings.push({ written, key: text.slice(0, separator), text: text.slice(separator + 1) });
}

/** One `name=value` or `name` more. */
function addDefinition(text: string, earlier: Record<string, string>): Record<string, string> {
  const separator = text.indexOf('=');
  const name = separator < 0 ? text : text.slice(0, separator);
  if (name === '') throw new UserError('OPTION_VALUE', `-D${text} names no property: write -Dname=value`);
  return { ...earlier, [name]: separator < 0 ? '' : text.slice(separator + 1) };
}
