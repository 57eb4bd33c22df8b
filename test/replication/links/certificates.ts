// Certificates for tests of TLS: authorities and what they certify, made by the openssl command where there is one.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsFiles } from '../../../replication/links/address.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

function openssl(...words: string[]): void {
  execFileSync('openssl', words, { stdio: 'pipe' });
}

export function hasOpenssl(): boolean {
  try {
    openssl('version');
    return true;
  } catch {
    return false;
  }
}

/** A new authority; its certify makes a certificate for an IP address, in files of its own. */
export function makeAuthority(): { certify(address: string): TlsFiles } {
  const folder = temporaryFolder('tls');
  const file = (name: string) => join(folder, name);
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = file('authority.pem');
  const authorityKey = file('authority-key.pem');
  openssl(
    'req',
    '-x509',
    ...curve,
    '-subj',
    '/CN=authority',
    '-days',
    '2',
    '-keyout',
    authorityKey,
    '-out',
    authority,
  );
  let certifiedCount = 0;
  return {
    certify: (address) => {
      const name = `node-${certifiedCount++}`;
      const [key, request, certificate] = [file(`${name}-key.pem`), file(`${name}.csr`), file(`${name}.pem`)];
      openssl('req', ...curve, '-subj', `/CN=${name}`, '-keyout', key, '-out', request);
      const extensions = file(`${name}.ext`);
      writeFileSync(extensions, `subjectAltName=IP:${address}\n`);
      const signing = ['-CA', authority, '-CAkey', authorityKey, '-CAcreateserial', '-days', '2'];
      openssl('x509', '-req', '-in', request, ...signing, '-extfile', extensions, '-out', certificate);
      return { certificate, key, authority };
    },
  };
}
