// The entry point of a replica process. The machine of one that leads is needed first of all: its thread begins while
// this one still loads what it needs for itself.
import { MachineThread } from './machine-thread.js';
import { receiveBirth } from './replica-birth.js';

// A terminal's Ctrl-C and hang-up go to the whole process group; the launcher tells the program of them.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('SIGTERM', () => {});

const { birth, node } = await receiveBirth();
const machine = new MachineThread(birth, node?.paths);
// A backup's can wait until it is linked: the processors are the primary's first.
if (birth.leads) machine.begin();
const { Replica } = await import('./replica.js');
// A launcher that is gone before the link is up leaves nobody to tell.
await new Replica(birth, machine, node).run(birth).catch(() => process.exit(0));
