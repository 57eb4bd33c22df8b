// The options that name other hosts, their token and the certificates: what they come to, for agents and launchers alike.
import { resolve } from 'node:path';
import { UserError } from '../lib/errors.js';
import type { TlsFiles } from '../replication/links/address.js';
import type { NodeSpawnerOptions } from '../replication/nodes/node-spawner.js';

/** As the user wrote them. */
export interface TrustWords {
  readonly tokenFile?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsCa?: string;
}

export interface NodeWords extends TrustWords {
  readonly nodes?: string;
}

/** Those of the options that have been given. */
export function nodeWords({ nodes, tokenFile, tlsCert, tlsKey, tlsCa }: NodeWords): NodeWords {
  const given = Object.entries({ nodes, tokenFile, tlsCert, tlsKey, tlsCa });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** Absolute names of all three files, or undefined where none is given. UserError USAGE. */
export function tlsFiles({ tlsCert, tlsKey, tlsCa }: TrustWords): TlsFiles | undefined {
  if (tlsCert === undefined && tlsKey === undefined && tlsCa === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined || tlsCa === undefined) {
    throw new UserError('USAGE', 'TLS takes all three of --tls-cert, --tls-key and --tls-ca');
  }
  return { certificate: resolve(tlsCert), key: resolve(tlsKey), authority: resolve(tlsCa) };
}

/** Where a program's replicas are to run; undefined for this host. UserError USAGE, NODES, TOKEN. */
export async function readNodes(
  words: NodeWords,
): Promise<Pick<NodeSpawnerOptions, 'nodes' | 'token' | 'tls'> | undefined> {
  if (words.nodes === undefined) {
    const { tokenFile, tlsCert, tlsKey, tlsCa } = words;
    const given = {
      '--token-file': tokenFile,
      '--tls-cert': tlsCert,
      '--tls-key': tlsKey,
      '--tls-ca': tlsCa,
    };
    const idle = Object.entries(given).find(([, value]) => value !== undefined);
    if (idle !== undefined)
      throw new UserError('USAGE', `${idle[0]} is for replicas on other hosts: add --nodes`);
    return undefined;
  }
  if (words.tokenFile === undefined) {
    throw new UserError('USAGE', '--nodes needs the token that the agents have: add --token-file FILE');
  }
  const { parseNodes } = await import('../replication/nodes/node-list.js');
  const { readToken } = await import('../replication/nodes/token-file.js');
  return { nodes: parseNodes(words.nodes), token: readToken(words.tokenFile), tls: tlsFiles(words) };
}
