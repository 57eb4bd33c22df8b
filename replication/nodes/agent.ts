// The agent of a node: lets launchers elsewhere, which prove that they know its token, run replicas here.
import { UserError } from '../../lib/errors.js';
import type { Jdk } from '../../lib/jdk.js';
import { versionTerm } from '../code-digest.js';
import { MAXIMUM_AGENT_REPLICAS } from '../limits.js';
import { type Address, showAddress, type TlsFiles } from '../links/address.js';
import type { Link } from '../links/link.js';
import { type LinkServer, listenForLinks } from '../links/link-server.js';
import { VERSION_TERM } from './agent-messages.js';
import { AgentSession } from './agent-session.js';
import { removeUnusedCopies } from './class-path-cache.js';

export interface AgentOptions {
  /** Interfaces to listen on. Its replicas listen on the same ones, at free ports. */
  readonly at: readonly Address[];
  readonly token: string;
  readonly tls?: TlsFiles | undefined;
  readonly jdk: Jdk;
  /** A line for people. */
  readonly report: (line: string) => void;
}

export class Agent {
  readonly #options: AgentOptions;
  readonly #server: LinkServer;
  readonly #sessions = new Set<AgentSession>();

  /** UserError LISTEN where it cannot listen there, TLS for bad certificates. */
  static async start(options: AgentOptions): Promise<Agent> {
    removeUnusedCopies();
    const terms = { [VERSION_TERM]: versionTerm() };
    const early: Link[] = [];
    let accept = (link: Link): void => void early.push(link);
    try {
      const server = await listenForLinks({
        identity: () => ({ id: 'agent', token: options.token, peerPort: 0, terms }),
        accepted: (link) => accept(link),
        refused: options.report,
        at: options.at,
        tls: options.tls,
      });
      const agent = new Agent(options, server);
      accept = (link) => agent.#accept(link);
      for (const link of early) accept(link);
      return agent;
    } catch (error) {
      if (error instanceof UserError) throw error;
      const where = options.at.map(showAddress).join(', ');
      throw new UserError('LISTEN', `the agent cannot listen at ${where}: ${(error as Error).message}`);
    }
  }

  private constructor(options: AgentOptions, server: LinkServer) {
    this.#options = options;
    this.#server = server;
  }

  get port(): number {
    return this.#server.port;
  }

  #accept(link: Link): void {
    const { at, tls, jdk, report } = this.#options;
    const hosts = at.map(({ host }) => host);
    const session = new AgentSession(
      link,
      { hosts, tls, jdk, report },
      {
        mayStart: () => this.#replicaCount() < MAXIMUM_AGENT_REPLICAS,
        over: () => this.#sessions.delete(session),
      },
    );
    this.#sessions.add(session);
    session.open();
  }

  #replicaCount(): number {
    return [...this.#sessions].reduce((sum, { replicaCount }) => sum + replicaCount, 0);
  }

  /** Ends all replicas and links. */
  close(): void {
    this.#server.close();
    for (const session of [...this.#sessions]) session.end('the agent is being ended');
  }
}
