// Finds the installed JDK whose class library the machine runs on.
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Digest } from './digest.js';
import { posixCode, UserError } from './errors.js';

export const SUPPORTED_FEATURE_VERSION = 17;
const DIGESTED_HEADER_BYTES = 64 << 10;

export interface Jdk {
  /** The JDK's folder, with symbolic links resolved. */
  readonly home: string;
  /** JAVA_RUNTIME_VERSION of the `release` file, as `17.0.15+6`; JAVA_VERSION where it has none. */
  readonly version: string;
  readonly featureVersion: number;
  /** The jimage file that holds the class library. */
  readonly modulesPath: string;
  /** SHA-1 in hex of the first 64 KiB of lib/modules, its size, and the `release` file: tells builds apart. */
  readonly digest: string;
}

export interface FindJdkOptions {
  /** Value of --jdk. */
  readonly option?: string | undefined;
  /** Environment variables: JAVA_HOME, PATH and HOME are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folders that are looked through last; the platform's usual ones where absent. */
  readonly usualHomes?: readonly string[];
}

/** The first JDK 17 of: --jdk, JAVA_HOME, `java` on PATH, the usual folders. Found without being named, a JDK of
 *  another version is passed over. UserError: NO_JDK where there is none, JDK_VERSION where --jdk names another. */
export function findJdk(options: FindJdkOptions): Jdk {
  const { option, environment } = options;
  if (option !== undefined) return namedJdk(option);
  const others: Candidate[] = [];
  for (const home of implicitHomes(environment, options.usualHomes ?? usualHomes(environment))) {
    const candidate = inspect(home);
    if (candidate === undefined) continue;
    if (candidate.featureVersion === SUPPORTED_FEATURE_VERSION) return complete(candidate);
    others.push(candidate);
  }
  const seen =
    others.length === 0
      ? 'No JDK was found'
      : `Only JDK ${others[0]!.featureVersion} was found (${others[0]!.home})`;
  throw new UserError(
    'NO_JDK',
    `${seen}; rjvm runs on JDK ${SUPPORTED_FEATURE_VERSION}: install one, for example with ` +
      `\`apt-get install openjdk-${SUPPORTED_FEATURE_VERSION}-jdk-headless\`, or point --jdk or JAVA_HOME at one.`,
  );
}

function namedJdk(option: string): Jdk {
  const candidate = inspect(option);
  if (candidate === undefined) {
    throw new UserError(
      'NO_JDK',
      `${option} is not a JDK (it lacks lib/modules or release): point --jdk at the folder of a JDK ${SUPPORTED_FEATURE_VERSION}.`,
    );
  }
  if (candidate.featureVersion !== SUPPORTED_FEATURE_VERSION) {
    throw new UserError(
      'JDK_VERSION',
      `${option} is JDK ${candidate.featureVersion}; rjvm runs on JDK ${SUPPORTED_FEATURE_VERSION}: point --jdk at one, or leave it out to have one looked for.`,
    );
  }
  return complete(candidate);
}

interface Candidate {
  readonly home: string;
  readonly version: string;
  readonly featureVersion: number;
  readonly release: Uint8Array;
}

/** What a folder's `release` file says, or undefined where the folder is no JDK or JRE. */
function inspect(folder: string): Candidate | undefined {
  try {
    const home = realpathSync(folder);
    const release = readFileSync(join(home, 'release'));
    if (!statSync(join(home, 'lib', 'modules')).isFile()) return undefined;
    const properties = parseRelease(release.toString('utf8'));
    const javaVersion = properties.get('JAVA_VERSION');
    const version = properties.get('JAVA_RUNTIME_VERSION') ?? javaVersion;
    if (version === undefined) return undefined;
    return { home, version, featureVersion: Number.parseInt(javaVersion ?? version, 10), release };
  } catch {
    // Not there, or not for us to read: no candidate. The caller says so where the folder was named.
    return undefined;
  }
}

/** Lines NAME="value" of a `release` file. */
function parseRelease(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const [, name, value] of text.matchAll(/^(\w+)="?(.*?)"?\r?$/gm)) properties.set(name!, value!);
  return properties;
}

function complete(candidate: Candidate): Jdk {
  const { home, version, featureVersion, release } = candidate;
  const modulesPath = join(home, 'lib', 'modules');
  return { home, version, featureVersion, modulesPath, digest: digestJdk(modulesPath, release) };
}

function digestJdk(modulesPath: string, release: Uint8Array): string {
  const header = new Uint8Array(DIGESTED_HEADER_BYTES);
  const size = new DataView(new ArrayBuffer(8));
  let headerBytes: number;
  try {
    const descriptor = openSync(modulesPath, 'r');
    try {
      size.setBigUint64(0, BigInt(fstatSync(descriptor).size), true);
      headerBytes = readSync(descriptor, header, 0, header.length, 0);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw new UserError('NO_JDK', `${modulesPath} cannot be read (${posixCode(error)}): make it readable.`, {
      cause: error,
    });
  }
  return new Digest()
    .update(header.subarray(0, headerBytes))
    .update(new Uint8Array(size.buffer))
    .update(release)
    .hex();
}

/** Homes in the order in which they are tried; they need not exist. */
function* implicitHomes(
  environment: Readonly<Record<string, string | undefined>>,
  usual: readonly string[],
): Generator<string> {
  if (environment.JAVA_HOME) yield environment.JAVA_HOME;
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const home = homeOfLauncher(join(folder, 'java'));
    if (home !== undefined) yield home;
  }
  yield* usual;
}

/** The JDK of a `bin/java`, which on many systems is reached through links. */
function homeOfLauncher(launcher: string): string | undefined {
  try {
    return dirname(dirname(realpathSync(launcher)));
  } catch {
    return undefined;
  }
}

function usualHomes(environment: Readonly<Record<string, string | undefined>>): string[] {
  const homes = [...entriesOf('/usr/lib/jvm'), ...entriesOf('/opt')];
  if (environment.HOME) homes.push(...entriesOf(join(environment.HOME, '.sdkman', 'candidates', 'java')));
  for (const folder of entriesOf('/Library/Java/JavaVirtualMachines'))
    homes.push(join(folder, 'Contents', 'Home'));
  return homes;
}

/** Paths in a folder, sorted so that the choice does not depend on the file system; empty where it is no folder. */
function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
