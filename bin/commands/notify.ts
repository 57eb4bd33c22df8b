// rjvm notify: tells a running pair that one of its replicas has failed, as some other detector has found.
import { UserError } from '../../lib/errors.js';
import { commandReplica } from './replica-command.js';

const FAILED = 'failed';

export async function run(words: readonly string[]): Promise<number> {
  const isHelp = words.includes('--help');
  if (!isHelp && words.at(-1) !== FAILED) {
    throw new UserError(
      'USAGE',
      'say what has happened: rjvm notify [PID] REPLICA failed; see rjvm notify --help',
    );
  }
  const about = 'primary, backup or the name of a replica, and then what has happened to it: failed';
  return commandReplica('notify', isHelp ? words : words.slice(0, -1), about);
}
