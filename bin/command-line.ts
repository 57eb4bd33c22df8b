// The command line: its options, its help, and what they come to as plain data.
import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { UserError } from '../lib/errors.js';
import { normaliseArguments } from './arguments.js';
import { parseSize } from './sizes.js';

export const HEAP_LIMITS = { minimumBytes: 2 << 20, maximumBytes: 1792 * 2 ** 20 };
export const STACK_LIMITS = { minimumBytes: 64 << 10, maximumBytes: 256 << 20 };
export const DEFAULT_HEAP_BYTES = 1 << 30;
export const DEFAULT_STACK_BYTES = 1 << 20;

const HELP = `Usage: rjvm [options] path/to/Hello.class [arguments]
       rjvm [options] -cp CLASSPATH Main [arguments]
       rjvm [options] image

Runs compiled Java on OpenJDK's class library; with --pair in two processes, either of which may be killed.
The third form makes the image from which programs with these options start faster; the first run does as well.

Options (before the class; what follows it belongs to the program, but --pair and --state-file may also stand
directly after a class file, unless -- precedes it):
  -cp, -classpath, --class-path PATH  folders and jars, separated by colons; DIR/* for all jars of a folder
  -Dname=value                        defines a system property
  -Xmx SIZE                           heap, such as -Xmx512m (2m to 1792m, default 1g)
  -Xss SIZE                           stack of each thread, such as -Xss2m (64k to 256m, default 1m)
  --jdk DIR                           the JDK 17 to use; else JAVA_HOME, java on the PATH, the usual folders
  --pair                              runs as a replicated pair
  --state-file FILE                   with --pair: keeps process ids, roles and progress in FILE, as JSON
  --version                           prints the version and exits
  --help                              prints this and exits
`;

/** What the user asks for. */
export type Request =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'version'; readonly jdkOption: string | undefined }
  | ({ readonly kind: 'run' | 'image' } & RunRequest);

export interface RunRequest {
  /** A path that ends in `.class`, or a class name. */
  readonly program: string;
  readonly programArguments: readonly string[];
  /** The -cp text, where given. */
  readonly classPath: string | undefined;
  readonly systemProperties: Readonly<Record<string, string>>;
  readonly heapBytes: number;
  readonly stackBytes: number;
  readonly jdkOption: string | undefined;
  readonly pair: boolean;
  /** Absolute path. */
  readonly stateFile: string | undefined;
}

interface Options {
  classPath?: string;
  define: Record<string, string>;
  maxHeap: number;
  threadStack: number;
  jdk?: string;
  pair?: boolean;
  stateFile?: string;
  version?: boolean;
  help?: boolean;
}

/** Reads the words after `rjvm`. UserError USAGE or OPTION_VALUE with a sentence for whatever cannot be understood. */
export function parseCommandLine(words: readonly string[]): Request {
  const command = newCommand();
  try {
    command.parse(normaliseArguments(words), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new UserError('USAGE', `${plainMessage(error.message)}; see rjvm --help`);
  }
  const options = command.opts<Options>();
  if (options.help) return { kind: 'print', text: HELP };
  if (options.version) return { kind: 'version', jdkOption: options.jdk };
  const [program, ...programArguments] = command.args;
  if (program === undefined) {
    throw new UserError('USAGE', 'nothing to run: name a class file or a class; see rjvm --help');
  }
  if (options.stateFile !== undefined && !options.pair) {
    throw new UserError('USAGE', '--state-file describes a replicated pair: add --pair');
  }
  const isImage = program === 'image' && programArguments.length === 0 && options.classPath === undefined;
  return {
    kind: isImage ? 'image' : 'run',
    program,
    programArguments,
    classPath: options.classPath,
    systemProperties: options.define,
    heapBytes: options.maxHeap,
    stackBytes: options.threadStack,
    jdkOption: options.jdk,
    pair: options.pair ?? false,
    stateFile: options.stateFile === undefined ? undefined : resolve(options.stateFile),
  };
}

function newCommand(): Command {
  return new Command('rjvm')
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
    .option('--pair')
    .option('--state-file <file>')
    .option('--version')
    .option('--help');
}

/** One `name=value` or `name` more. */
function addDefinition(text: string, earlier: Record<string, string>): Record<string, string> {
  const separator = text.indexOf('=');
  const name = separator < 0 ? text : text.slice(0, separator);
  if (name === '') throw new UserError('OPTION_VALUE', `-D${text} names no property: write -Dname=value`);
  return { ...earlier, [name]: separator < 0 ? '' : text.slice(separator + 1) };
}

/** The parser's message without its prefix and in one line, with options as users write them. */
function plainMessage(message: string): string {
  return message
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace("'--class-path <path>'", '-cp');
}
