// What rjvm kill and rjvm notify have in common: a command about one replica of one pair.
import * as z from 'zod';
import { UserError } from '../../lib/errors.js';
import { describeReplica } from '../../replication/roles/gateway-step.js';
import { ask, chosenPair } from '../running-pairs.js';
import { newParser, parseWords } from './parser.js';

const answerSchema = z.object({ id: z.string(), pid: z.number(), node: z.string().optional() });

/** Sends the command and prints which replica it was. words: [pid] and the replica. */
export async function commandReplica(
  name: 'kill' | 'notify',
  words: readonly string[],
  about: string,
): Promise<number> {
  const command = newParser(name)
    .usage(name === 'notify' ? '[PID] REPLICA failed' : '[PID] REPLICA')
    .argument(
      '<replica...>',
      `${about}; before it the process id of the launcher, where several pairs are running`,
    );
  if (!parseWords(command, words)) return 0;
  const [first = '', second, ...others] = command.args;
  if (others.length > 0) {
    throw new UserError('USAGE', `too many arguments: ${others.join(' ')}; see rjvm ${name} --help`);
  }
  const target = second ?? first;
  const pair = await chosenPair(second === undefined ? undefined : first);
  const answer = await ask(pair, 'POST', `/${name}?replica=${encodeURIComponent(target)}`);
  const replica = answerSchema.parse(JSON.parse(answer));
  process.stdout.write(`${name === 'kill' ? 'killed' : 'told'}: replica ${describeReplica(replica)}\n`);
  return 0;
}
