// Words about nodes that are of no use, or not enough, are refused.
import test from 'ava';
import { readNodes } from '../../bin/node-options.js';
import { UserError } from '../../lib/errors.js';

test('what is for nodes alone is refused without them', async (t) => {
  t.is(await readNodes({}), undefined);
  for (const [words, flag] of [
    [{ tokenFile: 'x' }, '--token-file'],
    [{ tlsCert: 'x' }, '--tls-cert'],
    [{ tlsKey: 'x' }, '--tls-key'],
    [{ tlsCa: 'x' }, '--tls-ca'],
  ] as const) {
    await t.throwsAsync(readNodes(words), {
      instanceOf: UserError,
      code: 'USAGE',
      message: `${flag} is for replicas on other hosts: add --nodes`,
    });
  }
});
