// The command as a user meets it: bad input, flags, folders, exit codes.
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type CommandOptions, PROJECT, RJVM, runCommand, runRjvm } from '../support/command.js';

const HELLO = join(PROJECT, 'demos', 'Hello.class');
const folder = mkdtempSync(join(tmpdir(), 'rjvm-bin-'));

/** A new file in a folder of its own. */
function fileWith(name: string, bytes: Uint8Array | string): string {
  const path = join(mkdtempSync(join(folder, 'case-')), name);
  writeFileSync(path, bytes);
  return path;
}

/** Expects one line on stderr that matches, nothing on stdout, and exit code 1. */
async function refuses(
  t: ExecutionContext,
  words: readonly string[],
  message: RegExp,
  options: CommandOptions = {},
): Promise<void> {
  const outcome = await runRjvm(words, options);
  t.regex(outcome.stderr, message);
  t.regex(outcome.stderr, /^rjvm: [^\n]+\n$/);
  t.is(outcome.stdout, '');
  t.is(outcome.exit, 1);
}

test('no such file', (t) => refuses(t, ['missing/Hello.class'], /no such file: missing\/Hello\.class/));

test('a folder', (t) => {
  const path = join(folder, 'Folder.class');
  mkdirSync(path);
  return refuses(t, [path], /is a folder/);
});

test('not a class file', (t) =>
  refuses(t, [fileWith('Text.class', 'no class at all')], /Text\.class is not a class file\n/));

test('another file', (t) => refuses(t, [join(PROJECT, 'README.md')], /README\.md is not a class file\n/));

test('a Java source', (t) =>
  refuses(
    t,
    [join(PROJECT, 'demos', 'Hello.java')],
    /Hello\.java is not a class file: compile the Java source with javac first\n/,
  ));

test('an empty file', (t) =>
  refuses(t, [fileWith('Empty.class', '')], /Empty\.class cannot be loaded: Truncated/));

test('a truncated class file', async (t) => {
  const bytes = readFileSync(HELLO);
  for (const length of [3, 7, 9, 30, bytes.length - 1]) {
    await refuses(t, [fileWith('Hello.class', bytes.subarray(0, length))], /Hello\.class cannot be loaded: /);
  }
});

test('trailing bytes', (t) => {
  const bytes = Buffer.concat([readFileSync(HELLO), Buffer.from([0])]);
  return refuses(t, [fileWith('Hello.class', bytes)], /Extra bytes at the end of class file/);
});

test('a class file of a later Java', (t) => {
  const bytes = Buffer.from(readFileSync(HELLO));
  bytes.writeUInt16BE(65, 6);
  return refuses(t, [fileWith('Hello.class', bytes)], /more recent version.*65\.0.*up to 61\.0/);
});

test('no main method', (t) =>
  refuses(t, [join(PROJECT, 'demos', 'shop', 'Basket.class')], /has no main method/));

test('an interface and a nested class without main', async (t) => {
  await refuses(t, [join(PROJECT, 'demos', 'Generics$Greeter.class')], /has no main method/);
  await refuses(t, [join(PROJECT, 'demos', 'Generics$Person.class')], /has no main method/);
});

test('name and path disagree', async (t) => {
  await refuses(
    t,
    [fileWith('Renamed.class', readFileSync(HELLO))],
    /holds the class Hello, so its path must end in Hello\.class/,
  );
  const checkout = readFileSync(join(PROJECT, 'demos', 'shop', 'Checkout.class'));
  await refuses(
    t,
    [fileWith('Checkout.class', checkout)],
    /holds the class shop\.Checkout.*shop\/Checkout\.class/,
  );
});

test('an unreadable file', async (t) => {
  const path = fileWith('Hello.class', readFileSync(HELLO));
  chmodSync(path, 0);
  // Root reads everything, so for root the file is simply run.
  if (process.getuid?.() === 0) t.pass();
  else await refuses(t, [path], /cannot be read \(EACCES\)/);
});

test('no JDK where --jdk points', (t) => refuses(t, ['--jdk', folder, HELLO], /is not a JDK/));

test('a JDK of another version', (t) => {
  const home = mkdtempSync(join(folder, 'jdk-'));
  mkdirSync(join(home, 'lib'));
  writeFileSync(join(home, 'lib', 'modules'), 'image');
  writeFileSync(join(home, 'release'), 'JAVA_VERSION="21.0.2"\n');
  return refuses(t, ['--jdk', home, HELLO], /is JDK 21; rjvm runs on JDK 17/);
});

test('unknown flag', (t) => refuses(t, ['--frobnicate', HELLO], /unknown option '--frobnicate'/));
test('bad -Xmx', (t) => refuses(t, ['-Xmxlots', HELLO], /bad size in -Xmxlots/));
test('nothing to run', (t) => refuses(t, [], /nothing to run/));
test('a state file without a pair', (t) => refuses(t, ['--state-file', 'x', HELLO], /add --pair/));

test('a flag is refused as a pair too', (t) => refuses(t, ['--pair', '-Xmx1', HELLO], /out of range/));
test('a bad class file is refused as a pair too', (t) =>
  refuses(
    t,
    ['--pair', fileWith('Text.class', 'no class')],
    /is not a class file|Text\.class cannot be loaded/,
  ));

test('help and version go to stdout', async (t) => {
  for (const flag of ['--help', '-help', '-h', '-?']) {
    const help = await runRjvm([flag]);
    t.regex(help.stdout, /^Usage: rjvm /);
    t.deepEqual([help.stderr, help.exit], ['', 0]);
  }
  const version = await runRjvm(['--version']);
  t.regex(version.stdout, /^rjvm \d+\.\d+\.\d+\nJDK 17\S* at \/\S*\n$/);
  t.is(version.exit, 0);
  const [, home = ''] = / at (\S+)\n/.exec(version.stdout) ?? [];
  const passedOver = await runRjvm(['--version'], { environment: { JAVA_HOME: folder } });
  t.is(
    passedOver.stdout,
    version.stdout.replace(/\n$/, `; passed over JAVA_HOME (${folder}), which is no JDK 17\n`),
  );
  t.is((await runRjvm(['--version'], { environment: { JAVA_HOME: home } })).stdout, version.stdout);
});

test('runs from any folder and through a link', async (t) => {
  const link = join(folder, 'linked-rjvm');
  symlinkSync(RJVM, link);
  const outcome = await runCommand(link, ['Hello.class'], { folder: join(PROJECT, 'demos') });
  t.deepEqual(outcome, { stdout: 'Hello, world!\n', stderr: '', exit: 0 });
  const elsewhere = await runCommand(link, ['-cp', join(PROJECT, 'demos'), 'Hello'], { folder });
  t.deepEqual(elsewhere, { stdout: 'Hello, world!\n', stderr: '', exit: 0 });
});

test('a path with blanks and letters beyond ASCII', async (t) => {
  const odd = join(folder, 'a b é');
  mkdirSync(odd);
  copyFileSync(HELLO, join(odd, 'Hello.class'));
  const outcome = await runRjvm(['a b é/Hello.class'], { folder });
  t.deepEqual(outcome, { stdout: 'Hello, world!\n', stderr: '', exit: 0 });
});

test('the class path root follows from the package', async (t) => {
  const outcome = await runRjvm(['Checkout.class'], { folder: join(PROJECT, 'demos', 'shop') });
  t.regex(outcome.stdout, /total 14\.67/);
  t.is(outcome.exit, 0);
});

test('CLASSPATH is honoured, -cp takes precedence', async (t) => {
  const environment = { CLASSPATH: join(PROJECT, 'demos') };
  t.is((await runRjvm(['Hello'], { folder, environment })).stdout, 'Hello, world!\n');
  const other = await runRjvm(['-cp', folder, 'Hello'], { folder, environment });
  t.regex(
    other.stderr,
    /^Error: Could not find or load main class Hello\nCaused by: java\.lang\.ClassNotFoundException: Hello\n$/,
  );
  t.is(other.exit, 1);
});

test('arguments reach the program untouched', async (t) => {
  const words = ['-cp', '', '--pair', '-Dx=y', '*', 'a b', '--'];
  const { stdout, exit } = await runRjvm([join(PROJECT, 'demos', 'Arguments.class'), ...words]);
  t.is(stdout, `7 argument(s)\n${words.map((word, index) => `${index}: "${word}"\n`).join('')}`);
  t.is(exit, 0);
});

test("exit codes are the program's", async (t) => {
  t.is((await runRjvm([join(PROJECT, 'demos', 'ExitCode.class'), '7'])).exit, 7);
  t.is((await runRjvm(['--pair', join(PROJECT, 'demos', 'ExitCode.class'), '9'])).exit, 9);
  t.is((await runRjvm([join(PROJECT, 'demos', 'Uncaught.class')])).exit, 1);
});
