// Makes the machine of a birth record: the installed JDK's boot classes and the native methods, joined to the machine,
// which is restored from the boot image where there is one.

import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { nativeTables } from '../classpath-stubs/index.js';
import { withOverrides } from '../jvm/action-overrides.js';
import type { BirthRecord } from '../jvm/birth-record.js';
import type { BootClassSource } from '../jvm/class-registry.js';
import type { Environment } from '../jvm/environment.js';
import { Machine, type MachineParts } from '../jvm/machine.js';
import { posixCode, UserError } from '../lib/errors.js';
import { DIST_URL } from '../lib/installation.js';
import { JimageReader } from '../lib/jimage.js';
import { imageFile, readImage, writeImage } from './boot-image.js';
import type { MachineFactory } from './contracts.js';

const STANDARD_ERROR = 2;
/** An image that keeps the first run waiting longer than this is explained; the boot itself would have been needed. */
const SLOW_WRITE_MS = 1000;

/** Where the set-up leaves the classes of the API. */
const API_CLASSES = new URL('api/', DIST_URL);

/** Bytes of a class of the API by its internal name; undefined where there is none. */
function apiClass(name: string): Uint8Array | undefined {
  try {
    return readFileSync(new URL(`${name}.class`, API_CLASSES));
  } catch (error) {
    if (posixCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The boot modules' classes, from the JDK's lib/modules, and those of the API. */
function bootClasses(jdkHome: string): BootClassSource {
  const image = JimageReader.open(join(jdkHome, 'lib', 'modules'));
  return {
    find: (module, className) => image.find(`/${module}/${className}.class`),
    findApi: apiClass,
    moduleOfPackage: (packageName) => image.moduleOfPackage(packageName),
  };
}

/** What a machine of this birth record is made of. jdkHome: see MachineFactory. UserError where the JDK is gone, or what
 *  is set for an action cannot be. */
export function machineParts(
  record: BirthRecord,
  environment: Environment,
  jdkHome: string = record.jdk.home,
): MachineParts {
  const natives = withOverrides(nativeTables, record.options.actions);
  return { environment, bootClasses: bootClasses(jdkHome), natives };
}

function tell(text: string): void {
  writeSync(STANDARD_ERROR, `rjvm: ${text}\n`);
}

/** Makes the boot image for machines of this birth record anew; answers its file. UserError where that cannot be. */
export function makeBootImage(record: BirthRecord): string {
  const file = imageFile(record);
  if (file === null)
    throw new UserError('IMAGE', 'programs with these -D definitions start without an image');
  const nothing = { perform: () => null };
  const machine = new Machine(record, machineParts(record, nothing));
  machine.boot();
  if (!writeImage(file, machine.save())) throw new UserError('IMAGE', `${file} cannot be written`);
  return file;
}

/** A machine that has booted here, and the image that it leaves for the next one where that can be written. */
function bootAndKeep(record: BirthRecord, parts: MachineParts, file: string): Machine {
  const machine = new Machine(record, parts);
  machine.boot();
  const startMs = performance.now();
  if (writeImage(file, machine.save()) && performance.now() - startMs > SLOW_WRITE_MS) {
    tell(`the boot image ${file} has been made; later runs start faster`);
  }
  return machine;
}

export const machineFactory: MachineFactory = {
  create: (record, environment, jdkHome) => {
    const parts = machineParts(record, environment, jdkHome);
    const file = imageFile(record);
    if (file === null) return new Machine(record, parts);
    const image = readImage(file);
    if (image === 'none') return bootAndKeep(record, parts, file);
    if (image === 'damaged') {
      tell(`the boot image ${file} is damaged; it is made again`);
      return bootAndKeep(record, parts, file);
    }
    return Machine.restore(image, record, parts);
  },
  restore: (record, environment, saved, jdkHome) =>
    Machine.restore(saved, record, machineParts(record, environment, jdkHome)),
};
