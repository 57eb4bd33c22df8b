// Addresses as flags write them: PORT, HOST:PORT, [::1]:PORT.
import { UserError } from '../lib/errors.js';

const LOOPBACK = '127.0.0.1';
const HIGHEST_PORT = 65_535;

/** The host, this one's loopback interface where none is given, and the port. flag: its name for messages. UserError
 *  OPTION_VALUE where the text is no address. */
export function parseAddress(flag: string, text: string): { host: string; port: number } {
  const match = /^(?:(\[[0-9a-f:.]+\]|[^:[\]\s]+):)?(\d{1,5})$/i.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > HIGHEST_PORT) {
    throw new UserError(
      'OPTION_VALUE',
      `${flag} ${text} is no address: write PORT, HOST:PORT or [IPV6]:PORT, ports up to ${HIGHEST_PORT}`,
    );
  }
  return { host: match[1]?.replace(/^\[|\]$/g, '') ?? LOOPBACK, port };
}
