// From a class file named on the command line to the class path and the main class that it means.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ClassFile, parseClassFile } from '../jvm/class-file/class-file.js';
import { ClassFormatError, UnsupportedClassVersion } from '../jvm/class-file/errors.js';
import { ClassPath } from '../lib/class-path.js';
import { posixCode, UserError } from '../lib/errors.js';

const CLASS_FILE_MAGIC = 0xcafebabe;
const PUBLIC_STATIC = 0x0009;
const MAIN_DESCRIPTOR = '([Ljava/lang/String;)V';

export interface MainClass {
  /** Binary name with dots. */
  readonly name: string;
  /** The folder in which the class's package begins: the first class path entry. */
  readonly root: string;
}

/** Checks a class file and finds where its class path begins. path: as the user wrote it; furtherEntries: class path
 *  entries besides its own root, for superclasses. UserError with a sentence for each way in which it cannot be run. */
export function mainClassOfFile(path: string, furtherEntries: readonly string[]): MainClass {
  const classFile = readClassFile(path);
  const root = rootOf(path, classFile.name);
  requireMainMethod(path, classFile, [root, ...furtherEntries]);
  return { name: classFile.name.replaceAll('/', '.'), root };
}

function readClassFile(path: string): ClassFile {
  const bytes = readBytes(path);
  if (bytes.length >= 4 && new DataView(bytes.buffer).getUint32(0) !== CLASS_FILE_MAGIC) {
    const hint = path.endsWith('.java') ? ': compile the Java source with javac first' : '';
    throw new UserError('CLASS_FILE', `${path} is not a class file${hint}`);
  }
  try {
    return parseClassFile(bytes, path, { trusted: false });
  } catch (error) {
    if (!(error instanceof ClassFormatError)) throw error;
    // The message about the version names the file by itself.
    const message =
      error instanceof UnsupportedClassVersion ? error.message : `${path} cannot be loaded: ${error.message}`;
    throw new UserError('CLASS_FILE', message, { cause: error });
  }
}

function readBytes(path: string): Uint8Array<ArrayBuffer> {
  try {
    if (statSync(path).isDirectory()) {
      throw new UserError('CLASS_FILE', `${path} is a folder, not a class file`);
    }
    return Uint8Array.from(readFileSync(path));
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = posixCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new UserError('NO_FILE', `no such file: ${path}`);
    throw new UserError('CLASS_FILE', `${path} cannot be read (${code})`, { cause: error });
  }
}

/** The folder below which the file's path spells out the class's name. className: internal form. */
function rootOf(path: string, className: string): string {
  const expected = `/${className}.class`;
  const absolute = resolve(path);
  if (!absolute.endsWith(expected)) {
    throw new UserError(
      'CLASS_NAME',
      `${path} holds the class ${className.replaceAll('/', '.')}, so its path must end in ${expected.slice(1)}`,
    );
  }
  return absolute.slice(0, -expected.length) || '/';
}

/** A main method may be inherited (JLS §12.1.4), so superclasses count as far as the class path has them. */
function requireMainMethod(path: string, classFile: ClassFile, entries: readonly string[]): void {
  if (hasMainMethod(classFile)) return;
  const classPath = ClassPath.open(entries);
  try {
    const seen = new Set([classFile.name]);
    for (let name = classFile.superName; name !== null && !seen.has(name); ) {
      seen.add(name);
      const found = classPath.find(`${name}.class`);
      if (found === undefined) {
        // One that is missing altogether is for the machine to report, as java does.
        if (isPlatformClass(name)) break;
        return;
      }
      const parent = parseClassFile(found.bytes, found.origin, { trusted: false });
      if (hasMainMethod(parent)) return;
      name = parent.superName;
    }
  } catch (error) {
    // A bad superclass is likewise the machine's to report, with the Java error that it deserves.
    if (error instanceof ClassFormatError) return;
    throw error;
  } finally {
    classPath.close();
  }
  throw new UserError('NO_MAIN', `${path} has no main method: public static void main(String[] args)`);
}

/** Whether the class can only come from the JDK: one with a main method to inherit is not among those. */
function isPlatformClass(name: string): boolean {
  return /^(java|javax|jdk|sun)\//.test(name);
}

function hasMainMethod(classFile: ClassFile): boolean {
  return classFile.methods.some(
    (method) =>
      method.name === 'main' &&
      method.descriptor === MAIN_DESCRIPTOR &&
      (method.accessFlags & PUBLIC_STATIC) === PUBLIC_STATIC,
  );
}
