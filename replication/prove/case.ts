// One run of the program under proof, as plain data: the order that is given to its process, and the report that comes
// back. Both are files in the run's folder.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { BirthRecord } from '../../jvm/birth-record.js';
import type { Configuration } from '../configuration.js';
import type { ReplicaId } from '../contracts.js';
import { faultSignalSchema, pointSchema } from './instruments.js';

/** When a replica is struck. time: so long after the pair was whole, for the first time or since the last strike. */
export const momentSchema = z.discriminatedUnion('kind', [
  ...pointSchema.options,
  z.object({ kind: z.literal('time'), ms: z.number().nonnegative() }),
]);
export type Moment = z.infer<typeof momentSchema>;

export const victimSchema = z.enum(['primary', 'backup']);
export type Victim = z.infer<typeof victimSchema>;

export const strikeSchema = z.object({
  moment: momentSchema,
  victim: victimSchema,
  signal: faultSignalSchema,
  /** A stopped replica is woken up (SIGCONT) after that time; null: never. */
  wakeAfterMs: z.number().nonnegative().nullable(),
});
export type Strike = z.infer<typeof strikeSchema>;

/** What the process of a run is told. */
export interface CaseOrder {
  readonly record: BirthRecord;
  readonly configuration: Configuration;
  /** URL of the module that makes the machines; null: Java machines. */
  readonly factoryModule: string | null;
  /** One after the other, each once the pair is whole. Only the first may have another moment than a time. */
  readonly strikes: readonly Strike[];
  /** After the last strike, when the pair is whole again, the program is told to end (SIGTERM). */
  readonly stops: boolean;
  /** The folder in which the program runs, where each run has a fresh copy; else null. */
  readonly scratch: string | null;
  /** File that holds the program's standard input. */
  readonly input: string;
}

const strikeReport = z.object({
  replica: z.string(),
  /** All times are milliseconds of Date.now(). */
  atMs: z.number(),
  /** The backup decides in its place. */
  tookOverAtMs: z.number().nullable(),
  /** The pair was whole again. */
  wholeAtMs: z.number().nullable(),
  /** The gateway gave the replica up. */
  lostAtMs: z.number().nullable(),
  wokenAtMs: z.number().nullable(),
});
export type StrikeReport = z.infer<typeof strikeReport>;

const caseReport = z.object({
  /** Both replicas ran for the first time; null where that never was. */
  wholeAtMs: z.number().nullable(),
  /** The gateway had taken the program's exit in. */
  endedAtMs: z.number().nullable(),
  /** The primary at the end, whose machine's history is that of the run. */
  primary: z.string(),
  replicas: z.array(z.string()),
  strikes: z.array(strikeReport),
  /** Replicas that were given up, struck or not. */
  lost: z.array(z.string()),
  /** Replicas that were given up and whose process was still there when another one had taken the place. */
  undead: z.array(z.string()),
  /** Why the run could not begin. */
  error: z.string().nullable(),
});
export type CaseReport = z.infer<typeof caseReport>;

const checkReport = z.object({
  exitCode: z.number().nullable(),
  faults: z.array(z.string()).readonly(),
  outside: z.array(z.string()).readonly(),
  unsettled: z.array(z.string()).readonly(),
});
/** What came of executing a run's history again; see re-execution.ts. */
export type CheckReport = z.infer<typeof checkReport>;

/** The files of a run, in its folder. */
export const caseFiles = (folder: string) => ({
  order: join(folder, 'order.json'),
  report: join(folder, 'report.json'),
  stdout: join(folder, 'stdout'),
  stderr: join(folder, 'stderr'),
  /** The pair's own lines. */
  reports: join(folder, 'reports'),
  /** What its history gives when it is executed again. */
  check: join(folder, 'check.json'),
  checkedStdout: join(folder, 'checked-stdout'),
  checkedStderr: join(folder, 'checked-stderr'),
  journal: (replica: ReplicaId) => join(folder, `journal-${replica}`),
  mark: (replica: ReplicaId) => join(folder, `mark-${replica}`),
});

export function writeOrder(folder: string, order: CaseOrder): void {
  writeFileSync(caseFiles(folder).order, JSON.stringify(order));
}

/** An order is read by the process that it was written for. */
export function readOrder(folder: string): CaseOrder {
  return JSON.parse(readFileSync(caseFiles(folder).order, 'utf8')) as CaseOrder;
}

export function writeReport(folder: string, report: CaseReport): void {
  writeFileSync(caseFiles(folder).report, JSON.stringify(report));
}

/** null where the process ended before it wrote one. */
export function readReport(folder: string): CaseReport | null {
  return readParsed(caseFiles(folder).report, caseReport);
}

export function writeCheck(folder: string, report: CheckReport): void {
  writeFileSync(caseFiles(folder).check, JSON.stringify(report));
}

/** null where the process ended before it wrote one. */
export function readCheck(folder: string): CheckReport | null {
  return readParsed(caseFiles(folder).check, checkReport);
}

function readParsed<T>(path: string, schema: z.ZodType<T>): T | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  return schema.parse(JSON.parse(text));
}

/** A moment in words that parseMoment reads. */
export function momentText(moment: Moment): string {
  if (moment.kind === 'epoch') return `epoch:${moment.epoch}`;
  if (moment.kind === 'output') return `output:${moment.sequence}:${moment.phase}`;
  return `time:${moment.ms}ms`;
}

/** null where the words name no moment. */
export function parseMoment(text: string): Moment | null {
  const match = /^(?:epoch:(\d+)|output:(\d+)(?::(made|released|sent))?|time:(\d+)ms)$/.exec(text);
  if (match === null) return null;
  const [, epoch, sequence, phase = 'released', ms] = match;
  if (epoch !== undefined) return { kind: 'epoch', epoch: Number(epoch) };
  if (ms !== undefined) return { kind: 'time', ms: Number(ms) };
  return momentSchema.parse({ kind: 'output', sequence: Number(sequence), phase });
}
