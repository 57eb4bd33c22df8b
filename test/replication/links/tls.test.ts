// TLS on links: both sides show certificates, and each one that does not count is refused with a clear line.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { UserError } from '../../../lib/errors.js';
import { loopback, type TlsFiles, tlsOptions } from '../../../replication/links/address.js';
import { connectLink } from '../../../replication/links/link-dialler.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
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
  t.regex(refusals.at(-1)!, /^a connection( from \S+)? was refused: it has broken TLS off, /);
  // One who trusts anybody, but is not trusted.
  const foreign = { ...theirs.certify('127.0.0.1'), authority: ours.certify('127.0.0.1').authority };
  const untrusted = next();
  await t.throwsAsync(connectLink(at, identity('client'), { tls: foreign }));
  await untrusted;
  t.regex(refusals.at(-1)!, / was refused: its certificate does not count here \([A-Z_]+\)$/);
  const clear = next();
  await t.throwsAsync(connectLink(at, identity('client')));
  await clear;
  t.is(refusals.at(-1), 'a connection from 127.0.0.1 was refused: it speaks no TLS');
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

withOpenssl('a side without TLS is told of one with it, and the other way round', async (t) => {
  const { server, refusals, next } = await listen(t);
  const refused = next();
  await t.throwsAsync(
    connectLink(loopback(server.port), identity('client'), { tls: makeAuthority().certify('127.0.0.1') }),
    { message: 'it speaks no TLS' },
  );
  await refused;
  t.deepEqual(refusals, [
    'a connection from 127.0.0.1 was refused: it speaks TLS, and there are no certificates here',
  ]);
});

withOpenssl('files that are not what they should be are named', (t) => {
  const [files, others] = [makeAuthority().certify('127.0.0.1'), makeAuthority().certify('127.0.0.1')];
  const nothing = join(temporaryFolder('pem'), 'nothing.pem');
  writeFileSync(nothing, 'no certificate\n');
  const refuses = (changes: Partial<TlsFiles>, message: string) =>
    t.throws(() => tlsOptions({ ...files, ...changes }), { instanceOf: UserError, code: 'TLS', message });
  refuses({ certificate: nothing }, `${nothing} holds no certificate as PEM`);
  refuses({ authority: nothing }, `${nothing} holds no certificate as PEM`);
  refuses({ key: nothing }, `${nothing} holds no private key as PEM`);
  refuses({ key: files.certificate }, `${files.certificate} holds no private key as PEM`);
  refuses({ key: others.key }, `${others.key} is not the key of the certificate in ${files.certificate}`);
  t.notThrows(() => tlsOptions(files));
});
