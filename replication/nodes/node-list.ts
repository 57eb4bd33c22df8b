// Nodes as users name them: A,B or A=host1/host2,B=host3:7000.
import { UserError } from '../../lib/errors.js';
import { type Address, parseAddress } from '../links/address.js';

/** Where agents listen unless something else is said. */
export const USUAL_AGENT_PORT = 7411;

/** A host on which an agent runs. */
export interface Node {
  readonly name: string;
  /** Several: each message goes over all of them. */
  readonly addresses: readonly Address[];
}

/** UserError NODES with a sentence. */
export function parseNodes(text: string): Node[] {
  const nodes = text.split(',').map((word): Node => {
    const [name = '', addresses = name, ...more] = word.split('=');
    if (name === '' || addresses === '' || more.length > 0) {
      throw new UserError('NODES', `"${word}" names no node: write HOST, HOST:PORT or NAME=HOST1/HOST2`);
    }
    return {
      name,
      addresses: addresses.split('/').map((address) => parseAddress(address, USUAL_AGENT_PORT)),
    };
  });
  const twice = nodes.find(({ name }, index) => nodes.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) throw new UserError('NODES', `the node ${twice.name} is named twice`);
  return nodes;
}
