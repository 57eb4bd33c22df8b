// rjvm events: what has happened to a running pair, and with --follow what happens to it.
import { createInterface } from 'node:readline';
import { UserError } from '../../lib/errors.js';
import { pairEventSchema } from '../../replication/management/pair-status.js';
import { chosenPair, open } from '../running-pairs.js';
import { newParser, parseWords } from './parser.js';

export async function run(words: readonly string[]): Promise<number> {
  const command = newParser('events')
    .argument('[pid]', 'process id of the launcher, where several pairs are running')
    .option('--follow', 'goes on with what happens, until the pair ends')
    .option('--json', 'prints each event as a line of JSON');
  if (!parseWords(command, words)) return 0;
  const { follow, json } = command.opts<{ follow?: boolean; json?: boolean }>();
  const pair = await chosenPair(command.args[0]);
  const response = await open(pair, 'GET', follow ? '/events' : '/events?follow=0');
  if (response.statusCode !== 200) throw new UserError('PAIR', `launcher ${pair.pid} has too many followers`);
  try {
    for await (const line of createInterface({ input: response })) {
      process.stdout.write(`${json ? line : eventText(line)}\n`);
    }
  } catch {
    throw new UserError('PAIR', `launcher ${pair.pid} has ended`);
  }
  return 0;
}

function eventText(line: string): string {
  const { time, kind, text } = pairEventSchema.parse(JSON.parse(line));
  return `${time}  ${kind.padEnd(12)}  ${text}`;
}
