// The parameters of a replicated machine (patent, "Parameters of the rVM"): what may be configured, what each value may
// be, and what holds where nothing is said. Equal on all replicas: the launcher tells them, and links compare digests.
import * as z from 'zod';
import { digestHex } from '../lib/digest.js';
import { UserError } from '../lib/errors.js';
import { allowedAt } from './parameters.js';

/** File that is read from the current folder where no other one is named. */
export const CONFIGURATION_FILE = 'rjvm.config.json';

const milliseconds = (minimum: number) => z.number().int().min(minimum).max(3_600_000);

export const actionOverride = z.strictObject({
  suppressedAtBackup: z
    .boolean()
    .optional()
    .describe('false: every replica performs the action for itself (patent: a local action)'),
  compared: z.boolean().optional().describe('output values are compared between the replicas'),
  kill: z
    .boolean()
    .optional()
    .describe('of java.lang.OutOfMemoryError: whether a backup that alone runs out of memory ends'),
  virtualised: z
    .boolean()
    .optional()
    .describe('the first value that is read stands for what any replica would read later'),
});

const schema = z
  .strictObject({
    replicas: z
      .number()
      .int()
      .min(2)
      .max(16)
      .default(2)
      .describe('replicas of the machine, the primary included'),
    acknowledgedBy: z
      .enum(['all', 'majority'])
      .default('all')
      .describe('replicas that hold the log of an output before it is released; the primary counts'),
    maximumEpochCount: z
      .number()
      .int()
      .min(1)
      .max(1_000_000_000)
      .default(200_000)
      .describe('maximum epoch length: backward branches and method entries'),
    epochEnds: z
      .enum(['none', 'application', 'all'])
      .default('none')
      .describe('the classes whose try and catch blocks end an epoch where they end'),
    skew: z
      .strictObject({
        minimumEpochs: z
          .number()
          .int()
          .min(0)
          .max(1_000_000)
          .default(0)
          .describe(
            'd: epochs that a backup keeps behind the primary; 0: it follows as closely as the log allows',
          ),
        maximumEpochs: z
          .number()
          .int()
          .min(1)
          .max(1_000_000)
          .default(4096)
          .describe('D: epochs that the primary may be ahead of the slowest backup'),
        maximumMs: milliseconds(1).default(1000).describe('the same as time, in milliseconds'),
      })
      .refine(({ minimumEpochs, maximumEpochs }) => minimumEpochs < maximumEpochs, {
        message: 'minimumEpochs must be less than maximumEpochs',
      })
      .prefault({}),
    inputSynchronises: z
      .boolean()
      .default(false)
      .describe('whether the primary waits at each input until the backups hold its value'),
    outputRule: z
      .enum(['strong', 'relaxed'])
      .default('strong')
      .describe(
        'strong: an output is released when the backups hold the log before it; relaxed: at once, and after a failure ' +
          'the world may have seen an output that the survivor does not come to',
      ),
    files: z
      .enum(['shared', 'replicated'])
      .default('shared')
      .describe(
        "shared: all replicas see the same files; replicated: each keeps the program's files on its own node, where " +
          'replicas run on several nodes without common storage',
      ),
    compareOutputs: z
      .boolean()
      .default(false)
      .describe('whether outputs are released only when the backups have come to the same ones'),
    heartbeat: z
      .strictObject({
        intervalMs: milliseconds(10).default(180).describe('milliseconds between two heartbeats'),
        missed: z
          .number()
          .int()
          .min(1)
          .max(1000)
          .default(2)
          .describe('heartbeats that a replica may miss; with one more it is suspected'),
      })
      .prefault({}),
    timeouts: z
      .strictObject({
        probeMs: milliseconds(1)
          .default(1000)
          .describe('milliseconds that a suspected replica has for telling the launcher that it is alive'),
        progressMs: milliseconds(0)
          .default(10_000)
          .describe('milliseconds after which a replica with work and no progress is suspected; 0: never'),
        synchronisationMs: milliseconds(0)
          .default(10_000)
          .describe('milliseconds that a primary waits at a synchronisation point for a backup; 0: for ever'),
      })
      .prefault({}),
    deepCheckEpochs: z
      .number()
      .int()
      .min(0)
      .max(1_000_000_000)
      .default(0)
      .describe("epochs between two comparisons of the digests of the replicas' whole state; 0: never"),
    preservation: z
      .enum(['none', 'annotated', 'application'])
      .default('annotated')
      .describe('the classes whose objects the machine preserves around try statements'),
    heapMib: z
      .record(z.string().regex(/^[a-z]+$/), z.number().int().min(2).max(1792))
      .default({})
      .describe(
        'MiB of heap that single replicas can hold, at most -Xmx, by their names, such as {"b": 64}; the others, ' +
          'replacements with new names among them: -Xmx',
      ),
    actions: z
      .record(z.string(), actionOverride)
      .default({})
      .describe(
        'by native method, such as java.lang.System.nanoTime()J, and java.lang.OutOfMemoryError: what differs from its ' +
          'action descriptor',
      ),
  })
  // A backup that keeps its distance never comes to the last outputs, which would wait for it (patent, "Failure
  // detection": outputs are compared where the epoch skew is 0).
  .refine((whole) => !comparesOutputs(whole) || whole.skew.minimumEpochs === 0, {
    path: ['compareOutputs'],
    message: 'true needs skew.minimumEpochs to be 0',
  });

/** Whether outputs wait until the backups have come to the same ones: all, or those of single actions. Since they go out
 *  in one order, one that is compared keeps those after it waiting. */
export function comparesOutputs({
  compareOutputs,
  actions,
}: {
  readonly compareOutputs: boolean;
  readonly actions: Readonly<Record<string, z.infer<typeof actionOverride>>>;
}): boolean {
  return compareOutputs || Object.values(actions).some(({ compared }) => compared === true);
}

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
  const allowed = allowedAt(schema, issue.path);
  if (key === '') return `it must be ${allowed}`;
  // What only holds between parameters has a sentence of its own.
  return `${key}: ${issue.code === 'custom' ? issue.message : `it must be ${allowed}`}`;
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
