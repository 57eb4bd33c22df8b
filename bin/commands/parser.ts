// What the parsers of all commands have in common: help as text, and errors as one sentence.
import { Command, CommanderError } from 'commander';
import { UserError } from '../../lib/errors.js';
import { COMMAND_SUMMARIES, type CommandName } from './names.js';

/** A parser for the words after a command's name. Its --help prints what is said of its arguments and options. */
export function newParser(name: CommandName): Command {
  return new Command(`rjvm ${name}`)
    .description(`${COMMAND_SUMMARIES[name]}.`)
    .helpOption('--help', 'prints this and exits')
    .showSuggestionAfterError(false)
    .configureOutput({ writeErr: () => {} })
    .exitOverride();
}

/** Parses; false where help was asked for and has been printed. UserError USAGE with a sentence. */
export function parseWords(command: Command, words: readonly string[]): boolean {
  try {
    command.parse([...words], { from: 'user' });
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return false;
    throw usageError(error, `${command.name()} --help`);
  }
}

/** The parser's message without its prefix and in one line. */
export function usageError(error: CommanderError, help: string): UserError {
  const message = error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
  return new UserError('USAGE', `${message}; see ${help}`);
}
