// What the launcher tells a replica process at its birth.
import { z } from 'zod';
import { configurationSchema } from './configuration.js';
import { instrumentsSchema } from './prove/instruments.js';

/** The environment variable that carries it. It holds the token, so it is no argument that others could read. */
export const REPLICA_VARIABLE = 'RJVM_REPLICA';

const birth = z.object({
  /** Name of the replica. */
  id: z.string(),
  token: z.string(),
  launcherPort: z.number().int(),
  /** URL of a module that exports `machineFactory`. */
  factoryModule: z.string(),
  configuration: configurationSchema,
  /** For proofs. */
  instruments: instrumentsSchema.optional(),
});

export type ReplicaBirth = z.infer<typeof birth>;

/** Throws where the variable was not set by a launcher. */
export function parseReplicaBirth(text: string | undefined): ReplicaBirth {
  return birth.parse(JSON.parse(text ?? 'null'));
}
