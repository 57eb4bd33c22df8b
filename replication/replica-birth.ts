// What the launcher tells a replica process at its birth.
import * as z from 'zod';
import { configurationSchema } from './configuration.js';
import { instrumentsSchema } from './prove/instruments.js';

/** The environment variable that carries it. It holds the token, so it is no argument that others could read. */
export const REPLICA_VARIABLE = 'RJVM_REPLICA';

const birth = z.object({
  /** Name of the replica. */
  id: z.string(),
  token: z.string(),
  /** Where the launcher listens on the loopback interface; absent where it comes to the replica. */
  launcherPort: z.number().int().optional(),
  /** URL of a module that exports `machineFactory`; that of Java machines where absent. */
  factoryModule: z.string().optional(),
  configuration: configurationSchema,
  /** Whether it is meant to be the first primary: its machine is needed at once. */
  leads: z.boolean(),
  /** For proofs. */
  instruments: instrumentsSchema.optional(),
});

const nodePart = z.object({
  /** Interfaces on which the replica listens. */
  hosts: z.array(z.string()),
  tls: z.object({ certificate: z.string(), key: z.string(), authority: z.string() }).optional(),
  paths: z.object({ jdkHome: z.string(), files: z.record(z.string(), z.string()), standIn: z.string() }),
});

/** What the agent of a node adds. */
export type NodePart = z.infer<typeof nodePart>;

export type ReplicaBirth = z.infer<typeof birth>;

/** Value of the variable where an agent sends the birth as its first message; the replica then lives no longer than the
 *  agent. */
export const BIRTH_BY_MESSAGE = 'message';

/** Of a process's own Node options, the ones that are of use to replicas. */
export function isInherited(option: string): boolean {
  return option === '--enable-source-maps';
}

/** Throws where this process was not started by a launcher or an agent. */
export async function receiveBirth(): Promise<{ birth: ReplicaBirth; node?: NodePart }> {
  const text = process.env[REPLICA_VARIABLE];
  delete process.env[REPLICA_VARIABLE];
  if (text !== BIRTH_BY_MESSAGE) {
    return { birth: birth.parse(JSON.parse(text ?? 'null')) };
  }
  process.on('disconnect', () => process.exit(0));
  const message = await new Promise((resolve) => process.once('message', resolve));
  return z.object({ birth, node: nodePart }).parse(message);
}
