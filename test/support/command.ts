// Runs commands for tests and benchmarks: collects what they print, and ends them when they take too long.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findJdk } from '../../lib/jdk.js';

/** The project's folder; this file stands in dist/test/support. */
export const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
export const RJVM = join(PROJECT, 'bin', 'rjvm');

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code, or the name of the signal that ended the process, or `timeout`. */
  readonly exit: number | string;
}

export interface CommandOptions {
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
  /** Standard input, written as UTF-8 through a pipe as soon as it is known; none where absent. */
  readonly input?: string | Promise<string>;
}

const DEFAULT_TIMEOUT_MS = 120_000;

/** Variables that would change what java prints or finds. */
const DISTURBING = ['CLASSPATH', 'JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS', 'NODE_OPTIONS'];

/** The test's own environment with a fixed locale and without what would disturb a comparison. */
export function cleanEnvironment(extra: CommandOptions['environment'] = {}): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C.UTF-8', ...extra };
  for (const name of DISTURBING) if (!(name in extra)) delete environment[name];
  for (const [name, value] of Object.entries(extra)) if (value === undefined) delete environment[name];
  return environment;
}

/** What a first run may say when the machine is slow; no test is about it. */
const IMAGE_NOTICE = /^rjvm: the boot image .* has been made; later runs start faster\n/gm;

/** Runs a command to its end and collects its output, as Latin-1 so that every byte is told apart. */
export function runCommand(
  program: string,
  words: readonly string[],
  options: CommandOptions = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...words], {
      cwd: options.folder ?? PROJECT,
      env: cleanEnvironment(options.environment),
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    // A program may end before it has read everything.
    child.stdin?.on('error', () => {});
    Promise.resolve(options.input).then((input) => child.stdin?.end(input), reject);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('latin1').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('latin1').on('data', (text: string) => {
      stderr += text;
    });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const said = stderr.replace(IMAGE_NOTICE, '');
      resolve({ stdout, stderr: said, exit: timedOut ? 'timeout' : (code ?? signal ?? 'unknown') });
    });
  });
}

export function runRjvm(words: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  return runCommand(process.execPath, [RJVM, ...words], options);
}

/** A program of the JDK that rjvm itself finds: `java`, `javac`. */
export function jdkProgram(name: string): string {
  return join(findJdk({ environment: process.env }).home, 'bin', name);
}

/** Lets at most `limit` of the functions given to it run at the same time. */
export function limiter(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await task();
    } finally {
      // A waiting task takes this one's place, so the number that runs stays the same.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
