// Where processes listen: hosts and ports, one or several for each process, and the certificates that they show.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import { posixCode, UserError } from '../../lib/errors.js';

export interface Address {
  /** Name or number; an IPv6 number without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Names of PEM files: this side's certificate and key, and the authorities that certify the other side's. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

const LOOPBACK = '127.0.0.1';
const MAXIMUM_PORT = 65_535;
/** host, host:port, [v6], [v6]:port. */
const ADDRESS = /^(?:\[(?<six>[0-9a-fA-F:.]+(?:%\w+)?)\]|(?<host>[^:/[\]\s]+))(?::(?<port>\d+))?$/;

/** A process of this host, on its loopback interface. */
export function loopback(port: number): readonly Address[] {
  return [{ host: LOOPBACK, port }];
}

/** HOST:PORT as users write it, or HOST alone where there is a usual port. UserError ADDRESS. */
export function parseAddress(text: string, usualPort?: number): Address {
  const groups = ADDRESS.exec(text)?.groups;
  const host = groups?.six ?? groups?.host;
  const port = groups?.port === undefined ? usualPort : Number(groups.port);
  if (host === undefined || port === undefined || port > MAXIMUM_PORT) {
    const form = usualPort === undefined ? 'HOST:PORT' : 'HOST or HOST:PORT';
    throw new UserError('ADDRESS', `${text} is no address: write ${form}, with IPv6 numbers in brackets`);
  }
  return { host, port };
}

export function showAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What a TLS socket wants of the files: both sides show a certificate, and check the other's. UserError TLS where one
 *  cannot be read, is not what it should be, or does not belong to the others: the socket would blame the other side. */
export function tlsOptions(
  files: TlsFiles,
): SecureContextOptions & { readonly requestCert: true; readonly rejectUnauthorized: true } {
  const [cert, key, ca] = [readPem(files.certificate), readPem(files.key), readPem(files.authority)];
  const certificate = parsePem(files.certificate, 'certificate', () => new X509Certificate(cert));
  const privateKey: KeyObject = parsePem(files.key, 'private key', () => createPrivateKey(key));
  parsePem(files.authority, 'certificate', () => new X509Certificate(ca));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new UserError('TLS', `${files.key} is not the key of the certificate in ${files.certificate}`);
  }
  return {
    cert,
    key,
    ca,
    minVersion: 'TLSv1.3',
    requestCert: true,
    rejectUnauthorized: true,
  };
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UserError('TLS', `${file} cannot be read (${posixCode(error)})`, { cause: error });
  }
}

function parsePem<T>(file: string, what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new UserError('TLS', `${file} holds no ${what} as PEM`, { cause });
  }
}
