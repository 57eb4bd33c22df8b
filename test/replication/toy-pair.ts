// Command of the tests: runs a toy program as a pair or alone, as bin would. Arguments: pair | single, the program as
// JSON, a state file where one is wanted, and a configuration as JSON.
import { checkConfiguration } from '../../replication/configuration.js';
import { launchPair } from '../../replication/launcher.js';
import { runSingle } from '../../replication/single.js';
import { machineFactory, type Program, toyRecord } from './toy-machine.js';

const [mode, program, stateFile, configuration] = process.argv.slice(2);
const record = toyRecord(JSON.parse(program!) as Program);
const factoryModule = new URL('./toy-machine.js', import.meta.url).href;
process.exitCode =
  mode === 'single'
    ? await runSingle(record, machineFactory)
    : await launchPair({
        record,
        factoryModule,
        ...(stateFile === undefined ? {} : { stateFile }),
        ...(configuration === undefined
          ? {}
          : { configuration: checkConfiguration(JSON.parse(configuration), 'the test') }),
      });
