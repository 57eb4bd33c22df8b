// The parameters of a pair from file and flags, and what is said where they cannot be.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { readConfiguration } from '../../bin/configuration-file.js';
import { UserError } from '../../lib/errors.js';
import { DEFAULT_CONFIGURATION } from '../../replication/configuration.js';
import { PROJECT, runRjvm } from '../support/command.js';

const folder = mkdtempSync(join(tmpdir(), 'rjvm-configuration-'));
test.after.always(() => rmSync(folder, { recursive: true }));

/** A new folder with a configuration file. */
function folderWith(text: string): string {
  const path = mkdtempSync(join(folder, 'case-'));
  writeFileSync(join(path, 'rjvm.config.json'), text);
  return path;
}

const setting = (words: string) => {
  const [key = '', text = ''] = words.split('=');
  return { written: `--set ${words}`, key, text };
};

const read = (currentFolder: string, settings: readonly string[] = [], configurationFile?: string) =>
  readConfiguration({ configurationFile, settings: settings.map(setting) }, currentFolder);

test('nothing is said', (t) => {
  t.deepEqual(read(mkdtempSync(join(folder, 'empty-'))), DEFAULT_CONFIGURATION);
});

test('the command line comes after the file, and its last word counts', (t) => {
  const text = '{"replicas": 3, "heartbeat": {"intervalMs": 20, "missed": 5}, "outputRule": "relaxed"}';
  const configuration = read(folderWith(text), ['heartbeat.intervalMs=30', 'replicas=4', 'replicas=5']);
  t.is(configuration.replicas, 5);
  t.deepEqual(configuration.heartbeat, { intervalMs: 30, missed: 5 });
  t.is(configuration.outputRule, 'relaxed');
  t.is(configuration.maximumEpochCount, DEFAULT_CONFIGURATION.maximumEpochCount);
});

test('names of methods keep their dots', (t) => {
  const { actions } = read(folder, ['actions.java.lang.System.nanoTime()J.compared=true']);
  t.deepEqual(actions, { 'java.lang.System.nanoTime()J': { compared: true } });
});

test('equal keys of different objects', (t) => {
  const kill = '{"java.lang.OutOfMemoryError": {"compared": true}, "a\\"}\\\\": {"compared": true}}';
  t.is(Object.keys(read(folderWith(`{"actions": ${kill}, "compareOutputs": true}`)).actions).length, 2);
});

test('two settings that only fit together', (t) => {
  const { skew } = read(folder, ['skew.minimumEpochs=5000', 'skew.maximumEpochs=6000']);
  t.is(skew.minimumEpochs, 5000);
});

const refused: readonly (readonly [title: string, run: () => unknown, message: RegExp])[] = [
  ['no such file', () => read(folder, [], 'none.json'), /^none\.json: there is no such file$/],
  ['a folder', () => read(folder, [], '.'), /^\.: it cannot be read \(EISDIR\)$/],
  ['no JSON', () => read(folderWith('{"replicas": 3,}')), /^rjvm\.config\.json: it is not JSON: /],
  ['an empty file', () => read(folderWith('')), /^rjvm\.config\.json: it is not JSON: /],
  ['a list', () => read(folderWith('[]')), /^rjvm\.config\.json: it must be an object of replicas, /],
  [
    'a key that is given twice',
    () => read(folderWith('{"replicas": 3, "skew": {"maximumMs": 5}, "replicas": 3}')),
    /^rjvm\.config\.json: replicas: it is given twice/,
  ],
  [
    'a key that is given twice, written in two ways, within another one',
    () => read(folderWith('{"replicas": 3, "heartbeat": {"missed": 1, "\\u006dissed" : 2}}')),
    /^rjvm\.config\.json: heartbeat\.missed: it is given twice/,
  ],
  [
    'an unknown key',
    () => read(folderWith('{"heartbeat": {"interval": 3}}')),
    /^rjvm\.config\.json: there is no parameter heartbeat\.interval; there are intervalMs, missed$/,
  ],
  [
    'a wrong type',
    () => read(folderWith('{"heartbeat": {"intervalMs": "3"}}')),
    /^rjvm\.config\.json: heartbeat\.intervalMs: it must be a whole number from 10 to 3600000$/,
  ],
  [
    'a wrong type where an object belongs',
    () => read(folderWith('{"heartbeat": null}')),
    /^rjvm\.config\.json: heartbeat: it must be an object of intervalMs, missed$/,
  ],
  [
    'out of range',
    () => read(folder, ['replicas=17']),
    /^--set replicas=17: replicas: it must be a whole number from 2 to 16$/,
  ],
  [
    'no such value',
    () => read(folder, ['outputRule=weak']),
    /^--set outputRule=weak: outputRule: it must be "strong" or "relaxed"$/,
  ],
  [
    'an unknown key on the command line',
    () => read(folder, ['a.b.c=1']),
    /: there is no parameter a; there are /,
  ],
  ['a name that objects have', () => read(folder, ['__proto__.x=1']), /: there is no parameter __proto__; /],
  [
    'a key of a value',
    () => read(folder, ['replicas.x=1']),
    /: replicas: it must be a whole number from 2 to 16$/,
  ],
  [
    'values that do not fit together',
    () => read(folder, ['skew.minimumEpochs=9', 'skew.maximumEpochs=9']),
    /: skew: minimumEpochs must be less than maximumEpochs$/,
  ],
];
for (const [title, run, message] of refused) {
  test(`refused: ${title}`, (t) => {
    t.regex(t.throws(run, { instanceOf: UserError })?.message ?? '', message);
  });
}

test('the command says it in one line', async (t) => {
  const hello = join(PROJECT, 'demos', 'Hello.class');
  const wrong = folderWith('{\n"outputRule": "odd",\n\n "nothing": 1}');
  const refuse = async (words: readonly string[], message: RegExp) => {
    const { stdout, stderr, exit } = await runRjvm([...words, hello], { folder: wrong });
    t.regex(stderr, message);
    t.deepEqual([stdout, stderr.split('\n').length, exit], ['', 2, 1]);
  };
  await refuse(
    ['--pair'],
    /^rjvm: rjvm\.config\.json: .*outputRule: it must be "strong" or "relaxed".*no parameter nothing; there are replicas/,
  );
  await refuse(['--pair', '--config', 'other.json'], /^rjvm: other\.json: there is no such file\n$/);
  await refuse(['--config', 'rjvm.config.json'], /^rjvm: --config is for a replicated pair: add --pair\n$/);
  mkdirSync(join(wrong, 'broken'));
  writeFileSync(join(wrong, 'broken', 'c.json'), '{\n\n"replicas"\n');
  await refuse(['--pair', '--config', 'broken/c.json'], /^rjvm: broken\/c\.json: it is not JSON: /);
});

test('what only those refuse who use a parameter is named with its file or flag as well', async (t) => {
  const hello = join(PROJECT, 'demos', 'Hello.class');
  const write = 'java.io.FileOutputStream.writeBytes([BIIZ)V';
  const wrong = folderWith(JSON.stringify({ actions: { [write]: { virtualised: true } } }));
  const refusal = async (folder: string, words: readonly string[]) => {
    const { stdout, stderr, exit } = await runRjvm(words, { folder });
    t.deepEqual([stdout, exit], ['', 1]);
    return stderr;
  };
  const ofFile = `rjvm: rjvm.config.json: actions.${write}.virtualised: is for inputs\n`;
  for (const words of [['--pair', hello], ['prove', hello], ['actions']]) {
    t.is(await refusal(wrong, words), ofFile);
  }
  const set = (text: string) => ['--pair', '--set', 'replicas=2', '--set', text, hello];
  t.is(
    await refusal(folder, set('actions.timer.kill=true')),
    'rjvm: --set actions.timer.kill=true: actions.timer.kill: is for synchronous weakly global actions\n',
  );
  t.regex(
    await refusal(folder, set('files=replicated')),
    /^rjvm: --set files=replicated: files: replicated takes a node for each of the 2 replicas, .*\n$/,
  );
  t.is(
    await refusal(folder, ['-Xmx200m', ...set('heapMib.b=201')]),
    'rjvm: --set heapMib.b=201: heapMib.b: it must be at most -Xmx, which is 200 MiB\n',
  );
});
