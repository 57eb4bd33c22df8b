// What collections cost, and that large heaps and many collections work at all.
import test from 'ava';
import { allRuns } from '../../conformance/programs.js';
import { stressRun } from './stress-run.js';

const TIMEOUT_MS = 10 * 60_000;
const MEGABYTE = 1 << 20;
/** What is promised is a second for each 100 MB that are live. */
const PAUSE_MS_PER_MEGABYTE = 10;
/** Small heaps pause for the analysis of methods that are met for the first time. */
const FIXED_PAUSE_MS = 500;

function wordsOf(mainClass: string): string[] {
  const run = allRuns().find((candidate) => candidate.mainClass === mainClass);
  if (run === undefined) throw new Error(`no program ${mainClass}`);
  return [...run.options, '-cp', run.folder, run.mainClass];
}

test.serial('300 MB live in 512 MB: pauses are as short as promised', (t) => {
  t.timeout(TIMEOUT_MS);
  const { exitCode, liveBytes, longestPauseMs } = stressRun(wordsOf('LargeHeap'), { verifyEvery: 1000 });
  t.is(exitCode, 0);
  t.true(liveBytes > 250 * MEGABYTE, `${liveBytes} bytes live`);
  const limitMs = FIXED_PAUSE_MS + (liveBytes / MEGABYTE) * PAUSE_MS_PER_MEGABYTE;
  t.true(longestPauseMs < limitMs, `${longestPauseMs} ms with ${liveBytes} bytes live`);
  t.log(`${longestPauseMs.toFixed(0)} ms with ${(liveBytes / MEGABYTE).toFixed(0)} MB live`);
});

test.serial('a hundred times the heap: collected when it is due, not more often', (t) => {
  t.timeout(TIMEOUT_MS);
  const { exitCode, collectionCount } = stressRun(wordsOf('HeapTurnover'), { verifyEvery: 20 });
  t.is(exitCode, 0);
  t.true(collectionCount >= 100, `${collectionCount} collections`);
  t.true(collectionCount < 400, `${collectionCount} collections`);
});

test.serial('a program that allocates little is never collected', (t) => {
  t.timeout(TIMEOUT_MS);
  t.is(stressRun(wordsOf('Hello')).collectionCount, 0);
});
