// Failures of sockets in words. OpenSSL tells its own with numbers, source files and a line break.

/** NUMBER:error:CODE:library:function:reason:file:line. */
const OPENSSL = /error:[0-9A-F]+:[^:]*:[^:]*:(?<reason>[^:]+)/;
/** What a server and a client say when the other side speaks no TLS. */
const NO_TLS: ReadonlySet<string> = new Set(['http request', 'wrong version number']);
export const SPEAKS_NO_TLS = 'it speaks no TLS';
export const HANG_UP = 'socket hang up';

/** A part of one line. */
export function plainMessage({ message }: Error): string {
  const reason = OPENSSL.exec(message)?.groups?.reason;
  if (reason === undefined) return message;
  return NO_TLS.has(reason) ? SPEAKS_NO_TLS : `TLS: ${reason}`;
}
