// For tests: Java sources compiled with the JDK's javac, and the JDK's own classes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findJdk } from '../../lib/jdk.js';
import { JimageReader } from '../../lib/jimage.js';

export const jdk = findJdk({ environment: process.env });

/** Compiles one source file; gives the class files by name (with $ for nested classes). */
export function compileJava(
  fileName: string,
  source: string,
  options: readonly string[] = [],
): Map<string, Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'rjvm-javac-'));
  try {
    const file = join(folder, fileName);
    writeFileSync(file, source);
    execFileSync(join(jdk.home, 'bin', 'javac'), ['-nowarn', '-d', folder, ...options, file], {
      stdio: 'pipe',
    });
    const classes = new Map<string, Uint8Array>();
    for (const name of readdirSync(folder, { recursive: true }) as string[]) {
      if (name.endsWith('.class'))
        classes.set(name.slice(0, -6).replaceAll('\\', '/'), readFileSync(join(folder, name)));
    }
    return classes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens the JDK's image of modules. */
export function openModules(): JimageReader {
  return JimageReader.open(join(jdk.home, 'lib', 'modules'));
}

/** Resource names of all classes of java.base. */
export function javaBaseClasses(modules: JimageReader): string[] {
  return modules.list().filter((name) => name.startsWith('/java.base/') && name.endsWith('.class'));
}

/** A seeded generator of numbers in [0, limit), so that a failing test can be run again (xorshift32). */
export function randomNumbers(seed: number): (limit: number) => number {
  let state = seed | 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}
