// rjvm run, and rjvm without a command: runs a program alone or as a pair.

import { readFileSync, realpathSync } from 'node:fs';
import { UserError } from '../../lib/errors.js';
import { PROJECT_URL } from '../../lib/installation.js';
import { findJdk, SUPPORTED_FEATURE_VERSION } from '../../lib/jdk.js';
import { type PairRequest, type ProgramRequest, parseCommandLine } from '../command-line.js';
import { newBirthRecord } from '../new-birth-record.js';
import { readNodes } from '../node-options.js';

export async function run(words: readonly string[]): Promise<number> {
  const request = parseCommandLine(words);
  switch (request.kind) {
    case 'print':
      process.stdout.write(request.text);
      return 0;
    case 'version':
      process.stdout.write(versionText(request.jdkOption));
      return 0;
    case 'run':
      // Loaded only when needed: a program that runs alone never waits for the code of the pair, nor the reverse.
      return request.pair === undefined ? runAlone(request) : runPair(request, request.pair);
  }
}

async function runAlone(request: ProgramRequest): Promise<number> {
  const record = newBirthRecord(request, process.env, process.cwd());
  const { runSingle } = await import('../../replication/single.js');
  const { machineFactory } = await import('../../replication/machine-factory.js');
  return runSingle(record, machineFactory);
}

async function runPair(request: ProgramRequest, pair: PairRequest): Promise<number> {
  const { checkActions, namingSource, readConfiguration } = await import('../configuration-file.js');
  return namingSource(pair, async () => {
    const configuration = readConfiguration(pair, process.cwd());
    await checkActions(configuration.actions);
    const record = newBirthRecord(request, process.env, process.cwd(), configuration);
    const nodes = await readNodes(pair.nodes);
    const { launchPair } = await import('../../replication/launcher.js');
    return launchPair({
      record,
      configuration,
      ...(pair.stateFile === undefined ? {} : { stateFile: pair.stateFile }),
      ...(pair.manage === undefined ? {} : { manage: pair.manage }),
      ...(nodes === undefined ? {} : { nodes }),
    });
  });
}

function versionText(jdkOption: string | undefined): string {
  const { version } = JSON.parse(readFileSync(new URL('package.json', PROJECT_URL), 'utf8'));
  return `rjvm ${version}\n${jdkText(jdkOption)}\n`;
}

function jdkText(jdkOption: string | undefined): string {
  try {
    const jdk = findJdk({ option: jdkOption, environment: process.env });
    const { JAVA_HOME } = process.env;
    const passedOver =
      jdkOption === undefined && JAVA_HOME && !isSameFolder(JAVA_HOME, jdk.home)
        ? `; passed over JAVA_HOME (${JAVA_HOME}), which is no JDK ${SUPPORTED_FEATURE_VERSION}`
        : '';
    return `JDK ${jdk.version} at ${jdk.home}${passedOver}`;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** home: with links resolved. */
function isSameFolder(path: string, home: string): boolean {
  try {
    return realpathSync(path) === home;
  } catch {
    return false;
  }
}
