// The host is told which process it may do without.
import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { offerAsVictim } from '../../lib/out-of-memory.js';

const SCORE = '/proc/self/oom_score_adj';

test('a process offers itself, and takes that back', (t) => {
  if (!existsSync(SCORE)) {
    t.notThrows(() => offerAsVictim()());
    return;
  }
  const before = readFileSync(SCORE, 'latin1');
  const takeBack = offerAsVictim();
  t.is(readFileSync(SCORE, 'latin1').trim(), '1000');
  takeBack();
  t.is(readFileSync(SCORE, 'latin1'), before);
});
