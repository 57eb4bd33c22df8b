// Java programs against the API, for tests in this process: compiled here, run on machines of their own.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { newBirthRecord } from '../../../bin/new-birth-record.js';
import type { BirthRecord, MachineOptions } from '../../../jvm/birth-record.js';
import { cleanEnvironment, jdkProgram, type Outcome, PROJECT, runCommand } from '../../support/command.js';
import { compileJava } from '../javac.js';
import { withOptions } from '../machine-harness.js';

/** Classes of the API, for javac and java; rjvm has them by itself. */
export const API_CLASSES = join(PROJECT, 'dist', 'api');
/** Too little for what Hardships tries at its end. */
const HEAP_BYTES = 40 << 20;
const SOURCES = join(PROJECT, 'test', 'jvm', 'api', 'java');
const MEBIBYTE = 1 << 20;

/** Compiles a source with one public class; the folder of its classes. */
export function compileProgram(name: string, source: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rjvm-api-'));
  for (const [className, bytes] of compileJava(`${name}.java`, source, ['-g', '-cp', API_CLASSES])) {
    const file = join(folder, `${className}.class`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  return folder;
}

/** Compiles one of the programs beside this file; the folder of its classes. */
export function compileFile(name: string): string {
  return compileProgram(name, readFileSync(join(SOURCES, `${name}.java`), 'utf8'));
}

/** What one of them prints on rjvm. */
export function expectedOutput(name: string): string {
  return readFileSync(join(SOURCES, `${name}.txt`), 'utf8');
}

/** The birth record of a program in a folder. */
export function recordOf(name: string, folder: string, options: Partial<MachineOptions> = {}): BirthRecord {
  const request = {
    program: name,
    programArguments: [],
    classPath: folder,
    systemProperties: {},
    heapBytes: HEAP_BYTES,
    stackBytes: MEBIBYTE,
    jdkOption: undefined,
    pair: false,
    stateFile: undefined,
  };
  return withOptions(newBirthRecord(request, cleanEnvironment(), PROJECT), options);
}

/** What the JDK's own java does with it. */
export function runOnJava(name: string, folder: string): Promise<Outcome> {
  return runCommand(jdkProgram('java'), ['-cp', `${folder}:${API_CLASSES}`, name]);
}
