// Makes the machine of a birth record: the installed JDK's boot classes and the native methods, joined to the machine.
import { join } from 'node:path';
import { nativeTables } from '../classpath-stubs/index.js';
import type { BirthRecord } from '../jvm/birth-record.js';
import type { BootClassSource } from '../jvm/class-registry.js';
import type { Environment } from '../jvm/environment.js';
import { Machine, type MachineParts } from '../jvm/machine.js';
import { JimageReader } from '../lib/jimage.js';
import type { MachineFactory } from './contracts.js';

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

export const machineFactory: MachineFactory = {
  create: (record, environment) => new Machine(record, machineParts(record, environment)),
};
