// The rjvm command's entry: finds the subcommand, and ends with its exit code.
import { UserError } from '../lib/errors.js';
import { complain } from '../lib/standard-streams.js';
import { type CommandModule, type CommandName, isCommandName } from './commands/names.js';

/** Exit code for whatever the user can put right, as java has it. */
const EXIT_USER_ERROR = 1;
/** Exit code for a fault of rjvm itself: EX_SOFTWARE of sysexits. */
const EXIT_INTERNAL_ERROR = 70;

/** Each is loaded only when it is asked for. */
const LOADERS: Readonly<Record<CommandName, () => Promise<CommandModule>>> = {
  run: () => import('./commands/run.js'),
  image: () => import('./commands/image.js'),
  status: () => import('./commands/status.js'),
  events: () => import('./commands/events.js'),
  kill: () => import('./commands/kill.js'),
  notify: () => import('./commands/notify.js'),
  actions: () => import('./commands/actions.js'),
  prove: () => import('./commands/prove.js'),
  agent: () => import('./commands/agent.js'),
};

/** Runs the command; resolves to the exit code. A command's name counts only as the first word, so that a class of that
 *  name can be run: `rjvm run image`, `rjvm -cp . image`. */
async function main(words: readonly string[]): Promise<number> {
  const [first] = words;
  const isCommand = isCommandName(first);
  const command = await LOADERS[isCommand ? first : 'run']();
  const run = () => command.run(isCommand ? words.slice(1) : words);
  return isCommand && first !== 'run' ? withOutput(run) : run();
}

/** A command of our own may print much: its end waits until that is out, or nobody reads it any more. */
async function withOutput(run: () => Promise<number>): Promise<number> {
  // Who reads may have enough of it: `rjvm events --follow | head`.
  process.stdout.on('error', () => process.exit(0));
  const exitCode = await run();
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  return exitCode;
}

/** Reports a failure on stderr: one line for the user's, the stack as well for our own. Returns the exit code. */
function report(error: unknown): number {
  if (error instanceof UserError) {
    complain(`rjvm: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}`);
    return EXIT_USER_ERROR;
  }
  const detail = error instanceof Error ? error : new Error(String(error));
  complain(`rjvm: internal error: ${detail.message}\n${detail.stack ?? ''}`);
  return EXIT_INTERNAL_ERROR;
}

process.exit(await main(process.argv.slice(2)).catch(report));
