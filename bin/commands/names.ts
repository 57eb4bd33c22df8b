// The subcommands by name, for the dispatch and for the help. A new one: a line here, its file, its loader in main.ts.

export const COMMAND_SUMMARIES = {
  run: 'runs a program, as rjvm does without a command',
  image: 'makes the image from which programs with these options start faster',
  status: 'tells how the running pairs are',
  events: 'tells what has happened to a running pair, and what happens',
  kill: 'ends a replica of a running pair, to see what the pair makes of it',
  notify: 'tells a running pair that a replica of it has failed',
  actions: 'lists what programs do to the world and the world to them, and how that is replicated',
  prove: 'runs a program with its replicas killed and stopped, and tells whether it shows',
  agent: 'lets launchers on other hosts run replicas here',
} as const;

export type CommandName = keyof typeof COMMAND_SUMMARIES;

export function isCommandName(word: string | undefined): word is CommandName {
  return word !== undefined && Object.hasOwn(COMMAND_SUMMARIES, word);
}

/** What the file of a subcommand exports. */
export interface CommandModule {
  /** Carries the command out; words: what follows its name. Resolves to the exit code. Throws UserError. */
  readonly run: (words: readonly string[]) => Promise<number>;
}
