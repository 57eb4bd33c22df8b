// rjvm image: makes the boot image for programs that start with the given options.
import { parseOptions } from '../command-line.js';
import { newBirthRecord } from '../new-birth-record.js';

const HELP = `Usage: rjvm image [options]

Makes the boot image for programs that run with these options (-Xmx, -Xss, --jdk, -D) and prints its file.
`;

export async function run(words: readonly string[]): Promise<number> {
  const request = parseOptions(words);
  if (request.kind !== 'run') {
    process.stdout.write(HELP);
    return 0;
  }
  const record = newBirthRecord(request, process.env, process.cwd());
  const { makeBootImage } = await import('../../replication/machine-factory.js');
  process.stdout.write(`${makeBootImage(record)}\n`);
  return 0;
}
