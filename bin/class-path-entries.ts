// The class path as the user writes it, turned into absolute entries.
import { readdirSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/** Absolute entries of a class path text, in order. As in java, an empty entry is the current folder, and an entry whose
 *  last part is `*` stands for the jars of that folder; here in the order of their names, so that every run has the
 *  same. */
export function classPathEntries(text: string, currentFolder: string): string[] {
  return text.split(delimiter).flatMap((entry) => {
    const isWildcard = entry === '*' || entry.endsWith('/*');
    if (!isWildcard) return [resolve(currentFolder, entry)];
    const folder = resolve(currentFolder, entry.slice(0, -1));
    return jarsOf(folder).map((name) => resolve(folder, name));
  });
}

function jarsOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jar') || name.endsWith('.JAR'))
      .sort();
  } catch {
    // No such folder: no jars, as java has it.
    return [];
  }
}
