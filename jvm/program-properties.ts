// What a booted machine learns of its program, step by step: system properties, the current folder, the class path.
// The class library has read placeholders for them so far.
import { currentFolderOf, lateProperties } from './boot-record.js';
import type { Machine } from './machine.js';

const PUT = 'put(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;';
const URL_CLASS_PATH = 'jdk/internal/loader/URLClassPath';

/** Defines the system property with that index; false behind the last. Calls Java code. */
export function defineProperty(m: Machine, index: number): boolean {
  // The properties that programs see, and those that the class library has kept for itself.
  const maps = [
    ['java/lang/System', 'props'],
    ['jdk/internal/misc/VM', 'savedProps'],
  ] as const;
  const definition = lateProperties(m.birthRecord)[index >> 1];
  if (definition === undefined) return false;
  const [className, field] = maps[index & 1]!;
  const map = m.heap.getInt(m.field(className, field).offset);
  const [name, value] = definition;
  return m.callVirtual(map, PUT, [m.heap.newString(name), m.heap.newString(value)]);
}

/** The copies of user.dir that java.io has made for itself. */
export function setCurrentFolder(m: Machine): void {
  const folder = m.heap.newString(currentFolderOf(m.birthRecord));
  m.heap.setInt(m.field('jdk/internal/util/StaticProperty', 'USER_DIR').offset, folder);
  const fileSystem = m.heap.getInt(m.field('java/io/File', 'fs').offset);
  m.setField(fileSystem, 'java/io/UnixFileSystem', 'userDir', folder);
}

/** Makes an object for the program's class path, still to be constructed. */
export function newClassPath(m: Machine): number {
  return m.heap.allocateObject(m.classes.boot(URL_CLASS_PATH));
}

/** Runs the constructor of the class path. */
export function constructClassPath(m: Machine, classPath: number): never {
  const declared = m.classes.boot(URL_CLASS_PATH).methodsByKey.get('<init>(Ljava/lang/String;Z)V')!;
  return m.call(declared, [classPath, m.heap.newString(m.birthRecord.classPath.join(':')), 0]);
}

/** Gives the class path to the loader of the program's classes. */
export function setClassPath(m: Machine, classPath: number): never {
  const loader = m.heap.getInt(m.field('jdk/internal/loader/ClassLoaders', 'APP_LOADER').offset);
  return m.callVirtual(loader, `setClassPath(L${URL_CLASS_PATH};)V`, [classPath]);
}
