// The parameters of a replicated machine (patent, "Parameters of the rVM"): what may be configured, what each value may
// be, and what holds where nothing is said. Equal on all replicas: the launcher tells them, and links compare digests.
import { z } from 'zod';
import { digestHex } from '../lib/digest.js';
import { UserError } from '../lib/errors.js';

/** File that is read from the current folder where no other one is named. */
export const CONFIGURATION_FILE = 'rjvm.config.json';

const milliseconds = (minimum: number) => z.number().int().min(minimum).max(3_600_000);

const actionOverride = z.strictObject({
  /** false: every replica performs the action for itself (patent: a local action). */
  suppressedAtBackup: z.boolean().optional(),
  /** Output values are compared between the replicas. */
  compared: z.boolean().optional(),
});

const schema = z.strictObject({
  /** Replicas of the machine, the primary included. */
  replicas: z.number().int().min(2).max(16).default(2),
  /** Replicas that hold the log of an output before it is released: all, or more than half (the primary counts). */
  acknowledgedBy: z.enum(['all', 'majority']).default('all'),
  /** Maximum epoch length: backward branches and method entries. */
  maximumEpochCount: z.number().int().min(1).max(1_000_000_000).default(200_000),
  /** Try and catch blocks whose ends end an epoch. */
  epochEnds: z.enum(['none', 'application', 'all']).default('none'),
  skew: z
    .strictObject({
      /** d: epochs that the backup keeps behind the primary; 0 lets it follow as closely as the log allows. */
      minimumEpochs: z.number().int().min(0).max(1_000_000).default(0),
      /** D: epochs that the primary may be ahead of the slowest backup. */
      maximumEpochs: z.number().int().min(1).max(1_000_000).default(4096),
      /** The same as time. */
      maximumMs: milliseconds(1).default(1000),
    })
    .refine(({ minimumEpochs, maximumEpochs }) => minimumEpochs < maximumEpochs, {
      message: 'minimumEpochs must be less than maximumEpochs',
    })
    .prefault({}),
  /** Whether the primary waits at each input until the backups hold its value. */
  inputSynchronises: z.boolean().default(false),
  /** strong: an output is released when the backups hold the log before it. relaxed: at once; after a failure the
   *  world may have seen an output that the survivor does not come to. */
  outputRule: z.enum(['strong', 'relaxed']).default('strong'),
  /** Outputs are released only when the backups have come to the same ones. */
  compareOutputs: z.boolean().default(false),
  heartbeat: z
    .strictObject({
      intervalMs: milliseconds(10).default(100),
      /** Heartbeats that a replica may miss; with one more it is suspected. */
      missed: z.number().int().min(1).max(1000).default(3),
    })
    .prefault({}),
  timeouts: z
    .strictObject({
      /** Time that a suspected replica has for telling the launcher that it is alive. */
      probeMs: milliseconds(1).default(1000),
      /** Time after which a replica that has work and shows no progress is suspected; 0: never. */
      progressMs: milliseconds(0).default(10_000),
      /** Time that a primary waits at a synchronisation point for a backup before it suspects it; 0: for ever. */
      synchronisationMs: milliseconds(0).default(10_000),
    })
    .prefault({}),
  /** Epochs between two comparisons of the digests of the replicas' whole state; 0: never. */
  deepCheckEpochs: z.number().int().min(0).max(1_000_000_000).default(0),
  /** Objects whose state the machine preserves around try statements: none, those of annotated classes, or those of all
   *  classes of the application. */
  preservation: z.enum(['none', 'annotated', 'application']).default('annotated'),
  /** By native method, such as "java.lang.System.nanoTime()J": what is different from its action descriptor. */
  actions: z.record(z.string(), actionOverride).default({}),
});

export type Configuration = z.infer<typeof schema>;
/** As users write it: everything may be left out. */
export type ConfigurationInput = z.input<typeof schema>;

export const configurationSchema = schema;

export const DEFAULT_CONFIGURATION: Configuration = schema.parse({});

/** Checks what a user has written; from: the file or flag, for the error. Throws UserError CONFIGURATION, whose sentence
 *  names the key and what may stand there. */
export function checkConfiguration(value: unknown, from: string): Configuration {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const sentences = result.error.issues.map(sentence);
  throw new UserError('CONFIGURATION', `${from}: ${sentences.join('; ')}`);
}

function sentence(issue: z.core.$ZodIssue): string {
  const key = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((name) => (key === '' ? name : `${key}.${name}`));
    return `there is no parameter ${names.join(', ')}; there are ${parameterNames(issue.path).join(', ')}`;
  }
  return key === '' ? issue.message : `${key}: ${issue.message}`;
}

/** Keys of the object at a path. */
function parameterNames(path: readonly PropertyKey[]): string[] {
  let node: unknown = DEFAULT_CONFIGURATION;
  for (const key of path) node = (node as Record<PropertyKey, unknown>)[key] ?? {};
  return path[0] === 'actions' ? Object.keys(actionOverride.shape) : Object.keys(node as object);
}

/** Tells configurations apart: hex. */
export function configurationDigest(configuration: Configuration): string {
  return digestHex(new TextEncoder().encode(JSON.stringify(configuration)));
}
