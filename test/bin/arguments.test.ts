// Java-style options brought into canonical form.
import test from 'ava';
import { normaliseArguments } from '../../bin/arguments.js';

const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['nothing', [], []],
  ['a class alone', ['Hello.class'], ['--', 'Hello.class']],
  [
    'options after the class belong to the program',
    ['Main', '-cp', 'x', '--pair'],
    ['--', 'Main', '-cp', 'x', '--pair'],
  ],
  ['a pair asked for after a class file', ['a/B.class', '--pair', 'x'], ['--pair', '--', 'a/B.class', 'x']],
  [
    'a state file after a class file',
    ['-Dx=1', 'B.class', '--state-file', 's', '--pair', '--state-file=t', '-cp'],
    ['--define=x=1', '--state-file=s', '--pair', '--state-file=t', '--', 'B.class', '-cp'],
  ],
  [
    'other options of a pair after it has been asked for',
    ['B.class', '--replicas', '3', '--heartbeat=50', '--compare-outputs', '--set', 'a=b', 'x', '--pair'],
    ['--replicas=3', '--heartbeat=50', '--compare-outputs', '--set=a=b', '--', 'B.class', 'x', '--pair'],
  ],
  [
    "a program's own --config",
    ['B.class', '--config', 'c', '--pair'],
    ['--', 'B.class', '--config', 'c', '--pair'],
  ],
  ['not after the first argument', ['B.class', 'x', '--pair'], ['--', 'B.class', 'x', '--pair']],
  ['not after a double hyphen', ['--', 'B.class', '--pair'], ['--', 'B.class', '--pair']],
  ['a state file without its name', ['B.class', '--state-file'], ['--', 'B.class', '--state-file']],
  [
    'each spelling of the class path',
    ['-cp', 'a', '-classpath', 'b', '--class-path', 'c', '--class-path=d', 'M'],
    ['--class-path=a', '--class-path=b', '--class-path=c', '--class-path=d', '--', 'M'],
  ],
  ['a value that looks like an option', ['-cp', '-x', 'M'], ['--class-path=-x', '--', 'M']],
  ['an empty value', ['-cp', '', 'M'], ['--class-path=', '--', 'M']],
  [
    'definitions keep their equals signs',
    ['-Da=b=c', '-Dd', 'M'],
    ['--define=a=b=c', '--define=d', '--', 'M'],
  ],
  ['sizes', ['-Xmx64m', '-Xss2m', 'M'], ['--max-heap=64m', '--thread-stack=2m', '--', 'M']],
  ['java names of help and version', ['-version', '-help', '-?'], ['--version', '--help', '--help']],
  ['a value that is missing is left for the parser', ['--jdk'], ['--jdk']],
  ['unknown options are left for the parser', ['-Xlog', '--frob=1', 'M'], ['-Xlog', '--frob=1', '--', 'M']],
  ['a double hyphen ends the options', ['--pair', '--', '-odd', 'x'], ['--pair', '--', '-odd', 'x']],
  ['a single hyphen is no option', ['-', 'x'], ['--', '-', 'x']],
];

for (const [title, words, expected] of cases) {
  test(title, (t) => {
    t.deepEqual(normaliseArguments(words), [...expected]);
  });
}
