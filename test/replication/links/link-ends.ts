// The two ends of links, for tests: a server that gathers what comes to it, and what a link has heard.
import type { ExecutionContext } from 'ava';
import type { Address } from '../../../replication/links/address.js';
import type { Identity } from '../../../replication/links/handshake.js';
import type { Link } from '../../../replication/links/link.js';
import { type LinkServerOptions, listenForLinks } from '../../../replication/links/link-server.js';
import { PeerError } from '../../../replication/peer-error.js';

export function identity(id: string, changes: Partial<Identity> = {}): Identity {
  return { id, token: 'secret', peerPort: 7, ...changes };
}

/** The same; saysHello: called just before its owner says hello, which is when its name is asked for. */
export function heedful(own: Identity, saysHello: () => void): Identity {
  return {
    ...own,
    get id() {
      saysHello();
      return own.id;
    },
  };
}

/** A listening end until the test is over. next: settled at the next link or refusal. */
export async function listen(
  t: ExecutionContext,
  changes: Partial<Identity> & {
    at?: readonly Address[];
    tls?: LinkServerOptions['tls'];
    saysHello?: () => void;
  } = {},
) {
  const { at, tls, saysHello = () => {}, ...identityChanges } = changes;
  const links: Link[] = [];
  const refusals: string[] = [];
  let wake = () => {};
  const server = await listenForLinks({
    identity: () => heedful(identity('server', identityChanges), saysHello),
    accepted: (link) => {
      links.push(link);
      wake();
    },
    refused: (sentence) => {
      refusals.push(sentence);
      wake();
    },
    ...(at === undefined ? {} : { at }),
    tls,
  });
  t.teardown(() => {
    // What stays connected keeps the process of the tests alive.
    for (const link of links) link.close('the test is over');
    server.close();
  });
  const next = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  return { server, links, refusals, next };
}

/** Everything that comes over a link; a text with `bad` in it is taken for a breach of the protocol. */
export function collect(link: Link) {
  const got: string[] = [];
  let error: PeerError | null = null;
  const closed = new Promise<void>((resolve) => {
    link.open({
      text: (text) => {
        if (text.includes('bad')) throw new PeerError('MALFORMED', 'this is bad');
        got.push(text);
      },
      frame: (bytes) => got.push(`${bytes.length} bytes`),
      closed: (reason) => {
        error = reason;
        resolve();
      },
    });
  });
  return { got, closed, error: () => error };
}
