// Makes the machine of a birth record: the installed JDK's boot classes and the native methods, joined to the machine,
// which is restored from the boot image where there is one.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { nativeTables } from '../classpath-stubs/index.js';
import type { BirthRecord } from '../jvm/birth-record.js';
import type { BootClassSource } from '../jvm/class-registry.js';
import type { Environment } from '../jvm/environment.js';
import { Machine, type MachineParts } from '../jvm/machine.js';
import { JimageReader } from '../lib/jimage.js';
import { imageFile, readImage, writeImage } from './boot-image.js';
import type { MachineFactory } from './contracts.js';

const STANDARD_ERROR = 2;
/** A first start that takes longer than this is explained. */
const SLOW_BOOT_MS = 1000;

/** The boot modules' classes, from the JDK's lib/modules. */
function bootClasses(record: BirthRecord): BootClassSource {
  const image = JimageReader.open(join(record.jdk.home, 'lib', 'modules'));
  return {
    find: (module, className) => image.find(`/${module}/${className}.class`),
    moduleOfPackage: (packageName) => image.moduleOfPackage(packageName),
  };
}

/** What a machine of this birth record is made of. UserError where the JDK is gone. */
export function machineParts(record: BirthRecord, environment: Environment): MachineParts {
  return { environment, bootClasses: bootClasses(record), natives: nativeTables };
}

function tell(text: string): void {
  writeSync(STANDARD_ERROR, `rjvm: ${text}\n`);
}

/** A machine that has booted here, and the image that it leaves for the next one where that can be written. */
export function bootAndKeep(record: BirthRecord, parts: MachineParts, file: string): Machine {
  const startMs = performance.now();
  const machine = new Machine(record, parts);
  machine.boot();
  const isKept = writeImage(file, machine.save());
  const tookMs = performance.now() - startMs;
  if (isKept && tookMs > SLOW_BOOT_MS) {
    tell(`started the class library in ${Math.round(tookMs)} ms and kept it in ${file} for later runs`);
  }
  return machine;
}

export const machineFactory: MachineFactory = {
  create: (record, environment) => {
    const parts = machineParts(record, environment);
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
};
