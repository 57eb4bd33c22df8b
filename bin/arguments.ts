// Java's way of writing options, brought into the one way that the command line parser knows. A pure function.

/** Options that take the following word as their value, under their canonical names. */
const VALUED: ReadonlyMap<string, string> = new Map([
  ['-cp', '--class-path'],
  ['-classpath', '--class-path'],
  ['--class-path', '--class-path'],
  ['--jdk', '--jdk'],
  ['--state-file', '--state-file'],
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
 *  untouched, since that belongs to the Java program (after `--` all of it; after a class file all but --pair and
 *  --state-file). A word that is no known option stays as it is, for the parser to refuse. */
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

/** Directly after a class file, and only there, --pair and --state-file are still rjvm's: `rjvm Hello.class --pair`.
 *  Returns the index of the first word that belongs to the program. */
function ownWordsAfterClassFile(words: readonly string[], from: number): number {
  let index = from;
  for (;;) {
    const word = words[index];
    if (word === '--pair' || word?.startsWith('--state-file=')) index++;
    else if (word === '--state-file' && index + 1 < words.length) index += 2;
    else return index;
  }
}

function normaliseOption(word: string): string {
  for (const [prefix, name] of GLUED) {
    if (word.startsWith(prefix)) return `${name}=${word.slice(prefix.length)}`;
  }
  return RENAMED.get(word) ?? word;
}
