// Which process the host ends first when it has no memory left (Linux; elsewhere nothing is done).
import { readFileSync, writeFileSync } from 'node:fs';

const SCORE = '/proc/self/oom_score_adj';
const FIRST_OF_ALL = '1000';

/** Has this process ended before others, if it comes to that. Answers what takes it back. */
export function offerAsVictim(): () => void {
  try {
    const before = readFileSync(SCORE, 'latin1');
    writeFileSync(SCORE, FIRST_OF_ALL);
    return () => {
      try {
        writeFileSync(SCORE, before);
      } catch {
        // A lower score may take a right that this process has not.
      }
    };
  } catch {
    return () => {};
  }
}
