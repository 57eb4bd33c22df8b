// Command of the tests: runs a toy program as a pair or alone, as bin would. Arguments: pair | single, the program as
// JSON, a state file where one is wanted, and the number of heartbeats that may be missed.
import { launchPair } from '../../replication/launcher.js';
import { runSingle } from '../../replication/single.js';
import { machineFactory, type Program, toyRecord } from './toy-machine.js';

const [mode, program, stateFile, missedHeartbeats] = process.argv.slice(2);
const record = toyRecord(JSON.parse(program!) as Program);
const factoryModule = new URL('./toy-machine.js', import.meta.url).href;
process.exitCode =
  mode === 'single'
    ? await runSingle(record, machineFactory)
    : await launchPair({
        record,
        factoryModule,
        ...(stateFile === undefined ? {} : { stateFile }),
        ...(missedHeartbeats === undefined ? {} : { missedHeartbeats: Number(missedHeartbeats) }),
      });
