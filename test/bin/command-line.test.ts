// What command lines come to, and which are refused.
import { resolve } from 'node:path';
import test from 'ava';
import { DEFAULT_HEAP_BYTES, DEFAULT_STACK_BYTES, parseCommandLine } from '../../bin/command-line.js';
import { UserError } from '../../lib/errors.js';

test('defaults', (t) => {
  t.deepEqual(parseCommandLine(['demos/Hello.class']), {
    kind: 'run',
    program: 'demos/Hello.class',
    programArguments: [],
    classPath: undefined,
    systemProperties: {},
    heapBytes: DEFAULT_HEAP_BYTES,
    stackBytes: DEFAULT_STACK_BYTES,
    jdkOption: undefined,
    pair: undefined,
  });
});

test('every option', (t) => {
  const words = [
    '--pair',
    '--state-file',
    's.json',
    '-cp',
    'a:b',
    '-Dx=1',
    '-Dy',
    '-Dx=2',
    '-Xmx1G',
    '-Xss512k',
  ];
  t.deepEqual(parseCommandLine([...words, '--jdk', '/jdk', 'Main', '-Dz=3', '--', '--pair']), {
    kind: 'run',
    program: 'Main',
    programArguments: ['-Dz=3', '--', '--pair'],
    classPath: 'a:b',
    systemProperties: { x: '2', y: '' },
    heapBytes: 2 ** 30,
    stackBytes: 512 * 1024,
    jdkOption: '/jdk',
    pair: {
      stateFile: resolve('s.json'),
      configurationFile: undefined,
      settings: [],
      manage: undefined,
      nodes: {},
    },
  });
});

for (const [text, host, port] of [
  ['9100', '127.0.0.1', 9100],
  ['0', '127.0.0.1', 0],
  ['0.0.0.0:9100', '0.0.0.0', 9100],
  ['some.host:65535', 'some.host', 65_535],
  ['[::1]:9100', '::1', 9100],
] as const) {
  test(`--manage ${text}`, (t) => {
    t.deepEqual(pairOf(['--pair', '--manage', text, 'Main'])?.manage, { host, port });
  });
}

/** What a command line says of a pair. */
function pairOf(words: readonly string[]) {
  const request = parseCommandLine(words);
  return request.kind === 'run' ? request.pair : undefined;
}

test('the options of a pair', (t) => {
  const options = ['--replicas', '3', '--config=c.json', '--set', 'skew.maximumMs=5', '--compare-outputs'];
  const expected = {
    stateFile: undefined,
    configurationFile: 'c.json',
    manage: undefined,
    nodes: {},
    settings: [
      { written: '--replicas 3', key: 'replicas', text: '3' },
      { written: '--set skew.maximumMs=5', key: 'skew.maximumMs', text: '5' },
      { written: '--compare-outputs', key: 'compareOutputs', text: 'true' },
    ],
  };
  t.deepEqual(pairOf([...options, 'Main', '--pair']), expected);
  t.deepEqual(pairOf(['Hello.class', ...options, '--', '--pair']), expected);
  t.is(pairOf(['Hello.class', '--config', 'c.json', '--pair']), undefined);
});

test('help and version come before everything else', (t) => {
  t.is(parseCommandLine(['--pair', '--help']).kind, 'print');
  t.deepEqual(parseCommandLine(['-version', '--jdk', '/jdk']), { kind: 'version', jdkOption: '/jdk' });
});

test('options given to one command line do not stay for the next', (t) => {
  parseCommandLine(['-Dx=1', '--pair', 'Main']);
  const request = parseCommandLine(['Main']);
  t.true(
    request.kind === 'run' &&
      request.pair === undefined &&
      Object.keys(request.systemProperties).length === 0,
  );
});

for (const [size, bytes] of [
  ['2m', 2 << 20],
  ['2097152', 2 << 20],
  ['1792M', 1792 * 2 ** 20],
  ['3000k', 3000 * 1024],
  ['1g', 2 ** 30],
] as const) {
  test(`-Xmx${size}`, (t) => {
    const request = parseCommandLine([`-Xmx${size}`, 'Main']);
    t.is(request.kind === 'run' ? request.heapBytes : undefined, bytes);
  });
}

test('help shows sizes as they are written', (t) => {
  const request = parseCommandLine(['--help']);
  t.regex(request.kind === 'print' ? request.text : '', /\n {2}-XmxSIZE .*\n {2}-XssSIZE /);
});

const refused: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /^nothing to run/],
  [['--pair'], /^nothing to run: name a class/],
  [['-cp', 'x', '--pair'], /^nothing to run: name a class/],
  [
    ['--replicas', 'X.class'],
    /^nothing to run: X\.class is taken for the value of --replicas; name a class file/,
  ],
  [
    ['-cp', 'x', '--pair', '--config', 'X.class'],
    /^nothing to run: X\.class is taken for the value of --config/,
  ],
  [['--frob', 'Main'], /^unknown option '--frob'/],
  [['-Xlog', 'Main'], /^unknown option '-Xlog'/],
  [['-pair', 'Main'], /^unknown option '-pair'/],
  [['-Xmx', '5m', 'Main'], /^bad size in -Xmx: write a number and k, m or g right after -Xmx, from 2m to/],
  [['-Xmx12q', 'Main'], /^bad size in -Xmx12q/],
  [['-Xmx-5m', 'Main'], /^bad size in -Xmx-5m/],
  [['-Xmx1m', 'Main'], /^size out of range in -Xmx1m: it may be from 2m to 1792m/],
  [['-Xmx2g', 'Main'], /^size out of range in -Xmx2g/],
  [['-Xmx99999999999999999999g', 'Main'], /^size out of range/],
  [['-Xss1k', 'Main'], /^size out of range in -Xss1k: it may be from 64k to 256m/],
  [['-D=x', 'Main'], /names no property/],
  [['-D', 'Main'], /names no property/],
  [['-cp'], /-cp/],
  [['--jdk'], /--jdk/],
  [['--state-file', 'x', 'Main'], /^--state-file is for a replicated pair: add --pair/],
  [['--config', 'x', 'Main'], /^--config is for a replicated pair: add --pair/],
  [['--heartbeat', '50', 'Main'], /^--heartbeat is for a replicated pair: add --pair/],
  [['--set', 'replicas=3', 'Main'], /^--set is for a replicated pair: add --pair/],
  [['--pair', '--set', 'replicas', 'Main'], /^--set replicas sets nothing: write --set KEY=VALUE/],
  [['--pair', '--set'], /--set/],
  [['--replicas'], /--replicas/],
  [['--manage', '1', 'Main'], /^--manage is for a replicated pair: add --pair/],
  [['--pair', '--manage', 'host', 'Main'], /^--manage host is no address: write PORT, HOST:PORT/],
  [['--pair', '--manage', '65536', 'Main'], /^--manage 65536 is no address/],
  [['--pair', '--manage', '::1:80', 'Main'], /^--manage ::1:80 is no address/],
  [['--pair', '--manage=', 'Main'], /^--manage {2}is no address/],
];
for (const [words, message] of refused) {
  test(`refused: ${words.join(' ') || '(nothing)'}`, (t) => {
    const error = t.throws(() => parseCommandLine(words), { instanceOf: UserError });
    t.regex(error?.message ?? '', message);
    t.false((error?.message ?? '').includes('\n'));
  });
}
