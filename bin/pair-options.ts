// The options that belong to a replicated pair: one table for the parser, the help and the words after a class file.

export interface PairOption {
  readonly flag: `--${string}`;
  /** What stands for its value in the help; null where it takes none. */
  readonly value: string | null;
  readonly help: string;
  /** The parameter that it sets; see replication/configuration.ts. Without a value it sets true. */
  readonly parameter?: string;
  /** Asks for a pair by itself. */
  readonly impliesPair?: true;
}

export const PAIR_OPTIONS = [
  { flag: '--pair', value: null, help: 'runs as a replicated pair', impliesPair: true },
  {
    flag: '--replicas',
    value: 'N',
    help: 'runs on N replicas, 2 to 16',
    parameter: 'replicas',
    impliesPair: true,
  },
  {
    flag: '--state-file',
    value: 'FILE',
    help: 'keeps process ids, roles and progress in FILE, as JSON',
  },
  {
    flag: '--manage',
    value: '[HOST:]PORT',
    help: 'serves /status, /events and /metrics over HTTP, on this host where none is given',
  },
  {
    flag: '--config',
    value: 'FILE',
    help: 'reads the parameters from FILE; else from rjvm.config.json here, where it is',
  },
  {
    flag: '--heartbeat',
    value: 'MS',
    help: 'time between two heartbeats (heartbeat.intervalMs)',
    parameter: 'heartbeat.intervalMs',
  },
  {
    flag: '--output-rule',
    value: 'RULE',
    help: 'strong or relaxed (outputRule)',
    parameter: 'outputRule',
  },
  {
    flag: '--epoch-ends',
    value: 'BLOCKS',
    help: 'none, application or all (epochEnds)',
    parameter: 'epochEnds',
  },
  {
    flag: '--compare-outputs',
    value: null,
    help: 'releases what the replicas agree on (compareOutputs)',
    parameter: 'compareOutputs',
  },
  {
    flag: '--preservation',
    value: 'OBJECTS',
    help: 'none, annotated or application (preservation)',
    parameter: 'preservation',
  },
  {
    flag: '--nodes',
    value: 'A,B',
    help: 'runs the replicas on these hosts through their agents: HOST, HOST:PORT or NAME=HOST1/HOST2',
  },
  { flag: '--token-file', value: 'FILE', help: 'with --nodes: the token that the agents have' },
  { flag: '--tls-cert', value: 'FILE', help: 'with --nodes: the certificate to show, as PEM' },
  { flag: '--tls-key', value: 'FILE', help: 'its key' },
  { flag: '--tls-ca', value: 'FILE', help: 'the authorities that certify the agents' },
  { flag: '--set', value: 'KEY=VALUE', help: 'sets any parameter, such as --set skew.maximumMs=500' },
] as const satisfies readonly PairOption[];

/** One parameter as the command line sets it. */
export interface Setting {
  /** As the user wrote it, for messages. */
  readonly written: string;
  /** Keys joined by dots. */
  readonly key: string;
  /** JSON, or a word that stands for itself. */
  readonly text: string;
}
