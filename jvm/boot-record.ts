// The boot without its program: until the class library has started, a machine is told only what hardly ever changes for
// one user on one host. So that state can be kept as an image, and is the same with and without one.
import type { BirthRecord } from './birth-record.js';
import type { ActionResult, Request } from './environment.js';

/** Stands for what is not known yet; nothing of it is left in a machine whose program runs. A path with a NUL character
 *  names no file, so that a class path of it is one without entries and asks nothing of the host. */
export const UNKNOWN = '\0rjvm-boot';

/** Properties that the start of the class library may read, by their first word. */
const LIBRARY_PROPERTY = /^(?:java|javax|jdk|sun|com\.sun|user|os|file|path|line|native|stdout|stderr)\./;
/** Those of them that change no more than values which are kept with the image. */
const PLAIN_PROPERTY =
  /^(?:user\.(?:name|home|dir|language|country)|java\.io\.tmpdir|java\.awt\.headless|file\.encoding|(?:sun\.)?std(?:out|err)\.encoding)$/;
/** Those of them that are read long after the start. */
const LATE_PROPERTY = /^(?:java\.(?:util|net|rmi|text|sql|time)|javax|com\.sun|sun\.(?:net|rmi))\./;

/** What of the host the start of the class library depends on. */
const HOST_PROPERTIES = [
  'user.name',
  'user.home',
  'user.language',
  'user.country',
  'os.name',
  'os.version',
  'os.arch',
  'file.encoding',
  'native.encoding',
  'sun.jnu.encoding',
  'java.io.tmpdir',
];

/** The birth record with which the class library starts, the same for all programs of a user as far as can be; null
 *  where a -D definition may change how it starts: then the machine boots with its own. */
export function bootRecordOf(record: BirthRecord): BirthRecord | null {
  const { systemProperties, environmentVariables, hostProperties } = record;
  const early = Object.keys(systemProperties).filter((name) => !isLate(name));
  if (!early.every((name) => PLAIN_PROPERTY.test(name))) return null;
  return {
    mainClass: UNKNOWN,
    programArguments: [],
    classPath: [UNKNOWN],
    systemProperties: pick(systemProperties, early),
    environmentVariables: pick(environmentVariables, ['LD_LIBRARY_PATH']),
    jdk: record.jdk,
    hostProperties: { ...pick(hostProperties, HOST_PROPERTIES), 'user.dir': UNKNOWN },
    // What only programs can see.
    options: {
      ...record.options,
      replicaCount: 1,
      preservation: 'annotated',
      epochEnds: record.options.epochEnds === 'all' ? 'all' : 'none',
      actions: {},
    },
  };
}

/** True for a system property that only the program, or what it uses, can read. */
function isLate(name: string): boolean {
  return !LIBRARY_PROPERTY.test(name) || LATE_PROPERTY.test(name);
}

function pick(values: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
  );
}

/** The system properties that a booted machine learns from its own birth record. */
export function lateProperties(record: BirthRecord): readonly (readonly [string, string])[] {
  return [
    ...Object.entries(record.systemProperties).filter(([name]) => isLate(name)),
    ['user.dir', currentFolderOf(record)],
    ['java.class.path', record.classPath.join(':')],
    ['sun.java.command', [record.mainClass, ...record.programArguments].join(' ')],
  ];
}

/** The current folder as the class library knows it. */
export function currentFolderOf(record: BirthRecord): string {
  return record.systemProperties['user.dir'] ?? record.hostProperties['user.dir'] ?? '/';
}

/** What the clock shows while the class library starts: it only salts the order of immutable sets. */
const BOOT_CLOCK_NS = 1_000_000_007n;

/** The answer to a request during the boot, which takes in nothing from outside. */
export function answerDuringBoot(request: Request): ActionResult {
  if (request.kind === 'readMonotonicClock') return BOOT_CLOCK_NS;
  throw new Error(`the class library asks for ${request.kind} before it has started`);
}
