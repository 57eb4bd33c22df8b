// Tells requests apart that replicas compare before an output is performed.
import { crc32 } from '../lib/checksums.js';
import type { HostRequest } from './contracts.js';

const encoder = new TextEncoder();

/** CRC-32 of all that a request asks for. */
export function requestChecksum(request: HostRequest): number {
  if (request.kind !== 'writeFile') return crc32(0, encoder.encode(JSON.stringify(request, bigintAsText)));
  const { bytes, ...rest } = request;
  return crc32(crc32(0, encoder.encode(JSON.stringify(rest))), bytes);
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}
