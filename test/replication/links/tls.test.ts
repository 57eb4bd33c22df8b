// TLS on links: both sides show certificates, and each one that does not count is refused with a clear line.
import test from 'ava';
import { loopback } from '../../../replication/links/address.js';
import { connectLink } from '../../../replication/links/link-dialler.js';
import { hasOpenssl, makeAuthority } from './certificates.js';
import { collect, identity, listen } from './link-ends.js';

if (!hasOpenssl())
  test.skip('TLS: skipped, because there is no openssl command to make certificates with', () => {});
const withOpenssl = hasOpenssl() ? test : test.skip;

withOpenssl('a link over TLS; without a certificate, or with one of others, none', async (t) => {
  const [ours, theirs] = [makeAuthority(), makeAuthority()];
  const { server, links, refusals, next } = await listen(t, { tls: ours.certify('127.0.0.1') });
  const at = loopback(server.port);
  const accepted = next();
  const client = await connectLink(at, identity('client'), { tls: ours.certify('10.0.0.1') });
  await accepted;
  const atServer = collect(links[0]!);
  client.sendJson({ kind: 'secret' });
  client.close('done');
  await atServer.closed;
  t.deepEqual(atServer.got, ['{"kind":"secret"}']);

  const refused = next();
  await t.throwsAsync(connectLink(at, identity('client'), { tls: theirs.certify('127.0.0.1') }), {
    message: /certificate/,
  });
  await refused;
  t.regex(refusals.at(-1)!, /^a connection was refused: no TLS with a certificate/);
  // One who trusts anybody, but is not trusted.
  const foreign = { ...theirs.certify('127.0.0.1'), authority: ours.certify('127.0.0.1').authority };
  await t.throwsAsync(connectLink(at, identity('client'), { tls: foreign }));
  await t.throwsAsync(connectLink(at, identity('client')));
  t.is(links.length, 1);

  const elsewhere = await listen(t, { tls: ours.certify('10.0.0.1') });
  await t.throwsAsync(
    connectLink(loopback(elsewhere.server.port), identity('client'), { tls: ours.certify('127.0.0.1') }),
    { message: /does not match certificate/ },
  );
  await t.throwsAsync(connectLink(at, identity('client'), { tls: { ...foreign, key: '/none' } }), {
    message: '/none cannot be read (ENOENT)',
  });
});
