// Command of the tests: runs a toy program as a pair or alone, as bin would. Arguments: pair | single, the program as
// JSON, a state file where one is wanted, a configuration as JSON, and nodes as JSON (see PairSetting).
import { UserError } from '../../lib/errors.js';
import { findJdk } from '../../lib/jdk.js';
import { checkConfiguration } from '../../replication/configuration.js';
import { launchPair } from '../../replication/launcher.js';
import { parseNodes } from '../../replication/nodes/node-list.js';
import { readToken } from '../../replication/nodes/token-file.js';
import { runSingle } from '../../replication/single.js';
import type { PairSetting } from './pair-process.js';
import { machineFactory, type Program, toyRecord } from './toy-machine.js';

const [mode, program, stateFile, configuration, nodesText] = process.argv.slice(2);
const record = toyRecord(JSON.parse(program!) as Program);
const factoryModule = new URL('./toy-machine.js', import.meta.url).href;
const nodes = nodesText === undefined ? undefined : (JSON.parse(nodesText) as PairSetting['nodes']);

async function run(): Promise<number> {
  if (mode === 'single') return runSingle(record, machineFactory);
  return launchPair({
    // Agents compare the JDK, though no toy needs one.
    record: nodes === undefined ? record : { ...record, jdk: findJdk({ environment: process.env }) },
    factoryModule,
    ...(stateFile === undefined ? {} : { stateFile }),
    ...(configuration === undefined
      ? {}
      : { configuration: checkConfiguration(JSON.parse(configuration), 'the test') }),
    ...(nodes === undefined
      ? {}
      : { nodes: { nodes: parseNodes(nodes.list), token: readToken(nodes.tokenFile), tls: nodes.tls } }),
  });
}

process.exitCode = await run().catch((error: unknown) => {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`rjvm: ${error.message}\n`);
  return 1;
});
