// Loads what makes the machines, by the threads and processes that have one: late, since it is large.
import type { MachineFactory, MachineFactoryModule } from './contracts.js';

/** url: of a module that exports `machineFactory`; that of Java machines where there is none. */
export async function loadMachineFactory(url: string | null | undefined): Promise<MachineFactory> {
  const module: MachineFactoryModule = await (url ? import(url) : import('./machine-factory.js'));
  return module.machineFactory;
}
