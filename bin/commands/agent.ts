// rjvm agent: runs replicas on this host for launchers on other ones, until a signal ends it.
import { UserError } from '../../lib/errors.js';
import { findJdk } from '../../lib/jdk.js';
import { complain } from '../../lib/standard-streams.js';
import { type TrustWords, tlsFiles } from '../node-options.js';
import { newParser, parseWords } from './parser.js';

interface Options extends TrustWords {
  readonly listen?: string;
  readonly jdk?: string;
}

const AFTER_HELP = `
The token is a secret that the agents and their launchers share. Make one, and copy it to every host:
  (umask 077; head -c 32 /dev/urandom | base64 > FILE)
Whoever knows it can run programs here as the user who runs the agent. What programs read and write crosses the
network in clear unless certificates are given, on both sides.
`;

export async function run(words: readonly string[]): Promise<number> {
  const parser = newParser('agent')
    .option('--listen <host:port>', 'interface and port; several interfaces as HOST1:PORT/HOST2:PORT')
    .option('--token-file <file>', 'the token, in a file that only its owner may read')
    .option('--tls-cert <file>', 'the certificate to show, as PEM')
    .option('--tls-key <file>', 'its key')
    .option('--tls-ca <file>', 'the authorities that certify launchers and other agents')
    .option('--jdk <folder>', 'the JDK 17 to use; else JAVA_HOME, java on the PATH, the usual folders')
    .addHelpText('after', AFTER_HELP);
  if (!parseWords(parser, words)) return 0;
  const options = parser.opts<Options>();
  if (options.listen === undefined) throw new UserError('USAGE', 'say where to listen: --listen HOST:PORT');
  if (options.tokenFile === undefined) {
    throw new UserError('USAGE', 'name the file of the token: --token-file FILE; see rjvm agent --help');
  }
  const { parseAddress, showAddress } = await import('../../replication/links/address.js');
  const { USUAL_AGENT_PORT } = await import('../../replication/nodes/node-list.js');
  const { readToken } = await import('../../replication/nodes/token-file.js');
  const { Agent } = await import('../../replication/nodes/agent.js');
  const at = options.listen.split('/').map((address) => parseAddress(address, USUAL_AGENT_PORT));
  const jdk = findJdk({ option: options.jdk, environment: process.env });
  // Whoever reads it may go away before the agent does.
  const report = (line: string) => complain(`${new Date().toISOString()} rjvm agent: ${line}`);
  const token = readToken(options.tokenFile);
  const agent = await Agent.start({ at, token, tls: tlsFiles(options), jdk, report });
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  const listening = at.map(({ host, port }) => showAddress({ host, port: port === 0 ? agent.port : port }));
  report(`listening at ${listening.join(', ')}; JDK ${jdk.version} at ${jdk.home}`);
  await ended;
  agent.close();
  return 0;
}
