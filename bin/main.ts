// The rjvm command's entry: reads the command line, runs the program alone or as a pair, and ends with its exit code.
import { readFileSync } from 'node:fs';
import { UserError } from '../lib/errors.js';
import { findJdk } from '../lib/jdk.js';
import { parseCommandLine, type RunRequest } from './command-line.js';
import { newBirthRecord } from './new-birth-record.js';

/** Exit code for whatever the user can put right, as java has it. */
const EXIT_USER_ERROR = 1;
/** Exit code for a fault of rjvm itself: EX_SOFTWARE of sysexits. */
const EXIT_INTERNAL_ERROR = 70;

/** Runs the command; resolves to the exit code. */
async function main(words: readonly string[]): Promise<number> {
  const request = parseCommandLine(words);
  switch (request.kind) {
    case 'print':
      process.stdout.write(request.text);
      return 0;
    case 'version':
      process.stdout.write(versionText(request.jdkOption));
      return 0;
    case 'run':
      return runProgram(request);
    case 'image':
      return makeImage(request);
  }
}

async function runProgram(request: RunRequest): Promise<number> {
  const record = newBirthRecord(request, process.env, process.cwd());
  // Loaded only when needed: a program that runs alone never waits for the code of the pair, nor the reverse.
  if (request.pair) {
    const { launchPair } = await import('../replication/launcher.js');
    return launchPair({
      record,
      ...(request.stateFile === undefined ? {} : { stateFile: request.stateFile }),
    });
  }
  const { runSingle } = await import('../replication/single.js');
  const { machineFactory } = await import('../replication/machine-factory.js');
  return runSingle(record, machineFactory);
}

async function makeImage(request: RunRequest): Promise<number> {
  const record = newBirthRecord(request, process.env, process.cwd());
  const { makeBootImage } = await import('../replication/machine-factory.js');
  process.stdout.write(`${makeBootImage(record)}\n`);
  return 0;
}

function versionText(jdkOption: string | undefined): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return `rjvm ${version}\n${jdkText(jdkOption)}\n`;
}

function jdkText(jdkOption: string | undefined): string {
  try {
    const jdk = findJdk({ option: jdkOption, environment: process.env });
    return `JDK ${jdk.version} at ${jdk.home}`;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** Reports a failure on stderr: one line for the user's, the stack as well for our own. Returns the exit code. */
function report(error: unknown): number {
  if (error instanceof UserError) {
    process.stderr.write(`rjvm: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    return EXIT_USER_ERROR;
  }
  const detail = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`rjvm: internal error: ${detail.message}\n${detail.stack ?? ''}\n`);
  return EXIT_INTERNAL_ERROR;
}

process.exit(await main(process.argv.slice(2)).catch(report));
