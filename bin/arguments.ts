// Java's way of writing options, brought into the one way that the command line parser knows. A pure function.
import { PAIR_OPTIONS, type PairOption } from './pair-options.js';

const PAIR_FLAGS: ReadonlyMap<string, PairOption> = new Map(
  PAIR_OPTIONS.map((option: PairOption) => [option.flag, option]),
);

/** Options that take the following word as their value, under their canonical names. */
const VALUED: ReadonlyMap<string, string> = new Map([
  ['-cp', '--class-path'],
  ['-classpath', '--class-path'],
  ['--class-path', '--class-path'],
  ['--jdk', '--jdk'],
  ...[...PAIR_FLAGS.values()].filter(({ value }) => value !== null).map(({ flag }) => [flag, flag] as const),
]);

const RENAMED: ReadonlyMap<string, string> = new Map([
  ['-version', '--version'],
  ['-help', '--help'],
  ['-h', '--help'],
  ['-?', '--help'],
]);

/** Options whose value is glued to them. */
const GLUED: ReadonlyMap<string, string> = new Map([
  ['-Xmx', '--max-heap'],
  ['-Xss', '--thread-stack'],
  ['-D', '--define'],
]);

/** Words of the command line: rjvm's options as `--name` or `--name=value`, then `--`, then the class and what follows it,
 *  untouched, since that belongs to the Java program (after `--` all of it; after a class file all but the options of a
 *  pair). A word that is no known option stays as it is, for the parser to refuse. */
export function normaliseArguments(words: readonly string[]): string[] {
  const options: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word === '--') return [...options, ...words.slice(index)];
    if (!word.startsWith('-') || word === '-') {
      const own = word.endsWith('.class') ? ownWordsAfterClassFile(words, index + 1) : index + 1;
      options.push(...normaliseArguments(words.slice(index + 1, own)));
      return [...options, '--', word, ...words.slice(own)];
    }
    const valued = VALUED.get(word);
    if (valued === undefined) {
      options.push(normaliseOption(word));
    } else if (index + 1 < words.length) {
      // Joined with `=`, since the value may begin with a hyphen or be empty.
      options.push(`${valued}=${words[++index]}`);
    } else {
      options.push(valued);
    }
  }
  return options;
}

/** The option of the last word, where that is an option's value, as a program's name is after an option that lacks one. */
export function lastValue(
  words: readonly string[],
): { readonly option: string; readonly word: string } | null {
  let index = 0;
  while (index < words.length - 2) index += VALUED.has(words[index]!) ? 2 : 1;
  const [option, word] = words.slice(index);
  return word !== undefined && VALUED.has(option!) ? { option: option!, word } : null;
}

/** Directly after a class file, and only there, a pair may be asked for: `rjvm Hello.class --pair`. The first of these
 *  words has to be --pair, --replicas or --state-file, since a program may have a --config of its own. Returns the index
 *  of the first word that belongs to the program. */
function ownWordsAfterClassFile(words: readonly string[], from: number): number {
  let index = from;
  for (;;) {
    const word = words[index] ?? '';
    const option = PAIR_FLAGS.get(word.split('=', 1)[0]!);
    if (option === undefined) return index;
    if (index === from && option.impliesPair !== true && option.flag !== '--state-file') return index;
    const isWhole = option.value === null ? word === option.flag : word !== option.flag;
    if (isWhole) index++;
    else if (option.value !== null && index + 1 < words.length) index += 2;
    else return index;
  }
}

function normaliseOption(word: string): string {
  for (const [prefix, name] of GLUED) {
    if (word.startsWith(prefix)) return `${name}=${word.slice(prefix.length)}`;
  }
  return RENAMED.get(word) ?? word;
}
