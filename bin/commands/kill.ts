// rjvm kill: ends a replica of a running pair by SIGKILL, for tests of what the pair makes of it.
import { commandReplica } from './replica-command.js';

export function run(words: readonly string[]): Promise<number> {
  return commandReplica('kill', words, 'primary, backup or the name of a replica');
}
