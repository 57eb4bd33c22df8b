// The parameters of a pair as the user gives them: the configuration file, and over it the command line.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ActionOverrides } from '../jvm/action-overrides.js';
import { ParameterError, posixCode, UserError } from '../lib/errors.js';
import { CONFIGURATION_FILE, type Configuration, checkConfiguration } from '../replication/configuration.js';
import type { PairRequest } from './command-line.js';
import type { Setting } from './pair-options.js';

type Written = Pick<PairRequest, 'configurationFile' | 'settings'>;
type Tree = Readonly<Record<string, unknown>>;

/** The configuration of a pair that is started in this folder. UserError CONFIGURATION in one sentence where the file or a
 *  setting cannot be read or holds what it must not. */
export function readConfiguration(
  { configurationFile, settings }: Written,
  currentFolder: string,
): Configuration {
  const file = configurationFile ?? CONFIGURATION_FILE;
  const text = readText(file, resolve(currentFolder, file), configurationFile === undefined);
  const written = text === null ? {} : parseJson(file, text);
  const checked = checkConfiguration(written, file);
  if (settings.length === 0) return checked;
  // The file has passed, so whatever is wrong now comes from the command line.
  const merged = settings.reduce(
    (tree, setting) => replaced(tree, pathOf(setting.key), settingValue(setting)),
    written as Tree,
  );
  return checkConfiguration(merged, settings.map((setting) => setting.written).join(' '));
}

/** Refused here rather than by the replicas. ParameterError. */
export async function checkActions(actions: ActionOverrides): Promise<void> {
  if (Object.keys(actions).length === 0) return;
  const { nativeTables } = await import('../classpath-stubs/index.js');
  const { withOverrides } = await import('../jvm/action-overrides.js');
  withOverrides(nativeTables, actions);
}

/** Does what makes use of the parameters; where one of them cannot stand, the error says where the user has set it. */
export async function namingSource<T>(written: Written, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof ParameterError)) throw error;
    throw new UserError(error.code, `${sourceOf(written, error.key)}: ${error.message}`, { cause: error });
  }
}

/** The setting that has said something of a key last, else the file. */
function sourceOf({ configurationFile, settings }: Written, key: string): string {
  const setting = settings.findLast((each) => isWithin(each.key, key) || isWithin(key, each.key));
  return setting?.written ?? configurationFile ?? CONFIGURATION_FILE;
}

function isWithin(key: string, outer: string): boolean {
  return key === outer || key.startsWith(`${outer}.`);
}

/** null where the file may be missing and is. */
function readText(file: string, path: string, mayBeMissing: boolean): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = posixCode(error);
    if (code === 'ENOENT' && mayBeMissing) return null;
    const reason = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new UserError('CONFIGURATION', `${file}: ${reason}`);
  }
}

function parseJson(file: string, text: string): unknown {
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch (error) {
    throw new UserError('CONFIGURATION', `${file}: it is not JSON: ${(error as Error).message}`);
  }
  const twice = keyGivenTwice(text);
  if (twice === null) return written;
  throw new UserError('CONFIGURATION', `${file}: ${twice}: it is given twice`);
}

/** The first key that an object of a JSON text has twice, with those around it; null where there is none. JSON.parse lets
 *  the last one count and says nothing. */
function keyGivenTwice(text: string): string | null {
  const open: { readonly path: string; readonly seen: Set<string> }[] = [];
  let path = '';
  for (const [token, quoted, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*(:?)|[{[\]}]/g)) {
    if (token === '{' || token === '[') open.push({ path, seen: new Set() });
    else if (quoted === undefined) open.pop();
    else if (colon === ':') {
      const { path: outer, seen } = open.at(-1)!;
      const key = JSON.parse(quoted) as string;
      path = outer === '' ? key : `${outer}.${key}`;
      if (seen.has(key)) return path;
      seen.add(key);
    }
  }
  return null;
}

/** Keys from the outermost in. Names of methods have dots of their own, so below `actions` only the last one counts. */
function pathOf(key: string): string[] {
  const match = /^(actions)\.(.+)\.([^.]+)$/.exec(key);
  return match === null ? key.split('.') : match.slice(1);
}

function settingValue({ text }: Setting): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The tree with another value at a path; what is no object on the way there is replaced by one. */
function replaced(tree: unknown, [key, ...rest]: readonly string[], value: unknown): Tree {
  const object = typeof tree === 'object' && tree !== null ? (tree as Tree) : {};
  if (key === undefined) throw new Error('a path has at least one key');
  return { ...object, [key]: rest.length === 0 ? value : replaced(object[key], rest, value) };
}
