// Sizes of memory as java's -Xmx and -Xss write them.
import { UserError } from '../lib/errors.js';

const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1 << 10, m: 1 << 20, g: 1 << 30, t: 2 ** 40 };

export interface SizeLimits {
  readonly minimumBytes: number;
  readonly maximumBytes: number;
}

/** Bytes of a text such as `512m`, `2G`, `65536`. option: its name for messages. UserError OPTION_VALUE where the text is
 *  no size or outside the limits. */
export function parseSize(option: string, text: string, limits: SizeLimits): number {
  const range = `from ${formatSize(limits.minimumBytes)} to ${formatSize(limits.maximumBytes)}`;
  const match = /^(\d+)([kmgt]?)$/i.exec(text);
  if (match === null) {
    throw new UserError(
      'OPTION_VALUE',
      `bad size in ${option}${text}: write a number and k, m or g right after ${option}, ${range}`,
    );
  }
  const bytes = Number(match[1]) * FACTORS[match[2]!.toLowerCase()]!;
  if (bytes < limits.minimumBytes || bytes > limits.maximumBytes) {
    throw new UserError('OPTION_VALUE', `size out of range in ${option}${text}: it may be ${range}`);
  }
  return bytes;
}

function formatSize(bytes: number): string {
  return bytes % (1 << 20) === 0 ? `${bytes >> 20}m` : `${bytes >> 10}k`;
}
