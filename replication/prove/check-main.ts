// The process that checks a run against its own history: whether the journals of its replicas agree, whether the program
// was given its input once and whole, and what the history gives when a fresh machine executes it. Argument: the run's
// folder.

import { existsSync, readFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { UserError } from '../../lib/errors.js';
import type { ReplicaId } from '../contracts.js';
import { loadMachineFactory } from '../load-factory.js';
import { type CheckReport, caseFiles, readOrder, readReport, writeCheck } from './case.js';
import { disagreement, histories, inputFault } from './history.js';
import { type Journal, readJournal } from './journal.js';
import { reExecute } from './re-execution.js';

async function check(folder: string): Promise<CheckReport> {
  const nothing = { exitCode: null, outside: [], unsettled: [] };
  const order = readOrder(folder);
  const report = readReport(folder);
  if (report === null) return { ...nothing, faults: ['the run has left no report'] };
  const files = caseFiles(folder);
  const journals = new Map<ReplicaId, Journal>();
  for (const replica of report.replicas) {
    const path = files.journal(replica);
    if (existsSync(path)) journals.set(replica, readJournal(path, replica));
  }
  const all = histories(journals);
  const history = all.get(report.primary);
  if (history === undefined) {
    return { ...nothing, faults: [`replica ${report.primary}, the last primary, has left no journal`] };
  }
  const faults = [
    disagreement(history, all.values()),
    inputFault(history.records, readFileSync(order.input)),
  ].filter((fault) => fault !== null);
  const { scratch } = order;
  const again = reExecute({
    record: order.record,
    configuration: order.configuration,
    factory: await loadMachineFactory(order.factoryModule),
    history,
    streams: { 1: files.checkedStdout, 2: files.checkedStderr },
    holds: (path) => scratch !== null && resolve(path).startsWith(scratch + sep),
  });
  return { ...again, faults: [...faults, ...again.faults] };
}

const folder = process.argv[2]!;
try {
  writeCheck(folder, await check(folder));
} catch (error) {
  const text = error instanceof UserError ? error.message : String((error as Error).stack);
  writeCheck(folder, { exitCode: null, faults: [text], outside: [], unsettled: [] });
}
process.exit(0);
