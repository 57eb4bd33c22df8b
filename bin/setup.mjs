// Makes a fresh checkout ready to run: npm packages, the TypeScript build, a JDK 17 with javac, the Java programs.
// Plain Node without dependencies, because it runs before there are any. Does nothing, quickly, when nothing is to do.
// `node bin/setup.mjs` prepares everything; with `packages`, `build` (and packages) or `java` a part of it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const JDK_FEATURE_VERSION = '17';
const DEBIAN_PACKAGE = 'openjdk-17-jdk-headless';
const SOURCE_FOLDERS = ['bin', 'classpath-stubs', 'jvm', 'lib', 'replication', 'test'];

/** Classes of the API that programs may use; the Java programs here are compiled against them. */
const API = { title: 'API', sources: 'classpath-stubs/api', classes: 'dist/api' };

/** Java sources and where their classes go. The demos' classes stand beside their sources: `rjvm demos/Hello.class`. */
const JAVA_PROGRAMS = [
  API,
  { title: 'demos', sources: 'demos', classes: 'demos' },
  { title: 'conformance programs', sources: 'test/java', classes: 'dist/test-classes' },
  { title: 'benchmark kernels', sources: 'test/bench/kernels', classes: 'dist/bench-classes' },
];

class SetupError extends Error {}

function say(line) {
  process.stderr.write(`setup: ${line}\n`);
}

/** Runs a command in the project's folder with its output on stderr, so that stdout stays the caller's. */
function run(command, args, complaint) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error || status !== 0) throw new SetupError(error ? `${complaint} (${error.message})` : complaint);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** All files under a folder whose name ends in the suffix, relative to the project's folder, sorted. */
function filesBelow(folder, suffix) {
  const full = join(root, folder);
  if (!existsSync(full)) return [];
  const entries = readdirSync(full, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** A digest of names, sizes and times: it changes where a file changes, appears or goes. */
function fingerprint(files, extra) {
  const hash = createHash('sha1').update(extra);
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Whether node_modules holds exactly what package-lock.json asks for. By content, since a checkout has fresh times. */
function packagesAreInstalled() {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const installed = readJson(join(root, 'node_modules/.package-lock.json'))?.packages;
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    // Packages for other platforms are listed but rightly absent.
    if (!found) return entry.optional === true || entry.devOptional === true || entry.peer === true;
    return found.version === entry.version;
  });
}

function installPackages() {
  if (packagesAreInstalled()) return;
  say('installing npm packages (npm ci)');
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], 'npm ci failed; see its messages above');
}

/** Modules from which a process or a thread starts. */
const ENTRY_POINTS = [
  'bin/main.js',
  'replication/replica-main.js',
  'replication/machine-worker.js',
  'replication/prove/case-main.js',
  'replication/prove/check-main.js',
];
const BUNDLED_NOT = ['java-class-tools', 'prom-client'];
/** What packages in the bundle that are no ES modules load Node's own modules with. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Removes compiled files whose source is gone: a deleted test must not go on running. */
function removeOrphans(sources) {
  const expected = new Set(sources.map((source) => join('dist', source.replace(/\.ts$/, '.js'))));
  for (const folder of SOURCE_FOLDERS) {
    for (const file of filesBelow(join('dist', folder), '.js')) {
      if (expected.has(file)) continue;
      rmSync(join(root, file));
      rmSync(join(root, `${file}.map`), { force: true });
    }
  }
  return [...expected].every((file) => existsSync(join(root, file)));
}

function buildTypeScript() {
  const sources = SOURCE_FOLDERS.flatMap((folder) => filesBelow(folder, '.ts'));
  const wanted = fingerprint([...sources, 'tsconfig.json', 'package-lock.json'], process.version);
  const stampPath = join(root, 'dist/.typescript-stamp');
  const complete = removeOrphans(sources);
  const bundled = existsSync(join(root, 'dist/bundle/bin/main.js'));
  if (complete && bundled && existsSync(stampPath) && readFileSync(stampPath, 'utf8') === wanted) return;
  say('compiling TypeScript (tsc)');
  // An incremental build does not write again what was deleted behind its back.
  if (!complete) rmSync(join(root, 'dist/.tsbuildinfo'), { force: true });
  const compiler = join(root, 'node_modules/.bin/tsc');
  run(compiler, ['-p', 'tsconfig.json'], 'the TypeScript build failed; see the errors above');
  bundle();
  writeFileSync(stampPath, wanted);
}

/** The entry points of the command with all that they need in few files: a process that loads some hundred modules one by
 *  one starts twice as slowly. Each is bundled by itself, as what some of them share would be one file more for each of these. */
function bundle() {
  const unfinished = join(root, 'dist/bundle-unfinished');
  rmSync(unfinished, { recursive: true, force: true });
  const bundler = join(root, 'node_modules/.bin/esbuild');
  const options = ['--bundle', '--splitting', '--format=esm', '--platform=node', '--log-level=warning'];
  // Old packages that Node warns of outside node_modules, or that build module names as they go, stay where they are.
  const external = BUNDLED_NOT.map((name) => `--external:${name}`);
  const places = ['--outdir=dist/bundle-unfinished', '--outbase=dist', `--banner:js=${REQUIRE}`];
  for (const name of ENTRY_POINTS) {
    const words = [join('dist', name), ...options, ...external, ...places];
    run(bundler, words, 'the bundling failed; see the errors above');
  }
  // Whole or not at all, whenever this is ended.
  rmSync(join(root, 'dist/bundle'), { recursive: true, force: true });
  renameSync(unfinished, join(root, 'dist/bundle'));
}

/** The Java version of a JDK home with a compiler, or undefined. */
function compilerVersion(home) {
  try {
    const release = readFileSync(join(home, 'release'), 'utf8');
    const version = /^JAVA_VERSION="([^"]+)"/m.exec(release)?.[1];
    if (!existsSync(join(home, 'bin/javac')) || !existsSync(join(home, 'lib/modules'))) return undefined;
    return version;
  } catch {
    return undefined;
  }
}

/** Where a JDK may be: JAVA_HOME, javac and java on the path, the usual folders. In this order. */
function* jdkCandidates() {
  if (process.env.JAVA_HOME) yield resolve(process.env.JAVA_HOME);
  for (const program of ['java', 'javac']) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      if (folder === '' || !existsSync(join(folder, program))) continue;
      yield dirname(dirname(realpathSync(join(folder, program))));
    }
  }
  const collections = [
    ['/usr/lib/jvm', ''],
    ['/opt', ''],
    [join(homedir(), '.sdkman/candidates/java'), ''],
    ['/Library/Java/JavaVirtualMachines', 'Contents/Home'],
  ];
  for (const [folder, inner] of collections) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder).sort()) yield join(folder, name, inner);
  }
}

function findJdk() {
  for (const home of jdkCandidates()) {
    const version = compilerVersion(home);
    if (version?.split('.')[0] === JDK_FEATURE_VERSION) return { home, version };
  }
  return undefined;
}

/** Installs the JDK's package where that needs no question asked: on a Debian-like system, as root or by sudo -n. */
function installJdk() {
  const help =
    `no JDK ${JDK_FEATURE_VERSION} with javac found. Install one (on Debian or Ubuntu: ` +
    `apt-get install ${DEBIAN_PACKAGE}) or let JAVA_HOME name its folder, then try again`;
  const works = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  if (!works('apt-get', ['--version'])) throw new SetupError(help);
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !works('sudo', ['-n', 'true'])) throw new SetupError(help);
  const settings = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-y'];
  const [command, ...prefix] = isRoot ? settings : ['sudo', '-n', ...settings];
  say(`no JDK ${JDK_FEATURE_VERSION} with javac found; installing ${DEBIAN_PACKAGE} by apt-get`);
  // A stale or unreachable index matters only if the installation then fails.
  spawnSync(command, [...prefix, 'update'], { stdio: ['ignore', 2, 2] });
  run(command, [...prefix, 'install', '--no-install-recommends', DEBIAN_PACKAGE], help);
  const jdk = findJdk();
  if (!jdk) throw new SetupError(help);
  return jdk;
}

/** Compiles one set of Java programs when a source, or the compiler, has changed or a class is missing. */
function compileJava(jdk, { title, sources, classes }) {
  const files = filesBelow(sources, '.java');
  if (files.length === 0) return;
  const stampPath = join(root, `dist/.${title.replaceAll(' ', '-')}-stamp`);
  mkdirSync(join(root, 'dist'), { recursive: true });
  const wanted = fingerprint([...files, ...filesBelow(API.sources, '.java')], jdk.version);
  const isComplete = files.every((file) =>
    existsSync(join(root, classes, relative(sources, file).replace(/\.java$/, '.class'))),
  );
  if (isComplete && existsSync(stampPath) && readFileSync(stampPath, 'utf8') === wanted) return;
  say(`compiling the ${title} (javac)`);
  mkdirSync(join(root, classes), { recursive: true });
  for (const old of filesBelow(classes, '.class')) rmSync(join(root, old));
  const compiler = join(jdk.home, 'bin/javac');
  // Some programs do on purpose what the compiler warns of: also against options, such as the use of sun.misc.Unsafe
  // (which is marked in javac's symbol file) and unchecked operations (which it notes).
  const quiet = ['-nowarn', '-Xlint:none', '-XDignore.symbol.file', '-XDsuppressNotes'];
  const settings = ['-encoding', 'UTF-8', ...quiet, '-implicit:none', '-proc:none'];
  run(
    compiler,
    [...settings, '-cp', [classes, API.classes].join(delimiter), '-d', classes, ...files],
    `javac could not compile the ${title}`,
  );
  writeFileSync(stampPath, wanted);
}

/** Compares with the lowest version that package.json names, since npm itself only warns. */
function requireNode() {
  const wanted = readJson(join(root, 'package.json')).engines.node.replace(/^>=/, '');
  const [major = 0, minor = 0] = wanted.split('.').map(Number);
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  throw new SetupError(`Node ${process.versions.node} is too old; rjvm needs Node ${wanted} or newer`);
}

function setUp(scope) {
  if (!['all', 'packages', 'build', 'java'].includes(scope)) {
    throw new SetupError(`unknown argument ${scope}; try "packages", "build", "java" or none`);
  }
  requireNode();
  if (scope !== 'java') installPackages();
  if (scope === 'all' || scope === 'build') buildTypeScript();
  if (scope === 'all' || scope === 'java') {
    const jdk = findJdk() ?? installJdk();
    for (const program of JAVA_PROGRAMS) compileJava(jdk, program);
  }
}

try {
  setUp(process.argv[2] ?? 'all');
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
