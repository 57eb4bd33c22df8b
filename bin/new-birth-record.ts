// Gathers a birth record: what the user asks for, the JDK, and what the host tells of itself.
import { statSync } from 'node:fs';
import type { BirthRecord } from '../jvm/birth-record.js';
import { ParameterError } from '../lib/errors.js';
import { hostProperties } from '../lib/host.js';
import { findJdk, type Jdk } from '../lib/jdk.js';
import { standardOutputErrors } from '../lib/standard-streams.js';
import { timeZoneProperties } from '../lib/time-zone.js';
import type { Configuration } from '../replication/configuration.js';
import { classPathEntries } from './class-path-entries.js';
import type { ProgramRequest } from './command-line.js';
import { mainClassOfFile } from './main-class.js';

/** Backward branches and method entries in one epoch at most: some milliseconds of work. */
export const MAXIMUM_EPOCH_COUNT = 200_000;
/** The same count after which another thread has its turn. */
export const QUANTUM_COUNT = 20_000;
export const AVAILABLE_PROCESSORS = 1;

type Variables = Readonly<Record<string, string | undefined>>;

/** The birth record of a program. configuration: of the pair that it runs on; absent where it runs alone. UserError where
 *  the class file or the JDK is missing or unfit, ParameterError where a replica is to hold more than the program may. */
export function newBirthRecord(
  request: ProgramRequest,
  environment: Variables,
  currentFolder: string,
  configuration?: Configuration,
): BirthRecord {
  if (configuration !== undefined) checkHeaps(configuration, request.heapBytes);
  const { mainClass, classPath } = findProgram(request, environment, currentFolder);
  const jdk: Jdk = findJdk({ option: request.jdkOption, environment });
  return {
    mainClass,
    programArguments: request.programArguments,
    classPath,
    systemProperties: request.systemProperties,
    environmentVariables: definedOnly(environment),
    jdk: { home: jdk.home, version: jdk.version, digest: jdk.digest },
    hostProperties: { ...hostProperties(), ...timeZoneProperties() },
    standardOutputErrors: standardOutputErrors(),
    options: {
      heapBytes: request.heapBytes,
      stackBytes: request.stackBytes,
      maximumEpochCount: configuration?.maximumEpochCount ?? MAXIMUM_EPOCH_COUNT,
      quantumCount: QUANTUM_COUNT,
      availableProcessors: AVAILABLE_PROCESSORS,
      collectEvery: 0,
      replicaCount: configuration?.replicas ?? 1,
      preservation: configuration?.preservation ?? 'annotated',
      epochEnds: configuration?.epochEnds ?? 'none',
      actions: configuration?.actions ?? {},
    },
  };
}

function checkHeaps({ heapMib }: Configuration, heapBytes: number): void {
  for (const [replica, mebibytes] of Object.entries(heapMib)) {
    if (mebibytes << 20 <= heapBytes) continue;
    throw new ParameterError(
      `heapMib.${replica}`,
      `it must be at most -Xmx, which is ${Math.floor(heapBytes / (1 << 20))} MiB`,
    );
  }
}

/** The main class and class path. A class file brings its own root along, before -cp or CLASSPATH. */
function findProgram(
  request: ProgramRequest,
  environment: Variables,
  currentFolder: string,
): Pick<BirthRecord, 'mainClass' | 'classPath'> {
  const given = request.classPath ?? environment.CLASSPATH;
  const { program } = request;
  if (program.endsWith('.class') || (request.classPath === undefined && isOtherFile(program))) {
    const further = given === undefined ? [] : classPathEntries(given, currentFolder);
    const { name, root } = mainClassOfFile(program, further);
    return { mainClass: name, classPath: [root, ...further] };
  }
  return {
    mainClass: program.replaceAll('/', '.'),
    classPath: classPathEntries(given ?? '.', currentFolder),
  };
}

/** Whether the word names a file of another kind, such as a source: better refused as that than looked up as a class. */
function isOtherFile(program: string): boolean {
  return /[./]/.test(program) && (statSync(program, { throwIfNoEntry: false })?.isFile() ?? false);
}

function definedOnly(variables: Variables): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
